"""Run one scenario: persons, steps, quiet, probes, end. It records; it judges nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from conformance.declaration import Declaration
from conformance.drivers.call import is_optional
from conformance.endings import allowed, many
from conformance.evidence.centre import latest_order
from conformance.runner.at_rest import at_rest
from conformance.runner.control import ControlError
from conformance.runner.preconditions import NeverCameError
from conformance.runner.real_wait import CLOCK, not_allowed, unpaid_ms, wait_s
from conformance.runner.scene import Scene
from conformance.runner.steps import STEPS
from conformance.scenario import Plan, Scenario, Step, UnresolvedError, holds
from simulator.protocol.text.said import Said, Text, bounded, listed, said_in, stored

BEIJING = timezone(timedelta(hours=8))
HOOK = "vendor driver"
"""Whose an error of the hook itself is (driver contract, "The answer")."""
MOST_REASON = 500
"""Characters of a sentence about our own failure in one record."""
_STEPS = dict(STEPS)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a scenario ended: `ran`, `skipped`, `n/a` or `error`, and why.

    `offered` is False for one that is out of reach here (driver level, optional test action); `domain` says whose an
    error is, as findings say it.
    """

    outcome: str = "ran"
    reason: Text = ""
    offered: bool = True
    domain: str = ""

    def as_json(self) -> dict[str, Any]:
        """What of it stands in the end record."""
        more: dict[str, Any] = {} if self.offered else {"offered": False}
        return {
            "outcome": self.outcome,
            **bounded("reason", self.reason, MOST_REASON),
            **more,
            **self._whose(),
        }

    def _whose(self) -> dict[str, str]:
        return {"domain": self.domain} if self.domain else {}


RAN = Ending()


@dataclass(slots=True)
class Outcome:
    """What became of a scenario: `ran`, `skipped`, `n/a` or `error`, and why."""

    scenario: Scenario
    flow: str
    outcome: str = "ran"
    reason: Text = ""
    started: str = ""
    ended: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The row of the manifest."""
        one = self.scenario
        return {
            "id": one.id,
            "title": one.title,
            "title_en": one.title_en,
            "purpose": one.purpose,
            "covers": list(one.covers),
            "outcome": self.outcome,
            **stored("reason", self.reason),
            "started": self.started,
            "ended": self.ended,
            "flow": self.flow,
            "steps": self.steps,
        }


def now() -> str:
    """The machine's clock as Beijing time, with milliseconds."""
    return datetime.now(BEIJING).isoformat(timespec="milliseconds")


def not_applicable(
    scenario: Scenario, declaration: Declaration, plan: Plan, *, really_waits: bool = False
) -> Ending | None:
    """`n/a` or `skipped` with its reason when the declaration or the plan leaves this scenario out.

    `really_waits`: it does without a clock.
    """
    if plan.mode not in scenario.modes:
        return Ending("n/a", Said("不属于模式 {}", plan.mode))
    missing = [name for name in scenario.services if name not in declaration.services]
    if missing:
        return Ending("n/a", Said("声明未提供服务: {}", ", ".join(missing)))
    beyond = [name for name in scenario.without_services if name in declaration.services]
    if beyond:
        return Ending("n/a", Said("只用于不提供 {} 的厂商", ", ".join(beyond)))
    if scenario.notices and declaration.notify_6302 in ("", "none"):
        return Ending("n/a", Said("声明 notify: none, 不接收通知"))
    listed = declaration.persons.listed
    if declaration.persons.on_file and len(listed) < len(scenario.persons):
        wanted = len(scenario.persons)
        return Ending("skipped", Said("需要 {} 名测试人员, persons 名单只有 {} 名", wanted, len(listed)))
    if scenario.level > declaration.driver.level:
        here = declaration.driver.level
        return Ending("skipped", Said("需要驱动级别 {}, 声明为 {}", scenario.level, here), offered=False)
    hooks = [name for name in scenario.hooks if name not in declaration.driver.hooks]
    if hooks == [CLOCK] and wait_s(scenario, declaration):
        said = not_allowed(scenario, declaration)
        return None if really_waits else Ending("skipped", said, offered=False)
    if hooks:
        return Ending("skipped", Said("驱动未提供测试动作: {}", ", ".join(hooks)), offered=False)
    return None


