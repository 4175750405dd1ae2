"""The causes that the hostile vectors do not reach, and two mistakes at once."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from simulator.protocol.crypto import ciphers, sm2
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import parse_private_key, private_key_from_seed
from simulator.protocol.model.profile import Profile
from simulator.protocol.text import canonical, jsontext
from simulator.protocol.wire import diagnose, signature
from simulator.protocol.wire.diagnose import Unverified, name_cause
from simulator.protocol.wire.envelope import ChannelKeys, Opened, open_sealed, seal_request
from simulator.protocol.wire.facts import named
from simulator.protocol.wire.raw import RawMessage

DATA = jsontext.parse(
    '{"b":"测/试","a":12.50,"n":"","o":{},"lines":[{"B":1,"a":"x"}]}'.encode(), jsontext.Limits()
).value
ENVELOPE = {"appId": "43AF047BBA47FC8A1AE8EFB232BDBBCB", "timestamp": "20260101090000", "encData": "00FF"}


def evidence(vendor: ChannelKeys, centre: ChannelKeys, text: bytes | int, **more: Any) -> Unverified:
    """A message whose signer signed `text` (or, for an int, that digest)."""
    plain = jsontext.dumps(DATA)
    if isinstance(text, bytes):
        raw = sm2.sign(vendor.own, text, sm2.DEFAULT_USER_ID, b"")
    else:
        found = sm2._signature(vendor.own, text % N, 424242)
        assert found is not None
        raw = found
    form = signature.Decoded("raw64", raw)
    fields: dict[str, Any] = {
        "envelope": ENVELOPE,
        "data": DATA,
        "plain": plain,
        "signature": form,
        "keys": centre,
        "identity": sm2.DEFAULT_USER_ID,
    }
    return Unverified(**{**fields, **more})


def text(secret: str, **style: Any) -> bytes:
    return canonical.write(ENVELOPE, DATA, secret, canonical.Style(**style)).encode()


@pytest.mark.parametrize(
    ("cause", "make"),
    [
        ("without_data", lambda s: canonical.sign_text(ENVELOPE, None, s)),
        ("cipher_signed", lambda s: canonical.sign_text(ENVELOPE, "00FF", s)),
        ("data_as_sent", lambda s: canonical.sign_text(ENVELOPE, jsontext.dumps(DATA), s)),
        ("member_not_signed", lambda s: canonical.sign_text({"appId": ENVELOPE["appId"]}, DATA, s)),
        ("empty_object_dropped", lambda s: canonical.sign_text(ENVELOPE, DATA, s, drop_empty_object=True)),
        (
            "timestamp_twice",
            lambda s: canonical.sign_text({**ENVELOPE, "timestamp": "20260101090003"}, DATA, s),
        ),
        ("unknown", lambda s: canonical.sign_text({**ENVELOPE, "timestamp": "20260101090004"}, DATA, s)),
    ],
)
def test_causes(vendor: ChannelKeys, centre: ChannelKeys, cause: str, make: Callable[[str], str]) -> None:
    found, sentence = name_cause(evidence(vendor, centre, make(centre.app_secret).encode()))
    assert found == cause
    assert sentence
    assert centre.app_secret not in str(sentence)


def test_a_digest_without_z_is_named(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    digest = int.from_bytes(ciphers.sm3(text(centre.app_secret)), "big")
    assert name_cause(evidence(vendor, centre, digest))[0] == "no_za"


def test_two_mistakes_at_once_are_both_named(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    both = text(centre.app_secret, order="nocase", ascii_only=True)
    cause, sentence = name_cause(evidence(vendor, centre, both))
    assert cause == "case_insensitive_sort"
    assert "大小写" in str(sentence)
    assert "uXXXX" in str(sentence)
    huge = evidence(vendor, centre, both, plain=" " * (diagnose.MOST_CHARS // 20))
    assert name_cause(huge)[0] == "unknown"


def test_of_a_huge_message_only_the_likeliest_texts_are_tried(
    vendor: ChannelKeys, centre: ChannelKeys
) -> None:
    first, late = text(centre.app_secret, order="nocase"), text(centre.app_secret, drop_empty_object=True)
    for wrong, size, cause in (
        (first, diagnose.MOST_CHARS - diagnose.ENVELOPE_CHARS, "case_insensitive_sort"),
        (first, diagnose.MOST_CHARS, "unknown"),
        (late, diagnose.MOST_CHARS // 40, "empty_object_dropped"),
        (late, diagnose.MOST_CHARS // 4, "unknown"),
    ):
        assert name_cause(evidence(vendor, centre, wrong, plain=" " * size))[0] == cause


def test_the_sentence_names_the_agreed_user_id(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    right = text(centre.app_secret)
    for identity, word in ((centre.app_secret.encode(), "应为 appSecret"), (b"province", "应为约定值")):
        cause, sentence = name_cause(evidence(vendor, centre, right, identity=identity))
        assert cause == "user_id"
        assert word in str(sentence)


def test_a_wrong_text_with_a_wrong_user_id_names_both(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    raw = sm2.sign(vendor.own, text(centre.app_secret, tail="none"), centre.app_secret.encode(), b"")
    seen = evidence(vendor, centre, b"", signature=signature.Decoded("raw64", raw))
    cause, sentence = name_cause(seen)
    assert cause == "no_key_tail"
    assert "appSecret" in str(sentence)


def test_milliseconds_taken_twice(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    sent = {**ENVELOPE, "timestamp": "1767229200000"}
    signed = canonical.sign_text({**ENVELOPE, "timestamp": "1767229199951"}, DATA, centre.app_secret)
    assert name_cause(evidence(vendor, centre, signed.encode(), envelope=sent))[0] == "timestamp_twice"


@pytest.mark.parametrize("stamp", [None, "x", "0000000000", "00010101000000", "99991231235959"])
def test_any_timestamp_can_be_diagnosed(vendor: ChannelKeys, centre: ChannelKeys, stamp: Any) -> None:
    seen = evidence(vendor, centre, b"something else", envelope={**ENVELOPE, "timestamp": stamp})
    assert name_cause(seen)[0] == "unknown"


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


def test_a_malformed_signature_value_is_unknown(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    seen = evidence(vendor, centre, b"", signature=signature.Decoded("raw64", bytes(64)))
    assert name_cause(seen)[0] == "unknown"
    short = replace(seen, signature=signature.Decoded("other", b"x" * 60, "太短"))
    assert name_cause(short) == ("unknown", "太短")
    nothing = replace(seen, signature=signature.Decoded("other", b"", ""))
    assert name_cause(nothing)[0] == "unknown"


def test_every_sealed_style_is_told_apart(round_trip: Callable[..., Opened]) -> None:
    """Each style alone is named by its own cause: no cause hides another."""
    for cause, change, _ in diagnose.STYLES:
        opened = round_trip(DATA, sign=canonical.Style(**change))
        fact = named(opened.facts, "sign.cause")
        assert fact is not None, change
        assert fact.data["cause"] == cause, change


def test_the_sample_key_of_the_documents_is_named(vendor: ChannelKeys, centre: ChannelKeys) -> None:
    """The pair of the test vectors (sheet 17), which docs/protocol/signing.md prints; a key of nobody stays unknown."""
    assert vendor.own == parse_private_key("WjhjpzEf3XLvXfZXFE9zxrZixGutuyTsAC2OusToNBU=")
    registered = replace(centre, peer=private_key_from_seed(b"the institution's own").public)
    right = text(centre.app_secret)
    assert name_cause(evidence(vendor, centre, right, keys=registered))[0] == "wrong_key"
    nobody = replace(vendor, own=private_key_from_seed(b"nobody"))
    assert name_cause(evidence(nobody, centre, right, keys=registered))[0] == "unknown"


def test_a_wrong_key_is_named_even_when_its_padding_looks_right(
    centre: ChannelKeys, round_trip: Callable[..., Opened]
) -> None:
    """One in 256 wrong keys leaves a last byte 01: the text is then garbage, the cause is the key all the same."""
    key = centre.app_secret[:16].encode()
    for number in range(700):
        opened = round_trip({"number": str(number)}, sm4_key=key)
        assert opened.bad is not None
        assert (opened.bad.name, opened.bad.data["cause"]) == ("enc.decrypt", "app_secret_direct")
