"""The one way a person changes: load, step, commit; and again when somebody else was faster (design 9.2).

A step is synchronous and pure. One message a person is between load and commit in this process (a lock a key, ended
at the commit); against other processes stands the revision that the store compares.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakValueDictionary

from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Changed, Context, Index, Notify, Reply, Schedule, Step
from simulator.protocol.text.said import stored
from simulator.shell.clocks import wall_ms
from simulator.shell.ids import maker
from simulator.shell.limits import TRIES
from simulator.shell.store import Conflict, Store
from simulator.shell.stored import Entry, Key, Note, Outgoing, Person

Pairs = tuple[tuple[str, str], ...]
Act = Callable[[Person, Context], Step]
Prepare = Callable[[Person], Person | None]
"""What the shell itself changes with the step (a timer that rang, a notice that was answered); None: nothing to do."""


class Gone(Exception):  # noqa: N818  (an outcome, not an error)
    """There is no such person any more, or nothing to do for them."""


class UnsettledError(RuntimeError):
    """TRIES commits failed: our own failure, nothing was changed."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What a step rests on besides the person. `options`: the profile; `region`: the institution's division.

    `link`: the message behind the step and `seen` its replay key; `unique`: the numbers of the institution's own in it;
    `masked`: how the detail of a change is shown; `hosts`: of the addresses that the institution declared.
    """

    options: Profile
    region: str
    masked: Callable[[Any], Any]
    link: int | None = None
    seen: str = ""
    unique: Pairs = ()
    hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Done:
    """What was committed: the person as they are now, the reply, the notices to release, the notes for the chain."""

    person: Person
    reply: Reply | None
    outgoing: tuple[Outgoing, ...]
    notes: tuple[Note, ...]


class Changes:
    """Change persons of one store. `rescheduled(person)` is told when their timers are others."""

    def __init__(self, store: Store, rescheduled: Callable[[Person], object]) -> None:
        self._store = store
        self._rescheduled = rescheduled
        self._locks: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    async def step(self, key: Key, act: Act, behind: Behind, prepare: Prepare = lambda one: one) -> Done:
        """Load, step, commit. Raises Gone, Replayed, UnsettledError, or what `act` raises; then nothing was changed."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        async with lock:
            for _ in range(TRIES):
                before = await self._store.load(key)
                ready = prepare(before) if before is not None else None
                if before is None or ready is None:
                    raise Gone(str(key))
                taken = await self._taken(key, behind.unique)
                step = act(ready, _context(ready, behind, taken))
                after, entries, notes = _performed(ready, step, behind)
                try:
                    now = await self._store.commit(
                        key, before, after, index=entries, seen=behind.seen, notes=notes
                    )
                except Conflict:
                    continue
                if now.timers != before.timers or now.offset_ms != before.offset_ms:
                    self._rescheduled(now)
                return Done(now, step.reply, _added(before, now), notes)
        raise UnsettledError(f"{key.run} {key.person}: {TRIES} commits failed")

    async def _taken(self, key: Key, pairs: Pairs) -> frozenset[tuple[str, str]]:
        """Those of these numbers that already are another person's of the institution in this run."""
        found = set()
        for kind, value in pairs:
            owners = await self._store.find(key.institution, kind, value)
            if any(owner.run == key.run and owner != key for owner in owners):
                found.add((kind, value))
        return frozenset(found)


def _context(one: Person, behind: Behind, taken: frozenset[tuple[str, str]]) -> Context:
    wire_ms = wall_ms()
    return Context(
        now_ms=one.now_ms(),
        wire_ms=wire_ms,
        ids=maker(behind.region, wire_ms, one.shard.core.identity.id_no),
        profile=behind.options,
        taken=taken,
        hosts=behind.hosts,
    )


def _performed(one: Person, step: Step, behind: Behind) -> tuple[Person, tuple[Entry, ...], tuple[Note, ...]]:
    """The person after the effects of a step, what is to be indexed, and what is to be noted."""
    after = one if step.shard is one.shard else replace(one, shard=step.shard)
    entries: list[Entry] = []
    changes: list[Changed] = []
    for effect in step.effects:
        match effect:
            case Schedule():
                after = after.scheduled(effect.at_ms, effect.event, effect.key)
            case Notify():
                after = after.sending(effect)
            case Index():
                entries.append(_entry(effect, behind.unique))
            case Changed():
                changes.append(effect)
    timer_ms = one.now_ms()
    notes = tuple(
        Note(
            f"{one.id}.{one.revision + 1}.{number}", one.key, one.flow, one.scenario, change.what, behind.link,
            _detail(change, behind), timer_ms,
        )
        for number, change in enumerate(changes)
    )  # fmt: skip
    return after, tuple(entries), notes


def _entry(effect: Index, unique: Iterable[tuple[str, str]]) -> Entry:
    if effect.unique:
        return Entry(effect.kind, effect.value, "alone")
    own = (effect.kind, effect.value) in unique
    return Entry(effect.kind, effect.value, "in run" if own else "first")


def _detail(change: Changed, behind: Behind) -> Mapping[str, Any]:
    return {"key": change.key, "before": change.before, "after": change.after, **stored("why", change.why),
            "detail": behind.masked(dict(change.detail))}  # fmt: skip


def _added(before: Person, now: Person) -> tuple[Outgoing, ...]:
    known = {one.number for one in before.outbox}
    return tuple(one for one in now.outbox if one.number not in known)
