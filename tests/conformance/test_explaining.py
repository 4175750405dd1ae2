"""An end that was not reached cites the last refusal before it, or the message that never came: never hollow."""

from __future__ import annotations

from typing import Any

import pytest
from judged_records import judge_records

from conformance.declaration import Declaration, Driver
from conformance.ledger import load
from conformance.scenario import Plan

LEDGER = load()
PLAN = Plan("A", "甲", "A", "insurance_app", ())
VENDOR = Declaration(
    "vendor.yaml", "H1", "院", "509999", ("A",), (), ("outpatient", "refund"), Driver("http", 2)
)
HAD_TO = {"state": ["done", "accepted"]}
PAID = [{"person": "甲", "centre": "6", "vendor": "paid", "booked": 1}]


def lines(told: Any, *verdicts: str) -> dict[str, Any]:
    found = judge_records(list(told.end().records), LEDGER, [], VENDOR, PLAN)
    return {row["requirement"]: row for row in found.verdicts if row["verdict"] in (verdicts or ("fail",))}


def test_a_refusal_that_the_scenario_provoked_is_cited_by_the_end_that_departs(story: Any) -> None:
    told = story(expect=PAID)
    told.pay(during=lambda: told.upload(code="LT-PERSON-INPATIENT"), state="refused", expect=HAD_TO)
    refusal = next(r for r in told.records if r["kind"] == "message" and r["part"] == "response")
    told.probe("failed", 0)
    row = lines(told)["EXP-STATE-001"]
    assert "之前最后一次拒绝: 6201 被拒绝, LT-PERSON-INPATIENT" in row["observed"]
    assert refusal["seq"] in row["records"]
    assert row["quote"].startswith("LT-PERSON-INPATIENT")


@pytest.mark.parametrize(
    ("steps", "missing"),
    [
        ((), "userQuery/modeA/1162"),
        (("userQuery",), "1101"),
        (("userQuery", "1101"), "2201"),
        (("userQuery", "1101", "2201"), "6201"),
    ],
)
def test_the_step_that_never_came_is_named_with_the_record_before_it(
    steps: tuple[str, ...], missing: str, story: Any
) -> None:
    told = story(expect=PAID)
    last = told.pay(during=lambda: [told.ask(name, {}, {}) for name in steps])
    told.later(3_000).probe("created", 0)
    row = lines(told)["EXP-STATE-001"]
    assert f"没有 {missing}" in row["observed"]
    named = next(int(word) for word in row["observed"].split("; ")[1].split() if word.isdigit())
    assert named == (last + 2 * len(steps) if steps else last)
    assert named in row["records"]
    assert "3.0" in row["observed"]


def test_an_order_that_nobody_asked_for_is_named(story: Any) -> None:
    told = story(expect=PAID)
    told.pay(during=lambda: (told.identify(), told.upload(), told.place()), order="ORD1", shown="pending")
    settled = told.order("0", "1", "6")
    told.probe("pending", 0)
    row = lines(told)["EXP-STATE-001"]
    assert f"记录 {settled} 结算完成" in row["observed"]
    assert "没有 6301" in row["observed"]


def test_a_refund_that_never_went_out_is_named(story: Any) -> None:
    told = story(requirements=["RFD-LEDGER-001"])
    told.paid()
    told.call("refund_bill", {"bill_id": "B1", "auth_code": "11~r"}, state="accepted")
    row = lines(told, "error")["RFD-LEDGER-001"]
    assert "没有 6203" in row["observed"]
    assert row["records"]


def test_what_never_came_says_since_when_and_how_long(story: Any) -> None:
    told = story(requirements=["NTF-LOST-001"])
    told.pay(during=lambda: (told.upload(), told.place()), order="ORD1", shown="pending")
    settled = told.order("0", "1", "6")
    told.lost_notice()
    told.later(3_000).probe("pending", 0)
    row = lines(told)["NTF-LOST-001"]
    assert f"记录 {settled} 之后观察了 3." in row["observed"]
    assert row["kind"] == "never_asked"


def test_ends_that_nothing_explains_are_one_finding(story: Any) -> None:
    told = story(expect=PAID)
    told.call("cancel", {}, state="refused", code="OTHER", expect=HAD_TO)
    told.probe("created", 0)
    rows = lines(told)
    assert rows["EXP-STATE-001"]["consequence_of"] == "pay/tiny/EXP-CALL-001"
    assert "consequence_of" not in rows["EXP-CALL-001"]
