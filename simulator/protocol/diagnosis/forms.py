"""Every way in which the text of `signData` can hold the 64 bytes `r || s` (sheet 3.1, pitfalls 9 and 10). Pure.

Two steps: the text gives bytes (`spelling`), the bytes give r and s. A reading is a hypothesis: whoever finds a digest
that fits it may name it, and nobody else.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from simulator.protocol.crypto.curve import N
from simulator.protocol.diagnosis.deviation import Named, Reading
from simulator.protocol.diagnosis.spelling import CLEANED_SAID, DECODED, spelt
from simulator.protocol.text.said import Said
from simulator.protocol.wire.signature import MAX_SIGN_CHARS

MAX_READINGS: Final = 64
SHORTEST: Final = 56
"""Bytes of `r || s` with leading zeros cut off that are still tried: less comes once in 2^64 signatures."""
HALF: Final = 32


def _named(cause: str, said: Said) -> tuple[Named, ...]:
    return (Named(cause, "", said),)


_HEX: Final = _named("hex", Said("signData 是十六进制, 应为 64 字节 r||s 的 base64"))
_FORM: Final = "base64_form"
CODED: Final[Mapping[tuple[str, ...], tuple[Named, ...]]] = {
    ("base64",): (),
    ("hex",): _HEX,
    ("base64_loose",): _named(_FORM, Said("signData 的 base64 末尾多余位不为零")),
    ("base64_unpadded",): _named(_FORM, Said("signData 的 base64 缺补位 =(或补位过多); 88 个字符应以 == 结尾")),
    ("base64_url",): _named(_FORM, Said("signData 的 base64 用了 URL 安全字符表(- 和 _); 应为标准字符表(+ 和 /)")),
    ("bytes_list",): _named("byte_list", Said("signData 是字节的十进制列表(如 Arrays.toString); 应为 base64")),
    ("raw_text",): _named("raw_text", Said("signData 直接把签名字节当作字符写出; 应为 base64")),
    ("base64", "hex"): _named("base64_of_hex", Said("signData 是十六进制文本的 base64; 应直接对 64 字节做 base64")),
    ("base64", "base64"): _named("base64_twice", Said("signData 做了两次 base64; 应只做一次")),
    ("hex", "base64"): _named("hex_of_base64", Said("signData 是 base64 文本的十六进制; 应只做 base64")),
    ("hex", "hex"): _named("hex_twice", Said("signData 做了两次十六进制; 应对 64 字节做 base64")),
    ("base64", "raw_text"): _named(
        "bytes_as_text", Said("签名字节先当作字符按 UTF-8 编码, 再做 base64; 应直接对 64 字节做 base64")
    ),
    ("hex", "raw_text"): _named(
        "bytes_as_text", Said("签名字节先当作字符按 UTF-8 编码, 再转十六进制; 应直接对 64 字节做 base64")
    ),
    ("base64", "bytes_list"): _named(
        "byte_list", Said("signData 是字节十进制列表文本的 base64; 应直接对 64 字节做 base64")
    ),
}  # fmt: skip
"""How bytes became text; decoding steps only."""
_SPACES: Final = Named(_FORM, "", Said("signData 含换行或空格; 应为连续的一行"))
_ORDERS: Final = (
    ("", None),
    ("swapped", Said("签名按 s||r 拼接, r 与 s 的次序反了; 应为 r||s")),
    ("little_endian", Said("r 和 s 各按小端字节序写出; 应为大端")),
    ("reversed_bytes", Said("签名的 64 字节整体倒序; 应为大端的 r||s")),
)
_PREFIX: Final = Named("prefix_04", "", Said("签名前多了一个字节 04(公钥的写法); 应只有 64 字节 r||s"))
_TRAILING: Final = "trailing_bytes"
_SEPARATOR: Final = re.compile(r"\s*[,;|:&\s]\s*")


def readings(text: str) -> tuple[Reading, ...]:
    """Every reading of `signData` as 64 bytes, the right one first if there is one, then by the number of mistakes.

    At most MAX_READINGS; none for a text over MAX_SIGN_CHARS, which is no signature in any form.
    """
    if len(text) > MAX_SIGN_CHARS:
        return ()
    found = sorted(
        (reading for named, raw in _pairs(text) for reading in _ordered(named, raw)),
        key=lambda one: len(one.named),
    )
    nearest: dict[bytes, int] = {}
    out: dict[Reading, None] = {}
    for one in found:  # the same bytes with more mistakes is no reading of its own
        if nearest.setdefault(one.raw, len(one.named)) == len(one.named):
            out[one] = None
    return tuple(out)[:MAX_READINGS]


def _ordered(named: tuple[Named, ...], raw: bytes) -> Iterator[Reading]:
    """The four orders of the bytes; only of numbers that a signature can have."""
    r, s = raw[:HALF], raw[HALF:]
    for (cause, said), both in zip(_ORDERS, (raw, s + r, r[::-1] + s[::-1], raw[::-1]), strict=True):
        if all(0 < int.from_bytes(part, "big") < N for part in (both[:HALF], both[HALF:])):
            yield Reading(named if said is None else (*named, Named(cause, "", said)), both)


def _pairs(text: str) -> Iterator[tuple[tuple[Named, ...], bytes]]:
    """(what is wrong, 64 bytes) with r before s."""
    for one in spelt(text):
        named = _told(one.steps)
        if named is not None:
            for more, raw in split(one.raw):
                yield (*named, *more), raw
    yield from _numbers(text)
    yield from _halves(text)


def _told(steps: tuple[str, ...]) -> tuple[Named, ...] | None:
    """What is wrong with the text; None for a chain of steps that nobody makes."""
    codes = tuple(step for step in steps if step in DECODED)
    coded = CODED.get(codes)
    if coded is None:
        return None
    around = [
        _SPACES
        if step == "spaces"
        else Named(CLEANED_SAID[step][0], "", Said("signData {}", CLEANED_SAID[step][1]))
        for step in steps
        if step not in DECODED
    ]
    return (*coded, *around)


def split(raw: bytes) -> Iterator[tuple[tuple[Named, ...], bytes]]:
    """Bytes as `r || s`: (what is wrong, 64 bytes)."""
    if len(raw) == 64:
        yield (), raw
    if len(raw) == 65 and raw[0] == 4:
        yield (_PREFIX,), raw[1:]
    for extra, what in (
        (b"\0", "NUL(00)"),
        (b"\n", Said("换行(0A)")),
        (b"\x1b", Said("恢复标识(1B)")),
        (b"\x1c", Said("恢复标识(1C)")),
    ):
        if len(raw) == 65 and raw.endswith(extra):
            yield _named(_TRAILING, Said("签名末尾多了一个字节 {}; 应只有 64 字节", what)), raw[:-1]
    if raw[:1] == b"\x30":
        yield from _der(raw)
    yield from _cut(raw)


def _der(raw: bytes) -> Iterator[tuple[tuple[Named, ...], bytes]]:
    found = loose_der(raw)
    if found is None:
        return
    pair, exact, rest = found
    named = _named("der", Said("signData 是 ASN.1 DER({} 字节), 应为 r||s 共 64 字节", len(raw) - rest))
    if not exact:
        said = Said("DER 里的整数不是最短的正数写法(缺少或多出 00); 应先把 r、s 各左补零到 32 字节")
        named += _named("der_integers", said)
    if rest:
        named += _named(_TRAILING, Said("签名末尾多了 {} 个字节", rest))
    yield named, pair


def loose_der(raw: bytes) -> tuple[bytes, bool, int] | None:
    """`r || s`, whether the integers are written as DER wants them, and how many bytes follow; None for no such thing.

    Integers without their sign byte and with zeros too many are read as what was meant.
    """
    at, size = 2, raw[1] if len(raw) > 1 else 0
    if size == 0x81 and len(raw) > 2:
        at, size = 3, raw[2]
    end = at + size
    if (size > 127 and at == 2) or end > len(raw) or len(raw) - end > 2:
        return None
    numbers, exact = [], at == 2
    for _ in range(2):
        if raw[at : at + 1] != b"\x02" or at + 2 > end:
            return None
        content = raw[at + 2 : at + 2 + raw[at + 1]]
        at += 2 + raw[at + 1]
        number = content.lstrip(b"\0")
        exact = exact and content == _minimal(number)
        if at > end or not number or len(number) > HALF:
            return None
        numbers.append(number.rjust(HALF, b"\0"))
    return (b"".join(numbers), exact, len(raw) - end) if at == end else None


def _minimal(number: bytes) -> bytes:
    """The shortest two's complement of a positive number: what `BigInteger.toByteArray` gives."""
    return b"\0" + number if number[:1] >= b"\x80" else number


