"""JSON values that keep the text of their numbers, and the writers of JSON text used by the signers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

Tree = Any
Escape = Callable[[str], str]


class Num(str):
    """A JSON number, as the text it was written with."""

    __slots__ = ()


class Raw(str):
    """A piece of text that stands in JSON without quotes."""

    __slots__ = ()


_PLAIN = re.compile(r'["\\\x00-\x1f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def parse(text: str) -> Tree:
    """The value of a JSON text; of repeated names the last counts."""
    return json.loads(text, parse_int=Num, parse_float=Num, parse_constant=Num)


def escape_plain(text: str) -> str:
    """A JSON string with the smallest escaping."""
    return '"' + _PLAIN.sub(lambda m: _SHORT.get(m[0]) or f"\\u{ord(m[0]):04x}", text) + '"'


def escaper(unicode_case: str = "", extra: str = "", extra_case: str = "x", slash: bool = False) -> Escape:
    """A JSON string writer that also escapes non-ASCII ("x" or "X") and the characters of `extra`."""

    def escape(text: str) -> str:
        out = []
        for char in text:
            if char in extra:
                out.append(f"\\u{ord(char):04{extra_case}}")
            elif char in _SHORT:
                out.append(_SHORT[char])
            elif char == "/" and slash:
                out.append("\\/")
            elif char < " ":
                out.append(f"\\u{ord(char):04x}")
            elif char > "\x7e" and unicode_case:
                units = char.encode("utf-16-be")
                out += [
                    f"\\u{int.from_bytes(units[i : i + 2], 'big'):04{unicode_case}}"
                    for i in range(0, len(units), 2)
                ]
            else:
                out.append(char)
        return '"' + "".join(out) + '"'

    return escape


def scalar(value: Tree, escape: Escape = escape_plain) -> str:
    """The JSON text of a value that is neither list nor object."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    return str(value) if isinstance(value, (Raw, Num)) else escape(value)


def dump(value: Tree, escape: Escape = escape_plain, comma: str = ",", colon: str = ":") -> str:
    """JSON text on one line."""
    if isinstance(value, dict):
        members = (escape(n) + colon + dump(v, escape, comma, colon) for n, v in value.items())
        return "{" + comma.join(members) + "}"
    if isinstance(value, list):
        return "[" + comma.join(dump(v, escape, comma, colon) for v in value) + "]"
    return scalar(value, escape)


def indented(
    value: Tree, step: str, line: str = "\n", colon: str = ": ", escape: Escape = escape_plain, depth: int = 0
) -> str:
    """JSON text over many lines."""
    if not isinstance(value, (dict, list)):
        return scalar(value, escape)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    if not value:
        return opening + closing
    inner, outer = line + step * (depth + 1), line + step * depth
    if isinstance(value, dict):
        parts = [
            escape(n) + colon + indented(v, step, line, colon, escape, depth + 1) for n, v in value.items()
        ]
    else:
        parts = [indented(v, step, line, colon, escape, depth + 1) for v in value]
    return opening + inner + ("," + inner).join(parts) + outer + closing


def java_text(value: Tree) -> str:
    """What Java's Map.toString and List.toString write."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{n}={java_text(v)}" for n, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(java_text(v) for v in value) + "]"
    return scalar(value, str)


def python_text(value: Tree) -> str:
    """What Python's str of a dict writes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{n!r}: {python_text(v)}" for n, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(python_text(v) for v in value) + "]"
    if value is None or value is True or value is False:
        return str(value)
    return str(value) if isinstance(value, (Raw, Num)) else repr(str(value))


def copy(value: Tree) -> Tree:
    """A deep copy of the containers."""
    if isinstance(value, dict):
        return {n: copy(v) for n, v in value.items()}
    return [copy(v) for v in value] if isinstance(value, list) else value
