"""The control API: what a scenario, a runner or a person at the keyboard may make the world do.

Every call of the `*_api` modules takes (control, path and query values, body) and returns the JSON answer; WorldError
and ScriptError become 4xx with `{"error": "field: what"}`. Here is what several of them share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

from simulator.control.asker import hosts_of
from simulator.protocol.model.step import Event, Reply
from simulator.protocol.text.said import Said
from simulator.shell.changes import Gone
from simulator.shell.identities import vendor_block
from simulator.shell.limits import QUIET_TIMER_MS
from simulator.shell.notifier import PLAN, Notifier
from simulator.shell.open_runs import OWN_LOG, WorldError
from simulator.shell.runs import Run
from simulator.shell.stored import Key, Person
from simulator.shell.world import World

Values = Mapping[str, str]
Body = Mapping[str, Any]
NOTICE_EVENTS = "notice."
WRONG_VALUES = ("LT-FIELD", "LT-AMOUNT")
"""Refusals of what the caller wrote; by any other the state forbids it."""


class Control:
    """What the routes act on. `base` is the URL that vendors call; `hosts`: the names by which it may be called; `windows`: how many
    streams of events are open; `explaining`: how many messages are being explained."""

    def __init__(self, world: World, notifier: Notifier, base: str) -> None:
        self.world = world
        self.notifier = notifier
        self.base = base
        self.hosts = hosts_of(base)
        self.windows = 0
        self.explaining = 0
        self.advancing: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    def block(self, code: str) -> dict[str, Any]:
        """What the institution of this code pastes into its configuration. Raises WorldError 404."""
        identities = self.world.identities
        self.world.member(code)
        identities.provide(code, self.world.profile)
        member = self.world.member(code)
        return vendor_block(identities, member, self.base, self.world.interfaces)

    async def run(self, values: Values, closed: bool = False) -> Run:
        """The run that the path names; with `closed` also a closed one, or the simulator's own log. Raises WorldError 404."""
        if closed and values["run"] == OWN_LOG:
            return self.world.runs.own
        return await self.world.runs.named(values["run"], closed)

    async def one(self, values: Values) -> Person:
        """The person that the path names. Raises WorldError 404."""
        return await self.world.person(await self.run(values), values["person"])

    async def fire(self, values: Values, name: str, args: Body) -> Any:
        """Give an event to the person that the path names; what they answer. Raises WorldError."""
        reply = await self.told(await self.one(values), Event(name, dict(args)))
        if not reply.success:
            wrong_value = reply.code.startswith(WRONG_VALUES)
            raise WorldError(
                reply.message if wrong_value else Said("person: {}", reply.message),
                400 if wrong_value else 409,
            )
        return dict(reply.data or {})

    async def told(self, one: Person, event: Event) -> Reply:
        """What a person answers to an event. Raises WorldError."""
        try:
            reply = await self.world.fire(one.key, event)
        except Gone:
            raise dropped(one.key) from None
        if reply is None:
            raise WorldError(Said("person: 模拟器内部错误，见证据中的 error 记录"), 503)
        return reply

    async def under_way(self, run: Run, flow: str) -> list[str]:
        """What of a flow is not finished: open exchanges, notices, an `advance` on its way, timers that are due soon."""
        work = list(run.flows[flow].open.values()) if flow in run.flows else []
        for key in await self.world.store.persons(run.name, flow):
            one = await self.world.store.load(key)
            if one is None:
                continue
            work += [f"{waiting.notice.name} {PLAN}" for waiting in one.outbox]
            lock = self.advancing.get(key)
            work += ["advance"] if lock is not None and lock.locked() else []
            soon = one.now_ms() + QUIET_TIMER_MS
            work += [f"timer {timer.event.name}" for timer in one.timers
                     if timer.at_ms <= soon or timer.event.name.startswith(NOTICE_EVENTS)]  # fmt: skip
        return work


def in_run(run: Run, code: str) -> None:
    """Raises WorldError when the institution has no part in the run."""
    if code not in run.kept.institutions:
        raise WorldError(Said("institution: {} 不在运行 {} 的机构之中", code, run.name))


def dropped(key: Key) -> WorldError:
    """The person is not there any more."""
    return WorldError(Said("person: 运行 {} 里没有人员 {}", key.run, key.person[:40]), 404)
