"""The two kinds of code a phone gives: the authorisation code of an online page and the code shown on site.

The patient decides; the e-credential issues the code.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.protocol.model.leg import DONE, result_of, status_of
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Event, Reply, Step, Tell, reply_only
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said, said_in, stored

ONLINE = ("04107", "04106")
"""移动支付 and 线上身份核验: two authorisations, apart in the report (MP-IDV-16)."""


def authorise(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """`{biz, channel, decision?, family_member?}`: answers `auth_code`; `decision: refuse` gives a code that yields nothing."""
    biz = text(event.args, "biz") or "04107"
    if biz not in ONLINE:
        return Step(
            shard, (Reply("LT-FIELD-VALUE", Said("biz: 写 04107 或 04106, 不是 {}", biz), success=False),)
        )
    decision = text(event.args, "decision") or "agree"
    if decision not in ("agree", "refuse"):
        return Step(shard, (Reply("LT-FIELD-VALUE", Said("decision: 写 agree 或 refuse"), success=False),))
    agreed = decision == "agree"
    why = Said("参保人同意授权") if agreed else Said("参保人在授权页点取消")
    wanted = {
        "kind": "authCode",
        "biz": biz,
        "channel": text(event.args, "channel") or "wechat",
        "after": "agreed" if agreed else "refused",
        **stored("why", why),
        "family": text(event.args, "family_member"),
    }
    got = Event("patient.code", {**stored("says", why), "as": "auth_code"})
    return Step(shard, (Tell("ecredential", Event("code.issue", wanted), got),))


def refuse(shard: Shard, event: Event, ctx: Context) -> Step:
    """As `authorise` with `decision: refuse`."""
    return authorise(shard, replace(event, args={**event.args, "decision": "refuse"}), ctx)


def show_code(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """展码: answers `ec_code`, to be decoded by 1162 within `ectoken.code_ttl_ms`."""
    biz = text(event.args, "biz") or "01301"
    wanted = {
        "kind": "ecCode",
        "biz": biz,
        "channel": "counter",
        "after": "shown",
        **stored("why", Said("参保人出示医保码")),
    }
    got = Event("patient.code", {**stored("says", Said("已展码")), "as": "ec_code"})
    return Step(shard, (Tell("ecredential", Event("code.issue", wanted), got),))


def got_code(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """The e-credential's answer `{value}`, shown to whoever made the patient act."""
    if status_of(event) != DONE:
        sentence = Said("本环境没有医保电子凭证 ecredential, 不能授权或展码; 请启用它")
        return reply_only(shard, "LT-NOT-IMPLEMENTED", sentence)
    data = {text(event.args, "as"): result_of(event)["value"]}
    return Step(shard, (Reply("0", said_in(event.args, "says"), data),))
