"""One function per scenario verb: does it, records it, returns what `save` keeps."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.declaration import Declaration
from conformance.drivers import manual
from conformance.drivers.call import Answer, Call, args_problem, needs_patient
from conformance.runner.collect import Collector, Record, last_order, messages, notices, traffic
from conformance.runner.control import LONG_POLL_MS, Control
from conformance.runner.driver_io import VendorDriver
from conformance.scenario import Plan, Scenario, Step, resolve

WAIT_S = 15.0
PROBE_S = 0.15
PROBE_MAX_S = 0.5
COUNT_EVERY_S = 5
_BLIND = "驱动级别低于 2, 没有 order_state 可读"
_INSTEAD = {"instead": "quiet", "why": f"{_BLIND}, 改为等待静止"}
UNFINISHED = ("0", "1", "2", "3", "4", "5", "")
PATIENT_FIELDS = ("name", "id_type", "id_no", "openid", "phone")
Args = Mapping[str, Any]


@dataclass(slots=True)
class Scene:
    """Everything a step of one scenario may use. `persons` by alias; `saved` by name."""

    control: Control
    driver: VendorDriver
    collector: Collector
    declaration: Declaration
    plan: Plan
    run: str
    scenario: Scenario
    persons: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    saved: dict[str, Any] = field(default_factory=dict)
    touched: dict[str, None] = field(default_factory=dict)
    people: Sequence[Mapping[str, str]] = ()
    """Identities of persons on file for this scenario, in the order of its aliases; empty when each is new."""
    calls: int = 0
    tell: Callable[[str], None] = lambda _text: None

    @property
    def flow(self) -> str:
        """The flow of the evidence: the scenario's id."""
        return self.scenario.id

    def person(self, alias: str) -> str:
        """The simulator's id of a person of this scenario."""
        return str(self.persons[alias]["person"])

    async def record(
        self, kind: str, what: str, detail: Mapping[str, Any], alias: str = "", **more: Any
    ) -> int:
        """Put one of our own records into the evidence; its number."""
        person = self.person(alias) if alias in self.persons else ""
        body = {
            "kind": kind,
            "what": what,
            "flow": self.flow,
            "person": person,
            "institution": self.declaration.code,
            **more,
            "d": dict(detail),
        }
        seq = await self.control.record(self.run, body)
        self.collector.wrote(seq)
        return seq

    async def act(self, row: Args, expect: Args | None = None) -> Answer:
        """One driver call with its two records."""
        self.calls += 1
        action, alias = str(row["action"]), str(row.get("person", ""))
        args = resolve(row.get("args", {}), self.saved)
        call_id = f"{self.flow}#{row.get('call_id', self.calls)}"
        patient = None
        if needs_patient(action):
            patient = {name: self.persons[alias].get(name) for name in PATIENT_FIELDS}
        call = Call(action, self.run, call_id, args, self.flow if patient else "", patient)
        asked = {"action": action, "call_id": call_id, "args": args, "expect": dict(expect or {})}
        problem = args_problem(action, args)
        if problem:
            asked["beyond_contract"] = problem
        seq = await self.record("driver", "call", asked, alias, action=action, call_id=call_id)
        started = asyncio.get_running_loop().time()
        answer = await self.driver.perform(call)
        elapsed = round((asyncio.get_running_loop().time() - started) * 1000)
        detail = {"action": action, "call_id": call_id, "elapsed_ms": elapsed, **answer.as_json()}
        await self.record("driver", "answer", detail, alias, link=seq, action=action, call_id=call_id)
        return answer


async def _call(scene: Scene, step: Step) -> Any:
    if "after_ms" in step.args:
        await asyncio.sleep(step.args["after_ms"] / 1000)
    if "person" in step.args and step.args["action"] != "create_patient":
        scene.touched[step.args["person"]] = None
    return (await scene.act(step.args, step.expect)).as_json()


async def _parallel(scene: Scene, step: Step) -> Any:
    inner = [
        Step("call", row["call"], row.get("save", ""), row.get("expect", step.expect)) for row in step.args
    ]
    answers = await asyncio.gather(*(_call(scene, one) for one in inner))
    for one, answer in zip(inner, answers, strict=True):
        if one.save:
            scene.saved[one.save] = answer
    return answers


