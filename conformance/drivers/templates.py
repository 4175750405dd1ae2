"""The request side of a mapping file: text with placeholders, lists, units and tables filled from a call.

`{args.bill_ids}` alone keeps its JSON type; inside other text it is written as text. What is absent (or null)
drops the member that names it, and an object that came out empty is left out with it. There is no expression.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from simulator.protocol.text.jsontext import Num
from simulator.protocol.text.money import to_yuan
from simulator.protocol.text.said import Said

ABSENT: Any = object()
"""No value: the member is left out."""

PLACE = re.compile(r"\{([a-z_]+(?:\.[A-Za-z0-9_]+)*)\}")
CONVERSIONS = ("unit", "table", "as", "otherwise")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
MOST_DECIMALS = 40
_YES = ("true", "1", "yes", "y", "是")
_NO = ("false", "0", "no", "n", "否", "")

Roots = Mapping[str, Any]


class UnfitError(ValueError):
    """A value is not what the file says it is; the text is one Chinese clause."""


def fill(template: Any, roots: Roots) -> Any:
    """`template` with its values, or ABSENT. Raises UnfitError for a value that cannot be converted."""
    if isinstance(template, str):
        return _text(template, roots)
    if isinstance(template, list):
        return [item for item in (fill(part, roots) for part in template) if item is not ABSENT]
    if not isinstance(template, Mapping):
        return template
    if is_list(template):
        return _each(template, roots)
    if is_value(template):
        return _converted(template, fill(template["from"], roots))
    members = {name: fill(item, roots) for name, item in template.items()}
    made = {name: item for name, item in members.items() if item is not ABSENT}
    return made if made or not members else ABSENT


def exact(value: Any) -> Any:
    """`value` with its binary fractions as the decimals they are written as, for a JSON writer that knows none."""
    if isinstance(value, float):
        return Num(repr(value))
    if isinstance(value, Mapping):
        return {name: exact(item) for name, item in value.items()}
    return [exact(item) for item in value] if isinstance(value, (list, tuple)) else value


def is_list(template: Mapping[str, Any]) -> bool:
    """Whether an object of a body is `{each, item}` and no object of the vendor's own."""
    return set(template) == {"each", "item"}


def is_value(template: Mapping[str, Any]) -> bool:
    """Whether an object of a body is `{from, unit …}` and no object of the vendor's own such as `{from, to}`."""
    rest = set(template) - {"from"}
    return "from" in template and bool(rest) and rest <= set(CONVERSIONS) and whole(template["from"]) != ""


def whole(text: Any) -> str:
    """The path of a text that is one placeholder and nothing else, or the empty text."""
    hit = PLACE.fullmatch(text) if isinstance(text, str) else None
    return hit[1] if hit else ""


def reach(roots: Roots, path: str) -> Any:
    """The value at a dotted path, or ABSENT; null is absent."""
    found: Any = roots
    for part in path.split("."):
        if isinstance(found, Mapping) and part in found:
            found = found[part]
        elif (
            isinstance(found, (list, tuple)) and part.isdecimal() and len(part) < 7 and int(part) < len(found)
        ):
            found = found[int(part)]
        else:
            return ABSENT
    return ABSENT if found is None else found


def as_text(value: Any) -> str:
    """`value` as it stands in a path, a query or a header; items of a list are joined by commas."""
    if value is ABSENT or value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(as_text(item) for item in value)
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, Decimal) and -MOST_DECIMALS <= value.as_tuple().exponent <= 0:  # type: ignore[operator]
        return format(value, "f")
    return str(value)


def by_table(spec: Mapping[str, Any], found: Any) -> Any:
    """`found` by the table of `spec` if it has one; ABSENT for what the table does not name."""
    return spec["table"].get(as_text(found), ABSENT) if "table" in spec and found is not ABSENT else found


def as_boolean(value: Any) -> bool:
    """A yes or no in the usual words. Raises UnfitError for any other."""
    word = as_text(value).strip().lower()
    if word not in _YES + _NO:
        raise UnfitError(Said("{} 不是真假值, 用 table 写明哪个值为 true, 哪个为 false", word[:40]))
    return word in _YES


def as_integer(value: Any) -> int:
    """A whole number, `7`, `"7"` or `7.0`. Raises UnfitError for any other."""
    text = "" if isinstance(value, (list, tuple, Mapping)) else as_text(value).strip()
    if not _NUMBER.match(text) or len(text) > 40 or text.partition(".")[2].strip("0"):
        raise UnfitError(Said("{} 不是整数", as_text(value)[:40]))
    return int(text.partition(".")[0])


def _text(template: str, roots: Roots) -> Any:
    path = whole(template)
    if path:
        return reach(roots, path)
    values = {hit[1]: reach(roots, hit[1]) for hit in PLACE.finditer(template)}
    if any(value is ABSENT for value in values.values()):
        return ABSENT
    return PLACE.sub(lambda hit: as_text(values[hit[1]]), template)


def _each(template: Mapping[str, Any], roots: Roots) -> Any:
    source = fill(template["each"], roots)
    if not isinstance(source, (list, tuple)):
        return ABSENT
    made = (fill(template["item"], {**roots, "item": one}) for one in source)
    return [item for item in made if item is not ABSENT]


def _converted(spec: Mapping[str, Any], found: Any) -> Any:
    found = by_table(spec, found)
    if found is ABSENT:
        return spec.get("otherwise", ABSENT)
    if "unit" in spec:
        if not isinstance(found, int) or isinstance(found, bool):
            raise UnfitError(Said("{} 的值 {} 不是整数分, 不能写 unit", spec["from"], as_text(found)[:40]))
        found = to_yuan(found) if spec["unit"] == "yuan" else found
    return _WRITTEN[spec.get("as", "")](found)


def _number(value: Any) -> Num:
    text = as_text(value).strip()
    if not _NUMBER.match(text):
        raise UnfitError(Said("{} 不能写成 JSON 数字", text[:40]))
    return Num(text)


_WRITTEN: Mapping[str, Any] = {
    "": lambda value: value,
    "string": as_text,
    "integer": as_integer,
    "number": _number,
    "boolean": as_boolean,
}
