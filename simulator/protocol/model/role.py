"""A role: one party of the simulated world, with everything that the shell needs to know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from simulator.protocol.model.interface import Interface, Notice
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Event, Step
from simulator.protocol.wire.transport import Transport

Handler = Callable[[Shard, Event, Context], Step]


@dataclass(frozen=True, slots=True)
class Role:
    """`interfaces` that institutions call or are called by, the `transports` that are its own.

    `events` that its handlers answer, by their names; one that sends a notice is called `notice.…`. `ids`: the
    numbers of orders and visits by their names on the wire, and what the evidence calls them.
    """

    name: str
    interfaces: tuple[Interface, ...] = ()
    events: tuple[tuple[str, Handler], ...] = ()
    transports: tuple[Transport, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)


def interfaces_of(roles: Iterable[Role]) -> tuple[Interface, ...]:
    """Every interface, in the order of the roles."""
    return tuple(interface for role in roles for interface in role.interfaces)


def by_number(roles: Iterable[Role]) -> Mapping[str, Interface]:
    """Every interface by its number."""
    return {interface.number: interface for interface in interfaces_of(roles)}


def events_of(roles: Iterable[Role]) -> Mapping[str, Handler]:
    """Whose handler an event is given to, by its name."""
    return {name: handler for role in roles for name, handler in role.events}


def transports_of(roles: Iterable[Role]) -> tuple[Transport, ...]:
    """Every transport, in the order of the roles."""
    return tuple(transport for role in roles for transport in role.transports)


def notices_of(roles: Iterable[Role]) -> Mapping[str, Notice]:
    """Every kind of notice by its name."""
    return {notice.name: notice for interface in interfaces_of(roles) for notice in interface.notices}


def ids_of(roles: Iterable[Role]) -> Mapping[str, str]:
    """What the evidence calls a number, by its name on the wire."""
    return {wire: name for role in roles for wire, name in role.ids.items()}
