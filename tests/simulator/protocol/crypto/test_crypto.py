"""SM3 and SM4 against the examples of GB/T 32905 and GB/T 32907, and the strictness of the padding."""

from __future__ import annotations

import hashlib

import pytest
from gmssl import func
from gmssl import sm3 as gmssl_sm3
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.protocol.crypto import ciphers

KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_examples_of_gbt_32905(message: bytes, digest: str) -> None:
    assert ciphers.sm3(message).hex() == digest
    assert ciphers._sm3_cryptography(message).hex() == digest


@given(st.binary(max_size=300))
def test_both_sm3_libraries_agree_with_an_unrelated_one(message: bytes) -> None:
    oracle = gmssl_sm3.sm3_hash(func.bytes_to_list(message))
    assert ciphers.sm3(message).hex() == oracle == ciphers._sm3_cryptography(message).hex()


@pytest.mark.skipif("sm3" not in hashlib.algorithms_available, reason="this Python's OpenSSL has no SM3")
@given(st.binary(max_size=200), st.binary(max_size=100))
@example(b"k" * 65, b"m")
def test_hmac_sm3_is_the_one_of_the_standard_library(key: bytes, message: bytes) -> None:
    import hmac

    assert ciphers.hmac_sm3(key, message) == hmac.new(key, message, "sm3").digest()


def test_sm4_block_example_of_gbt_32907() -> None:
    cipher = ciphers.sm4_encrypt(KEY, KEY)
    assert cipher[:16].hex() == "681edf34d206965e86b3e94f536e4246"
    assert ciphers.sm4_decrypt(KEY, cipher) == KEY


def test_sm4_million_rounds_of_gbt_32907() -> None:
    run = ciphers._cipher(KEY).encryptor()
    block = KEY
    for _ in range(1_000_000):
        block = run.update(block)
    assert block.hex() == "595298c7c6fd271f0402f804c33d3f66"


@given(st.binary(max_size=100))
def test_sm4_gives_back_what_it_took(plain: bytes) -> None:
    cipher = ciphers.sm4_encrypt(KEY, plain)
    assert len(cipher) % 16 == 0
    assert len(cipher) > len(plain)
    assert ciphers.sm4_decrypt(KEY, cipher) == plain


@pytest.mark.parametrize("cipher", [b"", b"x", b"x" * 15, b"x" * 17])
def test_a_cipher_text_of_wrong_length_is_refused(cipher: bytes) -> None:
    with pytest.raises(ciphers.CipherError, match="16"):
        ciphers.sm4_decrypt(KEY, cipher)


@pytest.mark.parametrize(
    "tail",
    [bytes(16), bytes([17]) * 16, b"x" * 12 + bytes([4, 4, 5, 4]), b"x" * 15 + b"\x02", bytes([255]) * 16],
)
def test_every_padding_byte_is_checked(tail: bytes) -> None:
    run = ciphers._cipher(KEY).encryptor()
    with pytest.raises(ciphers.CipherError, match="PKCS"):
        ciphers.sm4_decrypt(KEY, run.update(b"y" * 16 + tail))


@pytest.mark.parametrize("key", [b"", b"k" * 15, b"k" * 32])
def test_a_key_of_wrong_length_is_refused(key: bytes) -> None:
    with pytest.raises(ciphers.CipherError, match="密钥"):
        ciphers.sm4_encrypt(key, b"")


@pytest.mark.parametrize("app_id", ["", "short", "汉" * 16])
def test_an_app_without_sixteen_ascii_characters_has_no_message_key(app_id: str) -> None:
    with pytest.raises(ciphers.CipherError, match="appId"):
        ciphers.message_key(app_id, "secret")


def test_texts_compare_also_when_they_are_no_unicode() -> None:
    assert ciphers.same("\ud800", "\ud800")
    assert not ciphers.same("a", "b")