def _cut(raw: bytes) -> Iterator[tuple[tuple[Named, ...], bytes]]:
    """r and s of other lengths than 32: zeros cut off, or sign bytes left in front (`BigInteger.toByteArray`)."""
    if not SHORTEST <= len(raw) <= 66:
        return
    for at in range(max(24, len(raw) - 33), min(33, len(raw) - 24) + 1):
        parts = raw[:at], raw[at:]
        if not all(map(_is_number, parts)):
            continue
        always = all(len(part) == 33 for part in parts)
        pair = b"".join(part[-HALF:].rjust(HALF, b"\0") for part in parts)
        if any(len(part) == 33 and part[1] < 0x80 for part in parts) and not always:
            continue  # a sign byte stands before a top bit only, or before every number
        if any(len(part) == 33 for part in parts):
            said = Said(
                "r 或 s 前多了符号字节 00(BigInteger.toByteArray), signData 有 {} 字节; 应各为 32 字节",
                len(raw),
            )
            yield _named("sign_bytes", said), pair
        elif len(raw) < 64:
            yield (
                _named("unpadded", Said("r 或 s 不足 32 字节时没有左补零, signData 只有 {} 字节", len(raw))),
                pair,
            )


def _is_number(part: bytes) -> bool:
    """32 bytes, fewer that do not begin with zero, or a sign byte before 32."""
    return len(part) == HALF or (len(part) < HALF and part[:1] > b"\0") or (len(part) == 33 and part[0] == 0)


