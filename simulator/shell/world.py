"""The simulated world: the pure packages put together with a store, the journals of the open runs and the identities.

What the world knows of persons and runs is in the store; in this process stand only journals, routes that follow from
a run's options, and what is under way on the sockets.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
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
from simulator.protocol.model.step import Event, Reply, Step
from simulator.protocol.text.idnumber import COUNTY, ID_CARD, could_be_real
from simulator.protocol.text.times import beijing14
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import Identified, Transport
from simulator.shell.armed import changed
from simulator.shell.bell import Bell
from simulator.shell.changes import Behind, Changes, Done, Gone, Prepare
from simulator.shell.clocks import wall_ms
from simulator.shell.identities import Identities, Member
from simulator.shell.ids import psn_no
from simulator.shell.journal import Journal, JournalError
from simulator.shell.limits import CLOSED_RUNS, OPEN_RUNS, PERSONS, TURNED_AWAY
from simulator.shell.persons import new_identity
from simulator.shell.rawstore import RawStore
from simulator.shell.runs import Run
from simulator.shell.scripts import ALWAYS, ANY, Scripts
from simulator.shell.store import Conflict, Store
from simulator.shell.stored import Due, Entry, Hosting, Key, Namespace, Note, Outgoing, Person

OWN_LOG = "_simulator"


class WorldError(ValueError):
    """A control request that the world cannot do; one Chinese line `field: what is wrong`. `status` is HTTP's."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


