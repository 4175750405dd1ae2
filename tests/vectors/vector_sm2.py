"""The set `sm2_verify`: signatures, ids, public and private keys, healthy, wrong and at every edge."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from vector_known import sheet
from vector_shape import Group, note, vector_set

from simulator.protocol.crypto import curve, sm2
from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.crypto.curve import N, P
from simulator.protocol.crypto.keys import PrivateKey, parse_private_key

GM = "GB/T 32918.2 7.1"
SHEET = "docs/protocol/signing.md"
DEFAULT = sm2.DEFAULT_USER_ID
NONCE = 0x1122334455667788990011223344556677889900112233445566778899001122  # that of the sheet's T2 to T4
TEXT = 'appId=A1&data={"payOrdId":"ORD1","userName":"测试"}&version=2.0.1&key=S1'.encode()

NOTES = {
    "Normal": note("BASIC", "没有特别之处", "nothing special", "拒绝它的实现什么都验不了", "who refuses it verifies nothing", GM),
    "UserId": note(
        "WRONG_PRIMITIVE", "用户标识进入 Z_A: 缺省为 1234567812345678, 也可以为空或很长",
        "the user id enters Z_A: by default 1234567812345678, it may be empty or long",
        "标识取错, 每个签名都验不过", "with another id no signature verifies", "GB/T 32918.2 5.5; centre sheet 3.1"),
    "WrongUserId": note(
        "WRONG_PRIMITIVE", "签名时用的是另一个用户标识", "signed under another user id",
        "接受即说明没有计算 Z_A", "who accepts it does not compute Z_A", "GB/T 32918.2 5.5; centre sheet 15 (12)"),
    "NoUserHash": note(
        "WRONG_PRIMITIVE", "摘要里没有 Z_A", "the digest has no Z_A",
        "签名与任何国密实现都不通", "signatures of no other implementation verify", "GB/T 32918.2 6.1; centre sheet 3.1"),
    "WrongDigest": note(
        "WRONG_PRIMITIVE", "摘要算法或其输入不对(SHA-256、二次 SM3、十六进制文本)",
        "another digest or another input of it (SHA-256, SM3 twice, hex text)",
        "签名与任何国密实现都不通", "signatures of no other implementation verify", "GB/T 32918.2 6.1"),
    "MessageLength": note(
        "EDGE_CASE", "消息长度在 SM3 分组的边界上", "messages whose length lies at the borders of an SM3 block",
        "个别长度的报文验不过", "messages of some lengths do not verify", "GB/T 32905 5.2"),
    "LeadingZero": note(
        "EDGE_CASE", "r 或 s 以零字节开头: 必须左补齐到 32 字节", "r or s begins with zero bytes and must be padded to 32",
        "约每 128 个签名有一个验不过", "about one signature in 128 does not verify", "centre sheet 3.1 (8), 15 (10)"),
    "HighBit": note(
        "EDGE_CASE", "r 或 s 的最高位为 1, 是无符号数", "the top bit of r or s is set: they are unsigned",
        "按有符号数读, 一半以上的签名验不过", "read as signed numbers, more than half do not verify", "GB/T 32918.1 4.2.3"),
    "RangeCheck": note(
        "MISSING_STEP", "r、s 不在 1 到 n-1 之间", "r or s outside 1 to n-1",
        "可能接受伪造的签名, 或崩溃", "forged signatures may be accepted, or it crashes", GM + " (a, b)"),
    "SumIsZero": note(
        "MISSING_STEP", "r + s = n, 即 t = 0", "r + s = n, so that t = 0", "公钥不再参与验证", "the public key no longer takes part", GM + " (e)"),
    "Infinity": note(
        "MISSING_STEP", "sG + tP 是无穷远点, 没有横坐标", "sG + tP is the point at infinity and has no x",
        "崩溃, 或把 0 当作横坐标", "a crash, or 0 taken as x", GM + " (f)"),
    "ModifiedSignature": note(
        "BASIC", "签名被改动(位翻转、交换、取负、字节序)", "the signature was changed (bits, halves swapped, negated, byte order)",
        "接受即不验签", "who accepts it does not verify", GM),
    "ModifiedMessage": note(
        "BASIC", "原文被改动", "the text was changed", "接受即不验签", "who accepts it does not verify", GM),
    "WrongKey": note("BASIC", "另一把密钥的签名", "signed by another key", "接受即任何人都能签", "anybody may sign", GM),
    "KeyReadAsSigned": note(
        "KEY_HANDLING", "私钥最高位为 1, 签名方按补码读成了另一个数", "a private key with its top bit set, read as two's complement by the signer",
        "客户端的每个签名都验不过, 原因难找", "no signature of that client verifies and the cause is hard to find",
        "centre sheet 22"),
    "SignatureLength": note(
        "ENCODING", "不是 64 字节的 r||s: 截短、加长、前缀、零被去掉", "not the 64 bytes r||s: cut, longer, prefixed, zeros gone",
        "同一签名有多种写法, 或读越界", "one signature has many forms, or bytes out of bounds are read", "centre sheet 3.1 (8)"),
    "DerSignature": note(
        "ENCODING", "ASN.1 DER 编码的签名", "a signature in ASN.1 DER", "与平台互不相通", "the platform does not understand it",
        "centre sheet 3.1 (encoding), 15 (9)"),
    "TextSignature": note(
        "ENCODING", "签名字节是十六进制或 base64 文本", "the bytes of the signature are hex or base64 text",
        "解码一次还是两次, 双方不一致", "two sides decode a different number of times", "centre sheet 3.1 (8)"),
    "SpecialKey": note(
        "EDGE_CASE", "私钥在范围的两端", "private keys at the ends of the range", "特殊点上的点运算出错", "point arithmetic fails at special points",
        "GB/T 32918.1 6.1"),
    "PublicKeyZero": note(
        "KEY_HANDLING", "公钥坐标以零(或 04、4)开头", "coordinates of the public key begin with zeros, or with 04 or 4",
        "去前缀的代码连坐标一起删", "code that strips a prefix strips the coordinate", "centre sheet 3.3"),
    "PublicKeyForm": note(
        "ENCODING", "公钥 64 字节(X||Y)与 65 字节(04||X||Y)都用", "public keys of 64 (X||Y) and of 65 bytes (04||X||Y) are both in use",
        "平台发的公钥读不进", "the key issued by the platform is refused", "centre sheet 3.3"),
    "PublicKeyOtherForm": note(
        "ENCODING", "压缩(02、03)、混合(06、07)形式或 SPKI: 平台不发, 收不收都行", "compressed (02, 03), hybrid (06, 07) or SPKI: not issued, either is fine",
        "无", "none", "centre sheet 3.3; GB/T 32918.1 4.2.8"),
    "PublicKeyLength": note(
        "ENCODING", "长度或首字节不对的公钥", "a public key of another length or first byte", "读越界, 或截成另一个点", "bytes out of bounds, or another point",
        "centre sheet 3.3; GB/T 32918.1 4.2.9"),
    "OffCurve": note(
        "MISSING_STEP", "公钥不是曲线上的点", "the public key is no point of the curve",
        "二阶点上任何人都能造出能验过的签名", "at a point of order two anybody can make signatures that verify", "GB/T 32918.1 6.2.1"),
    "CoordinateRange": note(
        "MISSING_STEP", "坐标不小于 p", "a coordinate not below p", "同一公钥有多种写法", "one key has several forms", "GB/T 32918.1 6.2.1"),
    "InfiniteKey": note(
        "MISSING_STEP", "公钥是无穷远点", "the public key is the point at infinity", "任何人都能签", "anybody may sign", "GB/T 32918.1 6.2.1"),
    "PrivateKeyForm": note(
        "ENCODING", "32 字节, 或 33 字节以 00 开头(Java BigInteger)", "32 bytes, or 33 with a leading 00 (Java's BigInteger)",
        "平台发的私钥读不进", "the key issued by the platform is refused", "centre sheet 3.3"),
    "TopBitSet": note(
        "KEY_HANDLING", "私钥最高位为 1, 是无符号数", "the top bit of the private key is set: it is unsigned", "按补码读成另一把密钥", "read as two's complement it is another key", "centre sheet 22"),
    "PrivateKeyLength": note(
        "ENCODING", "31、33(首字节非 0)、34、64 字节的私钥", "private keys of 31, 33 (first byte not 0), 34, 64 bytes",
        "悄悄变成另一把密钥", "silently another key", "centre sheet 3.3"),
    "PrivateKeyRange": note(
        "MISSING_STEP", "私钥不在 1 到 n-2", "the private key is outside 1 to n-2", "签名泄露私钥, 或 1 + d 没有逆", "signatures give the key away, or 1 + d has no inverse", "GB/T 32918.1 6.1"),
}  # fmt: skip


def key_of(label: str) -> PrivateKey:
    """A throw-away key: SHA-256 of a label, as the sheet made its own. Those that liantiao issues are below 2^255."""
    return PrivateKey(
        int.from_bytes(hashlib.sha256(f"vectors {label}".encode()).digest(), "big") % (N - 2) + 1
    )


KEY = key_of("common")
"""Its X begins with neither 0 nor 4: such keys have groups of their own."""


def be(value: int, size: int = 32) -> bytes:
    return value.to_bytes(size, "big")


def halves(signature: bytes) -> tuple[int, int]:
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")


def signed(key: PrivateKey, e: int, nonce: int = NONCE) -> bytes:
    """A signature of a digest that we choose: for wrong digests and for keys that a client misread."""
    made = sm2._signature(key, e, nonce)
    assert made is not None
    return made


def der_integer(value: int) -> bytes:
    body = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(body)]) + body


def der(r: int, s: int) -> bytes:
    body = der_integer(r) + der_integer(s)
    return b"\x30" + bytes([len(body)]) + body


def found(key: PrivateKey, fits: Callable[[int, int], bool]) -> tuple[bytes, bytes]:
    """The first of the texts `TEXT 0`, `TEXT 1`, … whose signature under the sheet's nonce has the wanted form."""
    x, _ = curve.base_multiple(NONCE)
    inverse, z = pow(1 + key.d, -1, N), sm2.user_hash(key.public, DEFAULT)
    for count in range(1 << 20):
        text = b"TEXT %d" % count
        r = (int.from_bytes(sm3(z + text), "big") + x) % N
        s = inverse * (NONCE - r * key.d) % N
        if fits(r, s):
            return text, be(r) + be(s)
    raise AssertionError("no text of that form")


