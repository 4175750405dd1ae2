"""What the patient does at the cashier: confirm, cancel, mistype the password, walk away, (un)bind the credential.

A patient only decides, and asks the centre which order waits; the money moves after the centre hears of it by the
event `order.confirmed`. Events that a policy timer fires carry `by: policy` and get no answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.protocol.model.leg import result_of
from simulator.protocol.model.person import with_policy
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.spec import SpecError
from simulator.protocol.model.step import Changed, Context, Effect, Event, Reply, Schedule, Step, Tell
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said, Text, said_of

# What the patient does by himself some time after 6202; `never` walks away without a word.
BY_POLICY: Mapping[str, str] = {
    "auto": "patient.confirm",
    "cancel": "patient.cancel",
    "wrong_password": "patient.wrong_password",
}
STAYS: Mapping[str, Said] = {
    "patient.cancel": Said("参保人取消支付"),
    "patient.wrong_password": Said("参保人密码输入错误"),
    "patient.walk_away": Said("参保人离开支付页"),
}
"""Acts after which nothing moves: the order waits until the hospital revokes it or it expires."""


def plan(shard: Shard, event: Event, ctx: Context) -> Step:
    """Told `{payOrdId}`: an order waits to be paid; what the policy says follows by itself."""
    policy, number = shard.core.policy, text(event.args, "payOrdId")
    name = BY_POLICY.get(policy.confirm)
    if name is None:
        return Step(shard)
    wait = ctx.profile["patient.confirm_after_ms"] if policy.delay_ms is None else policy.delay_ms
    act = Event(name, {"payOrdId": number, "by": "policy"})
    return Step(shard, (Schedule(ctx.now_ms + wait, act, f"confirm:{number}"),))


def at_cashier(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """An act on an order in state 1, the newest or `{payOrdId?}`; a confirmation may script `{cash?, medical?}`."""
    asked = Event("order.waiting", {"payOrdId": text(event.args, "payOrdId")})
    found = Event("patient.found", {**event.args, "act": event.name})
    return Step(shard, (Tell("centre", asked, found),))


def found(shard: Shard, event: Event, ctx: Context) -> Step:
    """The centre's answer `{payOrdId?}`: the order that the act is about."""
    number = text(result_of(event), "payOrdId")
    if not number:
        return _nothing(shard, event)
    act = text(event.args, "act")
    if act != "patient.confirm":
        return _stays(shard, event, number, ctx, STAYS[act])
    if not shard.core.credential:
        return _stays(shard, event, number, ctx, Said("参保人已解绑医保电子凭证, 无法确认支付"))
    ways = {name: text(event.args, name) for name in ("cash", "medical") if text(event.args, name)}
    go = Event("order.confirmed", {"payOrdId": number, **ways})
    changed = Changed("patient", number, "waiting", "confirmed", Said("参保人输入密码确认"))
    now = Schedule(ctx.now_ms, go, f"confirmed:{number}")
    return Step(shard, (changed, now, *_answer(event, Said("参保人已确认"), number)))


def idle(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Nothing: takes the place of a planned confirmation after another decision."""
    return Step(shard)


def unbind(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """The person unbinds the e-credential: authorisations of before are void."""
    return _credential(shard, event, False, Said("参保人解绑医保电子凭证"))


def bind(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """The person activates or binds the e-credential again."""
    return _credential(shard, event, True, Said("参保人绑定医保电子凭证"))


def policy(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Merge `args` into the person's policy; a wrong value is refused in one line and changes nothing."""
    try:
        after = with_policy(shard.core.policy, event.args)
    except SpecError as error:
        return Step(shard, (Reply("LT-FIELD-VALUE", said_of(error), success=False),))
    return Step(shard.with_core(policy=after), (Reply("0", Said("已更新策略"), {}),))


def _stays(shard: Shard, event: Event, number: str, ctx: Context, why: Text) -> Step:
    after = text(event.args, "act").removeprefix("patient.")
    changed = Changed("patient", number, "waiting", after, why)
    instead = Schedule(ctx.now_ms, Event("patient.idle"), f"confirm:{number}")
    return Step(shard, (changed, instead, *_answer(event, why, number)))


def _nothing(shard: Shard, event: Event) -> Step:
    if event.args.get("by") == "policy":
        return Step(shard)
    number = text(event.args, "payOrdId") or Said("(最近一笔)")
    sentence = Said("没有待支付的订单 {}; 请等 6202 返回后再操作", number)
    return Step(shard, (Reply("LT-ORDER-STATE", sentence, None, success=False),))


def _answer(event: Event, sentence: Text, number: str) -> tuple[Effect, ...]:
    if event.args.get("by") == "policy":
        return ()
    return (Reply("0", sentence, {"payOrdId": number}),)


def _credential(shard: Shard, event: Event, bound: bool, why: Text) -> Step:  # noqa: ARG001
    words = {True: "bound", False: "unbound"}
    changed = Changed("credential", shard.core.person, words[shard.core.credential], words[bound], why)
    return Step(shard.with_core(credential=bound), (changed, Reply("0", why, {})))
