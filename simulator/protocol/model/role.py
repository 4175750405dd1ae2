"""A role: one party of the simulated world, with everything that the shell needs to know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.protocol.model.interface import Interface, Notice
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Event, Step
from simulator.protocol.wire.transport import Transport

Handler = Callable[[Shard, Event, Context], Step]


def _nothing(_part: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Role:
    """`interfaces` that institutions call or are called by; `events` that timers, patients and the control API fire.

    An event that sends a notice is called `notice.…`. `told`: events that come from a role by `Tell`, and the results
    of this role's own tells. `part(spec)` makes a fresh compartment from a person spec, whose members `spec` are this
    role's (raises SpecError); `view(part)` is what the control API shows of it. `publishes`: the members of the core
    that this role's handlers change. `transports`: the wire forms that are its own; `ids`: the numbers of orders and
    visits by their names on the wire, and what the evidence calls them. `acts`: those events that the control API offers
    as what a person does.
    """

    name: str
    interfaces: tuple[Interface, ...] = ()
    events: tuple[tuple[str, Handler], ...] = ()
    told: tuple[tuple[str, Handler], ...] = ()
    part: Callable[[Mapping[str, Any]], Any] | None = None
    spec: tuple[str, ...] = ()
    view: Callable[[Any], Mapping[str, Any]] = _nothing
    publishes: tuple[str, ...] = ()
    transports: tuple[Transport, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    acts: tuple[str, ...] = ()


def interfaces_of(roles: Iterable[Role]) -> tuple[Interface, ...]:
    """Every interface, in the order of the roles."""
    return tuple(interface for role in roles for interface in role.interfaces)


def by_number(roles: Iterable[Role]) -> Mapping[str, Interface]:
    """Every interface by its number."""
    return {interface.number: interface for interface in interfaces_of(roles)}


def transports_of(roles: Iterable[Role]) -> tuple[Transport, ...]:
    """Every transport, in the order of the roles."""
    return tuple(transport for role in roles for transport in role.transports)


def notices_of(roles: Iterable[Role]) -> Mapping[str, Notice]:
    """Every kind of notice by its name."""
    return {notice.name: notice for interface in interfaces_of(roles) for notice in interface.notices}


def ids_of(roles: Iterable[Role]) -> Mapping[str, str]:
    """What the evidence calls a number, by its name on the wire."""
    return {wire: name for role in roles for wire, name in role.ids.items()}
