"""The transport of APIv3: the Authorization header in, signature headers out, errors by HTTP status and `code`.

Answers are signed by the key that the request's `Wechatpay-Serial` names, else by that of `wechat_api.platform_key`;
a caller whom nobody knows gets an unsigned refusal. Source: payment-channels 1b.10, 1d (H).
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from typing import Any, Final

from simulator.channels.wechat.errors import error_of
from simulator.channels.wechat.merchant import ISSUE
from simulator.protocol.crypto.rsa import certified, open_field, seal_gcm
from simulator.protocol.model.endpoint import parameters
from simulator.protocol.model.interface import Interface
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Notify, Reply
from simulator.protocol.text import jsontext
from simulator.protocol.text.fields import node
from simulator.protocol.text.jsontext import Limits
from simulator.protocol.text.said import Said, listed
from simulator.protocol.text.times import beijing_rfc
from simulator.protocol.wire.apiv3 import (
    ALGORITHM,
    JSON_TYPE,
    Apiv3Keys,
    items_of,
    platform_signed,
    request_facts,
    sealed_resource,
)
from simulator.protocol.wire.apiv3_mirror import APIV3
from simulator.protocol.wire.facts import Fact, Facts
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.outcome import AnswerOutcome, object_of, text_in
from simulator.protocol.wire.raw import Headers, RawMessage
from simulator.protocol.wire.transport import Caller, Directory, Identified, Transport

FILE: Final = "file"
"""A reply whose data holds this member is a file, Base64 of its gzip (evidence shows no line of it); it is not signed."""
SEALED: Final = ("name", "id_digest")
CERTIFICATES: Final = "wxCertificates"
SENSITIVE: Final = ("payer", "relative")
"""Objects whose `name` and `id_digest` come sealed to the key that `Wechatpay-Serial` names (1b.1)."""
PACKED: Final = "packed"
"""Beside FILE: whether the body stays packed."""
EVENTS: Final[Mapping[str, tuple[str, str, Said]]] = {
    "wxPaid": ("TRANSACTION.SUCCESS", "transaction", Said("支付成功")),
    "wxRefunded": ("REFUND.SUCCESS", "refund", Said("退款成功")),
    "wxMedInsPaid": ("MEDICAL_INSURANCE.SUCCESS", "medical_insurance", Said("医保混合支付成功")),
}
"""Notice -> event type, type of its object, summary."""


def identify(raw: RawMessage, directory: Directory, profile: Profile) -> Identified:
    """By the `mchid` of the Authorization header. An institution without a merchant is nobody here."""
    del profile
    found = directory.find(items_of(raw.header("authorization"))[1].get("mchid", ""))
    return Identified(found if found is not None and found.keys is not None else None)


def open_apiv3(
    raw: RawMessage, who: Identified, interface: Interface, profile: Profile, now_ms: int
) -> Opened:
    """Signature, time, method and body; `data`: the body's members, those of query and path on top."""
    keys: Apiv3Keys | None = who.caller.keys if who.caller else None
    neighbours = who.caller.neighbours if who.caller else {}
    facts = list(request_facts(raw, keys, now_ms, profile["wechat_api.window_ms"], neighbours))
    endpoints = interface.endpoints(profile)
    asked = {one.method for one in endpoints}
    right = raw.method.upper() in asked
    note = "" if right else Said("应使用 {}, 收到 {}", "/".join(sorted(asked)), raw.method[:16])
    facts.append(Fact("wx.method", right, note))
    value, told = _body(raw, profile)
    facts += told
    if value and any(node(value, name).keys() & set(SEALED) for name in SENSITIVE):
        value, sealed = _unsealed(value, keys, raw.header("wechatpay-serial"))
        facts += sealed
    templates = (parameters(one.template, raw.path) for one in endpoints)
    path = next((found for found in templates if found is not None), {})
    data = None if value is None else {**value, **dict(raw.query), **path}
    _, items = items_of(raw.header("authorization"))
    outer = {
        "mchid": items.get("mchid", ""), "serial_no": items.get("serial_no", ""),
        "timestamp": items.get("timestamp", ""), "nonce_str": items.get("nonce_str", ""),
        "wechatpay_serial": raw.header("wechatpay-serial"), "origin": _origin(raw),
        "appid": keys.appid if keys else "",
    }  # fmt: skip
    nonce = items.get("nonce_str", "") if profile["wechat_api.nonce_once"] else ""
    return Opened(tuple(facts), outer, data, keys.mchid if keys else "", "request", nonce)


