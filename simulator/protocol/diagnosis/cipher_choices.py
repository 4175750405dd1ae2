"""The choices of somebody who encrypts: which key, which mode and IV. Each wrong one is named in its own sentence. Pure.

The right one is of sheet 4: SM4-ECB, key = first 16 characters of the upper-case hex of SM4(appId[:16], appSecret).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from simulator.protocol.crypto import ciphers
from simulator.protocol.diagnosis.deviation import Named
from simulator.protocol.diagnosis.signers import SAMPLE_APP
from simulator.protocol.text.said import Said, Text
from simulator.protocol.wire.signature import ChannelKeys

OTHER_APPS: Final = 16
"""Keys of at most so many other apps are tried."""
_RULE: Final = Said("应取 SM4(appSecret) 大写十六进制的前 16 个字符")
_HEX32: Final = re.compile("[0-9a-fA-F]{32}")
Key = tuple[str, Said, bytes]


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """16 bytes of a key and every mistake that leads to them; the right key has the one empty composition."""

    key: bytes
    names: tuple[tuple[Named, ...], ...]
    likely: bool
    """Whether it is made of this app's values: only then other algorithms are tried with it."""


def keys(app: ChannelKeys, others: Iterable[ChannelKeys] = ()) -> tuple[KeyChoice, ...]:
    """The right key first, then the wrong ones by likelihood; equal bytes are one choice with several names."""
    right = ciphers.message_key(app.app_id, app.app_secret)
    near = (*_derived(app), *_plain(app), *_hashed(app, right))
    likely = {right, *(key for _, _, key in near)}
    found: dict[bytes, dict[tuple[Named, ...], None]] = {right: {(): None}}
    for cause, said, key in (*near, *_foreign(app, others), *FIXED):
        if len(key) == ciphers.BLOCK and key != right:
            found.setdefault(key, {})[(Named(cause, "", said),)] = None
    return tuple(KeyChoice(key, tuple(names), key in likely) for key, names in found.items())


def _upper(key: bytes, text: bytes) -> bytes:
    """The message key as the rule makes it, of any key and text."""
    return ciphers.sm4_encrypt(key, text).hex().upper()[:16].encode() if len(key) == 16 else b""


