"""SM2, SM3 and SM4 of two public packages behind one surface: the cryptography of the two Python hospitals.

Nothing of liantiao is imported. `Gmssl` uses the package gmssl, `Gmalg` the package gmalg; what both leave to the
caller (PKCS#7, strict base64, r and s in range) is done here, once, because a caller has to do it.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets

USER_ID = b"1234567812345678"
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{86}==\Z")
_CIPHER = re.compile(r"(?:[0-9a-fA-F]{32})+\Z")


class Gmssl:
    """The package gmssl: pure Python, hexadecimal texts, the user id built in (so Z_A is computed here with its SM3)."""

    def sign(self, text: bytes, private: int, user_id: bytes, nonce: int) -> tuple[int, int]:
        from gmssl.sm2 import CryptSM2

        signer = CryptSM2(f"{private:064x}", "")
        point = signer._kg(private, signer.ecc_table["g"])  # its only way to a public key
        made = signer.sign(self._digest(text, point, user_id), f"{nonce:064x}")
        return int(made[:64], 16), int(made[64:], 16)

    def verify(self, text: bytes, r: int, s: int, public: bytes, user_id: bytes) -> bool:
        from gmssl.sm2 import CryptSM2

        checker = CryptSM2(
            "", public.hex()
        )  # 128 characters: with 04 in front it strips every leading 0 and 4
        return bool(checker.verify(f"{r:064x}{s:064x}", self._digest(text, public.hex(), user_id)))

    def _digest(self, text: bytes, public: str, user_id: bytes) -> bytes:
        from gmssl.sm2 import default_ecc_table as curve
        from gmssl.sm3 import sm3_hash

        za = bytes.fromhex(
            f"{len(user_id) * 8:04x}{user_id.hex()}{curve['a']}{curve['b']}{curve['g']}{public}"
        )
        return bytes.fromhex(sm3_hash(list(bytes.fromhex(sm3_hash(list(za))) + text)))

    def blocks(self, key: bytes, text: bytes, *, encrypt: bool) -> bytes:
        from gmssl.sm4 import SM4_DECRYPT, SM4_ENCRYPT, CryptSM4

        cipher = CryptSM4(padding_mode=None)  # its own unpadding takes any last byte for a length
        cipher.set_key(key, SM4_ENCRYPT if encrypt else SM4_DECRYPT)
        return bytes(cipher.crypt_ecb(text))


class Gmalg:
    """The package gmalg: pure Python, bytes and integers; SM4 gives single blocks."""

    def sign(self, text: bytes, private: int, user_id: bytes, nonce: int) -> tuple[int, int]:
        from gmalg import SM2

        made = SM2(private.to_bytes(32, "big"), user_id, rnd_fn=lambda _bits: nonce).sign(text)
        return int.from_bytes(made[0], "big"), int.from_bytes(made[1], "big")

    def verify(self, text: bytes, r: int, s: int, public: bytes, user_id: bytes) -> bool:
        from gmalg import SM2

        checker = SM2(uid=user_id, pk=b"\x04" + public)
        return bool(checker.verify(text, r.to_bytes(32, "big"), s.to_bytes(32, "big")))

    def blocks(self, key: bytes, text: bytes, *, encrypt: bool) -> bytes:
        from gmalg import SM4

        one = SM4(key).encrypt if encrypt else SM4(key).decrypt
        return b"".join(one(text[at : at + 16]) for at in range(0, len(text), 16))


Crypto = Gmssl | Gmalg


def private_key(text: str) -> int:
    """Base64 of 32 bytes, or of 33 with a leading 00."""
    raw = base64.b64decode(text, validate=True)
    if len(raw) not in (32, 33) or (len(raw) == 33 and raw[0]):
        raise ValueError(f"私钥应为 32 字节, 实为 {len(raw)} 字节")
    return int.from_bytes(raw, "big")


def public_key(text: str) -> bytes:
    """X and Y, 64 bytes, of base64 of 65 bytes beginning with 04 or of 64."""
    raw = base64.b64decode(text, validate=True)
    if len(raw) == 65 and raw[0] == 4:
        return raw[1:]
    if len(raw) != 64:
        raise ValueError(f"公钥应为 64 或 65 字节, 实为 {len(raw)} 字节")
    return raw


def sign(crypto: Crypto, text: str, private: int, nonce: int = 0) -> str:
    """Base64 of r and s, 32 bytes each."""
    r, s = crypto.sign(text.encode("utf-8"), private, USER_ID, nonce or secrets.randbelow(N - 2) + 1)
    return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode("ascii")


def verify(crypto: Crypto, text: str, signature: object, public: bytes, user_id: bytes = USER_ID) -> bool:
    """Whether `signature` (base64) is the one of `public` on `text`. Everything malformed is False."""
    if not isinstance(signature, str) or not _SIGNATURE.match(signature):
        return False
    raw = base64.b64decode(signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    if not (0 < r < N and 0 < s < N and (r + s) % N):
        return False
    return crypto.verify(text.encode("utf-8"), r, s, public, user_id)


def encrypt(crypto: Crypto, key: bytes, plain: str) -> str:
    """SM4-ECB with PKCS#7, hexadecimal in capitals."""
    text = plain.encode("utf-8")
    pad = 16 - len(text) % 16
    return crypto.blocks(key, text + bytes([pad]) * pad, encrypt=True).hex().upper()


def decrypt(crypto: Crypto, key: bytes, cipher: object) -> str:
    """The text of hexadecimal of either case. Raises ValueError for bad hexadecimal, padding or UTF-8."""
    if not isinstance(cipher, str) or not _CIPHER.match(cipher):
        raise ValueError("encData 不是整块的十六进制密文")
    plain = crypto.blocks(key, binascii.unhexlify(cipher), encrypt=False)
    pad = plain[-1]
    if not 1 <= pad <= 16 or plain[-pad:] != bytes([pad]) * pad:
        raise ValueError("encData 填充错误, 密钥不符")
    return plain[:-pad].decode("utf-8")


def message_key(crypto: Crypto, app_id: str, app_secret: str) -> bytes:
    """16 ASCII bytes: the first 16 characters of the appSecret under the first 16 of the appId (sheet 4)."""
    return encrypt(crypto, app_id[:16].encode("ascii"), app_secret)[:16].encode("ascii")
