"""The newest records of all runs in the order in which they were written: what open windows look at, once for all."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from itertools import islice
from typing import NamedTuple

from simulator.shell.limits import FEED_AT_ONCE, FEED_BYTES, FEED_RECORDS


class Heard(NamedTuple):
    """One record: its number in this process, the run that it stands in, its line in the journal."""

    number: int
    run: str
    line: bytes


class Feed:
    """Kept in memory: FEED_RECORDS lines of FEED_BYTES together. `boot` tells this process from an earlier one."""

    def __init__(self) -> None:
        self.boot = secrets.token_hex(4)
        self.newest = 0
        self.closed = False
        self._kept: deque[Heard] = deque()
        self._bytes = 0
        self._news = asyncio.Event()

    @property
    def oldest(self) -> int:
        """The number of the oldest record that is kept; one more than `newest` when none is."""
        return self._kept[0].number if self._kept else self.newest + 1

    def hear(self, run: str, line: bytes) -> None:
        """A record was written."""
        self.newest += 1
        self._kept.append(Heard(self.newest, run, line))
        self._bytes += len(line)
        while len(self._kept) > FEED_RECORDS or (self._bytes > FEED_BYTES and len(self._kept) > 1):
            self._bytes -= len(self._kept.popleft().line)
        self._wake()

    def after(self, number: int) -> list[Heard]:
        """The records after this number, oldest first, at most FEED_AT_ONCE; those that are kept no more are left out."""
        start = max(0, number + 1 - self.oldest)
        return list(islice(self._kept, start, start + FEED_AT_ONCE))

    async def wait(self, number: int, timeout_s: float) -> None:
        """Return when there is a record after this number, at the end of all, or after `timeout_s`."""
        if self.newest > number or self.closed:
            return
        try:
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        except TimeoutError:
            return

    def close(self) -> None:
        """Nothing more will be written: whoever waits returns."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
