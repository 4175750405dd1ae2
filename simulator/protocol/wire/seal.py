"""Seal: sign the plaintext, then encrypt it (sheet 3, 4). A `SealStyle` makes every wrong variant on purpose."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.protocol.codes.numbers import code_members
from simulator.protocol.crypto import ciphers, sm2
from simulator.protocol.crypto.keys import PrivateKey
from simulator.protocol.model.profile import Profile
from simulator.protocol.text import jsontext
from simulator.protocol.text.canonical import BARE, SDK, Style, write
from simulator.protocol.text.times import wire_timestamp
from simulator.protocol.wire import signature
from simulator.protocol.wire.signature import ChannelKeys


@dataclass(frozen=True, slots=True)
class SealStyle:
    """How a message departs from the right form; the defaults depart in nothing. For mutants, faults and tests."""

    sign: Style | None = None
    """How the signed text is written; None: as the profile says."""
    user_id: bytes | None = None
    signer: PrivateKey | None = None
    """Sign with this key instead of one's own."""
    sign_form: str = "raw64"
    """`raw64`, `der` or `hex`."""
    signed: bool = True
    sm4_key: bytes | None = None
    enc_case: str = ""
    """`upper` or `lower`; empty: as the profile says."""
    keep_plain: bool = False
    """Leave the plaintext `data` beside `encData`."""
    version: str | None = None
    timestamp: str | int | None = None
    """Send (and sign) this timestamp; a str goes as text, an int as number."""
    timestamp_form: str | None = None
    """`14`, `13`, `13n` (number), `10`; None: as the profile says."""
    signed_timestamp: str | None = None
    """Sign this timestamp but send the other one."""
    members: Mapping[str, Any] = field(default_factory=dict)
    """Further top-level members; they are signed like any other."""
    order: Sequence[str] = ()
    """Wire order of the top-level members; those not named follow."""
    plain: str | None = None
    """Encrypt this text instead of the compact JSON of `data`."""


def seal_request(
    data: Mapping[str, Any], keys: ChannelKeys, profile: Profile, now_ms: int, entropy: bytes, **style: Any
) -> bytes:
    """Seal a business object as a request or notice: the body bytes, UTF-8 JSON.

    `entropy` (any bytes, fresh for each message) goes into the nonce. `style` takes the fields of `SealStyle`.
    """
    how = SealStyle(**style)
    head = {"appId": keys.app_id, **_head(profile, now_ms, how)}
    return _seal(head, data, keys, profile, entropy, how)


def seal_response(
    code: str,
    message: str,
    success: bool,
    data: Mapping[str, Any] | None,
    keys: ChannelKeys,
    profile: Profile,
    now_ms: int,
    entropy: bytes,
    **style: Any,
) -> bytes:
    """Seal an answer: code, message, success and (unless None) the business object, signed by our key.

    `code` "0" is success; `envelope.response_code` and `envelope.failure_code` say what goes as a number. A failure is
    signed if `envelope.sign_failures`; it has no `encData`, its text no `data=` member.
    """
    how = SealStyle(**style)
    head: dict[str, Any] = {**code_members(code, message, profile)}
    if profile["envelope.response_success"]:
        head["success"] = success
    if profile["envelope.response_app_id"]:
        head["appId"] = keys.app_id
    if not success and data is None and not profile["envelope.sign_failures"]:
        return jsontext.dumps({**head, **how.members}).encode("utf-8")
    head.update(_head(profile, now_ms, how))
    return _seal(head, data, keys, profile, entropy, how)


def _head(profile: Profile, now_ms: int, how: SealStyle) -> dict[str, Any]:
    stamp = how.timestamp
    if stamp is None:
        stamp = wire_timestamp(now_ms, how.timestamp_form or str(profile["envelope.timestamp_out"]))
    version = how.version if how.version is not None else str(profile["envelope.version"])
    return {"version": version, "encType": "SM4", "signType": "SM2", "timestamp": stamp}


def _seal(
    head: dict[str, Any],
    data: Mapping[str, Any] | None,
    keys: ChannelKeys,
    profile: Profile,
    entropy: bytes,
    how: SealStyle,
) -> bytes:
    out = {**head, **how.members}
    if how.signed:
        out["signData"] = _sign(out, data, keys, profile, entropy, how)
    if data is not None:
        text = how.plain if how.plain is not None else jsontext.dumps(data)
        key = how.sm4_key or ciphers.message_key(keys.app_id, keys.app_secret)
        cipher = ciphers.sm4_encrypt(key, text.encode("utf-8")).hex()
        case = how.enc_case or str(profile["envelope.enc_case"])
        out["encData"] = cipher.upper() if case == "upper" else cipher
        if how.keep_plain:
            out["data"] = data
    first = {name: out[name] for name in how.order if name in out}
    return jsontext.dumps({**first, **out}).encode("utf-8")


def _sign(
    head: Mapping[str, Any],
    data: Mapping[str, Any] | None,
    keys: ChannelKeys,
    profile: Profile,
    entropy: bytes,
    how: SealStyle,
) -> str:
    signed = head if how.signed_timestamp is None else {**head, "timestamp": how.signed_timestamp}
    text = write(signed, data, keys.app_secret, how.sign or _style(profile))
    identity = how.user_id
    if identity is None:
        identity = signature.user_id(str(profile["envelope.user_id"]), keys)
    raw = sm2.sign(how.signer or keys.own, text.encode("utf-8"), identity, entropy)
    if how.sign_form == "hex":
        return raw.hex()
    return base64.b64encode(signature.to_der(raw) if how.sign_form == "der" else raw).decode("ascii")


def _style(profile: Profile) -> Style:
    if profile["envelope.canonical"] == "bare":
        return BARE
    return Style(drop_empty_object=True) if profile["envelope.drop_empty_object"] else SDK
