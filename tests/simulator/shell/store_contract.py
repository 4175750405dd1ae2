"""What every implementation of `Store` must do. Subclass it in a test module and say how to `make` an empty store."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from simulator.faults.scripted_reply import ReplyScript
from simulator.protocol.model.person import new_shard
from simulator.protocol.model.step import Event, Notify
from simulator.protocol.wire.raw import RawMessage
from simulator.roles import ROLES
from simulator.shell.scripts import Scripts
from simulator.shell.store import Conflict, Replayed, Store, Taken
from simulator.shell.stored import Entry, Hosting, Key, Namespace, Note, Person

CODE, OTHER = "H50999900001", "H31000000002"
RAW = RawMessage("POST", "/n?a=%20", (("X-A", "1"), ("x-a", "2")), b"\x00\xff", None)


def fresh(run: str, name: str, flow: str = "f", code: str = CODE) -> Person:
    shard = new_shard({"person": name, "name": "测试", "id_no": "509999199003070010"}, run, flow, ROLES)
    return Person(Key(run, code, name), shard, "scenario")


def note(one: Person, number: int) -> Note:
    detail = {"key": "ORD1", "before": "", "after": "0", "detail": {"total": 1}}
    return Note(f"{one.id}.{number}", one.key, one.flow, one.scenario, "order", 7, detail, 1_000)


class StoreContract:
    """Each test gets a store with the open runs `old` and `new`, in this order."""

    def make(self) -> Store:
        raise NotImplementedError

    def play(self, main):
        async def inside():
            store = self.make()
            for run in ("old", "new"):
                await store.open(Namespace(run, (CODE, OTHER), {"a": 1}, {}, small=run == "new"))
            return await main(store)

        return asyncio.run(inside())

    def test_what_was_committed_is_what_is_loaded(self):
        async def main(store):
            made = fresh("new", "P1").scheduled(5_000, Event("b", {"n": 1}), "k")
            made = made.scheduled(3_000, Event("a"), "").sending(
                Notify("6302", "ORD1", {"x": "1"}, 2, "told")
            )
            assert await store.load(made.key) is None
            first = await store.commit(made.key, None, made, index=[Entry("idNo", "1", "newest")])
            assert first == replace(made, revision=1) == await store.load(made.key)
            second = await store.commit(made.key, first, replace(first, offset_ms=9))
            assert second == replace(first, offset_ms=9, revision=2) == await store.load(made.key)
            same = await store.commit(made.key, second, second, seen="k")
            assert (same, await store.has_seen(CODE, "k")) == (second, True)

        self.play(main)

    def test_a_commit_on_something_older_changes_nothing_at_all(self):
        async def main(store):
            one = fresh("new", "P1")
            first = await store.commit(one.key, None, one)
            second = await store.commit(one.key, first, replace(first, offset_ms=1))
            late = replace(first.scheduled(1, Event("x"), ""), offset_ms=2)
            for before in (first, None):
                with pytest.raises(Conflict):
                    await store.commit(
                        one.key, before, late, index=[Entry("k", "v")], seen="s", notes=[note(one, 1)]
                    )
            assert await store.load(one.key) == second
            assert await store.find(CODE, "k", "v") == ()
            assert not await store.has_seen(CODE, "s")
            assert await store.due(10**15) == ()
            assert await store.unwritten("new") == ()

        self.play(main)

    def test_of_many_at_once_each_commit_counts(self):
        async def main(store):
            one = fresh("new", "P1")
            await store.commit(one.key, None, one)

            async def count():
                while True:
                    before = await store.load(one.key)
                    await asyncio.sleep(0)
                    try:
                        return await store.commit(
                            one.key, before, replace(before, offset_ms=before.offset_ms + 1)
                        )
                    except Conflict:
                        continue

            await asyncio.gather(*(count() for _ in range(20)))
            now = await store.load(one.key)
            assert (now.offset_ms, now.revision) == (20, 21)

        self.play(main)

    def test_a_number_that_is_claimed_alone_is_nobodys_else(self):
        async def main(store):
            one, two = fresh("new", "P1"), fresh("new", "P2")
            first = await store.commit(one.key, None, one, index=[Entry("payOrdId", "ORD1", "alone")])
            await store.commit(two.key, None, two)
            old, far = fresh("old", "P1"), fresh("new", "P3", code=OTHER)
            await store.commit(old.key, None, old)
            for whose in (one, two, old):  # its own owner too: each number is made once
                before = await store.load(whose.key)
                after = replace(before, offset_ms=5)
                with pytest.raises(Taken):
                    await store.commit(
                        whose.key, before, after, index=[Entry("x", "y"), Entry("payOrdId", "ORD1", "alone")]
                    )
                assert await store.load(whose.key) == before
            assert await store.find(CODE, "x", "y") == ()
            await store.commit(far.key, None, far, index=[Entry("payOrdId", "ORD1", "alone")])
            assert await store.find(CODE, "payOrdId", "ORD1") == (first.key,)
            assert await store.find(OTHER, "payOrdId", "ORD1") == (far.key,)

        self.play(main)

    def test_a_number_of_the_institutions_own_is_one_persons_in_a_run(self):
        async def main(store):
            own = [Entry("medOrgOrd", "M1", "in run")]
            one, two, old = fresh("new", "P1"), fresh("new", "P2"), fresh("old", "P1")
            first = await store.commit(one.key, None, one, index=own)
            await store.commit(one.key, first, replace(first, offset_ms=1), index=own)
            with pytest.raises(Taken):
                await store.commit(two.key, None, two, index=own)
            assert await store.load(two.key) is None
            await store.commit(old.key, None, old, index=own)
            assert await store.find(CODE, "medOrgOrd", "M1") == (one.key, old.key)

        self.play(main)

    def test_of_several_claims_the_first_owner_keeps_and_the_newest_takes(self):
        async def main(store):
            one, two, three = (fresh("new", f"P{number}") for number in (1, 2, 3))
            await store.commit(one.key, None, one, index=[Entry("psnNo", "1"), Entry("idNo", "1", "newest")])
            await store.commit(two.key, None, two, index=[Entry("psnNo", "1"), Entry("idNo", "1", "newest")])
            assert await store.find(CODE, "psnNo", "1") == (one.key,)
            assert await store.find(CODE, "idNo", "1") == (two.key,)
            await store.commit(three.key, None, three, index=[Entry("psnNo", "1", "free")])
            assert await store.find(CODE, "psnNo", "1") == ()

        self.play(main)

    def test_an_identifier_is_found_in_the_newest_run_first(self):
        async def main(store):
            for run in ("new", "old"):
                one = fresh(run, "P1")
                await store.commit(one.key, None, one, index=[Entry("idNo", "1", "newest")])
            assert [key.run for key in await store.find(CODE, "idNo", "1")] == ["new", "old"]
            await store.close("new")
            assert [key.run for key in await store.find(CODE, "idNo", "1")] == ["old"]
            assert await store.find(OTHER, "idNo", "1") == ()

        self.play(main)

    def test_a_replay_key_is_seen_once_by_an_institution_and_asking_leaves_no_trace(self):
        async def main(store):
            one = fresh("new", "P1")
            assert not await store.has_seen(CODE, "k")
            assert not await store.has_seen(CODE, "k")
            await store.see(CODE, "k")
            assert await store.has_seen(CODE, "k")
            assert not await store.has_seen(OTHER, "k")
            with pytest.raises(Replayed):
                await store.see(CODE, "k")
            with pytest.raises(Replayed):
                await store.commit(one.key, None, one, seen="k")
            assert await store.load(one.key) is None
            for _ in range(2):
                await store.see(CODE, "")
            assert not await store.has_seen(CODE, "")
            await store.commit(one.key, None, one, seen="other")
            with pytest.raises(Replayed):
                await store.see(CODE, "other")

        self.play(main)

    def test_timers_are_due_by_the_clock_of_their_person(self):
        async def main(store):
            assert (await store.due(10**15), await store.next_due()) == ((), None)
            for name, at_ms, offset_ms in (("P1", 3_000, 0), ("P2", 9_000, 7_000), ("P3", 5_000, 0)):
                one = fresh("new", name).scheduled(at_ms + 1, Event("later"), "")
                one = replace(one.scheduled(at_ms, Event(name), ""), offset_ms=offset_ms)
                await store.commit(one.key, None, one)
            assert await store.next_due() == 2_000
            assert [due.timer.event.name for due in await store.due(1_999)] == []
            assert [due.timer.event.name for due in await store.due(3_000)] == ["P2", "P1"]
            [first, *_] = await store.due(2_000)
            before = await store.load(first.key)
            await store.commit(first.key, before, replace(before, timers=before.timers[1:], offset_ms=0))
            assert await store.next_due() == 3_000
            assert [due.timer.event.name for due in await store.due(6_000)] == ["P1", "P3"]
            for key in await store.persons("new"):
                await store.forget(key)
            assert (await store.due(10**15), await store.next_due()) == ((), None)

        self.play(main)

    def test_a_forgotten_person_leaves_nothing(self):
        async def main(store):
            one, two = fresh("new", "P1", "f1"), fresh("new", "P2", "f2")
            for each in (one, two):
                each = each.scheduled(1, Event("x"), "").sending(Notify("6302", "O", {}))
                await store.commit(each.key, None, each, index=[Entry("idNo", each.id), Entry("k", "shared")])
                await store.put(each.key, None, Scripts().with_fault("unsigned", "*", 1, {}))
            assert await store.persons("new") == (one.key, two.key)
            assert await store.persons("new", "f1") == (one.key,)
            await store.forget(one.key)
            await store.forget(one.key)
            assert await store.load(one.key) is None
            assert (await store.persons("new"), await store.count("new")) == ((two.key,), 1)
            assert (await store.persons("new", "f1"), await store.find(CODE, "idNo", "P1")) == ((), ())
            assert await store.find(CODE, "k", "shared") == ()
            assert await store.value(one.key, Scripts) is None
            assert await store.value(two.key, Scripts) is not None
            assert [due.key for due in await store.due(10)] == [two.key]

        self.play(main)

    def test_runs_are_opened_in_order_and_closed_with_everything_in_them(self):
        async def main(store):
            old, new = await store.runs()
            assert (old.name, new.name, old.number < new.number) == ("old", "new", True)
            assert (new.institutions, new.overrides, new.small) == ((CODE, OTHER), {"a": 1}, True)
            with pytest.raises(Conflict):
                await store.open(Namespace("new", ()))
            one = fresh("new", "P1").scheduled(1, Event("x"), "")
            await store.commit(one.key, None, one, index=[Entry("idNo", "1")], notes=[note(one, 1)])
            assert [await store.next_number("new") for _ in range(3)] == [1, 2, 3]
            await store.put(Key("new", CODE), None, Scripts().with_fault("unsigned", "*", 1, {}))
            await store.put(Key("new", CODE), None, Hosting({"n": "http://a"}))
            assert await store.clear("new") == 1
            assert (await store.persons("new"), await store.value(Key("new", CODE), Scripts)) == ((), None)
            assert await store.value(Key("new", CODE), Hosting) == Hosting({"n": "http://a"})
            assert await store.next_number("new") == 4
            await store.close("new")
            assert [run.name for run in await store.runs()] == ["old"]
            assert await store.value(Key("new", CODE), Hosting) is None
            assert (await store.unwritten("new"), await store.next_due()) == ((), None)
            for refused in (
                store.commit(one.key, None, one), store.next_number("new"),
                store.put(Key("new", CODE), None, Scripts()),
            ):  # fmt: skip
                with pytest.raises(Conflict):
                    await refused
            again = await store.open(Namespace("new", (CODE,)))
            assert again.number > new.number
            assert await store.next_number("new") == 1

        self.play(main)

    def test_what_is_armed_is_changed_only_as_it_was_read(self):
        async def main(store):
            key = Key("new", CODE, "P1")
            script = ReplyScript(code="1", set={"a.b": 1.5}, unset=("c",), data={"x": [1, None, "甲"]})
            before = Scripts().with_fault("hold_response", "6201", 2, {"ms": 10}, order=3)
            before = before.with_reply(script, "*", 2).with_triggered(("MP-FLT-01", "M1"))
            before = before.with_sent("6302", "ORD1", RAW)
            await store.put(key, None, before)
            assert await store.value(key, Scripts) == before
            after, used = before.used(1)
            await store.put(key, before, after)
            assert used.times == 1
            for wrong in (before, None):
                with pytest.raises(Conflict):
                    await store.put(key, wrong, Scripts())
            assert await store.value(key, Scripts) == after
            assert await store.value(Key("old", CODE, "P1"), Scripts) is None
            await store.put(Key("", CODE), None, Hosting({"n": "none"}, amount_tails=True))
            assert await store.value(Key("", CODE), Hosting) == Hosting({"n": "none"}, amount_tails=True)

        self.play(main)

    def test_notes_wait_until_they_stand_in_the_chain(self):
        async def main(store):
            one = fresh("new", "P1")
            first = await store.commit(one.key, None, one, notes=[note(one, 1), note(one, 2)])
            await store.commit(one.key, first, replace(first, offset_ms=1), notes=[note(one, 3)])
            assert await store.unwritten("new") == tuple(note(one, number) for number in (1, 2, 3))
            await store.written("new", ["P1.1", "P1.3", "P9.9"])
            assert await store.unwritten("new") == (note(one, 2),)
            assert await store.unwritten("old") == ()

        self.play(main)
