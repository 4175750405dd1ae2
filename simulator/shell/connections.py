"""How many connections are open, in all and from one address, and how many may be: one value a port.

In all DESCRIPTORS_KEPT below what the process may have open, read at start; from one address half of that, so that one
caller who never lets go cannot shut out the others.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field

from simulator.protocol.text.said import Said
from simulator.shell.limits import CONNECTIONS_UNKNOWN, DESCRIPTORS_KEPT, LEAST_CONNECTIONS


def descriptors() -> int:
    """How many files and sockets this process may have open; where the system has no such limit, CONNECTIONS_UNKNOWN more than are kept."""
    if sys.platform == "win32":
        return CONNECTIONS_UNKNOWN + DESCRIPTORS_KEPT
    import resource

    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS_UNKNOWN + DESCRIPTORS_KEPT if soft == resource.RLIM_INFINITY else soft


def allowed(most: int = 0, per_peer: int = 0) -> tuple[int, int]:
    """Connections in all and from one address; 0 takes the default of each. The second is never above the first."""
    in_all = most or max(LEAST_CONNECTIONS, min(CONNECTIONS_UNKNOWN, descriptors() - DESCRIPTORS_KEPT))
    return in_all, min(in_all, per_peer or max(1, in_all // 2))


@dataclass(slots=True)
class Connections:
    """The open connections of one port. `highest` is the most there were at once, `refused` how many were turned away."""

    most: int
    per_peer: int
    open: Counter[str] = field(default_factory=Counter)
    count: int = 0
    highest: int = 0
    refused: int = 0

    def come(self, host: str) -> Said | None:
        """A connection from this address; why it is turned away, None when it is taken in."""
        reason = None
        if self.count >= self.most:
            reason = Said("连接已达上限 {} 个，请稍后再试", self.most)
        elif self.open[host] >= self.per_peer:
            reason = Said("来自 {} 的连接已达上限 {} 个，请先关闭不用的连接", host, self.per_peer)
        if reason is not None:
            self.refused += 1
            return reason
        self.open[host] += 1
        self.count += 1
        self.highest = max(self.highest, self.count)
        return None

    def gone(self, host: str) -> None:
        """A connection that was taken in is closed."""
        self.count -= 1
        self.open[host] -= 1
        if not self.open[host]:
            del self.open[host]
