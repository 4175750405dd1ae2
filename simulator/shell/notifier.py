"""Our own requests: notices to the institution, each by the transport of its interface."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from simulator.faults.hostile_notices import hostile_notice
from simulator.faults.notice_kinds import NoticeKind
from simulator.faults.scripted_reply import patched
from simulator.faults.shape import settled
from simulator.protocol.model.interface import Interface, Notice
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Event, Notify
from simulator.protocol.text.no_answer import connect_s, no_answer, unconnected
from simulator.protocol.text.said import Said, Text, said_of, stored
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.outcome import AnswerOutcome, object_of
from simulator.protocol.wire.raw import RawMessage
from simulator.shell import evidence
from simulator.shell.armed import acting, changed
from simulator.shell.changes import Gone
from simulator.shell.clocks import wall_ms
from simulator.shell.journal import JournalError
from simulator.shell.limits import NOTICE_ANSWER_BYTES, NOTICES_ABROAD, STOP_S
from simulator.shell.peers import peer_at
from simulator.shell.scripts import BY_NAME, ArmedFault, Scripts
from simulator.shell.store import Conflict
from simulator.shell.stored import Key, Outgoing, Person
from simulator.shell.world import World

ANSWER_WORDS = 1024  # bytes of an answer that is no object: what it says, not a page
NONE = "none"  # the institution polls only
PLAN = "plan"  # a notice that a role planned by itself, in records and among open work
UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Answered:
    """What the institution answered: `status` 0 when nothing came back; `why` says what happened then.

    `reached`: whether the institution may have read the notice, answered or not. `link`: the notice's record number.
    """

    status: int
    accepted: bool
    why: Text = ""
    reached: bool = False
    link: int | None = None


class Notifier:
    """Send notices and tell the person's shard how each was answered."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._client: aiohttp.ClientSession | None = None
        self._abroad = asyncio.Semaphore(NOTICES_ABROAD)
        self._tasks: dict[asyncio.Task[Answered], Key] = {}
        world.release = self.launch

    def launch(self, key: Key, outgoing: Outgoing) -> asyncio.Task[Answered]:
        """Send a committed notice in the background; it leaves the outbox when the shard has its result."""
        task = asyncio.get_running_loop().create_task(self.deliver(key, outgoing))
        self._tasks[task] = key
        task.add_done_callback(lambda done: self._tasks.pop(done, None))
        return task

    async def idle(self, key: Key) -> None:
        """Return when no notice to this person's institution about them is under way."""
        while mine := [task for task, whose in self._tasks.items() if whose == key]:
            await asyncio.wait(mine)

    async def close(self) -> None:
        """Stop: tasks under way get STOP_S, then the client is closed."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=STOP_S)
            for task in late:
                task.cancel()
        if self._client is not None:
            await self._client.close()

    async def deliver(self, key: Key, outgoing: Outgoing) -> Answered:
        """Send one notice of the plan and give its result to the shard."""
        one, notice = await self._world.store.load(key), outgoing.notice
        answered = await self._post(one, notice, None) if one is not None else None
        with suppress(Gone):  # the person: nobody waits for the result
            await self._settle(key, outgoing, answered)
        return answered or Answered(0, False, Said("没有通知地址"))

    async def _settle(self, key: Key, outgoing: Outgoing, answered: Answered | None) -> None:
        """The notice leaves the outbox, with the event that says how it was answered."""
        notice, world = outgoing.notice, self._world
        if answered is None or not notice.result_event:
            await world.shift(key, lambda one: one.delivered(outgoing.number))
            return
        result = {"name": notice.name, "key": notice.key, "attempt": notice.attempt, "status": answered.status,
                  "accepted": answered.accepted}  # fmt: skip
        event = Event(notice.result_event, result)
        await world.fire(key, event, answered.link, lambda one: one.delivered(outgoing.number))

    async def send_kind(
        self, one: Person, notice: Notify, kind: NoticeKind, changes: Mapping[str, Any]
    ) -> Answered:
        """Send one notice on purpose; the shard's own plan is not told of it."""
        shown = replace(notice, data=patched(notice.data, {**kind.changes, **changes}))
        close = self._opened(one, notice, kind.name)
        try:
            return await self._post(one, shown, kind) or Answered(0, False, Said("没有通知地址"))
        finally:
            close()

    async def _post(self, one: Person, notice: Notify, kind: NoticeKind | None) -> Answered | None:
        world = self._world
        row = world.notices[notice.name]
        url = notice.url or await world.endpoint(one.key, row.endpoint) or NONE
        name = kind.name if kind else PLAN
        detail = {row.subject: notice.key, "attempt": notice.attempt, "kind": name}
        if kind and kind.hostile:
            detail["vector"] = kind.hostile
        if url == NONE:
            world.world_record(
                one,
                "notice",
                {**detail, "sent": False, **stored("reason", Said("未登记 {} 地址", row.endpoint))},
            )
            return None
        link = None
        try:
            async with self._abroad:
                raw, link, lost = await self._issued(one, row, notice, kind, url)
                answered = lost or await self._answered(one, row, notice, raw, url, link)
        except JournalError as error:  # it is not sent, or its answer not taken, so the plan sends it again
            answered = Answered(0, False, said_of(error))
        except Exception as error:
            world.runs.failed(world.runs.here(one.key), "notice", error, one)
            answered = Answered(0, False, Said("模拟器内部错误"))
        with suppress(JournalError):
            world.world_record(one, "notice", {**detail, "sent": True, "accepted": answered.accepted,
                                               "status": answered.status, **stored("reason", answered.why),
                                               "reached": answered.reached}, link)  # fmt: skip
        return replace(answered, link=link)

    async def _issued(
        self, one: Person, row: Notice, notice: Notify, kind: NoticeKind | None, url: str
    ) -> tuple[RawMessage, int | None, Answered | None]:
        """What goes out and the number of its record; when a fault keeps it from going out, no number and why."""
        acted = [armed async for armed in self._acting(one, row, "before_open", "before_act")]
        raw, lost = _spoiled(await self._made(one, row, notice, kind, url), acted)
        link = None if lost else await self._recorded(one, row, notice, raw, url)
        for armed in acted:  # after the record that they speak of
            self._fired(one, row, notice, armed, link)
        return raw, link, lost

    async def _recorded(self, one: Person, row: Notice, notice: Notify, raw: RawMessage, url: str) -> int:
        with suppress(Conflict):  # the run was closed: nobody will ask for a replay
            await changed(
                self._world.store, one.key, Scripts, lambda old: old.with_sent(notice.name, notice.key, raw)
            )
        view = {"outer": row.interface.transport.show(raw), "data": dict(notice.data)}
        more: dict[str, Any] = {"view": view, "facts": [], "link": None}
        return self._exchanged(one, row.interface, notice, "out", "request", raw, url, more)

    def _exchanged(
        self, one: Person, interface: Interface, notice: Notify, direction: str, part: str, raw: RawMessage,
        url: str, more: Mapping[str, Any],
    ) -> int:  # fmt: skip
        """The record of a notice to `url` or of its answer."""
        ids = evidence.identifiers(notice.data, self._world.ids)
        return evidence.exchange_record(
            self._world, one, interface, direction, part, raw, peer_at(url), {"ids": ids, **more}
        )

    async def _answered(
        self, one: Person, row: Notice, notice: Notify, raw: RawMessage, url: str, link: int | None
    ) -> Answered:
        transport, profile = row.interface.transport, await self._profile(one)
        answer = await self._send(raw, url, profile["notify.timeout_ms"])
        if isinstance(answer, Answered):
            return answer
        status = answer.status or 0
        facts = [Fact("http.status", 200 <= status <= 299, data={"status": status}).as_json()]
        assert transport.acknowledged is not None
        said: AnswerOutcome = transport.acknowledged(notice, answer, profile)
        facts += [fact.as_json() for fact in said.facts]
        self._exchanged(one, row.interface, notice, "in", "response", answer, url, {
            "view": _shown(answer.body), "facts": facts, "link": link, "outcome": said.as_json(),
        })  # fmt: skip
        async for armed in self._acting(one, row, "after_seal"):
            self._fired(one, row, notice, armed, link)
            return Answered(0, False, Said("故障：应答丢失"), reached=True)
        return Answered(status, said.ok, reached=True)

    async def _profile(self, one: Person) -> Profile:
        return await self._world.runs.profile_of(self._world.runs.here(one.key), one.key.institution)

    async def _made(
        self, one: Person, row: Notice, notice: Notify, kind: NoticeKind | None, url: str
    ) -> RawMessage:
        scripts = await self._world.store.value(one.key, Scripts) if kind and kind.same_bytes else None
        before = scripts.sent_as(notice.name, notice.key) if scripts else None
        if before is not None:
            return before
        world, transport = self._world, row.interface.transport
        caller = world.identities.book(transport).by_code[one.key.institution]  # keys may have been rotated
        if kind and kind.foreign_key:
            caller = replace(caller, signer=world.stranger(transport))
        profile = await self._profile(one)
        assert transport.notice is not None
        target = URL(url).raw_path_qs
        raw = transport.notice(notice, target, caller, profile, wall_ms(), evidence.entropy())
        bare = BY_NAME[UNSIGNED]
        hostile = hostile_notice(kind.hostile) if kind and bare.spoils(transport.name) else None
        if hostile is not None:
            body = hostile.body(notice.data, caller.keys, profile, wall_ms(), evidence.entropy())
            return replace(raw, body=body)
        if kind and kind.unsigned and bare.spoils(transport.name):
            return settled(bare.apply(raw, {}, b""))[0] or raw
        return raw

    async def _send(self, raw: RawMessage, url: str, timeout_ms: int) -> RawMessage | Answered:
        if self._client is None:
            # A connection of its own for every notice: a kept one may be closed by the hospital as we use it
            # again, and that would look like a notice that the hospital failed to take.
            self._client = aiohttp.ClientSession(
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=aiohttp.TCPConnector(limit=NOTICES_ABROAD, force_close=True),
            )
        within_s = timeout_ms / 1000
        limit = aiohttp.ClientTimeout(total=within_s, sock_connect=connect_s(within_s))
        try:
            where = URL(f"{URL(url).origin()}{raw.target}", encoded=True)
            headers = CIMultiDict(raw.headers)
            async with self._client.request(
                raw.method, where, data=raw.body, headers=headers, timeout=limit, allow_redirects=False
            ) as got:
                body = await read_up_to(got.content, NOTICE_ANSWER_BYTES)
                return RawMessage(raw.method, raw.target, tuple(got.headers.items()), body, got.status)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answered(0, False, no_answer(error, within_s), reached=not unconnected(error))

    def _opened(self, one: Person, notice: Notify, name: str) -> Callable[[], object]:
        """Count a notice that stands in no outbox among the open work of its flow; call the result when it is over."""
        key = f"{notice.name} out {notice.key} {secrets.token_hex(4)}"
        work = self._world.runs.here(one.key).trace(one.flow).open
        work[key] = f"{notice.name} {name}"
        return lambda: work.pop(key, None)

    def _acting(self, one: Person, row: Notice, *stages: str) -> AsyncIterator[ArmedFault]:
        number, form = row.interface.number, row.interface.transport.name
        return acting(self._world.store, [one.key], number, form, evidence.entropy(), *stages)

    def _fired(self, one: Person, row: Notice, notice: Notify, armed: ArmedFault, link: int | None) -> None:
        self._world.world_record(one, "fault", {
            "name": armed.fault.name, "stage": armed.fault.stage, "interface": row.interface.number,
            "with": dict(armed.params), row.subject: notice.key, "times_left": armed.times,
        }, link)  # fmt: skip


def _spoiled(raw: RawMessage, acted: Iterable[ArmedFault]) -> tuple[RawMessage, Answered | None]:
    """The request as the faults leave it, and the answer in its stead when one keeps it from going out."""
    for armed in acted:
        left = settled(armed.fault.apply(raw, armed.params, evidence.entropy()))[0]
        if left is None:
            return raw, Answered(0, False, Said("故障：通知丢失"))
        raw = left
        if raw.status is not None:
            return raw, Answered(raw.status, False, Said("故障：网关拒绝"))
    return raw, None


async def read_up_to(stream: aiohttp.StreamReader, most: int) -> bytes:
    """The bytes of a body, cut off after `most`."""
    parts, size = [], 0
    async for part in stream.iter_any():
        parts.append(part)
        size += len(part)
        if size >= most:
            break
    return b"".join(parts)[:most]


def _shown(body: bytes) -> dict[str, Any] | None:
    """What an answer says: its object, or the beginning of whatever text it is; None of an empty one."""
    value: Any = object_of(body)
    if value is None:
        value = body[:ANSWER_WORDS].decode("utf-8", "replace").strip()
    return {"outer": None, "data": value} if value else None
