"""SM2 signatures with SM3 (GB/T 32918.2): raw `r || s`, any user id, nonces derived and never drawn.

Test keys only: not constant time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from simulator.protocol.crypto import curve
from simulator.protocol.crypto.ciphers import hmac_sm3, sm3
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import PrivateKey, PublicKey
from simulator.protocol.text.said import Said

DEFAULT_USER_ID: Final = b"1234567812345678"
"""The GM/T default, the one every known client of this centre uses (sheet 3.1)."""

_CURVE_BYTES: Final = b"".join(v.to_bytes(32, "big") for v in (curve.A, curve.B, curve.GX, curve.GY))


@lru_cache(maxsize=512)
def user_hash(public: PublicKey, user_id: bytes) -> bytes:
    """Z_A = SM3(ENTL || id || a || b || G || P). Raises ValueError for an id over 8191 bytes."""
    if len(user_id) > 8191:
        raise ValueError(Said("SM2 用户标识不超过 8191 字节"))
    return sm3((len(user_id) * 8).to_bytes(2, "big") + user_id + _CURVE_BYTES + public.raw[1:])


def digest(public: PublicKey, message: bytes, user_id: bytes) -> int:
    """e = SM3(Z_A || message) as a number."""
    return int.from_bytes(sm3(user_hash(public, user_id) + message), "big")


def sign(key: PrivateKey, message: bytes, user_id: bytes, entropy: bytes) -> bytes:
    """Sign: 64 bytes `r || s`. The nonce comes from key, digest and `entropy` in the manner of RFC 6979 (3.6).

    Equal inputs give the equal signature; a different `entropy` gives a different one.
    """
    e = digest(key.public, message, user_id)
    for nonce in _nonces(key.d, e, entropy):
        signature = _signature(key, e, nonce)
        if signature is not None:
            return signature
    raise AssertionError("unreachable: the nonces never end")  # pragma: no cover


def sign_with_nonce(key: PrivateKey, message: bytes, user_id: bytes, nonce: int) -> bytes:
    """Sign with a given nonce: for known answers only. Raises ValueError when the nonce cannot be used."""
    signature = None
    if 0 < nonce < N:
        signature = _signature(key, digest(key.public, message, user_id), nonce)
    if signature is None:
        raise ValueError(Said("该随机数不能用于签名"))
    return signature


def verify(public: PublicKey, message: bytes, signature: bytes, user_id: bytes) -> bool:
    """Whether `signature` (64 bytes `r || s`) is the key's over the message. Anything malformed is False."""
    wanted = signed_digest(public, signature)
    return wanted is not None and (digest(public, message, user_id) - wanted) % N == 0


def signed_digest(public: PublicKey, signature: bytes) -> int | None:
    """The digest e (mod n) that this signature signs under this key; None when no message can fit.

    One point multiplication serves any number of candidate texts: `diagnose` compares their digests with it.
    """
    if len(signature) != 64:
        return None
    r = int.from_bytes(signature[:32], "big")
    s = int.from_bytes(signature[32:], "big")
    t = (r + s) % N
    if not (0 < r < N and 0 < s < N and t):
        return None
    x = curve.joint_x(s, t, (public.x, public.y))
    return None if x is None else (r - x) % N


def _signature(key: PrivateKey, e: int, nonce: int) -> bytes | None:
    x, _ = curve.base_multiple(nonce)
    r = (e + x) % N
    if r == 0 or r + nonce == N:
        return None
    s = _inverse(key.d) * (nonce - r * key.d) % N
    return None if s == 0 else r.to_bytes(32, "big") + s.to_bytes(32, "big")


@lru_cache(maxsize=256)
def _inverse(d: int) -> int:
    return pow(1 + d, -1, N)


def _nonces(d: int, e: int, entropy: bytes) -> Iterator[int]:
    """The candidates of RFC 6979 section 3.2 with HMAC-SM3 and additional data (3.6)."""
    seed = d.to_bytes(32, "big") + (e % N).to_bytes(32, "big") + entropy
    k, v = b"\x00" * 32, b"\x01" * 32
    for mark in (b"\x00", b"\x01"):
        k = hmac_sm3(k, v + mark + seed)
        v = hmac_sm3(k, v)
    while True:
        v = hmac_sm3(k, v)
        nonce = int.from_bytes(v, "big")
        if 0 < nonce < N:
            yield nonce
        k = hmac_sm3(k, v + b"\x00")
        v = hmac_sm3(k, v)
