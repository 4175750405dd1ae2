"""A store that holds nothing but bytes: each value is written and read back by msgspec on every call.

Cheap proof that the port is enough and that what goes through it are values. Every call really waits once, so that
whatever the memory store happens to do in one go is interleaved here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import msgspec
import pytest

from simulator.protocol.model.person import new_shard
from simulator.protocol.model.shard import Core, Shard
from simulator.roles import ROLES
from simulator.shell.memory_store import MemoryStore
from simulator.shell.scripts import Scripts
from simulator.shell.store import Conflict, Replayed, Taken
from simulator.shell.stored import Due, Entry, Hosting, Key, Namespace, Note, Outgoing, Person, Timer

PARTS = {name: type(part) for name, part in new_shard({}, "", "", ROLES).parts.items()}
"""Each role's compartment says of which class it is."""
MEMBERS: dict[str, Any] = {
    "key": Key, "shard": Shard, "scenario": str, "offset_ms": int, "timers": tuple[Timer, ...],
    "outbox": tuple[Outgoing, ...], "counted": int, "revision": int,
}  # fmt: skip
assert set(MEMBERS) == {field.name for field in fields(Person)}


def written(value: object) -> bytes:
    return msgspec.msgpack.encode(value)


def read(data: bytes, kind: Any) -> Any:
    return (
        _person(msgspec.msgpack.decode(data)) if kind is Person else msgspec.msgpack.decode(data, type=kind)
    )


def _person(raw: dict[str, Any]) -> Person:
    shard = raw["shard"]
    parts = {name: msgspec.convert(part, PARTS[name]) for name, part in shard["parts"].items()}
    own = {name: msgspec.convert(raw[name], kind) for name, kind in MEMBERS.items() if kind is not Shard}
    return Person(shard=Shard(msgspec.convert(shard["core"], Core), parts), **own)