def _derived(app: ChannelKeys) -> Iterator[Key]:
    """The derivation with one step done otherwise."""
    name, secret = _bytes(app.app_id), _bytes(app.app_secret)
    whole = ciphers.sm4_encrypt(name[:16], secret)
    upper, text = whole.hex().upper().encode(), base64.b64encode(whole)
    yield "key_raw", Said("SM4 密钥用了密文的前 16 个原始字节; {}", _RULE), whole[:16]
    yield "key_raw", Said("SM4 密钥用了密文的最后 16 个原始字节; {}", _RULE), whole[-16:]
    yield "key_lower", Said("SM4 密钥取自小写十六进制; {}", _RULE), upper[:16].lower()
    yield "key_base64", Said("SM4 密钥取自 base64; {}", _RULE), text[:16]
    yield "key_base64", Said("SM4 密钥取自 base64 的最后 16 个字符; {}", _RULE), text[-16:]
    yield "key_other_part", Said("SM4 密钥取了十六进制的最后 16 个字符; {}", _RULE), upper[-16:]
    yield "key_other_part", Said("SM4 密钥取了小写十六进制的最后 16 个字符; {}", _RULE), upper[-16:].lower()
    yield "key_other_part", Said("SM4 密钥取了十六进制的第 17 到 32 个字符; {}", _RULE), upper[16:32]
    eight = whole[:8]
    short = Said("16 个十六进制字符应直接作为 16 个 ASCII 字节")
    yield "key_eight_bytes", Said("16 个十六进制字符被转成 8 个字节, 后面补零; {}", short), eight + bytes(8)
    yield "key_eight_bytes", Said("16 个十六进制字符被转成 8 个字节, 前面补零; {}", short), bytes(8) + eight
    yield "key_eight_bytes", Said("16 个十六进制字符被转成 8 个字节, 重复一次; {}", short), eight * 2
    yield (
        "key_eight_bytes",
        Said("16 个十六进制字符被转成 8 个字节, 按 PKCS#7 补齐; {}", short),
        eight + b"\x08" * 8,
    )
    undone = ciphers.sm4_blocks(name[:16], secret[:16]) if len(secret) >= 16 else b""
    yield "key_decrypted", Said("推导密钥时做了 SM4 解密; 应为加密"), undone.hex().upper()[:16].encode()
    chained = ciphers.sm4_encrypt(name[:16], bytes(a ^ b for a, b in zip(name, secret, strict=False))[:16])
    yield "key_cbc", Said("推导密钥时用了 CBC 模式(IV 为 appId 前 16 个字符); 应为 ECB"), _head(chained)
    yield (
        "roles_swapped",
        Said("推导密钥时 appId 与 appSecret 用反了: 应以 appId 前 16 个字符为密钥加密 appSecret"),
        _upper(secret[:16], name),
    )
    yield "one_value", Said("推导密钥时加密的是 appId 自己; 应加密 appSecret"), _upper(name[:16], name)
    yield (
        "one_value",
        Said("推导密钥时以 appSecret 为密钥加密它自己; 密钥应为 appId 前 16 个字符"),
        _upper(secret[:16], secret),
    )
    yield (
        "app_id_tail",
        Said("推导密钥时用了 appId 的最后 16 个字符; 应为前 16 个字符"),
        _upper(name[-16:], secret),
    )
    yield (
        "app_id_case",
        Said("推导密钥时 appId 转成了小写; 应按登记原样使用"),
        _upper(name[:16].lower(), secret),
    )
    yield (
        "app_id_case",
        Said("推导密钥时 appId 转成了大写; 应按登记原样使用"),
        _upper(name[:16].upper(), secret),
    )
    yield (
        "secret_case",
        Said("推导密钥时 appSecret 转成了小写; 应按登记原样使用"),
        _upper(name[:16], secret.lower()),
    )
    yield (
        "secret_case",
        Said("推导密钥时 appSecret 转成了大写; 应按登记原样使用"),
        _upper(name[:16], secret.upper()),
    )
    yield "secret_spaces", Said("推导密钥时 appSecret 前面带着空格; 应去掉"), _upper(name[:16], b" " + secret)
    yield (
        "secret_spaces",
        Said("推导密钥时 appSecret 前面带着 BOM; 应去掉"),
        _upper(name[:16], b"\xef\xbb\xbf" + secret),
    )
    whole_id = _of_hex(app.app_id)
    yield (
        "app_id_whole",
        Said("推导密钥时用了 appId 的全部 32 个字符; 应只用前 16 个字符, {}", _RULE),
        _upper(whole_id, secret),
    )
    yield (
        "secret_as_hex",
        Said("推导密钥时 appSecret 被按十六进制转成字节; 应加密它的文本"),
        _upper(name[:16], _of_hex(app.app_secret)),
    )


def _plain(app: ChannelKeys) -> Iterator[Key]:
    """No derivation at all."""
    for cause, what, value in (
        ("app_id_direct", "appId", app.app_id),
        ("app_secret_direct", "appSecret", app.app_secret),
    ):
        text = _bytes(value)
        yield cause, Said("SM4 密钥直接用了 {} 的前 16 个字符; {}", what, _RULE), text[:16]
        yield cause, Said("SM4 密钥直接用了 {} 的最后 16 个字符; {}", what, _RULE), text[-16:]
        yield (
            cause,
            Said("SM4 密钥直接用了 {} 的 32 个十六进制字符转成的字节; {}", what, _RULE),
            _of_hex(value),
        )
        for other in {text[:16].lower(), text[:16].upper()} - {text[:16]}:
            yield cause, Said("SM4 密钥直接用了 {} 的前 16 个字符, 且换了大小写; {}", what, _RULE), other


_HASHES: Final = (("MD5", "md5"), ("SHA-1", "sha1"), ("SHA-256", "sha256"))


def _hashed(app: ChannelKeys, right: bytes) -> Iterator[Key]:
    name, secret = _bytes(app.app_id), _bytes(app.app_secret)
    texts: tuple[tuple[Text, bytes], ...] = (
        ("appSecret", secret), ("appId", name), ("appId + appSecret", name + secret),
        ("appSecret + appId", secret + name), (Said("推导出的密钥"), right),
    )  # fmt: skip
    for what, text in texts:
        for algorithm, digest in (
            *((label, hashlib.new(known, text, usedforsecurity=False).digest()) for label, known in _HASHES),
            ("SM3", ciphers.sm3(text)),
        ):
            lower = digest.hex().encode()
            for part, key in (
                (Said("前 16 字节"), digest[:16]),
                (Said("小写十六进制的前 16 个字符"), lower[:16]),
                (Said("大写十六进制的前 16 个字符"), lower[:16].upper()),
                (Said("小写十六进制的第 9 到 24 个字符"), lower[8:24]),
                (Said("大写十六进制的第 9 到 24 个字符"), lower[8:24].upper()),
            ):
                yield "key_hashed", Said("SM4 密钥取自 {} 的 {}, {}; {}", what, algorithm, part, _RULE), key
        once = hashlib.sha1(text, usedforsecurity=False).digest()
        seeded = hashlib.sha1(once, usedforsecurity=False).digest()[:16]
        yield (
            "key_hashed",
            Said("SM4 密钥由以 {} 为种子的 SHA1PRNG(KeyGenerator)生成; {}", what, _RULE),
            seeded,
        )


