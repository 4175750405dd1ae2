"""A step waits on the wire for what makes it possible, never for a driver call; what never came is said and judged so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from evidence_writer import message, record

from conformance.declaration import Declaration, Driver
from conformance.drivers.call import Answer, Call
from conformance.evidence.records import NO_ANSWER
from conformance.runner import waits
from conformance.runner.preconditions import NeverCameError, fulfil, need_of
from conformance.runner.run_scenario import run_scenario
from conformance.runner.scene import Scene
from conformance.scenario import Plan, Scenario, load
from simulator.faults import FAULTS
from simulator.protocol.text.said import said_in

Records = list[dict[str, Any]]
ACCEPTED, REFUSED = Answer("accepted", 202), Answer("refused", 422, "DECLINED", "不行")


class Wire:
    """Records that come one `until` after the other; what the runner writes and asks stands in `said` and `asked`."""

    def __init__(self, *news: Records) -> None:
        self.by_flow: dict[str, Records] = {"pay/tiny": []}
        self.news, self.said, self.asked = list(news), list[Mapping[str, Any]](), list[tuple[str, int]]()

    async def until(self, _flow: str, wanted: Callable[[Records], bool], within_s: float) -> bool:
        loop = asyncio.get_running_loop()
        until = loop.time() + within_s
        while not wanted(self.by_flow["pay/tiny"]) and loop.time() < until:
            await asyncio.sleep(0.001)
            if self.news:
                self.by_flow["pay/tiny"] += self.news.pop(0)
        return wanted(self.by_flow["pay/tiny"])

    async def quiet(self, *_: Any) -> dict[str, Any]:
        return {"quiet": True, "open": [], "window_ms": 1}

    async def record(self, _run: str, one: Mapping[str, Any]) -> int:
        self.said.append(one)
        return len(self.said)

    async def person(self, *_: Any) -> dict[str, Any]:
        return {"person": "P1", "name": "测试", "id_no": "1", "id_type": "01", "openid": "o", "phone": "1"}

    async def of_person(self, _run: str, _person: str, what: str, *_: Any) -> dict[str, Any]:
        self.asked.append((what, len(self.by_flow["pay/tiny"])))
        return {"auth_code": "AC1"} if what == "authorise" else {}

    def wrote(self, _seq: int) -> None: ...


class Vendor:
    """Answers `accepted` (or what it is given) at once to whatever moves money."""

    def __init__(self, pays: Answer = ACCEPTED, order_state: str = "pending") -> None:
        self.pays, self.order_state, self.actions = pays, order_state, list[str]()

    async def perform(self, call: Call) -> Answer:
        self.actions.append(call.action)
        if call.action == "order_state":
            return Answer("done", 200, result={"order_state": self.order_state, "booked_count": 0})
        return self.pays if call.action == "pay" else Answer("done", 200, result={"bill_id": "B1"})


def numbered(rows: Records) -> Records:
    return [{**row, "seq": at} for at, row in enumerate(rows, 1)]


UPLOAD, PLACE, PLACED, STATE, FAULT, NOTICE = range(6)
PARTS = numbered([
    record("world", what="order", person="P1", d={"key": "O1", "before": "", "after": "0", "detail": {"medOrgOrd": "M1"}}),
    record("message", person="P1", **message("6202", "request", {"payOrdId": "O1"}, ours=False)),
    record("message", person="P1", **message("6202", "response", {"payOrdId": "O1"}, ours=True, link=2, outer={"code": 0})),
    record("world", what="order", person="P1", d={"key": "O1", "before": "0", "after": "1"}),
    record("world", what="fault", person="P1", link=2, d={"name": "drop_response", "interface": "6202"}),
    record("world", what="notice", person="P1", d={"kind": "plan", "accepted": True}),
])  # fmt: skip
WAITING = [PARTS[UPLOAD], PARTS[PLACE], PARTS[STATE], PARTS[PLACED]]


def scene(
    wire: Wire, vendor: Vendor | None = None, scenario: Scenario | None = None, level: int = 2
) -> Scene:
    declaration = Declaration(
        "v", "H1", "医院", "509999", ("A",), (), ("outpatient", "cancel"), Driver("http", level),
        notify_6302="http://h/n",
    )  # fmt: skip
    plan = Plan("A", "A", "A", "insurance_app", ())
    made = Scene(
        wire,
        vendor or Vendor(),
        wire,
        declaration,
        plan,
        "r",
        scenario or tiny("  - authorise: {person: 甲}"),
    )  # type: ignore[arg-type]
    made.persons["甲"] = {"person": "P1"}
    return made


def tiny(steps: str) -> Scenario:
    head = "schema: 1\nid: pay/tiny\ntitle: 小\npurpose: 试\ncovers: []\npersons: {甲: {}}\nsteps:\n"
    return load(head + steps, "tiny.yaml")


def paying(wire: Wire, answer: Answer = ACCEPTED, **more: Any) -> Scene:
    made = scene(wire, **more)
    made.answers["甲", "pay"] = [answer]
    return made


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROBE_S", "LAST_WORD_S", "CALM_S", "LOOK_S"):
        monkeypatch.setattr(waits, name, 0.001)


@pytest.mark.parametrize("act", ["confirm", "cancel", "wrong_password", "walk_away"])
def test_the_patient_acts_when_6202_is_answered_and_the_order_waits(act: str) -> None:
    wire = Wire([PARTS[UPLOAD]], [PARTS[PLACE], PARTS[STATE]], [PARTS[PLACED]], [])
    found = asyncio.run(fulfil(paying(wire), "patient", {"person": "甲", "do": act}))
    assert wire.news == [[]], "not when the order came, not when it was noted, but with the answer"
    assert "6202 已应答" in found["waited_for"]


def test_a_lost_answer_is_the_end_of_its_exchange_too() -> None:
    wire = Wire([PARTS[UPLOAD], PARTS[PLACE], PARTS[STATE], PARTS[FAULT]])
    assert asyncio.run(fulfil(paying(wire), "patient", {"person": "甲", "do": "confirm"}))


def test_the_faults_that_leave_no_answer_are_faults_of_the_simulator() -> None:
    assert set(NO_ANSWER) - {"connection_lost"} <= {one.name for one in FAULTS}


@pytest.mark.parametrize(
    "verb, args, waits_for",
    [
        ("patient", {"do": "bind"}, None),
        ("notice", {"kind": "early"}, None),
        ("notice", {"kind": "forged"}, "6202"),
        ("notice", {"kind": "repeat"}, "6302"),
        ("call", {"action": "cancel"}, "6202"),
        ("call", {"action": "prescribe"}, None),
        ("call", {"action": "clock"}, "6202"),
        ("advance", {"seconds": 1}, "6202"),
        ("authorise", {}, None),
    ],
)
def test_what_each_step_needs(verb: str, args: Mapping[str, Any], waits_for: str | None) -> None:
    need = need_of(verb, args)
    assert (need is None) if waits_for is None else (need is not None and waits_for in str(need.what))


@pytest.mark.parametrize("verb, args", [("call", {"action": "cancel"}), ("advance", {"seconds": 700})])
def test_without_a_payment_that_goes_on_there_is_nothing_to_wait_for(
    verb: str, args: Mapping[str, Any]
) -> None:
    assert asyncio.run(fulfil(scene(Wire()), verb, {"person": "甲", **args})) == {}
    assert asyncio.run(fulfil(paying(Wire(), REFUSED), verb, {"person": "甲", **args})) == {}


def test_the_clock_waits_for_the_order_of_whoever_paid_last() -> None:
    wire = Wire([], WAITING)
    assert asyncio.run(fulfil(paying(wire), "call", {"action": "clock"}))["waited_ms"] >= 0
    assert not wire.news


def test_a_notice_that_repeats_waits_for_the_first_one() -> None:
    wire = Wire(WAITING, [], [PARTS[NOTICE]])
    asyncio.run(fulfil(paying(wire), "notice", {"person": "甲", "kind": "repeat"}))
    assert not wire.news


def test_what_never_comes_is_recorded_and_says_how_long_it_was_waited_for() -> None:
    wire = Wire([PARTS[UPLOAD]])
    with pytest.raises(NeverCameError) as told:
        asyncio.run(
            fulfil(paying(wire, level=1), "patient", {"person": "甲", "do": "confirm", "within_s": 0.01})
        )
    assert str(told.value.said) == "没有等到 6202 已应答、等待患者支付的订单 (等待 0 秒)"
    assert (wire.said[-1]["what"], wire.said[-1]["d"]["reached"]) == ("wait", False)
    assert wire.said[-1]["d"]["before"] == "patient"


def test_a_revoked_order_ends_the_wait_of_the_patient_early() -> None:
    gone = record("world", what="order", person="P1", d={"key": "O1", "before": "1", "after": "12"})
    with pytest.raises(NeverCameError) as told:
        asyncio.run(
            fulfil(paying(Wire([*WAITING, {**gone, "seq": 9}])), "patient", {"person": "甲", "do": "confirm"})
        )
    assert "中心订单状态 12 之后不会再有 1" in str(told.value.said)


@pytest.mark.parametrize("word", ["manual", "failed", "cancelled"])
def test_a_safe_last_word_of_the_vendor_ends_the_wait_early(word: str) -> None:
    made = paying(Wire(), vendor=Vendor(order_state=word))
    with pytest.raises(NeverCameError) as told:
        asyncio.run(fulfil(made, "patient", {"person": "甲", "do": "confirm"}))
    assert word in str(told.value.said)


PAY = """\
  - call: {action: pay, person: 甲, args: {bill_ids: [B1], mode: A, channel: insurance_app, auth_code: AC1}}
    expect: {state: %s}
  - patient: {person: 甲, do: confirm, within_s: 0.05}
  - authorise: {person: 甲}
