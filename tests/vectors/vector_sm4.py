"""The set `sm4`: blocks of the standard, ECB and CBC with PKCS#7, and the derivation of the message key (sheet 4)."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from vector_shape import Group, note, vector_set

from simulator.protocol.crypto import ciphers

EXAMPLE = bytes.fromhex("0123456789abcdeffedcba9876543210")
ONCE = "681edf34d206965e86b3e94f536e4246"
MILLION = "595298c7c6fd271f0402f804c33d3f66"
KEY = b"863B5F40C70B71EA"  # the message key of T1
OTHER = bytes.fromhex("00112233445566778899aabbccddeeff")
IV = bytes.fromhex("0f1e2d3c4b5a69788796a5b4c3d2e1f0")
APP_ID = "43AF047BBA47FC8A1AE8EFB232BDBBCB"
SECRET = "4117E877F5FA0A0188891283E4B617D5"
JSON = '{"payOrdId":"ORD1","userName":"测试","medfeeSumamt":12.50}'.encode()

NOTES = {
    "Standard": note("BASIC", "国标附录中的两个例子", "the two examples of the standard", "不是 SM4", "it is not SM4", "GB/T 32907 A"),
    "Normal": note("BASIC", "各种长度的明文", "plaintexts of all lengths", "解不开正常报文", "good messages cannot be read", "centre sheet 4"),
    "BlockBorder": note(
        "EDGE_CASE", "明文是整块: 还要补一整块 10…10", "the plaintext is whole blocks: one more block of 10…10 follows", "长度为 16 的倍数的报文解错", "messages of a multiple of 16 bytes are misread",
        "RFC 5652 6.3; centre sheet 4"),
    "LooksPadded": note(
        "EDGE_CASE", "明文的结尾看起来像填充", "the plaintext ends like padding", "多删了字节", "too many bytes are taken off", "RFC 5652 6.3"),
    "BadPadding": note(
        "MISSING_STEP", "填充不是 PKCS#7: 0、大于 16、字节不一、零填充、没有填充", "padding that is not PKCS#7: 0, over 16, unequal, zeros, none",
        "乱码被当作明文, 或暴露填充预言", "garbage is taken for a message, or a padding oracle", "RFC 5652 6.3"),
    "CutBlock": note(
        "ENCODING", "密文为空或不是整块", "empty cipher text, or one that is not whole blocks", "崩溃, 或丢掉最后一块", "a crash, or the last block is lost", "GB/T 17964"),
    "KeySize": note("KEY_HANDLING", "密钥不是 16 字节", "a key that is not 16 bytes", "密钥被悄悄截短或补齐", "the key is silently cut or filled", "GB/T 32907 5"),
    "WrongIv": note("WRONG_PRIMITIVE", "初始向量不是 16 字节", "an IV that is not 16 bytes", "第一块解错", "the first block is misread", "GB/T 17964 7"),
    "WrongKey": note("BASIC", "另一把密钥", "another key", "填充检查是唯一的防线", "only the padding check notices it", "centre sheet 4"),
    "WrongMode": note(
        "WRONG_PRIMITIVE", "CBC 当 ECB, 或 ECB 当 CBC", "CBC read as ECB, or ECB as CBC", "除一块外全是乱码", "garbage but for one block", "centre sheet 4"),
    "KeyDerivation": note(
        "WRONG_PRIMITIVE", "报文密钥: SM4(appId 前 16 字符, appSecret) 的大写十六进制的前 16 个字符", "the message key: first 16 characters of the upper-case hex of SM4(first 16 of appId, appSecret)",
        "双方解不开", "the two sides cannot read each other", "centre sheet 4, 17 (T1)"),
    "KeyRawBytes": note(
        "WRONG_PRIMITIVE", "用 16 个原始字节作密钥", "the 16 raw bytes as key", "密文解不开", "the cipher text cannot be read", "centre sheet 15 (13)"),
    "KeyLowerHex": note("WRONG_PRIMITIVE", "小写十六进制", "lower-case hex", "密文解不开", "the cipher text cannot be read", "centre sheet 15 (13)"),
    "KeyBase64": note(
        "WRONG_PRIMITIVE", "base64 文本的前 16 个字符", "the first 16 characters of the base64 text", "密文解不开", "the cipher text cannot be read", "centre sheet 4 (last row), 15 (13)"),
    "KeyHexDecoded": note(
        "WRONG_PRIMITIVE", "把 16 个十六进制字符解成 8 字节", "the 16 hex characters decoded to 8 bytes", "答复解不开", "answers cannot be read", "centre sheet 22"),
    "KeyOtherInput": note(
        "WRONG_PRIMITIVE", "appId 与 appSecret 用错: 直接作密钥、取后 16 位、对调、散列", "appId or appSecret used otherwise: as the key, the last 16, swapped, hashed",
        "密文解不开", "the cipher text cannot be read", "centre sheet 15 (14)"),
}  # fmt: skip


def pad(plain: bytes) -> bytes:
    size = 16 - len(plain) % 16
    return plain + bytes([size]) * size


def blocks(key: bytes, plain: bytes, iv: bytes | None = None) -> bytes:
    """Whole blocks without padding, by a library that the core's ECB does not need for CBC."""
    run = Cipher(SM4(key), modes.ECB() if iv is None else modes.CBC(iv)).encryptor()
    return run.update(plain) + run.finalize()


