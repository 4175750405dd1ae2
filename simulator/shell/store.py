"""The port of every state that outlives a call: values under keys, changed by one transaction a step (design 9.2).

In memory it answers at once; another implementation may be awaited, and several processes may use one. What an
implementation must do is written as tests: `tests/simulator/shell/store_contract.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from simulator.shell.scripts import Scripts
from simulator.shell.stored import Due, Entry, Hosting, Key, Namespace, Note, Person

Value = TypeVar("Value", Scripts, Hosting)


class Conflict(Exception):  # noqa: N818  (an outcome, not an error)
    """What was loaded is no longer what is stored: load again and do it again."""


class Taken(Conflict):
    """An identifier that the step claims is somebody's already; `entry` says which."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"{entry.kind}={entry.value} is somebody's already")
        self.entry = entry


class Replayed(Exception):  # noqa: N818  (an outcome, not an error)
    """A message with this replay key was accepted meanwhile."""


class Store(Protocol):
    """Persons, runs, timers, outbox, scripts, index and replay keys. Times are Unix milliseconds of the machine's clock."""

    # persons

    async def load(self, key: Key) -> Person | None:
        """The person under this key."""
        ...

    async def commit(
        self, key: Key, before: Person | None, after: Person, *,
        index: Sequence[Entry] = (), seen: str = "", notes: Sequence[Note] = (),
    ) -> Person:  # fmt: skip
        """Put `after`, with its timers and its outbox, in the place of `before`, all of it or nothing.

        `before` None: a new person; `seen`: the replay key of the message behind the step. The result is what is
        stored: `after` under the next revision, the old one when nothing of it changed. Raises Conflict when the
        revision of `before` is not the stored one or the run is not open, Taken, Replayed.
        """
        ...

    async def forget(self, key: Key) -> None:
        """Remove a person with timers, outbox, index entries and scripts."""
        ...

    async def persons(self, run: str, flow: str | None = None) -> tuple[Key, ...]:
        """The persons of a run (of one flow of it), oldest first."""
        ...

    async def count(self, run: str) -> int:
        """How many persons a run has."""
        ...

    async def next_number(self, run: str) -> int:
        """1, 2, 3, … for the persons of a run: never the same again while the run is open. Raises Conflict when it is not."""
        ...

    # attribution

    async def find(self, institution: str, kind: str, value: str) -> tuple[Key, ...]:
        """Whose an identifier is: one person a run, newest run first."""
        ...

    async def has_seen(self, institution: str, replay_key: str) -> bool:
        """Whether a message of this institution with this key was accepted. Asking leaves no trace."""
        ...

    async def see(self, institution: str, replay_key: str) -> None:
        """A message that changes nobody was accepted. Raises Replayed; the empty key is never seen."""
        ...

    # time

    async def due(self, now_ms: int) -> tuple[Due, ...]:
        """The first timer of each person whose `at_ms` less the person's offset has come, soonest first."""
        ...

    async def next_due(self) -> int | None:
        """When the next timer of all is due by the machine's clock."""
        ...

    # runs

    async def open(self, run: Namespace) -> Namespace:
        """Open a run and give it its number. Raises Conflict when one of this name is open."""
        ...

    async def runs(self) -> tuple[Namespace, ...]:
        """The open runs, newest last."""
        ...

    async def clear(self, run: str) -> int:
        """Remove all persons of a run and all scripts in it; the number of persons."""
        ...

    async def close(self, run: str) -> None:
        """Clear it and remove everything else under its name."""
        ...

    # what is armed and set

    async def value(self, key: Key, kind: type[Value]) -> Value | None:
        """What of this kind stands under the key."""
        ...

    async def put(self, key: Key, before: Value | None, after: Value) -> None:
        """Put `after` in the place of `before` (None: there is none). Raises Conflict when it is not what is stored."""
        ...

    # the chain

    async def unwritten(self, run: str) -> tuple[Note, ...]:
        """The committed notes that are not in the chain yet, in the order of their commits."""
        ...

    async def written(self, run: str, ids: Sequence[str]) -> None:
        """These notes stand in the chain."""
        ...
