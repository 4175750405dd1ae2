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
MOST_RECORDS = 1_000_000
"""Records that one judgement holds in memory; a stream has no such limit."""


@dataclass(slots=True)
class EvidenceStream:
    """Iterate it once for the records that hold, in order; then it says what became of the chains.

    `problem`: one Chinese line when a chain breaks, and nothing behind the break is given. `torn`: a cut last line.
    `writers`: `{writer, count, head}` of every chain.
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
    def writers(self) -> tuple[Mapping[str, Any], ...]:
        """Every chain as far as it was read."""
        return self.found.writers


def stream(path: Path) -> EvidenceStream:
    """The records of a file, of which one line at a time is in memory. Raises OSError, also while it is iterated."""
    return EvidenceStream(_lines(path), path.name)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


@dataclass(frozen=True, slots=True)
class Evidence:
    """All records of a file that hold, in order, with what its `EvidenceStream` says at the end."""

    records: tuple[Record, ...]
    problem: Text = ""
    torn: bool = False
    writers: tuple[Mapping[str, Any], ...] = ()


def read(path: Path) -> Evidence:
    """Read one file whole, up to MOST_RECORDS. Raises OSError."""
    return _whole(stream(path))


def read_lines(lines: Iterable[bytes], name: str = FILE) -> Evidence:
    """Like `read`, from lines."""
    return _whole(EvidenceStream(lines, name))


def _whole(found: EvidenceStream) -> Evidence:
    records: list[Record] = []
    writers: tuple[Mapping[str, Any], ...] = ()
    for record in found:
        if len(records) >= MOST_RECORDS:
            problem = Said("{} 第 {} 行: 超过 {} 条记录", found.name, found.found.line, MOST_RECORDS)
            return Evidence(tuple(records), problem, False, writers)
        records.append(record)
        writers = found.writers if len(records) == MOST_RECORDS else ()
    return Evidence(tuple(records), found.problem, found.torn, found.writers)
