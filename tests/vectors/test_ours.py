"""Our own core against every generated set."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import vector_deviations as deviations
import vector_oracles as oracles
from vector_asked import each_test

from conformance import vectors
from simulator.centre.transport import acknowledged
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import PrivateKey, parse_private_key
from simulator.protocol.model.step import Notify
from simulator.protocol.text import jsontext
from simulator.protocol.text.canonical import sign_text
from simulator.protocol.text.money import MoneyError, to_fen
from simulator.protocol.wire.amounts import amount_facts
from simulator.protocol.wire.envelope import ChannelKeys, open_sealed, seal_request
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.raw import RawMessage
from simulator.shell.profiles import load_profile

OF_US = {"compressed": True, "hybrid": False, "SPKI": True}
"""What we do where either is fine."""


@pytest.mark.parametrize("name", deviations.PRIMITIVES)
def test_our_core_says_what_the_vectors_say(name: str) -> None:
    asked = list(deviations.accepted(name, deviations.one_by_one(oracles.OURS)))
    wrong = [
        f"{group['type']}: {test['comment']}"
        for group, test, ok in asked
        if test["result"] != "acceptable" and ok != (test["result"] == "valid")
    ]
    assert wrong == []
    assert len(asked) >= {"sm2_verify": 240, "sm3": 40, "sm4": 80}[name]


def test_what_is_acceptable_is_decided() -> None:
    asked = deviations.accepted("sm2_verify", deviations.one_by_one(oracles.OURS))
    assert {test["comment"]: ok for _, test, ok in asked if test["result"] == "acceptable"} == OF_US


def read(text: str) -> Any:
    """A JSON value with the numbers as written."""
    return jsontext.parse(f'{{"value":{text}}}'.encode(), jsontext.Limits()).value["value"]


def wrong(name: str, accepts: Callable[[Mapping[str, Any], Mapping[str, Any]], bool]) -> list[str]:
    """The comments of the tests of a set in which we say otherwise."""
    return [
        f"{group['key']}: {test['comment']}"
        for group, test in each_test(vectors.load(name))
        if test["result"] != "acceptable" and accepts(group, test) != (test["result"] == "valid")
    ]


def test_the_signed_texts_are_ours() -> None:
    def accepts(group: Mapping[str, Any], test: Mapping[str, Any]) -> bool:
        key = group["key"]
        envelope, data = read(test.get("envelope", "{}")), read(test["data"])
        text = sign_text(
            envelope, data, key["secret"], key["family"], drop_empty_object=key["dropEmptyObject"]
        )
        return text == test["text"]

    assert wrong("canonical_text", accepts) == []


def fen(text: str, *, negative: bool) -> int | None:
    try:
        return to_fen(read(text), negative=negative)
    except MoneyError:
        return None


def test_the_amounts_are_ours() -> None:
    def accepts(group: Mapping[str, Any], test: Mapping[str, Any]) -> bool:
        key = group["key"]
        if group["type"] == "AmountText":
            amount = fen(test["value"], negative=key["negative"])
            return amount is not None and amount == test.get("fen", amount)
        bad = [
            fact.name
            for fact in amount_facts(key["interface"], key["part"], read(test["data"]))
            if not fact.ok
        ]
        assert bad == ([test["bad"]] if "bad" in test else []), test["comment"]
        return not bad

    assert wrong("amounts", accepts) == []


def acknowledges(test: Mapping[str, Any]) -> bool:
    body = base64.b64decode(test["body"]) if "encoding" in test else test["body"].encode()
    headers = tuple((name, value) for name, value in test["headers"])
    answer = RawMessage("", "", headers, body, test["status"])
    return acknowledged(Notify("6302", "", {}), answer, load_profile()).ok


def test_the_acknowledgements_are_ours() -> None:
    assert wrong("notice_answers", lambda _group, test: acknowledges(test)) == []


def test_the_messages_are_ours() -> None:
    def accepts(group: Mapping[str, Any], test: Mapping[str, Any]) -> bool:
        opened = opened_by(group["key"], test)
        bad = opened.bad.name if opened.bad else None
        assert bad == test.get("bad"), (test["comment"], bad)
        if "data" in test:
            assert opened.data == read(test["data"]), test["comment"]
        return opened.ok

    assert wrong("envelope", accepts) == []


def opened_by(key: Mapping[str, Any], test: Mapping[str, Any]) -> Opened:
    """The message as the receiver of its group opens it under the base profile."""
    names = ("centre", "institution") if key["receiver"] == "centre" else ("institution", "centre")
    own, peer = (parse_private_key(key[name]["private"]) for name in names)
    keys = ChannelKeys(key["appId"], key["appSecret"], own, peer.public)
    body = bytes.fromhex(test["bodyHex"]) if "bodyHex" in test else test["body"].encode()
    headers = tuple(
        (name, value) for name, value in test.get("headers", [["content-type", "application/json"]])
    )
    raw = RawMessage(test.get("method", "POST"), "/", headers, body, test.get("status"))
    return open_sealed(raw, {keys.app_id: keys}, load_profile(), key["nowMs"], key["part"])


def test_either_family_of_numbers_is_taken_by_the_base_profile() -> None:
    free = [
        (group, test) for group, test in each_test(vectors.load("envelope")) if test["result"] == "acceptable"
    ]
    assert [test["comment"] for _, test in free] == ["signed text: numbers bare"]
    assert all(opened_by(group["key"], test).ok for group, test in free)


def causes(opened: Opened) -> list[str]:
    return [str(fact.data["cause"]) for fact in opened.facts if fact.name == "sign.cause"]


def test_the_clients_that_were_answered_unknown_are_named() -> None:
    """Empty arrays kept, empty arrays as text, empties and order inside arrays (sheet 22)."""
    theirs = [
        (group, test)
        for group, test in each_test(vectors.load("envelope"))
        if "a client's text" in test["comment"]
    ]
    assert len(theirs) == 4
    for group, test in theirs:
        found = causes(opened_by(group["key"], test))
        assert found, test["comment"]
        assert "unknown" not in found, test["comment"]


def test_the_key_read_as_signed_is_named() -> None:
    """The pair of the group whose private key has its top bit set, and what a two's complement reader makes of it."""
    group = next(
        group for group, test in each_test(vectors.load("sm2_verify")) if "KeyReadAsSigned" in test["flags"]
    )
    d, app, centre = int(group["key"]["private"], 16), ("A" * 32, "B" * 32), PrivateKey(12345)
    theirs = ChannelKeys(*app, PrivateKey((d - (1 << 256)) % N), centre.public)
    profile, now_ms = load_profile(), 1_767_229_200_000
    body = seal_request({"payOrdId": "ORD1"}, theirs, profile, now_ms, b"vectors")
    raw = RawMessage("POST", "/", (("content-type", "application/json"),), body)
    ours = ChannelKeys(*app, centre, PrivateKey(d).public)
    assert causes(open_sealed(raw, {app[0]: ours}, profile, now_ms)) == ["key_as_signed"]
