"""How programs write a text inside JSON: raw as it is right, or escaped in the manner of some library. Pure table."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring as raw
from json.encoder import encode_basestring_ascii as ascii_lower
from typing import Final

Escape = Callable[[str], str]

_UNICODE: Final = re.compile(r"\\u[0-9a-f]{4}")
_LOWER_URL: Final = re.compile(r"%[0-9A-F]{2}")
_WIDE: Final = re.compile(r"[^\x00-\x7f]")
_MARKUP: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
_GSON: Final = str.maketrans(
    {
        "<": "\\u003c",
        ">": "\\u003e",
        "&": "\\u0026",
        "=": "\\u003d",
        "'": "\\u0027",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
    }
)
_MARKUP_UPPER: Final = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "'": "\\u0027"})
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_WIDE_CONTROL: Final = re.compile("[\x7f-\xa0\u2028\u2029]")
_SHORT: Final = {"\\n": "\\u000a", "\\r": "\\u000d", "\\t": "\\u0009", "\\b": "\\u0008", "\\f": "\\u000c"}
_DOTNET: Final = str.maketrans({mark: f"\\u{ord(mark):04X}" for mark in "<>&'+`\x7f"})
_SHORT_MARK: Final = re.compile(r"\\(?:u[0-9a-f]{4}|.)")


def upper_hex(text: str) -> str:
    """The hexadecimal digits of `\\uXXXX` as capitals."""
    return _UNICODE.sub(lambda match: "\\u" + match.group()[2:].upper(), text)


_UNSAFE: dict[str, re.Pattern[str]] = {}
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~"


def percent(text: str, safe: str = "") -> str:
    """`urllib.parse.quote` in UTF-8, quicker for long texts of which little is encoded."""
    pattern = _UNSAFE.get(safe)
    if pattern is None:
        pattern = _UNSAFE[safe] = re.compile(f"[^{re.escape(LETTERS + safe)}]+")
    return pattern.sub(_encoded, text)


def _encoded(match: re.Match[str]) -> str:
    return "%" + match.group().encode("utf-8", "replace").hex("%").upper()


def percent_plus(text: str, safe: str = "") -> str:
    """The same with blanks as `+`."""
    return percent(text, safe + " ").replace(" ", "+")


def lower_url(text: str) -> str:
    """The hexadecimal digits of `%XX` as small letters."""
    return _LOWER_URL.sub(lambda match: match.group().lower(), text)


def _ascii_upper(text: str) -> str:
    return upper_hex(ascii_lower(text)) if _WIDE.search(text) else raw(text)


def _dotnet(text: str) -> str:
    """System.Text.Json by default: everything but plain ASCII, and some of that, as \\uXXXX in capitals."""
    inner = upper_hex(ascii_lower(text))[1:-1].translate(_DOTNET).replace('\\"', "\\u0022")
    return f'"{inner}"'


def _long_controls(text: str) -> str:
    return _SHORT_MARK.sub(lambda match: _SHORT.get(match.group(), match.group()), raw(text))


def _js_escape(text: str) -> str:
    """escape() of JavaScript for what is not ASCII: %uXXXX."""
    return raw(_WIDE.sub(lambda match: _percent_u(match.group()), text))


def _percent_u(mark: str) -> str:
    units = mark.encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"%u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _url(text: str) -> str:
    return percent(text, "")


def _wide_url(text: str) -> str:
    """Only what is not ASCII is percent-encoded: encodeURI leaves the rest."""
    return _WIDE.sub(lambda match: _url(match.group()), text)


ESCAPES: Final[Mapping[str, Escape]] = {
    "none": raw,
    "u_lower": ascii_lower,
    "u_upper": _ascii_upper,
    "u_double": lambda text: raw(ascii_lower(text)[1:-1]) if _WIDE.search(text) else raw(text),
    "slash": lambda text: raw(text).replace("/", "\\/"),
    "php": lambda text: ascii_lower(text).replace("/", "\\/"),
    "markup": lambda text: raw(text).translate(_MARKUP),
    "gson": lambda text: raw(text).translate(_GSON),
    "dotnet": _dotnet,
    "markup_upper": lambda text: raw(text).translate(_MARKUP_UPPER),
    "entities_34": lambda text: raw(
        html.escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;")
    ),
    "url_plus_lower": lambda text: raw(lower_url(percent_plus(text))),
    "url_component": lambda text: raw(percent(text, "!'()*")),
    "url_uri": lambda text: raw(percent(text, ";,/?:@&=+$-_.!~*'()#")),
    "url_slash": lambda text: raw(percent(text, "/")),
    "quotes_only": lambda text: '"' + text.replace('"', '\\"') + '"',
    "controls_dropped": lambda text: raw(_CONTROL.sub("", text)),
    "controls_blank": lambda text: raw(_CONTROL.sub(" ", text)),
    "wide_controls": lambda text: _WIDE_CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", raw(text)),
    "entities": lambda text: raw(html.escape(text, quote=False)),
    "entities_quotes": lambda text: raw(html.escape(text, quote=True)),
    "url": lambda text: raw(_url(text)),
    "url_lower": lambda text: raw(lower_url(_url(text))),
    "url_plus": lambda text: raw(percent_plus(text)),
    "url_wide": lambda text: raw(_wide_url(text)),
    "percent_u": _js_escape,
    "unescaped": lambda text: f'"{text}"',
    "double": lambda text: raw(raw(text)[1:-1]),
    "long_controls": _long_controls,
    "single": lambda text: "'" + raw(text)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'",
    "no_quotes": lambda text: text,
}
"""Text -> JSON string, quotation marks included. `none` is right."""
