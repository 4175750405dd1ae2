"""The two kinds of code a phone gives: the authorisation code of an online page and the code shown on site."""

from __future__ import annotations

from dataclasses import replace

from simulator.protocol.model.shard import Code, Shard
from simulator.protocol.model.step import Changed, Context, Event, Index, Reply, Step
from simulator.protocol.text.fields import text

ONLINE = ("04107", "04106")
"""移动支付 and 线上身份核验: two authorisations, apart in the report (MP-IDV-16)."""


def authorise(shard: Shard, event: Event, ctx: Context) -> Step:
    """`{biz, channel, decision?, family_member?}`: answers `auth_code`; `decision: refuse` gives a code that yields nothing."""
    biz = text(event.args, "biz") or "04107"
    if biz not in ONLINE:
        return Step(shard, (Reply("LT-FIELD-VALUE", f"biz: 写 04107 或 04106, 不是 {biz}", success=False),))
    decision = text(event.args, "decision") or "agree"
    if decision not in ("agree", "refuse"):
        return Step(shard, (Reply("LT-FIELD-VALUE", "decision: 写 agree 或 refuse", success=False),))
    code = Code(
        kind="authCode",
        value=ctx.ids("CODE"),
        biz=biz,
        channel=text(event.args, "channel") or "wechat",
        agreed=decision == "agree",
        issued_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + ctx.profile["auth.code_ttl_ms"],
        family=text(event.args, "family_member"),
    )
    why = "参保人同意授权" if code.agreed else "参保人在授权页点取消"
    changed = Changed("auth", biz, "", "agreed" if code.agreed else "refused", why, {"channel": code.channel})
    reply = Reply("0", why, {"auth_code": code.value})
    return Step(shard.with_code(code), (Index("authCode", code.value), changed, reply))


def refuse(shard: Shard, event: Event, ctx: Context) -> Step:
    """As `authorise` with `decision: refuse`."""
    return authorise(shard, replace(event, args={**event.args, "decision": "refuse"}), ctx)


def show_code(shard: Shard, event: Event, ctx: Context) -> Step:
    """展码: answers `ec_code`, to be decoded by 1162 within `ectoken.code_ttl_ms`."""
    code = Code(
        kind="ecCode",
        value=ctx.ids("CODE"),
        biz=text(event.args, "biz") or "01301",
        channel="counter",
        agreed=True,
        issued_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + ctx.profile["ectoken.code_ttl_ms"],
    )
    changed = Changed("auth", code.biz, "", "shown", "参保人出示医保码")
    return Step(
        shard.with_code(code),
        (Index("ecCode", code.value), changed, Reply("0", "已展码", {"ec_code": code.value})),
    )
