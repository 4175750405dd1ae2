"""One value of the business object that holds no other, written in any manner; and manners made quick to compare."""

from __future__ import annotations

from collections.abc import Callable
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
)
from simulator.protocol.text.jsontext import Num

EMPTIES: Final = {"drop": None, "keep": '""', "null": "null", "text": '"null"'}
TRIMMED: Final[dict[str, Callable[[str], str]]] = {
    "drop": lambda text: text if text.strip() else "",
    "trim": str.strip,
    "trim_kept": str.strip,
    "trim_right": str.rstrip,
    "collapse": lambda text: "".join(text.split()),
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
        if not self.value.isalnum() or self.value.lower() in ("null", "none", "undefined"):
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
        single = one.escape == "single"
        subs = (
            self._number(_NULL, one.null),
            self._number(_BOOL, one.boolean, one.false),
            self._number(_NUMBER, one.number, one.amount, one.zero, single),
            self._number(
                _TEXT, one.blank, one.text_amount, one.bare_text, one.date, one.escape, one.zero, one.empty
            ),
            self._number(_EMPTY, one.empty, single),
        )
        prefix = self._number("prefix", one.names, one.escape, one.spaces)
        holds = self._number("holds", one.object, one.array, one.container, one.list)
        joint = self._number("joint", one.order, one.spaces, one.items)
        return Way(one, subs, prefix, holds, joint, SPACES[one.spaces])
