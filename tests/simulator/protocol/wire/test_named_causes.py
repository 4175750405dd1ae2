"""Causes as the facts of an opened message tell them: styles of sealing, user ids, times, keys, cut signatures."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from simulator.protocol.crypto import sm2
from simulator.protocol.crypto.keys import parse_private_key, private_key_from_seed
from simulator.protocol.diagnosis.deviation import QUICK, Suspect
from simulator.protocol.diagnosis.facts_of import failed, sentence_of
from simulator.protocol.diagnosis.search import diagnose
from simulator.protocol.model.profile import Profile
from simulator.protocol.text import canonical, jsontext
from simulator.protocol.wire.envelope import ChannelKeys, Opened, open_sealed, seal_request
from simulator.protocol.wire.facts import named
from simulator.protocol.wire.raw import RawMessage

DATA = jsontext.parse(
    '{"b":"测/试","a":12.50,"n":"","o":{},"lines":[{"B":1,"a":"x"}]}'.encode(), jsontext.Limits()
).value
ENVELOPE = {"appId": "43AF047BBA47FC8A1AE8EFB232BDBBCB", "timestamp": "20260101090000", "encData": "00FF"}
STYLES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("case_insensitive_sort", {"order": "nocase"}),
    ("bare_numbers", {"quote_scalars": False}),
    ("empties_kept", {"empties": "keep"}),
    ("empties_kept", {"empties": "keep_text"}),
    ("no_key_tail", {"tail": "none"}),
    ("no_key_tail", {"tail": "raw"}),
    ("escaped_chinese", {"ascii_only": True}),
    ("spaced_json", {"spaces": "after"}),
    ("spaced_json", {"spaces": "indent2"}),
    ("spaced_json", {"spaces": "indent4"}),
    ("double_numbers", {"doubles": "js"}),
    ("double_numbers", {"doubles": "java"}),
    ("unsorted", {"order": "wire"}),
    ("unsorted", {"order": "top"}),
    ("slash_escaped", {"escape_slash": True}),
    ("empty_object_dropped", {"drop_empty_object": True}),
)
"""What SealStyle can do wrong."""


def evidence(vendor: ChannelKeys, centre: ChannelKeys, text: bytes, **more: Any) -> Suspect:
    """A message whose signer signed `text`."""
    raw = sm2.sign(vendor.own, text, more.pop("user_id", sm2.DEFAULT_USER_ID), b"")
    fields: dict[str, Any] = {
        "envelope": ENVELOPE, "data": DATA, "plain": jsontext.dumps(DATA), "keys": centre,
        "sign_data": base64.b64encode(raw).decode(), "identity": sm2.DEFAULT_USER_ID,
    }  # fmt: skip
    return Suspect(**{**fields, **more})


def text(secret: str, **style: Any) -> bytes:
    return canonical.write(ENVELOPE, DATA, secret, canonical.Style(**style)).encode()


def causes(seen: Suspect) -> list[str]:
    return [one.cause for one in diagnose(seen, QUICK).causes]


def test_every_sealed_style_is_told_apart(round_trip: Callable[..., Opened]) -> None:
    """Each style alone is named by its own cause: no cause hides another."""
    for cause, change in STYLES:
        opened = round_trip(DATA, sign=canonical.Style(**change))
        fact = named(opened.facts, "sign.cause")
        assert fact is not None, change
        assert fact.data["cause"] == cause, change
        assert [one["cause"] for one in fact.data["causes"]] == [cause]
        assert "equals" not in fact.data
        assert fact.data["tried"] > 0


def test_the_sentence_names_the_agreed_user_id(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    right = text(centre.app_secret)
    for identity, word in ((centre.app_secret.encode(), "应为 appSecret"), (b"province", "应为约定值")):
        found = diagnose(evidence(vendor, centre, right, identity=identity), QUICK)
        assert [one.cause for one in found.causes] == ["user_id"]
        assert word in str(sentence_of(found))


def test_two_mistakes_stand_in_one_sentence(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    both = text(centre.app_secret, order="nocase", ascii_only=True)
    found = diagnose(evidence(vendor, centre, both), QUICK)
    assert sorted(one.cause for one in found.causes) == ["case_insensitive_sort", "escaped_chinese"]
    assert "大小写" in str(sentence_of(found))
    assert "uXXXX" in str(sentence_of(found))


def test_a_wrong_text_with_a_wrong_user_id_names_both(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    seen = evidence(vendor, centre, text(centre.app_secret, tail="none"), user_id=centre.app_secret.encode())
    assert sorted(causes(seen)) == ["no_key_tail", "user_id"]


def test_milliseconds_taken_twice(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    sent = {**ENVELOPE, "timestamp": "1767229200000"}
    signed = canonical.sign_text({**ENVELOPE, "timestamp": "1767229199951"}, DATA, centre.app_secret)
    assert causes(evidence(vendor, centre, signed.encode(), envelope=sent)) == ["timestamp_twice"]


@pytest.mark.parametrize("stamp", [None, "x", "0000000000", "00010101000000", "99991231235959", "9" * 13])
def test_any_timestamp_can_be_diagnosed(vendor: ChannelKeys, centre: ChannelKeys, stamp: Any) -> None:
    seen = evidence(vendor, centre, b"something else", envelope={**ENVELOPE, "timestamp": stamp})
    assert causes(seen) == []


def test_a_bare_text_is_found_where_bare_is_right(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    """The right form is the profile's: there a quoted number is the mistake."""
    seen = evidence(vendor, centre, text(centre.app_secret, drop_empty_object=True), family="bare")
    assert causes(seen) == ["quoted_numbers"]


