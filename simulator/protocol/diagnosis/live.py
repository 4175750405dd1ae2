"""One mistake as it changes one message, with what of its text others can build on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from simulator.protocol.crypto.ciphers import Running
from simulator.protocol.diagnosis.choices import Deviation
from simulator.protocol.diagnosis.outer import Frame
from simulator.protocol.diagnosis.writing import Inner

SCOPES: Final = {"below": 1, "rows": 1, "nested": 2, "items": 2}
"""How much less likely a mistake is that is made at one level only."""
Place = Literal["inside", "behind", "tail", "around"]


def weight(made: Deviation) -> int:
    """How unlikely a mistake is; 0 are the common ones."""
    return 2 * made.rank + SCOPES.get(made.named.scope, 0)


@dataclass(slots=True, eq=False)
class Live:
    """A deviation that changes this message.

    `place`: it changes only the business object (`inside`), only what stands behind it (`behind`), only the tail (`tail`),
    or else (`around`). `data`, `state`: the business object under it and the digest up to its end. `core`: the digest up to
    the tail, where any tail may follow. `after`: the bytes behind the object. `same`: others that make the same text.
    """

    made: Deviation
    place: Place
    digest: bytes
    frame: Frame | None = None
    inner: Inner | None = None
    data: str | None = None
    state: Running | None = None
    core: Running | None = None
    after: bytes = b""
    weight: int = 0
    same: tuple[Deviation, ...] = ()
    tails: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.weight = weight(self.made)

    def settle(self) -> None:
        """Of mistakes with one text: none that does all that another does and more, no far one beside a near one."""
        if not self.same:
            return
        every = [self.made, *self.same]
        kept = [one for one in every if not any(other.slots < one.slots for other in every)]
        if any(one.rank < 2 for one in kept):
            kept = [one for one in kept if one.rank < 2]
        causes: dict[str, Deviation] = {}
        for one in kept:
            causes.setdefault(one.named.cause, one)
        self.made, *rest = causes.values()
        self.weight, self.same = weight(self.made), tuple(rest)


def combined(lives: Sequence[Live]) -> Iterator[tuple[Deviation, ...]]:
    """Every choice of one mistake for each, those that meet in a slot left out."""
    if not lives:
        yield ()
        return
    for made in (lives[0].made, *lives[0].same):
        for rest in combined(lives[1:]):
            if not any(made.meets(other) for other in rest):
                yield (made, *rest)
