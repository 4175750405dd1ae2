"""The driver contract over HTTP: token, form, replay, and the table of actions."""

from __future__ import annotations

import asyncio
import hmac
import inspect
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from conformance.reference import (
    cancellation,
    counter,
    payment,
    received_notices,
    refund_desk,
    registration_desk,
    views,
)
from conformance.reference.answers import DriverReply, Malformed, NotOffered, ReceivedCall, Refused
from conformance.reference.hospital import Hospital
from conformance.reference.hospital_values import Patient
from conformance.reference.logbook import LogEntry
from simulator.protocol.wire.raw import RawMessage

MAX_CALL: Final = 1024 * 1024
MAX_NOTICE: Final = 4 * 1024 * 1024
REPLAY_S: Final = 600.0
MAX_REPLAYS: Final = 20_000
MAX_TEXT: Final = 200

Act = Callable[[Hospital, ReceivedCall], DriverReply | Awaitable[DriverReply]]


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the contract. `read`: never replayed. `patient`: yes, no, or maybe."""

    name: str
    act: Act
    patient: str = "yes"
    read: bool = False


ACTIONS: Final = (
    Action("hospital_info", lambda h, _: views.hospital_info(h), "no", read=True),
    Action("query_patient", counter.query_patient, read=True),
    Action("create_patient", counter.create_patient),
    Action("list_departments", lambda h, _: registration_desk.list_departments(), "no", read=True),  # noqa: ARG005
    Action("list_doctors", lambda h, c: registration_desk.list_doctors(h, c.run, c.args), "no", read=True),
    Action(
        "list_suspensions", lambda h, c: registration_desk.list_suspensions(h, c.run, c.args), "no", read=True
    ),
    Action("book_appointment", counter.book_appointment),
    Action("register_today", counter.register_today),
    Action("list_registrations", views.list_registrations, read=True),
    Action("prescribe", counter.prescribe),
    Action("list_unpaid", views.list_unpaid, read=True),
    Action("list_paid", views.list_paid, read=True),
    Action("unpaid_detail", lambda h, c: views.detail(h, c, ("unpaid",)), read=True),
    Action("paid_detail", lambda h, c: views.detail(h, c, ("paid", "refunded")), read=True),
    Action("pay", payment.pay),
    Action("refund_registration", refund_desk.refund),
    Action("refund_bill", refund_desk.refund),
    Action("cancel", cancellation.cancel),
    Action("scan_code", counter.scan_code),
    Action("settlement_slip", views.settlement_slip, read=True),
    Action("order_state", views.order_state, read=True),
    Action("reset", counter.reset, "no"),
    Action("clock", counter.clock, "no"),
    Action("suspend", counter.suspend, "no"),
    Action("amend_bill", counter.amend_bill, "no"),
    Action("counter_pay", counter.counter_pay, "no"),
    Action("dispense", counter.dispense, "no"),
    Action("fail_booking", counter.fail_booking, "no"),
    Action("set_slot", counter.set_slot, "no"),
)
BY_NAME: Final = {action.name: action for action in ACTIONS}
SHOWS_PATIENT: Final = ("pay", "cancel", "refund_registration", "refund_bill", "order_state")


@dataclass(slots=True)
class Replays:
    """Answers by (run, call_id) for ten minutes; a repeated call waits for the first one's answer."""

    kept: dict[tuple[str, str], tuple[str, float, asyncio.Future[DriverReply]]] = field(default_factory=dict)

    async def once(self, call: ReceivedCall, work: Callable[[], Awaitable[DriverReply]]) -> DriverReply:
        """The answer of the first call with this id, or of `work`. Raises Refused CALL_CONFLICT."""
        key, print_ = (call.run, call.call_id), _print(call)
        self._prune()
        if key in self.kept:
            known, _, answer = self.kept[key]
            if known != print_:
                raise Refused("CALL_CONFLICT", "同一 call_id 已用于另一次调用")
            return await asyncio.shield(answer)
        future: asyncio.Future[DriverReply] = asyncio.get_running_loop().create_future()
        self.kept[key] = (print_, time.monotonic() + REPLAY_S, future)
        try:
            reply = await work()
        except BaseException as problem:
            del self.kept[key]  # 400, 501 and 5xx are never replayed
            if future.cancelled() or isinstance(problem, asyncio.CancelledError):
                future.cancel()
            else:
                future.set_exception(problem)
                future.exception()
            raise
        future.set_result(reply)
        return reply

    def forget(self, run: str) -> None:
        """Drop the answers of a run."""
        for key in [key for key in self.kept if key[0] == run]:
            del self.kept[key]

    def _prune(self) -> None:
        now = time.monotonic()
        while self.kept:
            key = next(iter(self.kept))
            if self.kept[key][1] > now and len(self.kept) <= MAX_REPLAYS:
                return
            del self.kept[key]


def _print(call: ReceivedCall) -> str:
    person = None if call.patient is None else [call.patient.id_no, call.patient.openid, call.patient.name]
    return json.dumps([call.action, call.flow, person, call.args], ensure_ascii=True, sort_keys=True)


