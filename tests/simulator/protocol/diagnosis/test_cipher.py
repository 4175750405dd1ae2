"""Every wrong way to encrypt is named alone, two at once are both named, and nothing that does not open is named.

Blocks are enciphered by `gmssl` (another author's SM4) and `cryptography`'s AES; modes and paddings are written here.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from gmssl import sm4
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.protocol.crypto.keys import PrivateKey
from simulator.protocol.diagnosis import cipher
from simulator.protocol.diagnosis.cipher import Opening, name_cipher
from simulator.protocol.wire.signature import ChannelKeys

APP = ChannelKeys(
    "43AF047BBA47FC8A1AE8EFB232BDBBCB",
    "4117E877F5FA0A0188891283E4B617D5",
    PrivateKey(2),
    PrivateKey(3).public,
)
OTHER = ChannelKeys(
    "11AF047BBA47FC8A1AE8EFB232BDBBCB",
    "2227E877F5FA0A0188891283E4B617D5",
    PrivateKey(2),
    PrivateKey(3).public,
)
NAME, SECRET = APP.app_id.encode(), APP.app_secret.encode()
DATA = {
    "payOrdId": "ORD000000202601010900000000001",
    "userName": "测试甲",
    "feeSumamt": "12.50",
    "lines": [{"a": "1"}],
}
PLAIN = json.dumps(DATA, ensure_ascii=False).encode()
RIGHT = b"863B5F40C70B71EA"
"""The message key of vector T1."""


def sm4_blocks(key: bytes, data: bytes) -> bytes:
    engine = sm4.CryptSM4()
    engine.set_key(key, sm4.SM4_ENCRYPT)
    return b"".join(bytes(engine.one_round(engine.sk, data[at : at + 16])) for at in range(0, len(data), 16))


def aes_blocks(key: bytes, data: bytes) -> bytes:
    run = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return run.update(data) + run.finalize()


def pkcs7(data: bytes) -> bytes:
    count = 16 - len(data) % 16
    return data + bytes([count]) * count


def ecb(key: bytes, data: bytes = PLAIN, blocks: Callable[[bytes, bytes], bytes] = sm4_blocks) -> bytes:
    return blocks(key, pkcs7(data))


def xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=False))


def cbc(key: bytes, iv: bytes, data: bytes = PLAIN) -> bytes:
    out = [iv]
    padded = pkcs7(data)
    for at in range(0, len(padded), 16):
        out.append(sm4_blocks(key, xor(padded[at : at + 16], out[-1])))
    return b"".join(out[1:])


def ctr(key: bytes, iv: bytes, data: bytes = PLAIN) -> bytes:
    count = -(-len(data) // 16)
    counters = b"".join((int.from_bytes(iv, "big") + at).to_bytes(16, "big") for at in range(count))
    return xor(sm4_blocks(key, counters), data)


def cfb(key: bytes, iv: bytes, data: bytes = PLAIN) -> bytes:
    out = b""
    for at in range(0, len(data), 16):
        iv = xor(sm4_blocks(key, iv), data[at : at + 16])
        out += iv
    return out


def ofb(key: bytes, iv: bytes, data: bytes = PLAIN) -> bytes:
    stream = b""
    for _ in range(0, len(data), 16):
        iv = sm4_blocks(key, iv)
        stream += iv
    return xor(stream, data)


def upper16(key: bytes, text: bytes) -> bytes:
    return ecb(key, text).hex().upper()[:16].encode()


def causes(found: Opening) -> list[list[str]]:
    told = (found.diagnosis.causes, *found.diagnosis.equals)
    return [[one.cause for one in names] for names in told if names]


WHOLE = ecb(NAME[:16], SECRET)
HEX = WHOLE.hex().upper().encode()
IV = bytes(range(1, 17))
FRONT = b"initial vector 1"
KEYS: list[tuple[str, bytes]] = [
    ("key_raw", WHOLE[:16]),
    ("key_lower", HEX[:16].lower()),
    ("key_base64", base64.b64encode(WHOLE)[:16]),
    ("key_base64", base64.b64encode(WHOLE)[-16:]),
    ("key_other_part", HEX[-16:]),
    ("key_other_part", HEX[16:32]),
    ("key_other_part", HEX[-16:].lower()),
    ("key_eight_bytes", WHOLE[:8] + bytes(8)),
    ("key_eight_bytes", bytes(8) + WHOLE[:8]),
    ("key_eight_bytes", WHOLE[:8] * 2),
    ("app_id_direct", NAME[:16]),
    ("app_id_direct", NAME[-16:]),
    ("app_id_direct", bytes.fromhex(APP.app_id)),
    ("app_secret_direct", SECRET[:16]),
    ("app_secret_direct", SECRET[-16:]),
    ("app_secret_direct", bytes.fromhex(APP.app_secret)),
    ("app_id_whole", upper16(bytes.fromhex(APP.app_id), SECRET)),
    ("roles_swapped", upper16(SECRET[:16], NAME)),
    ("app_id_tail", upper16(NAME[-16:], SECRET)),
    ("app_id_case", upper16(NAME[:16].lower(), SECRET)),
    ("secret_case", upper16(NAME[:16], SECRET.lower())),
    ("secret_as_hex", upper16(NAME[:16], bytes.fromhex(APP.app_secret))),
    ("secret_spaces", upper16(NAME[:16], b" " + SECRET)),
    ("one_value", upper16(NAME[:16], NAME)),
    ("one_value", upper16(SECRET[:16], SECRET)),
    ("key_cbc", cbc(NAME[:16], NAME[:16], SECRET).hex().upper()[:16].encode()),
    ("key_hashed", hashlib.md5(SECRET).digest()),
    ("key_hashed", hashlib.md5(SECRET).hexdigest()[8:24].encode()),
    ("key_hashed", hashlib.sha256(NAME + SECRET).digest()[:16]),
    ("key_hashed", hashlib.sha1(hashlib.sha1(SECRET).digest()).digest()[:16]),
    ("foreign_key", upper16(OTHER.app_id[:16].encode(), OTHER.app_secret.encode())),
    ("foreign_secret", upper16(NAME[:16], OTHER.app_secret.encode())),
    ("foreign_secret", upper16(OTHER.app_id[:16].encode(), SECRET)),
    ("key_zero", bytes(16)),
    ("key_zero", b"0" * 16),
    ("key_demo", bytes.fromhex("0123456789abcdeffedcba9876543210")),
]
MODES: list[tuple[str, bytes]] = [
    ("CBC", cbc(RIGHT, bytes(16))),
    ("CBC", cbc(RIGHT, RIGHT)),
    ("CBC", cbc(RIGHT, NAME[:16])),
    ("CBC", cbc(RIGHT, b"1234567890123456")),
    ("CBC", FRONT + cbc(RIGHT, FRONT)),
    ("CBC", cbc(RIGHT, IV)),
    ("CTR", ctr(RIGHT, bytes(16))),
    ("CFB", cfb(RIGHT, RIGHT)),
    ("OFB", ofb(RIGHT, bytes(16))),
    ("CTR", FRONT + ctr(RIGHT, FRONT)),
    ("GCM", ctr(RIGHT, bytes(12) + b"\0\0\0\2") + bytes(16)),
]
PADDINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("零字节", lambda p: p + bytes(-len(p) % 16)),
    ("零字节", lambda p: p + bytes(16 - len(p) % 16)),
    ("空格", lambda p: p + b" " * (-len(p) % 16)),
    ("7816-4", lambda p: p + b"\x80" + bytes(-(len(p) + 1) % 16)),
    ("X9.23", lambda p: p + bytes(-len(p) % 16 - 1) + bytes([-len(p) % 16])),
    ("10126", lambda p: p + bytes(range(200, 200 - len(p) % 16 + 15)) + bytes([16 - len(p) % 16])),
    ("两次", lambda p: pkcs7(pkcs7(p))),
    ("两次", lambda p: pkcs7(p + bytes(-len(p) % 16))),
]
TEXTS: list[tuple[str, Callable[[bytes], str]]] = [
    ("enc_base64", lambda c: base64.b64encode(c).decode()),
    ("enc_base64", lambda c: base64.b64encode(c).decode().rstrip("=")),
    ("enc_base64", lambda c: base64.urlsafe_b64encode(c).decode()),
    ("enc_hex_twice", lambda c: c.hex().encode().hex()),
    ("enc_base64_of_hex", lambda c: base64.b64encode(c.hex().encode()).decode()),
    ("enc_hex_of_base64", lambda c: base64.b64encode(c).hex()),
    ("enc_byte_list", lambda c: str([byte - 256 if byte > 127 else byte for byte in c])),
    ("enc_raw_text", lambda c: c.decode("latin-1")),
    ("enc_raw_text", lambda c: base64.b64encode(c.decode("latin-1").encode()).decode()),
    ("enc_spaces", lambda c: c.hex() + "\n"),
    ("enc_spaces", lambda c: c.hex(" ")),
    ("enc_spaces", lambda c: "\r\n".join(c.hex()[at : at + 64] for at in range(0, 2 * len(c), 64))),
    ("enc_wrapped", lambda c: "0x" + c.hex()),
    ("enc_wrapped", lambda c: json.dumps(c.hex())),
]
SIGN_TEXT = f"appId={APP.app_id}&data={PLAIN.decode()}&encType=SM4&key={APP.app_secret}".encode()
ENVELOPE = {"appId": APP.app_id, "version": "2.0.1", "timestamp": "20260101090000", "data": DATA}
CONTENTS: list[tuple[str, bytes, Any]] = [
    ("charset", PLAIN.decode().encode("gbk"), DATA),
    ("charset", PLAIN.decode().encode("utf-16"), DATA),
    ("charset", PLAIN.decode().encode("utf-16-be"), DATA),
    ("charset", b"\xef\xbb\xbf" + PLAIN, DATA),
    ("json_twice", json.dumps(PLAIN.decode()).encode(), DATA),
    ("envelope_encrypted", json.dumps(ENVELOPE).encode(), DATA),
    ("data_wrapped", json.dumps({"data": DATA}).encode(), DATA),
    ("data_in_array", json.dumps([DATA]).encode(), DATA),
    ("sign_text_encrypted", SIGN_TEXT, DATA),
    ("plain_coded", PLAIN.hex().encode(), DATA),
    ("plain_coded", base64.b64encode(PLAIN), DATA),
    ("plain_coded", quote(PLAIN).encode(), DATA),
    ("plain_coded", gzip.compress(PLAIN), DATA),
    ("not_json", str(DATA).encode(), None),
    ("not_json", urlencode({"payOrdId": "ORD1", "userName": "x"}).encode(), None),
    ("not_json", b"{payOrdId=1, userName=x, lines=[{a=1}]}", None),
    ("not_json", b"<data><payOrdId>1</payOrdId></data>", None),
    ("encrypted_twice", ecb(RIGHT).hex().encode(), DATA),
    ("encrypted_twice", ecb(RIGHT), DATA),
]


@pytest.mark.parametrize(("cause", "key"), KEYS)
def test_each_key_is_named_alone(cause: str, key: bytes) -> None:
    found = name_cipher(ecb(key).hex(), APP, [OTHER])
    assert causes(found) == [[cause]]
    assert found.data == DATA
    assert found.stages == ("cipher",)


@pytest.mark.parametrize(("mode", "raw"), MODES)
def test_each_mode_is_named_alone(mode: str, raw: bytes) -> None:
    found = name_cipher(raw.hex(), APP)
    assert causes(found) == [["cipher_mode"]]
    assert mode in str(found.diagnosis.causes[0].said)


@pytest.mark.parametrize(("word", "pad"), PADDINGS)
def test_each_padding_is_named_alone(word: str, pad: Callable[[bytes], bytes]) -> None:
    found = name_cipher(sm4_blocks(RIGHT, pad(PLAIN)).hex(), APP)
    assert causes(found) == [["padding"]]
    assert word in str(found.diagnosis.causes[0].said)
    assert found.data == DATA


@pytest.mark.parametrize("missing", range(16))
def test_padding_done_twice_is_seen_even_where_it_is_white_space(missing: int) -> None:
    data = {"a": "x" * (32 - missing)}
    twice = pkcs7(pkcs7(json.dumps(data).encode()))
    found = name_cipher(sm4_blocks(RIGHT, twice).hex(), APP)
    assert causes(found) == [["padding"]]
    assert found.data == data


def test_no_padding_at_all_is_named() -> None:
    whole = json.dumps({"a": "x" * 7}).encode()
    assert len(whole) == 16
    found = name_cipher(sm4_blocks(RIGHT, whole).hex(), APP)
    assert causes(found) == [["padding"]]
    assert "没有填充" in str(found.diagnosis.causes[0].said)


@pytest.mark.parametrize(("cause", "write"), TEXTS)
def test_each_text_is_named_alone(cause: str, write: Callable[[bytes], str]) -> None:
    found = name_cipher(write(ecb(RIGHT)), APP)
    assert causes(found) == [[cause]]
    assert found.data == DATA
    assert found.stages == ("text",)


@pytest.mark.parametrize(("cause", "plain", "data"), CONTENTS)
def test_each_content_is_named_alone(cause: str, plain: bytes, data: Any) -> None:
    found = name_cipher(ecb(RIGHT, plain).hex(), APP)
    assert causes(found) == [[cause]]
    assert found.data == data
    assert found.stages == ("plain",) or cause == "encrypted_twice"


def test_another_algorithm_is_named() -> None:
    assert causes(name_cipher(ecb(RIGHT, blocks=aes_blocks).hex(), APP)) == [["cipher_algorithm"]]


@pytest.mark.parametrize(("key_cause", "key"), KEYS[::3])
@pytest.mark.parametrize(("text_cause", "write"), TEXTS[::3])
def test_key_and_text_are_both_named(
    key_cause: str, key: bytes, text_cause: str, write: Callable[[bytes], str]
) -> None:
    found = name_cipher(write(ecb(key)), APP, [OTHER])
    assert causes(found) == [[text_cause, key_cause]]
    assert found.data == DATA


@pytest.mark.parametrize(("key_cause", "key"), KEYS[::4])
@pytest.mark.parametrize(("cause", "plain", "data"), CONTENTS[::2])
def test_key_and_content_are_both_named(
    key_cause: str, key: bytes, cause: str, plain: bytes, data: Any
) -> None:
    found = name_cipher(ecb(key, plain).hex(), APP, [OTHER])
    if cause == "encrypted_twice":  # its inner text was made with the right key: two keys are no composition
        assert all(names == [key_cause, cause] for names in causes(found)) or causes(found) == []
        return
    assert causes(found) == [[key_cause, cause]]
    assert found.data == data


@pytest.mark.parametrize(("key_cause", "key"), KEYS[::4])
def test_key_and_mode_and_padding_are_named(key_cause: str, key: bytes) -> None:
    assert causes(name_cipher(cbc(key, bytes(16)).hex(), APP, [OTHER])) == [[key_cause, "cipher_mode"]]
    zeros = PLAIN + bytes(-len(PLAIN) % 16)
    assert causes(name_cipher(sm4_blocks(key, zeros).hex(), APP, [OTHER])) == [[key_cause, "padding"]]
    aes = causes(name_cipher(ecb(key, blocks=aes_blocks).hex(), APP, [OTHER]))
    assert aes in ([["cipher_algorithm", key_cause]], [])


GOOD = ecb(RIGHT, json.dumps({**DATA, "memo": "很长的说明" * 20}, ensure_ascii=False).encode())


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        ("cipher_cut", GOOD[:-16].hex()),
        ("cipher_cut", GOOD[:64].hex()),
        ("cipher_cut", GOOD[:100].hex()),
        ("cipher_cut", GOOD.hex()[:255]),
        ("cipher_cut", GOOD.hex()[:200] + "..."),
        ("cipher_damaged", GOOD[16:].hex()),
        ("cipher_damaged", (GOOD[:64] + bytes(16) + GOOD[80:]).hex()),
        ("cipher_damaged", ("00" + GOOD.hex()[2:])),
        ("cipher_as_text", GOOD.decode("utf-8", "replace")),
        ("cipher_as_text", GOOD.decode("utf-8", "replace").encode().hex()),
    ],
)
def test_damage_is_named_and_nothing_is_made_of_it(cause: str, text: str) -> None:
    found = name_cipher(text, APP)
    assert causes(found) == [[cause]]
    assert found.data is None


def test_a_lost_end_and_a_wrong_key_are_both_named() -> None:
    assert causes(name_cipher(ecb(WHOLE[:16])[:-16].hex(), APP)) == [["key_raw", "cipher_cut"]]


def test_equal_keys_are_equal_answers() -> None:
    """The first 16 characters of both are the same here: nothing tells which of them was used."""
    twin = ChannelKeys(
        "43AF047BBA47FC8A" * 2, "43AF047BBA47FC8A" + "4117E877F5FA0A01", PrivateKey(2), PrivateKey(3).public
    )
    found = name_cipher(ecb(b"43AF047BBA47FC8A").hex(), twin)
    assert sorted({name for names in causes(found) for name in names}) == [
        "app_id_direct",
        "app_secret_direct",
    ]
    assert found.diagnosis.equals


def test_a_stranger_names_nothing_and_no_secret_is_told() -> None:
    found = name_cipher(ecb(b"sixteen bytes ??").hex(), APP, [OTHER])
    assert causes(found) == []
    assert found.diagnosis.tried > 1_000
    assert found.diagnosis.whole
    for cause, key in KEYS:
        told = " ".join(str(one.said) for one in name_cipher(ecb(key).hex(), APP, [OTHER]).diagnosis.causes)
        assert APP.app_secret[:12] not in told, cause


@settings(max_examples=60)
@given(
    st.one_of(
        st.text(max_size=400),
        st.binary(max_size=200).map(bytes.hex),
        st.binary(max_size=99).map(lambda b: base64.b64encode(b).decode()),
    )
)
def test_any_text_names_nothing_that_did_not_open(text: str) -> None:
    found = name_cipher(text, APP)
    if found.diagnosis.causes:
        assert [one.cause for one in found.diagnosis.causes] in (["cipher_as_text"],)


def test_the_work_is_bounded_by_blocks() -> None:
    huge = GOOD[:16] * (cipher.MAX_BLOCKS + 1)  # its first block opens under the right key, and under it only
    found = name_cipher(huge.hex(), APP)
    assert not found.diagnosis.whole
    assert found.diagnosis.hashed <= 16 * cipher.MAX_BLOCKS
