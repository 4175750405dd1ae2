"""Read `evidence.jsonl`, record by record, and verify its hash chains as they come (contracts 6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.evidence.records import Record
from simulator.protocol.text.said import Said, Text
from simulator.protocol.wire.chain import Walk, walk

FILE = "evidence.jsonl"


@dataclass(slots=True)
class EvidenceStream:
    """Iterate it once for the records that hold, in order; then it says what became of the chains.

    `problem`: one Chinese line when a chain breaks, and nothing behind the break is given. `torn`: a cut last line.
    `writers`: `{writer, count, head}` of every chain; `sealed`: the last seal, which is not among the records.
    """

    lines: Iterable[bytes]
    name: str = FILE
    found: Walk = field(default_factory=Walk)

    def __iter__(self) -> Iterator[Record]:
        return walk(self.lines, self.found)

    @property
    def problem(self) -> Text:
        """What does not hold, and where."""
        return (
            Said("{} 第 {} 行: {}", self.name, self.found.line, self.found.problem)
            if self.found.problem
            else ""
        )

    @property
    def torn(self) -> bool:
        """Whether the last line is cut off."""
        return self.found.torn

    @property
    def sealed(self) -> Record:
        """The last seal, empty when there is none."""
        return self.found.sealed

    @property
    def writers(self) -> tuple[Mapping[str, Any], ...]:
        """Every chain as far as it was read."""
        return self.found.writers


def stream(path: Path) -> EvidenceStream:
    """The records of a file, of which one line at a time is in memory. Raises OSError, also while it is iterated."""
    return EvidenceStream(_lines(path), path.name)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file
