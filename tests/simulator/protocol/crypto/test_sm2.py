"""SM2 against the standard's example, the sheet's vectors and unrelated libraries."""

from __future__ import annotations

import gmalg
import pytest
from gmssl import func
from gmssl import sm2 as gmssl_sm2
from gmssl import sm3 as gmssl_sm3
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.protocol.crypto import sm2
from simulator.protocol.crypto.curve import N
from simulator.protocol.crypto.keys import PrivateKey, parse_public_key, private_key_from_seed

KEY = private_key_from_seed(b"sm2")
USER = sm2.DEFAULT_USER_ID
IDS = st.one_of(st.just(USER), st.binary(max_size=40))


def test_the_signature_example_of_gbt_32918_5() -> None:
    key = PrivateKey(0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8)
    assert key.public == parse_public_key(
        "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    message = b"message digest"
    z = sm2.user_hash(key.public, USER)
    assert z.hex().upper() == "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3"
    e = sm2.digest(key.public, message, USER)
    assert f"{e:064X}" == "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
    nonce = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
    signature = sm2.sign_with_nonce(key, message, USER, nonce)
    assert signature.hex().upper() == (
        "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
        "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    )
    assert sm2.verify(key.public, message, signature, USER)


@given(st.binary(max_size=200), IDS, st.binary(max_size=40))
@settings(max_examples=30, deadline=None)
def test_what_is_signed_verifies_and_nothing_else_does(message: bytes, user: bytes, entropy: bytes) -> None:
    signature = sm2.sign(KEY, message, user, entropy)
    assert len(signature) == 64
    assert sm2.verify(KEY.public, message, signature, user)
    assert not sm2.verify(KEY.public, message + b"\0", signature, user)
    assert not sm2.verify(KEY.public, message, signature, user + b"x")
    assert not sm2.verify(private_key_from_seed(b"other").public, message, signature, user)


@given(st.binary(min_size=1, max_size=60), st.integers(0, 63), st.integers(1, 255))
@settings(max_examples=30, deadline=None)
def test_any_changed_byte_of_the_signature_is_noticed(message: bytes, at: int, change: int) -> None:
    signature = bytearray(sm2.sign(KEY, message, USER, b""))
    signature[at] ^= change
    assert not sm2.verify(KEY.public, message, bytes(signature), USER)


def test_the_nonce_comes_from_key_digest_and_entropy() -> None:
    one = sm2.sign(KEY, b"m", USER, b"1")
    assert one == sm2.sign(KEY, b"m", USER, b"1")
    others = [
        sm2.sign(KEY, b"m", USER, b"2"),
        sm2.sign(KEY, b"n", USER, b"1"),
        sm2.sign(private_key_from_seed(b"x"), b"m", USER, b"1"),
    ]
    assert len({one, *others}) == 4


@pytest.mark.parametrize("nonce", [0, N, -1, N + 5])
def test_a_nonce_out_of_range_is_refused(nonce: int) -> None:
    with pytest.raises(ValueError, match="随机数"):
        sm2.sign_with_nonce(KEY, b"m", USER, nonce)


def test_unusable_nonces_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """r = 0, r + k = n and s = 0 happen once in 2^256: make them happen and see the next nonce taken."""
    e = sm2.digest(KEY.public, b"m", USER)
    good = 12345
    k = 777
    for x in ((-e) % N, (N - k - e) % N):
        monkeypatch.setattr(sm2.curve, "base_multiple", lambda nonce, x=x: (x if nonce == k else 1, 0))
        assert sm2._signature(KEY, e, k) is None
        monkeypatch.setattr(sm2, "_nonces", lambda d, e, entropy: iter((k, good)))
        assert len(sm2.sign(KEY, b"m", USER, b"")) == 64
    zero_s = k * pow(KEY.d, -1, N) % N  # r with k = r*d
    monkeypatch.setattr(sm2.curve, "base_multiple", lambda nonce: ((zero_s - e) % N, 0))
    assert sm2._signature(KEY, e, k) is None


def test_nonces_outside_the_group_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(
        [b"k" * 32, b"v" * 32, b"k" * 32, b"v" * 32, b"\xff" * 32, b"k" * 32, b"v" * 32, b"\0" * 31 + b"\x07"]
    )
    monkeypatch.setattr(sm2, "hmac_sm3", lambda key, data: next(answers))
    assert next(sm2._nonces(1, 1, b"")) == 7


@pytest.mark.parametrize("signature", [b"", b"x" * 63, b"x" * 65, bytes(64), b"\xff" * 64])
def test_malformed_signatures_are_false(signature: bytes) -> None:
    assert not sm2.verify(KEY.public, b"m", signature, USER)


def test_a_signature_whose_sum_is_zero_or_whose_point_is_infinite_is_false() -> None:
    r = 5
    assert not sm2.verify(KEY.public, b"m", r.to_bytes(32, "big") + (N - r).to_bytes(32, "big"), USER)
    # s*G + t*P = O when s = -t*d: with t = r + s this gives s = -r*d / (1 + d)
    s = -r * KEY.d * pow(1 + KEY.d, -1, N) % N
    assert sm2.signed_digest(KEY.public, r.to_bytes(32, "big") + s.to_bytes(32, "big")) is None


def test_an_endless_user_id_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="8191"):
        sm2.user_hash(KEY.public, b"x" * 8192)


@given(st.binary(max_size=120), st.one_of(st.just(USER), st.binary(min_size=1, max_size=40)))
@settings(max_examples=6, deadline=None)
def test_gmalg_agrees_in_both_directions(message: bytes, user: bytes) -> None:
    oracle = gmalg.SM2(KEY.d.to_bytes(32, "big"), user, pk=KEY.public.raw)
    ours = sm2.sign(KEY, message, user, b"e")
    assert oracle.verify(message, ours[:32], ours[32:])
    r, s = oracle.sign(message)
    padded = r.rjust(32, b"\0") + s.rjust(32, b"\0")  # gmalg cuts leading zeros off: pitfall 10 of the sheet
    assert sm2.verify(KEY.public, message, padded, user)


@given(st.binary(min_size=1, max_size=120))
@settings(max_examples=6, deadline=None)
def test_gmssl_agrees_in_both_directions(message: bytes) -> None:
    oracle = gmssl_sm2.CryptSM2(private_key=f"{KEY.d:064x}", public_key=KEY.public.raw[1:].hex())
    z = sm2.user_hash(KEY.public, USER)
    e = bytes.fromhex(gmssl_sm3.sm3_hash(func.bytes_to_list(z + message)))
    assert oracle.verify(sm2.sign(KEY, message, USER, b"").hex(), e)
    signature = bytes.fromhex(oracle.sign(e, func.random_hex(oracle.para_len)))
    assert sm2.verify(KEY.public, message, signature, USER)
