"""The clocks of the shell: wire time, measured time, and timer time with its due events."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import count

from simulator.protocol.model.step import Event
from simulator.shell.limits import TIMERS

BEIJING = timezone(timedelta(hours=8))


def monotonic_ns() -> int:
    """Measured time: a clock that never jumps."""
    return time.monotonic_ns()


def wall_ms() -> int:
    """Wire time: the machine's clock in Unix milliseconds."""
    return time.time_ns() // 1_000_000


def iso(unix_ms: int) -> str:
    """Beijing time as `2026-11-22T15:00:00.123+08:00`, whatever the machine's zone."""
    return datetime.fromtimestamp(unix_ms / 1000, BEIJING).isoformat(timespec="milliseconds")


@dataclass(order=True, slots=True)
class Due:
    """One event and when it is due in timer time; equal times keep the order of scheduling."""

    at_ms: int
    order: int
    event: Event = field(compare=False)
    key: str = field(compare=False, default="")
    live: bool = field(compare=False, default=True)


class Timers:
    """The due events of one person in timer time (wall plus an offset that only `advance` moves).

    `fire(event)` is called when an event is due; it must not await.
    """

    def __init__(self, fire: Callable[[Event], object]) -> None:
        self._fire = fire
        self._heap: list[Due] = []
        self._keyed: dict[str, Due] = {}
        self._order = count()
        self._handle: asyncio.TimerHandle | None = None
        self.offset_ms = 0

    def now_ms(self) -> int:
        """Timer time in Unix milliseconds."""
        return wall_ms() + self.offset_ms

    def schedule(self, at_ms: int, event: Event, key: str) -> None:
        """Give `event` at `at_ms`; a later one with the same non-empty key replaces it."""
        if len(self._heap) >= TIMERS:
            raise OverflowError(f"more than {TIMERS} timers of one person")
        due = Due(at_ms, next(self._order), event, key)
        if key:
            before = self._keyed.get(key)
            if before is not None:
                before.live = False
            self._keyed[key] = due
        heapq.heappush(self._heap, due)
        self._arm()

    def next_due(self) -> int | None:
        """When the next event is due, or None."""
        while self._heap and not self._heap[0].live:
            heapq.heappop(self._heap)
        return self._heap[0].at_ms if self._heap else None

    def pending(self) -> list[Due]:
        """The live events, soonest first."""
        return sorted(due for due in self._heap if due.live)

    def clear(self) -> None:
        """Forget every event."""
        self._heap.clear()
        self._keyed.clear()
        self._arm()

    def pop_due(self, until_ms: int) -> Due | None:
        """Take the soonest event due at or before `until_ms`, moving timer time up to it."""
        at_ms = self.next_due()
        if at_ms is None or at_ms > until_ms:
            return None
        due = heapq.heappop(self._heap)
        due.live = False
        if self._keyed.get(due.key) is due:
            del self._keyed[due.key]
        self.offset_ms += max(0, due.at_ms - self.now_ms())
        return due

    def _arm(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        at_ms = self.next_due()
        if at_ms is not None:
            delay = max(0, at_ms - self.now_ms()) / 1000
            self._handle = asyncio.get_running_loop().call_later(delay, self._ring)

    def _ring(self) -> None:
        self._handle = None
        while (due := self.pop_due(self.now_ms())) is not None:
            self._fire(due.event)
        self._arm()

    def move_to(self, at_ms: int) -> None:
        """Let timer time be at least `at_ms`, and set the alarm anew."""
        self.offset_ms += max(0, at_ms - self.now_ms())
        self._arm()