class World:
    """One instance a process. `release(key, outgoing)` sends a committed notice."""

    def __init__(
        self, home: Path, identities: Identities, profile: Profile, roles: Iterable[Role], store: Store
    ) -> None:
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
        self.store = store
        self.bell = Bell(store, self.ring)
        self.changes = Changes(store, self.bell.rescheduled)
        self.raw = RawStore(home / "raw")
        self.closed: OrderedDict[str, Run] = OrderedDict()
        self.release: Callable[[Key, Outgoing], object] = lambda _key, _outgoing: None
        self._open: dict[str, Run] = {}
        self._strangers: dict[str, Any] = {}
        self._wire_options = tuple(
            {prefix for transport in transports_of(self.roles) for prefix in transport.options}
        )
        self._own: Run | None = None
        self._turned_away = 0

    # runs

    @property
    def own(self) -> Run:
        """The simulator's own log, made on first use, one a process: what belongs to no run."""
        if self._own is None:
            folder = self.home / "journals" / OWN_LOG / f"{beijing14(wall_ms())}-{secrets.token_hex(4)}"
            self._own = Run(Namespace(OWN_LOG, ()), self.profile, Journal(folder, OWN_LOG))
        return self._own

    async def open_run(
        self, name: str, institutions: Iterable[str], overrides: Mapping[str, Any], small: bool = False
    ) -> Run:
        """Open a namespace for some institutions; `small`: its messages leave small records. Raises WorldError."""
        again = WorldError(f"run: 运行 {name} 已打开，请换一个名称或先结束它", 409)
        runs = await self.runs()
        if any(run.name == name for run in runs):
            raise again
        if len(runs) >= OPEN_RUNS:
            raise WorldError(f"run: 同时打开的运行已达上限 {OPEN_RUNS} 个，请先结束一些", 409)
        codes = tuple(sorted(set(institutions)))
        for code in codes:
            self.member(code)
        try:
            checked = dict(checked_overrides(overrides, self.profile))
        except ProfileError as error:
            raise WorldError(str(error)) from None
        wire = {option: value for option, value in overrides.items() if option.startswith(self._wire_options)}
        await self._check_wire(codes, wire)
        try:
            kept = await self.store.open(Namespace(name, codes, checked, wire, small))
        except Conflict:
            raise again from None
        try:
            run = self._opened(kept)
        except JournalError:
            await self.store.close(name)
            raise
        run.record("run", {"what": "begin", "d": {"institutions": list(codes), "profile": run.profile.name,
                                                  "overrides": dict(run.profile.overrides)}})  # fmt: skip
        return run

    def _opened(self, kept: Namespace) -> Run:
        """The run as this process has it open; its journal is taken up on first use."""
        known = self._open.get(kept.name)
        if known is not None and known.kept.number == kept.number:
            return known
        profile = self.profile.with_overrides(kept.overrides)
        journal = Journal(self.home / "journals" / kept.name, kept.name)
        routes = Routes.of(self.interfaces.values(), profile) if kept.wire else None
        run = self._open[kept.name] = Run(kept, profile, journal, routes)
        self.closed.pop(kept.name, None)
        if journal.torn_bytes:
            run.record("run", {"what": "repaired", "d": {"torn_bytes": journal.torn_bytes}})
        return run

    async def _check_wire(self, codes: Iterable[str], wire: Mapping[str, Any]) -> None:
        """Wire options belong to the institution: two open runs cannot want different ones (contracts 2)."""
        for code in codes:
            first = await self.wire_of(code)
            if wire and first is not None and first.kept.wire != wire:
                raise WorldError(
                    f"profile: 机构 {code} 的报文选项已由运行 {first.name} 设定，请先结束它，或写相同的值",
                    409,
                )

    async def wire_of(self, code: str) -> Run | None:
        """The newest open run that sets the wire options of an institution."""
        return next((run for run in reversed(await self.runs_of(code)) if run.kept.wire), None)

    async def wire_profile(self, code: str) -> Profile:
        """What a message of this institution is opened and answered under: its wire options."""
        run = await self.wire_of(code)
        return run.profile if run else self.profile

    async def profile_of(self, run: Run, code: str) -> Profile:
        """The options of a run, with the wire options of an institution of it."""
        first = await self.wire_of(code)
        if first is None or first.name == run.name:
            return run.profile
        return run.profile.with_overrides(first.kept.wire)

    async def served(self, path: str) -> bool:
        """Whether any table has this path."""
        return self.routes.serves(path) or any(
            run.routes.serves(path) for run in await self.runs() if run.routes
        )

    async def route(self, raw: RawMessage) -> Interface | None:
        """The interface that takes a request. Where two tables differ, the caller's own institution decides."""
        tables = [self.routes, *(run.routes for run in reversed(await self.runs()) if run.routes)]
        found = {one.number: one for table in tables if (one := table.find(raw)) is not None}
        if len(found) > 1:
            for interface in found.values():
                caller = self.identified(interface.transport, raw).caller
                first = await self.wire_of(caller.institution.code) if caller else None
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

    async def endpoint(self, key: Key, name: str) -> str:
        """Where a person's notices with this endpoint key go: in the run, else for the institution; empty: nowhere known."""
        for where in (Key(key.run, key.institution), Key("", key.institution)):
            hosting = await self.store.value(where, Hosting)
            if hosting is not None and hosting.endpoints.get(name):
                return hosting.endpoints[name]
        return ""

    async def set_endpoints(self, key: Key, endpoints: Mapping[str, str]) -> None:
        """Where notices of an institution go from now on, in a run or (without one) in those that say nothing else."""
        await changed(
            self.store, key, Hosting, lambda old: replace(old, endpoints={**old.endpoints, **endpoints})
        )

    async def amount_tails(self, code: str) -> bool:
        """Whether the fen of a total choose an outcome for this institution's persons."""
        hosting = await self.store.value(Key("", code), Hosting)
        return hosting is not None and hosting.amount_tails

    async def set_amount_tails(self, code: str, switched_on: bool) -> None:
        """Switch that on or off."""
        await changed(self.store, Key("", code), Hosting, lambda old: replace(old, amount_tails=switched_on))

    async def reset_run(self, run: Run) -> dict[str, int]:
        """Drop every person, timer, notice and script of the run; the journal goes on."""
        removed = {"persons": await self.store.clear(run.name)}
        run.record("run", {"what": "reset", "d": removed})
        return removed

    async def evict(self, run: Run, flow: str) -> int:
        """Forget the persons of a finished flow with all that is theirs; its records stay. Returns their number."""
        keys = await self.store.persons(run.name, flow)
        for key in keys:
            await self.store.forget(key)
        run.flows.pop(flow, None)
        return len(keys)

    async def close_run(self, run: Run) -> int:
        """Close the namespace; its records stay readable. Returns the number of records."""
        await self.reset_run(run)
        await self.store.close(run.name)
        run.record("run", {"what": "end", "d": {}})
        self._shut(run)
        return run.journal.last_seq

    def _shut(self, run: Run) -> None:
        run.journal.close()
        run.flows.clear()
        self._open.pop(run.name, None)
        self.closed[run.name] = run
        while len(self.closed) > CLOSED_RUNS:
            self.closed.popitem(last=False)

    async def run(self, name: str, closed: bool = False) -> Run:
        """The open run of this name (or a closed one, if asked). Raises WorldError 404."""
        found = next((run for run in await self.runs() if run.name == name), None)
        found = found or (self.closed.get(name) if closed else None)
        if found is None:
            raise WorldError(f"run: 没有打开的运行 {name[:64]}", 404)
        return found

    async def runs(self) -> list[Run]:
        """The open runs, newest last."""
        return [self._opened(kept) for kept in await self.store.runs()]

    async def runs_of(self, code: str) -> list[Run]:
        """The open runs that an institution takes part in, newest last."""
        return [run for run in await self.runs() if code in run.kept.institutions]

    def run_of(self, key: Key) -> Run:
        """The run that a person was loaded from, open or closed meanwhile; else the simulator's own log."""
        return self._open.get(key.run) or self.closed.get(key.run) or self.own

    def own_or_only(self) -> list[Run]:
        """Where a message of nobody goes: the simulator's own log, and the run if only one is open."""
        only = list(self._open.values()) if len(self._open) == 1 else []
        return [self.own, *only]

    def member(self, code: str) -> Member:
        """The institution of this code. Raises WorldError 404."""
        found = self.identities.members.get(code)
        if found is None:
            raise WorldError(f"institution: 没有机构 {code[:40]}，请先 POST /control/institutions", 404)
        return found

    # persons

    async def add_person(
        self, run: Run, member: Member, flow: str, alias: str, spec: Mapping[str, Any],
        identity: Mapping[str, str] | None = None, scenario: str = "",
    ) -> Person:  # fmt: skip
        """Make a synthetic person for one flow. Raises WorldError.

        With an `identity` (somebody the vendor has on file; what it leaves out is made up) the newest person of
        this number takes the messages that name it; those that name an earlier one's orders stay with that one.
        """
        if member.code not in run.kept.institutions:
            raise WorldError(f"institution: {member.code} 不在运行 {run.name} 的机构之中")
        if await self.store.count(run.name) >= PERSONS:
            raise WorldError(f"flow: 本次运行的人员已达上限 {PERSONS} 名", 409)
        given = identity or {}
        if could_be_real(given.get("id_no", ""), given.get("id_type", ID_CARD)):
            raise WorldError(
                f"identity.id_no: 可能是真实存在的证件号码，请改用第 3 至 6 位为 {COUNTY} 的合成号码"
            )
        made_up = new_identity(lambda _number: False)
        while await self.store.find(member.code, "idNo", made_up["id_no"]):
            made_up = new_identity(lambda _number: False)
        name = f"P{await self.store.next_number(run.name)}"
        own = {"insured_region": member.region, **spec, **made_up, **given}
        own |= {"person": name, "alias": alias, "institution": member.code}
        try:
            shard = person.new_shard(own, run.name, flow, self.roles)
        except SpecError as error:
            raise WorldError(f"spec.{error}") from None
        key = Key(run.name, member.code, name)
        entries = [Entry(one.kind, one.value, "newest") for one in person.indexes(shard)]
        if given:
            entries.append(Entry("psnNo", psn_no(member.region, shard.core.identity.id_no), "free"))
        made = await self.store.commit(key, None, Person(key, shard, scenario), index=entries)
        run.trace(flow)
        return made

    async def person(self, run: Run, name: str) -> Person:
        """A person of a run. Raises WorldError 404."""
        for code in run.kept.institutions:
            found = await self.store.load(Key(run.name, code, name))
            if found is not None:
                return found
        raise WorldError(f"person: 运行 {run.name} 里没有人员 {name[:40]}", 404)

    async def find(self, code: str, pairs: Iterable[tuple[str, str]]) -> Person | None:
        """The person that the first known identifier of a message belongs to; of several runs, the newest one's."""
        for kind, value in pairs:
            for key in await self.store.find(code, kind, value):
                found = await self.store.load(key)
                if found is not None:
                    return found
        return None

    async def arm_fault(self, scope: Key, name: str, interface: str = ANY, times: int = 1,
                        params: Mapping[str, Any] | None = None, probability: int = ALWAYS, order: int = 0) -> None:  # fmt: skip
        """Arm a fault of one scope. Raises ScriptError, also for an interface whose form it cannot spoil."""
        known = self.interfaces.get(interface)
        transport = known.transport.name if known else ""

        def armed(scripts: Scripts) -> Scripts:
            return scripts.with_fault(name, interface, times, params or {}, transport, probability, order)

        await changed(self.store, scope, Scripts, armed)

    async def arm(self, one: Person, row: Trigger, by: str, link: int | None = None) -> None:
        """Arm a row of the trigger table for a person; `link` is the message that asked for it."""
        await changed(self.store, one.key, Scripts, lambda scripts: scripts.with_trigger(row))
        if row.policy:
            await self.fire(one.key, Event("patient.policy", dict(row.policy)))
        self.world_record(one, "trigger", {"case": row.case, "about": row.about, "by": by}, link)

    # change

    async def answer(self, key: Key, interface: Interface, request: Request, link: int, seen: str) -> Done:
        """Give a request to a person and commit what follows; its notes and notices wait. Raises what Changes.step does.

        `link`: the record of the request, `seen`: its replay key.
        """
        behind = await self._behind(key, link, seen, interface.unique(request.data))
        return await self.changes.step(
            key, lambda now, ctx: stepping.answer(self.cast, interface, now.shard, request, ctx), behind
        )

    async def note(self, done: Done) -> None:
        """Write the notes of a committed step to the chain. Raises JournalError."""
        await self._noted(done.person.key.run, done.notes)

    async def fire(
        self, key: Key, event: Event, link: int | None = None, prepare: Prepare = lambda one: one
    ) -> Reply | None:
        """Give an event to a person and send what follows; `link` is the message behind it, if one is.

        Our own failure is recorded, never raised; what `prepare` changes happens all the same. Raises Gone.
        """
        behind = await self._behind(key, link)
        try:
            done = await self.changes.step(
                key, lambda now, ctx: stepping.happen(self.cast, now.shard, event, ctx), behind, prepare
            )
        except Gone:
            raise
        except Exception as error:
            self.failed(self.run_of(key), f"event {event.name}", error, await self.store.load(key))
            await self.changes.step(key, lambda now, _ctx: Step(now.shard), behind, prepare)
            return None
        await self.note(done)
        for outgoing in done.outgoing:
            self.release(key, outgoing)
        return done.reply

    async def shift(self, key: Key, prepare: Prepare) -> Person:
        """Change what the shell keeps beside a shard, and nothing in it. Raises Gone."""
        done = await self.changes.step(
            key, lambda now, _ctx: Step(now.shard), await self._behind(key), prepare
        )
        return done.person

    async def ring(self, due: Due) -> bool:
        """A timer has come: its event happens and it is gone. False when it is still there, which is our failure."""
        try:
            await self.fire(due.key, due.timer.event, prepare=lambda one: one.rung(due.timer))
        except Gone:  # rung by somebody else
            return True
        except Exception as error:
            self.failed(self.run_of(due.key), f"timer {due.timer.event.name}", error)
            return False
        return True

    async def resume(self) -> None:
        """Take up what a store that outlived its process holds: unwritten notes and waiting notices."""
        for run in await self.runs():
            await self._noted(run.name, await self.store.unwritten(run.name), recovered=True)
            for key in await self.store.persons(run.name):
                one = await self.store.load(key)
                for outgoing in one.outbox if one else ():
                    self.release(key, outgoing)

    async def _behind(
        self, key: Key, link: int | None = None, seen: str = "", unique: tuple[tuple[str, str], ...] = ()
    ) -> Behind:
        run = self.run_of(key)
        options = await self.profile_of(run, key.institution)
        return Behind(options, self.member(key.institution).region, run.masked, link, seen, unique)

    async def _noted(self, name: str, notes: Iterable[Note], recovered: bool = False) -> None:
        """Write committed notes to the chain. Raises JournalError; then they stay unwritten in the store."""
        mark = {"recovered": True} if recovered else {}
        written = []
        for note in notes:
            self.run_of(note.key).record(
                "world", {"what": note.what, "link": note.link, "d": dict(note.detail), **mark},
                note.flow, note.key.person, note.key.institution, note.timer_ms, note.scenario,
            )  # fmt: skip
            written.append(note.id)
        if written:
            await self.store.written(name, written)

    def world_record(self, one: Person, what: str, detail: Mapping[str, Any], link: int | None = None) -> int:
        """Record that something of the world happened to a person; `detail` holds nothing to be masked.

        `link` is the number of the message that the note speaks of, None when it speaks of none.
        """
        return self.run_of(one.key).record(
            "world", {"what": what, "link": link, "d": dict(detail)},
            one.flow, one.id, one.key.institution, one.now_ms(), one.scenario,
        )  # fmt: skip

    def failed(self, run: Run, where: str, error: Exception, one: Person | None = None) -> None:
        """Record a failure of ours: fault domain harness."""
        detail = {"domain": "harness", "where": where, "error": f"{type(error).__name__}: {error}"[:500]}
        for to in (run, self.own):
            with suppress(JournalError):
                to.record(
                    "run", {"what": "error", "d": detail}, one.flow if one else "", one.id if one else ""
                )
                return

    def turned_away(self, status: int, reason: str, asked: str = "", runs: Iterable[Run] = ()) -> None:
        """Record a request that reached no interface: broken HTTP, a wrong path. Never raises; bounded."""
        self._turned_away += 1
        if self._turned_away > TURNED_AWAY:
            return
        detail = {"status": status, "reason": reason, **({"asked": asked} if asked else {})}
        for run in runs or (self.own,):
            with suppress(JournalError):
                run.record("run", {"what": "turned_away", "d": detail})

    async def close(self) -> None:
        """Close every run and every journal."""
        for run in await self.runs():
            await self.close_run(run)
        if self._own is not None:
            self._own.journal.close()
        self.raw.close()
