"""Our own requests: 6302 notices to the institution, through the same sealed path in reverse."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import orjson
from yarl import URL

from simulator.centre import notice as centre_notice
from simulator.faults import Drop, Hold
from simulator.faults.notice_kinds import NoticeKind
from simulator.faults.scripted_reply import patched
from simulator.faults.unsigned import apply as bare
from simulator.protocol.model.step import Event, Notify
from simulator.protocol.text import jsontext
from simulator.protocol.wire import envelope
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.outcome import notice_outcome
from simulator.protocol.wire.raw import RawMessage
from simulator.shell import evidence
from simulator.shell.clocks import wall_ms
from simulator.shell.limits import NOTICE_ANSWER_BYTES, NOTICES_ABROAD, STOP_S
from simulator.shell.runs import Person
from simulator.shell.scripts import ArmedFault, acting
from simulator.shell.world import World

NONE = "none"  # the institution polls only
PLAN = "plan"  # a notice of the centre's own plan, in records and among open work


@dataclass(frozen=True, slots=True)
class Answered:
    """What the institution answered: `status` 0 when nothing came back; `why` says what happened then.

    `reached`: whether the institution may have read the notice, answered or not. `link`: the notice's record number.
    """

    status: int
    accepted: bool
    why: str = ""
    reached: bool = False
    link: int | None = None


class Notifier:
    """Send notices and tell the person's shard how each was answered."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._client: aiohttp.ClientSession | None = None
        self._abroad = asyncio.Semaphore(NOTICES_ABROAD)
        self._tasks: dict[asyncio.Task[Answered], Person] = {}
        world.send_notice = self.launch

    def launch(self, one: Person, notice: Notify) -> asyncio.Task[Answered]:
        """Send in the background. From now until the shard has its result the notice counts as open (contracts 5)."""
        close = _opened(one, notice, PLAN)
        task = asyncio.get_running_loop().create_task(self.deliver(one, notice))
        self._tasks[task] = one
        task.add_done_callback(lambda done: (self._tasks.pop(done, None), close()))
        return task

    async def idle(self, one: Person) -> None:
        """Return when no notice to this person's institution about them is under way."""
        while mine := [task for task, whose in self._tasks.items() if whose is one]:
            await asyncio.wait(mine)

    async def close(self) -> None:
        """Stop: tasks under way get STOP_S, then the client is closed."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=STOP_S)
            for task in late:
                task.cancel()
        if self._client is not None:
            await self._client.close()

    async def deliver(self, one: Person, notice: Notify) -> Answered:
        """Send one notice of the plan and give its result to the shard."""
        answered = await self._post(one, notice, None) if one.run.persons.get(one.id) is one else None
        if answered is None:
            return Answered(0, False, "没有通知地址")
        result = {"notice_id": notice.notice_id, "attempt": notice.attempt, "status": answered.status,
                  "accepted": answered.accepted}  # fmt: skip
        if one.run.persons.get(one.id) is one:
            self._world.fire(one, Event("notice.result", result), answered.link)
        return answered

    async def send_kind(
        self, one: Person, notice: Notify, kind: NoticeKind, changes: Mapping[str, Any]
    ) -> Answered:
        """Send one notice on purpose; the shard's own plan is not told of it."""
        shown = Notify(notice.interface, notice.notice_id, notice.pay_ord_id,
                       patched(notice.data, {**kind.changes, **changes}), notice.attempt)  # fmt: skip
        close = _opened(one, notice, kind.name)
        try:
            return await self._post(one, shown, kind) or Answered(0, False, "没有通知地址")
        finally:
            close()

    async def _post(self, one: Person, notice: Notify, kind: NoticeKind | None) -> Answered | None:
        world = self._world
        url = world.endpoints.get(one.member.code, NONE)
        name = kind.name if kind else PLAN
        detail = {"payOrdId": notice.pay_ord_id, "attempt": notice.attempt, "kind": name}
        if url == NONE:
            world.world_record(one, "notice", {**detail, "sent": False, "reason": "未登记 notify_6302 地址"})
            return None
        link = None
        try:
            async with self._abroad:
                raw, link, lost = self._issued(one, notice, kind, url)
                answered = lost or await self._answered(one, notice, raw, url, link)
        except Exception as error:
            world.failed(one.run, "notice", error, one)
            answered = Answered(0, False, "模拟器内部错误")
        world.world_record(one, "notice", {**detail, "sent": True, "accepted": answered.accepted,
                                           "status": answered.status, "reason": answered.why,
                                           "reached": answered.reached}, link)  # fmt: skip
        return replace(answered, link=link)

    def _issued(
        self, one: Person, notice: Notify, kind: NoticeKind | None, url: str
    ) -> tuple[RawMessage, int | None, Answered | None]:
        """What goes out and the number of its record; when a fault keeps it from going out, no number and why."""
        acted = tuple(acting([one.scripts], notice.interface, "before_open", "before_act"))
        raw, lost = _spoiled(self._sealed(one, notice, kind, url), acted)
        link = None if lost else self._recorded(one, notice, raw)
        for armed in acted:  # after the record that they speak of
            self._fired(one, notice, armed, link)
        return raw, link, lost

    def _recorded(self, one: Person, notice: Notify, raw: RawMessage) -> int:
        one.sent[:] = [pair for pair in one.sent if pair[0].pay_ord_id != notice.pay_ord_id]
        one.sent.append((notice, raw.body))
        view = {"outer": _outer(raw.body), "data": dict(notice.data)}
        return self._exchanged(one, notice, "out", "request", raw, {"view": view, "facts": [], "link": None})

    def _exchanged(
        self, one: Person, notice: Notify, direction: str, part: str, raw: RawMessage, more: Mapping[str, Any]
    ) -> int:
        """The record of a notice or of its answer."""
        interface = self._world.interfaces[notice.interface]
        plain = one.run.profile["notify.form"] == "plain"
        ids = evidence.identifiers(notice.data)
        return evidence.exchange_record(
            self._world, one, interface, "plain" if plain else interface.form, direction, part, raw,
            {"ids": ids, **more},
        )  # fmt: skip

    async def _answered(
        self, one: Person, notice: Notify, raw: RawMessage, url: str, link: int | None
    ) -> Answered:
        answer = await self._send(raw, url, one.run.profile["notify.timeout_ms"])
        if isinstance(answer, Answered):
            return answer
        status = answer.status or 0
        facts = [Fact("http.status", 200 <= status <= 299, data={"status": status}).as_json()]
        accepted = centre_notice.accepted(status, answer.body, one.run.profile)
        self._exchanged(one, notice, "in", "response", answer, {
            "view": _shown(answer.body), "facts": facts, "link": link,
            "outcome": notice_outcome(answer.body, accepted),
        })  # fmt: skip
        for armed in acting([one.scripts], notice.interface, "after_seal"):
            self._fired(one, notice, armed, link)
            return Answered(0, False, "故障：应答丢失", reached=True)
        return Answered(status, accepted, reached=True)

    def _sealed(self, one: Person, notice: Notify, kind: NoticeKind | None, url: str) -> RawMessage:
        before = next((body for sent, body in one.sent if sent.pay_ord_id == notice.pay_ord_id), b"")
        body = before if kind and kind.same_bytes and before else self._body(one, notice, kind)
        raw = RawMessage("POST", URL(url).path, evidence.JSON_HEADERS, body)
        return bare(raw, {}, b"") if kind and kind.unsigned else raw

    def _body(self, one: Person, notice: Notify, kind: NoticeKind | None) -> bytes:
        profile = one.run.profile
        if profile["notify.form"] == "plain":
            return jsontext.dumps(dict(notice.data)).encode()
        identities = self._world.identities
        signer = identities.foreign if kind and kind.foreign_key else None
        keys = identities.channels[identities.members[one.member.code].app_id]  # it may have been rotated
        return envelope.seal_request(notice.data, keys, profile, wall_ms(), evidence.entropy(), signer=signer)

    async def _send(self, raw: RawMessage, url: str, timeout_ms: int) -> RawMessage | Answered:
        if self._client is None:
            # A connection of its own for every notice: a kept one may be closed by the hospital as we use it
            # again, and that would look like a notice that the hospital failed to take.
            self._client = aiohttp.ClientSession(
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                connector=aiohttp.TCPConnector(limit=NOTICES_ABROAD, force_close=True),
            )
        limit = aiohttp.ClientTimeout(total=timeout_ms / 1000)
        try:
            async with self._client.post(
                url, data=raw.body, headers=dict(raw.headers), timeout=limit, allow_redirects=False
            ) as got:
                body = await read_up_to(got.content, NOTICE_ANSWER_BYTES)
                headers = tuple((name.lower(), value) for name, value in got.headers.items())
                return RawMessage("POST", raw.path, headers, body, got.status)
        except TimeoutError:
            return Answered(0, False, f"{timeout_ms} 毫秒内没有应答", reached=True)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            unconnected = isinstance(error, aiohttp.ClientConnectorError)
            return Answered(0, False, f"送不到：{type(error).__name__}", reached=not unconnected)

    def _fired(self, one: Person, notice: Notify, armed: ArmedFault, link: int | None) -> None:
        self._world.world_record(one, "fault", {
            "name": armed.fault.name, "stage": armed.fault.stage, "interface": notice.interface,
            "with": dict(armed.params), "payOrdId": notice.pay_ord_id, "times_left": armed.times,
        }, link)  # fmt: skip


def _opened(one: Person, notice: Notify, name: str) -> Callable[[], object]:
    """Count the notice among the open work of its flow; call what is returned when it is over."""
    key = f"{notice.interface} out {notice.pay_ord_id} {secrets.token_hex(4)}"
    work = one.run.trace(one.flow).open
    work[key] = f"{notice.interface} {name}"
    return lambda: work.pop(key, None)


def _spoiled(raw: RawMessage, acted: Iterable[ArmedFault]) -> tuple[RawMessage, Answered | None]:
    """The request as the faults leave it, and the answer in its stead when one keeps it from going out."""
    for armed in acted:
        outcome = armed.fault.apply(raw, armed.params, evidence.entropy())
        if isinstance(outcome, Drop):
            return raw, Answered(0, False, "故障：通知丢失")
        raw = outcome.raw if isinstance(outcome, Hold) else outcome
        if raw.status is not None:
            return raw, Answered(raw.status, False, "故障：网关拒绝")
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


def _outer(body: bytes) -> dict[str, Any]:
    value = orjson.loads(body)
    return {key: item for key, item in value.items() if key not in ("encData", "signData", "data")}


def _shown(body: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return {"outer": None, "data": value}
