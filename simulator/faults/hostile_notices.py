"""Notices that no receiver may believe, made afresh under the keys of the vendor: signature, cipher text, who, what.

The set `envelope` of conformance/vectors holds the same ones under the published keys, with the fact that refuses each;
here they are sealed for whoever is tested. Only such as every correct receiver refuses: no dialect, no lenience.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.protocol.crypto import ciphers, sm2
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import private_key_from_seed
from simulator.protocol.model.profile import Profile
from simulator.protocol.text import jsontext
from simulator.protocol.text.canonical import Style
from simulator.protocol.wire.seal import seal_request
from simulator.protocol.wire.signature import ChannelKeys, to_der

Data = Mapping[str, Any]
Envelope = dict[str, Any]
HALF: Final = 32


@dataclass(frozen=True, slots=True)
class HostileNotice:
    """`bad`: the first fact that refuses it. `style`: how the seal departs; `change`: what is done to the sealed envelope."""

    name: str
    bad: str
    style: Callable[[Data, ChannelKeys], Mapping[str, Any]] = lambda _data, _keys: {}
    change: Callable[[Envelope, ChannelKeys], None] = lambda _envelope, _keys: None

    def body(self, data: Data, keys: ChannelKeys, profile: Profile, now_ms: int, entropy: bytes) -> bytes:
        """The bytes of this notice about `data`, sealed with `keys` as the platform seals."""
        style = self.style(data, keys)
        envelope = json.loads(seal_request(data, keys, profile, now_ms, entropy, **style))
        self.change(envelope, keys)
        return jsontext.dumps(envelope).encode("utf-8")


def _signature(change: Callable[[bytes], bytes | str]) -> Callable[[Envelope, ChannelKeys], None]:
    """Another `signData`, made of the right 64 bytes: bytes go as base64, a text as it is."""

    def act(envelope: Envelope, _keys: ChannelKeys) -> None:
        made = change(base64.b64decode(envelope["signData"]))
        envelope["signData"] = made if isinstance(made, str) else base64.b64encode(made).decode("ascii")

    return act


def _halves(change: Callable[[int, int], tuple[int, int]]) -> Callable[[Envelope, ChannelKeys], None]:
    """Other numbers r and s."""

    def act(raw: bytes) -> bytes:
        made = change(int.from_bytes(raw[:HALF], "big"), int.from_bytes(raw[HALF:], "big"))
        return b"".join(value.to_bytes(HALF, "big") for value in made)

    return _signature(act)


def _member(name: str, value: Any) -> Callable[[Envelope, ChannelKeys], None]:
    return lambda envelope, _keys: envelope.update({name: value})


def _cipher(change: Callable[[str], Any]) -> Callable[[Envelope, ChannelKeys], None]:
    return lambda envelope, _keys: envelope.update(encData=change(envelope["encData"]))


def _sealed(plain: bytes) -> Callable[[Envelope, ChannelKeys], None]:
    """The cipher text of another plaintext."""

    def act(envelope: Envelope, keys: ChannelKeys) -> None:
        key = ciphers.message_key(keys.app_id, keys.app_secret)
        envelope["encData"] = ciphers.sm4_encrypt(key, plain).hex().upper()

    return act


def _unhashed(envelope: Envelope, keys: ChannelKeys) -> None:
    """A signature of the text's SM3 without Z_A, as clients with `hash: false` make; the text is any: it never verifies."""
    e = ciphers.sm3(envelope["encData"].encode("ascii"))
    raw = sm2.sign(keys.own, e, b"", b"hostile")
    envelope["signData"] = base64.b64encode(raw).decode("ascii")


def _other_amounts(data: Data, _keys: ChannelKeys) -> Mapping[str, Any]:
    """Encrypt other amounts than those that were signed."""
    return {"plain": jsontext.dumps({**data, "feeSumamt": "0.01", "ownPayAmt": "0.01"})}


def _raw_key(_data: Data, keys: ChannelKeys) -> Mapping[str, Any]:
    first = keys.app_id[: ciphers.BLOCK].encode("ascii")
    return {"sm4_key": ciphers.sm4_encrypt(first, keys.app_secret.encode("utf-8"))[: ciphers.BLOCK]}


