"""Read the members of evidence records: whatever is there, nothing raises. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.protocol.text.money import MoneyError, to_fen

AMOUNTS: tuple[tuple[str, str], ...] = (
    ("total", "feeSumamt"),
    ("fund", "fundPay"),
    ("account", "psnAcctPay"),
    ("cash", "ownPayAmt"),
)
"""Our words for the four parts and their names on the wire (centre sheet 9)."""


def child(value: Any, *path: str) -> Mapping[str, Any]:
    """The object at `path`, or an empty one."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def text(value: Any, name: str) -> str:
    """The member as text; a number by its digits, anything else (and absence) as empty."""
    found = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, (str, int)):
        return ""
    return str(found)


def rows(value: Any, name: str) -> tuple[Mapping[str, Any], ...]:
    """The objects of the array member."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return tuple(row for row in found if isinstance(row, Mapping)) if isinstance(found, (list, tuple)) else ()


def whole(value: Any, name: str) -> int | None:
    """The member as an integer, None when it is none."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def fen(value: Any, name: str) -> int | None:
    """The yuan member in fen; None when it is absent, empty or no amount. How it is written is a fact (`amounts.form`)."""
    found = text(value, name)
    try:
        return to_fen(found, places=4) if found else None
    except MoneyError:
        return None


def same(one: str, other: str) -> bool:
    """Whether two values, masked or not, are equal: a mask ends in `~` and a digest of the whole value."""
    return one.rpartition("~")[2] == other.rpartition("~")[2]


def key_of(value: str) -> str:
    """What `same` compares, for use in sets."""
    return value.rpartition("~")[2]


def amounts_of(data: Mapping[str, Any]) -> dict[str, int] | None:
    """total, fund, account, cash of a message in fen, or None when one is missing."""
    found = {name: fen(data, member) for name, member in AMOUNTS}
    known = {name: value for name, value in found.items() if value is not None}
    return known if len(known) == len(found) else None


def balanced(data: Mapping[str, Any]) -> bool:
    """Whether total = fund + account + other + cash (centre sheet 9)."""
    known = amounts_of(data)
    return known is not None and known["total"] == (
        known["fund"] + known["account"] + known["cash"] + (fen(data, "othFeeAmt") or 0)
    )
