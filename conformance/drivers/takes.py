"""The reply side of a mapping file: values taken by JSONPath, then unit, table, cast. Decimals stay exact."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from conformance.drivers.templates import (
    ABSENT,
    Roots,
    UnfitError,
    as_boolean,
    as_integer,
    as_text,
    by_table,
    fill,
)
from simulator.protocol.text.money import MoneyError, to_fen
from simulator.protocol.text.said import Said

KINDS = ("path", "const", "from", "each", "object")
_MORE_ZEROS = re.compile(r"(\.[0-9]{2})0+\Z")
MOST_NUMBER = 400


def read_reply(body: bytes) -> Any:
    """A JSON body with its decimals as Decimal, `{}` for an empty one. Raises ValueError only."""
    if not body.strip():
        return {}
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant, parse_float=_decimal)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def take(spec: Any, value: Any, roots: Roots) -> Any:
    """The value that `spec` describes, or ABSENT. Raises ValueError for one that cannot be converted."""
    if isinstance(spec, str):
        return _plain(first(spec, value))
    if "const" in spec:
        return spec["const"]
    if "object" in spec:
        return takes(spec["object"], value, roots) or ABSENT
    if "each" in spec:
        return _rows(spec, every(spec["each"], value), roots)
    found = by_table(spec, first(spec["path"], value) if "path" in spec else fill(spec["from"], roots))
    if found is ABSENT:
        return spec.get("otherwise", ABSENT)
    if "unit" in spec:
        return fen_of_yuan(found) if spec["unit"] == "yuan" else as_integer(found)
    return _CAST[spec.get("as", "")](found)


def takes(specs: Mapping[str, Any], value: Any, roots: Roots) -> dict[str, Any]:
    """What `specs` describe, by name; what is not there is left out."""
    taken = {name: take(spec, value, roots) for name, spec in specs.items()}
    return {name: item for name, item in taken.items() if item is not ABSENT and item is not None}


def fen_of_yuan(value: Any) -> int:
    """`"60"`, `60.1` or `"60.1000"` as fen, exactly. Raises MoneyError for part of a fen."""
    if isinstance(value, (list, dict)):
        raise MoneyError(Said("金额应为元的十进制数, 收到的是 {}", as_text(value)[:40]))
    return to_fen(_MORE_ZEROS.sub(r"\1", as_text(value).strip()), negative=True)


def first(path: str, value: Any) -> Any:
    """The first value at `path`, or ABSENT; null is absent."""
    found = every(path, value)
    return ABSENT if not found or found[0] is None else found[0]


def every(path: str, value: Any) -> list[Any]:
    """All values at `path`."""
    if not isinstance(value, (dict, list)):
        return [value] if path.strip() == "$" else []
    found: list[Any] = compiled(path).findall(value)
    return found


@cache
def compiled(path: str) -> Any:
    """The compiled JSONPath. Raises UnfitError for what is none."""
    import jsonpath  # here, since few runs have a mapping file and the library takes a while to load

    try:
        return jsonpath.compile(path)
    except jsonpath.JSONPathError as error:
        raise UnfitError((str(error).strip() or "?").splitlines()[0]) from None


def _rows(spec: Mapping[str, Any], found: list[Any], roots: Roots) -> list[Any]:
    if "item" in spec:
        return [takes(spec["item"], one, roots) for one in found]
    made = (take(spec["value"], one, roots) for one in found)
    return [one for one in made if one is not ABSENT]


def _decimal(text: str) -> Decimal:
    if len(text) > MOST_NUMBER:
        raise ValueError("number too long")
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError(text) from None


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def _plain(value: Any) -> Any:
    """`value` with its decimals as text: the contract has integers only, and text keeps every digit."""
    if isinstance(value, Decimal):
        return as_text(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


_CAST: Mapping[str, Any] = {"": _plain, "string": as_text, "integer": as_integer, "boolean": as_boolean}