def group(key: PrivateKey, name: str = "Sm2Verify") -> Group:
    return Group(name, {"curve": "sm2p256v1", "private": be(key.d).hex(), "public": key.public.raw.hex()})


def adder(where: Group) -> Callable[..., None]:
    def add(result: str, comment: str, flags: str, msg: bytes, sig: bytes, user: bytes | None = None) -> None:
        where.add(
            result, comment, flags, id=None if user is None else user.hex(), msg=msg.hex(), sig=sig.hex()
        )

    return add


def user_ids() -> Group:
    made = group(KEY)
    add = adder(made)
    ids = {
        "default": DEFAULT, "empty": b"", "one byte": b"\x00", "16 zero bytes": bytes(16), "an e-mail address": b"ALICE123@YAHOO.COM",
        "an appId": b"43AF047BBA47FC8A1AE8EFB232BDBBCB", "an appSecret": b"4117E877F5FA0A0188891283E4B617D5",
        "Chinese": "定点医药机构".encode(), "255 bytes": b"u" * 255, "256 bytes": b"u" * 256, "8191 bytes": b"u" * 8191,
    }  # fmt: skip
    add("valid", "no id given: the default", "UserId", TEXT, sm2.sign(KEY, TEXT, DEFAULT, b""))
    for name, user in ids.items():
        add("valid", f"id: {name}", "UserId", TEXT, sm2.sign(KEY, TEXT, user, b""), user)
    for name, user in ids.items():
        if user != DEFAULT:
            add("invalid", f"signed with id: {name}", "WrongUserId", TEXT, sm2.sign(KEY, TEXT, user, b""))
    for name, user in (
        ("empty", b""),
        ("an appSecret", ids["an appSecret"]),
        ("the default and a zero", DEFAULT + b"\0"),
    ):
        add("invalid", f"default signed, verified with id: {name}", "WrongUserId", TEXT, sm2.sign(KEY, TEXT, DEFAULT, b""), user)  # fmt: skip
    z = sm2.user_hash(KEY.public, DEFAULT)
    number = lambda digest: int.from_bytes(digest, "big")  # noqa: E731
    add("invalid", "e = SM3(message)", "NoUserHash", TEXT, signed(KEY, number(sm3(TEXT))))
    add("invalid", "e = SM3(id || message)", "NoUserHash", TEXT, signed(KEY, number(sm3(DEFAULT + TEXT))))
    for name, digest in (
        ("SHA-256(Z || message)", hashlib.sha256(z + TEXT).digest()),
        ("SHA-256(message)", hashlib.sha256(TEXT).digest()),
        ("SM3(Z || SM3(message))", sm3(z + sm3(TEXT))),
        ("SM3(SM3(Z || message))", sm3(sm3(z + TEXT))),
        ("SM3(Z || upper-case hex of the message)", sm3(z + TEXT.hex().upper().encode())),
        ("SM3(message || Z)", sm3(TEXT + z)),
    ):
        add("invalid", f"e = {name}", "WrongDigest", TEXT, signed(KEY, number(digest)))
    return made


