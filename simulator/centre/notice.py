"""6302 deliveries: send by the profile's plan until the institution accepts (contracts 10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.centre.state import CentreOrder, of, with_order
from simulator.centre.wire import settled_members
from simulator.protocol.model.insured import uses_account
from simulator.protocol.model.leg import result_of
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import (
    Changed,
    Context,
    Effect,
    Event,
    Notify,
    Reply,
    Schedule,
    Step,
    Tell,
    reply_only,
)
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said

NAME, RESULT, DRAFT = "6302", "notice.result", "notice.draft"


def data_of(shard: Shard, order: CentreOrder, profile: Profile) -> dict[str, Any]:
    """The 6302 `data` of a settled order: the 6301 field set without `ordStas`."""
    return settled_members(shard, order, profile)


def draft(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `notice.draft {key, as_settled}`: replies `{key, data}` of a 6302 for the order, or for the newest.

    `as_settled`: the data that it would have if it were settled now, complete to the last member, and untrue: for
    notices that somebody else invents (MP-NTF-05, MP-NTF-06). A settled order gives its true one.
    """
    number = text(event.args, "key")
    order = of(shard).orders.get(number) if number else of(shard).last_order
    if order is None:
        return reply_only(shard, "LT-ORDER-UNKNOWN", Said("还没有订单 {}", number[:40]))
    if not event.args.get("as_settled") or order.settled_ms:
        return _drafted(shard, order, ctx)
    if order.amounts.total:
        return _drafted(shard, _as_settled(order, ctx), ctx)
    bill = {  # 6202 has not fixed the amounts yet
        "lines": order.lines,
        "use_account": uses_account(order.acct_used_flag, ctx.profile),
        "deposit": 0,
    }
    back = Event("notice.drafted", {"payOrdId": order.pay_ord_id})
    return Step(shard, (Tell("institution", Event("account.presettle", bill), back),))


def drafted(shard: Shard, event: Event, ctx: Context) -> Step:
    """The account core's answer: the amounts that the order would be settled with; none if there is no such core."""
    order = of(shard).orders[text(event.args, "payOrdId")]
    amounts = result_of(event).get("amounts", order.amounts)
    return _drafted(shard, _as_settled(replace(order, amounts=amounts), ctx), ctx)


def _drafted(shard: Shard, order: CentreOrder, ctx: Context) -> Step:
    data = {"key": order.pay_ord_id, "data": data_of(shard, order, ctx.profile)}
    return Step(shard, (Reply("0", Said("成功"), data),))


def _as_settled(order: CentreOrder, ctx: Context) -> CentreOrder:
    return replace(
        order,
        settled_wire_ms=ctx.wire_ms,
        hi_doc_sn=order.hi_doc_sn or (ctx.ids("SETL") if order.amounts.medical else ""),
        revs_token=ctx.ids("REVS"),
    )


def begin(shard: Shard, order: CentreOrder, ctx: Context) -> tuple[Effect, ...]:
    """The effects that start the deliveries of a just settled order: `notify.copies` of the first one."""
    return _attempt(shard, order, 1, ctx)


def send(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `notice.send {payOrdId, attempt}`: one delivery, unless the institution accepted meanwhile."""
    order = of(shard).orders.get(text(event.args, "payOrdId"))
    if order is None or order.notice_accepted:
        return Step(shard)
    return Step(shard, _notify(shard, order, int(event.args.get("attempt", 1)), ctx.profile))


def result(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `notice.result {name, key, attempt, accepted, status}`: note it, or plan the next attempt."""
    order = of(shard).orders.get(text(event.args, "key"))
    if order is None or not order.notice_id:  # nobody planned one
        return Step(shard)
    if event.args.get("accepted"):
        return Step(with_order(shard, replace(order, notice_accepted=True)))
    attempt = int(event.args.get("attempt", 1))
    if order.notice_accepted:
        return Step(shard)
    if attempt >= len(ctx.profile["notify.plan_ms"]):
        gave_up = Changed(
            "notice", order.pay_ord_id, "sent", "given_up", Said("{} 次通知均未被接受", attempt)
        )
        return Step(shard, (gave_up,))
    return Step(shard, _attempt(shard, order, attempt + 1, ctx))


def _attempt(shard: Shard, order: CentreOrder, attempt: int, ctx: Context) -> tuple[Effect, ...]:
    plan = ctx.profile["notify.plan_ms"]
    if not plan:
        return ()
    wait = plan[attempt - 1]
    if wait <= 0:
        return _notify(shard, order, attempt, ctx.profile)
    event = Event("notice.send", {"payOrdId": order.pay_ord_id, "attempt": attempt})
    return (Schedule(ctx.now_ms + wait, event, f"notice:{order.notice_id}"),)


def _notify(shard: Shard, order: CentreOrder, attempt: int, profile: Profile) -> tuple[Notify, ...]:
    """One delivery; of the first one as many as `notify.copies` says, each sealed by itself (duplicates happen)."""
    one = Notify(NAME, order.pay_ord_id, data_of(shard, order, profile), attempt, RESULT)
    return (one,) * (max(profile["notify.copies"], 1) if attempt == 1 else 1)