def _foreign(app: ChannelKeys, others: Iterable[ChannelKeys]) -> Iterator[Key]:
    for _, other in zip(range(OTHER_APPS), others, strict=False):
        yield (
            "foreign_secret" if other.app_id == app.app_id else "foreign_key",
            Said("密文是用轮换前的 appSecret 加密的")
            if other.app_id == app.app_id
            else Said("密文是用另一个应用的密钥加密的"),
            ciphers.message_key(other.app_id, other.app_secret),
        )
        if other.app_id == app.app_id:
            continue
        mixed = Said("推导密钥时 appId 是本应用的, appSecret 却是另一个应用的")
        yield "foreign_secret", mixed, _upper(_bytes(app.app_id)[:16], _bytes(other.app_secret))
        mixed = Said("推导密钥时 appSecret 是本应用的, appId 却是另一个应用的")
        yield "foreign_secret", mixed, _upper(_bytes(other.app_id)[:16], _bytes(app.app_secret))


_DEMO: Final = Said("SM4 密钥是演示代码里的固定值; {}", _RULE)
FIXED: Final[tuple[Key, ...]] = (
    ("key_zero", Said("SM4 密钥是 16 个零字节(没有设置密钥); {}", _RULE), bytes(16)),
    ("key_zero", Said("SM4 密钥是 16 个字符 0; {}", _RULE), b"0" * 16),
    ("key_demo", Said("SM4 密钥由文档样例的 appId 和 appSecret 推导; {}", Said("应使用接入反馈单中本机构的参数")),
        ciphers.message_key(*SAMPLE_APP)),
    *(
        ("key_demo", _DEMO, key)
        for key in (
            bytes.fromhex("0123456789abcdeffedcba9876543210"),
            b"0123456789abcdef", b"0123456789ABCDEF", b"1234567812345678", b"1234567890123456",
            b"JeF8U9wHFOMfs2Y8", b"3l5butlj26hvv313",
        )
    ),
)  # fmt: skip
"""Keys that are nobody's: examples of GB/T 32907 and of packages and posts."""


def ivs(app: ChannelKeys) -> tuple[tuple[Text, bytes], ...]:
    """Initial vectors worth trying, with what they are; the key itself and the first block are tried apart."""
    name, secret = _bytes(app.app_id), _bytes(app.app_secret)
    derived = ciphers.sm4_encrypt(name[:16], secret).hex().upper().encode()
    known: tuple[tuple[Text, bytes], ...] = (
        (Said("IV 全为零字节"), bytes(16)),
        (Said("IV 为 appId 的前 16 个字符"), name[:16]),
        (Said("IV 为 appSecret 的前 16 个字符"), secret[:16]),
        (Said("IV 为 appId 的最后 16 个字符"), name[-16:]),
        (Said("IV 为 appSecret 的最后 16 个字符"), secret[-16:]),
        (Said("IV 为 appId 的十六进制字节"), _of_hex(app.app_id)),
        (Said("IV 为 appSecret 的十六进制字节"), _of_hex(app.app_secret)),
        (Said("IV 为推导出的密钥"), derived[:16]),
        (Said("IV 为推导结果的第 17 到 32 个字符"), derived[16:32]),
        (Said("IV 为 16 个字符 0"), b"0" * 16),
        *((Said("IV 为演示代码里的固定值"), value) for value in DEMO_IVS),
    )
    found: dict[bytes, Text] = {}
    for what, value in known:
        if len(value) == ciphers.BLOCK:
            found.setdefault(value, what)
    return tuple((what, value) for value, what in found.items())


IV_IS_KEY: Final = Said("IV 就是密钥")
DEMO_IVS: Final = (
    b"1234567890123456", b"1234567812345678", b"0123456789abcdef", b"0123456789ABCDEF", b"UISwD9fW6cFh9SNS",
    bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("fedcba98765432100123456789abcdef"),
)  # fmt: skip


def _head(cipher: bytes) -> bytes:
    return cipher.hex().upper()[:16].encode()


def _of_hex(text: str) -> bytes:
    return bytes.fromhex(text) if _HEX32.fullmatch(text) else b""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
