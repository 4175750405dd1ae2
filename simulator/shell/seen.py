"""The signatures already accepted: what makes a byte-identical repeat a replay."""

from __future__ import annotations

from collections import OrderedDict

from simulator.shell.limits import SEEN_SIGNATURES


class Seen:
    """A container that remembers what it was asked for, so that an accepted signature can be added."""

    def __init__(self) -> None:
        self._memory: OrderedDict[str, None] = OrderedDict()
        self._asked = ""

    def __contains__(self, text: object) -> bool:
        self._asked = str(text)
        return text in self._memory

    def start(self) -> None:
        """Begin with another message: nothing was asked yet."""
        self._asked = ""

    def accept(self) -> None:
        """Add the signature asked for last; the oldest is forgotten beyond the limit."""
        if self._asked:
            self._memory[self._asked] = None
            self._asked = ""
        if len(self._memory) > SEEN_SIGNATURES:
            self._memory.popitem(last=False)
