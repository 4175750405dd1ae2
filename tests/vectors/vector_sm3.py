"""The set `sm3`: the standard's answers and every length around a block border."""

from __future__ import annotations

import hashlib
from typing import Any

from vector_shape import Group, note, vector_set

from simulator.protocol.crypto.ciphers import hmac_sm3, sm3

STANDARD = "GB/T 32905 A"
ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
ABCD_16 = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
LONG = 1_000_000

NOTES = {
    "Standard": note(
        "BASIC", "国标附录中的两个例子", "the two examples of the standard", "不是 SM3", "it is not SM3", STANDARD),
    "BlockBorder": note(
        "EDGE_CASE", "长度在 64 字节分组的边界上: 填充要不要多一组", "lengths at the border of a 64-byte block: does the padding take one more",
        "个别长度的摘要算错", "digests of some lengths are wrong", "GB/T 32905 5.2"),
    "LongInput": note(
        "EDGE_CASE", "长输入: 长度按 64 位的位数写在最后", "long input: its length in bits stands at the end as 64 bits", "长报文的摘要算错", "digests of long messages are wrong",
        "GB/T 32905 5.2"),
    "ByteValues": note(
        "EDGE_CASE", "所有字节值, 中文的 UTF-8", "all byte values, Chinese in UTF-8", "按字符而不是字节计算", "characters are hashed instead of bytes", "GB/T 32905 5.1"),
    "OtherDigest": note(
        "WRONG_PRIMITIVE", "SHA-256、截短、字节序颠倒、文本的摘要", "SHA-256, cut, reversed, the digest of a text",
        "与任何国密实现都不通", "no other implementation agrees", STANDARD),
    "HmacKey": note(
        "EDGE_CASE", "HMAC 的密钥短于、等于、长于一个分组", "an HMAC key shorter than, as long as and longer than a block", "长密钥没有先取摘要", "a long key is not hashed first",
        "GB/T 15852.2 7; RFC 2104 2"),
}  # fmt: skip


def digests() -> Group:
    made = Group("Sm3", {})

    def add(result: str, comment: str, flags: str, msg: bytes, digest: str = "") -> None:
        made.add(result, comment, flags, msg=msg.hex(), digest=digest or sm3(msg).hex())

    add("valid", "abc", "Standard", b"abc", ABC)
    add("valid", "abcd 16 times", "Standard BlockBorder", b"abcd" * 16, ABCD_16)
    for size in (0, 1, 3, 54, 55, 56, 57, 62, 63, 64, 65, 118, 119, 120, 127, 128, 129, 191, 192, 1000):
        add("valid", f"{size} bytes", "BlockBorder", bytes(at % 251 for at in range(size)))
    add("valid", "all byte values", "ByteValues", bytes(range(256)))
    add("valid", "zeros", "ByteValues", bytes(64))
    add("valid", "Chinese", "ByteValues", "医保移动支付中心".encode())
    made.add("valid", "a million times a", "LongInput", repeat={"part": "61", "times": LONG}, digest=sm3(b"a" * LONG).hex())  # fmt: skip
    made.add("valid", "a million zeros", "LongInput", repeat={"part": "00", "times": LONG}, digest=sm3(bytes(LONG)).hex())  # fmt: skip
    good = sm3(b"abc")
    for name, digest in (
        ("SHA-256", hashlib.sha256(b"abc").hexdigest()), ("twice", sm3(good).hex()), ("of the hex text", sm3(b"616263").hex()), ("little-endian words", b"".join(
            good[at : at + 4][::-1] for at in range(0, 32, 4)).hex()), ("reversed", good[::-1].hex()), ("cut to 20 bytes", good[:20].hex()),
        ("one bit", bytes([good[0] ^ 1, *good[1:]]).hex()), ("of the empty text", sm3(b"").hex()), ("in upper case twice encoded", good.hex().upper().encode().hex()),
    ):  # fmt: skip
        add("invalid", name, "OtherDigest", b"abc", digest)
    return made


def codes() -> Group:
    made = Group("HmacSm3", {})
    for size in (0, 1, 32, 63, 64, 65, 128):
        key = bytes(at % 251 for at in range(size))
        made.add("valid", f"a key of {size} bytes", "HmacKey", hmacKey=key.hex(), msg=b"message".hex(), tag=hmac_sm3(key, b"message").hex())  # fmt: skip
    return made


def make() -> dict[str, Any]:
    return vector_set(
        "SM3, HMAC-SM3", "SM3 摘要", "SM3 digests",
        ("`digest` is that of `msg` (hex), or of `repeat.part` written `repeat.times` times. `tag` is the HMAC of `msg` under `hmacKey`.",),
        NOTES, (digests(), codes()),
    )  # fmt: skip