def standard() -> Group:
    made = Group("Sm4Block", {})
    made.add("valid", "example 1: once", "Standard", key=EXAMPLE.hex(), block=EXAMPLE.hex(), times=1, ct=ONCE)
    made.add("valid", "example 2: a million times", "Standard", key=EXAMPLE.hex(), block=EXAMPLE.hex(), times=1_000_000, ct=MILLION)  # fmt: skip
    for name, key, block in (
        ("zeros", bytes(16), bytes(16)),
        ("all FF", b"\xff" * 16, b"\xff" * 16),
        ("another key", OTHER, EXAMPLE),
    ):
        made.add(
            "valid", name, "Normal", key=key.hex(), block=block.hex(), times=1, ct=blocks(key, block).hex()
        )
    return made


def padded(mode: str, iv: bytes | None) -> Group:
    made = Group(f"Sm4{mode}Pkcs7", {"mode": mode, "padding": "PKCS#7"})
    shown = None if iv is None else iv.hex()

    def add(result: str, comment: str, flags: str, ct: bytes, msg: bytes | None = None, key: bytes = KEY, at: str | None = shown) -> None:  # fmt: skip
        made.add(
            result, comment, flags, key=key.hex(), iv=at, ct=ct.hex(), msg=None if msg is None else msg.hex()
        )

    def enc(plain: bytes, key: bytes = KEY) -> bytes:
        return blocks(key, plain, iv)

    for size in (1, 2, 14, 15, 17, 31, 33, 47, 100):
        plain = bytes(at % 251 for at in range(size))
        add("valid", f"{size} bytes", "Normal", enc(pad(plain)), plain)
    for size in (0, 16, 32, 64):
        add("valid", f"{size} bytes, whole blocks", "BlockBorder", enc(pad(b"a" * size)), b"a" * size)
    add("valid", "a message", "Normal", enc(pad(JSON)), JSON)
    add("valid", "a binary key", "Normal", enc(pad(JSON), OTHER), JSON, OTHER)
    for name, plain in (
        ("01", b"a" * 14 + b"\1"),
        ("02 02", b"a" * 13 + b"\2\2"),
        ("16 times 10", b"\x10" * 16),
        ("zeros", b"a" + bytes(9)),
    ):
        add("valid", f"ends with {name}", "LooksPadded", enc(pad(plain)), plain)
    body = b"a" * 16
    for name, last in (
        ("00", b"a" * 15 + b"\0"), ("11 hex", b"a" * 15 + b"\x11"), ("20 hex", b"a" * 15 + b"\x20"), ("FF", b"a" * 15 + b"\xff"), ("80", b"a" * 15 + b"\x80"),
        ("02 after 01", b"a" * 14 + b"\1\2"), ("03 03 after 02", b"a" * 13 + b"\2\3\3"), ("10 after 15 others", b"a" * 15 + b"\x10"), ("the first of 10 hex wrong", b"\0" + b"\x10" * 15),
        ("zeros", b"a" * 10 + bytes(6)), ("a block of zeros", bytes(16)), ("ISO 7816", b"a" * 10 + b"\x80" + bytes(5)), ("ANSI X9.23", b"a" * 10 + bytes(5) + b"\6"),
        ("none, ends with a letter", b"a" * 16), ("blanks", b"a" * 10 + b" " * 6),
    ):  # fmt: skip
        add("invalid", f"padding: {name}", "BadPadding", enc(body + last))
    good = enc(pad(JSON))
    for name, ct in (
        ("empty", b""),
        ("one byte", good[:1]),
        ("15 bytes", good[:15]),
        ("17 bytes", good[:17]),
        ("the last byte gone", good[:-1]),
        ("one byte more", good + b"\0"),
    ):
        add("invalid", f"cipher text: {name}", "CutBlock", ct)
    add("invalid", "the last block gone", "BadPadding", enc(pad(b"a" * 40))[:-16])
    for size in (0, 8, 15, 17, 24, 32):
        add("invalid", f"a key of {size} bytes", "KeySize", good, key=(KEY * 2)[:size])
    if iv is not None:
        for size in (0, 8, 15, 17, 32):
            add("invalid", f"an IV of {size} bytes", "WrongIv", good, at=(iv * 2)[:size].hex())
        add("invalid", "the cipher text of ECB", "WrongMode", blocks(KEY, pad(b"a" * 24)))
    else:
        add("invalid", "the cipher text of CBC", "WrongMode", blocks(KEY, pad(b"a" * 24), IV))
    for name, key in (
        ("another", OTHER),
        ("one bit", bytes([KEY[0] ^ 1]) + KEY[1:]),
        ("lower case", KEY.lower()),
    ):
        add("invalid", f"a key: {name}", "WrongKey", good, key=key)
    return made


