"""userQuery: exchange the authorisation code of the patient's phone for a payAuthNo (channels sheet 1a).

Mode B is the public form of WeChat's gateway; mode A (H5 in the 医保APP) has no public format, so the
same exchange stands under a path of our own (`status: assumed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.ecredential.state import PhoneCode, of, with_code
from simulator.ecredential.transport import PORTAL, PORTAL_PATH, under_portal
from simulator.protocol.model.endpoint import at
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.shard import Auth, Shard
from simulator.protocol.model.step import Changed, Context, Index, Reply, Step, reply_only
from simulator.protocol.text.fields import Refusal, pairs, text
from simulator.protocol.text.said import Said


def locate(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Attribution pairs: the code."""
    return pairs(data, ("authCode", "qrcode"))


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Answer exactly one of `pay_auth_no` and `family_pay_auth_no`; the code is spent."""
    code = of(shard).codes.get(text(request.data, "qrcode"))
    refusal = check_code(shard, code, "authCode", request, ctx)
    if refusal is None and text(request.data, "openid") != shard.core.identity.openid:
        refusal = "LT-CODE-OPENID", Said("授权码不属于此 openid 的用户; 请用授权人自己的 openid 查询")
    if refusal or code is None:
        return reply_only(shard, *(refusal or ("LT-CODE-UNKNOWN", Said("授权码不存在"))))
    auth = Auth(
        kind="payAuthNo",
        number=ctx.ids("AUTH"),
        biz=code.biz,
        channel=code.channel,
        institution=request.institution.code,
        app_id=request.institution.app_id,
        issued_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + ctx.profile["auth.ttl_ms"],
        family=code.family,
    )
    after = with_code(shard, replace(code, used=True)).with_auth(auth)
    own, family = ("", auth.number) if code.family else (auth.number, "")
    data = {
        "pay_auth_no": own,
        "family_pay_auth_no": family,
        "user_name": shard.core.identity.name,
        "user_card_no": shard.core.identity.id_no,
    }
    changed = Changed("auth", code.biz, "agreed", "issued", Said("授权码换取支付授权码"), {"biz": code.biz})
    return Step(after, (Index("payAuthNo", auth.number, unique=True), changed, Reply("0", "success", data)))


def check_code(
    shard: Shard, code: PhoneCode | None, kind: str, request: Request, ctx: Context
) -> Refusal | None:
    """Why the code may not be exchanged: unknown, of another institution, declined, spent, late, unbound."""
    if code is None or code.kind != kind:
        return "LT-CODE-UNKNOWN", Said("授权码或展码不存在; 请让参保人重新授权或重新出示")
    if shard.core.institution and shard.core.institution != request.institution.code:
        return "LT-AUTH-INSTITUTION", Said("授权码由其他机构申请; 请在本机构重新授权")
    if not shard.core.credential:
        return "LT-AUTH-UNBOUND", Said("参保人未绑定医保电子凭证; 请引导其激活后再授权")
    if not code.agreed:
        return "LT-AUTH-REFUSED", Said("参保人在授权页点了取消; 本次不能使用医保移动支付, 可引导其再次授权")
    if code.used:
        return "LT-CODE-USED", Said("该码已使用过; 一个码只能换取一次, 请让参保人重新授权或重新出示")
    if ctx.now_ms > code.expires_ms:
        return "LT-CODE-EXPIRED", Said("该码已过有效期; 请让参保人重新授权或重新出示")
    return None


USER_QUERY = Interface(
    number="userQuery",
    role="ecredential",
    path=f"/api{PORTAL_PATH}",
    name=Said("授权码换取支付授权码"),
    transport=PORTAL,
    endpoints=under_portal,
    schema="ecredential/userQuery",
    locate=locate,
    act=act,
    source="payment-channels 1a (M [10][11])",
    status="vendor-code-single",
)

MODE_A_PATH = "/liantiao/ecredential/userQuery/{partnerId}"

MODE_A = Interface(
    number="modeA",
    role="ecredential",
    path=MODE_A_PATH,
    name=Said("授权码换取支付授权码(医保APP, 自拟路径)"),
    transport=PORTAL,
    endpoints=at(MODE_A_PATH),
    schema="ecredential/userQuery",
    locate=locate,
    act=act,
    source="no public format; modelled on payment-channels 1a",
    status="assumed",
)
