"""`signData`: from text to 64 bytes, and whether a key signed one of the accepted texts."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.protocol.crypto import sm2
from simulator.protocol.crypto.ciphers import message_key
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import PrivateKey, PublicKey
from simulator.protocol.text.canonical import sign_text
from simulator.protocol.text.said import Said, Text


@dataclass(frozen=True, slots=True)
class ChannelKeys:
    """One app seen from one side: `own` signs what this side sends, `peer` verifies what it receives.

    Raises CipherError for an appId of less than 16 ASCII characters.
    """

    app_id: str
    app_secret: str = field(repr=False)
    own: PrivateKey
    peer: PublicKey
    peer_private: PrivateKey | None = field(default=None, repr=False)
    """Where we issued it: a diagnosis then knows a key that was read wrongly (bytes reversed, its text taken for bytes)."""
    previous: tuple[ChannelKeys, ...] = field(default=(), repr=False)
    """The same app before its keys were rotated: to name who still uses them, never to accept them."""

    def __post_init__(self) -> None:
        message_key(
            self.app_id, self.app_secret
        )  # an app that has no message key is our own mistake: say so now


@dataclass(frozen=True, slots=True)
class Decoded:
    """`form`: `raw64` (the right one), `der`, `hex` or `other`. `raw`: 64 bytes where they can be told, else b""."""

    form: str
    raw: bytes
    note: Text = ""


_HEX128: Final = re.compile(r"[0-9a-fA-F]{128}\Z")
MAX_SIGN_CHARS: Final = 1024


def decode(text: str) -> Decoded:
    """Read `signData`. Only the canonical base64 of 64 bytes is `raw64`; a wrong form is read to be diagnosed."""
    if len(text) > MAX_SIGN_CHARS:
        return Decoded("other", b"", Said("signData 有 {} 个字符, 应为 88 个", len(text)))
    if _HEX128.match(text):
        return Decoded("hex", bytes.fromhex(text), Said("signData 是十六进制, 应为 64 字节 r||s 的 base64"))
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return _not_base64(text)
    if len(raw) != 64 and raw[:1] == b"\x30" and (pair := der_pair(raw)) is not None:
        sentence = Said("signData 是 ASN.1 DER({} 字节), 应为 r||s 共 64 字节", len(raw))
        if len(raw) < 64:  # r||s whose zeros were cut off may look so too: only a digest that fits can tell
            sentence = Said("signData 解出 {} 字节, 可能是 ASN.1 DER; 应为 r||s 共 64 字节", len(raw))
        return Decoded("der", pair, sentence)
    if len(raw) != 64:
        return Decoded(
            "other", raw, Said("signData 解出 {} 字节, 应为 r||s 共 64 字节, 各左补零到 32 字节", len(raw))
        )
    if base64.b64encode(raw).decode("ascii") != text:
        return Decoded("other", raw, Said("signData 的 base64 末尾多余位不为零"))
    return Decoded("raw64", raw)


def _not_base64(text: str) -> Decoded:
    compact = "".join(text.split()).replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(compact.encode("ascii") + b"=" * (-len(compact) % 4), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return Decoded("other", b"", Said("signData 不是 base64"))
    why = (
        Said("含换行或空格")
        if len(text.split()) != 1 or text != text.strip()
        else Said("不是标准字符表或缺补位")
    )
    return Decoded("other", raw if len(raw) == 64 else b"", Said("signData 的 base64 {}", why))


def der_pair(data: bytes) -> bytes | None:
    """`r || s` of `SEQUENCE { INTEGER r, INTEGER s }`, or None when the bytes are no such thing."""
    if len(data) < 8 or data[0] != 0x30 or data[1] != len(data) - 2:
        return None
    numbers = []
    at = 2
    for _ in range(2):
        if data[at : at + 1] != b"\x02" or at + 2 > len(data):
            return None
        size = data[at + 1]
        content = data[at + 2 : at + 2 + size].lstrip(b"\0")
        at += 2 + size
        if at > len(data) or len(content) > 32:
            return None
        numbers.append(content.rjust(32, b"\0"))
    return b"".join(numbers) if at == len(data) else None


def to_der(raw: bytes) -> bytes:
    """`SEQUENCE { INTEGER r, INTEGER s }` of 64 bytes `r || s`: the form that does not interoperate."""
    body = b""
    for part in (raw[:32], raw[32:]):
        number = part.lstrip(b"\0") or b"\0"
        number = b"\0" + number if number[0] & 0x80 else number
        body += bytes((2, len(number))) + number
    return bytes((0x30, len(body))) + body


def user_id(choice: str, keys: ChannelKeys) -> bytes:
    """The SM2 user id of option `envelope.user_id`: `default` or `app_secret`."""
    return keys.app_secret.encode("utf-8", "replace") if choice == "app_secret" else sm2.DEFAULT_USER_ID


def matching_family(
    envelope: Mapping[str, Any],
    data: Any,
    keys: ChannelKeys,
    signed: int | None,
    families: tuple[str, ...],
    identity: bytes,
    drop_empty_object: bool,
    kept_empty: tuple[str, ...] = (),
) -> tuple[str, tuple[str, ...]]:
    """The first of `families` whose text has the digest `signed`, or the empty text, and the empty members that it kept.

    `kept_empty`: members of `data` that a signer may leave in its text when they are "" (sheet 22); all or none of them.
    """
    if signed is None:
        return "", ()
    empty = tuple(name for name in kept_empty if data.get(name) == "") if isinstance(data, Mapping) else ()
    for kept in ((), empty) if empty else ((),):
        for family in families:
            text = sign_text(
                envelope, data, keys.app_secret, family, drop_empty_object=drop_empty_object, kept_empty=kept
            )
            if (sm2.digest(keys.peer, text.encode("utf-8"), identity) - signed) % N == 0:
                return family, kept
    return "", ()
