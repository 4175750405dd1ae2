"""Who else uses this simulator: leases that end by themselves when their holder does not renew them."""

from __future__ import annotations

import asyncio
from time import monotonic

LEASE_S = 15.0  # three renewals; a holder that was killed is forgotten after it
RENEW_S = 5.0
ATTACHED = 200  # runs side by side on one simulator, more than OPEN_RUNS
LOOK_S = 0.5  # how often a simulator that is about to end looks whether it may


class Attachments:
    """The runs that a simulator must not leave, by a name that each of them chose."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def hold(self, name: str) -> bool:
        """Begin or renew a lease; False when there are too many."""
        if self.count() >= ATTACHED and name not in self._until:
            return False
        self._until[name] = monotonic() + LEASE_S
        return True

    def let_go(self, name: str) -> None:
        """End a lease."""
        self._until.pop(name, None)

    def count(self) -> int:
        """How many leases hold."""
        now = monotonic()
        self._until = {name: until for name, until in self._until.items() if until > now}
        return len(self._until)

    async def all_gone(self) -> None:
        """Return when none holds."""
        while self.count():  # noqa: ASYNC110  a lease ends by the clock: there is no event to wait for
            await asyncio.sleep(LOOK_S)
