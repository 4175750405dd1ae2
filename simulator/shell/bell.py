"""Ring timers when they are due: one task for all persons of the store."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from simulator.shell.clocks import wall_ms
from simulator.shell.limits import RING_AT_LEAST_S
from simulator.shell.store import Store
from simulator.shell.stored import Due, Person

AGAIN_S = 1.0  # after a timer that could not be rung


class Bell:
    """`ring(due)` gives a due event to its person: False when it could not, so that the timer is still there.

    `failed(error)` is told when the store itself does not answer; the bell goes on.
    """

    def __init__(
        self, store: Store, ring: Callable[[Due], Awaitable[bool]], failed: Callable[[Exception], object]
    ) -> None:
        self._store = store
        self._ring = ring
        self._failed = failed
        self._sooner = asyncio.Event()
        self._until_ms = 0

    def rescheduled(self, one: Person) -> None:
        """The timers of a person are others now: the next one may be due sooner."""
        if one.timers and one.timers[0].at_ms - one.offset_ms < self._until_ms:
            self._sooner.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._sooner.clear()
            self._until_ms = sys.maxsize  # whoever schedules while we ring ends the wait below at once
            try:
                wait_s = await self._rung()
            except Exception as error:
                self._failed(error)
                wait_s = AGAIN_S
            self._until_ms = wall_ms() + int(wait_s * 1000)
            try:
                async with asyncio.timeout(wait_s):
                    await self._sooner.wait()
            except TimeoutError:
                continue

    async def _rung(self) -> float:
        """Ring what is due; how many seconds until the next."""
        rung = [await self._ring(due) for due in await self._store.due(wall_ms())]
        if not all(rung):
            return AGAIN_S
        at_ms = await self._store.next_due()
        return RING_AT_LEAST_S if at_ms is None else min(RING_AT_LEAST_S, max(0, at_ms - wall_ms()) / 1000)
