"""Where the machine's clock was set during a run: wire time and measured time of the records part (contracts 3). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from conformance.evidence.records import Record
from conformance.evidence.values import child, text, whole

JUMP_MS = 5_000
"""Less than this is a clock that is being disciplined, or a process that had to wait between reading two clocks."""
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class ClockJump:
    """Before record `seq` the machine's clock went `ms` milliseconds further than measured time did."""

    seq: int
    ms: int

    @property
    def seconds(self) -> str:
        """`+3600.0`"""
        return f"{self.ms / 1000:+.1f}"


@dataclass(slots=True)
class ClockJumps:
    """The jumps of every writer's records, as they come. `count`: how many; `found`: the first few."""

    found: list[ClockJump] = field(default_factory=list)
    count: int = 0
    _last: dict[str, tuple[float, float]] = field(default_factory=dict)

    def hear(self, record: Record) -> None:
        """Compare a record with the one before it of the same writer; one that began anew compares with nothing."""
        wire_ms, mono_ns = _wire_ms(record), whole(child(record, "t"), "mono_ns")
        if wire_ms is None or mono_ns is None:
            return
        writer, mono_ms = text(record, "writer"), mono_ns / 1e6
        before = self._last.get(writer)
        self._last[writer] = wire_ms, mono_ms
        if before is None or mono_ms < before[1]:
            return
        ms = round((wire_ms - before[0]) - (mono_ms - before[1]))
        if abs(ms) >= JUMP_MS:
            self.count += 1
            if len(self.found) < MOST_NAMED:
                self.found.append(ClockJump(whole(record, "seq") or 0, ms))

    def between(self, first: int, last: int) -> ClockJump | None:
        """The first jump after record `first` and not after record `last`."""
        return next((jump for jump in self.found if first < jump.seq <= last), None)


def _wire_ms(record: Record) -> float | None:
    try:
        return datetime.fromisoformat(text(child(record, "t"), "wire")).timestamp() * 1000
    except (ValueError, OverflowError):
        return None
