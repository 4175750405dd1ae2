"""On which page what stands: the same rules by which a word processor breaks pages, over heights we fix ourselves. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Block:
    """What is not split: its height and the room around it, points; `told` gets the number of its page."""

    height: float
    before: float = 0.0
    after: float = 0.0
    told: list[int] = field(default_factory=list)


@dataclass
class PageCount:
    """A pen on paper. `room`: what a page holds. `tail`: the room after the last block, which the next one shares.

    `waiting`: blocks that stay with what follows them.
    """

    room: float
    page: int = 1
    used: float = 0.0
    tail: float = 0.0
    waiting: list[Block] = field(default_factory=list)

    @property
    def left(self) -> float:
        """What is left of this page."""
        return max(0.0, self.room - self.used)

    def turn(self, room: float) -> None:
        """A new page of another size."""
        self.settle()
        self.room = room
        self._next()

    def fresh(self) -> None:
        """A new page, unless this one is empty."""
        self.settle()
        if self.used:
            self._next()

    def hold(self, block: Block) -> None:
        """A block that stays with the next one."""
        self.waiting.append(block)

    def put(self, block: Block, again: float = 0.0) -> None:
        """A block, with what is held to it; `again` stands above it once more when it begins a page (table header)."""
        blocks = [*self.waiting, block]
        self.waiting.clear()
        if self.used and self.used + _height(blocks, self.tail) > self.room + 0.01:
            self._next()
            self.used = again if len(blocks) == 1 else 0.0
        for one in blocks:
            one.told.append(self.page)
            self.used += _height([one], self.tail) + one.after
            self.tail = one.after
        while self.used - block.after > self.room + 0.01:  # higher than a page: goes on on the next
            self.page += 1
            self.used -= self.room

    def settle(self) -> None:
        """What is held to nothing more stands where it is."""
        if self.waiting:
            self.put(Block(0.0))

    def _next(self) -> None:
        self.page += 1
        self.used = self.tail = 0.0


def _height(blocks: list[Block], tail: float) -> float:
    """From the end of the last block to the end of these, without the room after them: of two rooms the larger counts."""
    total = 0.0
    for block in blocks:
        total += max(0.0, block.before - tail) + block.height + block.after
        tail = block.after
    return total - tail
