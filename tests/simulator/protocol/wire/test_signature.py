from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.wire.signature import decode, der_pair, to_der

RAW = bytes(range(64))


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@given(st.binary(min_size=64, max_size=64))
def test_der_and_back(raw: bytes) -> None:
    assert der_pair(to_der(raw)) == raw
    assert decode(b64(raw)).form == "raw64"
    assert decode(b64(raw)).raw == raw
    decoded = decode(b64(to_der(raw)))
    assert (decoded.form, decoded.raw) == ("der", raw)


@pytest.mark.parametrize(
    ("text", "form", "size"),
    [
        (RAW.hex(), "hex", 64),
        (b64(RAW[:63]), "other", 63),
        (b64(RAW + b"x"), "other", 65),
        (b64(RAW)[:76] + "\n" + b64(RAW)[76:], "other", 64),
        (b64(RAW) + "\n", "other", 64),
        (b64(RAW).rstrip("="), "other", 64),
        (b64(b"\xff" * 64).replace("/", "_"), "other", 64),
        ("汉字", "other", 0),
        ("A", "other", 0),
        ("AA AA", "other", 0),
        ("A" * 2000, "other", 0),
        (b64(RAW)[:-3] + "x==", "other", 64),
    ],
)
def test_every_other_form_is_named(text: str, form: str, size: int) -> None:
    decoded = decode(text)
    assert (decoded.form, len(decoded.raw)) == (form, size)
    assert decoded.note


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30\x06",
        b"\x31\x06\x02\x01\x01\x02\x01\x01",
        b"\x30\x07\x02\x01\x01\x02\x01\x01",
        b"\x30\x06\x03\x01\x01\x02\x01\x01",
        b"\x30\x06\x02\x01\x01\x02\x09\x01",
        b"\x30\x07\x02\x01\x01\x02\x01\x01\x00",
        b"\x30\x06\x02\x04\x01\x02\x03\x04",
        b"\x30\x06\x02\x03\x01\x02\x03\x02",
        b"\x30\x26\x02\x21" + b"\x01" * 33 + b"\x02\x01\x01",
    ],
)
def test_what_is_no_pair_of_numbers_is_none(data: bytes) -> None:
    assert der_pair(data) is None


@given(st.binary(max_size=90))
def test_any_bytes_after_the_tag_are_a_pair_or_none(data: bytes) -> None:
    pair = der_pair(b"\x30" + data)
    assert pair is None or len(pair) == 64


@given(st.text(max_size=120))
def test_any_text_is_decoded(text: str) -> None:
    assert decode(text).form in ("raw64", "der", "hex", "other")
