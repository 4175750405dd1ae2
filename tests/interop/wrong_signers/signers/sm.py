"""SM2 on integers, with SM3 and SM4 taken from gmalg; both were checked against the vectors T1 to T4."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

import gmalg  # type: ignore[import-untyped]

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
USER_ID = b"1234567812345678"

Point = tuple[int, int]
Jacobian = tuple[int, int, int]


def sm3(data: bytes) -> bytes:
    """The SM3 digest."""
    h = gmalg.SM3()
    h.update(data)
    return h.value()


def sm4_ecb_raw(key: bytes, data: bytes) -> bytes:
    """SM4 in ECB over whole blocks, without padding."""
    cipher = gmalg.SM4(key)
    return b"".join(cipher.encrypt(data[i : i + 16]) for i in range(0, len(data), 16))


def sm4_ecb_decrypt(key: bytes, data: bytes) -> bytes:
    """The plain bytes of SM4 in ECB with PKCS#7 padding."""
    cipher = gmalg.SM4(key)
    out = b"".join(cipher.decrypt(data[i : i + 16]) for i in range(0, len(data), 16))
    pad = out[-1]
    if not 1 <= pad <= 16 or out[-pad:] != bytes([pad]) * pad:
        raise ValueError("bad padding")
    return out[:-pad]


def sm4_cbc_raw(key: bytes, iv: bytes, data: bytes) -> bytes:
    """SM4 in CBC over whole blocks, without padding."""
    cipher, out, last = gmalg.SM4(key), b"", iv
    for i in range(0, len(data), 16):
        last = cipher.encrypt(bytes(x ^ y for x, y in zip(data[i : i + 16], last, strict=True)))
        out += last
    return out


def sm4_ctr_raw(key: bytes, data: bytes) -> bytes:
    """SM4 in CTR from a counter of zero."""
    cipher, out = gmalg.SM4(key), bytearray()
    for i in range(0, len(data), 16):
        stream = cipher.encrypt((i // 16).to_bytes(16, "big"))
        out += bytes(x ^ y for x, y in zip(data[i : i + 16], stream, strict=False))
    return bytes(out)


def pkcs7(data: bytes) -> bytes:
    """The data with PKCS#7 padding to whole blocks of 16."""
    pad = 16 - len(data) % 16
    return data + bytes([pad]) * pad


def message_key(app_id: str, app_secret: str) -> bytes:
    """The message key: 16 characters of the capital hexadecimal of SM4(appId[:16], appSecret)."""
    out = sm4_ecb_raw(app_id.encode()[:16], pkcs7(app_secret.encode()))
    return out.hex().upper()[:16].encode()


def _double(p: Jacobian) -> Jacobian:
    x, y, z = p
    if not y:
        return (0, 0, 0)
    zz, yy = z * z % P, y * y % P
    m = 3 * (x - zz) * (x + zz) % P
    s = 4 * x * yy % P
    nx = (m * m - 2 * s) % P
    return (nx, (m * (s - nx) - 8 * yy * yy) % P, 2 * y * z % P)


def _add(p: Jacobian, q: Jacobian) -> Jacobian:
    if not p[2]:
        return q
    if not q[2]:
        return p
    z1, z2 = p[2] * p[2] % P, q[2] * q[2] % P
    u1, u2 = p[0] * z2 % P, q[0] * z1 % P
    s1, s2 = p[1] * z2 * q[2] % P, q[1] * z1 * p[2] % P
    h, r = (u2 - u1) % P, (s2 - s1) % P
    if not h:
        return _double(p) if not r else (0, 0, 0)
    hh = h * h % P
    hhh, v = hh * h % P, u1 * hh % P
    x = (r * r - hhh - 2 * v) % P
    return (x, (r * (v - x) - s1 * hhh) % P, p[2] * q[2] * h % P)


def _affine(p: Jacobian) -> Point:
    inverse = pow(p[2], -1, P)
    square = inverse * inverse % P
    return (p[0] * square % P, p[1] * square * inverse % P)


def _times(k: int, point: Point) -> Jacobian:
    total: Jacobian = (0, 0, 0)
    base: Jacobian = (point[0], point[1], 1)
    for bit in bin(k)[2:]:
        total = _double(total)
        if bit == "1":
            total = _add(total, base)
    return total


def multiply(k: int, point: Point = G) -> Point:
    """The point times k."""
    return _affine(_times(k, point))


@lru_cache(maxsize=4096)
def public_point(d: int) -> Point:
    """The public point of a private key."""
    return multiply(d % N)


def point_bytes(q: Point, prefix: bool = True) -> bytes:
    """The point as 65 bytes beginning with 04, or as 64 bytes."""
    return (b"\x04" if prefix else b"") + q[0].to_bytes(32, "big") + q[1].to_bytes(32, "big")


def za(q: Point | bytes, user_id: bytes = USER_ID, entl_in_bytes: bool = False) -> bytes:
    """Z_A of a public key (or of any bytes that stand for it) and a user id."""
    entl = (len(user_id) * (1 if entl_in_bytes else 8)).to_bytes(2, "big")
    fixed = b"".join(v.to_bytes(32, "big") for v in (A, B, G[0], G[1]))
    tail = q if isinstance(q, bytes) else point_bytes(q, prefix=False)
    return sm3(entl + user_id + fixed + tail)


def digest_number(data: bytes, name: str = "sm3") -> int:
    """A digest as a number."""
    return int.from_bytes(sm3(data) if name == "sm3" else hashlib.new(name, data).digest(), "big")


def sign_number(e: int, d: int, k: int) -> tuple[int, int] | None:
    """The SM2 signature (r, s) of e under d with the nonce k, or None where k does not serve."""
    x1, _ = multiply(k)
    r = (e + x1) % N
    s = pow(1 + d, -1, N) * (k - r * d) % N
    return (r, s) if r and s and r + k != N else None


def ecdsa_number(e: int, d: int, k: int) -> tuple[int, int] | None:
    """An ECDSA signature on the same curve."""
    r = multiply(k)[0] % N
    s = pow(k, -1, N) * (e + r * d) % N
    return (r, s) if r and s else None


def verify_number(e: int, r: int, s: int, q: Point) -> bool:
    """Whether (r, s) is an SM2 signature of e under the public key q."""
    if not (0 < r < N and 0 < s < N) or (r + s) % N == 0:
        return False
    p = _add(_times(s, G), _times((r + s) % N, q))
    return bool(p[2]) and (e + _affine(p)[0]) % N == r


def der(r: int, s: int) -> bytes:
    """The ASN.1 form of a signature."""

    def integer(v: int) -> bytes:
        body = v.to_bytes(v.bit_length() // 8 + 1, "big")
        return b"\x02" + bytes([len(body)]) + body

    body = integer(r) + integer(s)
    return b"\x30" + bytes([len(body)]) + body


def b64(data: bytes) -> str:
    """Base64 text."""
    return base64.b64encode(data).decode()


def read_private(text: str) -> int:
    """A private key from base64 of 32 bytes, or of 33 with a leading 00."""
    return int.from_bytes(base64.b64decode(text), "big")


def read_public(text: str) -> Point:
    """A public key from base64 of 65 or 64 bytes."""
    raw = base64.b64decode(text)[-64:]
    return (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
