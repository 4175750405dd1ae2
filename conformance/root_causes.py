"""The root causes of a run: findings of one kind put together, with what follows from them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

BAD = ("fail", "waiting", "error")
MOST = 200
"""Root causes that are kept apart; a run has no more rules than that."""
_SHOWN = (
    "requirement", "title", "title_en", "level", "verdict", "domain", "fact", "kind", "observed", "observed_said", "quote",
    "quote_record", "scenario", "flow", "records", "cause", "cause_en", "replay",
)  # fmt: skip


@dataclass(slots=True)
class RootCauses:
    """Counts lines as they come: a root with the same requirement, verdict, fact and kind in many flows is one."""

    _found: dict[tuple[str, ...], dict[str, Any]] = field(default_factory=dict)

    def add(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """The lines of one flow."""
        roots: dict[str, dict[str, Any]] = {}
        for line in lines:
            if line["verdict"] in BAD and "consequence_of" not in line:
                how = (str(line.get("fact", "")), str(line.get("kind", "")))
                key = (line["requirement"], line["verdict"], *how)
                if key not in self._found and len(self._found) >= MOST:
                    continue
                new = {
                    **{name: line[name] for name in _SHOWN if name in line},
                    "flows": 0,
                    "consequences": {},
                }
                roots[line["id"]] = root = self._found.setdefault(key, new)
                root["flows"] += 1
        for line in lines:
            after = roots.get(str(line.get("consequence_of", "")))
            if after is not None:
                name = line["requirement"]
                after["consequences"][name] = after["consequences"].get(name, 0) + 1

    def rows(self) -> list[Mapping[str, Any]]:
        """Fails first, then those that most follows from; `flows`: in how many; `consequences`: requirement -> lines."""
        found = list(self._found.values())
        return sorted(
            found,
            key=lambda one: (BAD.index(one["verdict"]), -sum(one["consequences"].values()), -one["flows"]),
        )
