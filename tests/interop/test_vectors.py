"""T1 to T4 of the sheet, recomputed by every client under tests/interop, byte for byte, and by our own core."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from by_path import module_at

from simulator.protocol.crypto import ciphers
from simulator.protocol.crypto.keys import parse_private_key, parse_public_key
from simulator.protocol.crypto.sm2 import sign_with_nonce, verify
from simulator.protocol.text import jsontext
from simulator.protocol.text.canonical import sign_text
from simulator.protocol.wire.portal import sign_portal

pytestmark = pytest.mark.interop
LANGUAGES = module_at(Path(__file__).with_name("clients.py")).NAMES
USER_ID = "1234567812345678"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_independent_clients_give_the_sheets_bytes(
    language: str, ask: Any, vectors: dict[str, Any]
) -> None:
    app = {"appId": vectors["appId"], "appSecret": vectors["appSecret"]}
    asked = [{"op": "message_key", **app}, {"op": "portal", **vectors["portal"]}]
    wanted: list[Any] = [vectors["T1"]["message_key"], vectors["portal"]["signature"]]
    for case in vectors["cases"]:
        signer = vectors[case["signer"]]
        check = {
            "op": "verify",
            "text": case["sign_text"],
            "signature": case["signature"],
            "public": signer["public"],
        }
        sign = {"op": "sign", "text": case["sign_text"], "private": signer["private"]}
        for op, answer in (
            (
                {"op": "sign_text", "envelope": case["envelope"], "plain": case["plain"], **app},
                case["sign_text"],
            ),
            ({"op": "encrypt", "plain": case["plain"], **app}, case["cipher"]),
            ({"op": "decrypt", "cipher": case["cipher"], **app}, case["plain"]),
            ({"op": "decrypt", "cipher": case["cipher"].lower(), **app}, case["plain"]),
            ({**sign, "nonce": vectors["nonce"]}, case["signature"]),
            (check, True),
            ({**check, "userId": USER_ID}, True),
            ({**check, "userId": vectors["appSecret"]}, False),
            ({**check, "userId": vectors["appId"]}, False),
            ({**check, "text": case["sign_text"] + " "}, False),
        ):
            asked.append(op)
            wanted.append(answer)
    assert [answer.get("ok", answer) for answer in ask(language, asked)] == wanted


def test_our_core_gives_the_same_bytes(vectors: dict[str, Any]) -> None:
    portal = vectors["portal"]
    signed = sign_portal(portal["partnerId"], portal["partnerSecret"], int(portal["now_ms"]))
    assert signed == portal["signature"]
    app = (vectors["appId"], vectors["appSecret"])
    key = ciphers.message_key(*app)
    assert key.decode("ascii") == vectors["T1"]["message_key"]
    assert (
        ciphers.sm4_encrypt(app[0][:16].encode(), app[1].encode()).hex().upper()
        == vectors["T1"]["secret_cipher"]
    )
    for case in vectors["cases"]:
        signer = vectors[case["signer"]]
        envelope = jsontext.parse(case["envelope"].encode("utf-8"), jsontext.Limits()).value
        data = jsontext.parse(case["plain"].encode("utf-8"), jsontext.Limits()).value
        text = sign_text(envelope, data, app[1])
        assert text == case["sign_text"]
        private, public = parse_private_key(signer["private"]), parse_public_key(signer["public"])
        made = sign_with_nonce(private, text.encode("utf-8"), USER_ID.encode(), int(vectors["nonce"], 16))
        assert ciphers.sm4_encrypt(key, case["plain"].encode("utf-8")).hex().upper() == case["cipher"]
        assert base64.b64encode(made).decode("ascii") == case["signature"]
        assert verify(public, text.encode("utf-8"), made, USER_ID.encode())
        assert not verify(public, text.encode("utf-8"), made, app[1].encode())
