"""One message signed by four unrelated codes opens identically; what we sign, they accept.

gmssl and gmalg (pure Python, by two authors) run in every tier; OpenSSL's command line in the interop tier.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gmalg
import pytest
from gmssl import func
from gmssl import sm2 as gmssl_sm2
from gmssl import sm3 as gmssl_sm3

from simulator.protocol.crypto import sm2
from simulator.protocol.crypto.keys import PrivateKey, parse_private_key, parse_public_key
from simulator.protocol.model.profile import Profile
from simulator.protocol.text import jsontext
from simulator.protocol.text.canonical import sign_text
from simulator.protocol.wire.envelope import ChannelKeys, open_sealed, seal_request
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.signature import der_pair, to_der

DATA = jsontext.parse(
    '{"payOrdId":"ORD1","medfeeSumamt":12.50,"userName":"测试","memo":"","lines":[{"b":1,"a":"x"}]}'.encode(),
    jsontext.Limits(),
).value
DISTID = "distid:1234567812345678"
Signer = Callable[[PrivateKey, bytes, Path], bytes]


def by_core(key: PrivateKey, message: bytes, _work: Path) -> bytes:
    return sm2.sign(key, message, sm2.DEFAULT_USER_ID, b"entropy")


def by_gmssl(key: PrivateKey, message: bytes, _work: Path) -> bytes:
    oracle = gmssl_sm2.CryptSM2(private_key=f"{key.d:064x}", public_key=key.public.raw[1:].hex())
    z = sm2.user_hash(key.public, sm2.DEFAULT_USER_ID)
    e = bytes.fromhex(gmssl_sm3.sm3_hash(func.bytes_to_list(z + message)))
    return bytes.fromhex(oracle.sign(e, func.random_hex(oracle.para_len)))


def by_gmalg(key: PrivateKey, message: bytes, _work: Path) -> bytes:
    r, s = gmalg.SM2(key.d.to_bytes(32, "big"), sm2.DEFAULT_USER_ID, pk=key.public.raw).sign(message)
    return bytes(r.rjust(32, b"\0") + s.rjust(32, b"\0"))  # gmalg cuts leading zeros off


def openssl(*arguments: str | Path) -> bytes:
    if shutil.which("openssl") is None:
        if os.environ.get("LIANTIAO_CI"):
            pytest.fail("openssl is not installed")
        pytest.skip("openssl is not installed")
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout


def pkcs8(key: PrivateKey) -> bytes:
    """SEC 1 wrapped as PKCS#8, by hand: no library here knows SM2 keys."""
    point = b"\x03\x42\x00" + key.public.raw
    sec1 = b"\x02\x01\x01\x04\x20" + key.d.to_bytes(32, "big") + b"\xa1\x44" + point
    sec1 = b"\x30" + bytes([len(sec1)]) + sec1
    head = bytes.fromhex("020100301306072a8648ce3d020106082a811ccf5501822d")
    body = head + b"\x04" + bytes([len(sec1)]) + sec1
    return b"\x30\x81" + bytes([len(body)]) + body


def by_openssl(key: PrivateKey, message: bytes, work: Path) -> bytes:
    (work / "key.der").write_bytes(pkcs8(key))
    (work / "message").write_bytes(message)
    rest = ["-rawin", "-digest", "sm3", "-pkeyopt", DISTID]
    signed = openssl(
        "pkeyutl", "-sign", "-keyform", "DER", "-inkey", work / "key.der", "-in", work / "message", *rest
    )
    pair = der_pair(signed)
    assert pair is not None
    return pair


SIGNERS = [by_core, by_gmssl, by_gmalg, pytest.param(by_openssl, marks=pytest.mark.interop)]


@pytest.mark.parametrize("signer", SIGNERS)
def test_each_signer_is_opened_alike(
    signer: Signer,
    vendor: ChannelKeys,
    centre: ChannelKeys,
    profile: Profile,
    now_ms: int,
    post: Callable[..., RawMessage],
    tmp_path: Path,
) -> None:
    message: dict[str, Any] = jsontext.parse(
        seal_request(DATA, vendor, profile, now_ms, b"x"), jsontext.Limits()
    ).value
    text = sign_text(message, DATA, vendor.app_secret).encode()
    message["signData"] = base64.b64encode(signer(vendor.own, text, tmp_path)).decode()
    body = jsontext.dumps(message).encode()
    opened = open_sealed(post(body), {centre.app_id: centre}, profile, now_ms)
    assert opened.ok, opened.bad
    assert opened.data == DATA
    reference = open_sealed(
        post(seal_request(DATA, vendor, profile, now_ms, b"x")), {centre.app_id: centre}, profile, now_ms
    )
    assert opened.facts == reference.facts
    assert opened.outer == reference.outer


@pytest.mark.interop
def test_openssl_accepts_what_we_sign_and_makes_keys_that_we_read(tmp_path: Path) -> None:
    made = tmp_path / "made.pem"
    made.write_bytes(openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"))
    public = tmp_path / "public.pem"
    public.write_bytes(openssl("pkey", "-in", made, "-pubout"))
    key = parse_private_key(made.read_text(encoding="ascii"))
    assert parse_public_key(public.read_text(encoding="ascii")) == key.public
    message, signature = tmp_path / "message", tmp_path / "signature"
    message.write_bytes("签名原文".encode())
    signature.write_bytes(to_der(sm2.sign(key, message.read_bytes(), sm2.DEFAULT_USER_ID, b"e")))
    rest = ["-rawin", "-digest", "sm3", "-pkeyopt", DISTID, "-sigfile", signature]
    told = openssl("pkeyutl", "-verify", "-pubin", "-inkey", public, "-in", message, *rest)
    assert b"Success" in told
