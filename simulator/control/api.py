"""The control API: what a scenario, a runner or a person at the keyboard may make the world do.

Every method takes (path and query values, body) and returns the JSON answer; WorldError and ScriptError
become 4xx with `{"error": "field: what"}`. The routes and their shapes stand in `openapi.ROUTES`.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from time import monotonic
from typing import Any
from weakref import WeakValueDictionary

import orjson

from simulator.control import openapi
from simulator.faults import FAULTS
from simulator.faults.notice_kinds import KINDS, NoticeKind, kind_of
from simulator.faults.scripted_reply import ReplyScript
from simulator.faults.triggers import TRIGGERS, by_case
from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.model.person import shard_view
from simulator.protocol.model.step import Event, Notify, Reply
from simulator.shell.armed import changed
from simulator.shell.attached import LEASE_S
from simulator.shell.changes import Gone
from simulator.shell.clocks import monotonic_ns
from simulator.shell.identities import vendor_block
from simulator.shell.limits import (
    FIRED_AT_ONCE,
    LONG_POLL_MS,
    QUIET_TIMER_MS,
    RAW_AN_ANSWER,
    RAW_BYTES_AN_ANSWER,
    RECORDS_AN_ANSWER,
)
from simulator.shell.notifier import PLAN, Answered, Notifier
from simulator.shell.open_runs import WorldError
from simulator.shell.runs import Run, Trace
from simulator.shell.scripts import Scripts
from simulator.shell.stored import Due, Key, Person
from simulator.shell.world import World

Values = Mapping[str, str]
Body = Mapping[str, Any]
QUIET_POLL_S = 0.05  # how often open work is looked at while a caller waits for quiet
NOTICE_EVENTS = "notice."
WRONG_VALUES = ("LT-FIELD", "LT-AMOUNT")
"""Refusals of what the caller wrote; by any other the state forbids it."""


class Control:
    """The methods behind `openapi.ROUTES`. `base` is the URL that vendors call."""

    def __init__(self, world: World, notifier: Notifier, base: str) -> None:
        self.world = world
        self.notifier = notifier
        self.base = base
        self.advancing: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    # the simulator

    async def health(self, _values: Values, _body: Body) -> Any:
        """Alive."""
        return {"status": "ok", "version": version("liantiao")}

    async def whose(self, _values: Values, _body: Body) -> Any:
        """Alive, and whose."""
        return {
            "status": "ok",
            "version": version("liantiao"),
            "platform": self.world.identities.fingerprint,
            "profile": self.world.profile.name,
            "pid": os.getpid(),
            "attached": self.world.attached.count(),
        }

    async def attach(self, values: Values, _body: Body) -> Any:
        """Begin or renew the lease of a run."""
        if not self.world.attached.hold(values["name"][:64]):
            raise WorldError("name: 使用此模拟器的运行已达上限，请先结束一些", 409)
        return {"attached": self.world.attached.count(), "lease_s": LEASE_S}

    async def detach(self, values: Values, _body: Body) -> Any:
        """End it."""
        self.world.attached.let_go(values["name"][:64])
        return {"attached": self.world.attached.count()}

    async def document(self, _values: Values, _body: Body) -> Any:
        """OpenAPI 3.1."""
        return openapi.document(version("liantiao"))

    async def catalogue(self, _values: Values, _body: Body) -> Any:
        """Everything that can be named in a scenario."""
        options = self.world.profile.options.items()
        return {
            "interfaces": [
                {"number": one.number, "role": one.role, "path": one.path, "name": one.name, "form": one.transport.name,
                 "status": one.status, "source": one.source}
                for one in self.world.interfaces.values()
            ],
            "faults": [
                {"name": one.name, "stage": one.stage, "about": one.about, "transports": list(one.transports),
                 "with": {param.name: {"default": param.default, "low": param.low, "high": param.high,
                                       "about": param.about} for param in one.params}}
                for one in FAULTS
            ],
            "triggers": [
                {"case": one.case, "tail": f"{one.tail:02d}", "interface": one.interface, "about": one.about}
                for one in TRIGGERS
            ],
            "notices": [{"kind": one.name, "about": one.about} for one in KINDS],
            "profile": {name: {"value": self.world.profile[name], "about": option.about, "status": option.status}
                        for name, option in options},
        }  # fmt: skip

    # institutions

    async def institutions(self, _values: Values, _body: Body) -> Any:
        """All codes."""
        return {"institutions": sorted(self.world.identities.members)}

    async def add_institution(self, _values: Values, body: Body) -> Any:
        """The vendor block; an existing identity is returned unchanged."""
        made = self.world.identities.ensure(
            body.get("code", ""), body.get("name", ""), body.get("region", "")
        )
        return self._block(made.code)

    async def institution(self, values: Values, _body: Body) -> Any:
        """The vendor block of a known institution."""
        return self._block(values["code"])

    async def endpoints(self, values: Values, body: Body) -> Any:
        """Where notices of this institution go from now on, in runs that say nothing else."""
        return await self._endpoints("", values["code"], body)

    async def run_endpoints(self, values: Values, body: Body) -> Any:
        """Where notices of this institution go in one run."""
        run = await self.world.runs.named(values["run"])
        self._in_run(run, self.world.member(values["code"]).code)
        return await self._endpoints(run.name, values["code"], body)

    async def amount_tails(self, values: Values, body: Body) -> Any:
        """Whether the fen of a total choose an outcome for this institution's persons."""
        code = self.world.member(values["code"]).code
        await self.world.set_amount_tails(code, body["amount_tails"])
        return {"amount_tails": body["amount_tails"]}

    # runs

    async def runs(self, _values: Values, _body: Body) -> Any:
        """The open runs."""
        return {"runs": [{"run": run.name, "institutions": list(run.kept.institutions),
                          "persons": await self.world.store.count(run.name), "records": run.journal.last_seq}
                         for run in await self.world.runs.all()]}  # fmt: skip

    async def open_run(self, _values: Values, body: Body) -> Any:
        """Open a namespace."""
        name = body.get("run") or f"run-{secrets.token_hex(6)}"
        run = await self.world.runs.open(
            name, body["institutions"], body.get("profile", {}), body.get("small", False)
        )
        return {"run": run.name, "mask_key_id": sm3(run.journal.mask_key).hex()[:16]}

    async def close_run(self, values: Values, _body: Body) -> Any:
        """Close it."""
        return {"records": await self.world.runs.close(await self.world.runs.named(values["run"]))}

    async def reset_run(self, values: Values, _body: Body) -> Any:
        """Drop persons and what is pending."""
        return {"removed": await self.world.runs.reset(await self.world.runs.named(values["run"]))}

    async def arm_institution(self, values: Values, body: Body) -> Any:
        """A fault by credentials: also for messages that cannot be opened."""
        run = await self.world.runs.named(values["run"])
        code = self.world.member(body["institution"]).code
        self._in_run(run, code)
        return await self._arm(Key(run.name, code), body)

    async def add_record(self, values: Values, body: Body) -> Any:
        """A record of the runner; `d` is masked by the same table as messages."""
        run = await self.world.runs.named(values["run"])
        rest = {
            key: value
            for key, value in body.items()
            if key not in ("kind", "flow", "scenario", "person", "institution")
        }
        if "d" in rest:
            rest["d"] = run.masked(rest["d"])
        timer_ms = None
        if body.get("person"):
            with suppress(WorldError):
                timer_ms = (await self.world.person(run, body["person"])).now_ms()
        return {"seq": run.record(body["kind"], rest, body.get("flow", ""), body.get("person", ""),
                                  body.get("institution", ""), timer_ms, body.get("scenario", ""))}  # fmt: skip

    async def records(self, values: Values, _body: Body) -> Any:
        """Records after a number, as they stand in the journal."""
        journal = (await self.world.runs.named(values["run"], closed=True)).journal
        after = openapi.whole(values, "after", 0, 2**53)
        await journal.wait(after, openapi.whole(values, "wait_ms", 0, LONG_POLL_MS) / 1000)
        lines = journal.read(after, openapi.whole(values, "limit", RECORDS_AN_ANSWER, RECORDS_AN_ANSWER))
        return {"records": [orjson.Fragment(line) for line in lines], "next": after + len(lines)}

    async def raw(self, values: Values, _body: Body) -> Any:
        """Salt and bytes of one message."""
        journal = (await self.world.runs.named(values["run"], closed=True)).journal
        seq = openapi.whole(values, "seq", 0, 2**53)
        lines = journal.read(seq - 1, 1) if seq else []
        found = self.world.raw.get(orjson.loads(lines[0]).get("c", "")) if lines else None
        if found is None:
            raise WorldError(f"seq: 记录 {seq} 没有保存原始报文", 404)
        return found

    async def raws(self, values: Values, _body: Body) -> Any:
        """Salts and bodies of the messages after a record number; one that is not kept is left out."""
        journal = (await self.world.runs.named(values["run"], closed=True)).journal
        after = openapi.whole(values, "after", 0, 2**53)
        found, size = [], 0
        for line in journal.read(after, openapi.whole(values, "limit", RAW_AN_ANSWER, RAW_AN_ANSWER)):
            after += 1
            kept = self.world.raw.get(orjson.loads(line).get("c", ""))
            if kept is not None:
                found.append({"seq": after, **kept})
                size += len(kept["raw"])
            if size > RAW_BYTES_AN_ANSWER:
                break
        return {"raw": found, "next": after}

    async def quiet(self, values: Values, _body: Body) -> Any:
        """Whether nothing of a flow is under way and nothing was seen for `quiet_ms` (contracts 5)."""
        run, flow = await self.world.runs.named(values["run"]), values.get("flow", "")
        quiet_ms = openapi.whole(values, "quiet_ms", 0, 600_000)
        until = monotonic() + openapi.whole(values, "wait_ms", 0, LONG_POLL_MS) / 1000
        trace = run.flows.get(flow) or Trace()
        while True:
            work = await self.under_way(run, flow)
            window_ms = (monotonic_ns() - trace.last_mono_ns) // 1_000_000 if trace.last_mono_ns else quiet_ms
            left = until - monotonic()
            if (not work and window_ms >= quiet_ms) or left <= 0:
                return {"quiet": not work and window_ms >= quiet_ms, "open": work, "window_ms": window_ms,
                        "last_seq": trace.last_seq}  # fmt: skip
            pause = QUIET_POLL_S if work else (quiet_ms - window_ms) / 1000
            await run.journal.wait(run.journal.last_seq, min(left, max(pause, 0.001)))

    async def evict(self, values: Values, _body: Body) -> Any:
        """Forget a finished flow."""
        run, flow = await self.world.runs.named(values["run"]), values["flow"]
        work = await self.under_way(run, flow)
        if work:
            raise WorldError(f"flow: {flow[:40]} 还有未完成的事：{'、'.join(work)[:200]}", 409)
        return {"removed": {"persons": await self.world.runs.evict(run, flow)}}

    # persons

    async def add_person(self, values: Values, body: Body) -> Any:
        """A synthetic person, ours or of the given identity: the only answer that shows the identity."""
        run = await self.world.runs.named(values["run"])
        member = self.world.member(body["institution"])
        made = await self.world.add_person(
            run, member, body["flow"], body.get("alias", ""), body.get("spec", {}),
            body.get("identity"), body.get("scenario", ""),
        )  # fmt: skip
        who = made.shard.core.identity
        return {"person": made.id, "alias": made.shard.core.alias, "name": who.name, "id_no": who.id_no,
                "id_type": who.id_type, "openid": who.openid, "phone": who.phone, "flow": made.flow}  # fmt: skip

    async def person(self, values: Values, _body: Body) -> Any:
        """Orders and balances."""
        return shard_view((await self._one(values)).shard, self.world.roles)

    async def authorise(self, values: Values, body: Body) -> Any:
        """Agree or refuse on the authorisation page; both give a code."""
        return await self._fire(values, "patient.authorise", body)

    async def show_code(self, values: Values, body: Body) -> Any:
        """Show the code of the e-credential."""
        return await self._fire(values, "patient.show_code", body)

    async def do(self, values: Values, body: Body) -> Any:
        """One act at the cashier."""
        return await self._fire(
            values, f"patient.{body['do']}", {key: value for key, value in body.items() if key != "do"}
        )

    async def policy(self, values: Values, body: Body) -> Any:
        """Merge into the policy."""
        return await self._fire(values, "patient.policy", body)

    async def arm_fault(self, values: Values, body: Body) -> Any:
        """A fault for this person's messages."""
        return await self._arm((await self._one(values)).key, body)

    async def arm_reply(self, values: Values, body: Body) -> Any:
        """A scripted answer for this person's messages."""
        names = ("code", "message", "success", "data", "set", "unsigned", "instead")
        script = ReplyScript(**{name: body[name] for name in names if name in body},
                             unset=tuple(body.get("unset", ())))  # fmt: skip
        one, times = await self._one(values), body.get("times", 1)
        await changed(
            self.world.store, one.key, Scripts, lambda old: old.with_reply(script, body["interface"], times)
        )
        return {"reply": body["interface"]}

    async def arm_case(self, values: Values, body: Body) -> Any:
        """A row of the trigger table."""
        row = by_case(body["case"])
        if row is None:
            raise WorldError(
                f"case: 没有 {body['case'][:40]}，可用：{'、'.join(one.case for one in TRIGGERS)}"
            )
        await self.world.arm(await self._one(values), row, "control")
        return {"case": row.case}

    async def advance(self, values: Values, body: Body) -> Any:
        """Move timer time; due events happen in order, each notice delivered before the next event."""
        key = (await self._one(values)).key
        fired: list[str] = []
        lock = self.advancing.get(key)
        if lock is None:
            lock = self.advancing[key] = asyncio.Lock()
        async with lock:
            one = await self._one(values)
            until = one.now_ms() + body["ms"]
            self.world.world_record(one, "timer", {"advance_ms": body["ms"]})
            while len(fired) < FIRED_AT_ONCE and (timer := one.due(until)) is not None:
                if await self.world.ring(Due(key, timer)):
                    fired.append(timer.event.name)
                await self.notifier.idle(key)
                one = await self._one(values)
            one = await self.world.shift(key, lambda one: one.moved_to(until))
        return {"timer_ms": one.now_ms(), "fired": fired}

    async def notices(self, values: Values, body: Body) -> Any:
        """Send notices on purpose; the plan of the centre is not told of them."""
        one, kind = await self._one(values), kind_of(body["kind"])
        assert kind is not None
        if kind.policy:
            await self._fire(values, "patient.policy", kind.policy)
            return {"answers": []}
        notice = await self._deliberate(one, kind, body.get("notice", ""), body.get("payOrdId", ""))
        sends = [
            self.notifier.send_kind(one, notice, kind, body.get("set", {}))
            for _ in range(body.get("times", 1))
        ]
        if body.get("concurrent"):
            answers = list(await asyncio.gather(*sends))
        else:
            answers = [await send for send in sends]
        return {"answers": [_answer(answer) for answer in answers]}

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

    async def _deliberate(self, one: Person, kind: NoticeKind, name: str, key: str) -> Notify:
        """The notice called `name`, else the first that has something to tell of `key` (else of what came last)."""
        known = self.world.notices
        if name and name not in known:
            raise WorldError(f"notice: 没有通知 {name[:40]}，可用：{'、'.join(known)}")
        for row in [known[name]] if name else known.values():
            if not row.draft:
                continue
            drawn = await self._told(one, Event(row.draft, {"key": key, "as_settled": kind.as_settled}))
            if drawn.success and drawn.data is not None:
                return Notify(row.name, drawn.data["key"], drawn.data["data"])
        raise WorldError(f"payOrdId: 人员 {one.id} 还没有订单 {key[:40]}", 409)

    async def _arm(self, scope: Key, body: Body) -> Any:
        given = {("params" if name == "with" else name): value for name, value in body.items()
                 if name != "institution"}  # fmt: skip
        await self.world.arm_fault(scope, **given)
        return {"fault": body["name"]}

    async def _endpoints(self, run: str, code: str, body: Body) -> Any:
        known = [row.endpoint for row in self.world.notices.values()]
        for name in body:
            if name not in known:
                raise WorldError(f"{name[:40]}: 没有这种通知地址，可用：{'、'.join(known)}")
        if not body:
            raise WorldError(f"(body): 至少写一种通知的地址：{'、'.join(known)}")
        await self.world.set_endpoints(Key(run, self.world.member(code).code), body)
        return dict(body)

    def _block(self, code: str) -> dict[str, Any]:
        identities = self.world.identities
        member = self.world.member(code)
        return vendor_block(identities, member, self.base, self.world.interfaces)

    async def _one(self, values: Values) -> Person:
        return await self.world.person(await self.world.runs.named(values["run"]), values["person"])

    async def _fire(self, values: Values, name: str, args: Body) -> Any:
        reply = await self._told(await self._one(values), Event(name, dict(args)))
        if not reply.success:
            wrong_value = reply.code.startswith(WRONG_VALUES)
            raise WorldError(
                reply.message if wrong_value else f"person: {reply.message}", 400 if wrong_value else 409
            )
        return dict(reply.data or {})

    async def _told(self, one: Person, event: Event) -> Reply:
        try:
            reply = await self.world.fire(one.key, event)
        except Gone:
            raise _dropped(one.key) from None
        if reply is None:
            raise WorldError("person: 模拟器内部错误，见证据中的 error 记录", 503)
        return reply

    def _in_run(self, run: Run, code: str) -> None:
        if code not in run.kept.institutions:
            raise WorldError(f"institution: {code} 不在运行 {run.name} 的机构之中")


def _dropped(key: Key) -> WorldError:
    return WorldError(f"person: 运行 {key.run} 里没有人员 {key.person[:40]}", 404)


def _answer(answered: Answered) -> dict[str, Any]:
    out: dict[str, Any] = {"status": answered.status, "accepted": answered.accepted}
    return {**out, "why": answered.why} if answered.why else out
