"""Unrelated implementations that answer the questions of `vector_asked`: gmssl, gmalg, cryptography, the openssl command.

An adapter passes bytes on in the form the library wants and adds no check of its own: what a library accepts is its doing.
"""

from __future__ import annotations

import base64
import importlib.metadata
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import gmalg
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.hmac import HMAC
from gmssl import func
from gmssl import sm2 as gmssl_sm2
from gmssl import sm3 as gmssl_sm3
from gmssl import sm4 as gmssl_sm4
from vector_asked import DEFAULT_ID, NOT_ASKED, Question

from simulator.protocol.crypto import ciphers, sm2
from simulator.protocol.crypto.keys import parse_private_key, parse_public_key

Answer = Callable[[Question], Any]
Oracle = Mapping[str, Answer]
MANY: Final = 1000
"""Repetitions that pure Python is not asked for."""
OPENSSL_LIMIT_S: Final = 20


def version(library: str) -> str:
    return importlib.metadata.version(library)


def ask(oracle: Oracle, question: Question) -> Any:
    """The answer; NOT_ASKED for an operation that the library has not; an exception of it is None, a refusal."""
    answer = oracle.get(question["op"])
    if answer is None:
        return NOT_ASKED
    try:
        return answer(question)
    except Exception:  # whatever an oracle raises, it did not accept
        return None


def _message(one: Question) -> bytes:
    return bytes.fromhex(one["part"]) * one["times"] if "part" in one else bytes.fromhex(one["msg"])


def _bytes(one: Question, *names: str) -> list[bytes]:
    return [bytes.fromhex(one[name]) for name in names]


# ourselves


def _our_public(one: Question) -> bool:
    raw, user, msg, sig = _bytes(one, "public", "id", "msg", "sig")
    return sm2.verify(parse_public_key(base64.b64encode(raw).decode()), msg, sig, user)


def _our_pair(one: Question) -> str:
    return parse_private_key(base64.b64encode(bytes.fromhex(one["private"])).decode()).public.raw.hex()


def _our_block(one: Question) -> str:
    key, block = _bytes(one, "key", "block")
    if one["times"] > MANY:
        return NOT_ASKED
    for _ in range(one["times"]):
        block = ciphers.sm4_encrypt(key, block)[:16]
    return block.hex()


def _our_sm4(act: Callable[[bytes, bytes], bytes]) -> Answer:
    def answer(one: Question) -> str:
        if one["mode"] != "Ecb":
            return NOT_ASKED  # the protocol has ECB only
        return act(*_bytes(one, "key", "data")).hex()

    return answer


OURS: Final[Oracle] = {
    "sm2_verify": _our_public,
    "sm2_pair": _our_pair,
    "sm3": lambda one: ciphers.sm3(_message(one)).hex(),
    "hmac_sm3": lambda one: ciphers.hmac_sm3(*_bytes(one, "key", "msg")).hex(),
    "sm4_block": _our_block,
    "sm4_decrypt": _our_sm4(ciphers.sm4_decrypt),
    "sm4_encrypt": _our_sm4(ciphers.sm4_encrypt),
    "message_key": lambda one: ciphers.message_key(one["appId"], one["appSecret"]).decode("ascii"),
}


# gmssl (pure Python)


def _gmssl_verify(one: Question) -> Any:
    oracle = gmssl_sm2.CryptSM2(private_key="", public_key=one["public"])
    if one["id"] == DEFAULT_ID:
        return oracle.verify_with_sm3(one["sig"], bytes.fromhex(one["msg"])) is True
    table = gmssl_sm2.default_ecc_table  # the library knows the default id only; the rest is its own SM3
    head = (len(one["id"]) * 4).to_bytes(2, "big").hex() + one["id"] + table["a"] + table["b"] + table["g"]
    z = gmssl_sm3.sm3_hash(func.bytes_to_list(bytes.fromhex(head + oracle.public_key)))
    e = gmssl_sm3.sm3_hash(func.bytes_to_list(bytes.fromhex(z + one["msg"])))
    return oracle.verify(one["sig"], bytes.fromhex(e)) is True


