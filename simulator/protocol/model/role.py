"""A role: one party of the simulated world, with everything that the shell needs to know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from simulator.protocol.model.interface import Interface
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Event, Step

Handler = Callable[[Shard, Event, Context], Step]


@dataclass(frozen=True, slots=True)
class Role:
    """`interfaces` that institutions call or are called by; `events` that its own handlers answer, by their names."""

    name: str
    interfaces: tuple[Interface, ...] = ()
    events: tuple[tuple[str, Handler], ...] = ()


def interfaces_of(roles: Iterable[Role]) -> tuple[Interface, ...]:
    """Every interface, in the order of the roles."""
    return tuple(interface for role in roles for interface in role.interfaces)


def by_number(roles: Iterable[Role]) -> Mapping[str, Interface]:
    """Every interface by its number."""
    return {interface.number: interface for interface in interfaces_of(roles)}


def events_of(roles: Iterable[Role]) -> Mapping[str, Handler]:
    """Whose handler an event is given to, by its name."""
    return {name: handler for role in roles for name, handler in role.events}
