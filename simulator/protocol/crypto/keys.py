"""SM2 keys in every encoding that the field hands out (sheet 3.3). Test keys only."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Final

from simulator.protocol.crypto import curve
from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.said import Said


class KeyFormatError(ValueError):
    """The text is no SM2 key of the wanted kind; the text is one line and never shows the text."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A point of sm2p256v1. Build it with `parse_public_key`, which checks that it is on the curve."""

    x: int
    y: int

    @property
    def raw(self) -> bytes:
        """`04 || X || Y`, 65 bytes."""
        return b"\x04" + self.x.to_bytes(32, "big") + self.y.to_bytes(32, "big")

    @property
    def text(self) -> str:
        """Base64 of the 65 bytes: the form the platform issues."""
        return base64.b64encode(self.raw).decode("ascii")


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A scalar 0 < d < n-1 with its public key. Its `repr` does not show d. Raises KeyFormatError."""

    d: int = field(repr=False)
    public: PublicKey = field(init=False)

    def __post_init__(self) -> None:
        if not 0 < self.d < curve.N - 1:
            raise KeyFormatError(Said("SM2 私钥不在 1 到 n-2 的范围内"))
        object.__setattr__(self, "public", PublicKey(*curve.base_multiple(self.d)))

    @property
    def text(self) -> str:
        """Base64 of the 32-byte big-endian scalar."""
        return base64.b64encode(self.d.to_bytes(32, "big")).decode("ascii")


_PEM: Final = re.compile(r"-----BEGIN [A-Z ]+-----(.*?)-----END [A-Z ]+-----", re.DOTALL)
_HEX: Final = re.compile(r"[0-9a-fA-F]+\Z")
_HEX_LENGTHS: Final = (64, 66, 128, 130)
_NO_SUCH_DER: Final = (ValueError, TypeError, KeyError, AttributeError, OverflowError)
"""What asn1crypto raises for bytes that are none of its structures."""
MAX_KEY_CHARS: Final = 4096
SIGNED_FROM: Final = 1 << 255
"""Private keys from here on are other keys for clients that read 32 bytes as a signed number."""


def parse_private_key(text: str) -> PrivateKey:
    """Read a private key: base64 or hex of 32 bytes or of 33 with a leading 00, PKCS#8, SEC 1, or PEM of these.

    Raises KeyFormatError.
    """
    raw = _octets(text, Said("私钥"))
    if len(raw) == 33 and raw[0] == 0:
        raw = raw[1:]
    if len(raw) != 32:
        raw = _private_from_der(raw)
    return PrivateKey(int.from_bytes(raw, "big"))


def parse_public_key(text: str) -> PublicKey:
    """Read a public key: base64 or hex of `04||X||Y`, `X||Y` or a compressed point, SPKI, or PEM of it.

    Raises KeyFormatError, also for a point that is not on sm2p256v1.
    """
    raw = _octets(text, Said("公钥"))
    if raw[:1] == b"\x30" and len(raw) > 65:
        raw = _public_from_der(raw)
    if len(raw) == 33 and raw[0] in (2, 3):
        point = curve.decompress(int.from_bytes(raw[1:], "big"), odd=raw[0] == 3)
    elif len(raw) == 64 or (len(raw) == 65 and raw[0] == 4):
        point = (int.from_bytes(raw[-64:-32], "big"), int.from_bytes(raw[-32:], "big"))
    else:
        raise KeyFormatError(
            Said("SM2 公钥应为 65 字节(04 开头)或 64 字节的 base64, 解出的是 {} 字节", len(raw))
        )
    if point is None or not curve.on_curve(*point):
        raise KeyFormatError(Said("SM2 公钥不是 sm2p256v1 曲线上的点: 抄错, 或不是国密密钥"))
    return PublicKey(*point)


def private_key_from_seed(seed: bytes) -> PrivateKey:
    """Derive a test key from a seed: the same seed gives the same key, always.

    It is below 2^255, so that clients that read it as two's complement, as exactly 32 bytes or with a sign byte in front
    all have the same key (sheet 22).
    """
    wide = int.from_bytes(sm3(b"liantiao key 0" + seed) + sm3(b"liantiao key 1" + seed), "big")
    d = wide % (curve.N - 2) + 1
    return PrivateKey(d if d < SIGNED_FROM else curve.N - d)


def _octets(text: str, what: Said) -> bytes:
    if len(text) > MAX_KEY_CHARS:
        raise KeyFormatError(Said("SM2 {}太长: 不超过 {} 个字符", what, MAX_KEY_CHARS))
    pem = _PEM.search(text)
    compact = "".join((pem.group(1) if pem else text).split())
    if len(compact) in _HEX_LENGTHS and _HEX.match(compact):
        return bytes.fromhex(compact)
    try:
        raw = base64.b64decode(compact.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise KeyFormatError(Said("SM2 {}既不是 base64 也不是十六进制", what)) from None
    if not raw:
        raise KeyFormatError(Said("SM2 {}为空", what))
    return raw


def _private_from_der(data: bytes) -> bytes:
    """The scalar in PKCS#8, which wraps SEC 1, or in SEC 1 itself."""
    from asn1crypto import keys as asn1  # most keys are bare: nobody waits for what DER alone needs

    for form in (asn1.PrivateKeyInfo, asn1.ECPrivateKey):
        try:
            key = form.load(data, strict=True)
            inner = key["private_key"].parsed if form is asn1.PrivateKeyInfo else key
            scalar = inner["private_key"].contents
        except _NO_SUCH_DER:
            continue
        if isinstance(scalar, bytes) and len(scalar) <= 32:
            return scalar
    raise KeyFormatError(Said("密钥不是 32 字节的标量, 也不是 PKCS#8 或 SEC 1 编码的 SM2 私钥"))


def _public_from_der(data: bytes) -> bytes:
    from asn1crypto import keys as asn1

    try:
        bits = asn1.PublicKeyInfo.load(data, strict=True)["public_key"].contents
    except _NO_SUCH_DER:
        bits = b""
    if not bits or bits[:1] != b"\x00":  # how many bits of the last byte are unused
        raise KeyFormatError(Said("公钥不是 65 字节的点, 也不是 SPKI 编码的 SM2 公钥"))
    return bytes(bits[1:])
