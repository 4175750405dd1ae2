"""RSA and AES-GCM of the payment channels: right, wrong, and whatever a peer sends."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.protocol.crypto import rsa

PRIVATE, OTHER = rsa.new_private_key(), rsa.new_private_key()
PUBLIC = rsa.public_of(PRIVATE)


def test_a_signature_is_that_of_its_text_and_key():
    mark = rsa.sign(PRIVATE, b"text")
    assert rsa.verifies(PUBLIC, b"text", mark)
    assert not rsa.verifies(PUBLIC, b"text ", mark)
    assert not rsa.verifies(rsa.public_of(OTHER), b"text", mark)
    assert not rsa.verifies(PUBLIC, b"text", mark, "sha1")
    assert rsa.verifies(PUBLIC, b"text", rsa.sign(PRIVATE, b"text", "sha1"), "sha1")


def test_both_forms_of_a_private_key_are_the_same_key():
    assert rsa.pem_of(PRIVATE).splitlines()[0].endswith("PRIVATE KEY-----")
    assert rsa.public_of(rsa.pem_of(PRIVATE)) == PUBLIC
    assert base64.b64decode(PRIVATE)[:1] == b"\x30"


def test_a_sensitive_field_opens_with_its_own_key_only():
    sealed = rsa.seal_field(PUBLIC, "测试甲")
    assert rsa.open_field(PRIVATE, sealed) == "测试甲"
    assert rsa.open_field(OTHER, sealed) is None


def test_a_resource_opens_with_all_three_of_its_parts():
    key, nonce = "k" * 32, "n" * 12
    sealed = rsa.seal_gcm(key, nonce, "transaction", '{"名":1}')
    assert len(base64.b64decode(sealed)) == len('{"名":1}'.encode()) + 16
    assert rsa.open_gcm(key, nonce, "transaction", sealed) == '{"名":1}'
    for wrong in ((key[1:] + "x", nonce, "transaction"), (key, "m" * 12, "transaction"), (key, nonce, "")):
        assert rsa.open_gcm(*wrong, sealed) is None


def test_a_known_answer_of_aes_gcm():
    """Made by Node's crypto, an independent caller."""
    sealed = rsa.seal_gcm("0123456789abcdef0123456789abcdef", "abcdefghijkl", "certificate", "hello")
    assert sealed == "Aaml06RRGOG9Gl945vRp0EoTToNf"


def test_a_certificate_names_its_key_and_time():
    made = rsa.self_signed(PRIVATE, "test", 0x40)
    public, begins, ends = rsa.certified(made)
    assert public == PUBLIC
    assert begins < 1_790_000_000 < ends


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_what_a_peer_sends_never_raises(text):
    assert not rsa.verifies(PUBLIC, b"", text)
    assert rsa.open_field(PRIVATE, text) is None
    assert rsa.open_gcm("k" * 32, text, text, text) is None


@pytest.mark.parametrize("text", ["", "x", "-----BEGIN", "MIIB", "甲"])
def test_what_is_no_key_is_said(text):
    for read in (rsa.public_of, rsa.pem_of, rsa.certified):
        with pytest.raises(rsa.RsaKeyError):
            read(text)
    with pytest.raises(rsa.RsaKeyError):
        rsa.verifies(text, b"", "")
