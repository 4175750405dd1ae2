"""How a text that should carry bytes can have been written: every way to read it, undone step by step. Pure.

A step is either about the text (quotes, white space, escapes) or turns text into bytes (`base64`, `hex`, `bytes_list`,
`raw_text`). Bytes that are text themselves are read on, so that `base64` of `hex` is found as such. A reading proves nothing.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from simulator.protocol.text.said import Said

MAX_STEPS: Final = 5
MAX_READINGS: Final = 48
"""Texts looked at; each costs a few passes over it."""
MAX_CHARS: Final = 262_144
"""Of a longer text only `hex` and `base64` are tried."""


@dataclass(frozen=True, slots=True)
class Spelt:
    """`steps`: what had to be undone, outermost first. `raw`: the bytes."""

    steps: tuple[str, ...]
    raw: bytes


_PLAIN: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}\Z")
_URL: Final = re.compile(r"[A-Za-z0-9_-]*={0,2}\Z")
_HEX: Final = re.compile(r"[0-9a-fA-F]*\Z")
_LIST: Final = re.compile(r"[\[({]?\s*-?\d{1,3}(?:\s*[,\s]\s*-?\d{1,3}){7,}\s*[\])}]?\Z")
_PAIRS: Final = re.compile(r"[0-9a-fA-F]{2}([:-])[0-9a-fA-F]{2}(?:\1[0-9a-fA-F]{2})*\Z")
_PEM: Final = re.compile(
    r"\s*-----BEGIN [A-Za-z0-9 ]{0,40}-----(.*?)-----END [A-Za-z0-9 ]{0,40}-----\s*\Z", re.DOTALL
)
_PERCENT: Final = re.compile(r"%[0-9a-fA-F]{2}")
_ENTITY: Final = re.compile(r"&(?:#\d{2,3}|#[xX][0-9a-fA-F]{2}|amp|quot|plus|sol|equals);")
_ESCAPE: Final = re.compile(r"\\(?:u00([0-9a-fA-F]{2})|([/nrt\"\\]))")
_SHORT: Final = {"n": "\n", "r": "\r", "t": "\t"}


def _base64(text: str, alphabet: re.Pattern[str]) -> bytes | None:
    if len(text) < 8 or not alphabet.match(text):
        return None
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/").encode("ascii"), validate=True)
    except binascii.Error:
        return None


def _strict(text: str) -> bytes | None:
    raw = _base64(text, _PLAIN)
    return raw if raw is not None and base64.b64encode(raw).decode("ascii") == text else None


def _loose(text: str) -> bytes | None:
    raw = _base64(text, _PLAIN)
    return None if raw is None or base64.b64encode(raw).decode("ascii") == text else raw


def _unpadded(text: str) -> bytes | None:
    """Missing padding, or too much of it."""
    body = text.rstrip("=")
    whole = body + "=" * (-len(body) % 4)
    return None if whole == text or len(body) % 4 == 1 else _base64(whole, _PLAIN)


def _url_safe(text: str) -> bytes | None:
    if "-" not in text and "_" not in text:
        return None
    body = text.rstrip("=")
    return None if len(body) % 4 == 1 else _base64(body + "=" * (-len(body) % 4), _URL)


def _hex(text: str) -> bytes | None:
    return bytes.fromhex(text) if len(text) >= 8 and not len(text) % 2 and _HEX.match(text) else None


def _listed(text: str) -> bytes | None:
    """Decimals as `Arrays.toString` or `toString` of a byte array writes them, signed or not."""
    if not _LIST.match(text):
        return None
    numbers = [int(number) for number in re.findall(r"-?\d+", text)]
    return bytes(number % 256 for number in numbers) if all(-128 <= n <= 255 for n in numbers) else None


def _characters(text: str) -> bytes | None:
    """Bytes sent as characters, one each."""
    if text.isascii() and text.isprintable():
        return None
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _quotes(text: str) -> str:
    body = text.strip()
    return body[1:-1] if len(body) > 2 and body[0] == body[-1] and body[0] in "\"'" else text


def _python(text: str) -> str:
    body = text.strip()
    return body[2:-1] if len(body) > 3 and body[:2] in ("b'", 'b"') and body[-1] == body[1] else text


def _percent(text: str) -> str:
    for _ in range(2):
        text = unquote(text, errors="replace") if _PERCENT.search(text) else text
    return text


def _escapes(text: str) -> str:
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _SHORT.get(m[2], m[2]), text)


def _pem(text: str) -> str:
    found = _PEM.match(text)
    return "".join(found[1].split()) if found else text


def _prefix(text: str) -> str:
    return text[2:] if text[:2] in ("0x", "0X", "\\x") else text


CLEANED: Final[Mapping[str, Callable[[str], str]]] = {
    "nul": lambda text: text.rstrip("\0"),
    "bom": lambda text: text.removeprefix("\ufeff"),
    "python": _python,
    "quotes": _quotes,
    "pem": _pem,
    "prefix": _prefix,
    "percent": _percent,
    "entities": lambda text: html.unescape(text) if _ENTITY.search(text) else text,
    "escapes": lambda text: _escapes(text) if "\\" in text else text,
    "plus": lambda text: text.replace(" ", "+"),
    "spaces": lambda text: "".join(text.split()),
    "colons": lambda text: text.replace(text[2], "") if _PAIRS.match(text) else text,
}
DECODED: Final[Mapping[str, Callable[[str], bytes | None]]] = {
    "base64": _strict,
    "hex": _hex,
    "base64_loose": _loose,
    "base64_unpadded": _unpadded,
    "base64_url": _url_safe,
    "bytes_list": _listed,
    "raw_text": _characters,
}
CHEAP: Final = ("base64", "hex")


def spelt(text: str) -> Iterator[Spelt]:
    """Every reading of `text` as bytes, those with fewer steps first; at most MAX_READINGS texts are looked at."""
    todo: deque[tuple[tuple[str, ...], str]] = deque([((), text)])
    seen = {text}
    large = len(text) > MAX_CHARS
    looked = 0
    while todo and looked < MAX_READINGS:
        steps, now = todo.popleft()
        looked += 1
        for name, decode in DECODED.items():
            if large and name not in CHEAP:
                continue
            raw = decode(now)
            if not raw:
                continue
            yield Spelt((*steps, name), raw)
            inner = None if large or len(steps) + 1 >= MAX_STEPS else _text_of(raw)
            if inner is not None and inner not in seen:
                seen.add(inner)
                todo.append(((*steps, name), inner))
        if large or len(steps) + 1 >= MAX_STEPS:
            continue
        for name, clean in CLEANED.items():
            other = clean(now)
            if other != now and other and other not in seen:
                seen.add(other)
                todo.append(((*steps, name), other))


def _text_of(raw: bytes) -> str | None:
    """Bytes that are a text worth reading on: ASCII, or characters below 256 written as UTF-8."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(ord(char) < 256 for char in text) else None


