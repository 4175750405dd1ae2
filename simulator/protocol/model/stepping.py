"""From the first handler of a message or event to a finished step: who is told what, in which order, and how often.

A role changes only its own compartment and the members of the core that it publishes; what it wants of another
role it tells it (`Tell`). Told events are given to their handlers first in first out within the same step; the
effects of all join in that order, the one reply last. The result is a whole step or a StepError, our own failure,
that leaves the shard as it was. Source: design 9.2.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.leg import ABSENT
from simulator.protocol.model.role import Handler, Role
from simulator.protocol.model.shard import Core, Shard
from simulator.protocol.model.step import Context, Effect, Event, Reply, Step, Tell

Key = TypeVar("Key")
Value = TypeVar("Value")

MOST_TELLS = 16
CORE_MEMBERS = tuple(item.name for item in fields(Core))


class StepError(RuntimeError):
    """A handler of ours broke the rules of a step: fault domain harness, nothing is changed."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The roles of a world by name, whose each interface and fired event is, and what each role answers."""

    roles: Mapping[str, Role]
    interfaces: Mapping[str, str]
    fired: Mapping[str, str]
    handlers: Mapping[tuple[str, str], Handler]


@dataclass(frozen=True, slots=True)
class _Message:
    """One event on its way from `asker` to `role`; `result`: it brings the answer to an earlier tell and is not counted."""

    asker: str
    role: str
    event: Event
    back: Event | None
    result: bool = False

    def __str__(self) -> str:
        return f"{self.asker} told {self.role} {self.event.name}"


def cast_of(roles: Iterable[Role]) -> Cast:
    """The cast of these roles. Raises ValueError when two of them claim the same name, event, interface or core member."""
    roles = tuple(roles)
    _once((member, role.name) for role in roles for member in role.publishes)
    return Cast(
        roles=_once((role.name, role) for role in roles),
        interfaces=_once((one.number, role.name) for role in roles for one in role.interfaces),
        fired=_once((name, role.name) for role in roles for name, _ in role.events),
        handlers=_once(
            ((role.name, name), handler) for role in roles for name, handler in (*role.events, *role.told)
        ),
    )


def answer(cast: Cast, interface: Interface, shard: Shard, request: Request, ctx: Context) -> Step:
    """The finished step of a request: exactly one reply. Raises StepError."""
    teller = cast.interfaces.get(interface.number, interface.role)
    step = _finish(cast, teller, shard, interface.act(shard, request, ctx), ctx)
    if step.reply is None:
        raise StepError(f"interface {interface.number}: no reply")
    return step


def happen(cast: Cast, shard: Shard, event: Event, ctx: Context) -> Step:
    """The finished step of a timer, a patient's act or the result of a notice: at most one reply. Raises StepError."""
    teller = cast.fired.get(event.name)
    if teller is None:
        raise StepError(f"event {event.name}: no role answers it")
    return _finish(cast, teller, shard, cast.handlers[teller, event.name](shard, event, ctx), ctx)


def _finish(cast: Cast, teller: str, before: Shard, first: Step, ctx: Context) -> Step:
    queue: deque[_Message] = deque()
    effects: list[Effect] = []
    replies: list[Reply] = []

    def take(role: str, shard: Shard, step: Step) -> Shard:
        _check_owner(cast, role, shard, step.shard)
        for effect in step.effects:
            if isinstance(effect, Tell):
                queue.append(_Message(role, effect.role, effect.event, effect.back))
            elif isinstance(effect, Reply):
                replies.append(effect)
            else:
                effects.append(effect)
        return step.shard

    shard, tells = take(teller, before, first), 0
    while queue:
        message = queue.popleft()
        tells += not message.result
        if tells > MOST_TELLS:
            raise StepError(f"{message}: more than {MOST_TELLS} tells in one step")
        result: Mapping[str, Any] = {"status": ABSENT}
        if message.role in cast.roles:
            handler = cast.handlers.get((message.role, message.event.name))
            if handler is None:
                raise StepError(f"{message}: no such event")
            step = handler(shard, message.event, ctx)
            shard, result = take(message.role, shard, step), step.result
        if message.back is not None:
            back = replace(message.back, args={**message.back.args, "result": result})
            queue.append(_Message(message.role, message.asker, back, None, result=True))
    if len(replies) > 1:
        raise StepError(f"{teller}: {len(replies)} replies in one step")
    return Step(shard, (*effects, *replies))


def _check_owner(cast: Cast, name: str, before: Shard, after: Shard) -> None:
    """Only what is of `name` changed: everything else is the identical object."""
    if after is before:
        return
    if after.parts is not before.parts:
        for other in before.parts.keys() | after.parts.keys():
            if other != name and before.parts.get(other) is not after.parts.get(other):
                raise StepError(f"{name} wrote into the compartment of {other}")
    if after.core is not before.core:
        published = cast.roles[name].publishes if name in cast.roles else ()
        for member in CORE_MEMBERS:
            if member not in published and getattr(before.core, member) is not getattr(after.core, member):
                raise StepError(f"{name} wrote core.{member}, which it does not publish")


def _once(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, Value]:
    found: dict[Key, Value] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key}: claimed twice among the roles")
        found[key] = value
    return found