def _numbers(text: str) -> Iterator[tuple[tuple[Named, ...], bytes]]:
    """r and s as two numbers in words: decimal or hexadecimal, apart or as JSON; and hexadecimal cut by nibbles."""
    body = text.strip()
    parts = _json_pair(body) if body[:1] in "{[" else tuple(_SEPARATOR.split(body))
    if len(parts) == 2:
        for base, cause, said in (
            (10, "decimal_numbers", Said("signData 是 r、s 两个十进制数; 应为 64 字节 r||s 的 base64")),
            (16, "hex_numbers", Said("signData 是 r、s 两个分开的十六进制数; 应为 64 字节 r||s 的 base64")),
        ):
            pair = _number_pair(parts, base)
            if pair is not None:
                yield _named(cause, said), pair
    yield from _nibbles(body, _HEX)
    try:
        inner = base64.b64decode(body, validate=True).decode("ascii")
    except ValueError:
        return
    yield from _nibbles(inner, CODED["base64", "hex"])


def _json_pair(text: str) -> tuple[str, ...]:
    try:
        value = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return ()
    if isinstance(value, dict):
        value = [value.get("r", value.get("R")), value.get("s", value.get("S"))]
    if isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value):
        return tuple(value)
    return ()


def _number_pair(parts: tuple[str, ...], base: int) -> bytes | None:
    digits = r"\d{50,80}" if base == 10 else r"(?:0[xX])?[0-9a-fA-F]{48,66}"
    if not all(re.fullmatch(digits, part, re.ASCII) for part in parts):
        return None
    numbers = [int(part, base) for part in parts]
    return b"".join(number.to_bytes(HALF, "big") for number in numbers) if max(numbers) < N else None


def _nibbles(text: str, named: tuple[Named, ...]) -> Iterator[tuple[tuple[Named, ...], bytes]]:
    """Hexadecimal numbers of less than 64 digits, one behind the other (`toString(16)` cuts leading zeros off)."""
    if not 112 <= len(text) < 128 or not re.fullmatch("[0-9a-fA-F]+", text):
        return
    said = Said("r 或 s 的十六进制不足 64 位时没有左补零, 合起来只有 {} 位", len(text))
    for at in range(len(text) - 64, 65):
        parts = text[:at], text[at:]
        if not any(part[0] == "0" and len(part) < 64 for part in parts) and not at % 2 == len(text) % 2 == 0:
            yield (*named, *_named("unpadded", said)), bytes.fromhex("".join(p.rjust(64, "0") for p in parts))


def _halves(text: str) -> Iterator[tuple[tuple[Named, ...], bytes]]:
    """The base64 of r and the base64 of s, one behind the other."""
    body = text.strip()
    at = body.find("=") + 1
    if not 40 <= at <= 48:
        return
    try:
        parts = [
            base64.b64decode(part, validate=True) for part in (body[:at], body[at:].lstrip(" ,;|:&\r\n\t"))
        ]
    except ValueError:
        return
    if all(24 <= len(part) <= 33 for part in parts):
        said = Said("signData 是 r 与 s 各自的 base64 拼在一起; 应对 64 字节 r||s 做一次 base64")
        yield _named("base64_each", said), b"".join(part.lstrip(b"\0").rjust(HALF, b"\0") for part in parts)
