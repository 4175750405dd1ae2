"""The god-portal headers of `userQuery` (channels sheet 1a): HMAC over partner id and time, the body unsigned."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from simulator.protocol.crypto.ciphers import hmac_sha256_hex, same
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.jsontext import was_read
from simulator.protocol.text.said import Said
from simulator.protocol.wire.facts import Fact
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
        facts.append(_signature(raw.header("god-portal-signature"), sign_portal(partner, secret, stamp)))
    facts.append(_time(stamp, now_ms, int(profile["portal.window_ms"])))
    data = value if isinstance(value, dict) else None
    if data is None and was_read(facts):
        facts.append(Fact("body.json", False, Said("报文最外层应为 JSON 对象"), {"form": "not_object"}))
    head = {"partnerId": partner, "requestId": raw.header("god-portal-request-id")}
    return Opened(tuple(facts), head, data, partner if known else "")


def _signature(got: str, wanted: str) -> Fact:
    if same(got, wanted):
        return Fact("portal.signature", True)
    if not got:
        return Fact("portal.signature", False, Said("缺少请求头 god-portal-signature"), {"cause": "missing"})
    if same(got.lower(), wanted):
        return Fact("portal.signature", False, Said("签名正确但应为小写十六进制"), {"cause": "upper_case"})
    note = Said("签名不对: 应为 HMAC-SHA256(partnerSecret, partnerId 紧接毫秒时间) 的小写十六进制")
    return Fact("portal.signature", False, note, {"cause": "unknown"})


def _time(stamp: str, now_ms: int, window: int) -> Fact:
    if not _MILLISECONDS.match(stamp):
        return Fact("portal.time", False, Said("god-portal-timestamp 应为 13 位毫秒数"), {"form": "other"})
    skew = int(stamp) - now_ms
    fine = abs(skew) <= window
    said = Said("god-portal-timestamp 与当前相差 {} 秒, 允许 {} 秒", abs(skew) // 1000, window // 1000)
    return Fact("portal.time", fine, "" if fine else said, {"skew_ms": skew})
