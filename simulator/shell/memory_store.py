"""The store of one process: dictionaries. It never really waits, so nothing else runs inside one call."""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.shell.limits import SEEN_SIGNATURES
from simulator.shell.scripts import Scripts
from simulator.shell.store import Conflict, Replayed, Taken, Value
from simulator.shell.stored import Due, Entry, Key, Namespace, Note, Person

SPENT_ALARMS = 1_000  # that may stand in the heap before it is made anew
Identifier = tuple[str, str, str]
"""Institution, kind, value."""


@dataclass(slots=True)
class _Room:
    """Everything of one open run."""

    run: Namespace
    persons: dict[Key, Person] = field(default_factory=dict)
    flows: dict[str, dict[Key, None]] = field(default_factory=dict)
    owned: dict[Key, set[Identifier]] = field(default_factory=dict)
    values: dict[tuple[Key, type], Any] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    made: int = 0


class MemoryStore:
    """`Store` in dictionaries; what it holds is forgotten with the process."""

    def __init__(self) -> None:
        self._rooms: dict[str, _Room] = {}
        self._opened = 0
        self._index: dict[Identifier, dict[str, Key]] = {}
        self._values: dict[tuple[Key, type], Any] = {}
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._next: dict[Key, int] = {}
        """When the next timer of each person who has one is due by the machine's clock."""
        self._alarms: list[tuple[int, Key]] = []
        """The same as a heap, with entries that no longer hold."""

    def size(self) -> int:
        """How many values are held: persons, index entries, what is armed and set, notes, alarms."""
        rooms = self._rooms.values()
        held = sum(len(room.persons) + len(room.flows) + len(room.owned) + len(room.values) + len(room.notes)
                   for room in rooms)  # fmt: skip
        return held + len(self._index) + len(self._values) + len(self._next)

    # persons

    async def load(self, key: Key) -> Person | None:
        """See Store."""
        room = self._rooms.get(key.run)
        return room.persons.get(key) if room else None

    async def commit(
        self, key: Key, before: Person | None, after: Person, *,
        index: Sequence[Entry] = (), seen: str = "", notes: Sequence[Note] = (),
    ) -> Person:  # fmt: skip
        """See Store: everything is checked before anything changes."""
        room = self._room(key.run)
        stored = room.persons.get(key)
        if (before.revision if before else None) != (stored.revision if stored else None):
            raise Conflict(f"{key}: changed meanwhile")
        if seen and (key.institution, seen) in self._seen:
            raise Replayed(seen)
        for entry in index:
            self._check(key, entry)
        if seen:
            self._remember(key.institution, seen)
        for entry in index:
            self._enter(room, key, entry)
        for note in notes:
            room.notes[note.id] = note
        if stored is not None and after is before:
            return stored
        now = replace(after, revision=stored.revision + 1 if stored else 1)
        room.persons[key] = now
        room.flows.setdefault(now.flow, {})[key] = None
        self._set_alarm(key, now.timers[0].at_ms - now.offset_ms if now.timers else None)
        return now

    async def forget(self, key: Key) -> None:
        """See Store."""
        room = self._rooms.get(key.run)
        if room is None or key not in room.persons:
            return
        one = room.persons.pop(key)
        for identifier in room.owned.pop(key, ()):
            self._release(key.run, identifier)
        room.values.pop((key, Scripts), None)
        room.flows[one.flow].pop(key)
        if not room.flows[one.flow]:
            del room.flows[one.flow]
        self._set_alarm(key, None)

    async def persons(self, run: str, flow: str | None = None) -> tuple[Key, ...]:
        """See Store."""
        room = self._rooms.get(run)
        if room is None:
            return ()
        return tuple(room.persons if flow is None else room.flows.get(flow, ()))

    async def count(self, run: str) -> int:
        """See Store."""
        room = self._rooms.get(run)
        return len(room.persons) if room else 0

    async def next_number(self, run: str) -> int:
        """See Store."""
        room = self._room(run)
        room.made += 1
        return room.made

    # attribution

    async def find(self, institution: str, kind: str, value: str) -> tuple[Key, ...]:
        """See Store."""
        owners = self._index.get((institution, kind, value))
        if not owners:
            return ()
        if len(owners) == 1:
            return tuple(owners.values())
        newest = sorted(owners, key=lambda run: self._rooms[run].run.number, reverse=True)
        return tuple(owners[run] for run in newest)

    async def has_seen(self, institution: str, replay_key: str) -> bool:
        """See Store."""
        return (institution, replay_key) in self._seen

    async def see(self, institution: str, replay_key: str) -> None:
        """See Store."""
        if (institution, replay_key) in self._seen:
            raise Replayed(replay_key)
        if replay_key:
            self._remember(institution, replay_key)

    # time

    async def due(self, now_ms: int) -> tuple[Due, ...]:
        """See Store."""
        found: dict[Key, tuple[int, Key]] = {}
        while (first := self._first_alarm()) is not None and first[0] <= now_ms:
            heapq.heappop(self._alarms)
            found[first[1]] = first
        for alarm in found.values():
            heapq.heappush(self._alarms, alarm)
        return tuple(Due(key, self._rooms[key.run].persons[key].timers[0]) for key in found)

    async def next_due(self) -> int | None:
        """See Store."""
        first = self._first_alarm()
        return first[0] if first else None

    # runs

    async def open(self, run: Namespace) -> Namespace:
        """See Store."""
        if run.name in self._rooms:
            raise Conflict(f"{run.name}: open already")
        self._opened += 1
        opened = replace(run, number=self._opened)
        self._rooms[run.name] = _Room(opened)
        return opened

    async def runs(self) -> tuple[Namespace, ...]:
        """See Store."""
        return tuple(room.run for room in self._rooms.values())

    async def clear(self, run: str) -> int:
        """See Store."""
        room = self._rooms.get(run)
        if room is None:
            return 0
        for identifiers in room.owned.values():
            for identifier in identifiers:
                self._release(run, identifier)
        removed = len(room.persons)
        for key in room.persons:
            self._set_alarm(key, None)
        for held in (room.persons, room.flows, room.owned):
            held.clear()
        room.values = {at: value for at, value in room.values.items() if at[1] is not Scripts}
        return removed

    async def close(self, run: str) -> None:
        """See Store."""
        await self.clear(run)
        self._rooms.pop(run, None)

    # what is armed and set

    async def value(self, key: Key, kind: type[Value]) -> Value | None:
        """See Store."""
        found: Value | None = self._values_of(key).get((key, kind))
        return found

    async def put(self, key: Key, before: Value | None, after: Value) -> None:
        """See Store."""
        values = self._room(key.run).values if key.run else self._values
        if values.get((key, type(after))) != before:
            raise Conflict(f"{key}: changed meanwhile")
        values[key, type(after)] = after

    # the chain

    async def unwritten(self, run: str) -> tuple[Note, ...]:
        """See Store."""
        room = self._rooms.get(run)
        return tuple(room.notes.values()) if room else ()

    async def written(self, run: str, ids: Sequence[str]) -> None:
        """See Store."""
        room = self._rooms.get(run)
        for one in ids if room else ():
            assert room is not None
            room.notes.pop(one, None)

    def _room(self, run: str) -> _Room:
        room = self._rooms.get(run)
        if room is None:
            raise Conflict(f"{run}: not open")
        return room

    def _values_of(self, key: Key) -> dict[tuple[Key, type], Any]:
        if not key.run:
            return self._values
        room = self._rooms.get(key.run)
        return room.values if room else {}

    def _remember(self, institution: str, replay_key: str) -> None:
        self._seen[institution, replay_key] = None
        if len(self._seen) > SEEN_SIGNATURES:  # the oldest is forgotten
            self._seen.popitem(last=False)

    def _check(self, key: Key, entry: Entry) -> None:
        owners = self._index.get((key.institution, entry.kind, entry.value), {})
        if entry.claim == "alone" and owners:
            raise Taken(entry)
        if entry.claim == "in run" and owners.get(key.run, key) != key:
            raise Taken(entry)

    def _enter(self, room: _Room, key: Key, entry: Entry) -> None:
        identifier = (key.institution, entry.kind, entry.value)
        owner = self._index.get(identifier, {}).get(key.run)
        if owner is not None and entry.claim not in ("newest", "free"):
            return
        if owner is not None:
            room.owned[owner].discard(identifier)
            self._release(key.run, identifier)
        if entry.claim != "free":
            self._index.setdefault(identifier, {})[key.run] = key
            room.owned.setdefault(key, set()).add(identifier)

    def _release(self, run: str, identifier: Identifier) -> None:
        owners = self._index[identifier]
        del owners[run]
        if not owners:
            del self._index[identifier]

    def _set_alarm(self, key: Key, at_ms: int | None) -> None:
        if self._next.get(key) == at_ms:
            return
        if at_ms is None:
            del self._next[key]
        else:
            self._next[key] = at_ms
            heapq.heappush(self._alarms, (at_ms, key))
        if len(self._alarms) > 2 * len(self._next) + SPENT_ALARMS:
            self._alarms = [(at_ms, key) for key, at_ms in self._next.items()]
            heapq.heapify(self._alarms)

    def _first_alarm(self) -> tuple[int, Key] | None:
        while self._alarms:
            at_ms, key = self._alarms[0]
            if self._next.get(key) == at_ms:
                return self._alarms[0]
            heapq.heappop(self._alarms)
        return None