async def _of_person(scene: Scene, step: Step, what: str, body: Args, method: str = "POST") -> Any:
    alias = step.args["person"]
    reply = await scene.control.of_person(scene.run, scene.person(alias), what, body, method)
    await scene.record("step", step.verb, {**_readable(body), "reply": _readable(reply)}, alias)
    return reply


async def _authorise(scene: Scene, step: Step) -> Any:
    args = resolve(step.args, scene.saved)
    body = {
        "biz": args.get("biz", "04107"),
        "channel": "wechat" if args.get("channel", scene.plan.channel) == "wechat" else "insurance_app",
        "decision": args.get("decision", "agree"),
    }
    if "owner" in args:
        body["family_member"] = scene.person(args["owner"])
    return await _of_person(scene, step, "authorise", body)


async def _show_code(scene: Scene, step: Step) -> Any:
    return await _of_person(scene, step, "show-code", {})


async def _patient(scene: Scene, step: Step) -> Any:
    return await _of_person(scene, step, "do", _without(resolve(step.args, scene.saved), "person"))


async def _policy(scene: Scene, step: Step) -> Any:
    return await _of_person(scene, step, "policy", _without(step.args, "person"), "PUT")


async def _fault(scene: Scene, step: Step) -> Any:
    body = {"interface": "*", "times": 1, "with": {}, **_without(step.args, "person", "institution")}
    if "person" in step.args:
        return await _of_person(scene, step, "faults", body)
    reply = await scene.control.fault(scene.run, {"institution": scene.declaration.code, **body})
    await scene.record("step", "fault", {**_readable(body), "institution": True, "reply": _readable(reply)})
    return reply


async def _reply(scene: Scene, step: Step) -> Any:
    body = _without(resolve(step.args, scene.saved), "person")
    return await _of_person(scene, step, "replies", {"times": 1, **body})


async def _advance(scene: Scene, step: Step) -> Any:
    reply = await _of_person(scene, step, "advance", {"ms": step.args["seconds"] * 1000})
    if step.args.get("vendor"):
        await scene.act(
            {"action": "clock", "args": {"advance_ms": step.args["seconds"] * 1000, "flow": scene.flow}}
        )
    return reply


async def _notice(scene: Scene, step: Step) -> Any:
    body = _without(resolve(step.args, scene.saved), "person")
    return await _of_person(scene, step, "notices", {"times": 1, "concurrent": False, **body})


async def _wait(scene: Scene, step: Step) -> Any:
    alias, within = step.args["person"], float(step.args.get("within_s", WAIT_S))
    wanted = str(step.args["for"])
    blind = wanted == "vendor" and scene.declaration.driver.level < 2
    async with _countdown(scene, step.args, within):
        reached = await _WAITS["quiet" if blind else wanted](scene, step.args, within)
    said = {**_without(step.args, "person"), "reached": reached, **(_INSTEAD if blind else {})}
    await scene.record("step", "wait", said, alias)
    return {"reached": reached}


@contextlib.asynccontextmanager
async def _countdown(scene: Scene, args: Args, within_s: float) -> AsyncIterator[None]:
    """Tell the person who clicks what is waited for, and how long still."""

    async def count() -> None:
        waiting_for = str(args.get("interface") or args.get("state") or args["for"])
        for left in range(round(within_s), 0, -COUNT_EVERY_S):
            scene.tell(manual.countdown(waiting_for, left))
            await asyncio.sleep(COUNT_EVERY_S)

    if scene.declaration.driver.kind != "manual":
        yield
        return
    counting = asyncio.create_task(count())
    try:
        yield
    finally:
        counting.cancel()


async def _observe(scene: Scene, step: Step) -> Any:
    if scene.declaration.driver.level < 2:
        await scene.record("step", "observe", {"instead": "nothing", "why": _BLIND}, step.args["person"])
        return {}
    bill = resolve(step.args.get("bill", ""), scene.saved)
    return await probe(scene, step.args["person"], {"bill_id": bill} if bill else {})


