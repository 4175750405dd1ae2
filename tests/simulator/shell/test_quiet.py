"""Contracts 5: nothing counts as quiet while a notice, or what follows from it, is still to come."""

from __future__ import annotations

import asyncio

from simulator.control.api import Control
from simulator.protocol.model.role import transports_of
from simulator.protocol.model.step import Notify
from simulator.roles import ROLES
from simulator.shell.identities import open_identities
from simulator.shell.memory_store import MemoryStore
from simulator.shell.notifier import Notifier
from simulator.shell.profiles import load_profile
from simulator.shell.stored import Key
from simulator.shell.world import World

NOBODY = "http://127.0.0.1:1/notify"


def test_a_notice_is_open_from_the_decision_to_send_it_until_the_shard_knows_its_result(tmp_path):
    async def main():
        store = MemoryStore()
        world = World(tmp_path, open_identities(tmp_path, transports_of(ROLES)), load_profile(), ROLES, store)
        member = world.identities.ensure()
        run = await world.runs.open("r1", [member.code], {})
        one = await world.add_person(run, member, "pay/one", "", {})
        notifier = Notifier(world)
        control = Control(world, notifier, "")

        async def work():
            return await control.under_way(run, "pay/one")

        await world.set_endpoints(Key("", member.code), {"notify_6302": NOBODY})
        told, fire = [], world.fire

        async def fired(key, event, *more):
            told.append((event.name, await work()))
            return await fire(key, event, *more)

        world.fire = fired
        assert await work() == []
        notice = Notify("6302", "ORD1", {}, 1, "notice.result")
        one = await world.shift(one.key, lambda one: one.sending(notice))
        assert await work() == ["6302 plan"], "committed, before its task has begun"
        answered = await notifier.launch(one.key, one.outbox[0])
        assert answered.accepted is False
        assert told == [("notice.result", ["6302 plan"])], "when its repeat is planned"
        await notifier.idle(one.key)
        assert await work() == []
        control.advancing[one.key] = lock = asyncio.Lock()
        async with lock:
            assert await work() == ["advance"]
        await notifier.close()
        await world.close()

    asyncio.run(main())


def test_quiet_never_falls_between_a_refused_notice_and_its_repeat(play):
    """Asked all the time during the repeats, the flow is quiet only after the last of them."""

    async def main(lab):
        vendor = await lab.vendor()
        vendor.answer_status = 500
        run = await lab.run(vendor, "r1", {"notify.plan_ms": [0, 30, 30, 30, 30]})
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        await vendor.pay(person)
        await vendor.until_notices(1)
        while not (seen := await lab.control("GET", "/control/runs/r1/quiet", flow="pay/one"))["quiet"]:
            assert seen["open"]
        assert len(vendor.received) == 5

    play(main)
