"""Where a named mistake of the cipher text stands among the facts, and that its content serves explanations only."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from simulator.protocol.crypto import ciphers
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import PrivateKey
from simulator.protocol.diagnosis.cipher_choices import keys
from simulator.protocol.model.profile import Profile
from simulator.protocol.text import jsontext
from simulator.protocol.wire.cipher_facts import decipher
from simulator.protocol.wire.envelope import ChannelKeys, Opened, open_sealed, seal_request
from simulator.protocol.wire.facts import named
from simulator.protocol.wire.raw import RawMessage

DATA = {"payOrdId": "ORD000000202601010900000000001", "userName": "测试", "feeSumamt": "12.50"}
Open = Callable[..., Opened]


@pytest.fixture
def opened(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Callable[..., RawMessage]
) -> Open:
    """Seal, alter encData, open at the centre."""

    def go(alter: Callable[[bytes], str], guess: bool = False, **style: Any) -> Opened:
        message = json.loads(seal_request(DATA, vendor, profile, now_ms, b"e", **style))
        message["encData"] = alter(bytes.fromhex(message["encData"]))
        raw = post(json.dumps(message).encode())
        return open_sealed(raw, {centre.app_id: centre}, profile, now_ms, guess=guess)

    return go


def told(found: Opened) -> list[tuple[str, str]]:
    return [(fact.name, str(fact.data.get("cause", ""))) for fact in found.bads]


def b64(cipher: bytes) -> str:
    return base64.b64encode(cipher).decode()


def test_an_encoding_that_is_not_hexadecimal_is_named_there(opened: Open) -> None:
    found = opened(b64)
    assert told(found) == [("enc.hex", "enc_base64")]
    fact = named(found.facts, "enc.hex")
    assert fact is not None
    assert fact.data["chars"] % 4 == 0
    assert fact.data["causes"] == [{"cause": "enc_base64", "scope": ""}]
    assert found.data is None
    assert named(found.facts, "sign.verify") is None


def test_mistakes_of_three_kinds_stand_at_their_three_facts(opened: Open, centre: ChannelKeys) -> None:
    twice = json.dumps(jsontext.dumps(DATA))
    found = opened(b64, sm4_key=centre.app_secret[:16].encode(), plain=twice)
    assert told(found) == [
        ("enc.hex", "enc_base64"), ("enc.decrypt", "app_secret_direct"), ("enc.json", "json_twice"),
    ]  # fmt: skip


def test_what_was_encrypted_is_named_where_the_key_is_right(opened: Open) -> None:
    for plain, cause, form in (
        (json.dumps(jsontext.dumps(DATA)), "json_twice", "not_object"),
        (jsontext.dumps({"data": DATA}), "data_wrapped", "wrapped"),
        ("payOrdId=ORD1&userName=x", "not_json", None),
    ):
        found = opened(bytes.hex, plain=plain)
        assert told(found)[0] == ("enc.json", cause)
        fact = named(found.facts, "enc.json")
        assert fact is not None
        assert fact.data.get("form") == form
        assert named(found.facts, "enc.decrypt") is not None
        assert found.data is None


def test_what_was_cut_inside_a_block_is_named_at_the_hexadecimal(opened: Open) -> None:
    assert told(opened(lambda c: c.hex()[:-7])) == [("enc.hex", "cipher_cut")]
    assert told(opened(lambda c: c.hex()[:-32])) == [("enc.decrypt", "cipher_cut")]


def test_equal_readings_are_told_as_equal(centre: ChannelKeys) -> None:
    """appId and appSecret begin alike here: nothing tells which of them was used as the key."""
    twin = replace(
        centre, app_id="43AF047BBA47FC8A" + "0" * 16, app_secret="43AF047BBA47FC8A" + "4117E877F5FA0A01"
    )
    wrong = ciphers.sm4_encrypt(b"43AF047BBA47FC8A", jsontext.dumps(DATA).encode()).hex()
    found = decipher(wrong, twin, [], jsontext.Limits())
    fact = named(found.facts, "enc.decrypt")
    assert fact is not None
    assert [[one["cause"] for one in names] for names in fact.data["equals"]] == [["app_secret_direct"]]
    assert fact.data["cause"] == "app_id_direct"
    assert "同样可能" in str(fact.note)


def test_a_guess_lets_the_signature_be_judged_and_the_message_stays_refused(opened: Open) -> None:
    for alter, style, wanted in (
        (b64, {}, [("enc.hex", "enc_base64")]),
        (bytes.hex, {"sm4_key": bytes(16)}, [("enc.decrypt", "key_zero")]),
    ):
        found = opened(alter, guess=True, **style)
        assert found.data == DATA
        assert told(found) == wanted
        verified = named(found.facts, "sign.verify")
        assert verified is not None
        assert verified.ok
    both = opened(b64, guess=True, user_id=b"another")
    assert ("enc.hex", "enc_base64") in told(both)
    assert "sign.verify" in [name for name, _ in told(both)]


def test_what_no_key_opens_is_unknown_and_guessed_at_in_nothing(opened: Open) -> None:
    found = opened(bytes.hex, guess=True, sm4_key=b"nobody has this!")
    assert told(found) == [("enc.decrypt", "unknown")]
    assert found.data is None
    assert named(found.facts, "sign.verify") is None
    assert told(opened(lambda _: "zz" * 32)) == [("enc.hex", "")]


def test_a_right_message_is_not_looked_at_twice(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.protocol.diagnosis.cipher.name_cipher", None)
    assert opened(bytes.hex).ok
    assert opened(bytes.hex).data == DATA


def test_the_message_key_is_what_the_diagnosis_takes_for_right(centre: ChannelKeys) -> None:
    first = keys(centre)[0]
    assert first.key == ciphers.message_key(centre.app_id, centre.app_secret)
    assert first.names == ((),)


def test_a_reversed_private_key_is_named_where_we_issued_it(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, now_ms: int, post: Callable[..., RawMessage]
) -> None:
    turned = PrivateKey(int.from_bytes(vendor.own.d.to_bytes(32, "big"), "little") % N)
    body = seal_request(DATA, vendor, profile, now_ms, b"e", signer=turned)
    issued = replace(centre, peer_private=vendor.own)
    assert f"{vendor.own.d}" not in repr(issued)
    for app, cause in ((centre, "unknown"), (issued, "key_reversed")):
        fact = named(open_sealed(post(body), {app.app_id: app}, profile, now_ms).facts, "sign.cause")
        assert fact is not None
        assert fact.data["cause"] == cause
