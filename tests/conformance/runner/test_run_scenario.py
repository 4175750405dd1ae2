"""One scenario against a simulator and a vendor made of dictionaries: what is recorded, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from evidence_writer import message, record

from conformance import scenario as scenarios
from conformance.declaration import Declaration, Driver
from conformance.declared_persons import Persons
from conformance.drivers.call import Answer, Call, broken
from conformance.evidence.centre import latest_order
from conformance.evidence.run_view import notices, requests, traffic
from conformance.runner import catalogue
from conformance.runner.at_rest import AFTER_PROBES_MS
from conformance.runner.collect import Collector
from conformance.runner.control import ControlError
from conformance.runner.run_scenario import (
    MOST_REASON,
    Ending,
    Outcome,
    describe,
    not_applicable,
    run_scenario,
)
from conformance.runner.scene import Scene
from conformance.runner.steps import STEPS
from simulator.protocol.text.said import Said, Text, said_in

PLAN = scenarios.Plan("A", "模式 A", "A", "insurance_app", ("pay/tiny",))
HEAD = """\
schema: 1
id: pay/tiny
title: 小场景
purpose: 试
covers: []
services: [outpatient]
persons: {甲: {insutype: "310"}}
steps:
"""
PAY = """\
  - call: {action: prescribe, person: 甲, args: {items: [{code: A, name: 药, cnt: "1", price_text: "1.00"}]}}
    save: 处方
  - authorise: {person: 甲}
    save: 授权
  - call: {action: pay, person: 甲, args: {bill_ids: [$处方.result.bill_id], mode: $mode, channel: $channel, auth_code: $授权.auth_code}}
    expect: {state: done}
"""
PAID = Answer("done", 200, result={"order_state": "paid", "booked_count": 1}, patient_state="success")
Script = Callable[[Call], Answer]


class World:
    """A simulator in memory: it numbers what it is told and can be made to refuse."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.quiets: list[dict[str, Any]] = []
        self.refuse = ""
        self.identities: list[Any] = []
        self.waited: list[int] = []

    async def record(self, _run: str, record: Mapping[str, Any]) -> int:
        self.records.append({"seq": len(self.records) + 1, **record})
        return len(self.records)

    async def person(
        self,
        _run: str,
        flow: str,
        _code: str,
        alias: str,
        _spec: Any,
        identity: Any = None,
        scenario: str = "",
    ) -> dict[str, Any]:
        self.identities.append(identity)
        return {"person": "P1", "alias": alias, "name": "测试", "id_no": "1", "id_type": "01", "openid": "o", "phone": "1", "flow": flow}  # fmt: skip

    async def of_person(
        self, _run: str, _person: str, what: str, body: Mapping[str, Any], _method: str = "POST"
    ) -> Any:
        if what == self.refuse:
            raise ControlError(f"POST {what}", 409, "没有待支付的订单")
        self.asked.append((what, body))
        return {"auth_code": "AC1"} if what == "authorise" else {}

    async def fault(self, _run: str, body: Mapping[str, Any]) -> Any:
        self.asked.append(("faults", body))
        return {}

    async def quiet(self, _run: str, _flow: str, wait_ms: int, _quiet_ms: int) -> Any:
        self.waited.append(wait_ms)
        return (
            self.quiets.pop(0)
            if self.quiets
            else {"quiet": True, "open": [], "window_ms": 150, "last_seq": 0}
        )

    async def records_after(self, after: int) -> dict[str, Any]:
        return {"records": self.records[after:], "next": len(self.records)}


class Records(Collector):
    """A collector that sees every record at once."""

    def __init__(self, world: World) -> None:
        self.world, self._written = world, 0
        self.folder = Path()

    @property
    def by_flow(self) -> dict[str, list[Any]]:  # type: ignore[override]
        return {"pay/tiny": list(self.world.records)}

    async def until(self, flow: str, wanted: Callable[[list[Any]], bool], _within_s: float) -> bool:
        await asyncio.sleep(0)  # others get their turn, as in a real wait
        return wanted(self.by_flow.get(flow, []))


