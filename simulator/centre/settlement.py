"""What happens after the patient confirmed: cash leg, medical leg, hospital step, done (sheet 8), or undone.

One table row at a time, `settle.step_ms` apart, so that a poll can see every state; with `at_once` (the number of
rows left) the next row follows in the same step. The cash goes first; a failed medical leg gives the cash back (15),
a failed reversal is 16, an undecided leg 14. The money itself moves where it is owned: each leg is told to the
order's channel or to the account core, and only when the order table has a row for its success; an order whose leg
needs time stays where it is until the channel tells the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.centre import handed_over, notice
from simulator.centre.moves import move
from simulator.centre.state import CentreOrder, of, with_order
from simulator.protocol.model.leg import ABSENT, DONE, PENDING, result_of, status_of
from simulator.protocol.model.order_table import next_state
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Effect, Event, Schedule, Step, Tell
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said, Text, said_in

RUNNING = ("2", "3", "4", "5")
AT_ONCE = 5
"""Rows that policy `before_reply` may run in one step: one more than the table needs from 2 to 6."""


def confirmed(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `order.confirmed {payOrdId, cash?, medical?, at_once?}`: the patient entered the password; 1 -> 2."""
    order = of(shard).orders.get(text(event.args, "payOrdId"))
    if order is None or order.state != "1":
        return Step(shard)
    policy, args = shard.core.policy, event.args
    legs = {
        "cash_way": str(args.get("cash") or policy.cash),
        "medical_way": str(args.get("medical") or policy.medical),
    }
    return _go(shard, order, "confirm", Said("参保人确认支付"), event, ctx, **legs)