def messages() -> Group:
    made = group(KEY)
    add = adder(made)
    for size in (0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 127, 128, 1000):
        add("valid", f"{size} bytes", "MessageLength", b"a" * size, sm2.sign(KEY, b"a" * size, DEFAULT, b""))
    good = sm2.sign(KEY, TEXT, DEFAULT, b"")
    for name, text in (
        ("a blank after it", TEXT + b" "), ("a line end after it", TEXT + b"\n"), ("a zero byte after it", TEXT + b"\0"),
        ("a byte order mark before it", b"\xef\xbb\xbf" + TEXT), ("empty", b""), ("the last byte gone", TEXT[:-1]),
        ("in GBK", TEXT.decode().encode("gbk")), ("one bit", bytes([TEXT[0] ^ 1]) + TEXT[1:]), ("twice", TEXT * 2),
    ):  # fmt: skip
        add("invalid", f"text: {name}", "ModifiedMessage", text, good)
    other = key_of("another")
    add("invalid", "another key", "WrongKey", TEXT, sm2.sign(other, TEXT, DEFAULT, b""))
    add("invalid", "the negated key", "WrongKey", TEXT, sm2.sign(PrivateKey(N - KEY.d), TEXT, DEFAULT, b""))
    backwards = PrivateKey(int.from_bytes(be(KEY.d), "little") % N)
    add("invalid", "the key read backwards", "WrongKey", TEXT, sm2.sign(backwards, TEXT, DEFAULT, b""))
    return made


