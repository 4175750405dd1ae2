"""Every written form of a signature is read back, and only the digest decides which one was meant.

The signatures are made by `gmssl` (another author's code) with nonces found for their leading zeros; the forms are
written here by hand.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from gmssl import func
from gmssl import sm2 as gmssl_sm2
from gmssl import sm3 as gmssl_sm3
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.crypto import sm2
from simulator.protocol.crypto.keys import parse_private_key
from simulator.protocol.diagnosis import forms, spelling
from simulator.protocol.wire.signature import decode

KEY = parse_private_key("WjhjpzEf3XLvXfZXFE9zxrZixGutuyTsAC2OusToNBU=")
MESSAGE = "签名原文".encode()
NONCES = {
    "high": 1000, "low": 1004, "nibble_s": 1006, "nibble_r": 1011, "s0": 1060, "r0": 1065, "r0_low": 2655,
    "both": 30_479, "r00": 108_577,
}  # fmt: skip
"""By what is special in r or s: top bits set or not, a zero nibble, a zero byte, two."""


def by_gmssl(nonce: int) -> bytes:
    oracle = gmssl_sm2.CryptSM2(private_key=f"{KEY.d:064x}", public_key=KEY.public.raw[1:].hex())
    z = sm2.user_hash(KEY.public, sm2.DEFAULT_USER_ID)
    e = bytes.fromhex(gmssl_sm3.sm3_hash(func.bytes_to_list(z + MESSAGE)))
    return bytes.fromhex(oracle.sign(e, f"{nonce:x}"))


SIGNED = {name: by_gmssl(nonce) for name, nonce in NONCES.items()}
HIGH = SIGNED["high"]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def two(raw: bytes) -> tuple[bytes, bytes]:
    return raw[:32], raw[32:]


def java(raw: bytes) -> bytes:
    """`BigInteger.toByteArray` of both."""
    return b"".join(number(part).to_bytes(number(part).bit_length() // 8 + 1, "big") for part in two(raw))


def short(raw: bytes) -> bytes:
    return b"".join(part.lstrip(b"\0") for part in two(raw))


def der(raw: bytes, content: Callable[[bytes], bytes]) -> bytes:
    body = b"".join(b"\x02" + bytes([len(content(part))]) + content(part) for part in two(raw))
    return b"\x30" + bytes([len(body)]) + body


def exact(part: bytes) -> bytes:
    return number(part).to_bytes(number(part).bit_length() // 8 + 1, "big")


def signed_bytes(raw: bytes) -> str:
    return str([byte - 256 if byte > 127 else byte for byte in raw])


def causes(text: str) -> list[list[str]]:
    """What every reading names whose digest fits, gone through as the search does."""
    wanted = sm2.digest(KEY.public, MESSAGE, sm2.DEFAULT_USER_ID)
    fitting = [
        one
        for one in forms.readings(text)
        if (found := sm2.signed_digest(KEY.public, one.raw)) is not None and (found - wanted) % sm2.N == 0
    ]
    least = min((len(one.named) for one in fitting), default=0)
    return [[named.cause for named in one.named] for one in fitting if len(one.named) == least]


WRITTEN: list[tuple[list[str], str, Callable[[bytes], str]]] = [
    ([], "high", b64),
    (["der"], "high", lambda r: b64(der(r, exact))),
    (["der"], "s0", lambda r: b64(der(r, exact))),
    (["hex"], "high", lambda r: r.hex()),
    (["hex"], "high", lambda r: r.hex().upper()),
    (["hex", "der"], "high", lambda r: der(r, exact).hex()),
    (["der", "der_integers"], "high", lambda r: b64(der(r, lambda part: part))),
    (["der", "der_integers"], "low", lambda r: b64(der(r, lambda part: b"\0" + part))),
    (["der", "trailing_bytes"], "low", lambda r: b64(der(r, exact) + b"\0")),
    (["base64_of_hex"], "high", lambda r: b64(r.hex().encode())),
    (["base64_of_hex"], "high", lambda r: b64(r.hex().upper().encode())),
    (["base64_of_hex", "der"], "high", lambda r: b64(der(r, exact).hex().encode())),
    (["base64_twice"], "high", lambda r: b64(b64(r).encode())),
    (["hex_of_base64"], "high", lambda r: b64(r).encode().hex()),
    (["hex_twice"], "high", lambda r: r.hex().encode().hex()),
    (["base64_form"], "high", lambda r: b64(r).rstrip("=")),
    (["base64_form"], "high", lambda r: base64.urlsafe_b64encode(r).decode()),
    (["base64_form"], "high", lambda r: base64.urlsafe_b64encode(r).decode().rstrip("=")),
    (["base64_form"], "high", lambda r: b64(r)[:64] + "\n" + b64(r)[64:]),
    (["base64_form"], "high", lambda r: b64(r) + "\r\n"),
    (["base64_form"], "high", lambda r: b64(r)[:76] + " " + b64(r)[76:]),
    (["hex", "base64_form"], "high", lambda r: r.hex(" ")),
    (["base64_form", "der"], "low", lambda r: b64(der(r, exact)).rstrip("=")),
    (["plus_as_space"], "high", lambda r: b64(r).replace("+", " ")),
    (["percent_encoded"], "high", lambda r: quote(b64(r), safe="")),
    (["percent_encoded"], "high", lambda r: b64(r).replace("+", "%2B")),
    (["percent_encoded"], "high", lambda r: quote(quote(b64(r), safe=""), safe="")),
    (["html_escaped"], "high", lambda r: b64(r).replace("=", "&#61;").replace("+", "&#x2B;")),
    (["escaped_twice"], "high", lambda r: b64(r).replace("/", "\\/").replace("=", "\\u003d")),
    (["quoted_twice"], "high", lambda r: json.dumps(b64(r))),
    (["python_bytes"], "high", lambda r: str(base64.b64encode(r))),
    (["trailing_nul"], "high", lambda r: b64(r) + "\0"),
    (["text_bom"], "high", lambda r: "\ufeff" + b64(r)),
    (["hex", "hex_prefix"], "high", lambda r: "0x" + r.hex()),
    (["hex", "hex_separated"], "high", lambda r: r.hex(":")),
    (["pem"], "high", lambda r: f"-----BEGIN SIGNATURE-----\n{b64(r)[:64]}\n{b64(r)[64:]}\n-----END SIGNATURE-----\n"),
    (["byte_list"], "high", signed_bytes),
    (["byte_list"], "high", lambda r: str(list(r))),
    (["byte_list"], "high", lambda r: b64(signed_bytes(r).encode())),
    (["raw_text"], "high", lambda r: r.decode("latin-1")),
    (["bytes_as_text"], "high", lambda r: b64(r.decode("latin-1").encode("utf-8"))),
    (["decimal_numbers"], "high", lambda r: f"{number(r[:32])},{number(r[32:])}"),
    (["hex_numbers"], "high", lambda r: f"{number(r[:32]):x} {number(r[32:]):x}"),
    (["hex_numbers"], "r0", lambda r: json.dumps({"r": f"{number(r[:32]):x}", "s": f"{number(r[32:]):x}"})),
    (["decimal_numbers"], "high", lambda r: json.dumps([number(r[:32]), number(r[32:])])),
    (["base64_each"], "high", lambda r: b64(r[:32]) + b64(r[32:])),
    (["swapped"], "high", lambda r: b64(r[32:] + r[:32])),
    (["little_endian"], "high", lambda r: b64(r[:32][::-1] + r[32:][::-1])),
    (["reversed_bytes"], "high", lambda r: b64(r[::-1])),
    (["hex", "swapped"], "high", lambda r: (r[32:] + r[:32]).hex()),
    (["prefix_04"], "high", lambda r: b64(b"\x04" + r)),
    (["trailing_bytes"], "high", lambda r: b64(r + b"\0")),
    (["trailing_bytes"], "high", lambda r: b64(r + b"\n")),
    (["unpadded"], "s0", lambda r: b64(short(r))),
    (["unpadded"], "r0", lambda r: b64(short(r))),
    (["unpadded"], "r0_low", lambda r: b64(short(r))),
    (["unpadded"], "r00", lambda r: b64(short(r))),
    (["unpadded"], "both", lambda r: b64(short(r))),
    (["hex", "unpadded"], "r0", lambda r: f"{number(r[:32]):x}{number(r[32:]):x}"),
    (["hex", "unpadded"], "nibble_s", lambda r: f"{number(r[:32]):x}{number(r[32:]):x}"),
    (["hex", "unpadded"], "nibble_r", lambda r: f"{number(r[:32]):X}{number(r[32:]):X}"),
    (["base64_of_hex", "unpadded"], "nibble_r", lambda r: b64(f"{number(r[:32]):x}{number(r[32:]):x}".encode())),
    (["sign_bytes"], "high", lambda r: b64(java(r))),
    (["sign_bytes"], "r0_low", lambda r: b64(b"\0" + r[:32] + b"\0" + r[32:])),
]  # fmt: skip


@pytest.mark.parametrize(("named", "signature", "write"), WRITTEN)
def test_each_form_is_read_and_named_alone(
    named: list[str], signature: str, write: Callable[[bytes], str]
) -> None:
    assert causes(write(SIGNED[signature])) == [named]


@pytest.mark.parametrize("name", NONCES)
def test_the_right_form_names_nothing_whatever_its_zeros(name: str) -> None:
    assert causes(b64(SIGNED[name])) == [[]]
    assert decode(b64(SIGNED[name])).form == "raw64"


def test_a_pair_of_numbers_that_looks_like_der_is_the_right_form_first() -> None:
    raw = der(bytes(3) + b"\x11" * 29 + bytes(3) + b"\x22" * 29, exact)
    assert len(raw) == 64
    found = forms.readings(b64(raw))
    assert found[0].named == ()
    assert found[0].raw == raw
    assert ["der"] in [[one.cause for one in reading.named] for reading in found]
    assert decode(b64(raw)).form == "raw64"


def test_less_than_64_bytes_that_look_like_der_are_only_perhaps_that() -> None:
    raw = der(bytes(4) + b"\x11" * 28 + bytes(3) + b"\x22" * 29, exact)
    named = [[one.cause for one in reading.named] for reading in forms.readings(b64(raw))]
    assert ["der"] in named
    assert ["unpadded"] in named
    assert "可能" in str(decode(b64(raw)).note)


def test_text_that_is_hexadecimal_and_base64_is_read_as_both() -> None:
    text = "ab" * 64
    assert {one.steps for one in spelling.spelt(text)} >= {("hex",), ("base64",)}


def test_another_signature_fits_no_reading() -> None:
    assert causes(b64(HIGH[:63] + bytes([HIGH[63] ^ 1]))) == []


@given(st.one_of(st.text(max_size=200), st.text("0123456789abcdefABCDEF=+/_- \n,[]", max_size=300)))
def test_any_text_gives_few_readings_of_64_bytes(text: str) -> None:
    found = forms.readings(text)
    assert len(found) <= forms.MAX_READINGS
    assert all(len(one.raw) == 64 for one in found)
    assert len(set(found)) == len(found)


def test_a_text_too_long_to_be_a_signature_has_no_reading() -> None:
    assert forms.readings("A" * 1025) == ()
    assert forms.readings("") == ()


@given(st.binary(min_size=8, max_size=120), st.sampled_from(["base64", "hex", "bytes_list", "raw_text"]))
def test_a_spelling_is_undone(raw: bytes, step: str) -> None:
    text = {
        "base64": b64(raw),
        "hex": raw.hex(),
        "bytes_list": signed_bytes(raw),
        "raw_text": raw.decode("latin-1"),
    }[step]
    found = {one.raw for one in spelling.spelt(text)}
    assert raw in found or (step == "raw_text" and text.isascii())


def test_of_a_huge_text_only_hexadecimal_and_base64_are_tried() -> None:
    text = "ab " * spelling.MAX_CHARS
    assert list(spelling.spelt(text)) == []
    assert [one.steps for one in spelling.spelt("AB" * spelling.MAX_CHARS)] == [("base64",), ("hex",)]
