"""One exchange from request bytes to answer bytes (design 4), with its two evidence records.

Order: raw store, open, inbound record, faults, locate, act, scripted reply, seal, faults. The answer's record
is written by `Served.sent`, just before the bytes go out; effects come after them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.faults import Drop, Hold
from simulator.faults.scripted_reply import EMPTY, ReplyScript, scripted
from simulator.faults.shape import Outcome
from simulator.faults.triggers import HEADER, by_amount, by_case, by_header
from simulator.protocol.codes.table import on_the_wire, refusal
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Notify, Reply
from simulator.protocol.wire.amounts import amount_facts
from simulator.protocol.wire.facts import Fact, Facts
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.schema_facts import schema_fact
from simulator.shell import evidence
from simulator.shell.evidence import Side
from simulator.shell.forms import FORMS, Wire
from simulator.shell.identities import Member
from simulator.shell.limits import BEFORE_REPLY_S
from simulator.shell.runs import Person, Run
from simulator.shell.scripts import BY_NAME, ArmedFault, acting
from simulator.shell.world import World

WIRE_OPTIONS = ("envelope.", "limits.", "portal.", "fsi.")
UNSIGNED = "unsigned"
INTERNAL = "模拟器内部错误，请把证据包发给维护者"


@dataclass(slots=True)
class Served:
    """What the socket must do: wait `hold_ms`, then send `answer` (None: close the connection)."""

    answer: RawMessage | None
    hold_ms: int
    sent: Callable[[bool], None]


@dataclass(slots=True)
class Exchange:
    """One request under way. `links` are the inbound records, one per run that it concerns."""

    interface: Interface
    raw: RawMessage
    wire: Wire
    member: Member | None
    opened: Opened
    runs: list[Run]
    person: Person | None = None
    links: list[int] = field(default_factory=list)
    notices: list[Notify] = field(default_factory=list)
    reply: Reply = EMPTY
    unsigned: bool = False
    foreign: bool = False

    @property
    def key(self) -> str:
        """What this exchange is called among the open ones of its flow."""
        return f"{self.interface.number} in {self.links[0]}"


class Exchanges:
    """Serve requests of the institutions under test. `launch` sends one notice; its task ends when answered."""

    def __init__(self, world: World, launch: Callable[[Person, Notify], Awaitable[Any]]) -> None:
        self.world = world
        self.launch = launch

    async def serve(self, interface: Interface, raw: RawMessage, tail: str) -> Served:
        """Everything up to the bytes of the answer. Never raises: our own failure becomes a refusal."""
        commitment = self.world.raw.put(raw)
        exchange = self._open(interface, raw, tail)
        exchange.links = evidence.inbound(_side(exchange), exchange.opened, raw, commitment)
        self._trace(exchange, open_now=True)
        try:
            answer, hold_ms = await self._answer(exchange)
        except Exception as error:
            for run in exchange.runs:
                self.world.failed(run, f"exchange {interface.number}", error, exchange.person)
            exchange.reply = Reply("LT-INTERNAL", INTERNAL, None, success=False)
            answer, hold_ms = self._sealed(exchange), 0
        return Served(answer, hold_ms, lambda delivered: self._sent(exchange, answer, delivered))

    def _open(self, interface: Interface, raw: RawMessage, tail: str) -> Exchange:
        world = self.world
        wire = Wire(world.identities, world.profile, world.seen, tail, interface.number)
        exchange = Exchange(interface, raw, wire, None, Opened((), None, None, ""), [])
        self._reopen(exchange, raw)
        runs = world.runs_of(exchange.member.code) if exchange.member else []
        if runs and _differs(runs[-1].profile):
            exchange.wire = replace(wire, profile=runs[-1].profile)
            self._reopen(exchange, raw)
        exchange.person = self._locate(exchange)
        if exchange.person is not None:
            runs = [exchange.person.run]
            exchange.wire = replace(exchange.wire, profile=exchange.person.run.profile)
        exchange.runs = runs or world.own_or_only()
        return exchange

    def _reopen(self, exchange: Exchange, raw: RawMessage) -> None:
        self.world.seen.start()
        try:
            opened, exchange.member = FORMS[exchange.interface.form].open(raw, exchange.wire)
            facts = (*opened.facts, *content_facts(exchange.interface, opened))
        except Exception as error:  # ours: opening never raises for the peer
            self.world.failed(self.world.own, f"open {exchange.interface.number}", error)
            opened, facts = Opened((), None, None, ""), (Fact("harness.open", False, INTERNAL),)
        exchange.opened = replace(opened, facts=facts)

    def _locate(self, exchange: Exchange) -> Person | None:
        data = exchange.opened.data
        if exchange.member is None or not isinstance(data, Mapping):
            return None
        return self.world.find(exchange.member.code, exchange.interface.locate(data))

    async def _answer(self, exchange: Exchange) -> tuple[RawMessage | None, int]:
        self._arm_triggers(exchange)
        for armed in self._acting(exchange, "before_open"):
            changed = armed.fault.apply(exchange.raw, armed.params, evidence.entropy())
            if isinstance(changed, RawMessage):
                self._reopen(exchange, changed)
                self._fired(exchange, armed, exchange.opened.bad)
        for armed in self._acting(exchange, "before_act"):
            self._fired(exchange, armed)
            outcome = armed.fault.apply(exchange.raw, armed.params, evidence.entropy())
            return (None, 0) if isinstance(outcome, Drop) else _split(outcome)
        self._act(exchange)
        if exchange.reply.after_notice and exchange.person is not None:
            await self._notices_first(exchange, exchange.person)
        return self._spoil(exchange)

    def _act(self, exchange: Exchange) -> None:
        bad, one = exchange.opened.bad, exchange.person
        if bad is not None:
            code, message = refusal(bad)
            exchange.reply = Reply(code, message, None, success=False)
            return
        self.world.seen.accept()
        if one is None or exchange.member is None:
            sentence = evidence.expected(exchange.interface, exchange.opened.data)
            if exchange.interface.nobody:
                sentence = f"{exchange.interface.nobody}; {sentence}"
            exchange.reply = Reply("LT-UNATTRIBUTED", sentence, None, success=False)
            return
        script = one.scripts.take_reply(exchange.interface.number)
        reply = EMPTY if script is not None and script.instead else self._step(exchange, one, exchange.member)
        exchange.reply = reply if script is None else scripted(reply, script)
        if script is not None:
            self._scripted(exchange, one, script)

    def _step(self, exchange: Exchange, one: Person, member: Member) -> Reply:
        opened = exchange.opened
        request = Request(
            exchange.interface.number,
            opened.data or {},
            opened.envelope or {},
            member.institution(),
            opened.facts,
        )
        reply, exchange.notices = self.world.answer(one, exchange.interface, request, exchange.links[0])
        return reply or EMPTY

    def _scripted(self, exchange: Exchange, one: Person, script: ReplyScript) -> None:
        exchange.unsigned = script.unsigned
        self.world.world_record(one, "fault", {
            "name": "reply", "interface": exchange.interface.number,
            "instead": script.instead, "unsigned": script.unsigned, "code": exchange.reply.code,
        }, exchange.links[0])  # fmt: skip

    async def _notices_first(self, exchange: Exchange, one: Person) -> None:
        notices, exchange.notices = exchange.notices, []
        tasks = [asyncio.ensure_future(self.launch(one, notice)) for notice in notices]
        if tasks and (await asyncio.wait(tasks, timeout=BEFORE_REPLY_S))[1]:
            late = {"reason": f"{BEFORE_REPLY_S:.0f} 秒内未送达，先行应答"}
            self.world.world_record(one, "notice", late, exchange.links[0])  # what is answered now

    def _spoil(self, exchange: Exchange) -> tuple[RawMessage | None, int]:
        faults = list(
            self._acting(exchange, "after_seal")
        )  # which key signs is decided before any of them acts
        exchange.foreign = any(armed.fault.foreign_key for armed in faults)
        answer, hold_ms = self._sealed(exchange), 0
        for armed in faults:
            self._fired(exchange, armed)
            outcome = armed.fault.apply(answer, armed.params, evidence.entropy())
            if isinstance(outcome, Drop):
                return None, hold_ms
            answer, more = _split(outcome)
            hold_ms += more
        return answer, hold_ms

    def _sealed(self, exchange: Exchange) -> RawMessage:
        reply = exchange.reply
        code, message = on_the_wire(reply.code, reply.message, exchange.wire.profile)
        reply = replace(reply, code=code, message=message)
        signer = self.world.identities.foreign if exchange.foreign else None
        body = FORMS[exchange.interface.form].seal(reply, exchange.member, exchange.wire, signer)
        answer = RawMessage(exchange.raw.method, exchange.raw.path, evidence.JSON_HEADERS, body, 200)
        if exchange.unsigned:
            spoiled = BY_NAME[UNSIGNED].apply(answer, {}, b"")
            assert isinstance(spoiled, RawMessage)
            return spoiled
        return answer

    def _sent(self, exchange: Exchange, answer: RawMessage | None, delivered: bool) -> None:
        """Record the answer (or that it was lost), close the exchange, and let the notices go."""
        if answer is not None and delivered:
            evidence.outbound(self.world, _side(exchange), exchange.reply, answer)
        elif answer is not None and exchange.person is not None:
            lost = {"name": "connection_lost", "interface": exchange.interface.number}
            self.world.world_record(exchange.person, "fault", lost, exchange.links[0])
        self._trace(exchange, open_now=False)
        for notice in exchange.notices if exchange.person else ():
            assert exchange.person is not None
            self.world.send_notice(exchange.person, notice)

    def _arm_triggers(self, exchange: Exchange) -> None:
        one, member = exchange.person, exchange.member
        if one is None or member is None:
            return
        number = exchange.interface.number
        wanted = exchange.raw.header(HEADER)
        if wanted and by_case(wanted) is None:
            told = {"case": wanted[:40], "about": "触发表里没有此用例，请求头未起作用", "by": number}
            self.world.world_record(one, "trigger", told, exchange.links[0])
        rows = [by_header(number, wanted)]
        if member.code in self.world.amount_tails:
            rows.append(by_amount(number, exchange.opened.data))
        order = evidence.identifiers(exchange.opened.data).get("medOrgOrd", "")
        for row in rows:
            if row is not None and (row.case, order) not in one.triggered:
                one.triggered.add((row.case, order))
                self.world.arm(one, row, number, exchange.links[0])

    def _acting(self, exchange: Exchange, stage: str) -> Iterator[ArmedFault]:
        scopes = [exchange.person.scripts] if exchange.person else []
        code = exchange.member.code if exchange.member else ""
        scopes += [run.by_institution[code] for run in exchange.runs if code in run.by_institution]
        return acting(scopes, exchange.interface.number, stage)

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
        open_ones = exchange.person.run.trace(exchange.person.flow).open
        if open_now:
            open_ones[exchange.key] = exchange.key
        else:
            open_ones.pop(exchange.key, None)


def _side(exchange: Exchange) -> Side:
    return Side(exchange.interface, exchange.runs, exchange.person, exchange.member, exchange.links)


def content_facts(interface: Interface, opened: Opened) -> Facts:
    """The facts of a request's content: its schema and its amounts."""
    if not isinstance(opened.data, Mapping) or not interface.schema:
        return ()
    return schema_fact(f"{interface.schema}.request", opened.data), *amount_facts(
        interface.number, "request", opened.data
    )


def _differs(profile: Profile) -> bool:
    return any(name.startswith(WIRE_OPTIONS) for name in profile.overrides)


def _split(outcome: Outcome) -> tuple[RawMessage, int]:
    if isinstance(outcome, Hold):
        return outcome.raw, outcome.ms
    assert isinstance(outcome, RawMessage)
    return outcome, 0
