"""Control routes for what is done on purpose: faults, scripted answers, cases of the trigger table, time, notices."""

from __future__ import annotations

import asyncio
from typing import Any

from simulator.control.api import Body, Control, Values, in_run
from simulator.control.route import (
    BOOL,
    CODE,
    COUNT,
    FAULT,
    OBJECT,
    PERSON,
    RUN,
    TEXT,
    TIMES,
    Route,
    having,
    listing,
    shape,
    told,
)  # fmt: skip
from simulator.faults.notice_kinds import HOSTILE_NAMES, KINDS, NoticeKind, each, kind_of
from simulator.faults.scripted_reply import ReplyScript
from simulator.faults.triggers import TRIGGERS, by_case
from simulator.protocol.model.step import Event, Notify
from simulator.protocol.text.said import Said, listed, stored
from simulator.shell.armed import changed
from simulator.shell.limits import FIRED_AT_ONCE, NOTICES_AT_ONCE
from simulator.shell.notifier import Answered
from simulator.shell.open_runs import WorldError
from simulator.shell.scripts import BY_NAME, Scripts
from simulator.shell.stored import Due, Key, Person

WEEK_MS = 7 * 24 * 3600 * 1000  # no timer of the protocol is longer


async def arm_institution(control: Control, values: Values, body: Body) -> Any:
    """A fault by credentials: also for messages that cannot be opened."""
    run = await control.run(values)
    code = control.world.member(body["institution"]).code
    in_run(run, code)
    return await _arm(control, Key(run.name, code), body)


async def arm_fault(control: Control, values: Values, body: Body) -> Any:
    """A fault for this person's messages."""
    return await _arm(control, (await control.one(values)).key, body)


async def arm_reply(control: Control, values: Values, body: Body) -> Any:
    """A scripted answer for this person's messages."""
    names = ("code", "message", "success", "data", "set", "unsigned", "instead")
    script = ReplyScript(**{name: body[name] for name in names if name in body},
                         unset=tuple(body.get("unset", ())))  # fmt: skip
    one, times = await control.one(values), body.get("times", 1)
    await changed(
        control.world.store, one.key, Scripts, lambda old: old.with_reply(script, body["interface"], times)
    )
    return {"reply": body["interface"]}


async def arm_case(control: Control, values: Values, body: Body) -> Any:
    """A row of the trigger table."""
    row = by_case(body["case"])
    if row is None:
        raise WorldError(
            Said("case: 没有 {}，可用：{}", body["case"][:40], listed("、", (one.case for one in TRIGGERS)))
        )
    await control.world.arm(await control.one(values), row, "control")
    return {"case": row.case}


async def advance(control: Control, values: Values, body: Body) -> Any:
    """Move timer time; due events happen in order, each notice delivered before the next event."""
    key = (await control.one(values)).key
    fired: list[str] = []
    lock = control.advancing.get(key)
    if lock is None:
        lock = control.advancing[key] = asyncio.Lock()
    async with lock:
        one = await control.one(values)
        until = one.now_ms() + body["ms"]
        control.world.world_record(one, "timer", {"advance_ms": body["ms"]})
        while len(fired) < FIRED_AT_ONCE and (timer := one.due(until)) is not None:
            if await control.world.ring(Due(key, timer)):
                fired.append(timer.event.name)
            await control.notifier.idle(key)
            one = await control.one(values)
        one = await control.world.shift(key, lambda one: one.moved_to(until))
    return {"timer_ms": one.now_ms(), "fired": fired}


async def notices(control: Control, values: Values, body: Body) -> Any:
    """Send notices on purpose; the plan of the centre is not told of them."""
    one, kind = await control.one(values), kind_of(body["kind"])
    assert kind is not None
    if kind.policy:
        await control.fire(values, "patient.policy", kind.policy)
        return {"answers": []}
    notice = await _deliberate(control, one, kind, body.get("notice", ""), body.get("payOrdId", ""))
    sends = [
        control.notifier.send_kind(one, notice, sent, body.get("set", {}))
        for sent in each(kind, body.get("vectors", HOSTILE_NAMES), body.get("times", 1))
    ]
    together = body.get("concurrent")
    answers = await asyncio.gather(*sends) if together else [await send for send in sends]
    return {"answers": [_answer(answer) for answer in answers]}


