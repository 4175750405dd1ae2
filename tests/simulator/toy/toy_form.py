"""A wire form that has nothing in common with ours: RSA over headers, 204 for yes, a sealed (AEAD) notice."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.outcome import AnswerOutcome, object_of, text_in
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import CredentialError, Identified, Issue, Mirror, Transport

WINDOW_MS = 60_000


@dataclass(frozen=True)
class ToyKeys:
    """`own` signs, `peer` verifies, `shared` (32 bytes) seals notices."""

    app: str
    own: rsa.RSAPrivateKey
    peer: rsa.RSAPublicKey
    shared: bytes


def _pem(_draw):
    key = rsa.generate_private_key(65537, 2048)
    form = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {"private": key.private_bytes(*form).decode()}


def _make(draw):
    return {"app": "T" + draw(6).hex(), "shared": draw(32).hex(), **_pem(draw)}


def load(pem):
    return serialization.load_pem_private_key(pem.encode(), None)


def _keys(platform, own):
    try:
        return ToyKeys(
            own["app"],
            load(platform["private"]),
            load(own["private"]).public_key(),
            bytes.fromhex(own["shared"]),
        )
    except (KeyError, ValueError) as error:
        raise CredentialError("private", str(error)) from None


def _block(platform, own):
    public = load(platform["private"]).public_key()
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "toyApp": own["app"], "toyPrivateKey": own["private"], "toyShared": own["shared"],
        "toyPlatformKey": public.public_bytes(*form).decode(),
    }  # fmt: skip


def _text(raw, stamp, nonce):
    head = raw.status if raw.status is not None else f"{raw.method} {raw.target}"
    return f"{head}\n{stamp}\n{nonce}\n".encode() + raw.body


def signed(raw, keys, now_ms, entropy, signer=None):
    """The message with the four headers; `entropy` makes the nonce."""
    stamp, nonce = str(now_ms), entropy[:8].hex()
    mark = (signer or keys.own).sign(_text(raw, stamp, nonce), padding.PKCS1v15(), hashes.SHA256())
    added = (
        ("X-Toy-App", keys.app), ("X-Toy-Time", stamp), ("X-Toy-Nonce", nonce),
        ("X-Toy-Sign", base64.b64encode(mark).decode()),
    )  # fmt: skip
    return replace(raw, headers=(*raw.headers, *added))


def facts(raw, keys, now_ms):
    """Who signed it, and when."""
    stamp = raw.header("x-toy-time")
    fresh = stamp.isdecimal() and abs(int(stamp) - now_ms) <= WINDOW_MS
    told = [Fact("toy.app", keys is not None, "" if keys else "X-Toy-App 未登记")]
    if keys is not None:
        told.append(Fact("toy.sign", _verifies(raw, keys), "" if _verifies(raw, keys) else "X-Toy-Sign 不对"))
    return (*told, Fact("toy.time", fresh, "" if fresh else "X-Toy-Time 不是现在"))


def _verifies(raw, keys):
    text = _text(raw, raw.header("x-toy-time"), raw.header("x-toy-nonce"))
    try:
        mark = base64.b64decode(raw.header("x-toy-sign"), validate=True)
        keys.peer.verify(mark, text, padding.PKCS1v15(), hashes.SHA256())
    except (ValueError, InvalidSignature):
        return False
    return True


def _identify(raw, directory, _profile):
    return Identified(directory.find(raw.header("x-toy-app")))


def _open(raw, who, _interface, _profile, now_ms):
    keys = who.caller.keys if who.caller else None
    data = dict(raw.query) if raw.method == "GET" else object_of(raw.body)
    outer = {"app": raw.header("x-toy-app"), "nonce": raw.header("x-toy-nonce")}
    sender = keys.app if keys else ""
    return Opened(facts(raw, keys, now_ms), outer, data, sender, replay_key=raw.header("x-toy-nonce"))


def _reply(reply, _opened, _interface, caller, _profile, now_ms, entropy):
    said = reply.data if reply.success else {"code": reply.code, "message": reply.message}
    status = (200 if said else 204) if reply.success else 422
    body = json.dumps(said, ensure_ascii=False).encode() if said else b""
    head = (("Content-Type", "application/json"),) if said else ()
    raw = RawMessage("", "", head, body, status)
    return signed(raw, caller.keys, now_ms, entropy, caller.signer) if caller else raw


def _outcome(answer):
    said = object_of(answer.body) or {}
    fine = 200 <= (answer.status or 0) < 300
    return AnswerOutcome(fine, "0" if fine else text_in(said, "code"), text_in(said, "message"))


def _show(raw):
    return {"nonce": raw.header("x-toy-nonce"), "signed": bool(raw.header("x-toy-sign"))}


def _notice(notify, target, caller, _profile, now_ms, entropy):
    text = json.dumps(notify.data, ensure_ascii=False).encode()
    nonce = entropy[8:20]
    cipher = AESGCM(caller.keys.shared).encrypt(nonce, text, notify.name.encode())
    raw = RawMessage("PUT", target, (("Content-Type", "application/octet-stream"),), nonce + cipher)
    return signed(raw, caller.keys, now_ms, entropy, caller.signer)


def _acknowledged(_notify, answer, _profile):
    taken = answer.status == 204
    return AnswerOutcome(taken, "" if taken else str(answer.status), "" if taken else "只有 204 算收到")


def _ask(call, caller, _profile, now_ms, entropy):
    body = json.dumps(call.data, ensure_ascii=False).encode() if call.data else b""
    head = (("Content-Type", "application/json"),) if body else ()
    raw = RawMessage("POST" if body else "GET", call.target, head, body)
    return signed(raw, caller.keys, now_ms, entropy)


def _read(raw, caller, _profile, now_ms):
    return Opened(facts(raw, caller.keys, now_ms), _show(raw), object_of(raw.body), "", "response")


def _read_notice(raw, caller, _profile, now_ms):
    try:
        text = AESGCM(caller.keys.shared).decrypt(raw.body[:12], raw.body[12:], b"toyDone")
    except InvalidTag:
        text = b""
    told = (*facts(raw, caller.keys, now_ms), Fact("toy.open", bool(text)))
    return Opened(told, _show(raw), object_of(text), "", "request", raw.header("x-toy-nonce"))


TOY = Transport(
    name="toy",
    issue=Issue(_pem, _make, keys=_keys, credential=lambda _code, own: own["app"], block=_block),
    identify=_identify,
    open=_open,
    reply=_reply,
    outcome=_outcome,
    show=_show,
    mirror=Mirror(_ask, _read, _read_notice),
    notice=_notice,
    acknowledged=_acknowledged,
    kept_headers=("x-toy-",),
)