async def probe(scene: Scene, alias: str, args: Args) -> dict[str, Any]:
    """One `order_state` reading, recorded as a probe (level 2)."""
    scene.calls += 1
    patient = {name: scene.persons[alias].get(name) for name in PATIENT_FIELDS}
    call_id = f"{scene.flow}#{scene.calls}"
    answer = await scene.driver.perform(Call("order_state", scene.run, call_id, args, scene.flow, patient))
    seen = answer.as_json()
    await scene.record("probe", "order_state", {"args": dict(args), **seen}, alias)
    return seen


Wait = Callable[[Scene, Args, float], Awaitable[bool]]


async def _settled(scene: Scene, args: Args, within_s: float) -> bool:
    person = scene.person(args["person"])

    def done(records: list[Record]) -> bool:
        key, state = last_order(records, person)
        return bool(key) and state not in UNFINISHED

    return await scene.collector.until(scene.flow, done, within_s)


async def _state(scene: Scene, args: Args, within_s: float) -> bool:
    person, wanted = scene.person(args["person"]), _many(args.get("state", "6"))
    return await scene.collector.until(
        scene.flow, lambda records: last_order(records, person)[1] in wanted, within_s
    )


async def _message(scene: Scene, args: Args, within_s: float) -> bool:
    person, interface, times = (
        scene.person(args["person"]),
        args.get("interface", "6301"),
        args.get("times", 1),
    )
    return await scene.collector.until(
        scene.flow, lambda records: messages(records, interface, person) >= times, within_s
    )


async def _delivered(scene: Scene, args: Args, within_s: float) -> bool:
    person, times = scene.person(args["person"]), args.get("times", 1)
    return await scene.collector.until(
        scene.flow, lambda records: notices(records, person) >= times, within_s
    )


async def _quiet(scene: Scene, _args: Args, within_s: float) -> bool:
    loop = asyncio.get_running_loop()
    until = loop.time() + within_s
    while True:
        left = max(0, min(LONG_POLL_MS, round((until - loop.time()) * 1000)))
        reply = await scene.control.quiet(scene.run, scene.flow, left, quiet_ms(scene))
        if reply.get("quiet") or loop.time() >= until:
            return bool(reply.get("quiet"))


async def _vendor(scene: Scene, args: Args, within_s: float) -> bool:
    """Probe after every message of the flow (level 2)."""
    wanted = _many(args.get("state", "paid"))
    loop = asyncio.get_running_loop()
    until = loop.time() + within_s
    while True:
        count = traffic(scene.collector.by_flow.get(scene.flow, []))
        seen = await probe(scene, args["person"], {})
        if seen["result"].get("order_state") in wanted:
            return True
        if loop.time() >= until or seen["state"] in ("not_offered", "error"):
            return False
        await asyncio.sleep(PROBE_S)
        await scene.collector.until(scene.flow, _more_than(count), PROBE_MAX_S)


def _more_than(count: int) -> Callable[[list[Record]], bool]:
    return lambda records: traffic(records) > count


def quiet_ms(scene: Scene) -> int:
    """How long no traffic means quiet: a probe interval at level 2, else what the declaration says."""
    return round(PROBE_S * 1000) if scene.declaration.driver.level >= 2 else scene.declaration.quiet_ms


def _readable(body: Args) -> dict[str, Any]:
    """`name` is a person's in evidence and masked; the name of a fault is called `fault` there."""
    return {("fault" if key == "name" else key): value for key, value in body.items()}


def _many(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (str(value),)


def _without(args: Args, *names: str) -> dict[str, Any]:
    return {name: value for name, value in args.items() if name not in names}


_WAITS: Mapping[str, Wait] = {
    "settled": _settled,
    "quiet": _quiet,
    "state": _state,
    "message": _message,
    "notice": _delivered,
    "vendor": _vendor,
}

STEPS: tuple[tuple[str, Callable[[Scene, Step], Awaitable[Any]]], ...] = (
    ("call", _call),
    ("parallel", _parallel),
    ("authorise", _authorise),
    ("show_code", _show_code),
    ("patient", _patient),
    ("policy", _policy),
    ("fault", _fault),
    ("reply", _reply),
    ("advance", _advance),
    ("notice", _notice),
    ("wait", _wait),
    ("observe", _observe),
)
