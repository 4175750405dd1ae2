"""The simulated world: runs, persons, the index that attributes a message, and the one way a person changes.

Everything here is synchronous: between reading a shard and writing it nothing awaits, so the event loop
is the lock of every shard. Only `advance` awaits (it lets notices be delivered) and has a lock of its own.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from simulator.faults.triggers import Trigger
from simulator.profiles.build import ProfileError, checked_overrides
from simulator.protocol.model import person, stepping
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.role import Role, by_number, ids_of, notices_of, transports_of
from simulator.protocol.model.routes import Routes
from simulator.protocol.model.spec import SpecError
from simulator.protocol.model.step import (
    Changed,
    Context,
    Effect,
    Event,
    Index,
    Notify,
    Reply,
    Schedule,
    Step,
)
from simulator.protocol.text.idnumber import COUNTY, ID_CARD, could_be_real
from simulator.protocol.text.times import beijing14
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import Identified, Transport
from simulator.shell.clocks import Timers, wall_ms
from simulator.shell.identities import Identities, Member
from simulator.shell.ids import psn_no
from simulator.shell.journal import Journal, JournalError
from simulator.shell.limits import CLOSED_RUNS, OPEN_RUNS, PERSONS, TURNED_AWAY
from simulator.shell.persons import new_identity
from simulator.shell.rawstore import RawStore
from simulator.shell.runs import Person, Run
from simulator.shell.scripts import ALWAYS, ANY, Scripts
from simulator.shell.seen import Seen

OWN_LOG = "_simulator"


class WorldError(ValueError):
    """A control request that the world cannot do; one Chinese line `field: what is wrong`. `status` is HTTP's."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


