"""Read `evidence.jsonl` and verify its hash chain (contracts 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.records import Record
from simulator.protocol.text.said import Said, Text
from simulator.protocol.wire.chain import Walk, chained, walk

__all__ = ["MOST_RECORDS", "Evidence", "chained", "read", "read_lines"]
MOST_RECORDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """The records that hold, in order; `problem` is one line when the chain breaks, `torn` a cut last line."""

    records: tuple[Record, ...]
    problem: Text = ""
    torn: bool = False
    writers: tuple[Mapping[str, Any], ...] = ()


def read(path: Path) -> Evidence:
    """Read one file. A broken chain ends the reading there; the records before it hold. Raises OSError."""
    with path.open("rb") as file:
        return read_lines(file, path.name)


def read_lines(lines: Iterable[bytes], name: str = "evidence.jsonl") -> Evidence:
    """Like `read`, from lines."""
    found, records = Walk(), list[Record]()
    problem: Text = ""
    for record in walk(lines, found):
        if len(records) >= MOST_RECORDS:
            problem = Said("{} 第 {} 行: 超过 {} 条记录", name, found.line, MOST_RECORDS)
            break
        records.append(record)
    problem = problem or (Said("{} 第 {} 行: {}", name, found.line, found.problem) if found.problem else "")
    return Evidence(tuple(records), problem, found.torn, found.writers)
