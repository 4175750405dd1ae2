"""How a set is put together: groups of tests that are numbered here and not by hand, and notes to every flag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Note = Mapping[str, Any]


def note(
    bug: str, description: str, description_en: str, effect: str, effect_en: str, reference: str, *links: str
) -> Note:
    """What a flag says: the class of the bug, what it is, what comes of it, and where that stands."""
    made: dict[str, Any] = {
        "bugType": bug, "description": description, "description_en": description_en,
        "effect": effect, "effect_en": effect_en, "reference": reference,
    }  # fmt: skip
    return {**made, "links": list(links)} if links else made


@dataclass(frozen=True, slots=True)
class Group:
    """Tests that share a key: `type` chooses their shape in schemas/vectors.json."""

    type: str
    key: Mapping[str, Any]
    tests: list[dict[str, Any]] = field(default_factory=list)

    def add(self, result: str, comment: str, flags: str, **members: Any) -> None:
        """One test; `flags` are words. Members that are None are left out."""
        given = {name: value for name, value in members.items() if value is not None}
        self.tests.append({"comment": comment, "flags": flags.split(), **given, "result": result})


def vector_set(
    algorithm: str,
    title: str,
    title_en: str,
    header: Iterable[str],
    notes: Mapping[str, Note],
    groups: Iterable[Group],
) -> dict[str, Any]:
    """The whole file: tests numbered from 1, notes of the flags that occur, in their order."""
    made, count, used = [], 0, set()
    for group in groups:
        tests = []
        for test in group.tests:
            count += 1
            used.update(test["flags"])
            tests.append({"tcId": count, **test})
        made.append({"type": group.type, "key": dict(group.key), "tests": tests})
    return {
        "schema": 1, "algorithm": algorithm, "title": title, "title_en": title_en, "header": list(header),
        "numberOfTests": count, "notes": {name: one for name, one in notes.items() if name in used}, "testGroups": made,
    }  # fmt: skip
