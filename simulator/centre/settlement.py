"""What happens after the patient confirmed: cash leg, medical leg, hospital step, done (sheet 8), or undone.

One table row at a time, `settle.step_ms` apart, so that a poll can see every state. The cash goes
first; a failed medical leg gives the cash back (15), a failed reversal is 16, an undecided leg 14.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.centre import notice
from simulator.centre.moves import move
from simulator.protocol.model.shard import Order, Shard
from simulator.protocol.model.step import Changed, Context, Effect, Event, Schedule, Step
from simulator.protocol.text.fields import text

Moved = tuple[Shard, tuple[Effect, ...]]
RUNNING = ("2", "3", "4", "5")


def confirmed(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `order.confirmed {payOrdId, cash, medical}`: the patient entered the password; 1 -> 2."""
    order = shard.orders.get(text(event.args, "payOrdId"))
    after = None if order is None else confirm(shard, order, event.args, ctx)
    if order is None or after is None:
        return Step(shard)
    shard, effects = after
    return Step(shard, (*effects, _next(order, ctx)))


def confirm(shard: Shard, order: Order, ways: Mapping[str, Any], ctx: Context) -> Moved | None:
    """The order in state 2 with the way each leg will go, or None when it cannot be confirmed now."""
    if order.state != "1":
        return None
    legs = {
        "cash_way": str(ways.get("cash") or shard.policy.cash),
        "medical_way": str(ways.get("medical") or shard.policy.medical),
    }
    moved = move(order, "confirm", "参保人确认支付", ctx, **legs)
    return None if moved is None else (shard.with_order(moved[0]), (moved[1],))


def settle(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `order.settle {payOrdId}`: one row of the table; plans the next one while the order runs."""
    order = shard.orders.get(text(event.args, "payOrdId"))
    if order is None or order.state not in RUNNING:
        return Step(shard)
    after, effects = advance(shard, order, ctx)
    if order.state != after.orders[order.pay_ord_id].state in RUNNING:
        effects = (*effects, _next(order, ctx))
    return Step(after, effects)


def settle_at_once(shard: Shard, pay_ord_id: str, ctx: Context) -> Moved:
    """Confirm and run to the end in one go (policy `before_reply`)."""
    started = confirm(shard, shard.orders[pay_ord_id], {}, ctx)
    if started is None:
        return shard, ()
    shard, effects = started
    for _ in range(len(RUNNING) + 1):
        order = shard.orders[pay_ord_id]
        if order.state not in RUNNING:
            break
        shard, more = advance(shard, order, ctx)
        effects += more
        if shard.orders[pay_ord_id].state == order.state:
            break
    return shard, effects


def expire(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `order.expire {payOrdId}`: an order nobody paid is closed; later states are left alone."""
    order = shard.orders.get(text(event.args, "payOrdId"))
    moved = (
        None
        if order is None or order.state not in ("0", "1")
        else move(order, "expire", "超时未支付", ctx, expired=True)
    )
    return Step(shard) if moved is None else Step(shard.with_order(moved[0]), (moved[1],))


def advance(shard: Shard, order: Order, ctx: Context) -> Moved:
    """The next row for an order in 2, 3, 4 or 5."""
    return _ROWS[order.state](shard, order, ctx)


def _from_2(shard: Shard, order: Order, ctx: Context) -> Moved:
    return _cash_leg(shard, order, ctx) if order.amounts.cash else _medical_leg(shard, order, ctx)


def _from_3(shard: Shard, order: Order, ctx: Context) -> Moved:
    if order.amounts.medical:
        return _medical_leg(shard, order, ctx)
    return _go(shard, order, "institution_done", "院内结算完成", ctx)


def _from_4(shard: Shard, order: Order, ctx: Context) -> Moved:
    return _go(shard, order, "institution_done", "院内结算完成", ctx)


def _from_5(shard: Shard, order: Order, ctx: Context) -> Moved:
    done: dict[str, Any] = {
        "settled_ms": ctx.now_ms,
        "settled_wire_ms": ctx.wire_ms,
        "revs_token": ctx.ids("REVS"),
        "notice_id": f"N-{order.pay_ord_id}",
    }
    after, effects = _go(shard, order, "all_done", "结算完成", ctx, None, (), **done)
    settled = after.orders[order.pay_ord_id]
    if settled.state != "6":
        return after, effects
    return after, (*effects, *notice.begin(after, settled, ctx))


_ROWS: Mapping[str, Callable[[Shard, Order, Context], Moved]] = {
    "2": _from_2,
    "3": _from_3,
    "4": _from_4,
    "5": _from_5,
}


def _cash_leg(shard: Shard, order: Order, ctx: Context) -> Moved:
    cash = order.amounts.cash
    bank = shard.bank.debit(order.pay_ord_id, cash, ctx.wire_ms) if order.cash_way == "ok" else None
    if bank is None:
        short = order.cash_way == "insufficient" or shard.bank.balance < cash
        why = "现金账户余额不足" if short else "现金扣款失败"
        return _go(shard, order, "cash_failed", f"{why}, 订单回到待支付", ctx)
    debited = Changed("bank", order.pay_ord_id, "", "debited", "现金扣款", {"fen": cash})
    return _go(shard, order, "cash_paid", "现金部分完成", ctx, {"bank": bank}, (debited,), cash_paid=cash)


def _medical_leg(shard: Shard, order: Order, ctx: Context) -> Moved:
    amounts = order.amounts
    if order.medical_way == "undecided":
        return _go(shard, order, "undecided", "医保结算结果未定, 转异常", ctx)
    if order.medical_way != "ok" or shard.balance < amounts.account:
        return _undo_cash(shard, order, ctx)
    paid: dict[str, Any] = {
        "account_paid": amounts.account,
        "fund_paid": amounts.fund,
        "hi_doc_sn": ctx.ids("SETL"),
    }
    world = {"balance": shard.balance - amounts.account}
    return _go(shard, order, "medical_paid", "医保部分完成", ctx, world, **paid)


def _undo_cash(shard: Shard, order: Order, ctx: Context) -> Moved:
    if not order.cash_paid:
        return _go(shard, order, "medical_failed", "医保结算失败", ctx)
    if shard.policy.reversal != "ok":
        return _go(shard, order, "cash_stuck", "医保结算失败, 现金冲正失败", ctx)
    bank = shard.bank.credit("reversal", order.pay_ord_id, order.cash_paid, ctx.wire_ms)
    back = Changed("bank", order.pay_ord_id, "debited", "reversed", "现金冲正", {"fen": order.cash_paid})
    world, why = {"bank": bank}, "医保结算失败, 现金已退回"
    return _go(shard, order, "medical_failed", why, ctx, world, (back,), cash_paid=0)


def _go(
    shard: Shard,
    order: Order,
    event: str,
    why: str,
    ctx: Context,
    world: Mapping[str, Any] | None = None,
    first: tuple[Effect, ...] = (),
    **changes: Any,
) -> Moved:
    """Move order and money together, or neither when the order table (a profile may cut it) has no row."""
    moved = move(order, event, why, ctx, **changes)
    if moved is None:
        return shard, ()
    return shard.replace(**(world or {})).with_order(moved[0]), (*first, moved[1])


def _next(order: Order, ctx: Context) -> Schedule:
    event = Event("order.settle", {"payOrdId": order.pay_ord_id})
    return Schedule(ctx.now_ms + ctx.profile["settle.step_ms"], event, f"settle:{order.pay_ord_id}")
