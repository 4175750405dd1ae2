"""A wait ends early when what it waits for can no longer come, says why, and never ends early on what still may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from evidence_writer import message, record

from conformance.declaration import Declaration, Driver
from conformance.drivers.call import Answer, Call
from conformance.runner import waits
from conformance.runner.comes_to import outcome
from conformance.runner.scene import Scene
from conformance.runner.waits import WAITS, Waited, reachable
from simulator.protocol.model.order_table import STATES
from simulator.protocol.text.said import Said, said_in, stored

Records = list[dict[str, Any]]


class Centre:
    """Records that come one `until` after the other, and whether it is quiet."""

    def __init__(self, *news: Records, quiet: bool = True) -> None:
        self.by_flow: dict[str, Records] = {"f": []}
        self.news = list(news)
        self.is_quiet = quiet
        self.asked = 0

    async def until(self, _flow: str, wanted: Callable[[Records], bool], within_s: float) -> bool:
        self.asked += 1
        await asyncio.sleep(min(within_s, 0.001))
        if not wanted(self.by_flow["f"]) and self.news:
            self.by_flow["f"] += self.news.pop(0)
        return wanted(self.by_flow["f"])

    async def quiet(self, _run: str, _flow: str, _wait_ms: int, _quiet_ms: int) -> dict[str, Any]:
        return {"quiet": self.is_quiet}

    async def record(self, _run: str, _record: Any) -> int:
        return 1

    def wrote(self, _seq: int) -> None: ...


class Vendor:
    """Readings of `order_state`, the last one again and again."""

    def __init__(self, *readings: Answer) -> None:
        self.readings = list(readings)
        self.count = 0

    async def perform(self, _call: Call) -> Answer:
        self.count += 1
        return self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]


def reading(state: str, **refs: str) -> Answer:
    return Answer("done", 200, result={"order_state": state, "booked_count": 0}, refs=refs)


REFUSED = Answer("refused", 422, "DECLINED", "不行")
ACCEPTED = Answer("accepted", 202)
UNKNOWN = Answer("refused", 422, "BILL_UNKNOWN", "没有订单")


class OneScenario:
    id = "f"
    expect: Sequence[Any] = ()


def wait(
    kind: str,
    centre: Centre,
    vendor: Vendor | None = None,
    pays: Sequence[Answer] = (),
    action: str = "pay",
    within_s: float = 0.3,
    expect: Sequence[Any] = (),
    last: Answer | None = None,
    **args: Any,
) -> Waited:
    declaration = Declaration("v", "H1", "医院", "509999", ("A",), (), ("outpatient",), Driver("http", 2))
    scene = Scene(centre, vendor or Vendor(UNKNOWN), centre, declaration, None, "r", OneScenario())  # type: ignore[arg-type]
    scene.persons["甲"] = {"person": "P1"}
    scene.scenario.expect = expect  # type: ignore[misc]
    if pays:
        scene.answers["甲", action] = list(pays)
    if last:
        scene.last["甲"] = last
    return asyncio.run({**WAITS, "outcome": outcome}[kind](scene, {"person": "甲", **args}, within_s))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waits, "PROBE_S", 0.001)


def order(after: str, key: str = "O1") -> dict[str, Any]:
    return record("world", what="order", person="P1", d={"key": key, "after": after})


MESSAGE = record("message", person="P1", **message("6301", "request", {}, ours=False))


@pytest.mark.parametrize("final", ["failed", "cancelled", "refunded", "part_refunded"])
def test_a_final_state_of_the_vendor_ends_the_wait_and_is_named(final: str) -> None:
    vendor = Vendor(reading("pending"), reading("pending"), reading(final))
    waited = wait("vendor", Centre(), vendor, state="paid", within_s=30)
    assert waited == Waited(False, {"final": final})
    assert vendor.count == 4, "the final state is read twice, with a calm between"


def test_what_is_waited_for_comes() -> None:
    assert wait("vendor", Centre(), Vendor(reading("pending"), reading("paid")), state="paid") == Waited(True)
    assert wait("vendor", Centre(), Vendor(reading("failed")), state=["paid", "failed"]) == Waited(True)


@pytest.mark.parametrize(
    "now, wanted",
    [("created", "paid"), ("presettled", "paid"), ("pending", "paid"), ("manual", "paid"), ("refunding", "paid"),
     ("paid", "refunded"), ("paid", "part_refunded"), ("part_refunded", "refunded"), ("pending", "cancelled"),
     ("failed", "manual"), ("cancelled", "manual")],
)  # fmt: skip
def test_what_may_still_come_is_waited_for_to_the_limit(now: str, wanted: str) -> None:
    vendor = Vendor(reading(now))
    assert wait("vendor", Centre(), vendor, state=wanted) == Waited(False)
    assert vendor.count > 4


SAFE = (
    {
        "person": "甲",
        "endings": [
            {"is": "paid", "vendor": "paid"},
            {"is": "not_booked_alarm", "vendor": ["manual", "pending"]},
        ],
    },
)
UNTOUCHED = ({"person": "甲", "endings": [{"is": "refunded", "vendor": "refunded"}, {"is": "refund_refused", "vendor": "paid"}]},)  # fmt: skip


def test_a_safe_last_word_that_an_ending_allows_ends_the_wait() -> None:
    assert wait("vendor", Centre(), Vendor(reading("manual")), expect=SAFE, within_s=30).said == {
        "final": "manual"
    }
    assert wait("vendor", Centre(), Vendor(reading("pending")), expect=SAFE) == Waited(False)
    assert wait("vendor", Centre(), Vendor(reading("pending"), reading("paid")), expect=SAFE) == Waited(True)


@pytest.mark.parametrize("answers, said", [([REFUSED], {"final": "paid"}), ([ACCEPTED], {}), ([], {})])
def test_paid_ends_a_wait_for_a_refund_only_where_the_refund_was_refused(
    answers: list[Answer], said: Any
) -> None:
    """By that call none will come, whatever the endings allow (driver contract, "The answer")."""
    how: dict[str, Any] = {"action": "refund_bill", "state": "refunded"}
    for expect in (UNTOUCHED, ()):
        assert wait("vendor", Centre(), Vendor(reading("paid")), answers, expect=expect, **how).said == said


@pytest.mark.parametrize(
    ("last", "readings", "reached", "probes"),
    [(REFUSED, [reading("pending")], True, 0), (None, [reading("pending")], True, 0),
     (ACCEPTED, [UNKNOWN, reading("failed")], True, 2), (ACCEPTED, [reading("pending")], False, 5)],
)  # fmt: skip
def test_what_was_accepted_is_waited_for_and_nothing_else(
    last: Answer | None, readings: list[Answer], reached: bool, probes: int
) -> None:
    """A refusal in the background shows later; an answer that says it all needs no wait."""
    vendor = Vendor(*readings)
    found = wait("outcome", Centre(), vendor, last=last, state=["failed", "cancelled"])
    assert (found.reached, min(vendor.count, 5)) == (reached, probes)


def test_a_final_state_that_is_taken_back_ends_nothing() -> None:
    vendor = Vendor(reading("failed"), reading("pending"), reading("paid"))
    assert wait("vendor", Centre(), vendor, state="paid", within_s=30) == Waited(True)


def test_while_something_is_under_way_a_final_state_ends_nothing() -> None:
    assert wait("vendor", Centre(quiet=False), Vendor(reading("failed")), state="paid") == Waited(False)


def test_a_message_after_a_final_state_is_waited_for() -> None:
    vendor = Vendor(reading("failed"), reading("failed"), reading("paid"))
    assert wait("vendor", Centre([MESSAGE]), vendor, state="paid", within_s=30) == Waited(True)


@pytest.mark.parametrize(
    "pays, refs, final",
    [
        ([REFUSED, Answer("accepted", 202, refs={"medOrgOrd": "M2"})], {"medOrgOrd": "M1"}, ""),
        ([REFUSED, Answer("accepted", 202, refs={"medOrgOrd": "M2"})], {"medOrgOrd": "M2"}, "failed"),
        ([ACCEPTED, ACCEPTED], {}, ""),
        ([ACCEPTED], {}, "failed"),
        ([ACCEPTED, REFUSED], {}, "failed"),
    ],
)
def test_the_final_state_of_an_order_before_an_accepted_payment_ends_nothing(
    pays: list[Answer], refs: dict[str, str], final: str
) -> None:
    waited = wait("vendor", Centre(), Vendor(reading("failed", **refs)), pays, state="paid")
    assert waited.said == ({"final": final} if final else {})


def test_no_order_after_refusals_ends_the_wait_and_after_an_acceptance_it_does_not() -> None:
    assert wait("vendor", Centre(), Vendor(UNKNOWN), [REFUSED], state="paid", within_s=30).said == {
        "final": "BILL_UNKNOWN"
    }
    assert wait("vendor", Centre(), Vendor(UNKNOWN), [REFUSED, ACCEPTED], state="paid").said == {}
    assert wait("vendor", Centre(), Vendor(UNKNOWN), [REFUSED], state=["failed", "cancelled"]).said == {}
    assert wait("vendor", Centre(), Vendor(UNKNOWN), state="paid").said == {}


RECORD_WAITS: list[tuple[str, dict[str, Any]]] = [
    ("settled", {}), ("state", {"state": "6"}), ("message", {"interface": "6301"}), ("notice", {}),
]  # fmt: skip


@pytest.mark.parametrize("kind, args", RECORD_WAITS)
def test_without_an_order_after_refusals_nothing_can_come(kind: str, args: dict[str, Any]) -> None:
    waited = wait(kind, Centre(), pays=[REFUSED, Answer("not_offered", 501)], within_s=30, **args)
    assert (waited.reached, waited.said) == (False, stored("why", Said("支付都被拒绝, 没有订单, 流程已静止")))


@pytest.mark.parametrize("kind, args", RECORD_WAITS)
@pytest.mark.parametrize(
    "pays", [[], [ACCEPTED], [REFUSED, ACCEPTED], [Answer("error")], [Answer("done", 200)]]
)
def test_otherwise_records_are_waited_for_to_the_limit(
    kind: str, args: dict[str, Any], pays: list[Answer]
) -> None:
    assert wait(kind, Centre(), pays=pays, within_s=0.01, **args) == Waited(False)


@pytest.mark.parametrize("kind, args", RECORD_WAITS)
def test_an_order_that_comes_late_is_not_missed(kind: str, args: dict[str, Any]) -> None:
    """A vendor that refused and goes on all the same: the wait sees it as long as it is not calm."""
    notice = record("world", what="notice", person="P1", d={})
    centre = Centre([MESSAGE, order("1")], [MESSAGE, order("6"), notice])
    assert wait(kind, centre, pays=[REFUSED], within_s=30, times=1, **args) == Waited(True)


def test_an_order_that_cannot_get_there_ends_the_wait_for_its_state() -> None:
    centre = Centre([order("0"), order("1"), order("12")])
    waited = wait("state", centre, pays=[ACCEPTED], state="6", within_s=30)
    assert waited == Waited(False, stored("why", said_in(waited.said, "why")))
    assert waited.said["why"] == "中心订单状态 12 之后不会再有 6"
    assert wait("state", Centre([order("1")]), state="6").said == {}
    assert wait("state", Centre([order("12")]), pays=[REFUSED, ACCEPTED], state="6").said == {}


def test_what_an_order_can_come_to_is_read_from_the_table() -> None:
    assert "6" in reachable("0") & reachable("1") & reachable("2")
    assert "7" in reachable("6")
    assert not reachable("12") & {"0", "1", "2", "3", "4", "5", "6"}
    assert all(reachable(state) <= set(STATES) for state in STATES)


def numbered(*rows: dict[str, Any]) -> Records:
    return [{**row, "seq": at} for at, row in enumerate(rows, 1)]


QUERY = record("message", person="P1", **message("6301", "request", {}, ours=False))


def answer(link: int) -> dict[str, Any]:
    return record("message", person="P1", **message("6301", "response", {}, ours=True, link=link, outer={}))


def test_requests_since_the_settlement_count_when_they_came_after_it_and_were_answered() -> None:
    before = numbered(order("1"), QUERY, order("6"), answer(2), QUERY)
    assert wait("message", Centre(before), interface="6301", times=2) == Waited(True)
    assert wait("message", Centre(before), interface="6301", since="settled") == Waited(False), (
        "one was sent before the settlement, the other is not answered"
    )
    answered = numbered(order("1"), QUERY, order("6"), answer(2), QUERY, answer(5))
    assert wait("message", Centre(answered), interface="6301", since="settled") == Waited(True)


def test_the_state_to_which_an_order_comes_back_is_not_the_one_that_it_was_in() -> None:
    """A confirmation whose cash leg fails: the order waits again, and did so before."""
    confirmed = record("world", what="patient", person="P1", d={"key": "O1", "after": "confirmed"})
    assert wait("state", Centre([order("1")]), state="1") == Waited(True)
    assert wait("state", Centre([order("1"), confirmed]), state="1") == Waited(False)
    assert wait("state", Centre([order("1"), confirmed, order("2"), order("1")]), state="1") == Waited(True)
