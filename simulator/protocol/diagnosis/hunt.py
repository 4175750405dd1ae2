"""The search: texts from near to far against what a signature fixes, within a budget of work. Knows no SM2.

Level k goes through all compositions of k mistakes, the likeliest first, and is finished before anything is said. What
changes nothing alone is left out of the farther levels. Texts that share their beginning share the state of the digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.protocol.diagnosis.choices import Deviation
from simulator.protocol.diagnosis.deviation import Budget
from simulator.protocol.diagnosis.live import Live, Place, combined, weight
from simulator.protocol.diagnosis.locks import Beside, Lock
from simulator.protocol.diagnosis.writing import Writing, merged
from simulator.protocol.diagnosis.wrong_texts import SpentError, Texts

FAR: Final = 3
"""The most mistakes at once that are looked for: all of one and two, of three as far as the budget goes."""
HEAVIEST: Final = 12
Group = tuple[int, Place]
"""Weight and place of mistakes that are tried together."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A composition that fits: deviations of the text, and what is wrong beside it."""

    made: tuple[Deviation, ...]
    beside: Beside


class Hunt:
    """One search. `whole`: whether everything up to two mistakes was gone through. `live`: what changes the message. `before`: a search whose work counts too."""

    def __init__(
        self,
        writing: Writing,
        deviations: Iterable[Deviation],
        locks: Sequence[Lock],
        budget: Budget,
        before: Hunt | None = None,
    ) -> None:
        self.before = before
        self.locks = sorted(locks, key=lambda lock: (lock.least, lock.rank))
        self.deviations = sorted(deviations, key=lambda made: weight(made) + 2 * bool(made.inner))
        self.whole = True
        self.live: list[Live] = []
        self.found: list[tuple[tuple[Live, ...], Beside]] = []
        self.known: set[bytes] = set()
        self.writing, self.budget = writing, budget
        self.texts: Texts | None = None

    @property
    def tried(self) -> int:
        """Compositions so far."""
        own = self.texts.tried if self.texts is not None else 0
        return own + (self.before.tried if self.before is not None else 0)

    @property
    def hashed(self) -> int:
        """Bytes hashed so far."""
        own = self.texts.hashed if self.texts is not None else 0
        return own + (self.before.hashed if self.before is not None else 0)

    def run(self, first: int = 0, last: int = FAR) -> tuple[Hit, ...]:
        """Every composition that fits at the least distance; () when none does within the budget.

        The levels `first` to `last` only; those before must have been run.
        """
        if not self.locks:
            return ()
        level = first
        try:
            if self.texts is None:
                self.first = next((lock for lock in self.locks if lock.begin is not None), self.locks[0])
                self.texts = Texts(self.writing, self.first, self.budget)
            steps = (self._nothing, self._singles, self._pairs, self._triples)
            for level in range(first, last + 1):
                steps[level]()
                if self.nearest() <= level:
                    break
        except SpentError:
            self.whole = level > 2
        for live in self.live:
            live.settle()
        nearest = self.nearest()
        found = [one for one in self.found if len(one[0]) + len(one[1]) == nearest]
        return tuple(Hit(made, beside) for lives, beside in found for made in self._named(lives))

    def known_right(self, digest: bytes) -> bool:
        """Whether a digest is that of the right text."""
        return self.texts is not None and self.first.digest(self.texts.right) == digest

    def nearest(self) -> int:
        """The fewest mistakes of what was found so far, more than FAR when nothing was."""
        return min((len(lives) + len(beside) for lives, beside in self.found), default=FAR + 9)

    def _named(self, lives: Sequence[Live]) -> Iterator[tuple[Deviation, ...]]:
        """A composition that fits, and every other of mistakes that make the same text alone and together."""
        every = list(combined(lives))
        message = self._written(every[0]) if len(every) > 1 else b""
        for made in every:
            if len(lives) < 2 or len(every) < 2 or self._written(made) == message:
                yield made

    def _written(self, made: tuple[Deviation, ...]) -> bytes:
        inner, outer = merged(one.inner for one in made), merged(one.outer for one in made)
        return self.writing.message(inner, outer, keep=False)

    def _met(self, lives: tuple[Live, ...], lock: Lock, digest: bytes) -> None:
        for beside in lock.wanted.get(digest, ()):
            self.found.append((lives, (*beside, *lock.named)))

    def _under(self, least: int) -> None:
        """The right text under the locks that stand for `least` mistakes."""
        assert self.texts is not None
        for lock in self.locks:
            if lock.least == least:
                self._met((), lock, self.texts.under(lock, self.texts.right))

    def _nothing(self) -> None:
        assert self.texts is not None
        self.known.add(self.texts.digest(self.texts.right))
        self._under(0)

    def _singles(self) -> None:
        assert self.texts is not None
        self._under(1)
        made: dict[bytes, Live] = {}
        for deviation in self.deviations:
            live = self.texts.single(deviation)
            if live is None or live.digest in self.known:
                continue
            before = made.setdefault(live.digest, live)
            if before is not live:
                before.same = (*before.same, deviation)
                continue
            self.live.append(live)
            self._met((live,), self.first, live.digest)
        self.known.update(made)

    def _pairs(self) -> None:
        self._under(2)
        for live in self.live:
            live.settle()
        partners = [live for live in self.live if not live.made.alone]
        if self.first.least and self.nearest() <= 2:
            partners = []  # with a mistake beside the text two more are too far
        groups: dict[Group, list[Live]] = {}
        for live in partners:
            groups.setdefault((live.weight, live.place), []).append(live)
        jobs: list[tuple[int, Group | None, Group | None]] = [
            (total, None, None) for total in range(HEAVIEST)
        ]
        jobs += [(_far(one, other), one, other) for one in groups for other in groups if one <= other]
        for far, first, second in sorted(jobs, key=lambda job: (job[0], _dear(job[1], job[2]))):
            if first is None or second is None:
                self._locked(far, 1)
                continue
            others = groups[second]
            for at, one in enumerate(groups[first]):
                self._with(one, others[at + 1 :] if first == second else others)

    def _with(self, one: Live, others: Sequence[Live]) -> None:
        """One mistake with each of others."""
        assert self.texts is not None
        wanted, known = self.first.wanted, self.known
        for other, digest in self.texts.pairs(one, others):
            if digest in wanted and digest not in known:
                self._met((one, other), self.first, digest)

    def _locked(self, total: int, least: int) -> None:
        """Single mistakes of the text under locks that stand for `least` more, all of one total weight."""
        assert self.texts is not None
        by_weight: dict[int, list[Live]] = {}
        for live in self.live:
            by_weight.setdefault(live.weight, []).append(live)
        for lock in self.locks:
            if lock.least != least or lock is self.first:
                continue
            for live in by_weight.get(total - 2 * lock.rank, ()):
                digest = self.texts.under(lock, self.texts.message(live))
                if digest in lock.wanted:
                    self._met((live,), lock, digest)

    def _triples(self) -> None:
        """As far as the budget goes: the commonest."""
        assert self.texts is not None
        self._under(3)
        for total in range(2):
            self._locked(total, 2)
        common = [live for live in self.live if live.weight == 0 and not live.made.alone]
        for at, one in enumerate(common):
            for after, two in enumerate(common[at + 1 :], at + 1):
                if one.made.meets(two.made):
                    continue
                for three in common[after + 1 :]:
                    if three.made.meets(one.made) or three.made.meets(two.made):
                        continue
                    digest = self.texts.digest(self._written((one.made, two.made, three.made)))
                    if digest in self.first.wanted and digest not in self.known:
                        self._met((one, two, three), self.first, digest)


_CHEAP: Final = (("inside", "behind"), ("behind", "inside"))


def _far(one: Group, other: Group) -> int:
    """How late two groups are tried together: by weight, texts that cost next to nothing earlier."""
    cheap = "tail" in (one[1], other[1]) or (one[1], other[1]) in _CHEAP
    return one[0] + other[0] - (1 if cheap else 0)


def _dear(one: Group | None, other: Group | None) -> int:
    """Of equally likely ones those first that are found the most with the least work."""
    if one is None or other is None:
        return 1
    return 2 * (one[1] == "around") + 2 * (other[1] == "around")
