"""Members of records, person specs and calls in the reader's words: names instead of keys, yuan instead of fen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reports.display import scalar
from reports.words import Words
from simulator.protocol.text.said import said_in

LIMIT = 180
"""Characters of the line that sums a record up."""
MONEY = frozenset(
    ("balance", "deductible", "hosp_part", "deposit", "mulaid", "total", "fund", "account", "cash", "other", "fee",
     "amount", "fen", "credit"),
)  # fmt: skip
"""Members that hold fen when they hold a whole number."""
SHARES = frozenset(("ratio",))


def yuan(fen: int) -> str:
    """Fen as people read them: `12.50`."""
    sign, amount = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{amount // 100}.{amount % 100:02d}"


def name_of(key: str, words: Words) -> str:
    """The name of a member; the key itself if it has none."""
    return words.known("member", key) or words.known("field", key) or key


def value_of(key: str, value: Any, words: Words) -> str:
    """One scalar as a reader expects it: amounts in yuan, shares in per cent, known words by their names."""
    if isinstance(value, bool):
        return words("yes" if value else "no")
    if isinstance(value, int) and key in MONEY:
        return words("yuan", n=yuan(value))
    if isinstance(value, int) and key in SHARES:
        return f"{value}%"
    said = scalar(value)
    if key == "insutype":
        return f"{name} {said}" if (name := words.known("insutype", said)) else said
    return words.known(f"value.{key}", said) or said


def brief(detail: Mapping[str, Any], words: Words, skip: tuple[str, ...] = ()) -> str:
    """The scalar members of a record in one line, at most `LIMIT` characters.

    A sentence is shown as its text; template and arguments beside it would say it twice.
    """
    said = words.joined(*_pieces(detail, words, skip))
    return said if len(said) <= LIMIT else said[: LIMIT - 1] + "…"


def _pieces(detail: Mapping[str, Any], words: Words, skip: tuple[str, ...] = ()) -> Iterator[str]:
    for key, value in detail.items():
        twice = key.endswith("_said") and key.removesuffix("_said") in detail
        if key in skip or twice or value in (None, "", [], {}):
            continue
        name = name_of(key, words)
        if f"{key}_said" in detail:
            yield f"{name} {words.say(said_in(detail, key))}"
        elif isinstance(value, Mapping):
            inner = words.joined(*_pieces(value, words))
            if inner:
                yield words("member.inner", name=name, inner=inner)
        elif isinstance(value, list | tuple):
            few = [
                value_of(key, item, words)
                for item in value[:6]
                if not isinstance(item, Mapping | list | tuple)
            ]
            yield f"{name} {'/'.join(few)}" if few else f"{name} × {len(value)}"
        else:
            yield f"{name} {value_of(key, value, words)}"