STRANGER: Final = private_key_from_seed(b"a stranger to every notice")

HOSTILE: Final = (
    HostileNotice("another_key", "sign.verify", style=lambda _d, _k: {"signer": STRANGER}),
    HostileNotice("id_empty", "sign.verify", style=lambda _d, _k: {"user_id": b""}),
    HostileNotice("no_key_tail", "sign.verify", style=lambda _d, _k: {"sign": Style(tail="none")}),
    HostileNotice("other_amounts", "sign.verify", style=_other_amounts),
    HostileNotice("time_changed", "sign.verify", style=lambda _d, _k: {"signed_timestamp": "20000101000000"}),
    HostileNotice("not_the_text", "sign.verify", change=_unhashed),
    HostileNotice("member_added", "sign.verify", change=_member("orgCodg", "H0")),
    HostileNotice("swapped", "sign.verify", change=_halves(lambda r, s: (s, r))),
    HostileNotice("r_zero", "sign.verify", change=_halves(lambda _r, s: (0, s))),
    HostileNotice("s_zero", "sign.verify", change=_halves(lambda r, _s: (r, 0))),
    HostileNotice("both_zero", "sign.verify", change=_halves(lambda _r, _s: (0, 0))),
    HostileNotice("r_is_n", "sign.verify", change=_halves(lambda _r, s: (N, s))),
    HostileNotice("s_negated", "sign.verify", change=_halves(lambda r, s: (r, N - s))),
    HostileNotice("sum_is_n", "sign.verify", change=_halves(lambda r, _s: (r, N - r))),
    HostileNotice("one_bit", "sign.verify", change=_halves(lambda r, s: (r, s ^ 1))),
    HostileNotice("all_ones", "sign.verify", change=_signature(lambda _raw: b"\xff" * 2 * HALF)),
    HostileNotice("one_bit_der", "sign.encoding", change=_signature(lambda raw: to_der(raw[:-1] + bytes([raw[-1] ^ 1])))),
    HostileNotice("one_bit_hex", "sign.encoding", change=_signature(lambda raw: (raw[:-1] + bytes([raw[-1] ^ 1])).hex())),
    HostileNotice("cut_off", "sign.encoding", change=_signature(lambda raw: raw[:-1])),
    HostileNotice("half", "sign.encoding", change=_signature(lambda raw: raw[:HALF])),
    HostileNotice("not_base64", "sign.encoding", change=_member("signData", "!" * 88)),
    HostileNotice("a_word", "sign.encoding", change=_member("signData", "SM2")),
    HostileNotice("empty", "sign.present", change=_member("signData", "")),
    HostileNotice("null", "sign.present", change=_member("signData", None)),
    HostileNotice("a_number", "sign.present", change=_member("signData", 1)),
    HostileNotice("true", "sign.present", change=_member("signData", True)),
    HostileNotice("unsigned", "sign.present", style=lambda _d, _k: {"signed": False}),
    HostileNotice("cipher_bit", "enc.decrypt", change=_cipher(lambda text: text[:-1] + ("1" if text[-1] == "0" else "0"))),
    HostileNotice("cipher_cut", "enc.hex", change=_cipher(lambda text: text[:-2])),
    HostileNotice("cipher_base64", "enc.hex", change=_cipher(lambda text: base64.b64encode(bytes.fromhex(text)).decode("ascii"))),
    HostileNotice("cipher_raw_key", "enc.decrypt", style=_raw_key),
    HostileNotice("plain_words", "enc.json", change=_sealed(b"paid")),
    HostileNotice("plain_array", "enc.json", change=_sealed(b'[{"callType":"02"}]')),
    HostileNotice("plain_empty", "enc.json", change=_sealed(b"")),
    HostileNotice("other_app", "env.app_known", change=_member("appId", "0" * 32)),
)  # fmt: skip


def hostile_notice(name: str) -> HostileNotice | None:
    """The one of this name, or None."""
    return next((one for one in HOSTILE if one.name == name), None)