def test_what_nothing_explains_is_unknown_with_its_digest(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    facts = failed(evidence(vendor, centre, b"else"), QUICK, "default", "太短")
    cause = named(facts, "sign.cause")
    assert cause is not None
    assert cause.data["cause"] == "unknown"
    assert cause.data["digests"][0][0] == "peer"
    assert str(cause.note).startswith("太短")
    assert str(cause.data["tried"]) in str(cause.note)


def test_leading_zeros_cut_off(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Callable[..., RawMessage]
) -> None:
    for number in range(2000):
        message = json.loads(seal_request(DATA, vendor, profile, now_ms, str(number).encode()))
        raw = base64.b64decode(message["signData"])
        if raw[0] and raw[32]:
            continue
        short = raw[:32].lstrip(b"\0") + raw[32:].lstrip(b"\0")
        message["signData"] = base64.b64encode(short).decode()
        opened = open_sealed(post(json.dumps(message).encode()), {centre.app_id: centre}, profile, now_ms)
        cause = named(opened.facts, "sign.cause")
        assert cause is not None
        assert cause.data["cause"] == "unpadded"
        assert str(len(short)) in str(cause.note)
        return
    pytest.fail("no signature with a leading zero byte in 2000")


def test_the_sample_key_of_the_documents_is_named(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    """The pair of the test vectors (sheet 17), which docs/protocol/signing.md prints; a key of nobody stays unknown."""
    assert vendor.own == parse_private_key("WjhjpzEf3XLvXfZXFE9zxrZixGutuyTsAC2OusToNBU=")
    registered = replace(centre, peer=private_key_from_seed(b"the institution's own").public)
    right = text(centre.app_secret)
    assert causes(evidence(vendor, centre, right, keys=registered)) == ["wrong_key"]
    nobody = replace(vendor, own=private_key_from_seed(b"nobody"))
    assert causes(evidence(nobody, centre, right, keys=registered)) == []


def test_a_wrong_key_is_named_even_when_its_padding_looks_right(
    centre: ChannelKeys, round_trip: Callable[..., Opened]
) -> None:
    """One in 256 wrong keys leaves a last byte 01: the text is then garbage, the cause is the key all the same."""
    key = centre.app_secret[:16].encode()
    for number in range(700):
        opened = round_trip({"number": str(number)}, sm4_key=key)
        assert opened.bad is not None
        assert (opened.bad.name, opened.bad.data["cause"]) == ("enc.decrypt", "app_secret_direct")