def _unsealed(
    value: Mapping[str, Any], keys: Apiv3Keys | None, serial: str
) -> tuple[Mapping[str, Any], Facts]:
    """The body with its sensitive fields open, and whether each opened; nothing of a merchant that nobody knows."""
    if keys is None:
        return value, ()
    private = keys.platform.get(serial)
    if private is None:
        said = Said("请求头 Wechatpay-Serial 应为加密敏感字段所用的公钥 ID 或平台证书序列号")
        return value, (Fact("wx.field_key", False, said),)
    out, facts = dict(value), [Fact("wx.field_key", True)]
    for name in SENSITIVE:
        person = value.get(name)
        if not isinstance(person, Mapping):
            continue
        plain = {one: open_field(private, str(person.get(one) or "")) for one in SEALED}
        closed = [f"{name}.{one}" for one, text in plain.items() if text is None and one in person]
        note = Said(
            "{} 解不开: 应以 Wechatpay-Serial 所指公钥做 RSA-OAEP(SHA-1) 后 base64", listed(", ", closed)
        )
        facts.append(
            Fact("wx.field", not closed, note if closed else "", {"fields": closed} if closed else {})
        )
        out[name] = {**person, **{one: text for one, text in plain.items() if text is not None}}
    return out, tuple(facts)


def _origin(raw: RawMessage) -> str:
    """How the caller reaches us, for addresses in answers: `X-Forwarded-Proto` is what a TLS proxy before us adds."""
    scheme = "https" if raw.header("x-forwarded-proto") == "https" else "http"
    return f"{scheme}://{raw.header('host')[:200]}"


def _body(raw: RawMessage, profile: Profile) -> tuple[Mapping[str, Any] | None, Facts]:
    """The object of a body; a request without one has an empty object."""
    limits = Limits.of(profile)
    if len(raw.body) > limits.bytes:
        size = Said("报文 {} 字节, 上限 {} 字节", len(raw.body), limits.bytes)
        return None, (Fact("body.size", False, size, {"bytes": len(raw.body)}),)
    if not raw.body:
        return {}, ()
    form, _, rest = raw.header("content-type").partition(";")
    charset = rest.lower().replace(" ", "").replace('"', "").partition("charset=")[2].partition(";")[0]
    json_type = form.strip().lower() == "application/json"
    utf8 = charset in ("", "utf-8", "utf8")
    facts = [
        Fact("http.json_type", json_type, "" if json_type else Said("Content-Type 应为 application/json")),
        Fact("http.charset", utf8, "" if utf8 else Said("字符集应为 UTF-8")),
    ]
    parsed = jsontext.parse(raw.body, limits)
    facts += parsed.facts
    if parsed.read and not isinstance(parsed.value, dict):
        facts.append(Fact("body.json", False, Said("报文最外层应为 JSON 对象"), {"form": "not_object"}))
    return parsed.value if isinstance(parsed.value, dict) else None, tuple(facts)


def reply(
    answer: Reply, opened: Opened, interface: Interface, caller: Caller | None, profile: Profile, now_ms: int,
    entropy: bytes,
) -> RawMessage:  # fmt: skip
    """200 with an object, 204 without, an error by its status; `Request-ID` ends with the internal number."""
    nonce, number, status = entropy[:16].hex().upper(), 0, 200
    data: Any = answer.data
    if not answer.success:
        error = error_of(answer, opened, interface.number)
        status, number = error.status, error.number
        data = {"code": error.code, "message": error.message}
        data |= {"detail": error.detail} if error.detail else {}
    headers: Headers = (("Request-ID", f"08{entropy[16:24].hex().upper()}-{number}"),)
    if answer.success and data and FILE in data:
        packed, file = bool(data.get(PACKED)), base64.b64decode(data[FILE])
        kind = "application/x-gzip" if packed else "text/plain; charset=utf-8"
        body = file if packed else gzip.decompress(file)
        return RawMessage("", "", (("Content-Type", kind), *headers), body, status)
    if answer.success and interface.number == CERTIFICATES and caller is not None:
        data = _certificates(caller.keys, entropy[:6].hex())
    body = jsontext.dumps(data).encode("utf-8", "replace") if data else b""
    raw = RawMessage("", "", (*(JSON_TYPE if body else ()), *headers), body, status if body else 204)
    if caller is None:
        return raw
    wanted = str((opened.outer or {}).get("wechatpay_serial") or "")
    return _signed(raw, caller, profile, now_ms, nonce, wanted)


