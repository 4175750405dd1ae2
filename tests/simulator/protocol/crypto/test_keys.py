from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.crypto import curve
from simulator.protocol.crypto.keys import (
    KeyFormatError,
    PrivateKey,
    parse_private_key,
    parse_public_key,
    private_key_from_seed,
)

KEY = private_key_from_seed(b"keys")
D = KEY.d.to_bytes(32, "big")
POINT = KEY.public.raw
OIDS = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")  # ecPublicKey, sm2p256v1


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = (
        bytes([size])
        if size < 128
        else bytes([0x81, size])
        if size < 256
        else b"\x82" + size.to_bytes(2, "big")
    )
    return bytes([tag]) + length + content


SEC1 = der(0x30, b"\x02\x01\x01" + der(4, D) + der(0xA1, der(3, b"\0" + POINT)))
PKCS8 = der(0x30, b"\x02\x01\x00" + OIDS + der(4, SEC1))
SPKI = der(0x30, OIDS + der(3, b"\0" + POINT))


def pem(label: str, data: bytes) -> str:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(data).decode()}-----END {label}-----\n"


@pytest.mark.parametrize(
    "text",
    [
        b64(D),
        b64(b"\0" + D),
        D.hex(),
        "00" + D.hex().upper(),
        b64(PKCS8),
        b64(SEC1),
        pem("PRIVATE KEY", PKCS8),
        pem("EC PRIVATE KEY", SEC1),
        f"  {b64(D)}\r\n",
    ],
)
def test_every_encoding_of_a_private_key(text: str) -> None:
    assert parse_private_key(text) == KEY


@pytest.mark.parametrize(
    "text",
    [
        b64(POINT),
        b64(POINT[1:]),
        POINT.hex(),
        POINT[1:].hex().upper(),
        b64(SPKI),
        pem("PUBLIC KEY", SPKI),
        b64(bytes([2 + POINT[-1] % 2]) + POINT[1:33]),
    ],
)
def test_every_encoding_of_a_public_key(text: str) -> None:
    assert parse_public_key(text) == KEY.public


def test_the_issued_form_is_what_is_written() -> None:
    assert parse_private_key(KEY.text) == KEY
    assert parse_public_key(KEY.public.text) == KEY.public
    assert KEY.public.text.startswith("B")
    assert len(base64.b64decode(KEY.text)) == 32


def test_a_key_does_not_show_its_secret() -> None:
    assert str(KEY.d) not in repr(KEY)


def test_a_seed_gives_the_same_key_always() -> None:
    assert private_key_from_seed(b"keys") == KEY
    assert private_key_from_seed(b"other") != KEY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "===",
        "不是密钥",
        "A" * 5000,
        b64(D[:31]),
        b64(b"\x01" + D),
        b64(bytes(32)),
        b64((curve.N - 1).to_bytes(32, "big")),
        b64(b"\x30"),
        b64(b"\x30\x05\x02"),
        b64(b"\x30\x83\x00\x00\x01\x00"),
        b64(b"\x30\x82\x01"),
        b64(der(0x30, b"\x02\x01\x01")),
        b64(der(0x30, b"\x02\x01\x01" + der(4, b"x" * 33))),
        b64(der(0x31, b"")),
        b64(SPKI),
    ],
)
def test_what_is_no_private_key_is_one_chinese_line(text: str) -> None:
    with pytest.raises(KeyFormatError) as caught:
        parse_private_key(text)
    assert "\n" not in str(caught.value)
    assert text[:12] not in str(caught.value) or not text


@pytest.mark.parametrize(
    "text",
    [
        "",
        b64(POINT[:-1]),
        b64(b"\x05" + POINT[1:]),
        b64(POINT[:-1] + bytes([POINT[-1] ^ 1])),
        b64(b"\x04" + b"\xff" * 64),
        b64(der(0x30, OIDS)),
        b64(der(0x30, OIDS + der(3, b"\1" + POINT))),
        b64(PKCS8),
        b64(
            b"\x02"
            + next(x for x in range(1, 20) if curve.decompress(x, odd=False) is None).to_bytes(32, "big")
        ),
    ],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(KeyFormatError):
        parse_public_key(text)


@given(st.text(max_size=200))
def test_any_text_is_a_key_or_a_refusal(text: str) -> None:
    for parse in (parse_private_key, parse_public_key):
        try:
            parse(text)
        except KeyFormatError:
            continue


@given(st.binary(max_size=200))
def test_any_bytes_are_a_key_or_a_refusal(data: bytes) -> None:
    for parse in (parse_private_key, parse_public_key):
        try:
            parse(b64(b"\x30" + data))
        except KeyFormatError:
            continue


@pytest.mark.parametrize("d", [0, -1, curve.N - 1, curve.N])
def test_a_scalar_out_of_range_is_refused(d: int) -> None:
    with pytest.raises(KeyFormatError):
        PrivateKey(d)
