"""Move the money of a refund back and the order on; also the later outcome of an undecided one (EXP).

The insurance side is told first, then the cash channel; the order moves once both answered. Cash that did not come
back leaves the refund EXP: half of it done when the insurance side has moved, else nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from simulator.centre.moves import move
from simulator.centre.state import CentreOrder, CentreRefund, of, with_order, with_refund
from simulator.protocol.model.leg import DONE, PENDING, status_of
from simulator.protocol.model.order_table import next_state
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Effect, Event, Reply, Schedule, Step, Tell
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said, Text, said_in, stored
from simulator.protocol.text.times import beijing14

SENTENCE = {
    "SUCC": Said("成功"),
    "FAIL": Said("退费失败"),
    "EXP": Said("退费结果未定, 请稍后用同一 appRefdSn 再次请求查询"),
}
FIRST: Final = "6203"
"""`by` of a leg that belongs to the 6203 itself, which wants its reply; any later leg does not."""
FOUND: Final = Said("退费异常已查明: 成功")


def order_event(order: CentreOrder, refund: CentreRefund) -> str:
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


def reply_of(refund: CentreRefund) -> Reply:
    """How 6203 answers a refund as it stands."""
    data = {"refdSn": refund.refd_sn}
    if refund.hi_refd_sn and refund.status == "SUCC":
        at = beijing14(refund.at_wire_ms)
        data |= {"hiFefdSn": refund.hi_refd_sn, "hiTrnsDate": at[:8], "hiTrnsTime": at[8:]}
    data["refStatus"] = refund.status
    return Reply("0", SENTENCE[refund.status], data)


def insurance_side(refund: CentreRefund) -> CentreRefund:
    """The part of a refund that the insurance side pays."""
    return replace(refund, refd_type="HI", cash=0)


def may(order: CentreOrder, refund: CentreRefund, ctx: Context) -> bool:
    """Whether the order table has a row for this refund: without one no leg is told."""
    return next_state(order.state, order_event(order, refund), ctx.profile) is not None


def first_leg(order: CentreOrder, refund: CentreRefund, args: Mapping[str, Any]) -> Tell:
    """Begin to pay back; `args` `{by, why, why_said, way}` travel along, `way` scripts the cash leg (ok|fail)."""
    if not refund.account + refund.fund:
        return _cash(order, refund, args)
    legs = {"key": refund.app_refd_sn, "account": refund.account, "fund": refund.fund, "way": "ok"}
    return Tell("institution", Event("account.refund", legs), _back("refund.medical_leg", refund, args))


def medical_leg(shard: Shard, event: Event, ctx: Context) -> Step:
    """The account core's answer to `account.refund`: the cash is next, if there is any."""
    order, refund = _named(shard, event)
    if status_of(event) != DONE:
        return _nothing_moved(shard, order, refund, event, ctx)
    if refund.cash:
        return Step(shard, (_cash(order, refund, {**event.args, "medical": True}),))
    return _done(shard, order, refund, event, ctx)


def cash_leg(shard: Shard, event: Event, ctx: Context) -> Step:
    """The channel's answer to `cash.refund`, in the step that asked or, from a channel that needs time, later."""
    if text(event.args, "appRefdSn") not in of(shard).refunds:
        return Step(shard)
    order, refund = _named(shard, event)
    if not _first(event) and refund.status != "EXP":
        return Step(shard)
    if status_of(event) == DONE:
        return _done(shard, order, refund, event, ctx)
    if not event.args.get("medical"):
        return _nothing_moved(shard, order, refund, event, ctx)
    half = replace(refund, status="EXP", half=True)
    after, effects = _moved(shard, order, insurance_side(half), Said("医保已退, 现金退款未成"), ctx)
    return _exp(after, effects, half, _first(event), status_of(event) == PENDING, ctx)


def undecided(
    shard: Shard, order: CentreOrder, refund: CentreRefund, ctx: Context, waits: bool = False
) -> Step:
    """A 6203 of which nothing moved yet: a settled order waits in 17, a partly refunded one where it is."""
    moved = move(order, "refund_started", Said("6203 退费结果未定"), ctx)
    after, effects = (moved[0], (moved[1],)) if moved else (order, ())
    return _exp(with_order(shard, after), effects, replace(refund, status="EXP"), True, waits, ctx)