def _certificates(keys: Apiv3Keys, nonce: str) -> Mapping[str, Any]:
    """The platform certificate, sealed under the APIv3 key like a resource."""
    _, begins, ends = certified(keys.certificate)
    about = "certificate"
    sealed = {
        "algorithm": ALGORITHM, "nonce": nonce, "associated_data": about,
        "ciphertext": seal_gcm(keys.secret, nonce, about, keys.certificate),
    }  # fmt: skip
    row = {
        "serial_no": keys.platform_id("certificate"), "effective_time": beijing_rfc(begins * 1000),
        "expire_time": beijing_rfc(ends * 1000), "encrypt_certificate": sealed,
    }  # fmt: skip
    return {"data": [row]}


def _signed(
    raw: RawMessage, caller: Caller, profile: Profile, now_ms: int, nonce: str, wanted: str = ""
) -> RawMessage:
    keys: Apiv3Keys = caller.keys
    name = wanted if wanted in keys.platform else keys.platform_id(profile["wechat_api.platform_key"])
    return platform_signed(raw, name, caller.signer or keys.platform[name], now_ms, nonce)


def notice(
    notify: Notify, target: str, caller: Caller, profile: Profile, now_ms: int, entropy: bytes
) -> RawMessage:
    """The event with its object sealed under the APIv3 key."""
    event, original, summary = EVENTS[notify.name]
    event = event.replace("REFUND.SUCCESS", f"REFUND.{notify.data.get('refund_status', 'SUCCESS')}")
    body = {
        "id": f"{entropy[:16].hex()}"[:36], "create_time": beijing_rfc(now_ms), "resource_type": "encrypt-resource",
        "event_type": event, "summary": str(summary),
        "resource": sealed_resource(caller.keys, notify.data, original, entropy[16:22].hex()),
    }  # fmt: skip
    raw = RawMessage("POST", target, JSON_TYPE, jsontext.dumps(body).encode("utf-8", "replace"))
    return _signed(raw, caller, profile, now_ms, entropy[:16].hex().upper())


def acknowledged(notify: Notify, answer: RawMessage, profile: Profile) -> AnswerOutcome:
    """Any 2xx is taken; else what the body says (1b.8 and 1c: 200 or 204, one page also a body SUCCESS)."""
    del notify, profile
    said = object_of(answer.body) or {}
    taken = 200 <= (answer.status or 0) < 300
    code = text_in(said, "code") or ("" if taken else str(answer.status or 0))
    return AnswerOutcome(taken, code, text_in(said, "message"))


def outcome(answer: RawMessage) -> AnswerOutcome:
    """2xx is success; an error says `code` and `message`."""
    fine = 200 <= (answer.status or 0) < 300
    said = object_of(answer.body) or {}
    file = answer.header("content-type").startswith(("text/plain", "application/x-gzip"))
    if fine and answer.status != 204 and not file and not said:
        return AnswerOutcome(False)
    return AnswerOutcome(
        fine, "0" if fine else text_in(said, "code"), "" if fine else text_in(said, "message")
    )


def show(raw: RawMessage) -> Mapping[str, Any] | None:
    """Of a signed message of ours the signature headers, of a notice also its event; None without them."""
    names = ("Wechatpay-Serial", "Wechatpay-Timestamp", "Wechatpay-Nonce", "Request-ID")
    found: dict[str, Any] = {name: raw.header(name) for name in names if raw.header(name)}
    value = object_of(raw.body) or {}
    found |= {name: value[name] for name in ("id", "create_time", "event_type", "code") if name in value}
    return found or None


WECHAT = Transport(
    name="wechat",
    issue=ISSUE,
    identify=identify,
    open=open_apiv3,
    reply=reply,
    outcome=outcome,
    show=show,
    mirror=APIV3,
    notice=notice,
    acknowledged=acknowledged,
    options=("wechat_api.", "limits."),
    kept_headers=("authorization", "wechatpay-", "request-id"),
)
