"""Read the members of a business object that somebody else wrote: whatever is there, no exception escapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.protocol.text.money import MoneyError, to_fen
from simulator.protocol.text.said import Text, listed

FenOrBad = int | None


def text(data: Mapping[str, Any], name: str) -> str:
    """The member as text: strings and numbers by their lexical form, anything else (and absence) as empty."""
    value = data.get(name)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def node(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The member as an object; empty when it is absent or something else."""
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def rows(data: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The objects of the array member; other rows are left out (the schema fact names them)."""
    value = data.get(name)
    if isinstance(value, (list, tuple)):
        yield from (row for row in value if isinstance(row, Mapping))


def fen(data: Mapping[str, Any], name: str, absent: FenOrBad = 0, *, negative: bool = False) -> FenOrBad:
    """The amount in fen; `absent` when the member is absent, null or empty; None when it is no amount.

    How it may be written was judged when the message was opened (`fields.decimals`): `12.5000` counts here.
    """
    value = data.get(name)
    if value is None or value == "":
        return absent
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    try:
        return to_fen(value, negative=negative, places=4)
    except MoneyError:
        return None


def pairs(data: Mapping[str, Any], *names: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """(kind, value) pairs for attribution from (kind, member) names; empty values are left out."""
    return tuple((kind, text(data, member)) for kind, member in names if text(data, member))


Refusal = tuple[str, Text]
"""(our code, one sentence: what was wrong with which value and what to do)."""


def together(found: Iterable[Refusal | None]) -> Refusal | None:
    """All refusals as one: the code of the first, every sentence. None when there is none."""
    told = [one for one in found if one is not None]
    if len(told) < 2:
        return told[0] if told else None
    return told[0][0], listed("; ", (sentence for _, sentence in told))
