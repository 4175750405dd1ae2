"""The facade over RSA and AES-GCM of the payment channels: SHA256-RSA2048, OAEP with SHA-1, AEAD_AES_256_GCM, certificates.

A private key is one line, Base64 of PKCS#8, as `identities.json` holds it, or PEM; everything public is PEM. Test keys only. What a peer sent never raises: a signature is right or not, a cipher
text opens or gives None. Making a key is the one thing here that draws randomness, from the library.
Source: payment-channels 1d (H).
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Literal

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from simulator.protocol.text.said import Said

BITS: Final = 2048
_OAEP: Final = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
_FROM, _TO = datetime(2026, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
"""How long a certificate of ours holds: it is made where there is no clock, and a test world does not expire."""
Digest = Literal["sha256", "sha1"]
_DIGESTS: Final[dict[str, hashes.HashAlgorithm]] = {"sha256": hashes.SHA256(), "sha1": hashes.SHA1()}


class RsaKeyError(ValueError):
    """The text is no RSA key, or no certificate, of the wanted kind; one line that never shows the text."""


def new_private_key() -> str:
    """A fresh RSA key of 2048 bits, Base64 of its PKCS#8. About 50 ms."""
    return _written(rsa.generate_private_key(65537, BITS), serialization.Encoding.DER)


def pem_of(private: str) -> str:
    """A private key as PEM, the form that clients load. Raises RsaKeyError."""
    return _written(_private(private), serialization.Encoding.PEM)


def public_of(private: str) -> str:
    """The public half of a private key, SubjectPublicKeyInfo in PEM. Raises RsaKeyError."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = _private(private).public_key()
    return public.public_bytes(serialization.Encoding.PEM, form).decode("ascii")


def self_signed(private: str, name: str, serial: int) -> str:
    """A certificate in PEM for this key, signed by itself, of this common name. Raises RsaKeyError."""
    key = _private(private)
    from cryptography import x509  # certificates are rare, and loading what reads them is not free
    from cryptography.x509.oid import NameOID

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(subject, subject, key.public_key(), serial, _FROM, _TO)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode("ascii")


def certified(certificate: str) -> tuple[str, int, int]:
    """The public key in PEM, and the Unix seconds from and to which a certificate holds. Raises RsaKeyError."""
    from cryptography import x509

    try:
        read = x509.load_pem_x509_certificate(certificate.encode("ascii"))
    except ValueError:
        raise RsaKeyError(Said("不是 PEM 编码的证书")) from None
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = read.public_key().public_bytes(serialization.Encoding.PEM, form).decode("ascii")
    return public, int(read.not_valid_before_utc.timestamp()), int(read.not_valid_after_utc.timestamp())


def sign(private: str, data: bytes, digest: Digest = "sha256") -> str:
    """Base64 of the PKCS#1 v1.5 signature. Raises RsaKeyError."""
    return base64.b64encode(_private(private).sign(data, padding.PKCS1v15(), _DIGESTS[digest])).decode()


def verifies(public: str, data: bytes, signature: str, digest: Digest = "sha256") -> bool:
    """Whether `signature` (Base64) is that of `data`. Raises RsaKeyError for a key of no use only."""
    raw = _octets(signature)
    try:
        _public(public).verify(raw or b"", data, padding.PKCS1v15(), _DIGESTS[digest])
    except InvalidSignature:
        return False
    return raw is not None


def seal_field(public: str, plain: str) -> str:
    """A sensitive field: Base64 of RSA-OAEP (SHA-1, MGF1-SHA-1). Raises RsaKeyError; a text over 214 bytes ValueError."""
    return base64.b64encode(_public(public).encrypt(plain.encode("utf-8"), _OAEP)).decode("ascii")


def open_field(private: str, sealed: str) -> str | None:
    """The text in a sensitive field; None when it does not open with this key or is no UTF-8. Raises RsaKeyError."""
    raw = _octets(sealed)
    try:
        return _private(private).decrypt(raw or b"", _OAEP).decode("utf-8")
    except ValueError:  # also UnicodeDecodeError
        return None


def seal_gcm(key: str, nonce: str, associated: str, plain: str) -> str:
    """AEAD_AES_256_GCM: Base64 of the cipher text with its 16-byte tag. `key`: 32 characters, `nonce`: 12."""
    sealed = AESGCM(key.encode("ascii")).encrypt(nonce.encode(), plain.encode(), associated.encode())
    return base64.b64encode(sealed).decode("ascii")


def open_gcm(key: str, nonce: str, associated: str, sealed: str) -> str | None:
    """The text of a resource; None when key, nonce, associated data or cipher text do not belong together."""
    raw = _octets(sealed)
    try:
        return AESGCM(key.encode()).decrypt(nonce.encode(), raw or b"", associated.encode()).decode()
    except (ValueError, InvalidTag):
        return None


def _octets(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None


def _written(key: rsa.RSAPrivateKey, encoding: serialization.Encoding) -> str:
    raw = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    der = encoding is serialization.Encoding.DER
    return (base64.b64encode(raw) if der else raw).decode("ascii")


@lru_cache(maxsize=512)
def _private(text: str) -> rsa.RSAPrivateKey:
    try:  # we made it, or the owner of the home put it there: checking its primes costs 50 ms each
        if text.startswith("-----"):
            load, raw = serialization.load_pem_private_key, text.encode("ascii")
        else:
            load, raw = serialization.load_der_private_key, _octets(text) or b""
        key = load(raw, None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise RsaKeyError(Said("不是 RSA 私钥; 应为 PEM, 或 PKCS#8 的 base64"))
    return key


@lru_cache(maxsize=512)
def _public(pem: str) -> rsa.RSAPublicKey:
    try:
        key = serialization.load_pem_public_key(pem.encode("ascii"))
    except ValueError:
        key = None
    if not isinstance(key, rsa.RSAPublicKey):
        raise RsaKeyError(Said("不是 PEM 编码的 RSA 公钥"))
    return key