"""


def played(wire: Wire, vendor: Vendor, states: str) -> Any:
    made = scene(wire, vendor, tiny(PAY % states), level=1)
    return asyncio.run(run_scenario(made))


def test_a_vendor_that_accepts_at_once_and_sends_later_is_waited_for() -> None:
    wire = Wire([], [], [PARTS[UPLOAD]], [], [PARTS[PLACE], PARTS[STATE]], [PARTS[PLACED]])
    outcome = played(wire, Vendor(), "[done, accepted]")
    assert outcome.outcome == "ran"
    assert [what for what, _ in wire.asked] == ["do", "authorise"]
    assert wire.asked[0][1] == len(WAITING), "the patient acted after the last of the four records"
    act = next(one for one in wire.said if one["what"] == "patient")
    assert "6202" in act["d"]["waited_for"]


def test_an_order_that_never_comes_is_an_error_of_the_scenario_and_no_step_is_done_on_nothing() -> None:
    wire = Wire()
    outcome = played(wire, Vendor(), "[done, accepted]")
    assert outcome.outcome == "error"
    assert str(outcome.reason).startswith("第 2 步 甲: 患者动作 confirm: 没有等到 6202")
    assert wire.asked == []


def test_where_the_vendor_may_refuse_there_is_nothing_left_to_do() -> None:
    assert played(Wire(), Vendor(REFUSED), "[accepted, refused]").outcome == "ran"
    refused = played(Wire(), Vendor(REFUSED), "accepted")
    assert refused.outcome == "error"
    assert "支付都被拒绝" in str(said_in(refused.as_json(), "reason"))


NEEDED = """\
  - wait: {person: 甲, for: vendor, state: paid, within_s: 0.01%s}
  - authorise: {person: 甲}
