"""What a store keeps: values under keys, each of which a library can write and read back (design 9.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Event, Notify
from simulator.shell import clocks
from simulator.shell.limits import TIMERS


class Key(NamedTuple):
    """Whose a value is. Without a person: the institution's in this run; without a run: the institution's in all."""

    run: str
    institution: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """An event and when it is due in timer time. `number` counts those of a person; it orders equal times."""

    at_ms: int
    number: int
    event: Event
    key: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A notice that a committed step wants sent, until the shard has its result. `number` counts those of a person."""

    number: int
    notice: Notify


@dataclass(frozen=True, slots=True)
class Person:
    """One person's shard with what changes in the same transaction. `revision`: how often it was committed.

    `timers`: soonest first; `offset_ms`: how far timer time is before the machine's clock (only `advance` moves it);
    `outbox`: oldest first; `scenario`: the one that made this person, if one did.
    """

    key: Key
    shard: Shard
    scenario: str = ""
    offset_ms: int = 0
    timers: tuple[Timer, ...] = ()
    outbox: tuple[Outgoing, ...] = ()
    counted: int = 0
    revision: int = 0

    @property
    def id(self) -> str:
        """The name of this person in the run."""
        return self.key.person

    @property
    def flow(self) -> str:
        """The flow that owns this person."""
        return self.shard.core.flow

    def now_ms(self) -> int:
        """Timer time in Unix milliseconds."""
        return clocks.wall_ms() + self.offset_ms

    def scheduled(self, at_ms: int, event: Event, key: str) -> Person:
        """With `event` at `at_ms`; it replaces one with the same non-empty key. Raises OverflowError."""
        others = [timer for timer in self.timers if not key or timer.key != key]
        if len(others) >= TIMERS:
            raise OverflowError(f"more than {TIMERS} timers of one person")
        timer = Timer(at_ms, self.counted + 1, event, key)
        timers = sorted((*others, timer), key=lambda one: (one.at_ms, one.number))
        return replace(self, timers=tuple(timers), counted=timer.number)

    def due(self, until_ms: int) -> Timer | None:
        """The soonest timer that is due at or before this timer time."""
        return self.timers[0] if self.timers and self.timers[0].at_ms <= until_ms else None

    def rung(self, timer: Timer) -> Person | None:
        """Without this timer, timer time moved up to it; None when it is not there any more."""
        if timer not in self.timers:
            return None
        left = tuple(one for one in self.timers if one.number != timer.number)
        return replace(self.moved_to(timer.at_ms), timers=left)

    def moved_to(self, at_ms: int) -> Person:
        """With a timer time of at least `at_ms`."""
        ahead = at_ms - self.now_ms()
        return replace(self, offset_ms=self.offset_ms + ahead) if ahead > 0 else self

    def sending(self, notice: Notify) -> Person:
        """With this notice at the end of the outbox."""
        number = self.counted + 1
        return replace(self, outbox=(*self.outbox, Outgoing(number, notice)), counted=number)

    def delivered(self, number: int) -> Person | None:
        """Without this notice in the outbox; None when it is not there any more."""
        left = tuple(one for one in self.outbox if one.number != number)
        return replace(self, outbox=left) if len(left) < len(self.outbox) else None


@dataclass(frozen=True, slots=True)
class Namespace:
    """A run as the store keeps it. `number`: the store's own count of runs, so that newest is the same for everybody.

    `overrides`: options of the profile; `wire`: those of them that it sets for its institutions; `small`: its
    messages leave small records.
    """

    name: str
    institutions: tuple[str, ...]
    overrides: Mapping[str, Any] = field(default_factory=dict)
    wire: Mapping[str, Any] = field(default_factory=dict)
    small: bool = False
    number: int = 0


@dataclass(frozen=True, slots=True)
class Hosting:
    """What is set for an institution (Key without run) or for it in a run: where its notices go, by their keys.

    `amount_tails`: the fen of a total choose an outcome.
    """

    endpoints: Mapping[str, str] = field(default_factory=dict)
    amount_tails: bool = False


Claim = Literal["first", "newest", "free", "in run", "alone"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Whose messages with this identifier are. `first`: its first owner in the run keeps it; `newest`: this person
    takes it over; `free`: whoever had it in the run has it no more. `in run`: the commit fails when another person of the
    run has it; `alone`: when anybody of the institution has it, this person included.
    """

    kind: str
    value: str
    claim: Claim = "first"


@dataclass(frozen=True, slots=True)
class Note:
    """What changed, for the chain: part of the commit, written to the chain after it. `id` is unique in the run."""

    id: str
    key: Key
    flow: str
    scenario: str
    what: str
    link: int | None
    detail: Mapping[str, Any]
    timer_ms: int


@dataclass(frozen=True, slots=True)
class Due:
    """A timer that has come, and whose it is."""

    key: Key
    timer: Timer
