"""The shape of the table of mistakes, and how its rows become deviations of one message.

A slot is one independent choice: `data.order`, `rows.null`, `envelope.-version`, `tail.name`, `whole.charset`. A row says
which slots a mistake sets; a deviation is a row at one scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from simulator.protocol.diagnosis.deviation import Named, Scope
from simulator.protocol.text.said import Said

PARTS: Final[Mapping[Scope, tuple[str, ...]]] = {
    "all": ("data", "nested", "rows", "items"),
    "data": ("data",),
    "nested": ("nested",),
    "rows": ("rows", "items"),
    "items": ("items",),
    "below": ("nested", "rows", "items"),
}
"""Scope of the business object -> the levels whose manner it changes."""
WHERE: Final[Mapping[Scope, Said]] = {
    "data": Said("data 顶层成员"),
    "nested": Said("data 的内层对象"),
    "rows": Said("数组之内"),
    "items": Said("数组里不是对象的元素"),
    "below": Said("data 的下层(内层对象与数组之内)"),
}
EVERYWHERE: Final[tuple[Scope, ...]] = ("all", "data", "below", "rows", "nested", "items")


@dataclass(frozen=True, slots=True)
class Mistaken:
    """One mistake. `sets`: field -> value in the manner of each scope; or slot -> value when `scopes` is empty.

    `also`: slots beside these, for all scopes at once. `rank`: 0 common, 1 known of some library, 2 far. `parts`: it is
    the sum of rows that may each be made alone, by people who tidy some things and not others. `yields`: where it makes the
    text of another, it is that other.
    """

    cause: str
    sets: Mapping[str, str]
    said: Said
    rank: int = 0
    scopes: tuple[Scope, ...] = EVERYWHERE
    also: Mapping[str, str] = field(default_factory=dict)
    parts: bool = False
    yields: bool = False
    members: bool = False
    """Only members change, not what stands in arrays without a name."""
    items: Mapping[str, str] = field(default_factory=dict)
    """What changes beside it for values that stand in arrays without a name."""


LEVELS: Final = ("data", "nested", "rows", "items")
"""The levels of the business object, each with its own manner."""
Changes = tuple[tuple[str, str], ...]
"""Field -> value of one level."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One row at one scope: what it sets in the business object (`inner`, by level in `levels`) and around it (`outer`)."""

    named: Named
    inner: Mapping[str, str]
    outer: Mapping[str, str]
    rank: int
    parts: bool = False
    alone: bool = False
    """Never composed with another: one of a long row of neighbours."""
    yields: bool = False
    widest: bool = False
    """The same mistake is also there at all levels at once."""
    levels: tuple[Changes, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", by_level(self.inner))

    @property
    def slots(self) -> frozenset[tuple[str, str]]:
        """What it sets, all in all."""
        return frozenset((*self.inner.items(), *self.outer.items()))

    def meets(self, other: Deviation) -> bool:
        """Whether both set one slot, so that they cannot stand together."""
        return not (self.inner.keys().isdisjoint(other.inner) and self.outer.keys().isdisjoint(other.outer))


def by_level(slots: Mapping[str, str]) -> tuple[Changes, ...]:
    """Slots of the business object, sorted by the level that they belong to."""
    changes: dict[str, list[tuple[str, str]]] = {}
    for slot, value in slots.items():
        level, _, name = slot.partition(".")
        changes.setdefault(level, []).append((name, value))
    return tuple(tuple(changes.get(level, ())) for level in LEVELS)


def inner(rows: Iterable[Mistaken]) -> Iterator[Deviation]:
    """Rows of the business object at each of their scopes."""
    for row in rows:
        for scope in row.scopes:
            levels = [part for part in PARTS[scope] if part != "items" or not row.members]
            sets = {f"{part}.{name}": value for part in levels for name, value in row.sets.items()}
            if "items" in levels:
                sets |= {f"items.{name}": value for name, value in row.items.items()}
            where = WHERE.get(scope)
            said = Said("{}: {}", where, row.said) if where is not None else row.said
            outer = row.also if scope == "all" else {}
            yield Deviation(
                Named(row.cause, scope, said),
                sets,
                outer,
                row.rank,
                row.parts,
                yields=row.yields,
                widest="all" in row.scopes,
            )


def outer(rows: Iterable[Mistaken], scope: Scope = "") -> Iterator[Deviation]:
    """Rows of what stands around the business object."""
    for row in rows:
        yield Deviation(Named(row.cause, scope, row.said), {}, row.sets, row.rank, row.parts)
