"""A cash channel that needs time: the order waits in its state, and what the channel says later carries it on.

The channel is a role of this test, with files and registry line of its own: the centre knows its name from the order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from simulator.centre import state as centre_state
from simulator.protocol.model.leg import DONE, FAILED, PENDING
from simulator.protocol.model.role import Role
from simulator.protocol.model.step import Event, Step, Tell
from simulator.roles import ROLES

MIXED = {"balance": 1000, "ratio": 50}


@dataclass(frozen=True, slots=True)
class Purse:
    """`pending`: what was asked and is not decided; `taken`: fen that are out."""

    pending: tuple[tuple[str, str, int], ...] = ()
    taken: int = 0


def asks(kind):
    def handler(shard, event, ctx):
        purse, one = shard.parts["purse"], (kind, event.args["key"], event.args["fen"])
        if kind == "reverse":
            return Step(
                shard.with_part("purse", replace(purse, taken=purse.taken - one[2])), (), {"status": DONE}
            )
        return Step(
            shard.with_part("purse", replace(purse, pending=(*purse.pending, one))), (), {"status": PENDING}
        )

    return handler


def decides(shard, event, ctx):
    """Event `purse.decides {status}`: the oldest thing that was asked is decided."""
    purse = shard.parts["purse"]
    (kind, key, fen), rest = purse.pending[0], purse.pending[1:]
    done = event.args["status"] == DONE
    moved = {"debit": fen, "refund": -fen}[kind] * done
    name, number = {"debit": ("order.cash_leg", "payOrdId"), "refund": ("refund.cash_leg", "appRefdSn")}[kind]
    result = {"status": event.args["status"], "why": "顾客未付"}
    told = Tell("centre", Event(name, {number: key, "result": result}))
    return Step(shard.with_part("purse", Purse(rest, purse.taken + moved)), (told,))


PURSE = Role(
    "purse",
    events=(("purse.decides", decides),),
    told=tuple((f"cash.{kind}", asks(kind)) for kind in ("debit", "reverse", "refund")),
    part=lambda spec: Purse(),
)


@pytest.fixture
def shop(desk):
    """`shop(…)`: (world, order), an order that waits for a patient who pays by the purse."""

    def make(policy=None, **more):
        world = desk(roles=(*ROLES, PURSE), policy={"confirm": "never", **(policy or {})}, **MIXED, **more)
        _, order = world.place()
        paid_by = replace(world.orders[order["payOrdId"]], channel="purse")
        world.shard = centre_state.with_order(world.shard, paid_by)
        return world, order

    return make


def purse(world):
    return world.shard.parts["purse"]


def running(world):
    return [key for key in world.timers if key.startswith("settle:")]


def confirmed(world):
    assert world.act("patient.confirm").success
    world.advance(60_000)


def test_the_order_waits_without_a_timer_until_the_channel_says_paid(shop):
    world, order = shop()
    confirmed(world)
    assert (world.state(order), running(world)) == ("2", [])
    assert purse(world) == Purse((("debit", order["payOrdId"], 4_000),))
    world.act("purse.decides", status=DONE)
    assert world.state(order) == "3"
    world.advance(2_000)
    assert world.state(order) == "6"
    kept = world.orders[order["payOrdId"]]
    assert (kept.cash_paid, purse(world).taken, world.balance) == (4_000, 4_000, 0)
    assert world.bank.entries == ()


def test_a_channel_that_says_no_sends_the_order_back(shop):
    world, order = shop()
    confirmed(world)
    world.act("purse.decides", status=FAILED)
    kept = world.orders[order["payOrdId"]]
    assert (kept.state, str(kept.why), purse(world).taken) == ("1", "顾客未付, 订单回到待支付", 0)


def test_a_leg_that_waits_stops_a_settlement_before_the_reply(shop):
    world, order = shop()
    number = {"payOrdId": order["payOrdId"], "at_once": 5}
    world.act("order.confirmed", **number)
    assert (world.state(order), world.notices) == ("2", [])
    world.act("purse.decides", status=DONE)
    world.advance(2_000)
    assert world.state(order) == "6"


def test_money_that_comes_too_late_goes_back(shop):
    rows = [{"before": "2", "event": "revoke", "after": "12"}]
    world, order = shop(options={"states.extra_transitions": rows})
    confirmed(world)
    assert world.call("6401", world.query_data(order)).success
    world.act("purse.decides", status=DONE)
    assert (world.state(order), purse(world).taken) == ("12", 0)
    assert world.orders[order["payOrdId"]].cash_paid == 0


def test_a_failed_medical_leg_gives_the_cash_back_through_the_same_channel(shop):
    world, order = shop(policy={"medical": "fail"})
    confirmed(world)
    world.act("purse.decides", status=DONE)
    world.advance(2_000)
    assert (world.state(order), purse(world).taken, world.balance) == ("15", 0, 1_000)


def paid(shop):
    world, order = shop()
    confirmed(world)
    world.act("purse.decides", status=DONE)
    world.advance(2_000)
    return world, order


@pytest.mark.parametrize("kind", ["ALL", "CASH"])
def test_a_refund_is_undecided_until_the_channel_decides(shop, kind):
    world, order = paid(shop)
    data = world.refund_data(order, kind, payAuthNo=world.authorise())
    assert world.call("6203", data).data["refStatus"] == "EXP"
    world.advance(60_000)
    half = kind == "ALL"
    kept = world.orders[order["payOrdId"]]
    assert (kept.state, kept.cash_refunded) == ("8" if half else "17", 0)
    assert (kept.account_refunded, world.balance) == ((1_000, 1_000) if half else (0, 0))
    assert world.call("6203", data).data["refStatus"] == "EXP"
    world.act("purse.decides", status=DONE)
    assert world.call("6203", data).data["refStatus"] == "SUCC"
    assert world.state(order) == ("7" if half else "9")
    assert (world.orders[order["payOrdId"]].cash_refunded, purse(world).taken) == (4_000, 0)
    before = world.shard
    world.act("refund.resolve", appRefdSn=data["appRefdSn"], then="fail")
    assert world.shard is before, "decided once"


def test_a_refund_that_the_channel_declines_failed(shop):
    world, order = paid(shop)
    data = world.refund_data(order, "CASH", payAuthNo=world.authorise())
    world.call("6203", data)
    world.act("purse.decides", status=FAILED)
    assert world.call("6203", data).data["refStatus"] == "FAIL"
    assert (world.state(order), purse(world).taken) == ("6", 4_000)
