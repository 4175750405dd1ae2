"""The god-portal headers of `userQuery` (channels sheet 1a): HMAC over partner id and time, the body unsigned."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from simulator.protocol.crypto.ciphers import hmac_sha256_hex, same
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.jsontext import was_read
from simulator.protocol.text.said import Said, Text
from simulator.protocol.wire.digest_ways import Alternative, Axes, codings, digests, keys, named
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.gateway_parts import LONG, OTHER_UNIT, TWICE, near_stamps, other_unit
from simulator.protocol.wire.intake import Outer, read_outer
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.raw import RawMessage

_MILLISECONDS: Final = re.compile(r"[0-9]{13}\Z")


def sign_portal(partner_id: str, secret: str, ms: int | str) -> str:
    """`god-portal-signature`: lower-case hex of HMAC-SHA256(secret, partnerId + ms)."""
    return hmac_sha256_hex(secret.encode("utf-8", "replace"), f"{partner_id}{ms}".encode("utf-8", "replace"))


def partner_of(path: str) -> str:
    """The partner id in a path: its last segment, decoded."""
    return unquote(path.partition("?")[0].rstrip("/").rpartition("/")[2])


def open_portal(
    raw: RawMessage, secret: str | None, now_ms: int, profile: Profile, outer: Outer | None = None
) -> Opened:
    """Open one request: `data` is the body object, `outer` holds partner id and request id. Never raises.

    `secret` is that of the partner in the path, None or empty when the partner is unknown.
    """
    body = read_outer(raw, profile, "request", known=outer)
    value, facts = body.value, list(body.facts)
    partner = partner_of(raw.path)
    stamp = raw.header("god-portal-timestamp")
    known = bool(secret)
    facts.append(Fact("portal.partner", known, "" if known else Said("partnerId 未登记")))
    if secret:
        facts.append(_signature(raw, partner, secret, stamp))
    facts.append(_time(stamp, now_ms, int(profile["portal.window_ms"])))
    data = value if isinstance(value, dict) else None
    if data is None and was_read(facts):
        facts.append(Fact("body.json", False, Said("报文最外层应为 JSON 对象"), {"form": "not_object"}))
    head = {"partnerId": partner, "requestId": raw.header("god-portal-request-id")}
    return Opened(tuple(facts), head, data, partner if known else "")


def _signature(raw: RawMessage, partner: str, secret: str, stamp: str) -> Fact:
    got = raw.header("god-portal-signature")
    if same(got, sign_portal(partner, secret, stamp)):
        return Fact("portal.signature", True)
    if not got:
        return Fact("portal.signature", False, Said("缺少请求头 god-portal-signature"), {"cause": "missing"})
    if same(got.lower(), sign_portal(partner, secret, stamp)):
        return Fact("portal.signature", False, Said("签名正确但应为小写十六进制"), {"cause": "upper_case"})
    axes = Axes(
        _texts(raw, partner, secret, stamp),
        keys(
            secret,
            [("secret_wrong_side", Said("HMAC 的密钥用了 partnerId, 应为 partnerSecret"), _utf8(partner))],
        ),
        digests("HMAC-SHA256"),
        codings("lower"),
    )
    found = named(axes, got)
    tried = found.tried if found else 0
    if found is not None and found.causes:
        data = {"cause": found.cause, "causes": list(found.causes), "tried": tried}
        return Fact("portal.signature", False, Said("签名不对: {}", found.said), data)
    note = Said("签名不对: 应为 HMAC-SHA256(partnerSecret, partnerId 紧接毫秒时间) 的小写十六进制")
    return Fact("portal.signature", False, note, {"cause": "unknown", "tried": tried})


def _texts(raw: RawMessage, partner: str, secret: str, stamp: str) -> list[Alternative]:
    """The signed text, then what clients have signed instead (channels sheet 1a)."""
    rows: list[tuple[str, Text, str]] = [
        ("", "", partner + stamp),
        ("order", Said("原文里时间放在了 partnerId 前面"), stamp + partner),
        ("member_missing", Said("原文缺少时间"), partner),
        ("member_missing", Said("原文缺少 partnerId"), stamp),
        ("secret_in_text", Said("原文里又拼了 partnerSecret"), partner + secret + stamp),
        ("secret_in_text", Said("原文里又拼了 partnerSecret"), partner + stamp + secret),
        ("secret_in_text", Said("原文里又拼了 partnerSecret"), secret + partner + stamp),
        (
            "request_id_in_text",
            Said("原文里多了 god-portal-request-id"),
            partner + stamp + raw.header("god-portal-request-id"),
        ),
        (
            "request_id_in_text",
            Said("原文里多了 god-portal-request-id"),
            partner + raw.header("god-portal-request-id") + stamp,
        ),
    ]
    for mark, name in (
        ("&", "&"),
        (":", ":"),
        ("_", "_"),
        ("-", "-"),
        (",", ","),
        ("\n", "LF"),
        (" ", Said("空格")),
        ("|", "|"),
    ):
        rows.append(
            ("separator", Said("partnerId 与时间之间加了 {}, 应直接相连", name), partner + mark + stamp)
        )
    unit = other_unit(stamp)
    rows += [("time_unit", OTHER_UNIT, partner + unit)] if unit else []
    rows += [("timestamp_twice", TWICE, partner + one) for one in near_stamps(stamp)]
    out = [Alternative(cause, said, _utf8(text)) for cause, said, text in rows]
    if len(raw.body) <= LONG:
        said = Said("报文体也算进了签名, 这里只签 partnerId 与时间")
        out.append(Alternative("body_signed", said, _utf8(partner + stamp) + raw.body))
    return out


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _time(stamp: str, now_ms: int, window: int) -> Fact:
    if not _MILLISECONDS.match(stamp):
        if re.fullmatch("[0-9]{10}", stamp):
            seconds = Said("god-portal-timestamp 应为 13 位毫秒数, 收到的是 10 位秒数")
            return Fact("portal.time", False, seconds, {"form": "10"})
        return Fact("portal.time", False, Said("god-portal-timestamp 应为 13 位毫秒数"), {"form": "other"})
    skew = int(stamp) - now_ms
    fine = abs(skew) <= window
    said = Said("god-portal-timestamp 与当前相差 {} 秒, 允许 {} 秒", abs(skew) // 1000, window // 1000)
    return Fact("portal.time", fine, "" if fine else said, {"skew_ms": skew})