class EncodedStore:
    """`table[(what, …)]` is bytes; keys are texts."""

    def __init__(self) -> None:
        self.table: dict[tuple[str, ...], bytes] = {}

    def size(self) -> int:
        return len([at for at in self.table if at[0] not in ("seen", "opened")])

    def _get(self, kind: Any, *at: str) -> Any:
        data = self.table.get(at)
        return None if data is None else read(data, kind)

    def _set(self, value: object, *at: str) -> None:
        assert all(isinstance(part, str) for part in at)
        self.table[at] = written(value)

    def _all(self, kind: Any, *start: str) -> list[Any]:
        return [read(data, kind) for at, data in self.table.items() if at[: len(start)] == start]

    def _drop(self, *start: str) -> None:
        for at in [at for at in self.table if at[: len(start)] == start]:
            del self.table[at]

    def _open(self, run: str) -> None:
        if ("run", run) not in self.table:
            raise Conflict(run)

    async def load(self, key: Key) -> Person | None:
        await asyncio.sleep(0)
        return self._get(Person, "person", *_parts(key))

    async def commit(
        self, key: Key, before: Person | None, after: Person, *,
        index: Sequence[Entry] = (), seen: str = "", notes: Sequence[Note] = (),
    ) -> Person:  # fmt: skip
        await asyncio.sleep(0)
        self._open(key.run)
        stored = self._get(Person, "person", *_parts(key))
        if (before and before.revision) != (stored and stored.revision):
            raise Conflict(key)
        if seen and ("seen", key.institution, seen) in self.table:
            raise Replayed(seen)
        for entry in index:
            owners = self._owners(key.institution, entry)
            elsewhere = any(owner.run == key.run and owner != key for owner in owners)
            if (entry.claim == "alone" and owners) or (entry.claim == "in run" and elsewhere):
                raise Taken(entry)
        if seen:
            self._set(True, "seen", key.institution, seen)
        for entry in index:
            self._enter(key, entry)
        for note in notes:
            self._set(note, "note", key.run, note.id)
        if stored is not None and after == before:
            return stored
        now = replace(after, revision=stored.revision + 1 if stored else 1)
        self._set(now, "person", *_parts(key))
        return self._get(Person, "person", *_parts(key))

    def _owners(self, institution: str, entry: Entry) -> list[Key]:
        return self._all(Key, "index", institution, entry.kind, entry.value)

    def _enter(self, key: Key, entry: Entry) -> None:
        at = ("index", key.institution, entry.kind, entry.value, key.run)
        if entry.claim == "free":
            self.table.pop(at, None)
        elif at not in self.table or entry.claim == "newest":
            self._set(key, *at)

    async def forget(self, key: Key) -> None:
        await asyncio.sleep(0)
        self._forget(key)

    def _forget(self, key: Key) -> None:
        self._drop("person", *_parts(key))
        self._drop("value", *_parts(key))
        for at in [at for at, data in self.table.items() if at[0] == "index" and read(data, Key) == key]:
            del self.table[at]

    async def persons(self, run: str, flow: str | None = None) -> tuple[Key, ...]:
        await asyncio.sleep(0)
        return tuple(one.key for one in self._all(Person, "person", run) if flow in (None, one.flow))

    async def count(self, run: str) -> int:
        return len(await self.persons(run))

    async def next_number(self, run: str) -> int:
        await asyncio.sleep(0)
        self._open(run)
        number = (self._get(int, "made", run) or 0) + 1
        self._set(number, "made", run)
        return number

    async def find(self, institution: str, kind: str, value: str) -> tuple[Key, ...]:
        await asyncio.sleep(0)
        numbers = {run.name: run.number for run in self._all(Namespace, "run")}
        owners = self._owners(institution, Entry(kind, value))
        return tuple(sorted(owners, key=lambda key: numbers[key.run], reverse=True))

    async def has_seen(self, institution: str, replay_key: str) -> bool:
        await asyncio.sleep(0)
        return ("seen", institution, replay_key) in self.table

    async def see(self, institution: str, replay_key: str) -> None:
        await asyncio.sleep(0)
        if ("seen", institution, replay_key) in self.table:
            raise Replayed(replay_key)
        if replay_key:
            self._set(True, "seen", institution, replay_key)

    async def due(self, now_ms: int) -> tuple[Due, ...]:
        await asyncio.sleep(0)
        return tuple(Due(one.key, one.timers[0]) for at_ms, one in self._alarms() if at_ms <= now_ms)

    async def next_due(self) -> int | None:
        await asyncio.sleep(0)
        return next((at_ms for at_ms, _ in self._alarms()), None)

    def _alarms(self) -> list[tuple[int, Person]]:
        waiting = [one for one in self._all(Person, "person") if one.timers]
        alarms = [(one.timers[0].at_ms - one.offset_ms, one) for one in waiting]
        return sorted(alarms, key=lambda alarm: (alarm[0], alarm[1].key))

    async def open(self, run: Namespace) -> Namespace:
        await asyncio.sleep(0)
        if ("run", run.name) in self.table:
            raise Conflict(run.name)
        number = (self._get(int, "opened") or 0) + 1
        self._set(number, "opened")
        self._set(replace(run, number=number), "run", run.name)
        return self._get(Namespace, "run", run.name)

    async def runs(self) -> tuple[Namespace, ...]:
        await asyncio.sleep(0)
        return tuple(sorted(self._all(Namespace, "run"), key=lambda run: run.number))

    async def clear(self, run: str) -> int:
        await asyncio.sleep(0)
        keys = [one.key for one in self._all(Person, "person", run)]
        for key in keys:
            self._forget(key)
        for at in [at for at in self.table if at[:2] == ("value", run) and at[-1] == Scripts.__name__]:
            del self.table[at]
        return len(keys)

    async def close(self, run: str) -> None:
        await self.clear(run)
        for what in ("run", "value", "note", "made"):
            self._drop(what, run)

    async def value(self, key: Key, kind: type) -> Any:
        await asyncio.sleep(0)
        return self._get(kind, "value", *_parts(key), kind.__name__)

    async def put(self, key: Key, before: Any, after: Scripts | Hosting) -> None:
        await asyncio.sleep(0)
        if key.run:
            self._open(key.run)
        at = ("value", *_parts(key), type(after).__name__)
        if self._get(type(after), *at) != before:
            raise Conflict(key)
        self._set(after, *at)

    async def unwritten(self, run: str) -> tuple[Note, ...]:
        await asyncio.sleep(0)
        return tuple(self._all(Note, "note", run))

    async def written(self, run: str, ids: Sequence[str]) -> None:
        await asyncio.sleep(0)
        for one in ids:
            self._drop("note", run, one)


def _parts(key: Key) -> tuple[str, str, str]:
    return key.run, key.institution, key.person


BOTH_STORES = pytest.mark.parametrize("make_store", [MemoryStore, EncodedStore], indirect=True)
"""The shell's own behaviour does not depend on what keeps its values."""