def values() -> Group:
    made = group(KEY)
    add = adder(made)
    add("valid", "a common signature", "Normal", TEXT, sm2.sign(KEY, TEXT, DEFAULT, b""))
    for name, flags, fits in (
        ("r begins with 00", "LeadingZero", lambda r, s: r < 1 << 248),
        ("s begins with 00", "LeadingZero", lambda r, s: s < 1 << 248),
        ("r begins with 00 00", "LeadingZero", lambda r, s: r < 1 << 240),
        ("s begins with 00 00", "LeadingZero", lambda r, s: s < 1 << 240),
        ("both begin with 00", "LeadingZero", lambda r, s: r < 1 << 248 and s < 1 << 248),
        ("r begins with 00 8", "LeadingZero HighBit", lambda r, s: r >> 247 == 1),
        ("r ends with 00", "LeadingZero", lambda r, s: r & 255 == 0),
        ("top bits 0 and 0", "HighBit", lambda r, s: r >> 255 == 0 and s >> 255 == 0),
        ("top bits 1 and 0", "HighBit", lambda r, s: r >> 255 == 1 and s >> 255 == 0),
        ("top bits 0 and 1", "HighBit", lambda r, s: r >> 255 == 0 and s >> 255 == 1),
        ("top bits 1 and 1", "HighBit", lambda r, s: r >> 255 == 1 and s >> 255 == 1),
        ("r begins with FF", "HighBit", lambda r, s: r >> 248 == 255),
        ("r + s over n", "HighBit", lambda r, s: r + s > N),
    ):  # fmt: skip
        text, signature = found(KEY, fits)
        add("valid", name, flags, text, signature)
    good = sm2.sign(KEY, TEXT, DEFAULT, b"")
    r, s = halves(good)
    edges = (0, 1, N - 1, N, N + 1, P - 1, P, P + 1, (1 << 256) - 1)
    for name, value in zip(("0", "1", "n-1", "n", "n+1", "p-1", "p", "p+1", "2^256-1"), edges, strict=True):
        flag = "RangeCheck" if not 0 < value < N else "ModifiedSignature"
        add("invalid", f"r = {name}", flag, TEXT, be(value) + be(s))
        add("invalid", f"s = {name}", flag, TEXT, be(r) + be(value))
        add("invalid", f"r = s = {name}", flag, TEXT, be(value) * 2)
    for name, one in (("r", r), ("1", 1), ("n-1", N - 1), ("(n-1)/2", (N - 1) // 2)):
        add("invalid", f"r = {name}, r + s = n", "SumIsZero", TEXT, be(one) + be(N - one))
    z = sm2.digest(KEY.public, TEXT, DEFAULT)
    for name, one in (("e", z % N), ("5", 5)):
        infinite = -one * KEY.d * pow(1 + KEY.d, -1, N) % N
        add("invalid", f"r = {name}, sG + tP infinite", "Infinity", TEXT, be(one) + be(infinite))
    for name, change in (
        ("halves swapped", be(s) + be(r)), ("s negated", be(r) + be(N - s)), ("r negated", be(N - r) + be(s)), ("both negated", be(N - r) + be(N - s)),
        ("r + 1", be(r + 1) + be(s)), ("s + 1", be(r) + be(s + 1)), ("s = r", be(r) * 2), ("r = s", be(s) * 2),
        ("each half little-endian", be(r)[::-1] + be(s)[::-1]), ("all little-endian", good[::-1]), ("inverted", bytes(255 - b for b in good)),
    ):  # fmt: skip
        add("invalid", name, "ModifiedSignature", TEXT, change)
    for at in (0, 7, 128, 255, 256, 263, 400, 511):
        changed = bytearray(good)
        changed[at // 8] ^= 1 << at % 8
        add("invalid", f"bit {at} flipped", "ModifiedSignature", TEXT, bytes(changed))
    return made


def forms() -> Group:
    made = group(KEY)
    add = adder(made)
    good = sm2.sign(KEY, TEXT, DEFAULT, b"")
    r, s = halves(good)
    zero, short = found(KEY, lambda r, s: r < 1 << 248)
    for name, sig in (
        ("empty", b""), ("one byte", good[:1]), ("r alone", good[:32]), ("63 bytes, the last cut off", good[:63]), ("63 bytes, the first cut off", good[1:]),
        ("65 bytes, 00 after it", good + b"\0"), ("65 bytes, 00 before it", b"\0" + good), ("65 bytes, 04 before it", b"\x04" + good),
        ("66 bytes, both halves with 00", b"\0" + good[:32] + b"\0" + good[32:]), ("96 bytes, r s r", good + good[:32]), ("twice", good * 2),
        ("a line end after it", good + b"\n"), ("s of 33 bytes, s + n", be(r) + be(s + N, 33)), ("r of 33 bytes, r + n", be(r + N, 33) + be(s)),
    ):  # fmt: skip
        add("invalid", name, "SignatureLength", TEXT, sig)
    add("invalid", "leading zero of r left away", "SignatureLength", zero, short[1:])
    body = der_integer(r) + der_integer(s)
    for name, sig in (
        ("DER", der(r, s)), ("DER, halves swapped", der(s, r)), ("DER with a byte after it", der(r, s) + b"\0"), ("DER cut off", der(r, s)[:-1]),
        ("BER, long length", b"\x30\x81" + bytes([len(body)]) + body), ("BER, indefinite length", b"\x30\x80" + body + b"\0\0"),
        ("DER of negative numbers", b"\x30\x44\x02\x20" + be(r) + b"\x02\x20" + be(s)), ("DER of r + n", der(r + N, s)), ("DER of zeros", der(0, 0)),
    ):  # fmt: skip
        add("invalid", name, "DerSignature", TEXT, sig)
    text, small = found(KEY, lambda r, s: len(der(r, s)) == 69)
    add("invalid", "DER of 69 bytes: short r or s", "DerSignature", text, der(*halves(small)))
    for name, sig in (
        ("lower-case hex", good.hex().encode()), ("upper-case hex", good.hex().upper().encode()), ("base64", base64.b64encode(good)),
        ("base64 of hex", base64.b64encode(good.hex().encode())), ("0x and hex", b"0x" + good.hex().encode()),
    ):  # fmt: skip
        add("invalid", name, "TextSignature", TEXT, sig)
    return made


def keys_found(fits: Callable[[PrivateKey], bool], what: str) -> PrivateKey:
    for count in range(1 << 14):
        key = key_of(f"{what} {count}")
        if fits(key):
            return key
    raise AssertionError(f"no key: {what}")


def of_the_sheet() -> Iterator[Group]:
    """T2 to T4 and what the sheet says of them: no other id verifies."""
    given = sheet()
    for case in given["cases"]:
        made = group(parse_private_key(given[case["signer"]]["private"]))
        add = adder(made)
        text, sig = case["sign_text"].encode(), base64.b64decode(case["signature"])
        add("valid", case["name"], "Normal", text, sig)
        for name, user in (("appSecret", given["appSecret"]), ("appId", given["appId"]), ("empty", "")):
            add("invalid", f"{case['name']}, id: {name}", "WrongUserId", text, sig, user.encode())
        add("invalid", f"{case['name']}, a blank after it", "ModifiedMessage", text + b" ", sig)
        yield made


def special_keys() -> Iterator[Group]:
    top = keys_found(lambda key: key.d >> 255 == 1, "top bit")
    for name, flag, key in (
        ("d = 1, P = G", "SpecialKey", PrivateKey(1)), ("d = 2", "SpecialKey", PrivateKey(2)), ("d = n-2", "SpecialKey", PrivateKey(N - 2)),
        ("d = 2^255", "SpecialKey", PrivateKey(1 << 255)), ("d of one byte", "SpecialKey", PrivateKey(0x7F)),
        ("X begins with 00", "PublicKeyZero", keys_found(lambda key: key.public.x < 1 << 248, "x00")),
        ("Y begins with 00", "PublicKeyZero", keys_found(lambda key: key.public.y < 1 << 248, "y00")),
        ("X begins with digit 0", "PublicKeyZero", keys_found(lambda key: key.public.x >> 252 == 0 and key.public.x >> 248, "x0")),
        ("X begins with 04", "PublicKeyZero", keys_found(lambda key: key.public.x >> 248 == 4, "x04")),
        ("X begins with digit 4", "PublicKeyZero", keys_found(lambda key: key.public.x >> 252 == 4, "x4")),
        ("a private key with its top bit set", "TopBitSet", top),
    ):  # fmt: skip
        made = group(key)
        add = adder(made)
        add("valid", name, flag, TEXT, sm2.sign(key, TEXT, DEFAULT, b""))
        add(
            "invalid",
            f"{name}, another text",
            "ModifiedMessage",
            TEXT + b"!",
            sm2.sign(key, TEXT, DEFAULT, b""),
        )
        if key is top:
            misread = PrivateKey((key.d - (1 << 256)) % N)
            add("invalid", "signed with that key read as two's complement", "KeyReadAsSigned", TEXT, sm2.sign(misread, TEXT, DEFAULT, b""))  # fmt: skip
            magnitude = PrivateKey((1 << 256) - key.d)
            add("invalid", "signed with the magnitude of that key", "KeyReadAsSigned", TEXT, sm2.sign(magnitude, TEXT, DEFAULT, b""))  # fmt: skip
        yield made


def order_two(x: int, add: Callable[..., None]) -> None:
    """(x, 0) is no point of the curve; doubled it is infinite, so that for an even t only sG counts: no key is needed."""
    raw = b"\x04" + be(x) + be(0)
    curve_bytes = sm2._CURVE_BYTES
    z = sm3((len(DEFAULT) * 8).to_bytes(2, "big") + DEFAULT + curve_bytes + raw[1:])
    e = int.from_bytes(sm3(z + TEXT), "big")
    for s in range(2, 50):
        r = (e + curve.base_multiple(s)[0]) % N
        if (r + s) % N % 2 == 0:
            add(
                "invalid",
                f"a point of order two, signature forged: x = {x:x}",
                "OffCurve",
                raw,
                be(r) + be(s),
            )
            return


def public_keys() -> Group:
    key = KEY.public
    good = sm2.sign(KEY, TEXT, DEFAULT, b"")
    made = Group("Sm2PublicKey", {"curve": "sm2p256v1"})

    def add(result: str, comment: str, flags: str, raw: bytes | str, sig: bytes = good) -> None:
        text = raw if isinstance(raw, str) else base64.b64encode(raw).decode()
        made.add(result, comment, flags, publicKey=text, msg=TEXT.hex(), sig=sig.hex())

    x, y = be(key.x), be(key.y)
    add("valid", "65 bytes", "PublicKeyForm", key.raw)
    add("valid", "64 bytes", "PublicKeyForm", x + y)
    four = keys_found(lambda one: one.public.x >> 248 == 4, "x04")
    add("valid", "64 bytes, the first is 04", "PublicKeyForm", four.public.raw[1:], sm2.sign(four, TEXT, DEFAULT, b""))  # fmt: skip
    add("valid", "65 bytes, the second is 04", "PublicKeyForm", four.public.raw, sm2.sign(four, TEXT, DEFAULT, b""))  # fmt: skip
    odd = key.y & 1
    spki = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
    add("acceptable", "compressed", "PublicKeyOtherForm", bytes([2 + odd]) + x)
    add("acceptable", "hybrid", "PublicKeyOtherForm", bytes([6 + odd]) + x + y)
    add("acceptable", "SPKI", "PublicKeyOtherForm", spki + key.raw)
    add("invalid", "compressed, the other half", "WrongKey", bytes([3 - odd]) + x)
    add("invalid", "compressed, the x of no point", "OffCurve", bytes([2]) + be(no_point()))
    add("invalid", "hybrid with the wrong parity", "PublicKeyLength", bytes([7 - odd]) + x + y)
    for name, raw in (
        ("empty", b""), ("00 alone", b"\0"), ("63 bytes", (x + y)[:63]), ("65 bytes, the first is 05", b"\x05" + x + y), ("65 bytes, the first is 00", b"\0" + x + y),
        ("66 bytes", key.raw + b"\0"), ("130 bytes of hex text", key.raw.hex().encode()), ("X alone", x), ("04 and X", b"\x04" + x), ("04 04", b"\x04" + key.raw),
        ("96 bytes", x + y + x),
    ):  # fmt: skip
        flag = "InfiniteKey" if raw == b"\0" else "PublicKeyLength"
        add("invalid", name, flag, raw)
    add("invalid", "64 zero bytes", "InfiniteKey", bytes(64))
    add("invalid", "04 and 64 zero bytes", "InfiniteKey", b"\x04" + bytes(64))
    for name, point in (
        ("y + 1", x + be(key.y + 1)), ("x + 1", be(key.x + 1) + y), ("x and y swapped", y + x), ("both halves X", x + x),
        ("little-endian", x[::-1] + y[::-1]), ("(1, 1)", be(1) + be(1)), ("all FF", b"\xff" * 64), ("a point of P-256", bytes.fromhex(
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")),
    ):  # fmt: skip
        add("invalid", name, "OffCurve", b"\x04" + point)
    for x_two in (1, 2, key.x):
        order_two(x_two, add)
    small = small_point()
    raw = b"\x04" + be(small[0]) + be(small[1])
    add("invalid", "a small x, no signature fits", "ModifiedSignature", raw)
    add("invalid", "x + p", "CoordinateRange", b"\x04" + be(small[0] + P) + be(small[1]))
    add("invalid", "x = p", "CoordinateRange", b"\x04" + be(P) + be(zero_y()))
    add("invalid", "y = p", "CoordinateRange", b"\x04" + x + be(P))
    add("invalid", "-P: the other y", "WrongKey", b"\x04" + x + be(P - key.y))
    return made


def no_point() -> int:
    return next(x for x in range(1, 99) if curve.decompress(x, odd=False) is None)


def small_point() -> tuple[int, int]:
    """A point whose x + p still fits into 32 bytes."""
    return next(point for x in range(1, 99) if (point := curve.decompress(x, odd=False)) is not None)


def zero_y() -> int:
    """The y of x = 0, so that only the range of x = p is wrong."""
    point = curve.decompress(0, odd=False)
    return point[1] if point else 1


def private_keys() -> Group:
    made = Group("Sm2PrivateKey", {"curve": "sm2p256v1"})

    def add(result: str, comment: str, flags: str, raw: bytes, key: PrivateKey | None = None) -> None:
        public = None if key is None else key.public.raw.hex()
        made.add(result, comment, flags, privateKey=base64.b64encode(raw).decode(), public=public)

    low = keys_found(lambda key: key.d >> 255 == 0, "low")
    top = keys_found(lambda key: key.d >> 255 == 1, "top bit")
    short = keys_found(lambda key: key.d < 1 << 248, "d00")
    add("valid", "32 bytes, below 2^255", "PrivateKeyForm", be(low.d), low)
    add("valid", "32 bytes, the top bit set", "TopBitSet", be(top.d), top)
    add("valid", "33 bytes with 00, the top bit set", "PrivateKeyForm TopBitSet", be(top.d, 33), top)
    add("valid", "33 bytes with 00, below 2^255", "PrivateKeyForm", be(low.d, 33), low)
    add("valid", "32 bytes, the first is 00", "PrivateKeyForm", be(short.d), short)
    add("valid", "33 bytes, the first two are 00", "PrivateKeyForm", be(short.d, 33), short)
    for name, d in (("1", 1), ("2", 2), ("n-2", N - 2), ("2^255", 1 << 255)):
        add("valid", f"d = {name}", "SpecialKey", be(d), PrivateKey(d))
    for name, raw in (
        ("31 bytes, the leading 00 left away", be(short.d, 31)), ("31 bytes, cut off", be(low.d)[:31]), ("33 bytes, the first is 01", b"\1" + be(low.d)),
        ("33 bytes, the first is FF", b"\xff" + be(top.d)), ("33 bytes, 00 after it", be(low.d) + b"\0"), ("34 bytes with 00 00", be(low.d, 34)),
        ("64 bytes", be(low.d) * 2), ("empty", b""), ("its public key", low.public.raw),
    ):  # fmt: skip
        add("invalid", name, "PrivateKeyLength", raw)
    for name, d in (("0", 0), ("n-1", N - 1), ("n", N), ("n+1", N + 1), ("2^256-1", (1 << 256) - 1)):
        add("invalid", f"d = {name}", "PrivateKeyRange", be(d))
    return made


def make() -> dict[str, Any]:
    return vector_set(
        "SM2 with SM3, r || s", "SM2 验签与密钥", "SM2 verification and keys",
        (
            "Sm2Verify: is `sig` the key's over `msg` under `id` (absent: 1234567812345678)? All bytes in hex.",
            "Sm2PublicKey: does `sig` verify under the key that `publicKey` (base64) says? Sm2PrivateKey: is `privateKey` a key, and `public` its pair?",
            "Keys are throw-away keys derived from words; anybody may know them.",
        ),
        NOTES, (user_ids(), messages(), values(), forms(), *of_the_sheet(), *special_keys(), public_keys(), private_keys()),
    )  # fmt: skip
