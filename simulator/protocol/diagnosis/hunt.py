"""The search: texts from near to far against what a signature fixes, within a budget of work. Knows no SM2.

Level k goes through all compositions of k mistakes, the likeliest first, and is finished before anything is said. What
changes nothing alone is left out of the farther levels. Texts that share their beginning share the state of the digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.protocol.crypto.ciphers import Running
from simulator.protocol.diagnosis.choices import Deviation
from simulator.protocol.diagnosis.deviation import Budget
from simulator.protocol.diagnosis.locks import Beside, Lock
from simulator.protocol.diagnosis.outer import Frame
from simulator.protocol.diagnosis.writing import FLAT, Writing, merged

FAR: Final = 3
"""The most mistakes at once that are looked for; all of one and two, of three the likeliest as far as the budget goes."""
WRITTEN: Final = 3
"""A byte that is written counts as so many that are hashed."""
SCOPES: Final = {"below": 1, "rows": 1, "nested": 2, "items": 2}
"""How much less likely a mistake is that is made at one level only."""
HEAVIEST: Final = 12


class SpentError(Exception):
    """The budget is used up."""


@dataclass(slots=True, eq=False)
class Live:
    """A deviation that changes this message. `data`, `state`: the business object under it and the digest up to its end,
    where it changes that alone; `after`: the bytes behind the object where it changes these alone."""

    made: Deviation
    weight: int
    digest: bytes
    data: str | None = None
    state: Running | None = None
    after: bytes | None = None
    frame: Frame | None = None
    same: tuple[Deviation, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A composition that fits: deviations of the text, and what is wrong beside it."""

    made: tuple[Deviation, ...]
    beside: Beside

    @property
    def distance(self) -> int:
        """How many mistakes it is."""
        return len(self.made) + len(self.beside)


