"""One value of the business object that holds no other, written in any manner; and manners made quick to compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from simulator.protocol.diagnosis.escapes import ESCAPES
from simulator.protocol.diagnosis.manner import SPACES, Manner, Spaces
from simulator.protocol.diagnosis.rewritten import (
    BOOLEANS,
    DATES,
    LONGEST,
    NULLS,
    NUMBERS,
    NUMERIC,
    TEXT_AMOUNTS,
    left_out,
    php_number,
)
from simulator.protocol.text.jsontext import Num


def _half(mark: str) -> str:
    """A full-width sign as the ASCII one."""
    return chr(ord(mark) - 0xFEE0) if "\uff01" <= mark <= "\uff5e" else " " if mark == "\u3000" else mark


EMPTIES: Final = {"drop": None, "keep": '""', "null": "null", "text": '"null"'}
TRIMMED: Final[dict[str, Callable[[str], str]]] = {
    "drop": lambda text: text if text.strip() else "",
    "trim": str.strip,
    "trim_kept": str.strip,
    "trim_right": str.rstrip,
    "collapse": lambda text: "".join(text.split()),
    "trim_blanks": lambda text: text.strip(" "),
    "no_blanks": lambda text: text.replace(" ", ""),
    "half_width": lambda text: "".join(_half(mark) for mark in text),
    "lf": lambda text: text.replace("\r\n", "\n"),
    "no_lines": lambda text: text.replace("\r", "").replace("\n", ""),
    "words": lambda text: "" if text.lower() in ("null", "undefined", "none") else text,
}
"""What is done to blanks; a text that becomes empty goes the way of empty texts."""
_NULL, _BOOL, _NUMBER, _TEXT, _EMPTY = range(5)
Subs = tuple[int, int, int, int, int]
"""For each kind of value, which way to write it: a number of `Ways`."""


_FIELDS: Final = {
    _NULL: frozenset({"null"}),
    _BOOL: frozenset({"boolean", "false"}),
    _NUMBER: frozenset({"number", "amount", "zero", "escape"}),
    _EMPTY: frozenset({"empty", "escape"}),
}


class Leaf:
    """A value that holds no other, and how it was written before."""

    __slots__ = ("kind", "value", "written")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.written: dict[int, str | None] = {}
        if value is None:
            self.kind = _NULL
        elif isinstance(value, bool):
            self.kind = _BOOL
        elif isinstance(value, (Num, int)):
            self.kind, self.value = _NUMBER, str(value)
        else:
            self.kind = _TEXT if value else _EMPTY

    def fields(self) -> frozenset[str]:
        """The fields of a manner that can change how it is written."""
        if self.kind != _TEXT:
            return _FIELDS[self.kind]
        out = {"escape"}
        if not (self.value.isascii() and self.value.isalnum()) or self.value.lower() in (
            "null",
            "none",
            "undefined",
        ):
            out.add("blank")
        if self.value[:1] in "-0123456789" and len(self.value) <= LONGEST:
            out |= {"text_amount", "bare_text", "date", "zero"}
        return frozenset(out)

    def under(self, way: Way) -> str | None:
        """Its JSON under a way, or None when it is left out."""
        sub = way.subs[self.kind]
        if sub not in self.written:
            self.written[sub] = self.write(way.manner)
        return self.written[sub]

    def write(self, manner: Manner) -> str | None:
        """Its JSON, or None when it is left out."""
        kind, value = self.kind, self.value
        if kind == _NULL:
            return NULLS[manner.null]
        if kind == _EMPTY:
            return EMPTIES[manner.empty] if manner.escape != "single" or manner.empty != "keep" else "''"
        if kind == _BOOL:
            return None if manner.false == "drop" and not value else BOOLEANS[manner.boolean][not value]
        if kind == _NUMBER:
            return self._number(value, manner)
        return self._text(value, manner)

    def _number(self, text: str, manner: Manner) -> str | None:
        if manner.number == "drop":
            return None
        if manner.zero != "keep" and left_out(text, manner.zero, "numbers"):
            return None
        text = text if manner.amount == "sent" else NUMBERS[manner.amount](text)
        if manner.number == "quoted":
            return f"'{text}'" if manner.escape == "single" else f'"{text}"'
        if manner.number == "points_quoted":  # whole numbers bare, those with a point as text
            return text if text.lstrip("-").isdigit() else f'"{text}"'
        if manner.number == "whole_quoted":
            return f'"{text}"' if text.lstrip("-").isdigit() else text
        return text

    def _text(self, text: str, manner: Manner) -> str | None:
        if manner.blank != "keep":
            text = TRIMMED[manner.blank](text)
            if not text:
                return '""' if manner.blank == "trim_kept" else EMPTIES[manner.empty]
        if manner.zero != "keep" and left_out(text, manner.zero, "texts"):
            return None
        if manner.text_amount != "sent":
            text = TEXT_AMOUNTS[manner.text_amount](text)
        if manner.date != "sent":
            changed = DATES[manner.date.removesuffix("_bare")](text)
            if changed != text and manner.date.endswith("_bare"):
                return changed
            text = changed
        if manner.bare_text == "php":
            number = php_number(text)
            return ESCAPES[manner.escape](text) if number is None else number
        if manner.bare_text != "none" and len(text) <= 40 and NUMERIC.match(text):
            return text if manner.bare_text == "numeric" or "." in text else ESCAPES[manner.escape](text)
        return ESCAPES[manner.escape](text)


class Way(NamedTuple):
    """A manner, and what of it decides about leaves of each kind (`subs`), the names (`prefix`), nested values (`holds`) and
    how parts are put together (`joint`), each as a number."""

    manner: Manner
    subs: Subs
    prefix: int
    holds: int
    joint: int
    spaces: Spaces


class Ways:
    """The manners of one search, each once."""

    def __init__(self) -> None:
        self._ways: dict[Manner, Way] = {}
        self._numbers: dict[tuple[Any, ...], int] = {}

    def way(self, manner: Manner) -> Way:
        """The one way for a manner."""
        known = self._ways.get(manner)
        if known is None:
            known = self._ways[manner] = self._made(manner)
        return known

    def _number(self, *parts: Any) -> int:
        return self._numbers.setdefault(parts, len(self._numbers))

    def _made(self, one: Manner) -> Way:
        numbers = [
            self._number(group, *(getattr(one, name) for name in names)) for group, names in enumerate(GROUPS)
        ]
        null, boolean, number, text, empty, prefix, holds, joint = numbers
        return Way(one, (null, boolean, number, text, empty), prefix, holds, joint, SPACES[one.spaces])

    def both(self, one: Way, other: Way, base: Way, changes: Mapping[str, str]) -> Way:
        """`one` with the changes that lead from `base` to `other`; only what both touch is reckoned anew."""
        manner = one.manner._replace(**changes)
        if one is base:
            return other
        subs = tuple(
            first if second == right else second if first == right else self._of(manner, group)
            for group, (first, second, right) in enumerate(zip(one.subs, other.subs, base.subs, strict=True))
        )
        prefix = self._either(one.prefix, other.prefix, base.prefix, manner, 5)
        holds = self._either(one.holds, other.holds, base.holds, manner, 6)
        joint = self._either(one.joint, other.joint, base.joint, manner, 7)
        spaces = other.spaces if one.spaces is base.spaces else one.spaces
        return Way(manner, subs, prefix, holds, joint, spaces)  # type: ignore[arg-type]

    def _either(self, first: int, second: int, right: int, manner: Manner, group: int) -> int:
        return first if second == right else second if first == right else self._of(manner, group)

    def _of(self, manner: Manner, group: int) -> int:
        return self._number(group, *(getattr(manner, name) for name in GROUPS[group]))


GROUPS: Final = (
    ("null",),
    ("boolean", "false"),
    ("number", "amount", "zero", "escape"),
    ("blank", "text_amount", "bare_text", "date", "escape", "zero", "empty"),
    ("empty", "escape"),
    ("names", "escape", "spaces"),
    ("object", "array", "container", "list"),
    ("order", "spaces", "items"),
)
"""The fields that decide about each kind of leaf, about names, about nested values, and about how parts are put together."""
