"""Whose private key signed and whose Z_A stood before the text. The signer is written here, with `gmssl`'s curve."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gmssl import func
from gmssl import sm2 as gmssl_sm2
from gmssl import sm3 as gmssl_sm3
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.crypto import sm2
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import (
    PrivateKey,
    PublicKey,
    parse_private_key,
    parse_public_key,
    private_key_from_seed,
)
from simulator.protocol.diagnosis.deviation import Suspect
from simulator.protocol.diagnosis.signers import DEMOS, SAMPLES, Signer, signers
from simulator.protocol.wire.signature import ChannelKeys

MESSAGE = "签名原文".encode()
HIGH = PrivateKey((1 << 255) + 0x1234567890ABCDEF)
"""A key with its top bit set: another number for whoever reads it as signed."""
CENTRE, OTHER, OLD = (private_key_from_seed(name) for name in (b"centre", b"other", b"old"))


def seen(**more: object) -> Suspect:
    keys = ChannelKeys("43AF047BBA47FC8A1AE8EFB232BDBBCB", "secret", CENTRE, HIGH.public)
    base = Suspect({}, None, "", "", keys, sm2.DEFAULT_USER_ID, ours=CENTRE.public)
    return replace(base, previous=(OLD.public,), others=(OTHER.public,), **more)  # type: ignore[arg-type]


def by_gmssl(d: int, za: PublicKey) -> bytes:
    """Sign with the scalar d, whatever its range, under somebody's Z_A."""
    oracle = gmssl_sm2.CryptSM2(private_key=f"{d % N:064x}", public_key=za.raw[1:].hex())
    z = sm2.user_hash(za, sm2.DEFAULT_USER_ID)
    e = bytes.fromhex(gmssl_sm3.sm3_hash(func.bytes_to_list(z + MESSAGE)))
    return bytes.fromhex(oracle.sign(e, "59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21"))


def fits(one: Signer, raw: bytes) -> bool:
    found = sm2.signed_digest(one.public, raw)
    return found is not None and (found - sm2.digest(one.za, MESSAGE, sm2.DEFAULT_USER_ID)) % N == 0


def public_of(d: int) -> PublicKey:
    return PrivateKey(d % N).public


DEMO_PRIVATE = (
    parse_private_key("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"),
    parse_private_key("00B9AB0B828FF68872F21A837FC303668428DEA11DCD1B24429D0C99E24EED83D5"),
)
SAMPLE = parse_private_key("WjhjpzEf3XLvXfZXFE9zxrZixGutuyTsAC2OusToNBU=")
REVERSED = int.from_bytes(HIGH.d.to_bytes(32, "little"), "big")
WRONG = [
    ("", HIGH.d, HIGH.public),
    ("own_key", CENTRE.d, CENTRE.public),
    ("own_key", CENTRE.d, HIGH.public),
    ("key_as_signed", HIGH.d - (1 << 256), HIGH.public),
    ("key_as_signed", HIGH.d - (1 << 256), public_of(HIGH.d - (1 << 256))),
    ("key_negated", -HIGH.d, HIGH.public),
    ("key_shifted", HIGH.d << 8, HIGH.public),
    ("previous_key", OLD.d, OLD.public),
    ("previous_key", OLD.d, HIGH.public),
    ("wrong_key", OTHER.d, OTHER.public),
    ("wrong_key", SAMPLE.d, SAMPLE.public),
    ("wrong_key", SAMPLE.d, HIGH.public),
    ("wrong_key", DEMO_PRIVATE[0].d, DEMO_PRIVATE[0].public),
    ("wrong_key", DEMO_PRIVATE[1].d, DEMO_PRIVATE[1].public),
    ("za_key", HIGH.d, CENTRE.public),
    ("za_key", HIGH.d, OTHER.public),
    ("za_key", HIGH.d, SAMPLE.public),
]


@pytest.mark.parametrize(("cause", "d", "za"), WRONG)
def test_each_signer_is_told_by_the_digest_alone(cause: str, d: int, za: PublicKey) -> None:
    raw = by_gmssl(d, za)
    fitting = [one for one in signers(seen()) if fits(one, raw)]
    assert [[named.cause for named in one.named] for one in fitting] == [[cause] if cause else []]


@pytest.mark.parametrize(
    ("cause", "d"),
    [
        ("key_reversed", REVERSED),
        ("key_cut", HIGH.d >> 8),
        ("key_text", int.from_bytes(HIGH.text.encode()[:32], "big")),
        ("key_text", int.from_bytes(f"{HIGH.d:064x}".encode()[:32], "big")),
    ],
)
def test_a_misread_private_key_is_told_where_it_is_known(cause: str, d: int) -> None:
    raw = by_gmssl(d, HIGH.public)
    assert not any(fits(one, raw) for one in signers(seen()))
    fitting = [one for one in signers(seen(), HIGH) if fits(one, raw)]
    assert [[named.cause for named in one.named] for one in fitting] == [[cause]]


def test_a_stranger_is_nobody() -> None:
    stranger = private_key_from_seed(b"nobody")
    raw = by_gmssl(stranger.d, stranger.public)
    assert not any(fits(one, raw) for one in signers(seen(), HIGH))


def test_the_kind_of_message_says_whose_key_it_should_have_been() -> None:
    told = [str(signers(seen(kind=kind))[1].named[0].said) for kind in ("request", "response")]
    assert "机构自己的私钥" in told[0]
    assert "平台自己的私钥" in told[1]


def test_keys_that_are_not_known_are_not_tried() -> None:
    few = replace(seen(), ours=None, previous=(), others=())
    assert {one.named[0].cause for one in signers(few) if one.named} == {
        "key_as_signed", "key_negated", "key_shifted", "wrong_key", "za_key",
    }  # fmt: skip
    many = replace(seen(), others=tuple(private_key_from_seed(bytes([n])).public for n in range(40)))
    assert len({one.public for one in signers(many)}) <= 32


def test_the_examples_are_what_they_are_called() -> None:
    assert [key.public for key in DEMO_PRIVATE] == list(DEMOS)
    assert SAMPLE.public == SAMPLES[0]
    assert parse_public_key(SAMPLES[1].text) == SAMPLES[1]


@given(st.binary(max_size=64))
def test_keys_that_we_issue_are_the_same_key_for_every_reader(seed: bytes) -> None:
    """Sheet 22: as two's complement, as exactly 32 bytes, with a sign byte in front."""
    key = private_key_from_seed(seed)
    raw = key.d.to_bytes(32, "big")
    assert int.from_bytes(raw, "big", signed=True) == key.d
    assert len(key.d.to_bytes(key.d.bit_length() // 8 + 1, "big", signed=True)) <= 32
    assert parse_private_key((b"\0" + raw).hex()) == parse_private_key(key.text) == key
    assert private_key_from_seed(seed) == key