class World:
    """Composition of the pure packages with runs, index and timers. One instance a process."""

    def __init__(self, home: Path, identities: Identities, profile: Profile, roles: Iterable[Role]) -> None:
        self.home = home
        self.roles = tuple(roles)
        self.interfaces = by_number(self.roles)
        self.cast = stepping.cast_of(self.roles)
        self.notices = notices_of(self.roles)
        self.ids = ids_of(self.roles)
        self.order_names = {one.total.order for one in self.interfaces.values() if one.total}
        self.routes = Routes.of(self.interfaces.values(), profile)
        self.identities = identities
        self.profile = profile
        self.raw = RawStore(home / "raw")
        self.runs: dict[str, Run] = {}
        self.closed: OrderedDict[str, Run] = OrderedDict()
        self.endpoints: dict[str, dict[str, str]] = {}
        self.amount_tails: set[str] = set()
        self.seen = Seen()
        self._strangers: dict[str, Any] = {}
        self._wire_options = tuple(
            {prefix for transport in transports_of(self.roles) for prefix in transport.options}
        )
        self.send_notice: Callable[[Person, Notify], object] = lambda _person, _notice: None
        self._own: Run | None = None
        self._turned_away = 0

    # runs

    @property
    def own(self) -> Run:
        """The simulator's own log, made on first use, one a process: what belongs to no run."""
        if self._own is None:
            folder = self.home / "journals" / OWN_LOG / f"{beijing14(wall_ms())}-{secrets.token_hex(4)}"
            self._own = Run(OWN_LOG, frozenset(), self.profile, Journal(folder, OWN_LOG))
        return self._own

    def open_run(
        self, name: str, institutions: Iterable[str], overrides: Mapping[str, Any], small: bool = False
    ) -> Run:
        """Open a namespace for some institutions; `small`: its messages leave small records. Raises WorldError."""
        if name in self.runs:
            raise WorldError(f"run: 运行 {name} 已打开，请换一个名称或先结束它", 409)
        if len(self.runs) >= OPEN_RUNS:
            raise WorldError(f"run: 同时打开的运行已达上限 {OPEN_RUNS} 个，请先结束一些", 409)
        codes = frozenset(institutions)
        for code in codes:
            self.member(code)
        try:
            profile = self.profile.with_overrides(checked_overrides(overrides, self.profile))
        except ProfileError as error:
            raise WorldError(str(error)) from None
        wire = {option: value for option, value in overrides.items() if option.startswith(self._wire_options)}
        self._check_wire(codes, wire)
        journal = Journal(self.home / "journals" / name, name)
        routes = Routes.of(self.interfaces.values(), profile) if wire else None
        run = Run(name, codes, profile, journal, small=small, wire=wire, routes=routes)
        self.closed.pop(name, None)
        self.runs[name] = run
        if journal.torn_bytes:
            run.record("run", {"what": "repaired", "d": {"torn_bytes": journal.torn_bytes}})
        run.record("run", {"what": "begin", "d": {"institutions": sorted(codes), "profile": profile.name,
                                                  "overrides": dict(profile.overrides)}})  # fmt: skip
        return run

    def _check_wire(self, codes: Iterable[str], wire: Mapping[str, Any]) -> None:
        """Wire options belong to the institution: two open runs cannot want different ones (contracts 2)."""
        for code in codes:
            first = self.wire_of(code)
            if wire and first is not None and first.wire != wire:
                raise WorldError(
                    f"profile: 机构 {code} 的报文选项已由运行 {first.name} 设定，请先结束它，或写相同的值",
                    409,
                )

    def wire_of(self, code: str) -> Run | None:
        """The newest open run that sets the wire options of an institution."""
        return next((run for run in reversed(self.runs_of(code)) if run.wire), None)

    def wire_profile(self, code: str) -> Profile:
        """What a message of this institution is opened and answered under: its wire options."""
        run = self.wire_of(code)
        return run.profile if run else self.profile

    def profile_of(self, run: Run, code: str) -> Profile:
        """The options of a run, with the wire options of an institution of it."""
        first = self.wire_of(code)
        return run.profile if first in (None, run) else run.profile.with_overrides(first.wire)

    def served(self, path: str) -> bool:
        """Whether any table has this path."""
        tables = [self.routes, *(run.routes for run in self.runs.values() if run.routes)]
        return any(table.serves(path) for table in tables)

    def route(self, raw: RawMessage) -> Interface | None:
        """The interface that takes a request. Where two tables differ, the caller's own institution decides."""
        tables = [self.routes, *(run.routes for run in reversed(self.runs.values()) if run.routes)]
        found = {one.number: one for table in tables if (one := table.find(raw)) is not None}
        if len(found) > 1:
            for interface in found.values():
                caller = self.identified(interface.transport, raw).caller
                first = self.wire_of(caller.institution.code) if caller else None
                own = first.routes if first and first.routes else self.routes
                if caller and own.find(raw) is interface:
                    return interface
        return next(iter(found.values()), None)

    def identified(self, transport: Transport, raw: RawMessage) -> Identified:
        """Who calls, by credentials only."""
        return transport.identify(raw, self.identities.book(transport), self.profile)

    def stranger(self, transport: Transport) -> Any:
        """A signer of this transport that is nobody's, one a process; None where nothing is signed."""
        make = transport.issue.stranger
        if make is not None and transport.name not in self._strangers:
            self._strangers[transport.name] = make(secrets.token_bytes)
        return self._strangers.get(transport.name)

    def endpoint(self, run: Run, code: str, key: str) -> str:
        """Where notices with this endpoint key go: in the run, else for the institution; empty: nowhere known."""
        return run.endpoints.get(code, {}).get(key) or self.endpoints.get(code, {}).get(key, "")

    def reset_run(self, run: Run) -> dict[str, int]:
        """Drop every person, timer, notice and script of the run; the journal goes on."""
        removed = {"persons": len(run.persons)}
        for one in run.persons.values():
            one.timers.clear()
            one.scripts.clear()
        run.index.clear()
        run.persons.clear()
        run.by_institution.clear()
        run.record("run", {"what": "reset", "d": removed})
        return removed

    def close_run(self, run: Run) -> int:
        """Close the namespace; its records stay readable. Returns the number of records."""
        self.reset_run(run)
        run.record("run", {"what": "end", "d": {}})
        run.journal.close()
        del self.runs[run.name]
        self.closed[run.name] = run
        while len(self.closed) > CLOSED_RUNS:
            self.closed.popitem(last=False)
        return run.journal.last_seq

    def run(self, name: str, closed: bool = False) -> Run:
        """The open run of this name (or a closed one, if asked). Raises WorldError 404."""
        found = self.runs.get(name) or (self.closed.get(name) if closed else None)
        if found is None:
            raise WorldError(f"run: 没有打开的运行 {name[:64]}", 404)
        return found

    def runs_of(self, code: str) -> list[Run]:
        """The open runs that an institution takes part in, newest last."""
        return [run for run in self.runs.values() if code in run.institutions]

    def own_or_only(self) -> list[Run]:
        """Where a message of nobody goes: the simulator's own log, and the run if only one is open."""
        only = list(self.runs.values()) if len(self.runs) == 1 else []
        return [self.own, *only]

    def member(self, code: str) -> Member:
        """The institution of this code. Raises WorldError 404."""
        found = self.identities.members.get(code)
        if found is None:
            raise WorldError(f"institution: 没有机构 {code[:40]}，请先 POST /control/institutions", 404)
        return found

    # persons

    def add_person(
        self, run: Run, member: Member, flow: str, alias: str, spec: Mapping[str, Any],
        identity: Mapping[str, str] | None = None, scenario: str = "",
    ) -> Person:  # fmt: skip
        """Make a synthetic person for one flow. Raises WorldError.

        With an `identity` (somebody the vendor has on file; what it leaves out is made up) the newest person of
        this number takes the messages that name it; those that name an earlier one's orders stay with that one.
        """
        if member.code not in run.institutions:
            raise WorldError(f"institution: {member.code} 不在运行 {run.name} 的机构之中")
        if len(run.persons) >= PERSONS:
            raise WorldError(f"flow: 本次运行的人员已达上限 {PERSONS} 名", 409)
        given = identity or {}
        if could_be_real(given.get("id_no", ""), given.get("id_type", ID_CARD)):
            raise WorldError(
                f"identity.id_no: 可能是真实存在的证件号码，请改用第 3 至 6 位为 {COUNTY} 的合成号码"
            )
        run.made += 1
        made_up = new_identity(lambda number: self.find(member.code, (("idNo", number),)) is not None)
        name = f"P{run.made}"
        own = {"insured_region": member.region, **spec, **made_up, **given}
        own |= {"person": name, "alias": alias, "institution": member.code}
        try:
            shard = person.new_shard(own, run.name, flow, self.roles)
        except SpecError as error:
            raise WorldError(f"spec.{error}") from None
        made = Person(name, run, member, shard, Timers(lambda event: self.fire(made, event)), scenario)
        if given:
            run.index.pop((member.code, "psnNo", psn_no(member.region, shard.core.identity.id_no)), None)
        for entry in person.indexes(shard):
            run.index[(member.code, entry.kind, entry.value)] = made
        run.persons[name] = made
        run.trace(flow)
        return made

    def person(self, run: Run, name: str) -> Person:
        """A person of a run. Raises WorldError 404."""
        found = run.persons.get(name)
        if found is None:
            raise WorldError(f"person: 运行 {run.name} 里没有人员 {name[:40]}", 404)
        return found

    def find(self, code: str, pairs: Iterable[tuple[str, str]]) -> Person | None:
        """The person that the first known identifier of a message belongs to; of several runs, the newest one's."""
        indexes = [run.index for run in reversed(self.runs_of(code))]
        keys = ((code, kind, value) for kind, value in pairs)
        return next((found for key in keys for index in indexes if (found := index.get(key))), None)

    def arm_fault(self, scripts: Scripts, name: str, interface: str = ANY, times: int = 1,
                  params: Mapping[str, Any] | None = None, probability: int = ALWAYS, order: int = 0) -> None:  # fmt: skip
        """Arm a fault of one scope. Raises ScriptError, also for an interface whose form it cannot spoil."""
        known = self.interfaces.get(interface)
        transport = known.transport.name if known else ""
        scripts.arm_fault(name, interface, times, params or {}, transport, probability, order)

    def arm(self, one: Person, row: Trigger, by: str, link: int | None = None) -> None:
        """Arm a row of the trigger table for a person; `link` is the message that asked for it."""
        one.scripts.arm_trigger(row)
        if row.policy:
            self.fire(one, Event("patient.policy", dict(row.policy)))
        self.world_record(one, "trigger", {"case": row.case, "about": row.about, "by": by}, link)

    # change

    def answer(
        self, one: Person, interface: Interface, request: Request, link: int
    ) -> tuple[Reply | None, list[Notify]]:
        """Give a request to a person: its reply, and the notices that are left to send. `link`: its record. Raises StepError."""
        return self.take(
            one, stepping.answer(self.cast, interface, one.shard, request, self.context(one)), link
        )

    def take(self, one: Person, step: Step, link: int | None = None) -> tuple[Reply | None, list[Notify]]:
        """Make the step's shard the person's, and return what is left to send. `link`: the message behind the step."""
        one.shard = step.shard
        notices: list[Notify] = []
        for effect in step.effects:
            _PERFORM[type(effect)](self, one, effect, notices, link)
        return step.reply, notices

    def fire(self, one: Person, event: Event, link: int | None = None) -> Reply | None:
        """Give an event to a person and send what follows; `link` is the message behind it, if one is. Our own failure is recorded, never raised."""
        try:
            reply, notices = self.take(
                one, stepping.happen(self.cast, one.shard, event, self.context(one)), link
            )
        except Exception as error:
            self.failed(one.run, f"event {event.name}", error, one)
            return None
        for notice in notices:
            self.send_notice(one, notice)
        return reply

    def context(self, one: Person) -> Context:
        """Times, identifiers, options and the index for one step of a person."""
        return one.context(self.profile_of(one.run, one.member.code))

    def world_record(self, one: Person, what: str, detail: Mapping[str, Any], link: int | None = None) -> int:
        """Record that something of the world happened to a person; `detail` holds nothing to be masked.

        `link` is the number of the message that the note speaks of, None when it speaks of none.
        """
        return one.run.record(
            "world", {"what": what, "link": link, "d": dict(detail)},
            one.flow, one.id, one.member.code, one.timers.now_ms(), one.scenario,
        )  # fmt: skip

    def failed(self, run: Run, where: str, error: Exception, one: Person | None = None) -> None:
        """Record a failure of ours: fault domain harness."""
        detail = {"domain": "harness", "where": where, "error": f"{type(error).__name__}: {error}"[:500]}
        to = self.own if run.journal.closed else run
        to.record("run", {"what": "error", "d": detail}, one.flow if one else "", one.id if one else "")

    def turned_away(self, status: int, reason: str, asked: str = "", runs: Iterable[Run] = ()) -> None:
        """Record a request that reached no interface: broken HTTP, a wrong path. Never raises; bounded."""
        self._turned_away += 1
        if self._turned_away > TURNED_AWAY:
            return
        detail = {"status": status, "reason": reason, **({"asked": asked} if asked else {})}
        for run in runs or (self.own,):
            with suppress(JournalError):
                run.record("run", {"what": "turned_away", "d": detail})

    def close(self) -> None:
        """Close every journal."""
        for run in list(self.runs.values()):
            self.close_run(run)
        if self._own is not None:
            self._own.journal.close()
        self.raw.close()


def _index(_world: World, one: Person, effect: Index, _notices: list[Notify], _link: int | None) -> None:
    one.run.index.setdefault((one.member.code, effect.kind, effect.value), one)


def _schedule(
    _world: World, one: Person, effect: Schedule, _notices: list[Notify], _link: int | None
) -> None:
    one.timers.schedule(effect.at_ms, effect.event, effect.key)


def _changed(world: World, one: Person, effect: Changed, _notices: list[Notify], link: int | None) -> None:
    detail = {"key": effect.key, "before": effect.before, "after": effect.after, "why": effect.why,
              "detail": one.run.masked(dict(effect.detail))}  # fmt: skip
    world.world_record(one, effect.what, detail, link)


def _notify(_world: World, _one: Person, effect: Notify, notices: list[Notify], _link: int | None) -> None:
    notices.append(effect)


def _reply(_world: World, _one: Person, _effect: Reply, _notices: list[Notify], _link: int | None) -> None:
    """The caller seals and sends it."""


_PERFORM: Mapping[type[Effect], Callable[[World, Person, Any, list[Notify], int | None], None]] = {
    Index: _index,
    Schedule: _schedule,
    Changed: _changed,
    Notify: _notify,
    Reply: _reply,
}
