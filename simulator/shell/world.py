"""The simulated world: the pure packages put together with a store, the journals of the open runs and the identities.

What the world knows of persons and runs is in the store; in this process stand only journals, routes that follow from
a run's options, and what is under way on the sockets.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from yarl import URL

from simulator.faults.triggers import Trigger
from simulator.protocol.model import person, stepping
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.role import Role, by_number, ids_of, notices_of
from simulator.protocol.model.spec import SpecError
from simulator.protocol.model.step import Context, Event, Reply, Step
from simulator.protocol.text.idnumber import COUNTY, ID_CARD, could_be_real
from simulator.protocol.text.said import Said, stored
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import Identified, Transport
from simulator.shell.armed import changed
from simulator.shell.attached import Attachments
from simulator.shell.bell import Bell
from simulator.shell.changes import Behind, Changes, Done, Gone, Prepare
from simulator.shell.clocks import wall_ms
from simulator.shell.identities import Identities, Member
from simulator.shell.ids import maker, psn_no
from simulator.shell.journal import JournalError
from simulator.shell.limits import PERSONS
from simulator.shell.open_runs import OpenRuns, WorldError
from simulator.shell.persons import new_identity
from simulator.shell.rawstore import RawStore
from simulator.shell.runs import Run
from simulator.shell.scripts import ALWAYS, ANY, Scripts
from simulator.shell.store import Store
from simulator.shell.stored import Due, Entry, Hosting, Key, Note, Outgoing, Person


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
        self.identities = identities
        self.profile = profile
        self.store = store
        self.runs = OpenRuns(home, self.interfaces.values(), profile, store, self.member, self.identified)
        self.runs.teach = self.teach
        self.bell = Bell(store, self.ring, lambda error: self.runs.failed(self.runs.own, "bell", error))
        self.changes = Changes(store, self.bell.rescheduled)
        self.raw = RawStore(home / "raw", int(profile["disk.raw_bytes"]))
        self._owed: set[str] = set()
        self.attached = Attachments()
        self.release: Callable[[Key, Outgoing], object] = lambda _key, _outgoing: None
        self._strangers: dict[str, Any] = {}

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

    def member(self, code: str) -> Member:
        """The institution of this code. Raises WorldError 404."""
        found = self.identities.members.get(code)
        if found is None:
            raise WorldError(
                Said("institution: 没有机构 {}，请先 POST /control/institutions", code[:40]), 404
            )
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
            raise WorldError(Said("institution: {} 不在运行 {} 的机构之中", member.code, run.name))
        if await self.store.count(run.name) >= PERSONS:
            raise WorldError(Said("flow: 本次运行的人员已达上限 {} 名", PERSONS), 409)
        given = identity or {}
        if could_be_real(given.get("id_no", ""), given.get("id_type", ID_CARD)):
            raise WorldError(
                Said("identity.id_no: 可能是真实存在的证件号码，请改用第 3 至 6 位为 {} 的合成号码", COUNTY)
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
            raise WorldError(Said("spec.{}", error)) from None
        key = Key(run.name, member.code, name)
        entries = [Entry(one.kind, one.value, "newest") for one in person.indexes(shard)]
        if given:
            entries.append(Entry("psnNo", psn_no(member.region, shard.core.identity.id_no), "free"))
        self._learn(key, asdict(shard.core.identity))
        made = await self.store.commit(key, None, Person(key, shard, scenario), index=entries)
        run.trace(flow)
        return made

    async def person(self, run: Run, name: str) -> Person:
        """A person of a run. Raises WorldError 404."""
        for code in run.kept.institutions:
            found = await self.store.load(Key(run.name, code, name))
            if found is not None:
                return found
        raise WorldError(Said("person: 运行 {} 里没有人员 {}", run.name, name[:40]), 404)

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
        self.world_record(one, "trigger", {"case": row.case, **stored("about", row.about), "by": by}, link)

    # change

    async def answer(self, key: Key, interface: Interface, request: Request, link: int, seen: str) -> Done:
        """Give a request to a person and commit what follows; its notes and notices wait. Raises what Changes.step does.

        `link`: the record of the request, `seen`: its replay key.
        """
        behind = await self._behind(key, link, seen, interface.unique(request.data))
        done = await self.changes.step(
            key, lambda now, ctx: stepping.answer(self.cast, interface, now.shard, request, ctx), behind
        )
        self._learn(key, done.reply.data if done.reply else None)
        return done

    async def survey(self, run: Run, interface: Interface, request: Request) -> Reply:
        """The answer of an interface that asks about the institution as a whole, from its persons in this run."""
        assert interface.whole is not None
        code = request.institution.code
        keys = [key for key in await self.store.persons(run.name) if key.institution == code]
        found = [one for key in keys if (one := await self.store.load(key)) is not None]
        wire_ms = wall_ms()
        ctx = Context(
            now_ms=max((one.now_ms() for one in found), default=wire_ms),
            wire_ms=wire_ms,
            ids=maker(request.institution.region, wire_ms),
            profile=await self.runs.profile_of(run, code),
        )
        return interface.whole(tuple(one.shard for one in found), request, ctx)

    def _learn(self, key: Key, issued: Any) -> None:
        """What our side gives a person is not shown in any text from now on."""
        self.runs.here(key).known.learn_from(issued, key.person)

    def teach(self, run: Run) -> None:
        """The secrets of a run's institutions and ours are not shown in any text of it."""
        own = self.identities
        held = [own.platform, own.added, {"control_token": own.control_token}]
        for code in run.kept.institutions:
            member = own.members.get(code)
            held += [member.credentials, {"driver_token": member.driver_token}] if member else []
        run.known.learn_from(held)

    async def note(self, done: Done) -> None:
        """Write the notes of a committed step to the chain. Raises JournalError; then they are owed to it."""
        await self._noted(done.person.key.run, done.notes)

    async def catch_up(self, runs: Iterable[Run]) -> None:
        """Write what is owed to the chains of these runs since they could not be written. Raises JournalError."""
        for name in self._owed.intersection(run.name for run in runs):
            await self._noted(name, await self.store.unwritten(name), recovered=True)
            self._owed.discard(name)

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
            self.runs.failed(self.runs.here(key), f"event {event.name}", error, await self.store.load(key))
            await self.changes.step(key, lambda now, _ctx: Step(now.shard), behind, prepare)
            return None
        self._learn(key, done.reply.data if done.reply else None)
        try:
            await self.note(done)
        finally:  # what was committed goes on; a notice that the chain cannot hold is not sent
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
            self.runs.failed(self.runs.here(due.key), f"timer {due.timer.event.name}", error)
            return False
        return True

    async def resume(self) -> None:
        """Take up what a store that outlived its process holds: unwritten notes and waiting notices."""
        for run in await self.runs.all():
            await self._noted(run.name, await self.store.unwritten(run.name), recovered=True)
            for key in await self.store.persons(run.name):
                one = await self.store.load(key)
                self._learn(key, asdict(one.shard.core.identity) if one else None)
                for outgoing in one.outbox if one else ():
                    self.release(key, outgoing)

    async def _behind(
        self, key: Key, link: int | None = None, seen: str = "", unique: tuple[tuple[str, str], ...] = ()
    ) -> Behind:
        run = self.runs.here(key)
        options = await self.runs.profile_of(run, key.institution)
        hosts = await self._hosts(key)
        return Behind(options, self.member(key.institution).region, run.masked, link, seen, unique, hosts)

    async def _hosts(self, key: Key) -> frozenset[str]:
        found = [
            await self.store.value(where, Hosting)
            for where in (Key(key.run, key.institution), Key("", key.institution))
        ]
        urls = {url for one in found if one is not None for url in one.endpoints.values()}
        return frozenset(host for url in urls if (host := URL(url).host))

    async def _noted(self, name: str, notes: Iterable[Note], recovered: bool = False) -> None:
        """Write committed notes to the chain. Raises JournalError; then they stay unwritten in the store."""
        mark = {"recovered": True} if recovered else {}
        written = []
        try:
            for note in notes:
                self.runs.here(note.key).record(
                    "world", {"what": note.what, "link": note.link, "d": dict(note.detail), **mark},
                    note.flow, note.key.person, note.key.institution, note.timer_ms, note.scenario,
                )  # fmt: skip
                written.append(note.id)
        except JournalError:
            self._owed.add(name)
            raise
        finally:
            if written:
                await self.store.written(name, written)

    def world_record(self, one: Person, what: str, detail: Mapping[str, Any], link: int | None = None) -> int:
        """Record that something of the world happened to a person; `detail` holds nothing to be masked.

        `link` is the number of the message that the note speaks of, None when it speaks of none.
        """
        return self.runs.here(one.key).record(
            "world", {"what": what, "link": link, "d": dict(detail)},
            one.flow, one.id, one.key.institution, one.now_ms(), one.scenario,
        )  # fmt: skip

    async def close(self) -> None:
        """Close every run and every journal."""
        await self.runs.close_all()
        self.raw.close()
