"""What the patient does at the cashier: confirm, cancel, mistype the password, walk away, (un)bind the credential.

A patient only decides; the money moves in the centre, which hears of it by the event `order.confirmed`.
Events that a policy timer fires carry `by: policy` and get no answer.
"""

from __future__ import annotations

from simulator.protocol.model.person import SpecError, with_policy
from simulator.protocol.model.shard import Order, Shard
from simulator.protocol.model.step import Changed, Context, Effect, Event, Reply, Schedule, Step
from simulator.protocol.text.fields import text


def confirm(shard: Shard, event: Event, ctx: Context) -> Step:
    """The password was entered: an order in state 1 goes to the centre's cashier. `{payOrdId?, cash?, medical?}`."""
    order = _waiting(shard, event)
    if order is None:
        return _nothing(shard, event)
    if not shard.credential:
        return _stays(shard, event, order, ctx, "参保人已解绑医保电子凭证, 无法确认支付")
    ways = {name: text(event.args, name) for name in ("cash", "medical") if text(event.args, name)}
    go = Event("order.confirmed", {"payOrdId": order.pay_ord_id, **ways})
    changed = Changed("patient", order.pay_ord_id, "waiting", "confirmed", "参保人输入密码确认")
    now = Schedule(ctx.now_ms, go, f"confirmed:{order.pay_ord_id}")
    return Step(shard, (changed, now, *_answer(event, "参保人已确认", order)))


def cancel(shard: Shard, event: Event, ctx: Context) -> Step:
    """The patient pressed cancel: nothing moves, the order waits until the hospital revokes it or it expires."""
    return _act(shard, event, ctx, "参保人取消支付")


def wrong_password(shard: Shard, event: Event, ctx: Context) -> Step:
    """The password was wrong: nothing moves, the order stays where it is."""
    return _act(shard, event, ctx, "参保人密码输入错误")


def walk_away(shard: Shard, event: Event, ctx: Context) -> Step:
    """The patient left the page without a word."""
    return _act(shard, event, ctx, "参保人离开支付页")


def idle(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Nothing: takes the place of a planned confirmation after another decision."""
    return Step(shard)


def unbind(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """The person unbinds the e-credential: authorisations of before are void."""
    return _credential(shard, event, False, "参保人解绑医保电子凭证")


def bind(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """The person activates or binds the e-credential again."""
    return _credential(shard, event, True, "参保人绑定医保电子凭证")


def policy(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Merge `args` into the person's policy; a wrong value is refused in one line and changes nothing."""
    try:
        after = with_policy(shard.policy, event.args)
    except SpecError as error:
        return Step(shard, (Reply("LT-FIELD-VALUE", str(error), success=False),))
    return Step(shard.replace(policy=after), (Reply("0", "已更新策略", {}),))


def _waiting(shard: Shard, event: Event) -> Order | None:
    number = text(event.args, "payOrdId")
    waiting = [
        order
        for order in shard.orders.values()
        if order.state == "1" and (not number or order.pay_ord_id == number)
    ]
    return waiting[-1] if waiting else None


def _act(shard: Shard, event: Event, ctx: Context, why: str) -> Step:
    order = _waiting(shard, event)
    return _nothing(shard, event) if order is None else _stays(shard, event, order, ctx, why)


def _stays(shard: Shard, event: Event, order: Order, ctx: Context, why: str) -> Step:
    changed = Changed("patient", order.pay_ord_id, "waiting", event.name.removeprefix("patient."), why)
    instead = Schedule(ctx.now_ms, Event("patient.idle"), f"confirm:{order.pay_ord_id}")
    return Step(shard, (changed, instead, *_answer(event, why, order)))


def _nothing(shard: Shard, event: Event) -> Step:
    if event.args.get("by") == "policy":
        return Step(shard)
    number = text(event.args, "payOrdId") or "(最近一笔)"
    sentence = f"没有待支付的订单 {number}; 请等 6202 返回后再操作"
    return Step(shard, (Reply("LT-ORDER-STATE", sentence, None, success=False),))


def _answer(event: Event, sentence: str, order: Order) -> tuple[Effect, ...]:
    if event.args.get("by") == "policy":
        return ()
    return (Reply("0", sentence, {"payOrdId": order.pay_ord_id}),)


def _credential(shard: Shard, event: Event, bound: bool, why: str) -> Step:  # noqa: ARG001
    words = {True: "bound", False: "unbound"}
    changed = Changed("credential", shard.person, words[shard.credential], words[bound], why)
    return Step(shard.replace(credential=bound), (changed, Reply("0", why, {})))
