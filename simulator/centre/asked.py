"""What other roles may ask the centre about its orders; nothing moves."""

from __future__ import annotations

from simulator.centre.state import of
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Event, Step
from simulator.protocol.text.fields import text

PAYING = ("2", "3", "4", "5", "6", "8", "9", "10", "11", "14", "16", "17")
"""States in which money of an order is, or may be, with the centre."""


def waiting(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Told `{payOrdId?}`: the result has the `payOrdId` of the newest order that waits for its patient, if there is one."""
    number = text(event.args, "payOrdId")
    found = [
        order.pay_ord_id
        for order in of(shard).orders.values()
        if order.state == "1" and number in ("", order.pay_ord_id)
    ]
    return Step(shard, (), {"payOrdId": found[-1]} if found else {})


def of_visit(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Told `{mdtrtId}`: the result has `busy` `{payOrdId, ordStas}` when money of that visit is with the centre."""
    number = text(event.args, "mdtrtId")
    orders = of(shard).orders.values()
    busy = next((one for one in orders if one.mdtrt_id == number and one.state in PAYING), None)
    return Step(shard, (), {"busy": {"payOrdId": busy.pay_ord_id, "ordStas": busy.state}} if busy else {})
