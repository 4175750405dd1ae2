"""Starting: one JSON line, one line for each mistake, clocks, loop and profiles."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from types import SimpleNamespace
from urllib.request import urlopen

import pytest

import locales
from simulator.__main__ import main
from simulator.profiles.build import ProfileError
from simulator.protocol.model.person import new_shard
from simulator.protocol.model.step import Event
from simulator.protocol.text.said import chinese, render, said_in
from simulator.protocol.text.times import beijing14
from simulator.roles import ROLES
from simulator.shell import bell as bell_module
from simulator.shell import clocks, loop, stored
from simulator.shell.bell import Bell
from simulator.shell.ids import maker
from simulator.shell.memory_store import MemoryStore
from simulator.shell.profiles import load_profile, names
from simulator.shell.stored import Key, Namespace, Person


def test_the_process_says_one_line_and_answers(tmp_path):
    command = [sys.executable, "-m", "simulator", "--port", "0", "--home", str(tmp_path / "h")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            ready = json.loads(process.stdout.readline())
            assert sorted(ready) == ["base", "control_token_file", "listen", "ready"]
            with urlopen(ready["base"] + "/health") as got:
                assert json.load(got)["status"] == "ok"
        finally:
            process.terminate()


@pytest.mark.parametrize(("arguments", "words"), [
    (["--profile", "atlantis"], "atlantis"),
    (["--port", "99999"], "99999"),
    (["--host", "256.1.1.1"], "256.1.1.1"),
])  # fmt: skip
def test_a_mistake_is_one_line_and_exit_2(tmp_path, capsys, arguments, words):
    assert main(["--home", str(tmp_path / "h"), "--port", "0", *arguments]) == 2
    printed = capsys.readouterr()
    told, line = printed.err.strip(), json.loads(printed.out)
    assert words in told
    assert (line["ready"], line["error"], str(said_in(line, "error"))) == (False, told, told)
    assert not chinese(render(said_in(line, "error"), locales.lookup("en")))
    assert "\n" not in told
    told.encode("cp936")


def test_a_damaged_home_is_one_line_and_exit_2(tmp_path, capsys):
    (tmp_path / "identities.json").write_text("{", encoding="utf-8")
    assert main(["--home", str(tmp_path), "--port", "0"]) == 2
    assert "identities.json" in capsys.readouterr().err


def test_profiles_by_name_by_file_and_wrong_ones(tmp_path):
    assert {"base", "dup-reject"} <= set(names())
    assert load_profile("dup-reject")["order.duplicate"] == "reject"
    mine = tmp_path / "mine.yaml"
    mine.write_text("schema: 1\nname: mine\nextends: dup-reject\nset: {order.ttl_ms: 5}\n", encoding="utf-8")
    assert (load_profile(str(mine))["order.ttl_ms"], load_profile(str(mine))["order.duplicate"]) == (
        5,
        "reject",
    )
    mine.write_text("schema: [1\n", encoding="utf-8")
    with pytest.raises(ProfileError, match="YAML"):
        load_profile(str(mine))
    mine.write_text(f"schema: 1\nextends: {mine}\nset: {{}}\n", encoding="utf-8")
    with pytest.raises(ProfileError, match="extends"):
        load_profile(str(mine))
    with pytest.raises(ProfileError, match="nowhere"):
        load_profile("nowhere")


def test_timers_ring_in_order_and_the_later_of_a_key_wins(monkeypatch):
    monkeypatch.setattr(clocks, "wall_ms", lambda: 1_000)
    one = Person(Key("r", "h", "P1"), new_shard({}, "r", "f", ROLES))
    for at_ms, name, key in ((3_000, "c", ""), (2_000, "a", "k"), (2_500, "b", "k"), (2_500, "d", "")):
        one = one.scheduled(at_ms, Event(name), key)
    assert [timer.event.name for timer in one.timers] == ["b", "d", "c"]
    got = []
    while (timer := one.due(2_600)) is not None:
        before, one = one, one.rung(timer)
        got.append((timer.event.name, one.now_ms()))
        assert one.rung(timer) is None
        assert timer in before.timers
    assert got == [("b", 2_500), ("d", 2_500)]
    one = one.moved_to(2_600)
    assert (one.now_ms(), one.timers[0].at_ms) == (2_600, 3_000)
    assert one.moved_to(100).now_ms() == 2_600
    monkeypatch.setattr(stored, "TIMERS", 1)
    with pytest.raises(OverflowError, match="1 timers"):
        one.scheduled(9_000, Event("y"), "")


def test_the_bell_rings_what_is_due_and_what_becomes_due_sooner(monkeypatch):
    async def play():
        store, rang = MemoryStore(), asyncio.Queue()

        async def ring(due):
            before = await store.load(due.key)
            await store.commit(due.key, before, before.rung(due.timer))
            rang.put_nowait(due.timer.event.name)
            return True

        troubles, due = [], store.due

        async def unreachable(_now_ms):
            store.due = due
            raise OSError("store")

        store.due = unreachable
        bell = Bell(store, ring, troubles.append)
        await store.open(Namespace("r", ("h",)))
        made = Person(Key("r", "h", "P1"), new_shard({}, "r", "f", ROLES))
        late = made.scheduled(made.now_ms() + 3_600_000, Event("late"), "")
        before = await store.commit(made.key, None, late.scheduled(0, Event("overdue"), ""))
        task = asyncio.create_task(bell.run())
        assert await asyncio.wait_for(rang.get(), 5) == "overdue"
        before = await store.load(made.key)
        now = await store.commit(made.key, before, before.scheduled(before.now_ms(), Event("now"), ""))
        bell.rescheduled(now)
        assert await asyncio.wait_for(rang.get(), 5) == "now"
        assert [timer.event.name for timer in (await store.load(made.key)).timers] == ["late"]
        assert [str(trouble) for trouble in troubles] == ["store"]
        task.cancel()

    monkeypatch.setattr(bell_module, "AGAIN_S", 0)
    asyncio.run(play())


def test_identifiers_have_their_patterns():
    ids = maker("310000", 1_790_000_000_000)
    assert len(ids("ORD")) == 30
    assert len(ids("AUTH")) == 31
    assert ids("ORD")[:23] == f"ORD310000{beijing14(1_790_000_000_000)}"
    assert (len(ids("CODE")), ids("CODE").isdigit()) == (18, True)
    assert len(ids("EC")) <= 40
    assert (
        len({ids(kind) for kind in ("TOKEN", "EC", "PSN", "MDTRT", "SETL", "REFD", "HIFEFD", "REVS") * 50})
        == 400
    )
    with pytest.raises(KeyError):
        ids("NOTHING")


def test_the_loop_falls_back(monkeypatch):
    monkeypatch.setattr(loop, "sys", SimpleNamespace(platform="win32"))
    assert loop.loop_factory() is None
    monkeypatch.setattr(loop, "sys", SimpleNamespace(platform="linux"))
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert loop.loop_factory() is None