async def _deliberate(control: Control, one: Person, kind: NoticeKind, name: str, key: str) -> Notify:
    """The notice called `name`, else the first that has something to tell of `key` (else of what came last)."""
    known = control.world.notices
    if name and name not in known:
        raise WorldError(Said("notice: 没有通知 {}，可用：{}", name[:40], listed("、", known)))
    for row in [known[name]] if name else known.values():
        if not row.draft:
            continue
        drawn = await control.told(one, Event(row.draft, {"key": key, "as_settled": kind.as_settled}))
        if drawn.success and drawn.data is not None:
            return Notify(row.name, drawn.data["key"], drawn.data["data"], url=drawn.data.get("url", ""))
    raise WorldError(Said("payOrdId: 人员 {} 还没有订单 {}", one.id, key[:40]), 409)


async def _arm(control: Control, scope: Key, body: Body) -> Any:
    given = {("params" if name == "with" else name): value for name, value in body.items()
             if name != "institution"}  # fmt: skip
    await control.world.arm_fault(scope, **given)
    return {"fault": body["name"]}


def _answer(answered: Answered) -> dict[str, Any]:
    out: dict[str, Any] = {"status": answered.status, "accepted": answered.accepted}
    return {**out, **stored("why", answered.why)} if answered.why else out


_TEXT = {"type": "string"}
ARMED = told(fault={"enum": list(BY_NAME)})
HOLD = {"name": "hold_response", "interface": "6202", "times": 1, "with": {"ms": 3000}}
ANSWERS = told(answers=listing(having("status", "accepted", status=COUNT, accepted=BOOL, why=_TEXT)))
ROUTES: tuple[Route, ...] = (
    Route("POST", RUN + "/faults", arm_institution, "a fault for all messages of one institution",
          ARMED, {"fault": "hold_response"},
          shape(("institution", "name"), institution=CODE, **FAULT), {"institution": "H50999900001", **HOLD}),
    Route("POST", PERSON + "/faults", arm_fault, "a fault for messages of this person",
          ARMED, {"fault": "hold_response"}, shape(("name",), **FAULT), HOLD),
    Route("POST", PERSON + "/replies", arm_reply, "a scripted answer, sealed for the vendor",
          told(reply=_TEXT), {"reply": "6202"},
          shape(("interface",), interface=TEXT, times=TIMES, code=TEXT, message=TEXT, success=BOOL, set=OBJECT,
                unset={"type": "array", "items": TEXT}, data=OBJECT, unsigned=BOOL, instead=BOOL),
          {"interface": "6202", "code": "-1", "message": "busy", "success": False}),
    Route("POST", PERSON + "/triggers", arm_case, "arm a row of the trigger table",
          told(case=_TEXT), {"case": "MP-FLT-02"}, shape(("case",), case=TEXT), {"case": "MP-FLT-02"}),
    Route("POST", PERSON + "/advance", advance, "move this person's timer time; what is due happens in order",
          told(timer_ms=COUNT, fired=listing(_TEXT)), {"timer_ms": 1795312800000, "fired": ["patient.confirm"]},
          shape(("ms",), ms={"type": "integer", "minimum": 0, "maximum": WEEK_MS}), {"ms": 600_000}),
    Route("POST", PERSON + "/notices", notices, "send notices of the last (or named) order on purpose",
          ANSWERS, {"answers": [{"status": 200, "accepted": True}]},
          shape(("kind",), kind={"enum": [kind.name for kind in KINDS]}, concurrent=BOOL, set=OBJECT, payOrdId=TEXT, notice=TEXT,
                vectors={"type": "array", "minItems": 1, "items": {"enum": list(HOSTILE_NAMES)}},
                times={"type": "integer", "minimum": 1, "maximum": NOTICES_AT_ONCE}), {"kind": "repeat"}),
)  # fmt: skip