def resolve(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `refund.resolve {appRefdSn, then}`: an undecided refund becomes SUCC or FAIL."""
    refund = of(shard).refunds.get(text(event.args, "appRefdSn"))
    if refund is None or refund.status != "EXP":
        return Step(shard)
    order, rest = of(shard).orders[refund.pay_ord_id], _rest(refund)
    if (text(event.args, "then") or shard.core.policy.refund_then) == "succ" and may(order, rest, ctx):
        return Step(shard, (first_leg(order, rest, {**stored("why", FOUND), "way": "ok"}),))
    return _failed(shard, order, refund, ctx)


def _done(shard: Shard, order: CentreOrder, refund: CentreRefund, event: Event, ctx: Context) -> Step:
    whole = replace(refund, status="SUCC")
    why = said_in(event.args, "why") or FOUND
    after, effects = _moved(shard, order, _rest(whole), why, ctx)
    reply = (reply_of(whole),) if _first(event) else ()
    return Step(with_refund(after, whole), (*effects, *reply))


def _moved(
    shard: Shard, order: CentreOrder, refund: CentreRefund, why: Text, ctx: Context
) -> tuple[Shard, tuple[Effect, ...]]:
    """The money of `refund` came back: book it, and move the order if the table (which a profile may cut) has a row."""
    sums: dict[str, Any] = {
        "cash_refunded": order.cash_refunded + refund.cash,
        "account_refunded": order.account_refunded + refund.account,
        "fund_refunded": order.fund_refunded + refund.fund,
    }
    moved = move(order, order_event(order, refund), why, ctx, **sums)
    after, effects = (moved[0], (moved[1],)) if moved else (replace(order, **sums), ())
    detail = {
        "refdType": refund.refd_type,
        "cash": refund.cash,
        "account": refund.account,
        "fund": refund.fund,
        "reversal": refund.reversal,
    }
    changed = Changed("refund", refund.app_refd_sn, "", refund.status, why, detail)
    return with_order(shard, after), (*effects, changed)


def _exp(
    shard: Shard, effects: tuple[Effect, ...], refund: CentreRefund, first: bool, waits: bool, ctx: Context
) -> Step:
    """The refund is undecided. `first`: answer its 6203. `waits`: its channel will tell, so no timer of ours resolves it."""
    policy, number = shard.core.policy, refund.app_refd_sn
    changed = Changed("refund", number, "", "EXP", Said("6203 退费结果未定"))
    resolves = Event("refund.resolve", {"appRefdSn": number, "then": policy.refund_then})
    later = Schedule(ctx.now_ms + policy.refund_delay_ms, resolves, f"refund:{number}")
    follows = (*(() if waits else (later,)), *((reply_of(refund),) if first else ()))
    return Step(with_refund(shard, refund), (*effects, changed, *follows))


def _nothing_moved(
    shard: Shard, order: CentreOrder, refund: CentreRefund, event: Event, ctx: Context
) -> Step:
    waits = status_of(event) == PENDING
    if _first(event):
        return undecided(shard, order, refund, ctx, waits)
    return Step(shard) if waits else _failed(shard, order, refund, ctx)


def _failed(shard: Shard, order: CentreOrder, refund: CentreRefund, ctx: Context) -> Step:
    failed = Changed("refund", refund.app_refd_sn, "EXP", "FAIL", Said("退费异常已查明: 失败"))
    after = with_refund(shard, replace(refund, status="FAIL"))
    if order.state != "17":
        return Step(after, (failed,))
    back = move(order, "refund_failed", Said("退费异常已查明: 失败"), ctx)
    return Step(shard) if back is None else Step(with_order(after, back[0]), (back[1], failed))


def _cash(order: CentreOrder, refund: CentreRefund, args: Mapping[str, Any]) -> Tell:
    leg = {"key": refund.app_refd_sn, "fen": refund.cash, "way": args["way"]}
    return Tell(order.channel, Event("cash.refund", leg), _back("refund.cash_leg", refund, args))


def _back(name: str, refund: CentreRefund, args: Mapping[str, Any]) -> Event:
    kept = {key: args[key] for key in ("by", "why", "why_said", "way", "medical") if key in args}
    return Event(name, {"appRefdSn": refund.app_refd_sn, **kept})


def _named(shard: Shard, event: Event) -> tuple[CentreOrder, CentreRefund]:
    refund = of(shard).refunds[text(event.args, "appRefdSn")]
    return of(shard).orders[refund.pay_ord_id], refund


def _rest(refund: CentreRefund) -> CentreRefund:
    """What has not moved yet."""
    return replace(refund, refd_type="CASH", account=0, fund=0) if refund.half else refund


def _first(event: Event) -> bool:
    return event.args.get("by") == FIRST
