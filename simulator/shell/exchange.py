"""One exchange from request bytes to answer bytes (design 4), with its two evidence records.

Order: raw store, identify, open, inbound record, faults, load, step, commit, scripted reply, answer, faults. The answer's
record is written by `Served.sent`, just before the bytes go out; the notices of the step are released after them. Where
the chain cannot be written, the request is refused before its step, and after its commit the connection is closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.faults.scripted_reply import EMPTY, ReplyScript, scripted
from simulator.faults.shape import Ending, settled
from simulator.faults.triggers import HEADER, by_amount, by_case, by_header
from simulator.protocol.codes.table import on_the_wire, refusal
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Reply
from simulator.protocol.text.said import Said, Text, stored
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.opened import Opened, freshness
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import Caller, Identified
from simulator.shell import evidence
from simulator.shell.armed import acting, changed, reply_taken
from simulator.shell.changes import Gone
from simulator.shell.clocks import wall_ms
from simulator.shell.evidence import Side
from simulator.shell.journal import JournalError
from simulator.shell.limits import BEFORE_REPLY_S, HOSTS, LONG_BYTES
from simulator.shell.peers import host_in
from simulator.shell.runs import Run
from simulator.shell.scripts import BY_NAME, ArmedFault, Scripts
from simulator.shell.store import Replayed
from simulator.shell.stored import Key, Outgoing, Person
from simulator.shell.world import World

UNSIGNED = "unsigned"
INTERNAL = Said("模拟器内部错误，请把证据包发给维护者")
UNWRITABLE = Said("证据写不下去，请求没有处理")


@dataclass(frozen=True, slots=True)
class Served:
    """What the socket must do: wait `hold_ms`, then send `answer` (None: nothing) and end as `ending` says."""

    answer: RawMessage | None
    hold_ms: int
    ending: Ending | None
    sent: Callable[[bool], None]


Sending = tuple[RawMessage | None, int, Ending | None]


@dataclass(slots=True)
class Exchange:
    """One request under way. `wire`: the wire options it is read and answered under, `profile`: all others.

    `links` are the inbound records, one per run that it concerns; `peer` is where it came from.
    """

    interface: Interface
    raw: RawMessage
    caller: Caller | None
    opened: Opened
    wire: Profile
    profile: Profile
    runs: list[Run]
    person: Person | None = None
    links: list[int] = field(default_factory=list)
    outgoing: tuple[Outgoing, ...] = ()
    reply: Reply = EMPTY
    unsigned: bool = False
    foreign: bool = False
    peer: str = ""
    committed: bool = False

    @property
    def key(self) -> str:
        """What this exchange is called among the open ones of its flow."""
        return f"{self.interface.number} in {self.links[0]}"

    @property
    def code(self) -> str:
        """The caller's institution code; the empty text for nobody."""
        return self.caller.institution.code if self.caller else ""


