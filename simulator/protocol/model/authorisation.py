"""When an authorisation may be used: owner, institution, app, business type, family, lifetime, binding.

contracts 10: bound by the first accepted 6201 (to medOrgOrd) or 6203 (to payOrdId); the lifetime counts
from issue and is checked at the interfaces of `auth.check_at`; a refused message never binds. The e-credential owns the binding: `bind_to` tells it.
"""

from __future__ import annotations

from simulator.protocol.model.shard import Auth, Shard
from simulator.protocol.model.step import Context, Event, Institution, Tell
from simulator.protocol.text.fields import Refusal
from simulator.protocol.text.said import Said, listed

NAMES = {"payAuthNo": Said("支付授权码 payAuthNo"), "ecToken": Said("电子凭证令牌 ecToken")}
PAY_BIZ = ("04107",)
"""移动支付. 04106 only proves who somebody is. On-site tokens carry other codes and are not checked by them."""


def check_auth(
    shard: Shard,
    kind: str,
    number: str,
    use: str,
    at: str,
    allowed_biz: tuple[str, ...],
    institution: Institution,
    ctx: Context,
) -> Refusal | None:
    """Why `number` may not be used for `use` (`6201:<medOrgOrd>`, `6203:<payOrdId>`, empty = never binds) at interface `at`."""
    auth = shard.core.auths.get(number)
    name = NAMES[kind]
    if auth is None or auth.kind != kind:
        return "LT-AUTH-UNKNOWN", Said(
            "{} 不存在或不属于此参保人; 请由本人重新授权, 不要使用他人的授权", name
        )
    if auth.institution != institution.code or auth.app_id != institution.app_id:
        return "LT-AUTH-INSTITUTION", Said(
            "{} 由其他机构或渠道申请, 与当前 appId 不一致; 请在本机构重新授权", name
        )
    if not shard.core.credential:
        return "LT-AUTH-UNBOUND", Said("参保人已解绑医保电子凭证, {} 失效; 请重新绑定并授权", name)
    if kind == "payAuthNo" and allowed_biz and auth.biz not in allowed_biz:
        return (
            "LT-AUTH-BIZ",
            Said(
                "{} 的业务类型是 {}, 这里需要 {}; 请按正确的业务类型授权",
                name,
                auth.biz,
                listed("/", allowed_biz),
            ),
        )
    if auth.family and at in ("6201", "6202") and ctx.profile["auth.family"] != "allow":
        return "LT-AUTH-FAMILY", Said("{} 是亲情授权, 本地方版不支持代付; 请由就诊人本人授权", name)
    if at in ctx.profile["auth.check_at"] and ctx.now_ms > auth.expires_ms:
        return "LT-AUTH-EXPIRED", Said("{} 已过有效期; 请引导参保人重新授权, 不要保存授权码复用", name)
    if ctx.profile["auth.single_use"] and use and auth.bound not in ("", use):
        return "LT-AUTH-USED", Said(
            "{} 已用于 {}; 一次授权只能用于一笔业务, 请重新授权", name, _bound_to(auth)
        )
    return None


def bind_to(number: str, use: str) -> Tell:
    """An accepted message used `number` for `use`; the first use stays."""
    return Tell("ecredential", Event("auth.bind", {"number": number, "use": use}))


def _bound_to(auth: Auth) -> Said:
    interface, _, key = auth.bound.partition(":")
    return Said("订单 {}", key) if interface == "6201" else Said("订单 {} 的退费", key)
