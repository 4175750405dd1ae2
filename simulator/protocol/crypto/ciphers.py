"""The one facade over hash and cipher libraries: SM3, SM4-ECB with strict PKCS#7, the message key.

Test keys only; nothing here is constant time.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Final, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.hmac import HMAC

from simulator.protocol.text.said import Said

BLOCK: Final = 16
_HASHLIB_SM3: Final = "sm3" in hashlib.algorithms_available


class CipherError(ValueError):
    """The key or the cipher text has the wrong shape, or the padding is not PKCS#7; one line."""


def _sm3_hashlib(data: bytes) -> bytes:
    return hashlib.new("sm3", data).digest()


def _sm3_cryptography(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


sm3 = _sm3_hashlib if _HASHLIB_SM3 else _sm3_cryptography
"""SM3 of GB/T 32905: bytes -> 32 bytes. Python's OpenSSL when it has the algorithm, else `cryptography`."""


class Running(Protocol):
    """A digest that is still being fed; `copy` lets many texts share their beginning."""

    def update(self, data: bytes, /) -> None:
        """More of the text."""

    def copy(self) -> Running:
        """The same state once more."""

    def digest(self) -> bytes:
        """The digest of what came so far."""


class _RunningCryptography:
    """SM3 of `cryptography` in the manner of hashlib."""

    __slots__ = ("state",)

    def __init__(self, state: hashes.Hash | None = None) -> None:
        self.state = hashes.Hash(hashes.SM3()) if state is None else state

    def update(self, data: bytes, /) -> None:
        self.state.update(data)

    def copy(self) -> _RunningCryptography:
        return _RunningCryptography(self.state.copy())

    def digest(self) -> bytes:
        return self.state.copy().finalize()


def sm3_running(begin: bytes = b"") -> Running:
    """SM3 that has been fed `begin`."""
    state: Running = hashlib.new("sm3") if _HASHLIB_SM3 else _RunningCryptography()
    state.update(begin)
    return state


def hmac_sm3(key: bytes, data: bytes) -> bytes:
    """HMAC with SM3: the nonce generator of `sm2` rests on it."""
    code = HMAC(key, hashes.SM3())
    code.update(data)
    return code.finalize()


def md5_hex(data: bytes) -> str:
    """Lower-case hex of MD5: what WeChat calls the digest of an identity number (channels sheet 1b)."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def sha1_hex(data: bytes) -> str:
    """Lower-case hex of SHA-1: the check value of a WeChat bill (channels sheet 1c)."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def hmac_sha256_hex(key: bytes, data: bytes) -> str:
    """Lower-case hex of HMAC-SHA256 (god-portal headers, channels sheet 1a)."""
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two texts without stopping at the first difference."""
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


def _cipher(key: bytes) -> Cipher[modes.ECB]:
    if len(key) != BLOCK:
        raise CipherError(Said("SM4 密钥应为 16 字节, 现为 {} 字节", len(key)))
    return Cipher(SM4(key), modes.ECB())  # ECB is what the protocol says (sheet 4)


def sm4_encrypt(key: bytes, plain: bytes) -> bytes:
    """Encrypt with SM4-ECB and PKCS#7 padding (sheet 4). Raises CipherError for a key that is not 16 bytes."""
    pad = BLOCK - len(plain) % BLOCK
    run = _cipher(key).encryptor()
    return run.update(plain + bytes([pad]) * pad) + run.finalize()


def sm4_decrypt(key: bytes, cipher: bytes) -> bytes:
    """Decrypt SM4-ECB and check every padding byte. Raises CipherError for wrong length, key or padding."""
    if not cipher or len(cipher) % BLOCK:
        raise CipherError(Said("密文长度应为 16 的正整数倍, 现为 {} 字节", len(cipher)))
    plain = sm4_blocks(key, cipher)
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise CipherError(Said("解密后的填充不是 PKCS#7: 密钥不对, 或密文被改动"))
    return plain[:-pad]


def sm4_blocks(key: bytes, cipher: bytes) -> bytes:
    """Decrypt whole blocks and leave the padding: for the diagnosis of wrong variants only."""
    run = _cipher(key).decryptor()
    return run.update(cipher) + run.finalize()


def blocks(name: str, key: bytes, data: bytes, *, encrypt: bool) -> bytes:
    """Whole blocks of `SM4` or `AES` each for itself, nothing padded: every mode of a diagnosis is built of these."""
    cipher = Cipher((AES if name == "AES" else SM4)(key), modes.ECB())
    run = cipher.encryptor() if encrypt else cipher.decryptor()
    return run.update(data) + run.finalize()


def output_feedback(name: str, key: bytes, iv: bytes, count: int) -> bytes:
    """`count` blocks of the key stream of OFB."""
    run = Cipher((AES if name == "AES" else SM4)(key), modes.ECB()).encryptor()
    out = []
    for _ in range(count):
        iv = run.update(iv)
        out.append(iv)
    return b"".join(out)


@lru_cache(maxsize=256)
def message_key(app_id: str, app_secret: str) -> bytes:
    """Derive the 16-byte message key of an app (sheet 4): 16 upper-case hex characters, as ASCII.

    SM4(key = first 16 characters of appId, appSecret) in upper-case hex, first 16 characters. Raises CipherError
    when the first 16 characters of appId are not 16 bytes.
    """
    key = app_id[:16].encode("utf-8", "replace")
    if len(app_id) < BLOCK or len(key) != BLOCK:
        raise CipherError(Said("appId 至少 16 个 ASCII 字符, 报文密钥由其前 16 个字符推出"))
    return sm4_encrypt(key, app_secret.encode("utf-8", "replace")).hex().upper()[:BLOCK].encode("ascii")
