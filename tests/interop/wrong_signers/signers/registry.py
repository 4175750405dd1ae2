"""The register of mistakes: each has a stable name, words, a scope, and changes the plan of a signer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .plan import LEVELS, Plan, Rules
from .tree import Tree

INNER = ("data", "nested", "rows", "all")
EVERY = ("envelope", *INNER)
WHERE = {
    "": "",
    "envelope": "in the envelope, among the members that are signed",
    "data": "among the business object's own members, no deeper",
    "nested": "in objects nested in the business object outside lists",
    "rows": "inside lists: in their objects and in whatever stands in these",
    "all": "at every level of the business object",
}
SAMPLE_PRIVATE = "WjhjpzEf3XLvXfZXFE9zxrZixGutuyTsAC2OusToNBU="
SAMPLE_CENTRE = "yBW73jL3nu/WA9Cke4uW8zAV/pJk47qNt88ynL9t8yU="
SAMPLE_APP_ID, SAMPLE_SECRET = "43AF047BBA47FC8A1AE8EFB232BDBBCB", "4117E877F5FA0A0188891283E4B617D5"


@dataclass(frozen=True)
class Mistake:
    """One mistake at one scope."""

    name: str
    scope: str
    words: str
    family: str
    touches: frozenset[str]
    apply: Callable[[Plan], None]
    kind: str = ""

    @property
    def label(self) -> str:
        """The name with the scope, as it stands in same_as."""
        return f"{self.name}@{self.scope}" if self.scope else self.name


ALL: list[Mistake] = []


def _levels(scope: str) -> Iterable[str]:
    return LEVELS if scope == "all" else (scope,)


def at_levels(
    name: str,
    words: str,
    change: Callable[[Rules], None],
    group: str,
    scopes: tuple[str, ...] = INNER,
    extra: tuple[str, ...] = (),
) -> None:
    """Registers a mistake in the rules of one level or of all levels."""
    for scope in scopes:

        def apply(plan: Plan, scope: str = scope) -> None:
            for level in _levels(scope):
                change(plan.levels[level])

        touched = {f"{g}@{level}" for g in (group, *extra) for level in _levels(scope)}
        ALL.append(Mistake(name, scope, f"{words}: {WHERE[scope]}.", "text", frozenset(touched), apply))


def once(
    name: str,
    words: str,
    apply: Callable[[Plan], None],
    *groups: str,
    family: str = "text",
    scope: str = "",
    kind: str = "",
) -> None:
    """Registers a mistake that has one place only."""
    ALL.append(Mistake(name, scope, words + ".", family, frozenset(groups), apply, kind))


def setting(**values: Any) -> Callable[[Plan], None]:
    """Sets fields of the plan."""

    def apply(plan: Plan) -> None:
        for name, value in values.items():
            setattr(plan, name, value)

    return apply


def ruling(**values: Any) -> Callable[[Rules], None]:
    """Sets fields of the rules of a level."""

    def change(rules: Rules) -> None:
        for name, value in values.items():
            setattr(rules, name, value)

    return change


def pushing(field_name: str, *items: Any) -> Callable[[Plan], None]:
    """Appends to a list of steps of the plan."""

    def apply(plan: Plan) -> None:
        getattr(plan, field_name).extend(items)

    return apply


def changing(function: Callable[[Tree], Tree]) -> Callable[[Rules], None]:
    """Adds a change of single values to the rules of a level."""

    def change(rules: Rules) -> None:
        rules.scalars = (*rules.scalars, function)

    return change


def dropping(function: Callable[[Tree], bool]) -> Callable[[Rules], None]:
    """Adds a reason to drop a value to the rules of a level."""

    def change(rules: Rules) -> None:
        rules.drops = (*rules.drops, function)

    return change
