"""Persons whom the vendor has on file: each is used by one scenario at a time (contracts 2, 4)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from conformance.declared_persons import Person


class Roster:
    """The list of a run. Without a list every scenario makes its own persons and nothing is waited for."""

    def __init__(self, listed: Sequence[Person]) -> None:
        self._free = list(listed)
        self.size = len(listed)
        self._news = asyncio.Condition()

    @contextlib.asynccontextmanager
    async def taken(self, count: int) -> AsyncIterator[tuple[Person, ...]]:
        """`count` persons, all at once, for as long as the block lasts; none when the list has fewer.

        The one that was free longest comes first, so that a late message of the last scenario meets nobody new.
        """
        if not 0 < count <= self.size:
            yield ()
            return
        async with self._news:
            await self._news.wait_for(lambda: len(self._free) >= count)
            mine, self._free = tuple(self._free[:count]), self._free[count:]
        try:
            yield mine
        finally:
            async with self._news:
                self._free += mine
                self._news.notify_all()
