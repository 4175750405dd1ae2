"""From the bytes that were signed to the number that SM2 signs: the right way, and those of other libraries.

A digest is a function of the message and of the key whose Z_A its maker used; what it yields is compared modulo n.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from simulator.protocol.crypto import curve
from simulator.protocol.crypto.ciphers import hmac_sm3, sm3
from simulator.protocol.crypto.keys import PublicKey
from simulator.protocol.crypto.sm2 import DEFAULT_USER_ID, user_hash
from simulator.protocol.diagnosis.deviation import Named, Suspect
from simulator.protocol.text.said import Said, Text

Make = Callable[[bytes, PublicKey], bytes]
Before = Callable[[bytes], bytes]
"""What is done to the message before it is hashed in the right way."""


@dataclass(frozen=True, slots=True)
class Digest:
    """One way from a message to the digest. `rank`: 0 likely, 1 known of some library, 2 far. `keyed`: Z_A plays a part."""

    named: tuple[Named, ...]
    make: Make
    rank: int = 0
    keyed: bool = True


def right(seen: Suspect) -> Digest:
    """SM3(Z_A || message) with the agreed user id."""
    return Digest((), lambda message, key: sm3(user_hash(key, seen.identity) + message))


def others(seen: Suspect) -> tuple[Digest, ...]:
    """Every other digest, the likeliest first."""
    found = (*_identities(seen), *_without_za(), *_twice(seen), *_foreign(seen), *_spelled(seen), *_odd(seen))
    return tuple(sorted(found, key=lambda one: one.rank))


def _named(cause: str, said: Said) -> tuple[Named, ...]:
    return (Named(cause, "", said),)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _identities(seen: Suspect) -> Iterator[Digest]:
    """The user ids that clients have used instead of the agreed one."""
    app, secret = _bytes(seen.keys.app_id), _bytes(seen.keys.app_secret)
    known: tuple[tuple[Text, bytes, int], ...] = (
        (" 1234567812345678", DEFAULT_USER_ID, 0),
        (" appSecret", secret, 0),
        (" appId", app, 0),
        (Said("空值"), b"", 0),
        (Said(" appId 的前 16 个字符"), app[:16], 1),
        (Said(" appSecret 的前 16 个字符"), secret[:16], 1),
        (Said(" 1234567812345678 的十六进制字节"), bytes.fromhex("1234567812345678"), 1),
        (Said(" 1234567812345678 的十六进制文本"), DEFAULT_USER_ID.hex().encode(), 1),
        (" ALICE123@YAHOO.COM", b"ALICE123@YAHOO.COM", 1),
        (" BILL456@YAHOO.COM", b"BILL456@YAHOO.COM", 2),
        (" 12345678", b"12345678", 2),
        (" 0123456789012345", b"0123456789012345", 2),
        (" 1234567890123456", b"1234567890123456", 1),
        (" 0123456789ABCDEF", b"0123456789ABCDEF", 2),
        (" 0123456789abcdef", b"0123456789abcdef", 2),
        (" 8765432187654321", b"8765432187654321", 2),
        (Said("两遍 1234567812345678"), DEFAULT_USER_ID * 2, 2),
        (Said(" 16 个零字节"), bytes(16), 2),
        (" null", b"null", 2),
        (" userId", b"userId", 2),
        (Said(" appSecret 的十六进制字节"), _unhexed(secret), 2),
        (Said(" appId 的十六进制字节"), _unhexed(app), 2),
        (Said("小写的 appSecret"), secret.lower(), 2),
        (Said("小写的 appId"), app.lower(), 2),
        (Said(" appId 后接 appSecret"), app + secret, 2),
        (Said(" 1234567812345678 的 base64"), base64.b64encode(DEFAULT_USER_ID), 2),
    )
    agreed: Text = next((name for name, value, _ in known if value == seen.identity), Said("约定值"))
    seen_before = {seen.identity}
    organisation = seen.data.get("orgCodg") if isinstance(seen.data, dict) else None
    more = ((Said("机构编码 orgCodg"), _bytes(organisation), 1),) if isinstance(organisation, str) else ()
    for name, value, rank in (*known, *more):
        if value in seen_before or len(value) > 8191:
            continue
        seen_before.add(value)
        named = _named("user_id", Said("用户标识用了{}, 应为{}", name, agreed))
        yield Digest(named, lambda message, key, value=value: sm3(user_hash(key, value) + message), rank)  # type: ignore[misc]


def _unhexed(text: bytes) -> bytes:
    try:
        return bytes.fromhex(text.decode("ascii"))
    except ValueError:
        return text


def _without_za() -> Iterator[Digest]:
    said = Said("只对签名原文做了 SM3, 没有前置 Z_A(用户标识与公钥的杂凑)")
    yield Digest(_named("no_za", said), lambda message, _: sm3(message), 0, keyed=False)
    said = Said("没有做 SM3: 签名原文的字节直接当作杂凑值签名")
    yield Digest(_named("no_digest", said), lambda message, _: message[:65536], 0, keyed=False)
    said = Said("没有做 SM3: 签名原文的前 32 个字节当作杂凑值签名")
    yield Digest(_named("no_digest", said), lambda message, _: message[:32], 2, keyed=False)


def _before(seen: Suspect, cause: str, said: Said, change: Before, rank: int) -> Iterator[Digest]:
    """The right digest of a changed message."""
    yield Digest(
        _named(cause, said), lambda message, key: sm3(user_hash(key, seen.identity) + change(message)), rank
    )


def _twice(seen: Suspect) -> Iterator[Digest]:
    for told, change, rank in (
        (Said("32 个字节"), sm3, 0),
        (Said("小写十六进制"), lambda message: sm3(message).hex().encode(), 0),
        (Said("大写十六进制"), lambda message: sm3(message).hex().upper().encode(), 0),
        (Said("base64"), lambda message: base64.b64encode(sm3(message)), 1),
    ):
        yield from _before(
            seen,
            "sm3_twice",
            Said("做了两遍 SM3: 先对签名原文做 SM3, 再对其结果({})签名", told),
            change,
            rank,
        )
    plain = Said("做了两遍 SM3, 而且没有前置 Z_A")
    yield Digest(_named("sm3_twice", plain), lambda message, _: sm3(sm3(message)), 1, keyed=False)
    for upper in (False, True):
        yield Digest(
            _named("sm3_twice", plain),
            lambda message, _, upper=upper: sm3(_hexed(sm3(message), upper=upper)),  # type: ignore[misc]
            1,
            keyed=False,
        )
    again = Said("带 Z_A 的 SM3 做完后又做了一遍 SM3")
    make = right(seen).make
    yield Digest(_named("sm3_twice", again), lambda message, key: sm3(make(message, key)), 1)
    yield Digest(
        _named("sm3_twice", again),
        lambda message, key: sm3(user_hash(key, seen.identity) + make(message, key)),
        1,
    )
    for upper in (False, True):
        yield Digest(
            _named("sm3_twice", again),
            lambda message, key, upper=upper: sm3(
                user_hash(key, seen.identity) + _hexed(make(message, key), upper=upper)
            ),  # type: ignore[misc]
            2,
        )


def _hexed(data: bytes, *, upper: bool) -> bytes:
    return (data.hex().upper() if upper else data.hex()).encode()


FOREIGN: Final = ("sha256", "md5", "sha1", "sha512", "sha384")


def _hash_text(name: str, upper: bool, message: bytes) -> bytes:
    return _hexed(_hash(name, message), upper=upper)


def _hash_coded(name: str, message: bytes) -> bytes:
    return base64.b64encode(_hash(name, message))


def _hash(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data, usedforsecurity=False).digest()


def _foreign(seen: Suspect) -> Iterator[Digest]:
    for name in FOREIGN:
        rank = 0 if name in ("sha256", "md5") else 2
        label = name.upper().replace("SHA", "SHA-") if name.startswith("sha") else "MD5"
        signed = Said("杂凑用了 {}, 应为 SM3", label)
        yield Digest(
            _named("other_digest", signed), lambda message, _, name=name: _hash(name, message)[:32], rank, keyed=False  # type: ignore[misc]
        )  # fmt: skip
        yield Digest(
            _named("other_digest", signed),
            lambda message, key, name=name: _hash(name, user_hash(key, seen.identity) + message)[:32],  # type: ignore[misc]
            rank + 1,
        )
        first = Said("先对签名原文做了 {}({}), 再对其结果签名", label, Said("十六进制"))
        for upper in (False, True):
            yield from _before(seen, "other_digest", first, partial(_hash_text, name, upper), rank)
        raw = Said("先对签名原文做了 {}({}), 再对其结果签名", label, Said("字节"))
        yield from _before(seen, "other_digest", raw, partial(_hash, name), rank + 1)
        coded = Said("先对签名原文做了 {}({}), 再对其结果签名", label, "base64")
        yield from _before(seen, "other_digest", coded, partial(_hash_coded, name), rank + 1)


def _spelled(seen: Suspect) -> Iterator[Digest]:
    for told, change, rank in (
        (Said("小写十六进制"), lambda message: message.hex().encode(), 0),
        (Said("大写十六进制"), lambda message: message.hex().upper().encode(), 1),
        ("base64", base64.b64encode, 0),
        (Said("按 64 个字符折行的 base64"), _folded, 2),
    ):
        yield from _before(
            seen, "text_encoded", Said("签名原文先转成了{}, 再对那段文本签名", told), change, rank
        )


def _folded(message: bytes) -> bytes:
    text = base64.b64encode(message)
    return b"\n".join(text[at : at + 64] for at in range(0, len(text), 64))


def _odd(seen: Suspect) -> Iterator[Digest]:
    secret, make = _bytes(seen.keys.app_secret), right(seen).make
    hmac = Said("签名的是带密钥的 HMAC, 不是签名原文")
    yield from _before(
        seen, "other_digest", hmac, lambda message: hmac_sm3(secret, message).hex().encode(), 2
    )
    yield from _before(seen, "other_digest", hmac, lambda message: hmac_sm3(secret, message), 2)
    yield Digest(_named("other_digest", hmac), lambda message, _: hmac_sm3(secret, message), 2, keyed=False)
    turned = Said("杂凑值的字节次序反了")
    yield Digest(_named("digest_order", turned), lambda message, key: make(message, key)[::-1], 2)
    behind = Said("Z_A 接在签名原文后面, 应在前面")
    yield Digest(
        _named("za_form", behind), lambda message, key: sm3(message + user_hash(key, seen.identity)), 1
    )
    for told, make_za in _wrong_za(seen.identity):
        form = Said("Z_A 的算法不对: {}", told)
        yield Digest(_named("za_form", form), lambda message, key, za=make_za: sm3(sm3(za(key)) + message), 2)  # type: ignore[misc]
    text = Said("Z_A 以十六进制文本接在签名原文前, 应为 32 个字节")
    for upper in (False, True):
        yield Digest(
            _named("za_form", text),
            lambda message, key, upper=upper: sm3(
                _hexed(user_hash(key, seen.identity), upper=upper) + message
            ),  # type: ignore[misc]
            2,
        )


def _wrong_za(identity: bytes) -> tuple[tuple[Text, Callable[[PublicKey], bytes]], ...]:
    bits = (len(identity) * 8).to_bytes(2, "big")
    length = len(identity).to_bytes(2, "big")
    constants = b"".join(value.to_bytes(32, "big") for value in (curve.A, curve.B, curve.GX, curve.GY))
    head = bits + identity + constants
    written: tuple[tuple[Text, Callable[[bytes], bytes]], ...] = (
        (Said("前面多了 04"), lambda raw: raw),
        (Said("写成了压缩的 33 个字节"), lambda raw: bytes([2 + raw[64] % 2]) + raw[1:33]),
        (Said("x、y 的次序反了"), lambda raw: raw[33:] + raw[1:33]),
        (Said("写成了 65 个字节的 base64 文本"), base64.b64encode),
        (Said("写成了 64 个字节的 base64 文本"), lambda raw: base64.b64encode(raw[1:])),
        (Said("写成了 65 个字节的大写十六进制文本"), lambda raw: _hexed(raw, upper=True)),
        (Said("写成了 65 个字节的小写十六进制文本"), lambda raw: _hexed(raw, upper=False)),
        (Said("写成了 64 个字节的大写十六进制文本"), lambda raw: _hexed(raw[1:], upper=True)),
        (Said("写成了 64 个字节的小写十六进制文本"), lambda raw: _hexed(raw[1:], upper=False)),
        (Said("没有写"), lambda _: b""),
    )
    return (
        (
            Said("用户标识的长度应为位数, 写成了字节数"),
            lambda key: length + identity + constants + key.raw[1:],
        ),
        (Said("缺少用户标识的长度"), lambda key: identity + constants + key.raw[1:]),
        (Said("用户标识长度的字节次序反了"), lambda key: bits[::-1] + identity + constants + key.raw[1:]),
        (Said("缺少曲线参数"), lambda key: bits + identity + key.raw[1:]),
        *(
            (
                Said("其中的公钥{}; 应为 x、y 各 32 个字节", told),
                lambda key, change=change: head + change(key.raw),
            )
            for told, change in written
        ),
    )
