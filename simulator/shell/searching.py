"""The values of a run looked for in a text that is no record: a log, a file (contracts 6: `scan` records).

The values stay here: whoever asks learns where one stands, of which kind, and the line with everything replaced.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.protocol.text.written_forms import PLAIN, written_forms
from simulator.shell.known_values import KnownValues
from simulator.shell.limits import FOUND_A_KIND, LINE_CHARS

AROUND = 60
"""Characters of a line before and behind what was found that are shown."""


@dataclass(slots=True)
class Searched:
    """What a text holds: lines by kind, the first of each kind with where it is, and the text with every value replaced."""

    counts: dict[str, int] = field(default_factory=dict)
    found: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def as_json(self, known: dict[str, int]) -> dict[str, Any]:
        """The answer of the control API; `known`: how many values of each kind were looked for."""
        return {
            "leaks": [{"kind": kind, "lines": count} for kind, count in self.counts.items()],
            "found": self.found,
            "known": [{"kind": kind, "values": count} for kind, count in known.items()],
            "text": "\n".join(self.lines),
        }


def search(known: KnownValues, text: str) -> Searched:
    """Look for the values of a run in each line of `text`, in every form in which it may be written."""
    out = Searched()
    for number, line in enumerate(text.split("\n"), 1):
        shown, kinds = line, dict[str, None]()
        for form, said in written_forms(line):
            masked, hits = known.replaced(said)
            if not hits:
                continue
            for at, kind in hits:
                if kind not in kinds:
                    kinds[kind] = None
                    _note(out, kind, number, form, _excerpt(known, masked, at))
            shown = masked if form == PLAIN else f"…({', '.join(kinds)})"
        out.lines.append(shown)
    return out


def _note(out: Searched, kind: str, line: int, form: str, excerpt: str) -> None:
    out.counts[kind] = out.counts.get(kind, 0) + 1
    if out.counts[kind] <= FOUND_A_KIND:
        out.found.append({"kind": kind, "line": line, "form": form, "excerpt": excerpt})


def _excerpt(known: KnownValues, masked: str, at: int) -> str:
    """What stands around a place of a replaced text; nothing where another form of it still tells something."""
    begin = max(0, at - AROUND)
    shown = ("…" if begin else "") + masked[begin : at + 2 * AROUND][:LINE_CHARS]
    return "…" if any(known.replaced(said)[1] for _, said in written_forms(masked)) else shown
