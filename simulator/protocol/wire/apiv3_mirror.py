"""The merchant's side of APIv3: what the reference hospital, load users and tests sign and verify with."""

from __future__ import annotations

from simulator.protocol.model.profile import Profile
from simulator.protocol.text import jsontext
from simulator.protocol.text.jsontext import Limits
from simulator.protocol.text.said import Said
from simulator.protocol.wire.apiv3 import JSON_TYPE, authorised, opened_resource, platform_facts
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import Caller, Mirror, PeerCall


def _request(call: PeerCall, caller: Caller, profile: Profile, now_ms: int, entropy: bytes) -> RawMessage:
    """`more`: `method` (else POST with data and GET without), `serial` (which key sealed the sensitive fields)."""
    del profile
    body = jsontext.dumps(call.data).encode() if call.data else b""
    method = str(call.more.get("method") or ("POST" if body else "GET"))
    serial = str(call.more.get("serial") or "")
    headers = (("Accept", "application/json"), *(JSON_TYPE if method == "POST" else ()),
               *((("Wechatpay-Serial", serial),) if serial else ()))  # fmt: skip
    raw = RawMessage(method, call.target, headers, body)
    return authorised(raw, caller.keys, now_ms, entropy[:16].hex())


def _read_reply(raw: RawMessage, caller: Caller, profile: Profile, now_ms: int) -> Opened:
    """Signed over its bytes; 204 has none. A status that is no 2xx is a fact."""
    status = raw.status or 0
    fine = 200 <= status < 300
    answered = Fact("http.status", fine, "" if fine else Said("HTTP 状态 {}", status), {"status": status})
    facts = (answered, *platform_facts(raw, caller.keys, now_ms, profile["wechat_api.window_ms"]))
    if not raw.body:
        return Opened(facts, {}, {} if fine else None, "", "response")
    parsed = jsontext.parse(raw.body, Limits.of(profile))
    value = parsed.value if isinstance(parsed.value, dict) else None
    return Opened((*facts, *parsed.facts), value, value if fine else None, "", "response")


def _read_notice(raw: RawMessage, caller: Caller, profile: Profile, now_ms: int) -> Opened:
    """Verified before anything is decrypted; `data` is the object in `resource`."""
    facts = list(platform_facts(raw, caller.keys, now_ms, profile["wechat_api.window_ms"]))
    parsed = jsontext.parse(raw.body, Limits.of(profile))
    facts += parsed.facts
    outer = parsed.value if isinstance(parsed.value, dict) else {}
    if not all(fact.ok for fact in facts):
        return Opened(tuple(facts), outer, None, "")
    plain = opened_resource(caller.keys, outer.get("resource"))
    facts.append(Fact("wx.resource", plain is not None, "" if plain else Said("resource 解不开")))
    read = jsontext.parse((plain or "null").encode(), Limits.of(profile), "resource")
    data = read.value if isinstance(read.value, dict) else None
    return Opened((*facts, *read.facts), outer, data, "", "request", raw.header("wechatpay-nonce"))


APIV3 = Mirror(_request, _read_reply, _read_notice)
