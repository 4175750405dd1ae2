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
        """Of mistakes with one text one for each cause: the one made everywhere rather than at one level, the smaller one.

        None that does all that another does and more, no far one beside a near one, and none that must have been made at
        one level only beside one that may have been made at all.
        """
        if not self.same:
            return
        every = [self.made, *self.same]
        every = [one for one in every if one.rank < 2 and not one.yields] or every
        causes: dict[str, Deviation] = {}
        for one in sorted(every, key=_plainness):
            causes.setdefault(one.named.cause, one)
        chosen = list(causes.values())
        wide = [one for one in chosen if one.named.scope in _WIDE]
        least = [one for one in wide or chosen if not any(other.slots < one.slots for other in chosen)]
        self.made, *rest = least or wide or chosen
        self.weight, self.same = weight(self.made), tuple(rest)


_WIDE: Final = ("", "envelope", "all")


def _plainness(made: Deviation) -> tuple[int, bool, int, int]:
    fields = {slot.partition(".")[2] for slot in (*made.inner, *made.outer)}
    return made.rank, made.named.scope not in _WIDE, len(fields), len(made.slots)


def combined(lives: Sequence[Live]) -> Iterator[tuple[Deviation, ...]]:
    """Every choice of one mistake for each, those that meet in a slot left out."""
    if not lives:
        yield ()
        return
    for made in (lives[0].made, *lives[0].same):
        for rest in combined(lives[1:]):
            if not any(made.meets(other) for other in rest):
                yield (made, *rest)
