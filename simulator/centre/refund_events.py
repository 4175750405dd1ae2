"""Move the money of a refund back and the order on; also the later outcome of an undecided one (EXP)."""

from __future__ import annotations

from dataclasses import replace

from simulator.centre.moves import move
from simulator.protocol.model.shard import Order, Refund, Shard
from simulator.protocol.model.step import Changed, Context, Effect, Event, Step
from simulator.protocol.text.fields import text

Moved = tuple[Shard, tuple[Effect, ...]]


def order_event(order: Order, refund: Refund) -> str:
    """The order-table event of a refund: by its type and by what is left of the order afterwards."""
    if refund.reversal:
        return "reverse" if refund.refd_type == "ALL" else "reverse_medical"
    if refund.refd_type == "ALL":
        return "refund_all"
    if refund.refd_type == "HI":
        return "refund_all" if order.state == "9" else "refund_hi"
    if order.cash_paid - order.cash_refunded - refund.cash:
        return "refund_cash_part"
    return "refund_all" if order.state in ("8", "11") else "refund_cash"


def pay_back(shard: Shard, order: Order, refund: Refund, why: str, ctx: Context) -> Moved | None:
    """The world after the money went back, or None when the order table has no row for it."""
    event = order_event(order, refund)
    moved = move(
        order,
        event,
        why,
        ctx,
        cash_refunded=order.cash_refunded + refund.cash,
        account_refunded=order.account_refunded + refund.account,
        fund_refunded=order.fund_refunded + refund.fund,
    )
    if moved is None:
        return None
    detail = {
        "refdType": refund.refd_type,
        "cash": refund.cash,
        "account": refund.account,
        "fund": refund.fund,
        "reversal": refund.reversal,
    }
    bank = shard.bank
    if refund.cash:
        bank = bank.credit("refund", refund.app_refd_sn, refund.cash, ctx.wire_ms)
    after = shard.replace(bank=bank, balance=shard.balance + refund.account).with_order(moved[0])
    changed = Changed("refund", refund.app_refd_sn, "", refund.status, why, detail)
    return after.with_refund(refund), (moved[1], changed)


def resolve(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `refund.resolve {appRefdSn, then}`: an undecided refund becomes SUCC or FAIL."""
    refund = shard.refunds.get(text(event.args, "appRefdSn"))
    order = shard.orders.get(refund.pay_ord_id) if refund else None
    if refund is None or order is None or refund.status != "EXP":
        return Step(shard)
    whole = replace(refund, status="SUCC")
    if (text(event.args, "then") or shard.policy.refund_then) == "succ":
        rest = replace(whole, refd_type="CASH", account=0, fund=0) if refund.half else whole
        moved = pay_back(shard, order, rest, "退费异常已查明: 成功", ctx)
        if moved is not None:
            return Step(moved[0].with_refund(whole), moved[1])
    failed = Changed("refund", refund.app_refd_sn, "EXP", "FAIL", "退费异常已查明: 失败")
    after = shard.with_refund(replace(refund, status="FAIL"))
    if order.state != "17":
        return Step(after, (failed,))
    back = move(order, "refund_failed", "退费异常已查明: 失败", ctx)
    return Step(shard) if back is None else Step(after.with_order(back[0]), (back[1], failed))
