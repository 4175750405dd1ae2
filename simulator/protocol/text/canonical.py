"""The text that is signed (sheet 3.1, 3.2), in both families, and the wrong texts the field is known to make.

`sign_text` is what the protocol wants. `Style` describes one way of writing; every wrong variant of the
pitfall list (sheet 15) is a style, so that `diagnose` can name it and a mutant can make it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any, Final, Literal

from simulator.protocol.text.jsontext import Num

EXCLUDED: Final = frozenset({"signData", "encData", "extra"})
"""Top-level members that are never signed (sheet 3.1: exactly these three)."""


@dataclass(frozen=True, slots=True)
class Style:
    """One way to write the canonical text. The defaults are the SDK family, the right one."""

    quote_scalars: bool = True
    """Numbers and booleans inside `data` become quoted text."""
    drop_empty_object: bool = False
    order: Literal["code", "nocase", "wire", "top"] = "code"
    """`code`: code-unit order at every level; `nocase`: ignoring case; `wire`: as sent; `top`: top level only."""
    empties: Literal["drop", "keep", "keep_text"] = "drop"
    """`keep`: null, "" and [] stay; `keep_text`: "" stays, null and [] go."""
    ascii_only: bool = False
    spaces: Literal["none", "after", "indent2", "indent4"] = "none"
    escape_slash: bool = False
    doubles: Literal["none", "js", "java"] = "none"
    """Numbers went through a binary double: `js` writes 12, `java` writes 12.0."""
    tail: Literal["key", "none", "raw"] = "key"
    """`key`: `&key=secret`; `none`: nothing; `raw`: the secret alone."""
    kept_empty: frozenset[str] = frozenset()
    """Members of `data` itself whose "" stays, whatever `empties` says (sheet 22: `diseCodg`, `diseName`)."""


SDK: Final = Style()
BARE: Final = Style(quote_scalars=False, drop_empty_object=True)
FAMILIES: Final[Mapping[str, Style]] = {"sdk": SDK, "bare": BARE}


def sign_text(
    envelope: Mapping[str, Any],
    data: Any,
    secret: str,
    family: str = "sdk",
    *,
    drop_empty_object: bool = False,
    kept_empty: Collection[str] = (),
) -> str:
    """Write the text to be signed for an envelope and its plaintext `data` (None: no `data=` member).

    `family` is `sdk` (numbers and booleans quoted, `{}` kept) or `bare` (left bare, `{}` dropped). `kept_empty`: members
    of `data` whose "" stays.
    """
    style = Style(drop_empty_object=True) if drop_empty_object and family == "sdk" else FAMILIES[family]
    if kept_empty:
        style = replace(style, kept_empty=frozenset(kept_empty))
    return write(envelope, data, secret, style)


def write(envelope: Mapping[str, Any], data: Any, secret: str, style: Style) -> str:
    """Write the text in any style. Top-level strings stand without quotes, nothing is URL-encoded."""
    members = {key: value for key, value in envelope.items() if key not in EXCLUDED and key != "data"}
    if data is not None:
        members["data"] = data
    pairs = []
    for key in _sorted(members, "code" if style.order == "top" else style.order):
        text = _top(members[key], style)
        if text or style.empties == "keep" or (style.empties == "keep_text" and members[key] == ""):
            pairs.append(f"{key}={text}")
    if style.tail == "key":
        pairs.append(f"key={secret}")
    return "&".join(pairs) + (secret if style.tail == "raw" else "")


def _top(value: Any, style: Style) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    if value is None:
        return "null" if style.empties == "keep" else ""
    text = canonical(value, style)
    return "" if text is None else text


def canonical(value: Any, style: Style = SDK) -> str | None:
    """Write a nested value, or None when the style drops it (null, "", an array with nothing left in it)."""
    return _Writer(style).nested(value, 0)


class _Writer:
    """One style, unpacked once: this runs for every member of every message."""

    __slots__ = ("colon", "drop", "indent", "keep_text", "order", "quote", "style")

    def __init__(self, style: Style) -> None:
        self.style = style
        self.quote = _quoter(style)
        self.drop = style.empties != "keep"
        self.keep_text = style.empties != "drop"
        self.order = "wire" if style.order == "top" else style.order
        self.colon = ":" if style.spaces == "none" else ": "
        self.indent = {"indent2": 2, "indent4": 4}.get(style.spaces, 0)

    def nested(self, value: Any, level: int) -> str | None:
        if isinstance(value, str):
            if isinstance(value, Num):
                return self.number(value)
            return self.quote(value) if value or self.keep_text else None
        if isinstance(value, dict):
            texts = []
            quote, colon = self.quote, self.colon
            for key in _sorted(value, self.order):
                member = value[key]
                if type(member) is str and member:  # nearly all of them
                    texts.append(f"{quote(key)}{colon}{quote(member)}")
                elif member == "" and not level and key in self.style.kept_empty:
                    texts.append(f'{quote(key)}{colon}""')
                elif (text := self.nested(member, level + 1)) is not None:
                    texts.append(f"{quote(key)}{colon}{text}")
            return None if not texts and self.style.drop_empty_object else self.wrap("{", texts, "}", level)
        if isinstance(value, (list, tuple)):
            texts = [text for item in value if (text := self.nested(item, level + 1)) is not None]
            return self.wrap("[", texts, "]", level) if texts or not self.drop else None
        if value is None:
            return None if self.drop else "null"
        if isinstance(value, bool):
            text = "true" if value else "false"
            return f'"{text}"' if self.style.quote_scalars else text
        return self.number(Num(value))

    def number(self, value: Num) -> str:
        text = str(value) if self.style.doubles == "none" else through_double(value, self.style.doubles)
        return f'"{text}"' if self.style.quote_scalars else text

    def wrap(self, opening: str, texts: list[str], closing: str, level: int) -> str:
        if self.indent and texts:
            inner = "\n" + " " * self.indent * (level + 1)
            return f"{opening}{inner}{f',{inner}'.join(texts)}\n{' ' * self.indent * level}{closing}"
        return f"{opening}{(',' if self.style.spaces == 'none' else ', ').join(texts)}{closing}"


def _quoter(style: Style) -> Any:
    quote: Any = encode_basestring_ascii if style.ascii_only else encode_basestring
    if style.escape_slash:
        return lambda text: quote(text).replace("/", "\\/")
    return quote


def _sorted(names: Iterable[str], order: str) -> list[str]:
    if order == "wire":
        return list(names)
    if order == "nocase":
        return sorted(names, key=lambda name: (name.lower(), name))
    ordered = sorted(names)
    if not "".join(ordered).isascii():  # Java, C# and JS compare UTF-16 code units, Python code points
        ordered.sort(key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return ordered


def through_double(text: str, dialect: str) -> str:
    """Write a number as a program that read it into a double would: JavaScript or Java."""
    try:
        value = float(text)
        if value in (float("inf"), float("-inf")) or value != value:
            return str(text)
        exact = Decimal(repr(value))
    except (ValueError, InvalidOperation):
        return str(text)
    small, large = (
        (Decimal("1e-7"), Decimal("1e21")) if dialect == "js" else (Decimal("1e-3"), Decimal("1e7"))
    )
    if exact == 0 or small <= abs(exact) < large:
        plain = format(exact.normalize(), "f") if exact else "0"
        return plain if dialect == "js" or "." in plain else f"{plain}.0"
    mantissa, _, exponent = f"{exact.normalize():E}".partition("E")
    if dialect == "js":
        return f"{mantissa}e{int(exponent):+d}"
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"