class Exchanges:
    """Serve requests of the institutions under test. `launch` releases one notice; its task ends when answered."""

    def __init__(self, world: World, launch: Callable[[Key, Outgoing], Awaitable[Any]]) -> None:
        self.world = world
        self.launch = launch
        self._hosts: dict[str, set[str]] = {}

    async def serve(self, interface: Interface, raw: RawMessage, peer: str) -> Served:
        """Everything up to the bytes of the answer. Never raises: our own failure becomes a refusal."""
        full: JournalError | None = None
        commitment = ""
        try:
            commitment = self.world.raw.put(raw)
        except JournalError as error:  # said in the form of the message, which is opened first
            full = error
        exchange = await self._open(interface, raw)
        exchange.peer = peer
        await _breathe(raw)
        self._hear(exchange)
        try:
            if full is not None:
                raise full
            exchange.links = evidence.inbound(self.world, _side(exchange), exchange.opened, raw, commitment)
            await self.world.catch_up(exchange.runs)
            await _breathe(raw)
        except JournalError as error:
            return Served(await self._refused(exchange, error, UNWRITABLE), 0, None, lambda _delivered: None)
        self._trace(exchange, open_now=True)
        sending: Sending
        try:
            sending = await self._answer(exchange)
        except JournalError as error:
            gone = exchange.committed
            sending = None if gone else await self._refused(exchange, error, UNWRITABLE), 0, None
        except Exception as error:
            sending = await self._refused(exchange, error, INTERNAL), 0, None
        return Served(*sending, lambda delivered: self._sent(exchange, sending[0], delivered))

    async def _refused(self, exchange: Exchange, error: Exception, sentence: Text) -> RawMessage:
        """The answer to a request that we failed to take."""
        for run in exchange.runs:
            self.world.runs.failed(run, f"exchange {exchange.interface.number}", error, exchange.person)
        exchange.reply = Reply("LT-INTERNAL", sentence, None, success=False)
        return self._sealed(exchange)

    async def _open(self, interface: Interface, raw: RawMessage) -> Exchange:
        """Opened once, under the institution's wire options; every other option is that of the person's run."""
        world = self.world
        caller, opened, wire = await self._opened(interface, raw)
        runs = await world.runs.of(caller.institution.code) if caller else []
        person = None
        if caller is not None and isinstance(opened.data, Mapping):
            person = await world.find(caller.institution.code, interface.locate(opened.data))
        if person is not None:
            runs = [world.runs.here(person.key)]
        profile = runs[-1].profile if runs else world.profile
        runs = runs or world.runs.own_or_only()
        if person is None and interface.whole is None:
            runs = world.runs.with_room(runs)
        return Exchange(interface, raw, caller, opened, wire, profile, runs, person)

    def _hear(self, exchange: Exchange) -> None:
        """Note from where an institution's own messages come."""
        if exchange.person is not None and exchange.opened.bad is None:
            hosts = self._hosts.setdefault(exchange.code, set())
            if len(hosts) < HOSTS:
                hosts.add(host_in(exchange.peer))

    def _may_be_own(self, exchange: Exchange) -> bool:
        """Whether a message may be the institution's whose credentials it carries, and so meet what is armed for it."""
        if exchange.person is not None:
            return True
        hosts = self._hosts.get(exchange.code)
        return exchange.opened.data is None and (not hosts or host_in(exchange.peer) in hosts)

    async def _opened(self, interface: Interface, raw: RawMessage) -> tuple[Caller | None, Opened, Profile]:
        world, caller, wire = self.world, None, self.world.profile
        try:
            who: Identified = world.identified(interface.transport, raw)
            caller = who.caller
            code = caller.institution.code if caller else ""
            wire = await world.runs.wire_profile(code) if caller else wire
            opened = interface.transport.open(raw, who, interface, wire, wall_ms())
            await _breathe(raw)
            fresh = not await world.store.has_seen(code, opened.replay_key)
            opened = replace(opened, facts=evidence.all_facts(interface, opened, fresh, wire))
        except Exception as error:  # ours: opening never raises for the peer
            world.runs.failed(world.runs.own, f"open {interface.number}", error)
            opened = Opened((Fact("harness.open", False, INTERNAL),), None, None, "")
        return caller, opened, wire

    async def _answer(self, exchange: Exchange) -> Sending:
        await self._arm_triggers(exchange)
        copy = exchange.raw  # the record keeps what the vendor sent
        async for armed in self._acting(exchange, "before_open"):
            changed = armed.fault.apply(copy, armed.params, evidence.entropy())
            if isinstance(changed, RawMessage):
                copy = changed
                exchange.caller, exchange.opened, exchange.wire = await self._opened(exchange.interface, copy)
                self._fired(exchange, armed, exchange.opened.bad)
        async for armed in self._acting(exchange, "before_act"):
            self._fired(exchange, armed)
            return settled(armed.fault.apply(copy, armed.params, evidence.entropy()))
        try:
            await self._act(exchange)
        except Replayed:  # by another message, between our look and the commit
            exchange.reply = _refusal(exchange, freshness(False))
        except Gone:  # the run was reset, or the flow forgotten, meanwhile
            exchange.reply = _nobody(exchange)
        if exchange.reply.after_notice and exchange.person is not None:
            await self._notices_first(exchange, exchange.person)
        return await self._spoil(exchange)

    async def _act(self, exchange: Exchange) -> None:
        bads, one = exchange.opened.bads, exchange.person
        if bads:
            exchange.reply = _refusal(exchange, *bads)
            return
        seen = exchange.opened.replay_key
        if exchange.interface.whole is not None and exchange.caller is not None:
            await self.world.store.see(exchange.code, seen)
            request = _request(exchange, exchange.caller)
            exchange.reply = await self.world.survey(exchange.runs[-1], exchange.interface, request)
            return
        if one is None or exchange.caller is None:
            await self.world.store.see(exchange.code, seen)
            exchange.reply = _nobody(exchange)
            return
        script = await reply_taken(self.world.store, one.key, exchange.interface.number)
        if script is not None and script.instead:
            await self.world.store.see(exchange.code, seen)
            reply = EMPTY
        else:
            reply = await self._step(exchange, one, exchange.caller)
        exchange.reply = reply if script is None else scripted(reply, script)
        if script is not None:
            self._scripted(exchange, one, script)

    async def _step(self, exchange: Exchange, one: Person, caller: Caller) -> Reply:
        request, seen = _request(exchange, caller), exchange.opened.replay_key
        done = await self.world.answer(one.key, exchange.interface, request, exchange.links[0], seen)
        exchange.committed = True
        exchange.person, exchange.outgoing = done.person, done.outgoing
        await self.world.note(done)
        return done.reply or EMPTY

    def _scripted(self, exchange: Exchange, one: Person, script: ReplyScript) -> None:
        exchange.unsigned = script.unsigned
        self.world.world_record(one, "fault", {
            "name": "reply", "interface": exchange.interface.number,
            "instead": script.instead, "unsigned": script.unsigned, "code": exchange.reply.code,
        }, exchange.links[0])  # fmt: skip

    async def _notices_first(self, exchange: Exchange, one: Person) -> None:
        outgoing, exchange.outgoing = exchange.outgoing, ()
        tasks = [asyncio.ensure_future(self.launch(one.key, notice)) for notice in outgoing]
        if tasks and (await asyncio.wait(tasks, timeout=BEFORE_REPLY_S))[1]:
            late = stored("reason", Said("{:.0f} 秒内未送达，先行应答", BEFORE_REPLY_S))
            self.world.world_record(one, "notice", late, exchange.links[0])  # what is answered now

    async def _spoil(self, exchange: Exchange) -> Sending:
        # which key signs is decided before any of them acts
        faults = [armed async for armed in self._acting(exchange, "after_seal")]
        exchange.foreign = any(armed.fault.foreign_key for armed in faults)
        answer, held = self._sealed(exchange), 0
        for armed in faults:
            self._fired(exchange, armed)
            left, hold_ms, ending = settled(armed.fault.apply(answer, armed.params, evidence.entropy()))
            held += hold_ms
            if left is None or ending is not None:
                return left, held, ending
            answer = left
        return answer, held, None

    def _sealed(self, exchange: Exchange) -> RawMessage:
        reply, transport, caller = exchange.reply, exchange.interface.transport, exchange.caller
        code, message = on_the_wire(reply.code, reply.message, exchange.profile)
        most = transport.message_chars
        reply = replace(
            reply, code=code, message=message if len(message) <= most else message[: most - 1] + "…"
        )
        if exchange.foreign and caller is not None:
            caller = replace(caller, signer=self.world.stranger(transport))
        answer = transport.reply(
            reply, exchange.opened, exchange.interface, caller, exchange.wire, wall_ms(), evidence.entropy()
        )
        answer = replace(answer, method=exchange.raw.method, target=exchange.raw.target)
        bare = BY_NAME[UNSIGNED]
        if exchange.unsigned and bare.spoils(transport.name):
            spoiled = bare.apply(answer, {}, b"")
            assert isinstance(spoiled, RawMessage)
            return spoiled
        return answer

    def _sent(self, exchange: Exchange, answer: RawMessage | None, delivered: bool) -> None:
        """Record the answer (or that it was lost), close the exchange, and let the notices go. Raises JournalError."""
        try:
            if answer is not None and delivered:
                evidence.outbound(self.world, _side(exchange), exchange.reply, answer)
            elif answer is not None and exchange.person is not None:
                lost = {"name": "connection_lost", "interface": exchange.interface.number}
                self.world.world_record(exchange.person, "fault", lost, exchange.links[0])
        finally:
            self._trace(exchange, open_now=False)
            for outgoing in exchange.outgoing if exchange.person else ():
                assert exchange.person is not None
                self.world.release(exchange.person.key, outgoing)

    async def _arm_triggers(self, exchange: Exchange) -> None:
        one, total = exchange.person, exchange.interface.total
        if one is None or exchange.caller is None:
            return
        number = exchange.interface.number
        wanted = exchange.raw.header(HEADER)
        if wanted and by_case(wanted) is None:
            about = Said("触发表里没有此用例，请求头未起作用")
            told = {"case": wanted[:40], **stored("about", about), "by": number}
            self.world.world_record(one, "trigger", told, exchange.links[0])
        rows = [by_header(number, wanted, total is not None)]
        if total is not None and await self.world.amount_tails(exchange.code):
            rows.append(by_amount(total.amount, exchange.opened.data))
        ids = evidence.identifiers(exchange.opened.data, self.world.ids)
        order = next((ids[name] for name in self.world.order_names if name in ids), "")
        for row in rows:
            if row is not None and await self._first(one.key, (row.case, order)):
                await self.world.arm(one, row, number, exchange.links[0])

    async def _first(self, key: Key, case: tuple[str, str]) -> bool:
        """Whether this person's messages arm this case of this order for the first time, which they now do."""
        first: list[bool] = []

        def remembered(scripts: Scripts) -> Scripts:
            first.append(case not in scripts.triggered)
            return scripts.with_triggered(case)

        await changed(self.world.store, key, Scripts, remembered)
        return first[-1]

    def _acting(self, exchange: Exchange, stage: str) -> AsyncIterator[ArmedFault]:
        scopes = [exchange.person.key] if exchange.person else []
        if exchange.code and self._may_be_own(exchange):
            scopes += [Key(run.name, exchange.code) for run in exchange.runs]
        interface = exchange.interface
        return acting(
            self.world.store, scopes, interface.number, interface.transport.name, evidence.entropy(), stage
        )

    def _fired(self, exchange: Exchange, armed: ArmedFault, bad: Fact | None = None) -> None:
        detail = {"name": armed.fault.name, "stage": armed.fault.stage, "interface": exchange.interface.number,
                  "with": dict(armed.params), "times_left": armed.times}  # fmt: skip
        if bad is not None:
            detail["refused_by"] = bad.name
        if exchange.person is not None:
            self.world.world_record(exchange.person, "fault", detail, exchange.links[0])
            return
        for run, link in zip(exchange.runs, exchange.links, strict=True):
            run.record("world", {"what": "fault", "link": link, "d": detail})

    def _trace(self, exchange: Exchange, open_now: bool) -> None:
        if exchange.person is None:
            return
        open_ones = self.world.runs.here(exchange.person.key).trace(exchange.person.flow).open
        if open_now:
            open_ones[exchange.key] = exchange.key
        else:
            open_ones.pop(exchange.key, None)


def _request(exchange: Exchange, caller: Caller) -> Request:
    opened = exchange.opened
    return Request(
        exchange.interface.number, opened.data or {}, opened.outer or {}, caller.institution, opened.facts
    )


def _refusal(exchange: Exchange, *bads: Fact) -> Reply:
    code, message = refusal(*bads, most=exchange.interface.transport.message_chars)
    return Reply(code, message, None, success=False)


async def _breathe(raw: RawMessage) -> None:
    """Let others be answered between two pieces of the work on a long message."""
    if len(raw.body) > LONG_BYTES:
        await asyncio.sleep(0)


def _nobody(exchange: Exchange) -> Reply:
    sentence: Text = evidence.expected(exchange.interface, exchange.opened.data)
    if exchange.interface.nobody:
        sentence = Said("{}; {}", exchange.interface.nobody, sentence)
    return Reply("LT-UNATTRIBUTED", sentence, None, success=False)


def _side(exchange: Exchange) -> Side:
    return Side(
        exchange.interface, exchange.runs, exchange.person, exchange.code, exchange.links, exchange.peer
    )
