"""What deciphered bytes are: the padding behind them, the charset, and what was encrypted instead of `data`. Pure.

Whoever has bytes that begin like something known (`begins`) asks for their `contents`: nothing is taken for a reading that
does not read to its end as JSON, or as one of the few other texts that are named here.
"""

from __future__ import annotations

import ast
import base64
import codecs
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from simulator.protocol.diagnosis.deviation import Named
from simulator.protocol.text import jsontext
from simulator.protocol.text.said import Said

BLOCK: Final = 16
MAX_BYTES: Final = 1_048_576
"""Of a compressed text; and of what is read in another form than JSON."""


@dataclass(frozen=True, slots=True)
class Content:
    """`named`: what is wrong with it; `text`: as it was encrypted, as text; `data`: the business object, None if untold."""

    named: tuple[Named, ...]
    text: str
    data: dict[str, Any] | None


_BEGINS: Final = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:\{\s*(?:["'}]|[A-Za-z]\w*[=:])|\[\s*[{"])
    |(?=[\x20-\x7e\x80-\xff\s]{16})(?:"[{\\A-Za-z0-9\[+/]|<[?A-Za-z]|[A-Za-z_]\w{0,11}=|%7[Bb])
    |[0-9A-Fa-f]{16}|[A-Za-z0-9+/]{16}|(?:\xff\xfe)?[\{\[]\x00|(?:\xfe\xff)?\x00[\{\[]
    |\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]""",
    re.VERBOSE,
)
FIRST: Final = (
    bytes(range(48, 58))
    + bytes(range(65, 91))
    + bytes(range(97, 123))
    + b'_+/%<"{[\xef\xff\xfe\0\x1f\t\n\r\v\f '
)
"""The first byte of what `begins`; looked at before the block is put together."""
_ENVELOPE: Final = frozenset(("appId", "version", "encType", "signType", "timestamp", "signData", "encData"))
_WRAPPERS: Final = frozenset(
    ("data", "input", "body", "param", "params", "request", "content", "message", "biz_content")
)
_FORM: Final = re.compile(r"[A-Za-z_]\w*=[^&]*(?:&[A-Za-z_]\w*=[^&]*)+\Z")
_MAP: Final = re.compile(r"\{[A-Za-z_]\w*=.*\}\Z", re.DOTALL)
_BARE: Final = re.compile(r"\{\s*[A-Za-z_]\w*\s*:.*\}\s*\Z", re.DOTALL)
_HEX: Final = re.compile(rb"(?:[0-9a-fA-F]{2}){2,}\Z")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}\Z")


def begins(block: bytes) -> bool:
    """Whether the first 16 bytes may begin something known: true for one random block in 1,000."""
    return _BEGINS.match(block) is not None


_BINARY: Final = (b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"\x78")
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r")) + b"\x7f"


def plausible(head: bytes) -> bool:
    """Whether some hundred bytes from the beginning may be of a text that `contents` reads: no control characters."""
    if b"\0" in head[:2] or head.startswith(_BINARY):
        return True
    return len(head.translate(None, _CONTROLS)) == len(head)


def _told(cause: str, said: Said) -> tuple[Named, ...]:
    return (Named(cause, "", said),)


PADDED: Final[dict[str, tuple[Named, ...]]] = {
    "zero": _told("padding", Said("末尾补的是零字节; 应按 PKCS#7 填充")),
    "none": _told("padding", Said("末尾没有填充; 应按 PKCS#7 填充(恰为整块时也要再补一块)")),
    "spaces": _told("padding", Said("末尾补的是空格; 应按 PKCS#7 填充")),
    "iso7816": _told("padding", Said("末尾填充是 ISO 7816-4(80 后补零); 应为 PKCS#7")),
    "x923": _told("padding", Said("末尾填充是 ANSI X9.23(零字节后写长度); 应为 PKCS#7")),
    "iso10126": _told("padding", Said("末尾填充是 ISO 10126(随机字节后写长度); 应为 PKCS#7")),
    "wide": _told("padding", Said("填充按 32 字节的块补齐; SM4 的块为 16 字节")),
    "twice": _told("padding", Said("填充做了两次: 自己补过之后, 加密库又补了一次")),
    "pkcs7": (),
}


def unpadded(plain: bytes) -> Iterator[tuple[str, bytes]]:
    """(name of the padding, what stands before it) for every padding that the end may be, a right one alone, or beside a second."""
    count = plain[-1] if plain else 0
    if 1 <= count <= 16 and plain.endswith(bytes((count,)) * count):
        inside = plain[:-count]
        again = inside[-1] if inside else 1
        if 2 <= again <= 16 and inside.endswith(
            bytes((again,)) * again
        ):  # some of these bytes are white space
            yield "twice", inside[:-again]
        yield "pkcs7", inside
        if again == 1 and inside:
            yield "twice", inside[:-1]
        elif again == 0:
            yield "twice", inside.rstrip(b"\0")
        return
    bare = plain.rstrip(b"\0")
    if bare != plain:
        yield "zero", bare
        if bare.endswith(b"\x80"):
            yield "iso7816", bare[:-1]
    elif plain.endswith(b"\x80"):
        yield "iso7816", plain[:-1]
    elif plain.endswith(b" "):
        yield "spaces", plain.rstrip(b" ")
    elif 2 <= count <= 16:
        zeros = plain[-count:-1] == bytes(count - 1)
        yield ("x923" if zeros else "iso10126"), plain[:-count]
    elif 17 <= count <= 32 and plain.endswith(bytes((count,)) * count):
        yield "wide", plain[:-count]
    else:
        yield "none", plain


def contents(raw: bytes, *, depth: int = 0) -> Content | None:
    """What unpadded bytes hold, or None when they are nothing known. Never raises."""
    found = _json(raw)
    if found is not None:
        return found
    for charset, text in _charsets(raw):
        found = _json(text)
        if found is not None:
            return Content((*charset, *found.named), found.text, found.data)
    if len(raw) > MAX_BYTES or depth > 1:
        return None
    for named, inner in _coded(raw):
        found = contents(inner, depth=depth + 1)
        if found is not None:
            return Content((*named, *found.named), found.text, found.data)
    try:
        return _text(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _json(raw: bytes) -> Content | None:
    parsed = jsontext.parse(raw, jsontext.Limits(), "enc")
    if not parsed.read:
        return None
    bom = raw.startswith(b"\xef\xbb\xbf")
    text = raw.decode("utf-8").removeprefix("\ufeff")
    named, data = _object(parsed.value)
    if named is None:
        return None
    before = _told("charset", Said("加密的文本以 BOM 开头; 应为不带 BOM 的 UTF-8")) if bom else ()
    return Content((*before, *named), text, data)


def wrapped(value: dict[str, Any]) -> bool:
    """Whether a JSON object is not `data` itself but something with `data` in it: the whole message, or a member more."""
    return bool(_object(value)[0])


def _object(value: Any) -> tuple[tuple[Named, ...] | None, dict[str, Any] | None]:
    """What a JSON value is beside `data`; None for the mistakes when it is nothing that anybody encrypts."""
    if isinstance(value, dict):
        inner = value.get("data")
        if len(_ENVELOPE & value.keys()) >= 3:
            named = _told("envelope_encrypted", Said("加密的是整个报文(含 appId 等); 应只加密 data"))
            return named, inner if isinstance(inner, dict) else None
        name = next(iter(value)) if len(value) == 1 else ""
        if name in _WRAPPERS and isinstance(value[name], dict):
            return _told(
                "data_wrapped", Said("加密的 data 外面多包了一层成员 {}; 应直接加密 data 的对象", name)
            ), value[name]
        return (), value
    if isinstance(value, str) and not isinstance(value, jsontext.Num) and value[:1] in '{"[':
        inner = _json(value.encode("utf-8", "replace"))
        if inner is not None:
            twice = _told("json_twice", Said("data 转成 JSON 文本之后又当作字符串转了一次; 应只转一次"))
            return (*twice, *inner.named), inner.data
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return _told("data_in_array", Said("加密的是数组 [data]; 应为 data 的对象")), value[0]
    return None, None


def _charsets(raw: bytes) -> Iterator[tuple[tuple[Named, ...], bytes]]:
    """The bytes as UTF-8, if another charset is likely."""
    tries = []
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tries.append("utf-16")
    elif raw[1:2] == b"\0":
        tries.append("utf-16-le")
    elif raw[:1] == b"\0":
        tries.append("utf-16-be")
    elif not raw.isascii():
        tries.append("gb18030")
    for name in tries:
        try:
            whole = (
                raw if name == "gb18030" or len(raw) % 2 == 0 else raw + b"\0"
            )  # lost with zeros behind it
            text = whole.decode(name).encode("utf-8")
        except UnicodeError:
            continue
        label = "GBK" if name == "gb18030" else "UTF-16"
        yield _told("charset", Said("加密前的文本用了 {} 编码; 应为 UTF-8", label)), text


def _coded(raw: bytes) -> Iterator[tuple[tuple[Named, ...], bytes]]:
    """A text that holds the text: hexadecimal, base64, URL encoding, compressed."""
    if _HEX.match(raw):
        yield (
            _told("plain_coded", Said("加密前先转成了十六进制文本; 应直接加密 JSON 文本")),
            bytes.fromhex(raw.decode()),
        )
    if _BASE64.match(raw):
        try:
            inner = base64.b64decode(raw, validate=True)
        except ValueError:
            inner = b""
        if inner:
            yield _told("plain_coded", Said("加密前先转成了 base64; 应直接加密 JSON 文本")), inner
    if raw[:3].lower() == b"%7b":
        yield (
            _told("plain_coded", Said("加密前先做了 URL 编码; 应直接加密 JSON 文本")),
            unquote_to_bytes(raw.replace(b"+", b" ")),
        )
    if raw[:3] == b"\x1f\x8b\x08" or raw[:1] == b"\x78":
        try:
            inner = zlib.decompressobj(47).decompress(raw, MAX_BYTES)
        except zlib.error:
            return
        yield _told("plain_coded", Said("加密前先做了压缩; 应直接加密 JSON 文本")), inner


def _text(text: str) -> Content | None:
    """Texts that are no JSON but easily known."""
    body = text.strip()
    if not body.isprintable() and any(ord(char) < 32 and char not in "\r\n\t" for char in body):
        return None
    at = re.search(r"(?:^|&)data=(?=[\[{\"])", body)
    if at is not None and _FORM.match(body):
        try:
            _, end = json.JSONDecoder().raw_decode(body, at.end())
        except (ValueError, RecursionError):
            end = 0
        inner = _json(body[at.end() : end].encode("utf-8", "replace")) if end else None
        if inner is not None:
            named = _told("sign_text_encrypted", Said("加密的是签名原文(key=value&…); 应加密 data 的 JSON"))
            return Content(named, inner.text, inner.data)
    if _FORM.match(body):
        return Content(_told("not_json", Said("加密的是 key=value&… 形式的文本; 应为 JSON")), text, None)
    if body[:1] == "{" and _MAP.match(body):
        return Content(
            _told("not_json", Said("加密的是 Map.toString() 的文本({a=b, c=d}); 应为 JSON")), text, None
        )
    if body[:2] == "{'" or body[:2] == "['":
        return _python(body)
    if re.match(r"<[?A-Za-z].*>\Z", body, re.DOTALL):
        return Content(_told("not_json", Said("加密的是 XML; 应为 JSON")), text, None)
    if _BARE.match(body):
        return Content(_told("not_json", Said("成员名没有引号, 不是合法的 JSON")), text, None)
    return None


def _python(text: str) -> Content | None:
    try:
        value = ast.literal_eval(text) if len(text) <= 65_536 else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return Content(
        _told("not_json", Said("加密的是 Python 的 str(dict)(单引号); 应为 json.dumps 的结果")), text, None
    )


def begun(plain: bytes) -> bool:
    """Whether the bytes are the beginning of a JSON object whose end is missing. At least one block."""
    if len(plain) < BLOCK or not re.match(rb'\{\s*"[A-Za-z_]', plain):
        return False
    text = _readable(plain)
    if text is None:
        return False
    try:
        json.JSONDecoder().decode(text)
    except RecursionError:
        return False
    except ValueError as error:
        at = int(getattr(error, "pos", 0))
        return at >= len(text) - 5 or "Unterminated string" in str(error) or text[at:].startswith("\\")
    return False


def _readable(raw: bytes) -> str | None:
    """Text in UTF-8 that may be cut inside a character at both ends, without control characters."""
    start = next((at for at in range(min(4, len(raw))) if raw[at] & 0xC0 != 0x80), 4)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(raw[start:], final=False)
    except UnicodeDecodeError:
        return None
    return (
        None if any((ord(char) < 32 and char not in "\r\n\t") or ord(char) == 127 for char in text) else text
    )


def is_text(raw: bytes) -> bool:
    """Whether bytes are text in UTF-8 without control characters, perhaps cut at its ends."""
    return _readable(raw) is not None


def readable_blocks(plain: bytes) -> list[bool]:
    """For each block whether it looks like a piece of text: one random block in a million does."""
    return [_readable(plain[at : at + BLOCK]) is not None for at in range(0, len(plain), BLOCK)]