def settle(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `order.settle {payOrdId, at_once?}`: one row of the table; plans the next one while the order runs."""
    order = of(shard).orders.get(text(event.args, "payOrdId"))
    if order is None or order.state not in RUNNING:
        return Step(shard)
    return _ROWS[order.state](shard, order, event, ctx)


def expire(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `order.expire {payOrdId}`: an order nobody paid is closed; later states are left alone."""
    order = of(shard).orders.get(text(event.args, "payOrdId"))
    moved = (
        None
        if order is None or order.state not in ("0", "1")
        else move(order, "expire", Said("超时未支付"), ctx, expired=True)
    )
    return Step(shard) if moved is None else Step(with_order(shard, moved[0]), (moved[1],))


def cash_leg(shard: Shard, event: Event, ctx: Context) -> Step:
    """The channel's answer to `cash.debit`. Money that comes when the order no longer waits for it goes back."""
    order, status = of(shard).orders.get(text(event.args, "payOrdId")), status_of(event)
    if order is None or status == PENDING or order.cash_paid:
        return Step(shard)
    if order.state != "2":
        late = (_cash(order, "cash.reverse", order.amounts.cash, "ok", None),) if status == DONE else ()
        return Step(shard, late)
    if status == DONE:
        paid = order.amounts.cash
        return _go(shard, order, "cash_paid", Said("现金部分完成"), event, ctx, cash_paid=paid)
    missing = Said("本环境没有现金渠道 {}", order.channel)
    why = missing if status == ABSENT else said_in(result_of(event), "why")
    return _go(shard, order, "cash_failed", Said("{}, 订单回到待支付", why), event, ctx)


def medical_leg(shard: Shard, event: Event, ctx: Context) -> Step:
    """The account core's answer to `account.settle`."""
    order = of(shard).orders[text(event.args, "payOrdId")]
    if status_of(event) != DONE:
        return _undo_cash(shard, order, event, ctx)
    paid: dict[str, Any] = {
        "account_paid": order.amounts.account,
        "fund_paid": order.amounts.fund,
        "hi_doc_sn": result_of(event)["setl_id"],
    }
    return _go(shard, order, "medical_paid", Said("医保部分完成"), event, ctx, **paid)


def reversed_cash(shard: Shard, event: Event, ctx: Context) -> Step:
    """The channel's answer to `cash.reverse` after a failed medical leg."""
    order, status = of(shard).orders.get(text(event.args, "payOrdId")), status_of(event)
    if order is None or status == PENDING or not order.cash_paid:
        return Step(shard)
    if status != DONE:
        return _go(shard, order, "cash_stuck", Said("医保结算失败, 现金冲正失败"), event, ctx)
    return _go(shard, order, "medical_failed", Said("医保结算失败, 现金已退回"), event, ctx, cash_paid=0)


def _from_2(shard: Shard, order: CentreOrder, event: Event, ctx: Context) -> Step:
    if not order.amounts.cash:
        return _medical(shard, order, event, ctx)
    if not _may(order, "cash_paid", order.cash_way, ctx):
        return Step(shard)
    back = _with("order.cash_leg", order, event)
    return Step(shard, (_cash(order, "cash.debit", order.amounts.cash, order.cash_way, back),))


def _from_3(shard: Shard, order: CentreOrder, event: Event, ctx: Context) -> Step:
    if order.amounts.medical:
        return _medical(shard, order, event, ctx)
    return _from_4(shard, order, event, ctx)


def _from_4(shard: Shard, order: CentreOrder, event: Event, ctx: Context) -> Step:
    return _go(shard, order, "institution_done", Said("院内结算完成"), event, ctx)


def _from_5(shard: Shard, order: CentreOrder, event: Event, ctx: Context) -> Step:
    done: dict[str, Any] = {
        "settled_ms": ctx.now_ms,
        "settled_wire_ms": ctx.wire_ms,
        "revs_token": ctx.ids("REVS"),
        "notice_id": f"N-{order.pay_ord_id}",
    }
    step = _go(shard, order, "all_done", Said("结算完成"), event, ctx, **done)
    settled = of(step.shard).orders[order.pay_ord_id]
    if settled.state != "6":
        return step
    return Step(step.shard, (*step.effects, *notice.begin(step.shard, settled, ctx)))


_ROWS: Mapping[str, Callable[[Shard, CentreOrder, Event, Context], Step]] = {
    "2": _from_2,
    "3": _from_3,
    "4": _from_4,
    "5": _from_5,
}


def _medical(shard: Shard, order: CentreOrder, event: Event, ctx: Context) -> Step:
    amounts, way = order.amounts, order.medical_way
    if way == "undecided":
        return _go(shard, order, "undecided", Said("医保结算结果未定, 转异常"), event, ctx)
    if not _may(order, "medical_paid", way, ctx):
        return Step(shard)
    leg = {"key": order.pay_ord_id, "account": amounts.account, "fund": amounts.fund, "way": way}
    back = _with("order.medical_leg", order, event)
    return Step(shard, (Tell("institution", Event("account.settle", leg), back),))


def _undo_cash(shard: Shard, order: CentreOrder, event: Event, ctx: Context) -> Step:
    if not order.cash_paid:
        return _go(shard, order, "medical_failed", Said("医保结算失败"), event, ctx)
    way = shard.core.policy.reversal
    if not _may(order, "medical_failed", way, ctx):
        return Step(shard)
    back = _with("order.reversal", order, event)
    return Step(shard, (_cash(order, "cash.reverse", order.cash_paid, way, back),))


def _cash(order: CentreOrder, name: str, fen: int, way: str, back: Event | None) -> Tell:
    return Tell(order.channel, Event(name, {"key": order.pay_ord_id, "fen": fen, "way": way}), back)


def _may(order: CentreOrder, event: str, way: str, ctx: Context) -> bool:
    """Money moves together with its order, or neither: no leg without a row (a profile may cut it) for its success."""
    return way != "ok" or next_state(order.state, event, ctx.profile) is not None


def _go(
    shard: Shard, order: CentreOrder, row: str, why: Text, event: Event, ctx: Context, **changes: Any
) -> Step:
    """The order after `row` and, while it runs, what brings the next one; nothing when the table has no such row."""
    moved = move(order, row, why, ctx, **changes)
    if moved is None:
        return Step(shard)
    after, changed = moved
    more: tuple[Effect, ...] = handed_over.ended(after) if order.state != after.state else ()
    if order.state != after.state and after.state in RUNNING:
        more = (_next(after, event, ctx),)
    return Step(with_order(shard, after), (changed, *more))


def _next(order: CentreOrder, event: Event, ctx: Context) -> Effect:
    rows = event.args.get("at_once", 0)
    if rows:
        more = {"payOrdId": order.pay_ord_id, "at_once": rows - 1}
        return Tell("centre", Event("order.settle", more))
    later = Event("order.settle", {"payOrdId": order.pay_ord_id})
    return Schedule(ctx.now_ms + ctx.profile["settle.step_ms"], later, f"settle:{order.pay_ord_id}")


def _with(name: str, order: CentreOrder, event: Event) -> Event:
    """What a leg's result comes back by: the order, and how many rows are left to run at once."""
    rows = event.args.get("at_once", 0)
    return Event(name, {"payOrdId": order.pay_ord_id, **({"at_once": rows} if rows else {})})