class Hunt:
    """One search. `tried`, `hashed`: the work so far; `whole`: whether levels one and two were gone through."""

    def __init__(
        self, writing: Writing, deviations: Iterable[Deviation], locks: Sequence[Lock], budget: Budget
    ) -> None:
        self.writing, self.budget = writing, budget
        self.locks = sorted(locks, key=lambda lock: (lock.least, lock.rank))
        self.deviations = sorted(deviations, key=weight)
        self.tried = self.hashed = 0
        self.whole = True
        self.found: list[tuple[tuple[Live, ...], Beside]] = []
        self.live: list[Live] = []

    def run(self) -> tuple[Hit, ...]:
        """Every composition that fits at the least distance; () when none does within the budget."""
        if not self.locks:
            return ()
        try:
            for level, step in enumerate((self._nothing, self._singles, self._pairs, self._triples)):
                self.level = level
                step()
                if self._nearest() <= level:
                    break
        except SpentError:
            self.whole = self.level > 2
        for live in self.live:
            _settle(live)
        nearest = self._nearest()
        found = [one for one in self.found if len(one[0]) + len(one[1]) == nearest]
        return tuple(Hit(made, beside) for lives, beside in found for made in self._named(lives))

    def _nearest(self) -> int:
        return min((len(lives) + len(beside) for lives, beside in self.found), default=FAR + 9)

    def count(self, size: int) -> None:
        """One composition more, `size` bytes of it hashed. Raises SpentError."""
        self.tried += 1
        self.hashed += size
        if (
            self.tried > self.budget.compositions
            or self.hashed + WRITTEN * self.writing.work > self.budget.hashed_bytes
        ):
            raise SpentError

    def _nothing(self) -> None:
        """The right text, under every lock that stands for no mistake."""
        writing = self.writing
        self.right = writing.message({}, {})
        self.right_data = writing.data({})
        self.right_frame = writing.frame({}, there=self.right_data is not None)
        self.first = next((lock for lock in self.locks if lock.begin is not None), self.locks[0])
        self.start = None if self.first.begin is None else self.first.begin()
        if self.start is not None:
            self.start.update(self.right_frame.before.encode("utf-8", "replace"))
        self.right_state = self._state(self.right_data)
        self.known: dict[bytes, Live | None] = {self._hash(self.right): None}
        self._under((), self.right, 0)

    def _under(self, lives: tuple[Live, ...], message: bytes, least: int) -> None:
        """One text under the locks that stand for `least` mistakes."""
        for lock in self.locks:
            if lock.least == least:
                self.count(len(message))
                self._met(lives, lock, lock.digest(message))

    def _met(self, lives: tuple[Live, ...], lock: Lock, digest: bytes) -> None:
        for beside in lock.wanted.get(digest, ()):
            self.found.append((lives, (*beside, *lock.named)))

    def _hash(self, message: bytes) -> bytes:
        self.count(len(message))
        return self.first.digest(message)

    def _state(self, data: str | None) -> Running | None:
        """The digest up to the end of a business object."""
        if self.start is None or data is None:
            return None
        state = self.start.copy()
        state.update(data.encode("utf-8", "replace"))
        self.hashed += len(data)
        return state

    def _singles(self) -> None:
        self._under((), self.right, 1)
        for made in self.deviations:
            live = self._single(made)
            if live is None:
                continue
            before = self.known.get(live.digest, live)
            if before is None:
                continue  # inert
            if before is not live:
                before.same = (*before.same, made)
                continue
            self.known[live.digest] = live
            self.live.append(live)
            self._met((live,), self.first, live.digest)

    def _single(self, made: Deviation) -> Live | None:
        """One deviation written, or None when the text stays as it is."""
        writing = self.writing
        flat = made.outer.get("envelope.form") in FLAT
        if not flat:
            data = writing.data(made.inner) if made.inner else self.right_data
            frame = writing.frame(made.outer, there=data is not None) if made.outer else self.right_frame
            same_frame = frame is self.right_frame or frame == self.right_frame
            if same_frame and data is not None and self.right_data is not None:
                if data == self.right_data:
                    return None
                state = self._state(data)
                if state is not None:
                    after = frame.after.encode("utf-8", "replace")
                    return Live(made, weight(made), self._ended(state, after), data, state, None, frame)
            elif not made.inner and self._plain(frame):
                after = frame.after.encode("utf-8", "replace")
                return Live(
                    made, weight(made), self._ended(self.right_state, after), None, None, after, frame
                )
        message = writing.message(made.inner, made.outer)
        return None if message == self.right else Live(made, weight(made), self._hash(message))

    def _plain(self, frame: Frame) -> bool:
        """Whether a frame differs from the right one behind the business object only."""
        return (
            self.right_state is not None
            and frame.before == self.right_frame.before
            and frame.held is None
            and not frame.whole
            and frame.charset == "utf-8"
            and frame.there
        )

    def _ended(self, state: Running | None, after: bytes) -> bytes:
        assert state is not None
        self.count(len(after))
        state = state.copy()
        state.update(after)
        return state.digest()

    def _pairs(self) -> None:
        self._under((), self.right, 2)
        for live in self.live:
            _settle(live)
        partners = [live for live in self.live if not live.made.alone]
        if self.first.least and self._nearest() <= 2:
            partners = []  # with a mistake beside the text two more are too far
        by_weight: dict[int, list[Live]] = {}
        for live in partners:
            by_weight.setdefault(live.weight, []).append(live)
        for total in range(HEAVIEST + 1):
            for first in sorted(by_weight):
                second = total - first
                if second < first or second not in by_weight:
                    continue
                for at, one in enumerate(by_weight[first]):
                    rest = by_weight[second][at + 1 :] if first == second else by_weight[second]
                    for other in rest:
                        self._pair(one, other)
            self._locked(total, 1)

    def _locked(self, total: int, least: int) -> None:
        """Single mistakes of the text under locks that stand for `least` more, all of one total weight."""
        for lock in self.locks:
            if lock.least != least or lock is self.first:
                continue
            for live in self.live:
                if live.weight + 2 * lock.rank == total:
                    message = self.writing.message(live.made.inner, live.made.outer)
                    self.count(len(message))
                    digest = lock.digest(message)
                    if digest in lock.wanted:
                        self._met((live,), lock, digest)

    def _pair(self, one: Live, other: Live) -> None:
        if one.made.meets(other.made):
            return
        digest = self._pair_digest(one, other)
        if digest is not None and digest in self.first.wanted and digest not in self.known:
            self._met((one, other), self.first, digest)

    def _pair_digest(self, one: Live, other: Live) -> bytes | None:
        if one.state is None and other.state is not None:
            one, other = other, one
        if one.state is not None:
            if other.after is not None:
                return self._ended(one.state, other.after)
            if other.state is not None:
                data = self.writing.data(merged((one.made.inner, other.made.inner)), keep=False)
                if data is None or data in (one.data, other.data):
                    return None
                state = self._state(data)
                return self._ended(state, self.right_frame.after.encode("utf-8", "replace"))
        inner = merged((one.made.inner, other.made.inner))
        outer = merged((one.made.outer, other.made.outer))
        return self._hash(self.writing.message(inner, outer, keep=False))

    def _named(self, lives: Sequence[Live]) -> Iterator[tuple[Deviation, ...]]:
        """A composition that fits, and every other of mistakes that make the same text alone and together."""
        if len(lives) < 2:
            yield from _products(lives)
            return
        message = self._written(tuple(live.made for live in lives))
        for made in _products(lives):
            if not any(one.meets(two) for at, one in enumerate(made) for two in made[at + 1 :]):
                if self._written(made) == message:
                    yield made

    def _written(self, made: tuple[Deviation, ...]) -> bytes:
        inner, outer = merged(one.inner for one in made), merged(one.outer for one in made)
        return self.writing.message(inner, outer, keep=False)

    def _triples(self) -> None:
        """As far as the budget goes: the commonest."""
        self._under((), self.right, 3)
        common = [live for live in self.live if live.weight == 0 and not live.made.alone]
        for total in range(2):
            self._locked(total, 2)
        for at, one in enumerate(common):
            for next_at, two in enumerate(common[at + 1 :], at + 1):
                if one.made.meets(two.made):
                    continue
                inner, outer = (
                    merged((one.made.inner, two.made.inner)),
                    merged((one.made.outer, two.made.outer)),
                )
                for three in common[next_at + 1 :]:
                    if three.made.meets(one.made) or three.made.meets(two.made):
                        continue
                    message = self.writing.message(
                        merged((inner, three.made.inner)), merged((outer, three.made.outer)), keep=False
                    )
                    digest = self._hash(message)
                    if digest in self.first.wanted and digest not in self.known:
                        self._met((one, two, three), self.first, digest)


def weight(made: Deviation) -> int:
    """How unlikely a mistake is; 0 are the common ones."""
    return 2 * made.rank + SCOPES.get(made.named.scope, 0)


def _settle(live: Live) -> None:
    """Of mistakes with one text: none that does all that another does and more, no far one beside a near one."""
    if not live.same:
        return
    every = [live.made, *live.same]
    kept = [one for one in every if not any(other.slots < one.slots for other in every)]
    if any(one.rank < 2 for one in kept):
        kept = [one for one in kept if one.rank < 2]
    causes: dict[str, Deviation] = {}
    for one in kept:
        known = causes.get(one.named.cause)
        if known is None:
            causes[one.named.cause] = one
    first, *rest = causes.values()
    if first is not live.made:
        live.made, live.weight = first, weight(first)
    live.same = tuple(rest)


def _products(lives: Sequence[Live]) -> Iterator[tuple[Deviation, ...]]:
    if not lives:
        yield ()
        return
    for made in (lives[0].made, *lives[0].same):
        for rest in _products(lives[1:]):
            yield (made, *rest)