"""


def test_a_wait_that_is_needed_ends_the_scenario_and_another_does_not() -> None:
    wire, vendor = Wire(), Vendor()
    outcome = asyncio.run(run_scenario(scene(wire, vendor, tiny(NEEDED % ", needed: true"))))
    assert (outcome.outcome, wire.asked) == ("error", [])
    assert str(outcome.reason).endswith("没有等到 院内订单 paid (等待 0 秒)")
    wire = Wire()
    assert asyncio.run(run_scenario(scene(wire, vendor, tiny(NEEDED % "")))).outcome == "ran"
    assert [what for what, _ in wire.asked] == ["authorise"]


ENDINGS = """\
expect:
  - person: 甲
    endings:
      - {is: paid, centre: "6", vendor: paid, because: 用例如此}
      - {is: revoked, centre: "12", vendor: cancelled, because: 用例如此}
"""


def test_an_order_that_ended_as_an_ending_allows_leaves_nothing_to_do() -> None:
    gone = record("world", what="order", person="P1", d={"key": "O1", "before": "1", "after": "12"})
    for more, outcome in ((ENDINGS, "ran"), ("", "error")):
        wire = Wire([*WAITING, {**gone, "seq": 9}])
        made = scene(wire, Vendor(), tiny(PAY % "[done, accepted]" + more), level=1)
        assert asyncio.run(run_scenario(made)).outcome == outcome
        assert wire.asked == []