CLEANED_SAID: Final[Mapping[str, tuple[str, Said]]] = {
    "nul": ("trailing_nul", Said("末尾带着 NUL(\\0) 字符; 应去掉")),
    "bom": ("text_bom", Said("开头带着 BOM 字符(U+FEFF); 应去掉")),
    "python": ("python_bytes", Said("是 Python 的 str(bytes), 带着 b'…'; 应先 decode('ascii')")),
    "quotes": ("quoted_twice", Said("外面多了一层引号(JSON 字符串又转了一次); 应只写内容")),
    "pem": ("pem", Said("带着 PEM 的 BEGIN/END 行; 应只写内容, 不换行")),
    "prefix": ("hex_prefix", Said("前面带着 0x; 应去掉")),
    "percent": ("percent_encoded", Said("被 URL 编码过(+ 成 %2B、/ 成 %2F、= 成 %3D); JSON 里应写原字符")),
    "entities": ("html_escaped", Said("被 HTML 转义过(如 &#43;、&#61;); JSON 里应写原字符")),
    "escapes": ("escaped_twice", Said("里面还有反斜杠转义(如 \\/、\\n、\\u002b), JSON 转义做了两次")),
    "plus": ("plus_as_space", Said("里的 + 变成了空格(按表单解码过一次); 应保留 +")),
    "colons": ("hex_separated", Said("的十六进制之间有冒号或短横; 应连续书写")),
}
"""What is wrong with the text around the bytes: (cause, the end of a sentence that begins with the member's name)."""
