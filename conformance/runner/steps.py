"""One function per scenario verb: does it, records it, returns what `save` keeps."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from conformance.drivers import manual
from conformance.runner.comes_to import outcome
from conformance.runner.picked import picked
from conformance.runner.preconditions import NeverCameError, fulfil, may_end_so, never_came
from conformance.runner.real_wait import CLOCK, really
from conformance.runner.scene import Args, Scene, patience_s, probe
from conformance.runner.waits import WAITS
from conformance.scenario import Step, resolve
from simulator.protocol.text.said import Said, Text, stored

_WAITS = {**WAITS, "outcome": outcome}
COUNT_EVERY_S = 5
_BLIND = Said("驱动级别低于 2, 没有 order_state 可读")
_INSTEAD = {"instead": "quiet", **stored("why", Said("{}, 改为等待静止", _BLIND))}


async def _call(scene: Scene, step: Step) -> Any:
    if "after_ms" in step.args:
        await asyncio.sleep(step.args["after_ms"] / 1000)
    if "person" in step.args and step.args["action"] != "create_patient":
        scene.touched[step.args["person"]] = None
    after = await fulfil(scene, "call", step.args)
    if scene.really_waits and step.args["action"] == CLOCK:
        return await really(scene, step.args)
    answer = (await scene.act(step.args, step.expect, after)).as_json()
    return {**answer, **picked(step.args["action"], answer)}


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
    after = await fulfil(scene, step.verb, step.args)
    reply = await scene.control.of_person(scene.run, scene.person(alias), what, body, method)
    await scene.record("step", step.verb, {**_readable(body), **after, "reply": _readable(reply)}, alias)
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
    return await _of_person(
        scene, step, "do", _without(resolve(step.args, scene.saved), "person", "within_s")
    )


_WORDS = {
    "vendor": Said("院内订单"),
    "settled": Said("中心结算完成"),
    "state": Said("中心订单状态"),
    "message": Said("厂商的报文"),
    "notice": Said("已送出的 6302"),
    "quiet": Said("流程静止"),
}
"""What a wait waits for, in words."""


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
    body = _without(resolve(step.args, scene.saved), "person", "within_s")
    return await _of_person(scene, step, "notices", {"times": 1, "concurrent": False, **body})


async def _wait(scene: Scene, step: Step) -> Any:
    alias, within = step.args["person"], float(step.args.get("within_s") or patience_s(scene))
    wanted = str(step.args["for"])
    blind = wanted in ("vendor", "outcome") and scene.declaration.driver.level < 2
    async with _countdown(scene, step.args, within):
        waited = await _WAITS["quiet" if blind else wanted](scene, step.args, within)
    found = {"reached": waited.reached, **waited.said}
    said = {**_without(step.args, "person"), "within_s": within, **found, **(_INSTEAD if blind else {})}
    await scene.record("step", "wait", said, alias)
    if step.args.get("needed") and not waited.reached and not blind:
        raise NeverCameError(
            never_came(_waited_for(step.args), waited.said, within),
            allowed=may_end_so(scene, alias, waited.said),
        )
    return found


def _waited_for(args: Args) -> Text:
    state = args.get("state")
    states = "/".join(state) if isinstance(state, list) else str(state or args.get("interface") or "")
    word = _WORDS.get(str(args["for"]), str(args["for"]))
    return Said("{} {}", word, states) if states else word


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
        await scene.record(
            "step", "observe", {"instead": "nothing", **stored("why", _BLIND)}, step.args["person"]
        )
        return {}
    bill = resolve(step.args.get("bill", ""), scene.saved)
    return await probe(scene, step.args["person"], {"bill_id": bill} if bill else {})


def _readable(body: Args) -> dict[str, Any]:
    """`name` is a person's in evidence and masked; the name of a fault is called `fault` there."""
    return {("fault" if key == "name" else key): value for key, value in body.items()}


def _without(args: Args, *names: str) -> dict[str, Any]:
    return {name: value for name, value in args.items() if name not in names}


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