def _left_out(scene: Scene) -> Ending | None:
    return not_applicable(scene.scenario, scene.declaration, scene.plan, really_waits=scene.really_waits)


async def run_scenario(scene: Scene) -> Outcome:
    """Run the scenario of `scene` to its end. Only a cancelled task escapes."""
    result = Outcome(scene.scenario, scene.flow, started=now())
    result.steps = steps_of(scene.scenario)
    try:
        await _begin(scene)
        left_out = _left_out(scene)
        ending = left_out or await _perform(scene)
        result.outcome, result.reason = ending.outcome, ending.reason
        detail = ending.as_json()
        if left_out is None:
            detail["quiet"] = await at_rest(scene) if ending.outcome == "ran" else {}
        await scene.record("scenario", "end", detail)
    except ControlError as error:
        result.outcome, result.reason = "error", Said("模拟器: {}", error)
    except Exception as error:  # ours: the other scenarios go on
        result.outcome, result.reason = (
            "error",
            Said("liantiao 自身错误: {}: {}", type(error).__name__, error),
        )
        await _own_failure(scene, result.reason)
    result.ended = now()
    return result


def steps_of(scenario: Scenario) -> list[dict[str, Any]]:
    """The steps as the manifest lists them."""
    return [{"verb": step.verb, **stored("text", describe(step))} for step in scenario.steps]


async def _own_failure(scene: Scene, reason: Text) -> None:
    """Put it into the evidence, so that the conclusion is ours to answer for (exit code 4) and not the vendor's."""
    detail = {"domain": "harness", "where": f"scenario {scene.flow}", **bounded("error", reason, MOST_REASON)}
    with contextlib.suppress(ControlError):
        await scene.record("run", "error", detail)
        await scene.record("scenario", "end", {"outcome": "error", **bounded("reason", reason, MOST_REASON)})


async def _begin(scene: Scene) -> None:
    one = scene.scenario
    scene.saved.update(
        mode=scene.plan.mode,
        channel=scene.plan.channel,
        run=scene.run,
        flow=scene.flow,
        today=datetime.now(BEIJING).date().isoformat(),
        unpaid_ms=unpaid_ms(scene.declaration),
    )
    if _left_out(scene) is None:
        known: Sequence[Mapping[str, str] | None] = scene.people or [None] * len(one.persons)
        for (alias, spec), identity in zip(one.persons.items(), known, strict=True):
            given = dict(spec)
            if given.get("family_of"):
                given["family_of"] = scene.person(given["family_of"])
            person = await scene.control.person(
                scene.run, scene.flow, scene.declaration.code, alias, given, identity, one.id
            )
            scene.persons[alias] = scene.saved[alias] = person
    await scene.record(
        "scenario",
        "begin",
        {
            "id": one.id,
            "title": one.title,
            "title_en": one.title_en,
            "covers": list(one.covers),
            "requirements": list(one.requirements),
            "expect": [dict(row) for row in one.expect],
            "persons": {alias: person["person"] for alias, person in scene.persons.items()},
            "specs": {alias: dict(spec) for alias, spec in one.persons.items()},
            "modes": list(one.modes),
            "mode": scene.plan.mode,
            "channel": scene.plan.channel,
            "services": list(one.services),
            "level": one.level,
        },
    )