def derivation() -> Group:
    made = Group("MessageKey", {})

    def add(result: str, comment: str, flags: str, app: str, secret: str, key: bytes) -> None:
        made.add(result, comment, flags, appId=app, appSecret=secret, key=key.hex())

    add("valid", "T1", "KeyDerivation", APP_ID, SECRET, b"863B5F40C70B71EA")
    for name, app, secret in (
        ("another app", "A" * 32, "B" * 32), ("an appId of 16", APP_ID[:16], SECRET), ("a secret of 16: two blocks", APP_ID, SECRET[:16]),
        ("a secret of one character", APP_ID, "x"), ("a long secret", APP_ID, SECRET * 4), ("lower-case letters", APP_ID.lower(), SECRET.lower()),
    ):  # fmt: skip
        add("valid", name, "KeyDerivation", app, secret, ciphers.message_key(app, secret))
    cipher = ciphers.sm4_encrypt(APP_ID[:16].encode(), SECRET.encode())
    text = cipher.hex().upper()
    for name, flag, key in (
        ("raw bytes", "KeyRawBytes", cipher[:16]), ("the last 16 raw bytes", "KeyRawBytes", cipher[-16:]), ("lower-case hex", "KeyLowerHex", text.lower()[:16].encode()),
        ("base64", "KeyBase64", base64.b64encode(cipher)[:16]), ("8 bytes", "KeyHexDecoded", cipher[:8]), ("8 bytes and 8 zeros", "KeyHexDecoded", cipher[:8] + bytes(8)),
        ("the last 16 characters", "KeyOtherInput", text[-16:].encode()), ("characters 17 to 32", "KeyOtherInput", text[16:32].encode()),
        ("appId", "KeyOtherInput", APP_ID[:16].encode()), ("appSecret", "KeyOtherInput", SECRET[:16].encode()), ("the whole appId as hex", "KeyOtherInput", bytes.fromhex(APP_ID)),
        ("the whole secret as hex", "KeyOtherInput", bytes.fromhex(SECRET)), ("appId and appSecret swapped", "KeyOtherInput", ciphers.message_key(SECRET, APP_ID)),
        ("the last 16 of appId", "KeyOtherInput", ciphers.message_key(APP_ID[16:], SECRET)), ("appId in lower case", "KeyOtherInput", ciphers.message_key(APP_ID.lower(), SECRET)),
        ("secret cut to 16", "KeyOtherInput", ciphers.sm4_encrypt(APP_ID[:16].encode(), bytes.fromhex(SECRET)).hex().upper()[:16].encode()),
        ("SM3 of appSecret", "KeyOtherInput", ciphers.sm3(SECRET.encode())[:16]), ("all 32 characters", "KeyOtherInput", text[:32].encode()),
    ):  # fmt: skip
        add("invalid", name, flag, APP_ID, SECRET, key)
    return made


def make() -> dict[str, Any]:
    return vector_set(
        "SM4, SM4-ECB, SM4-CBC", "SM4 分组、ECB、CBC 与报文密钥", "SM4 blocks, ECB, CBC and the message key",
        (
            "Sm4Block: `block` encrypted `times` times under `key` is `ct`. Sm4EcbPkcs7, Sm4CbcPkcs7: `ct` is `msg`, and the other way round; without `msg` it cannot be decrypted.",
            "MessageKey: is `key` the message key of `appId` and `appSecret`? The protocol uses ECB; CBC is here because clients mistake it.",
        ),
        NOTES, (standard(), padded("Ecb", None), padded("Cbc", IV), derivation()),
    )  # fmt: skip
