"""The vendor's side of our own wire forms: what the reference hospital, load users and tests seal and open with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.protocol.diagnosis.deviation import NONE
from simulator.protocol.model.profile import Profile
from simulator.protocol.text import jsontext
from simulator.protocol.wire.envelope import open_sealed, seal_request
from simulator.protocol.wire.fsi import open_fsi, seal_fsi_request
from simulator.protocol.wire.gateway import headers as gateway_headers
from simulator.protocol.wire.gateway_parts import GatewayKeys
from simulator.protocol.wire.intake import FSI_TYPES, read_outer
from simulator.protocol.wire.opened import Kind, Opened
from simulator.protocol.wire.portal import sign_portal
from simulator.protocol.wire.raw import Headers, RawMessage
from simulator.protocol.wire.transport import Caller, Mirror, PeerCall

ASKED: Headers = (("Content-Type", "application/json; charset=utf-8"), ("Accept", "application/json"))


def _sealed(call: PeerCall, caller: Caller, profile: Profile, now_ms: int, entropy: bytes) -> RawMessage:
    """`more` takes the members of `SealStyle`: how a message departs from the right form."""
    return _post(call, seal_request(call.data, caller.keys, profile, now_ms, entropy, **call.more))


def _open(kind: Kind, raw: RawMessage, caller: Caller, profile: Profile, now_ms: int) -> Opened:
    """Whether it is good, and no more: why a signature fails is the simulator's to say, and takes its time."""
    return open_sealed(raw, {caller.keys.app_id: caller.keys}, profile, now_ms, kind, budget=NONE)


def _fsi(call: PeerCall, caller: Caller, _profile: Profile, now_ms: int, entropy: bytes) -> RawMessage:
    """`more` is the common header. A caller with `GatewayKeys` signs as its gateway wants."""
    body = seal_fsi_request(call.more, call.data)
    gate = caller.keys if isinstance(caller.keys, GatewayKeys) and caller.keys.scheme else None
    if gate is None:
        return _post(call, body)
    return _post(
        call, body, (*ASKED, *gateway_headers(gate, now_ms, entropy[:16].hex(), body, call.interface))
    )


def _fsi_reply(raw: RawMessage, _caller: Caller, profile: Profile, now_ms: int) -> Opened:
    return open_fsi(raw, profile, now_ms, "response")


def _plain(call: PeerCall, _caller: Caller, _profile: Profile, _now_ms: int, _entropy: bytes) -> RawMessage:
    return _post(call, jsontext.dumps(call.data).encode("utf-8"))


def _portal(call: PeerCall, caller: Caller, _profile: Profile, now_ms: int, entropy: bytes) -> RawMessage:
    partner, secret = caller.keys
    headers = (
        *ASKED,
        ("god-portal-timestamp", str(now_ms)),
        ("god-portal-request-id", entropy[:16].hex()),
        ("god-portal-signature", sign_portal(partner, secret, now_ms)),
    )
    return _post(call, jsontext.dumps(call.data).encode("utf-8"), headers)


def _portal_reply(raw: RawMessage, _caller: Caller, profile: Profile, _now_ms: int) -> Opened:
    """The members stand flat beside `code` and `message`, or inside `data` (channels sheet 1a)."""
    body = read_outer(raw, profile, "response", FSI_TYPES)
    value: Mapping[str, Any] | None = body.value if isinstance(body.value, dict) else None
    nested = value.get("data") if value else None
    data = {**value, **nested} if value is not None and isinstance(nested, dict) else value
    return Opened(body.facts, value, data, "", "response")


def _post(call: PeerCall, body: bytes, headers: Headers = ASKED) -> RawMessage:
    return RawMessage("POST", call.target, headers, body)


SEALED = Mirror(
    _sealed,
    lambda raw, caller, profile, now_ms: _open("response", raw, caller, profile, now_ms),
    lambda raw, caller, profile, now_ms: _open("request", raw, caller, profile, now_ms),
)
FSI = Mirror(_fsi, _fsi_reply)
PLAIN = Mirror(_plain, _fsi_reply)
PORTAL = Mirror(_portal, _portal_reply)