class Vendor:
    """A vendor as a function."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.calls: list[Call] = []

    async def perform(self, call: Call) -> Answer:
        self.calls.append(call)
        return self.script(call)


def obedient(call: Call) -> Answer:
    match call.action:
        case "prescribe":
            return Answer("done", 200, result={"bill_id": "B1", "total": 100})
        case "pay" | "order_state":
            return PAID
    return Answer("done", 200)


def declared(
    level: int = 2, services: tuple[str, ...] = ("outpatient",), hooks: tuple[str, ...] = ()
) -> Declaration:
    driver = Driver("http", level, hooks=hooks)
    return Declaration("v.yaml", "H1", "医院", "509999", ("A",), (), services, driver)


def play(
    steps: str,
    script: Script = obedient,
    world: World | None = None,
    declaration: Declaration | None = None,
    people: Any = (),
) -> tuple[Outcome, World, Vendor]:
    world, vendor = world or World(), Vendor(script)
    found = scenarios.load(HEAD + steps, "s.yaml")
    scene = Scene(
        world,  # type: ignore[arg-type]
        vendor,  # type: ignore[arg-type]
        Records(world),
        declaration or declared(),
        PLAN,
        "r1",
        found,
        people=people,
    )
    return asyncio.run(run_scenario(scene)), world, vendor


def kinds(world: World) -> list[tuple[str, str]]:
    return [(record["kind"], record["what"]) for record in world.records]


def test_a_payment_is_recorded_from_begin_to_end() -> None:
    outcome, world, vendor = play(PAY)
    assert (outcome.outcome, outcome.reason) == ("ran", "")
    call = [("driver", "call"), ("driver", "answer")]
    assert kinds(world) == [
        ("scenario", "begin"), *call, *call, ("step", "authorise"), *call,
        ("probe", "order_state"), ("probe", "order_state"), ("scenario", "end"),
    ]  # fmt: skip
    pay = next(one for one in vendor.calls if one.action == "pay")
    assert pay.args == {"bill_ids": ["B1"], "mode": "A", "channel": "insurance_app", "auth_code": "AC1"}
    assert pay.patient == {"name": "测试", "id_type": "01", "id_no": "1", "openid": "o", "phone": "1"}
    assert (pay.run, pay.flow) == ("r1", "pay/tiny")
    assert len({one.call_id for one in vendor.calls}) == len(vendor.calls)
    answers = [record for record in world.records if record["what"] == "answer"]
    assert [world.records[record["link"] - 1]["what"] for record in answers] == ["call"] * 3
    expected = [record["d"]["expect"] for record in world.records if record["what"] == "call"]
    assert expected == [{}, {}, {"state": "done"}]


def test_a_missing_value_blocks_and_says_why() -> None:
    def refuse(call: Call) -> Answer:
        return Answer("refused", 422, "OTHER", "不开单") if call.action == "prescribe" else obedient(call)

    outcome, world, _ = play(PAY, refuse)
    assert outcome.outcome == "error"
    assert str(outcome.reason) == "第 3 步需要 $处方.result.bill_id, 但 处方 的应答是: refused OTHER 不开单"
    assert kinds(world)[-1] == ("scenario", "end")
    assert said_in(world.records[-1]["d"], "reason") == outcome.reason, "the judge reads it from the record"


def test_what_the_vendor_does_not_offer_is_skipped_not_failed() -> None:
    outcome, _, _ = play(PAY, lambda call: Answer("not_offered", 501) if call.action == "prescribe" else PAID)
    assert outcome.outcome == "skipped"
    assert "501" in str(outcome.reason)


def test_a_broken_hook_ends_the_scenario_at_once() -> None:
    outcome, _, vendor = play(PAY, lambda _call: broken("驱动口返回 HTTP 500"))
    assert str(outcome.reason) == "建档 create_patient: 驱动口返回 HTTP 500"
    assert len(vendor.calls) == 1


def test_a_refusal_of_the_simulator_names_the_step() -> None:
    world = World()
    world.refuse = "do"
    outcome, _, _ = play("  - patient: {person: 甲, do: unbind}\n", world=world)
    assert str(outcome.reason) == "第 1 步 patient: POST do: 没有待支付的订单"


def test_an_error_of_ours_is_said_to_be_ours() -> None:
    def explode(_call: Call) -> Answer:
        raise ZeroDivisionError("x")

    outcome, world, _ = play(PAY, explode)
    assert str(outcome.reason) == "liantiao 自身错误: ZeroDivisionError: x"
    assert kinds(world)[-2:] == [("run", "error"), ("scenario", "end")]
    assert world.records[-2]["d"]["domain"] == "harness"
    assert said_in(world.records[-2]["d"], "error") == outcome.reason


def test_a_long_error_of_ours_is_kept_as_the_beginning_of_its_text() -> None:
    def explode(_call: Call) -> Answer:
        raise ZeroDivisionError("x" * 9000)

    _, world, _ = play(PAY, explode)
    assert {key: len(str(world.records[-1]["d"][key])) for key in ("outcome", "reason")} == {
        "outcome": len("error"), "reason": MOST_REASON,
    }  # fmt: skip
    assert world.records[-1]["d"].keys() == {"outcome", "reason"}


def test_below_level_2_nothing_is_probed_and_a_wait_for_the_vendor_is_one_for_quiet() -> None:
    _, world, vendor = play(
        PAY + "  - wait: {person: 甲, for: vendor, within_s: 30}\n", declaration=declared(level=1)
    )
    assert "order_state" not in {call.action for call in vendor.calls}
    assert ("probe", "order_state") not in kinds(world)
    waited = next(record["d"] for record in world.records if record.get("what") == "wait")
    assert (waited["for"], waited["instead"], waited["reached"]) == ("vendor", "quiet", True)
    assert "改为等待静止" in waited["why"]
    assert world.waited
    assert all(wait_ms <= 20_000 for wait_ms in world.waited), "no longer than one control call may wait"


def test_below_level_2_nothing_is_observed_either() -> None:
    _, world, vendor = play(PAY + "  - observe: {person: 甲}\n", declaration=declared(level=1))
    assert "order_state" not in {call.action for call in vendor.calls}
    seen = next(record["d"] for record in world.records if record.get("what") == "observe")
    assert seen["why"] == "驱动级别低于 2, 没有 order_state 可读"


def test_the_window_of_a_flow_without_traffic_is_the_one_that_was_waited_for() -> None:
    world = World()
    world.quiets = [
        {"quiet": True, "open": [], "window_ms": 150, "last_seq": 0},
        {"quiet": True, "open": [], "window_ms": 0, "last_seq": 0},
    ]
    play(PAY, world=world)
    assert world.records[-1]["d"]["quiet"]["window_ms"] == 150


class Polled(World):
    """A simulator that a hospital asks for an unpaid order between any two looks: it never sees it silent."""

    async def quiet(self, run: str, flow: str, wait_ms: int, quiet_ms: int) -> Any:
        await super().quiet(run, flow, wait_ms, quiet_ms)
        t = {"wire": "2026-11-29T16:00:00.000+08:00", "timer_ms": 1, "mono_ns": len(self.waited) * 2 * 10**9}
        for part, link in (("request", None), ("response", len(self.records) + 1)):
            data = {"payOrdId": "O1", **({"ordStas": "1"} if link else {})}
            told = message("6301", part, data, ours=False, link=link, outer={"code": 0, "success": True})
            self.records.append(
                {**record("message", person="P1", **told), "seq": len(self.records) + 1, "t": t}
            )
        return {"quiet": False, "open": [], "window_ms": 900, "last_seq": len(self.records)}


def test_below_level_2_a_hospital_that_polls_an_unpaid_order_is_quiet_in_the_end() -> None:
    """It was `waiting`: it asks as long as the order is unpaid, and hears the same each time."""
    world = Polled()
    play(PAY, world=world, declaration=declared(level=1))
    assert world.records[-1]["d"]["quiet"] == {"quiet": True, "open": [], "window_ms": 4900, "last_seq": 14}
    assert len(world.waited) == 3


def test_a_wait_for_the_vendor_at_level_2_is_not_replaced() -> None:
    _, world, _ = play(PAY + "  - wait: {person: 甲, for: vendor}\n")
    waited = next(record["d"] for record in world.records if record.get("what") == "wait")
    assert "instead" not in waited


def test_the_begin_record_says_what_each_person_was_made_to_be() -> None:
    _, world, _ = play(PAY)
    assert world.records[0]["d"]["specs"] == {"甲": {"insutype": "310"}}


ON_FILE = ({"name": "测试乙", "id_no": "509999199001010015"},)


def test_a_person_on_file_is_registered_as_such_and_not_created() -> None:
    declaration = replace(declared(), persons=Persons("fixed", ON_FILE))
    _, world, vendor = play(PAY, declaration=declaration, people=ON_FILE)
    assert world.identities == list(ON_FILE)
    assert "create_patient" not in {call.action for call in vendor.calls}
    _, world, vendor = play(PAY)
    assert world.identities == [None]
    assert "create_patient" in {call.action for call in vendor.calls}


def test_a_scenario_that_needs_more_persons_than_are_on_file_is_not_run() -> None:
    one = scenarios.load(HEAD.replace("310", '310"}, 乙: {insutype: "310') + PAY, "s.yaml")
    declaration = replace(declared(), persons=Persons("fixed", ON_FILE))
    assert not_applicable(one, declaration, PLAN) == Ending(
        "skipped", Said("需要 {} 名测试人员, persons 名单只有 {} 名", 2, 1)
    )


def test_notices_to_repeat_are_reached_by_timer_time_and_quiet_is_checked_again() -> None:
    world = World()
    world.quiets = [
        {"quiet": False, "open": ["timer notice.send"]},
        {"quiet": True, "open": []},
        {"quiet": False, "open": ["6301 in 9"]},
        {"quiet": True, "open": []},
        {"quiet": True, "open": [], "window_ms": 160, "last_seq": 3},
    ]
    outcome, _, _ = play(PAY, world=world)
    assert outcome.outcome == "ran"
    assert [what for what, _ in world.asked] == ["authorise", "advance"]
    assert world.records[-1]["d"]["quiet"]["quiet"] is True
    assert world.quiets == []


class Settles(World):
    """The centre settles the order in the short quiet after the first readings, once."""

    async def quiet(self, run: str, flow: str, wait_ms: int, quiet_ms: int) -> Any:
        found = await super().quiet(run, flow, wait_ms, quiet_ms)
        if wait_ms == AFTER_PROBES_MS and "settled" not in self.refuse:
            self.refuse = "settled"
            detail = {"key": "O1", "before": "5", "after": "6"}
            await self.record(run, {"kind": "world", "what": "order", "person": "P1", "d": detail})
        return found


def test_a_settlement_after_the_last_reading_is_read_again() -> None:
    """The vendor was seen waiting, then the centre settled: it may be just about to book."""
    world = Settles()

    def waits(call: Call) -> Answer:
        state = "paid" if world.refuse else "pending"
        return (
            Answer("done", 200, result={"order_state": state})
            if call.action == "order_state"
            else obedient(call)
        )

    play(PAY, waits, world)
    read = [one["d"]["result"]["order_state"] for one in world.records if one.get("what") == "order_state"]
    assert read == ["pending", "pending", "paid", "paid"]


def test_the_name_of_a_fault_is_not_the_name_of_a_person() -> None:
    _, world, _ = play("  - fault: {person: 甲, name: drop_response, interface: '6202'}\n")
    step = next(record for record in world.records if record["kind"] == "step")
    assert step["d"]["fault"] == "drop_response"
    assert "name" not in step["d"]
    assert world.asked[0] == (
        "faults",
        {"interface": "6202", "times": 1, "with": {}, "name": "drop_response"},
    )


def test_parallel_calls_are_two_clicks() -> None:
    steps = "  - parallel: [{call: {action: prescribe, person: 甲, args: &a {items: [{code: A, name: 药, cnt: '1', price_text: '1'}]}}, save: 一}, {call: {action: prescribe, person: 甲, args: *a}, save: 二}]\n"
    outcome, _, vendor = play(steps)
    assert outcome.outcome == "ran"
    ids = [call.call_id for call in vendor.calls if call.action == "prescribe"]
    assert len(set(ids)) == 2


def test_a_repeated_call_id_is_the_same_click() -> None:
    step = "  - call: {action: create_patient, person: 甲, call_id: same}\n"
    _, _, vendor = play(step + step)
    assert [call.call_id for call in vendor.calls[1:]] == ["pay/tiny#same"] * 2


@pytest.mark.parametrize(
    "text, declaration, found",
    [
        ("", declared(), None),
        ("modes: [B1]\n", declared(), ("n/a", "不属于模式 A")),
        ("", declared(services=("refund",)), ("n/a", "声明未提供服务: outpatient")),
        ("without_services: [outpatient]\n", declared(), ("n/a", "只用于不提供 outpatient 的厂商")),
        ("level: 2\n", declared(level=1), ("skipped", "需要驱动级别 2, 声明为 1")),
        ("hooks: [clock]\n", declared(), ("skipped", "驱动未提供测试动作: clock")),
        ("hooks: [clock]\n", declared(hooks=("clock",)), None),
        ("notices: true\n", replace(declared(), notify_6302="http://h/notify"), None),
        (
            "notices: true\n",
            replace(declared(), notify_6302="none"),
            ("n/a", "声明 notify: none, 不接收通知"),
        ),
    ],
)
def test_what_the_declaration_leaves_out(
    text: str, declaration: Declaration, found: tuple[str, str] | None
) -> None:
    one = scenarios.load(text + HEAD + PAY, "s.yaml")
    left_out = not_applicable(one, declaration, PLAN)
    assert (left_out and (left_out.outcome, str(left_out.reason))) == found


@pytest.mark.parametrize("text", ["level: 2\n", "hooks: [clock]\n"])
def test_what_is_out_of_reach_here_says_so_in_the_record(text: str) -> None:
    """Not open: more clicks would not mend it (contracts 7)."""
    one = scenarios.load(text + HEAD + PAY, "s.yaml")
    left_out = not_applicable(one, replace(declared(level=1), driver=Driver("http", 1)), PLAN)
    assert left_out is not None
    assert left_out.as_json()["offered"] is False
    persons = not_applicable(
        scenarios.load(HEAD.replace("310", '310"}, 乙: {insutype: "310') + PAY, "s.yaml"),
        replace(declared(), persons=Persons("fixed", ON_FILE)), PLAN,
    )  # fmt: skip
    assert persons is not None
    assert "offered" not in persons.as_json(), "a longer list of persons mends it"


def test_a_scenario_that_is_left_out_leaves_a_record_and_no_call() -> None:
    outcome, world, vendor = play(PAY, declaration=declared(services=()))
    assert outcome.outcome == "n/a"
    assert kinds(world) == [("scenario", "begin"), ("scenario", "end")]
    assert vendor.calls == []


@pytest.mark.parametrize("name", catalogue.scenario_names())
def test_every_step_of_every_scenario_reads_as_a_line(name: str) -> None:
    assert catalogue.scenario(name).steps
    for step in catalogue.scenario(name).steps:
        line = str(describe(step))
        assert line.strip()
        assert "\n" not in line


def test_every_verb_has_its_function() -> None:
    assert tuple(name for name, _ in STEPS) == scenarios.VERBS


def test_records_are_counted_by_person() -> None:
    def order(key: str, after: str, person: str) -> dict[str, Any]:
        return record("world", what="order", person=person, d={"key": key, "after": after})

    records: list[Any] = [order("O1", "0", "P1"), order("O2", "0", "P2"), order("O1", "6", "P1")]
    records += [
        record("message", person="P1", **message("6301", part, {}, ours=False, link=link, outer={}))
        for part, link in (("request", None), ("response", 1))
    ]
    records += [record("world", what="notice", person="P2", d={})]
    assert latest_order(records, "P1") == ("O1", "6")
    assert latest_order(records, "P2") == ("O2", "0")
    assert latest_order([], "P1") == ("", "")
    assert (requests(records, "6301", "P1"), requests(records, "6301", "P2")) == (1, 0)
    assert (notices(records, "P2"), notices(records, "P1"), traffic(records)) == (1, 0, 2)


def test_a_person_is_told_what_is_waited_for() -> None:
    declaration = declared(level=1)
    declaration = replace(declaration, driver=replace(declaration.driver, kind="manual"))
    told: list[Text] = []
    found = scenarios.load(
        HEAD + "  - wait: {person: 甲, for: message, interface: '6201', within_s: 12}\n", "s.yaml"
    )

    async def work() -> None:
        world = World()
        vendor: Any = Vendor(obedient)
        control: Any = world
        scene = Scene(control, vendor, Records(world), declaration, PLAN, "r1", found, tell=told.append)
        await run_scenario(scene)

    asyncio.run(work())
    assert [str(line) for line in told] == ["等待 6201, 还有 12 秒"]


def test_a_message_after_the_last_reading_is_read_again() -> None:
    """A settlement in between: what it made the vendor do is not in the reading, which is no finding (contracts 5)."""
    world = World()
    arriving = record("message", person="P1", **message("6302", "request", {}, ours=True))
    asked = 0

    async def quiet(_run: str, _flow: str, _wait_ms: int, _quiet_ms: int) -> Any:
        nonlocal asked
        asked += 1
        if asked == 2:  # the look after the readings
            world.records.append({**arriving, "seq": len(world.records) + 1})
        return {"quiet": True, "open": [], "window_ms": 150, "last_seq": 0}

    world.quiet = quiet  # type: ignore[method-assign]
    play(PAY, world=world)
    kinds_after = [kind for kind, _ in kinds_of(world)]
    assert kinds_after[-2:] == ["probe", "scenario"], "read once more after the message"
    assert kinds_after.index("message") < len(kinds_after) - 3


def kinds_of(world: World) -> list[tuple[str, str]]:
    return [(one["kind"], str(one.get("what", ""))) for one in world.records]


def test_an_accepted_payment_that_is_left_open_rests_before_it_is_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from conformance.runner import at_rest as module

    monkeypatch.setattr(module, "OPEN_S", 0.4)
    monkeypatch.setattr(module, "PROBE_S", 0.01)
    states = iter(["created"] * 5)

    def script(call: Call) -> Answer:
        if call.action == "pay":
            return Answer("accepted", 202)
        if call.action == "order_state":
            state = next(states, "paid")
            return Answer("done", 200, result={"order_state": state, "booked_count": int(state == "paid")})
        return obedient(call)

    _, world, _ = play(PAY, script)
    assert [one["d"]["result"]["order_state"] for one in world.records if one["kind"] == "probe"][
        -1
    ] == "paid"


def abnormal(*, age_s: float = 0, heard: int = 0, spoiled: bool = False) -> World:
    """The centre came to 14 (abnormal) `age_s` ago; the vendor was told of it by 6301 `heard` times."""
    world, now_ns = World(), 10**12
    d = {"key": "O1", "before": "3", "after": "14"}
    moved = record("world", what="order", person="P1", d=d, t={"mono_ns": now_ns - int(age_s * 1e9)})
    world.records.append({**moved, "seq": 1})
    for asked in range(2, 2 + 2 * heard, 2):
        asks = record("message", person="P1", **message("6301", "request", {}, ours=False))
        world.records.append({**asks, "seq": asked})
        told = message("6301", "response", {}, ours=True, link=asked, outer={"code": "0"})
        fault = record("world", what="fault", person="P1", link=asked, d={"name": "tamper_sign"})
        world.records.append({**record("message", person="P1", **told), "seq": asked + 1})
        world.records += [{**fault, "seq": asked}] if spoiled else []
    world.records.append({**record("step", what="wait", person="P1", t={"mono_ns": now_ns}), "seq": 99})
    return world


SPOILED = "  - fault: {person: 甲, name: tamper_sign, interface: '6301', times: %d}\n"


@pytest.mark.parametrize(
    ("world", "fault", "to_the_limit"),
    [
        (abnormal(), "", True),
        (abnormal(heard=1), "", True),
        (abnormal(heard=2), "", False),
        (abnormal(heard=3, spoiled=True), SPOILED % 3, True),
        (abnormal(heard=2, spoiled=True), SPOILED % 40, True),
        (abnormal(heard=3, spoiled=True), SPOILED % 40, False),
        (abnormal(heard=3, spoiled=True), SPOILED % 40 + SPOILED % 0, True),
        (abnormal(age_s=60), "", False),
    ],
    ids=["unheard", "heard once", "heard twice", "spoiled for a time", "spoiled for good, asked twice",
         "spoiled for good, asked often", "spoiled and taken back", "converge time is over"],
)  # fmt: skip
def test_who_was_told_twice_of_an_end_without_money_or_can_hear_of_none_or_had_its_time_is_not_waited_for(
    world: World, fault: str, to_the_limit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`converge_ms` counts from the centre's final state: what the scenario waited since then is part of it (contracts 7)."""
    from conformance.runner import at_rest as module

    monkeypatch.setattr(module, "PROBE_S", 0.01)
    found = scenarios.load(HEAD + fault + PAY, "s.yaml")
    pending = Answer("done", 200, result={"order_state": "pending", "booked_count": 0})
    vendor: Any = Vendor(lambda _call: pending)
    declaration = replace(declared(), timers={"converge_ms": 300})
    scene = Scene(world, vendor, Records(world), declaration, PLAN, "r1", found)  # type: ignore[arg-type]
    scene.persons["甲"] = {"person": "P1", "name": "测试", "id_no": "1", "id_type": "01", "openid": "o"}
    assert asyncio.run(module._steady(scene, "甲"))
    assert (len(vendor.calls) > 2) == to_the_limit