def _gmssl_pair(one: Question) -> str:
    if len(one["private"]) != 64:
        return NOT_ASKED
    oracle = gmssl_sm2.CryptSM2(private_key=one["private"], public_key="")
    return "04" + oracle._kg(int(one["private"], 16), gmssl_sm2.default_ecc_table["g"])


def _gmssl_sm4(encrypt: bool) -> Answer:
    def answer(one: Question) -> str:
        run = gmssl_sm4.CryptSM4()
        key, data = _bytes(one, "key", "data")
        run.set_key(key, gmssl_sm4.SM4_ENCRYPT if encrypt else gmssl_sm4.SM4_DECRYPT)
        made = run.crypt_ecb(data) if one["mode"] == "Ecb" else run.crypt_cbc(bytes.fromhex(one["iv"]), data)
        return bytes(made).hex()

    return answer


def _gmssl_block(one: Question) -> str:
    if one["times"] > MANY:
        return NOT_ASKED
    run = gmssl_sm4.CryptSM4()
    run.set_key(bytes.fromhex(one["key"]), gmssl_sm4.SM4_ENCRYPT)
    block = list(bytes.fromhex(one["block"]))
    for _ in range(one["times"]):
        block = run.one_round(run.sk, block)
    return bytes(block).hex()


GMSSL: Final[Oracle] = {
    "sm2_verify": _gmssl_verify,
    "sm2_pair": _gmssl_pair,
    "sm3": lambda one: NOT_ASKED if one.get("times", 0) > MANY else gmssl_sm3.sm3_hash(func.bytes_to_list(_message(one))),
    "sm4_block": _gmssl_block,
    "sm4_decrypt": _gmssl_sm4(encrypt=False),
    "sm4_encrypt": _gmssl_sm4(encrypt=True),
}  # fmt: skip


# gmalg (pure Python)


def _gmalg_verify(one: Question) -> Any:
    public, user, msg, sig = _bytes(one, "public", "id", "msg", "sig")
    if len(sig) != 64 or len(public) == 64:
        return NOT_ASKED  # it takes r and s apart, and encoded points only
    return gmalg.SM2(uid=user, pk=public).verify(msg, sig[:32], sig[32:])


def _gmalg_pair(one: Question) -> str:
    raw = bytes.fromhex(one["private"])
    return NOT_ASKED if len(raw) != 32 else gmalg.SM2().generate_pk(raw).hex()


def _gmalg_sm3(one: Question) -> str:
    if one.get("times", 0) > MANY:
        return NOT_ASKED
    run = gmalg.SM3()
    run.update(_message(one))
    return run.value().hex()


def _gmalg_block(one: Question) -> str:
    key, block = _bytes(one, "key", "block")
    if one["times"] > MANY:
        return NOT_ASKED
    run = gmalg.SM4(key)
    for _ in range(one["times"]):
        block = run.encrypt(block)
    return block.hex()


GMALG: Final[Oracle] = {
    "sm2_verify": _gmalg_verify, "sm2_pair": _gmalg_pair, "sm3": _gmalg_sm3, "sm4_block": _gmalg_block,
}  # fmt: skip


# cryptography (OpenSSL inside): no SM2


def _cryptography_sm3(one: Question) -> str:
    run = hashes.Hash(hashes.SM3())
    run.update(_message(one))
    return run.finalize().hex()


def _cryptography_hmac(one: Question) -> str:
    key, msg = _bytes(one, "key", "msg")
    run = HMAC(key, hashes.SM3())
    run.update(msg)
    return run.finalize().hex()


def _cipher(one: Question) -> Cipher[Any]:
    mode = modes.ECB() if one.get("mode", "Ecb") == "Ecb" else modes.CBC(bytes.fromhex(one["iv"]))
    return Cipher(SM4(bytes.fromhex(one["key"])), mode)


def _cryptography_block(one: Question) -> str:
    run, block = _cipher(one).encryptor(), bytes.fromhex(one["block"])
    for _ in range(one["times"]):
        block = run.update(block)
    return block.hex()


