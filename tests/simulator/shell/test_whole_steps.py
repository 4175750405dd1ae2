"""A step of ours that breaks the rules is our failure: it is recorded, and the person stays as they were."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import orjson

from simulator.protocol.model.role import Role, transports_of
from simulator.protocol.model.step import Changed, Event, Notify, Step, Tell
from simulator.roles import ROLES
from simulator.shell.identities import open_identities
from simulator.shell.memory_store import MemoryStore
from simulator.shell.profiles import load_profile
from simulator.shell.world import World


def thief(shard, event, ctx):
    account = shard.parts["bank"]
    robbed = shard.with_part("bank", replace(account, balance=0))
    return Step(robbed, (Changed("bank", "x", "", "robbed", ""), Notify("6302", "N1", "ORD1", {})))


def debits_then_robs(shard, event, ctx):
    debit = Event("cash.debit", {"key": "x", "fen": 1, "way": "ok"})
    return Step(shard, (Tell("bank", debit, Event("thief.robs")),))


THIEF = Role(
    "thief",
    events=(("thief.go", thief), ("thief.later", debits_then_robs)),
    told=(("thief.robs", thief),),
)


def test_a_step_that_breaks_the_rules_changes_nothing_and_is_recorded(tmp_path):
    async def main():
        identities = open_identities(tmp_path, transports_of(ROLES))
        world = World(tmp_path, identities, load_profile(), (*ROLES, THIEF), MemoryStore())
        member = world.identities.ensure()
        run = await world.runs.open("r1", [member.code], {})
        one = await world.add_person(run, member, "pay/one", "", {})
        sent = []
        world.release = lambda _key, outgoing: sent.append(outgoing)
        seq = run.journal.last_seq
        for name in ("thief.go", "thief.later"):
            assert await world.fire(one.key, Event(name)) is None
            assert await world.store.load(one.key) == one
        told = [orjson.loads(line) for line in run.journal.read(seq, 100)]
        assert [(record["what"], record["d"]["domain"]) for record in told] == [("error", "harness")] * 2
        assert all("thief wrote into the compartment of bank" in record["d"]["error"] for record in told)
        assert sent == []
        await world.close()

    asyncio.run(main())


def test_a_timer_whose_step_fails_is_gone_all_the_same(tmp_path):
    async def main():
        identities = open_identities(tmp_path, transports_of(ROLES))
        world = World(tmp_path, identities, load_profile(), (*ROLES, THIEF), MemoryStore())
        member = world.identities.ensure()
        run = await world.runs.open("r1", [member.code], {})
        made = await world.add_person(run, member, "pay/one", "", {})
        one = await world.shift(made.key, lambda one: one.scheduled(one.now_ms(), Event("thief.go"), ""))
        [due] = await world.store.due(one.timers[0].at_ms)
        assert await world.ring(due)
        after = await world.store.load(one.key)
        assert (after.shard, after.timers) == (one.shard, ())
        await world.close()

    asyncio.run(main())
