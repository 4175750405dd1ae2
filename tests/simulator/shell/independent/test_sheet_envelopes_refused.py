"""Every bad envelope and every bad portal header: refused in its form with the code that names it, nothing changed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

FOREIGN = (7).to_bytes(32, "big")
UNKNOWN = "F" * 32


def der(raw: bytes) -> bytes:
    body = b""
    for part in (raw[:32], raw[32:]):
        number = part.lstrip(b"\0")
        number = b"\0" + number if number[0] & 0x80 else number
        body += bytes((2, len(number))) + number
    return bytes((0x30, len(body))) + body


def bad_envelopes(
    bench: Any, client: Any, data: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any], str, str]]:
    """(name, envelope, our code, the fact)."""
    beijing, derived = bench.beijing, bench.sm4_ecb(client.app_id[:16].encode(), client.secret.encode())
    wrong_case, raw_key = derived.hex()[:16].encode(), derived[:16]
    good = client.seal(data)
    signature = base64.b64decode(good["signData"])
    text = bench.text_of(good, data, client.secret)
    yield "stale", client.seal(data, timestamp=beijing(-600)), "LT-TIME-WINDOW", "env.time_window"
    yield "ahead", client.seal(data, timestamp=beijing(600)), "LT-TIME-WINDOW", "env.time_window"
    yield "utc", client.seal(data, timestamp=beijing(-8 * 3600)), "LT-TIME-WINDOW", "env.time_window"
    yield "no time", client.seal(data, timestamp="soon"), "LT-TIME-FORM", "env.time_form"
    yield "unknown app", client.seal(data, appId=UNKNOWN), "LT-ENV-APP", "env.app_known"
    yield (
        "unknown app, old version",
        client.seal(data, appId=UNKNOWN, version="1.0.0"),
        "LT-ENV-APP",
        "env.version",
    )
    yield "old version", client.seal(data, version="1.0.0"), "LT-ENV-VERSION", "env.version"
    yield "other cipher", client.seal(data, encType="AES"), "LT-ENV-ALG", "env.enc_type"
    yield "other signature", client.seal(data, signType="RSA"), "LT-ENV-ALG", "env.sign_type"
    yield "key in lower case", client.seal(data, key=wrong_case), "LT-ENC-DECRYPT", "enc.decrypt"
    yield "key of raw bytes", client.seal(data, key=raw_key), "LT-ENC-DECRYPT", "enc.decrypt"
    yield "cipher cut", {**good, "encData": good["encData"][:-32]}, "LT-ENC-DECRYPT", "enc.decrypt"
    yield (
        "cipher in base64",
        {**good, "encData": base64.b64encode(b"x" * 48).decode()},
        "LT-ENC-HEX",
        "enc.hex",
    )
    yield "plaintext beside", {**good, "data": data}, "LT-ENV-PLAIN", "env.plain_absent"
    yield "foreign key", client.seal(data, private=FOREIGN), "LT-SIGN-VERIFY", "sign.verify"
    yield "no signature", {**good, "signData": ""}, "LT-SIGN-MISSING", "sign.present"
    yield (
        "DER",
        {**good, "signData": base64.b64encode(der(signature)).decode()},
        "LT-SIGN-FORM",
        "sign.encoding",
    )
    yield "hex", {**good, "signData": signature.hex()}, "LT-SIGN-FORM", "sign.encoding"
    no_tail = client.sign(text.rpartition(b"&key=")[0])
    yield "no key tail", {**good, "signData": no_tail}, "LT-SIGN-VERIFY", "sign.cause"
    yield "another text", {**good, "signData": client.sign(b"x")}, "LT-SIGN-VERIFY", "sign.verify"
    yield (
        "time sent is not the time signed",
        {**good, "timestamp": beijing(-120)},
        "LT-SIGN-VERIFY",
        "sign.verify",
    )
    yield "a member added", {**good, "orgCodg": "H1"}, "LT-SIGN-VERIFY", "sign.verify"


@pytest.mark.parametrize("number", ["6201", "6202", "6203", "6301", "6401"])
def test_every_bad_envelope(bench, number):
    async def act(on: Any) -> None:
        base = await on.base(number)
        other = bench.Client(await on.lab.control("POST", "/control/institutions", {"code": "H50999900002"}))
        before = await on.state()
        await on.fresh()
        for name, envelope, code, fact in bad_envelopes(bench, on.client, base):
            told = await on.post(number, json.dumps(envelope, ensure_ascii=False).encode())
            assert told["code"] == code, (number, name, told)
            assert told["raw"]["success"] is False
            if code == "LT-ENV-APP":
                assert "signData" not in told["raw"], "nobody to sign for"
            else:
                on.client.open(told["raw"], verify=True)
            facts = await on.refused()
            assert fact in facts, (number, name, facts)
        told = await on.post(number, json.dumps(other.seal(base)).encode())
        other.open(told["raw"], verify=True)
        assert told["code"] == "LT-UNATTRIBUTED", "another institution's order"
        assert await on.state() == before

        body = json.dumps(on.client.seal(base)).encode()
        assert (await on.post(number, body))["code"] == 0
        after = await on.state()
        await on.fresh()
        told = await on.post(number, body)
        assert told["code"] == "LT-REPLAY"
        assert list(await on.refused()) == ["replay.fresh"]
        assert await on.state() == after

    bench.stage(act)


PORTAL = [
    ("no headers", {}, "LT-PORTAL-SIGN", "portal.signature"),
    ("stale", {"skew": -1_000_000}, "LT-PORTAL-TIME", "portal.time"),
    ("ahead", {"skew": 1_000_000}, "LT-PORTAL-TIME", "portal.time"),
    ("seconds", {"digits": 10}, "LT-PORTAL-TIME", "portal.time"),
    ("wrong secret", {"secret": "0" * 32}, "LT-PORTAL-SIGN", "portal.signature"),
    ("upper case", {"upper": True}, "LT-PORTAL-SIGN", "portal.signature"),
    ("unknown partner", {"partner": "00000000"}, "LT-PORTAL-PARTNER", "portal.partner"),
]


def test_every_bad_portal_header(stage):
    """Channels sheet 1a."""

    async def act(on: Any) -> None:
        block = on.vendor.block
        base = await on.base("userQuery")
        before = await on.state()
        await on.fresh()
        for name, how, code, fact in PORTAL:
            partner = how.get("partner", block["partnerId"])
            stamp = str(time.time_ns() // 1_000_000 + how.get("skew", 0))[: how.get("digits", 13)]
            secret = how.get("secret", block["partnerSecret"])
            mac = hmac.new(secret.encode(), f"{partner}{stamp}".encode(), hashlib.sha256).hexdigest()
            headers = {
                "god-portal-timestamp": stamp,
                "god-portal-signature": mac.upper() if "upper" in how else mac,
            }
            path = block["paths"]["userQuery"].replace("{partnerId}", partner)
            told = await on.post("userQuery", json.dumps(base).encode(), headers if how else {}, path)
            assert told["code"] == code, (name, told)
            assert fact in await on.refused(), name
        assert await on.state() == before
        assert (await on.send("userQuery", base))["code"] == 0

    stage(act)