def _cryptography_decrypt(one: Question) -> str:
    run, unpad = _cipher(one).decryptor(), padding.PKCS7(128).unpadder()
    plain = run.update(bytes.fromhex(one["data"])) + run.finalize()
    return (unpad.update(plain) + unpad.finalize()).hex()


def _cryptography_encrypt(one: Question) -> str:
    run, pad = _cipher(one).encryptor(), padding.PKCS7(128).padder()
    plain = pad.update(bytes.fromhex(one["data"])) + pad.finalize()
    return (run.update(plain) + run.finalize()).hex()


CRYPTOGRAPHY: Final[Oracle] = {
    "sm3": _cryptography_sm3, "hmac_sm3": _cryptography_hmac, "sm4_block": _cryptography_block,
    "sm4_decrypt": _cryptography_decrypt, "sm4_encrypt": _cryptography_encrypt,
}  # fmt: skip


# the openssl command

_SPKI_HEAD: Final = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")


def _tlv(tag: int, body: bytes) -> bytes:
    size = len(body)
    length = bytes([size]) if size < 128 else (b"\x81" + bytes([size]) if size < 256 else b"\x82" + size.to_bytes(2, "big"))  # fmt: skip
    return bytes([tag]) + length + body


def _integer(raw: bytes) -> bytes:
    value = int.from_bytes(raw, "big")
    return _tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _run(arguments: list[str], given: bytes) -> bytes:
    program = shutil.which("openssl") or "openssl"
    done = subprocess.run(
        [program, *arguments], input=given, capture_output=True, timeout=OPENSSL_LIMIT_S, check=True
    )
    return done.stdout


def _openssl_verify(one: Question) -> Any:
    public, sig = _bytes(one, "public", "sig")
    if len(sig) != 64 or len(public) == 64 or public[:1] == b"\x30":
        return NOT_ASKED  # its own forms are DER and SPKI
    with tempfile.TemporaryDirectory() as place:
        key, signature, message = (Path(place) / name for name in ("key", "sig", "msg"))
        key.write_bytes(_tlv(0x30, _SPKI_HEAD + _tlv(3, b"\0" + public)))
        signature.write_bytes(_tlv(0x30, _integer(sig[:32]) + _integer(sig[32:])))
        message.write_bytes(bytes.fromhex(one["msg"]))
        user = ["-pkeyopt", f"hexdistid:{one['id']}"] if one["id"] else ["-pkeyopt", "distid:"]
        _run(
            ["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", os.fspath(key), "-rawin", "-digest", "sm3",
             "-in", os.fspath(message), "-sigfile", os.fspath(signature), *user], b"",
        )  # fmt: skip
    return True


def _openssl_sm4(encrypt: bool) -> Answer:
    def answer(one: Question) -> str:
        iv = ["-iv", one["iv"]] if "iv" in one else []
        mode = one["mode"].lower()
        return _run(
            ["enc", "-e" if encrypt else "-d", f"-sm4-{mode}", "-K", one["key"], *iv],
            bytes.fromhex(one["data"]),
        ).hex()

    return answer


OPENSSL: Final[Oracle] = {
    "sm2_verify": _openssl_verify,
    "sm3": lambda one: _run(["dgst", "-sm3", "-binary"], _message(one)).hex(),
    "hmac_sm3": lambda one: NOT_ASKED if not one["key"] else _run(
        ["dgst", "-sm3", "-mac", "HMAC", "-macopt", f"hexkey:{one['key']}", "-binary"], bytes.fromhex(one["msg"])).hex(),
    "sm4_decrypt": _openssl_sm4(encrypt=False),
    "sm4_encrypt": _openssl_sm4(encrypt=True),
}  # fmt: skip


def openssl_version() -> str:
    """`3.0` of `OpenSSL 3.0.19 …`: patch releases change nothing that is asked here. Empty without the command."""
    if not shutil.which("openssl"):
        return ""
    words = _run(["version"], b"").decode().split()
    return ".".join(words[1].split(".")[:2])
