"""The replay keys of accepted messages: what makes a byte-identical repeat a replay."""

from __future__ import annotations

from collections import OrderedDict

from simulator.shell.limits import SEEN_SIGNATURES


class Seen:
    """Replay keys of accepted messages by institution. Asking leaves no trace."""

    def __init__(self) -> None:
        self._memory: OrderedDict[tuple[str, str], None] = OrderedDict()

    def has(self, code: str, key: str) -> bool:
        """Whether a message of this institution with this key was accepted."""
        return (code, key) in self._memory

    def remember(self, code: str, key: str) -> None:
        """A message with this key was accepted; the oldest is forgotten beyond the limit."""
        if key:
            self._memory[code, key] = None
        if len(self._memory) > SEEN_SIGNATURES:
            self._memory.popitem(last=False)
