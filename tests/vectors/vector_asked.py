"""What a test asks of an implementation, and whether its answer means *accepted*.

A question is a flat dict with `op`; byte strings in it are lower-case hex, so that Node and Java get it as it is.
An oracle answers a question with a value, raises (which refuses), or says `NOT_ASKED` where its interface has no such form.

| op | members | answer |
|---|---|---|
| sm2_verify | public (the bytes of the key), id, msg, sig | bool |
| sm2_pair | private | public, 65 bytes |
| sm3 | msg or part, times | digest |
| hmac_sm3 | key, msg | tag |
| sm4_block | key, block, times | block |
| sm4_decrypt, sm4_encrypt | mode (Ecb, Cbc), key, iv?, data | data |
| sign_text | envelope, plain (JSON texts), appSecret | the text; family `sdk` only |
| open | appId, appSecret, private, public, body, now_ms | the plaintext; answers and notices only |
| message_key | appId, appSecret (texts) | the key as text |
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

NOT_ASKED: Final = "not asked"
DEFAULT_ID: Final = b"1234567812345678".hex()
Question = dict[str, Any]
Judge = Callable[[Any], bool]


def _equals(wanted: Any) -> Judge:
    return lambda answer: answer == wanted


def _anything(_answer: Any) -> bool:
    return True


def questions(group: Mapping[str, Any], test: Mapping[str, Any]) -> list[tuple[Question, Judge]]:
    """The questions of one test; it is accepted if every answer is. Empty for what no oracle has."""
    kind, key = group["type"], group["key"]
    if kind == "Sm2Verify":
        ask = {
            "public": key["public"],
            "id": test.get("id", DEFAULT_ID),
            "msg": test["msg"],
            "sig": test["sig"],
        }
        return [({"op": "sm2_verify", **ask}, _equals(True))]
    if kind == "Sm2PublicKey":
        raw = base64.b64decode(test["publicKey"]).hex()
        ask = {"public": raw, "id": DEFAULT_ID, "msg": test["msg"], "sig": test["sig"]}
        return [({"op": "sm2_verify", **ask}, _equals(True))]
    if kind == "Sm2PrivateKey":
        raw = base64.b64decode(test["privateKey"]).hex()
        wanted = _equals(test["public"]) if "public" in test else _anything
        return [({"op": "sm2_pair", "private": raw}, wanted)]
    if kind == "Sm3":
        ask = {"part": test["repeat"]["part"], "times": test["repeat"]["times"]} if "repeat" in test else {"msg": test["msg"]}  # fmt: skip
        return [({"op": "sm3", **ask}, _equals(test["digest"]))]
    if kind == "HmacSm3":
        return [({"op": "hmac_sm3", "key": test["hmacKey"], "msg": test["msg"]}, _equals(test["tag"]))]
    if kind == "Sm4Block":
        ask = {"key": test["key"], "block": test["block"], "times": test["times"]}
        return [({"op": "sm4_block", **ask}, _equals(test["ct"]))]
    if kind in ("Sm4EcbPkcs7", "Sm4CbcPkcs7"):
        ask = {"mode": key["mode"], "key": test["key"], **({"iv": test["iv"]} if "iv" in test else {})}
        back = (
            {"op": "sm4_decrypt", **ask, "data": test["ct"]},
            _equals(test["msg"]) if "msg" in test else _anything,
        )
        there = ({"op": "sm4_encrypt", **ask, "data": test.get("msg", "")}, _equals(test["ct"]))
        return [back, there] if "msg" in test else [back]
    if kind == "MessageKey":
        ask = {"appId": test["appId"], "appSecret": test["appSecret"]}
        return [({"op": "message_key", **ask}, lambda answer: str(answer).encode().hex() == test["key"])]
    if kind == "CanonicalText" and key["family"] == "sdk" and not key["dropEmptyObject"]:
        ask = {"envelope": test.get("envelope", "{}"), "plain": test["data"], "appSecret": key["secret"]}
        return [({"op": "sign_text", **ask}, _equals(test["text"]))]
    if kind == "EnvelopeMessage" and key["receiver"] == "institution" and "body" in test:
        ask = {
            "appId": key["appId"], "appSecret": key["appSecret"], "private": key["institution"]["private"],
            "public": key["centre"]["public"], "body": test["body"], "now_ms": key["nowMs"],
        }  # fmt: skip
        return [({"op": "open", **ask}, _anything)]
    return []


def each_test(made: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Every test of a set with its group."""
    for group in made["testGroups"]:
        for test in group["tests"]:
            yield group, test
