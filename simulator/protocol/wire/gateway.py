"""The signature headers of the gateways before the 两定 interface (institution sheet 2.1 to 2.3): issued, written, checked.

`fsi.auth` names the scheme; without one nothing is looked at (contracts 2). How each is made: `gateway_schemes`. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from simulator.protocol.crypto.ciphers import same
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.said import Said, Text, listed
from simulator.protocol.text.times import parse_timestamp
from simulator.protocol.wire.digest_ways import named, right
from simulator.protocol.wire.facts import Fact, Facts
from simulator.protocol.wire.gateway_parts import GatewayKeys, Scheme
from simulator.protocol.wire.gateway_schemes import SCHEMES
from simulator.protocol.wire.raw import Headers, RawMessage

CHARSETS: Final[Mapping[str, tuple[str, ...]]] = {
    "utf-8": ("utf-8",), "gbk": ("gb18030",), "either": ("utf-8", "gb18030"),
}  # fmt: skip
"""How the body that x-ca signs is written: which one the gateway checks is unknown (institution sheet 2.3)."""


def headers(
    keys_: GatewayKeys, now_ms: int, nonce: str, body: bytes, service: str, scheme: str = ""
) -> Headers:
    """The headers that a vendor sends. `service`: the name of the called service (`_api_name`). Raises KeyError."""
    one = SCHEMES[scheme or keys_.scheme]
    stamp = str(now_ms if one.time_form == "13" else now_ms // 1000)
    return one.write(keys_, stamp, nonce, body, service)


def gateway_facts(raw: RawMessage, owned: GatewayKeys | None, profile: Profile, now_ms: int) -> Facts:
    """The facts `gateway.*` of one request; none where the profile names no scheme. Never raises.

    `owned`: what was issued to the institution; None: nothing, then only what is missing and the time are told.
    """
    scheme = SCHEMES.get(str(profile["fsi.auth"]))
    if scheme is None:
        return ()
    missing = [name for name in scheme.headers if not raw.header(name)]
    if missing:
        twice = _sent_twice(raw, scheme)
        note = Said("缺少网关请求头 {}{}", listed(", ", missing), twice)
        return (Fact("gateway.headers", False, note, {"missing": missing}),)
    facts = [
        Fact("gateway.headers", True),
        _time(scheme.stamp(raw), scheme, now_ms, int(profile["fsi.auth_window_ms"])),
    ]
    if owned is None:
        note = Said("本机构还没有网关账号: 用带 fsi.auth 的地方版重新取接入参数")
        return (*facts, Fact("gateway.account", False, note))
    sent = raw.header(scheme.account)
    known = same(sent, owned.account)
    swapped = known is False and same(sent, owned.secret)
    said = (
        Said("{} 里放的是密钥, 应放账号", scheme.account)
        if swapped
        else Said("{} 不是发给本机构的账号", scheme.account)
    )
    facts.append(Fact("gateway.account", known, "" if known else said))
    facts.append(_signature(raw, scheme, owned, profile))
    return tuple(facts)


def _sent_twice(raw: RawMessage, scheme: Scheme) -> Text:
    """One SDK puts the signature under the header of the account a second time (institution sheet 2.2)."""
    count = sum(1 for name, _ in raw.headers if name.lower() == scheme.account)
    return (
        Said("; {} 出现了 {} 次, 签名应放在 {}", scheme.account, count, scheme.signature) if count > 1 else ""
    )


def _time(stamp: str, scheme: Scheme, now_ms: int, window: int) -> Fact:
    wanted = Said("13 位 Unix 毫秒") if scheme.time_form == "13" else Said("10 位 Unix 秒")
    parsed = parse_timestamp(stamp)
    if parsed is None or parsed[0] != scheme.time_form:
        forms = {
            "13": Said("毫秒"),
            "10": Said("秒"),
            "14": Said("14 位日期时间"),
            "iso": Said("日期时间文本"),
        }
        got = forms[parsed[0]] if parsed else Said("其他写法")
        note = Said("网关的时间应为{}, 收到的是{}", wanted, got)
        return Fact("gateway.time", False, note, {"form": parsed[0] if parsed else "other"})
    skew = parsed[1] - now_ms
    hours, rest = divmod(abs(skew) + 150_000, 3_600_000)
    data = {"form": parsed[0], "skew_ms": skew}
    if abs(skew) <= window:
        return Fact("gateway.time", True, data=data)
    if 1 <= hours <= 14 and rest <= 300_000:
        zone = Said("网关的时间差整 {} 小时: Unix 时间与时区无关, 多半是把北京时间当作 UTC 换算了", hours)
        return Fact("gateway.time", False, zone, {**data, "cause": "zone"})
    far = Said("网关的时间与当前相差 {} 秒, 允许 {} 秒", abs(skew) // 1000, window // 1000)
    return Fact("gateway.time", False, far, data)


def _signature(raw: RawMessage, scheme: Scheme, owned: GatewayKeys, profile: Profile) -> Fact:
    offered, parts = scheme.offered(raw), scheme.parts(raw, owned)
    charsets = CHARSETS[str(profile["fsi.auth_charset"])]
    for charset in charsets:
        wanted = right(scheme.axes(parts, charset))
        if same(offered, wanted):
            return Fact("gateway.signature", True, data={"scheme": scheme.name})
        if profile["fsi.auth_hex_case"] == "any" and scheme.hex and same(offered.lower(), wanted.lower()):
            return Fact("gateway.signature", True, data={"scheme": scheme.name, "case": "other"})
    found = named(scheme.axes(parts, charsets[0]), offered)
    if found is not None and found.causes:
        data = {"cause": found.cause, "causes": list(found.causes), "tried": found.tried}
        return Fact("gateway.signature", False, Said("{} 不对: {}", scheme.signature, found.said), data)
    tried = found.tried if found else 0
    note = Said(
        "{} 不对: 试过 {} 种写法都不符; 请核对密钥, 应为 {}", scheme.signature, tried, _RULES[scheme.name]
    )
    return Fact("gateway.signature", False, note, {"cause": "unknown", "tried": tried})


_RULES: Final[Mapping[str, Said]] = {
    "x-tif": Said("SHA256(时间 + 密钥 + 随机串 + 时间) 的小写十六进制"),
    "api": Said("四个 _api_ 参数按名排序、以 & 相连后 HMAC-SHA1 的 base64"),
    "x-ca": Said("秒:HMAC-SM3(密钥, 秒 + 换行 + 报文体) 的大写十六进制"),
}


def issued(profile: Profile, draw: Callable[[int], bytes]) -> dict[str, str]:
    """Account and secret of an institution where the profile names a scheme; nothing otherwise."""
    if str(profile["fsi.auth"]) not in SCHEMES:
        return {}
    return {
        "gateway_auth": str(profile["fsi.auth"]), "gateway_account": draw(8).hex(), "gateway_secret": draw(16).hex(),
    }  # fmt: skip
