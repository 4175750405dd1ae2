"""One hospital: its configuration, practice, books, wire and timers, and the tasks it has under way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from conformance.reference.books import Books, HospitalOrder
from conformance.reference.config import Config
from conformance.reference.logbook import Logbook
from conformance.reference.peer_wire import Wire
from conformance.reference.practice import Practice

T = TypeVar("T")

ANSWER_WITHIN_S: Final = 4.5
"""A call that cannot be finished by then is answered `accepted` and goes on (driver contract: 5 s)."""


def wall_ms() -> int:
    """The machine's clock in Unix milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class FlowTimer:
    """Something due at timer time `due_ms` of a flow."""

    run: str
    flow: str
    due_ms: int
    act: Callable[[], Awaitable[None]]
    alarm: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class HospitalTimers:
    """Virtual time per flow: the machine's clock plus what `clock` has added. At most one timer a key."""

    offsets: dict[tuple[str, str], int] = field(default_factory=dict)
    waiting: dict[str, FlowTimer] = field(default_factory=dict)
    running: set[asyncio.Task[None]] = field(default_factory=set)

    def now(self, run: str, flow: str) -> int:
        """FlowTimer time of a flow."""
        return wall_ms() + self.offsets.get((run, ""), 0) + (self.offsets.get((run, flow), 0) if flow else 0)

    def set(self, key: str, run: str, flow: str, due_ms: int, act: Callable[[], Awaitable[None]]) -> None:
        """Run `act` once at `due_ms`; a later call with the same key replaces it."""
        self.drop(key)
        timer = FlowTimer(run, flow, due_ms, act)
        delay = max(0.0, (due_ms - self.now(run, flow)) / 1000)
        timer.alarm = asyncio.get_running_loop().call_later(delay, self._ring, key)
        self.waiting[key] = timer

    def drop(self, key: str) -> None:
        """Forget a timer."""
        timer = self.waiting.pop(key, None)
        if timer is not None and timer.alarm is not None:
            timer.alarm.cancel()

    def drop_run(self, run: str) -> None:
        """Forget every timer and offset of a run."""
        for key in [key for key, timer in self.waiting.items() if timer.run == run]:
            self.drop(key)
        for place in [place for place in self.offsets if place[0] == run]:
            del self.offsets[place]

    def _ring(self, key: str) -> None:
        timer = self.waiting.pop(key, None)
        if timer is not None:
            task = asyncio.ensure_future(_await(timer.act))
            self.running.add(task)
            task.add_done_callback(self.running.discard)

    async def advance(self, run: str, flow: str, by_ms: int) -> int:
        """Move a flow (or, without flow, the run) forward and run what is due by then. Returns how many ran."""
        self.offsets[run, flow] = self.offsets.get((run, flow), 0) + by_ms
        count = 0
        while due := self._due(run, flow):
            key, timer = due
            self.drop(key)
            await timer.act()
            count += 1
        for key, timer in list(self.waiting.items()):
            if timer.run == run and flow in ("", timer.flow):
                self.set(key, timer.run, timer.flow, timer.due_ms, timer.act)
        return count

    def _due(self, run: str, flow: str) -> tuple[str, FlowTimer] | None:
        rows = [
            (key, timer)
            for key, timer in self.waiting.items()
            if timer.run == run and flow in ("", timer.flow) and timer.due_ms <= self.now(run, timer.flow)
        ]
        return min(rows, key=lambda row: row[1].due_ms, default=None)


async def _await(act: Callable[[], Awaitable[None]]) -> None:
    await act()


@dataclass(slots=True)
class Hospital:
    """Everything one hospital owns."""

    config: Config
    practice: Practice
    wire: Wire
    books: Books = field(default_factory=Books)
    timers: HospitalTimers = field(default_factory=HospitalTimers)
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    exchanging: dict[tuple[str, str], asyncio.Lock] = field(default_factory=dict)
    alerts: list[str] = field(default_factory=list)
    log: Logbook = field(default_factory=Logbook)

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start work that may outlive the call that started it."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def alert(self, order: HospitalOrder, text: str) -> None:
        """Something about an order that a person must look at; it is the order's `why` from now on."""
        order.why = text
        self.note(order.med_org_ord, text)

    def note(self, number: str, text: str) -> None:
        """Something a person must look at; the last 200 are kept."""
        self.alerts = [*self.alerts[-199:], f"{number}: {text}"]

    async def close(self) -> None:
        """Stop every task and timer."""
        for key in list(self.timers.waiting):
            self.timers.drop(key)
        work = [*self.tasks, *self.timers.running]
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