async def _perform(scene: Scene) -> Ending:
    """How it ended after all steps, or after the step that could not be done."""
    if not scene.declaration.persons.on_file:
        for alias in scene.persons:
            answer = await scene.act({"action": "create_patient", "person": alias})
            if answer.state == "error":
                return Ending("error", Said("建档 create_patient: {}", answer.problem), domain=HOOK)
            if answer.state == "refused":
                said = Said("建档 create_patient 被拒绝: {} {}", answer.code, answer.message)
                return Ending("error", said, domain=HOOK)
    for number, step in enumerate(scene.scenario.steps, 1):
        if not holds(step.when, scene.saved):
            await scene.record("step", "left_out", {"number": number, "verb": step.verb})
            continue
        try:
            value = await _STEPS[step.verb](scene, step)
        except UnresolvedError as error:
            return _blocked(scene, number, error)
        except NeverCameError as error:
            # The vendor refused, as it may, or went to another ending: what is left to do has nothing to be done to.
            if error.allowed or _elsewhere(scene):
                return RAN
            return Ending("error", Said("第 {} 步 {}: {}", number, describe(step), error.said))
        except ControlError as error:
            return Ending("error", Said("第 {} 步 {}: {}", number, step.verb, error))
        if step.save:
            scene.saved[step.save] = value
    return RAN


def _elsewhere(scene: Scene) -> bool:
    """Whether the centre has an order of somebody in the state of another ending than the first that the scenario allows."""
    for row in scene.scenario.expect:
        records = scene.collector.by_flow.get(scene.flow, [])
        state = latest_order(records, scene.person(row["person"]))[1]
        if any(state in many(members.get("centre", ())) for _, members in allowed(row)[1:]):
            return True
    return False


def _blocked(scene: Scene, number: int, error: UnresolvedError) -> Ending:
    """Why a reference has no value: usually the driver answered something else than was needed."""
    name = error.reference.lstrip("$").split(".")[0]
    source = scene.saved.get(name)
    if isinstance(source, Mapping) and "state" in source:
        told = [str(source[key]) for key in ("state", "code", "message") if source.get(key)]
        said = said_in(source, "problem") or " ".join(told)
        if source["state"] == "not_offered":
            reason = Said("第 {} 步需要 {}, 但厂商不提供该动作 (501)", number, error.reference)
            return Ending("skipped", reason, offered=not is_optional(_action_saved_as(scene, name)))
        reason = Said("第 {} 步需要 {}, 但 {} 的应答是: {}", number, error.reference, name, said)
        return Ending("error", reason, domain=HOOK if source["state"] == "error" else "")
    return Ending("error", Said("第 {} 步需要 {}, 但没有这个值", number, error.reference))


def _action_saved_as(scene: Scene, name: str) -> str:
    """The action of the step whose answer is known by this name."""
    calls = (step.args for step in scene.scenario.steps if step.save == name and step.verb == "call")
    return next((str(args["action"]) for args in calls), "")


def describe(step: Step) -> Text:
    """The step in one short line, for the report."""
    if step.text:
        return step.text
    if step.verb == "parallel":
        return Said("同时: {}", listed("; ", (describe(Step("call", row["call"])) for row in step.args)))
    args = step.args
    who = args.get("person") or (Said("机构") if args.get("institution") else "")
    what = _SAY[step.verb](args)
    return Said("{}: {}", who, what) if who else what


def _with(what: Said, more: object) -> Said:
    return Said("{} {}", what, more) if more else what


_SAY: Mapping[str, Callable[[Mapping[str, Any]], Text]] = {
    "call": lambda args: str(args["action"]),
    "authorise": lambda args: (
        Said("授权 {} 拒绝", args.get("biz", "04107"))
        if args.get("decision") == "refuse"
        else Said("授权 {}", args.get("biz", "04107"))
    ),
    "show_code": lambda _args: Said("展示医保码"),
    "patient": lambda args: Said("患者动作 {}", args["do"]),
    "policy": lambda _args: Said("设定患者行为"),
    "fault": lambda args: _with(Said("注入故障 {}", args["name"]), args.get("interface")),
    "reply": lambda args: _with(Said("指定应答 {}", args["interface"]), args.get("message")),
    "advance": lambda args: Said("业务时间前进 {} 秒", args["seconds"]),
    "notice": lambda args: Said("通知 {}", args["kind"]),
    "wait": lambda args: _with(Said("等待 {}", args["for"]), args.get("state") or args.get("interface")),
    "observe": lambda _args: Said("读取订单状态"),
}