def read_call(action: Action, body: bytes) -> ReceivedCall:
    """Check the form of a call (driver contract, "The call"). Raises Malformed."""
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Malformed("正文应为 UTF-8 的 JSON 对象") from None
    if not isinstance(value, dict):
        raise Malformed("正文应为 JSON 对象")
    run, call_id = _name(value, "run"), _name(value, "call_id")
    if not run or not call_id:
        raise Malformed("run, call_id: 缺少, 应为非空文本")
    flow, args = _name(value, "flow"), value.get("args")
    if args is not None and not isinstance(args, dict):
        raise Malformed("args: 应为对象")
    patient = _patient(value.get("patient")) if action.patient == "yes" else None
    if action.patient == "yes" and not flow:
        raise Malformed("flow: 有就诊人的动作必须给出")
    return ReceivedCall(
        action.name, run, flow, call_id, patient, {k: v for k, v in (args or {}).items() if v is not None}
    )


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _name(value: Mapping[str, Any], name: str) -> str:
    text = value.get(name)
    if text is not None and (not isinstance(text, str) or len(text) > MAX_TEXT):
        raise Malformed(f"{name}: 应为不超过 {MAX_TEXT} 个字符的文本")
    return text or ""


def _patient(value: object) -> Patient:
    if not isinstance(value, dict):
        raise Malformed("patient: 缺少, 应为 {name, id_type, id_no, openid}")
    texts = {name: _name(value, name) for name in ("name", "id_type", "id_no", "openid", "phone")}
    missing = [name for name in ("name", "id_type", "id_no", "openid") if not texts[name]]
    if missing:
        raise Malformed(f"patient.{missing[0]}: 缺少, 应为非空文本")
    return Patient(**texts)


def routes(hospital: Hospital, prefix: str) -> list[web.RouteDef]:
    """The hospital's HTTP side under a path prefix."""
    replays = Replays()

    async def act(request: web.Request) -> web.Response:
        if not _token_ok(request, hospital.config.token):
            return _json(401, {"message": "X-Liantiao-Token 不对"})
        action = BY_NAME.get(request.match_info["action"])
        if action is None or not hospital.practice.showing.offers(action.name):
            return _json(501, {"message": "未提供该动作"})
        try:
            call = read_call(action, await _body(request, MAX_CALL))
            reply = await _answer(hospital, replays, action, call)
        except Malformed as problem:
            return _json(400, {"message": str(problem)})
        except NotOffered as problem:
            return _json(501, {"message": str(problem)})
        return _json(reply.status, hospital.practice.showing.body(reply_body(action, reply)))

    async def notice(request: web.Request) -> web.Response:
        pairs = tuple((name.lower(), value) for name, value in request.headers.items())
        try:
            body = await _body(request, MAX_NOTICE)
        except Malformed as problem:
            return _json(413, {"success": False, "message": str(problem)})
        raw = RawMessage(request.method, request.path, pairs, body)
        if hospital.practice.noticing.books == "asked":
            await received_notices.ask_first(hospital, raw)
        status, answer = received_notices.receive(hospital, raw)
        if isinstance(answer, bytes):
            return web.Response(status=status, body=answer, content_type="text/html", charset="utf-8")
        return _json(status, answer) if answer is not None else web.Response(status=status)

    table = [web.post(f"{prefix}/liantiao/v1/actions/{{action}}", act)]
    if hospital.practice.noticing.receives:
        table.append(web.post(f"{prefix}/notify/6302", notice))
    return table


async def _answer(hospital: Hospital, replays: Replays, action: Action, call: ReceivedCall) -> DriverReply:
    async def work() -> DriverReply:
        try:
            reply = action.act(hospital, call)
            answered = await reply if inspect.isawaitable(reply) else reply
        except Refused as refusal:
            answered = refusal.reply()
        _log(hospital, call, answered)
        return hospital.practice.telling.answer(call, hospital.books, answered)

    if action.name == "reset":
        replays.forget(call.run)
    if action.read:
        return await work()
    try:
        return await replays.once(call, work)
    except Refused as refusal:
        return refusal.reply()


def _log(hospital: Hospital, call: ReceivedCall, reply: DriverReply) -> None:
    orders = hospital.books.orders_of(call.run, call.flow)
    outcome = " ".join(filter(None, (reply.state, reply.code)))
    entry = LogEntry(call.action, outcome, hospital.config, call.patient, orders[-1] if orders else None)
    hospital.log.write(hospital.practice.telling.line(entry))


def reply_body(action: Action, reply: DriverReply) -> dict[str, Any]:
    """The JSON of an answer."""
    body: dict[str, Any] = {"state": reply.state, "result": dict(reply.result), "refs": dict(reply.refs)}
    if reply.code:
        words = f"{reply.text} ({reply.why})" if reply.why else reply.text
        body.update(code=reply.code, message=words)
    elif reply.why:
        body.update(message=reply.why)
    if reply.text or action.name in SHOWS_PATIENT:
        body.update(patient_message=reply.text, patient_state=reply.show or "pending")
    return body


def _token_ok(request: web.Request, token: str) -> bool:
    given = request.headers.get("X-Liantiao-Token", "")
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode("utf-8"))


async def _body(request: web.Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            raise Malformed(f"正文不超过 {limit} 字节")
    return bytes(body)


def _json(status: int, value: object) -> web.Response:
    return web.Response(
        status=status,
        body=json.dumps(value, ensure_ascii=False).encode("utf-8"),
        content_type="application/json",
    )
