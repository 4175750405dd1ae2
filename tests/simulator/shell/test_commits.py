"""One message, one commit: its order, what fails with it, several at once, several processes, a restart, an end."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import aiohttp
import orjson
import pytest
from encoded_store import BOTH_STORES

from simulator.protocol.model.person import new_shard
from simulator.protocol.model.role import transports_of
from simulator.protocol.model.step import Index, Notify, Step
from simulator.roles import ROLES
from simulator.shell import changes, ids
from simulator.shell.changes import Behind, Changes, UnsettledError
from simulator.shell.identities import open_identities
from simulator.shell.journal import Journal, JournalError
from simulator.shell.memory_store import MemoryStore
from simulator.shell.profiles import load_profile
from simulator.shell.stored import Key, Namespace, Note, Person
from simulator.shell.world import World

CODE = "H50999900001"
BEHIND = Behind(load_profile(), "509999", lambda view: view)


def lines(home, run="r1"):
    path = home / "journals" / run / "evidence.jsonl"
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


async def enrolled(lab, **spec):
    vendor = await lab.vendor(CODE)
    person = await lab.person(await lab.run(vendor, "r1"), vendor, **spec)
    await vendor.enrol(person)
    return vendor, person


def test_between_its_records_a_message_is_committed_and_its_notes_follow_the_commit(play, tmp_path):
    at_commit, at_written = [], []

    class Watched(MemoryStore):
        async def commit(self, key, before, after, **more):
            if more.get("notes"):
                at_commit.append(lines(tmp_path / "h")[-1])
            return await super().commit(key, before, after, **more)

        async def written(self, run, ids):
            at_written.append((lines(tmp_path / "h")[-1], await self.unwritten(run)))
            await super().written(run, ids)
            assert await self.unwritten(run) == ()

    async def main(lab):
        vendor, person = await enrolled(lab)
        at_commit.clear()
        at_written.clear()
        assert (await vendor.centre("6201", vendor.upload(person))).ok

    play(main, home=tmp_path / "h", store=Watched())
    [before], [(after, notes)] = at_commit, at_written
    assert (before["kind"], before["interface"], before["part"]) == ("message", "6201", "request")
    assert (after["what"], after["link"]) == ("order", before["seq"])
    assert [note.what for note in notes] == ["order"]
    rest = [r for r in lines(tmp_path / "h") if r["seq"] > after["seq"] and r["kind"] == "message"]
    assert [(r["interface"], r["part"]) for r in rest] == [("6201", "response")]


def test_a_chain_that_cannot_be_written_refuses_before_the_step_and_is_silent_after_it(play, monkeypatch):
    append, broken = Journal.append, []

    def refusing(journal, record):
        if any(all(record.get(name) == value for name, value in row.items()) for row in broken):
            raise JournalError("满了")
        return append(journal, record)

    monkeypatch.setattr(Journal, "append", refusing)

    async def main(lab):
        vendor, person = await enrolled(lab)
        data = vendor.upload(person)
        broken.append({"kind": "message", "part": "request"})
        told = await vendor.centre("6201", data)
        assert (told.status, told.code) == (200, "LT-INTERNAL")
        assert (await person.act("", {}, "GET"))["orders"] == []
        for row in ({"what": "order"}, {"part": "response", "interface": "6201"}):
            broken[:] = [row]
            with pytest.raises(aiohttp.ClientError):
                await vendor.centre("6201", {**data, "medOrgOrd": f"M{len(row)}"})
            broken.clear()
        orders = (await person.act("", {}, "GET"))["orders"]
        assert [order["medOrgOrd"] for order in orders] == ["M1"], "the authorisation is bound by the first"

    play(main)


@BOTH_STORES
class TestSeveralAtOnce:
    def test_two_persons_cannot_use_one_number_of_the_institutions(self, play):
        async def main(lab):
            vendor, first = await enrolled(lab)
            second = await lab.person("r1", vendor, "pay/two")
            await vendor.enrol(second)
            sent = [{**vendor.upload(one), "medOrgOrd": "SAME"} for one in (first, second)]
            answers = await asyncio.gather(*(vendor.centre("6201", data) for data in sent))
            assert sorted(answer.code for answer in answers) == ["0", "LT-ORDER-DUPLICATE"]

        play(main)

    def test_of_equal_bytes_one_message_is_accepted(self, play):
        async def main(lab):
            vendor, person = await enrolled(lab)
            body = vendor.sealed(vendor.upload(person))
            answers = await asyncio.gather(*(vendor.post("6201", body) for _ in range(6)))
            codes = sorted(str(orjson.loads(answer)["code"]) for _, answer in answers)
            assert codes[0] == "0"
            assert set(codes[1:]) == {"LT-REPLAY"}

        play(main)

    def test_acts_and_advances_side_by_side_lose_nothing(self, play):
        async def main(lab):
            vendor, person = await enrolled(lab)
            told = await asyncio.gather(
                *(person.act("authorise", {"biz": "04107", "channel": "wechat"}) for _ in range(8)),
                *(person.act("advance", {"ms": 1_000}) for _ in range(4)),
            )
            assert len({one["auth_code"] for one in told[:8]}) == 8
            for one in told[:8]:
                assert (await vendor.user_query(one["auth_code"], person.openid)).ok
            marks = sorted(one["timer_ms"] for one in told[8:])
            assert all(later - sooner >= 1_000 for sooner, later in itertools.pairwise(marks))

        play(main)

    def test_a_finished_flow_leaves_nothing_in_the_store(self, play, make_store):
        store = make_store()

        async def main(lab):
            vendor = await lab.vendor(CODE)
            run = await lab.run(vendor, "r1")
            sizes = []
            for turn in range(3):
                person = await lab.person(run, vendor, f"pay/{turn}", policy={"delay_ms": 60_000})
                await vendor.enrol(person)
                await vendor.pay(person)
                await person.act("faults", {"name": "unsigned", "interface": "6202"})
                full, flow = store.size(), f"/control/runs/r1/flows/pay%2F{turn}"
                await person.act("advance", {"ms": 30_000_000})
                quiet = await lab.control("GET", f"{flow}/quiet", wait_ms=10_000, quiet_ms=0)
                assert quiet["quiet"], quiet
                assert await lab.control("DELETE", flow) == {"removed": {"persons": 1}}
                await person.act("", {}, "GET", status=404)
                assert store.size() < full
                sizes.append(store.size())
            assert len(set(sizes)) == 1, "as much after the third flow as after the first"
            assert await store.persons("r1") == ()
            busy = await lab.person(run, vendor, "pay/busy")
            await vendor.enrol(busy)
            await vendor.pay(busy)
            await lab.control("DELETE", "/control/runs/r1")
            assert await store.next_due() is None

        play(main, store=store)
        assert store.size() <= 1, "what is set for the institution"


def claiming(one, ctx):
    return Step(one.shard, (Index("payOrdId", ctx.ids("ORD"), unique=True),))


async def two_processes(store):
    """Two of them on one store, each with a person of its own."""
    await store.open(Namespace("r", (CODE,)))
    keys = [Key("r", CODE, name) for name in ("P1", "P2")]
    for key in keys:
        await store.commit(key, None, Person(key, new_shard({}, "r", "f", ROLES)))
    return [(Changes(store, lambda _one: None), key) for key in keys]


def test_two_processes_with_the_same_serial_hand_out_two_numbers(monkeypatch, make_store):
    monkeypatch.setattr(changes, "wall_ms", lambda: 1_790_000_000_000)
    monkeypatch.setattr(ids, "_serial", iter([7, 7, 8]))

    async def main():
        store = make_store()
        for process, key in await two_processes(store):
            await process.step(key, claiming, BEHIND)
        numbers = [f"ORD509999{ids.beijing14(1_790_000_000_000)}{serial:07d}" for serial in (7, 8)]
        assert [[key.person for key in await store.find(CODE, "payOrdId", one)] for one in numbers] == [
            ["P1"], ["P2"],
        ]  # fmt: skip

    asyncio.run(main())


def test_a_number_that_is_never_free_is_our_failure_and_changes_nothing(monkeypatch, make_store):
    monkeypatch.setattr(changes, "wall_ms", lambda: 1_790_000_000_000)
    monkeypatch.setattr(ids, "serial", lambda: 7)

    async def main():
        store = make_store()
        (first, one), (second, two) = await two_processes(store)
        await first.step(one, claiming, BEHIND)
        before = await store.load(two)
        with pytest.raises(UnsettledError, match="10 commits"):
            await second.step(two, claiming, BEHIND)
        assert await store.load(two) == before

    asyncio.run(main())


def test_two_processes_change_one_person_and_no_change_is_lost():
    async def main():
        store = MemoryStore()
        (first, key), (second, _) = await two_processes(store)

        def counted(one):
            return replace(one, offset_ms=one.offset_ms + 1)

        await asyncio.gather(*(
            process.step(key, lambda one, _ctx: Step(one.shard), BEHIND, counted)
            for process in (first, second) for _ in range(5)
        ))  # fmt: skip
        assert (await store.load(key)).offset_ms == 10

    asyncio.run(main())


def test_after_a_restart_waiting_notices_go_out_and_missing_notes_are_recovered(tmp_path, make_store):
    async def main():
        store, identities = make_store(), open_identities(tmp_path, transports_of(ROLES))
        before = World(tmp_path, identities, load_profile(), ROLES, store)
        member = identities.ensure(CODE)
        run = await before.runs.open("r1", [member.code], {})
        one = await before.add_person(run, member, "pay/one", "", {})
        one = await before.shift(one.key, lambda one: one.sending(Notify("6302", "ORD1", {})))
        note = Note("P1.9", one.key, one.flow, "", "order", 1, {"key": "ORD1"}, 5)
        await store.commit(one.key, one, one, notes=[note])
        run.journal.close()  # killed: nothing of the store was closed

        after, released = World(tmp_path, identities, load_profile(), ROLES, store), []
        after.release = lambda key, outgoing: released.append((key, outgoing.notice.key))
        for _ in range(2):
            await after.resume()
        assert released == [(one.key, "ORD1")] * 2
        recovered = [record for record in lines(tmp_path) if record.get("recovered")]
        assert [(r["what"], r["d"], r["t"]["timer_ms"]) for r in recovered] == [("order", {"key": "ORD1"}, 5)]
        assert (await after.find(CODE, (("idNo", one.shard.core.identity.id_no),))).key == one.key
        await after.close()

    asyncio.run(main())
