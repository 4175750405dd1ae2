"""Verdict lines put together as they come: as many as scenarios have requirements, not as there were flows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Place = tuple[int, int]
"""Where the lines of a flow stand among those of the run: scenario in the order of the run, then number of the flow."""
_TOLD = (
    "scenario",
    "flow",
    "requirement",
    "group",
    "cases",
    "verdict",
    "offered",
    "observed",
    "observed_said",
)


class Tally:
    """Equal lines (scenario, requirement, verdict, whether offered) become one: the first by place, with `times`.

    Lines of no flow stay apart from those of flows without a scenario. `count`: lines so far.
    """

    def __init__(self) -> None:
        self.count = 0
        self._first: dict[tuple[Any, ...], tuple[Place, int, Mapping[str, Any]]] = {}
        self._times: dict[tuple[Any, ...], int] = {}

    def add(self, place: Place, lines: Sequence[Mapping[str, Any]]) -> None:
        """Count the lines of one flow, in their order."""
        for number, line in enumerate(lines):
            key = (
                line["scenario"], bool(line["flow"]), line["requirement"], line["verdict"], line.get("offered", True),
            )  # fmt: skip
            known = self._first.get(key)
            if known is None or (place, number) < known[:2]:
                self._first[key] = place, number, {name: line[name] for name in _TOLD if name in line}
            self._times[key] = self._times.get(key, 0) + 1
        self.count += len(lines)

    def lines(self) -> list[Mapping[str, Any]]:
        """`{scenario, flow, requirement, group, cases, verdict, offered?, observed, observed_said?, times}` in the order of the run."""
        ordered = sorted(self._first.items(), key=lambda item: item[1][:2])
        return [{**line, "times": self._times[key]} for key, (_, _, line) in ordered]
