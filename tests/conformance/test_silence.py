"""A run in which nothing of the vendor arrived, and actions that nobody did (contracts 2, 7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from judged_records import Judged, judge_records

from conformance.declaration import Declaration, Driver
from conformance.ledger import load
from conformance.scenario import Plan, Scenario

LEDGER = load()
PLAN = Plan("A", "甲", "A", "insurance_app", ("pay/tiny",))
VENDOR = Declaration(
    "vendor.yaml", "H1", "院", "509999", ("A",), (), ("outpatient", "refund", "cancel"), Driver("http", 2)
)
LISTEN = "http://127.0.0.1:18630"
PAID = [{"person": "甲", "centre": "6", "vendor": "paid", "booked": 1}]


def tiny(covers: tuple[str, ...] = ("MP-PAY-01",)) -> Scenario:
    return Scenario(
        id="pay/tiny", title="小场景", title_en="", purpose="-", covers=covers, requirements=("PAY-BOOK-001",),
        modes=("A",), services=(), without_services=(), level=1, hooks=(), exclusive=False, persons={}, steps=(),
        expect=(),
    )  # fmt: skip


def told_to(story: Any, *, listen: str = LISTEN, covers: tuple[str, ...] = ("MP-PAY-01",)) -> Any:
    """A flow behind the begin record of its run."""
    told = story(expect=PAID, covers=list(covers), requirements=["PAY-BOOK-001"])
    begin = {**told.records[0], "kind": "run", "what": "begin", "flow": "", "d": {"listen": listen}, "seq": 0}
    told.records.insert(0, {key: value for key, value in begin.items() if key != "scenario"})
    return told


def judged(told: Any, vendor: Declaration = VENDOR, covers: tuple[str, ...] = ("MP-PAY-01",)) -> Judged:
    return judge_records(told.end().records, LEDGER, [tiny(covers)], vendor, PLAN, listening=True)


def heard(found: Judged) -> list[Any]:
    return [row for row in found.verdicts if row["requirement"] == "RUN-HEARD-001"]


@pytest.mark.parametrize("state", ["done", "accepted"])
def test_a_vendor_that_speaks_to_somebody_else_has_one_finding_that_says_where_the_run_listened(
    story: Any, state: str
) -> None:
    told = told_to(story)
    pay = told.pay(order="ORD1", state=state, shown="success")
    told.probe("paid", 1)
    found = judged(told)
    (line,) = heard(found)
    assert (line["verdict"], line["domain"], line["records"]) == ("error", "configuration", [pay + 1])
    assert LISTEN in line["observed"]
    assert LISTEN in found.conclusion["notes"][0]
    assert (found.conclusion["id"], found.conclusion["exit"]) == ("error", 2)
    others = [row for row in found.verdicts if row is not line]
    assert {row["verdict"] for row in others} <= {"skip", "n/a"}, "nothing is held against the vendor"
    assert found.conclusion["exit_no_new"] == 2


def test_what_did_come_from_strangers_is_named_beside_it(story: Any) -> None:
    told = told_to(story)
    told.pay(order="ORD1", state="done", shown="success")
    told.nobodys(told.upload(), "10.0.0.9:50001", institution="", readable=True)
    (line,) = heard(judged(told))
    assert "10.0.0.9" in line["observed"]


def test_one_message_of_the_vendor_is_enough_to_judge_it(story: Any) -> None:
    told = told_to(story)
    told.pay(order="ORD1", state="done", shown="success", during=told.upload)
    found = judged(told)
    assert heard(found) == []
    assert found.conclusion["id"] == "fail", "it says booked, and the centre has no such order"


def test_a_message_that_cannot_be_read_but_carries_the_vendors_credentials_was_heard(
    story: Any, bad: Any
) -> None:
    told = told_to(story)
    told.pay(order="ORD1", state="done", shown="success")
    told.nobodys(told.upload(facts=bad("enc.decrypt", "解不开")), "10.0.0.5:1")
    assert heard(judged(told)) == []


def test_scenarios_that_are_local_need_no_message(story: Any) -> None:
    told = told_to(story, covers=("MP-RFD-06",))
    told.call("refund_bill", state="accepted", shown="pending")
    assert heard(judged(told, covers=("MP-RFD-06",))) == []


def test_a_scenario_that_covers_more_than_local_cases_needs_one(story: Any) -> None:
    told = told_to(story, covers=("MP-PAY-09", "MP-PAY-01"))
    told.pay(order="ORD1", state="done", shown="success")
    assert heard(judged(told, covers=("MP-PAY-09", "MP-PAY-01")))


def test_a_vendor_that_refuses_everything_is_judged(story: Any) -> None:
    told = told_to(story)
    told.pay(state="refused", shown="failed", expect={"state": "done"})
    found = judged(told)
    assert heard(found) == []
    assert found.conclusion["exit"] == 1


def test_where_nobody_clicked_the_run_is_unfinished_and_nothing_failed(story: Any) -> None:
    told = told_to(story)
    told.pay(state="not_offered")
    found = judged(told, replace(VENDOR, driver=Driver("manual", 1)))
    assert {row["verdict"] for row in found.verdicts} <= {"skip", "n/a"}
    assert (found.conclusion["id"], found.conclusion["exit"]) == ("incomplete", 3)
    assert "没有人操作" in found.conclusion["notes"][0]


def test_in_a_run_with_messages_a_flow_that_nobody_clicked_is_open_too(story: Any) -> None:
    told = told_to(story)
    told.pay(state="not_offered")
    other = told_to(story)
    other.pay(order="ORD1", state="done", during=told.upload)
    found = judge_records(
        [*told.end().records, *({**one, "flow": "", "scenario": ""} for one in other.records)],
        LEDGER, [tiny()], VENDOR, PLAN, listening=True,
    )  # fmt: skip
    state = next(row for row in found.verdicts if row["requirement"] == "EXP-STATE-001")
    assert (state["verdict"], state.get("offered", True)) == ("skip", True)


def test_a_broken_hook_is_the_vendor_driver_and_what_it_left_undone_is_nobody_elses(story: Any) -> None:
    told = told_to(story)
    told.upload()
    told.pay(state="error", problem="驱动口 500 毫秒内没有应答")
    found = judged(told)
    rows = {row["requirement"]: row for row in found.verdicts}
    for name in ("EXP-CALL-001", "EXP-STATE-001"):
        assert (rows[name]["verdict"], rows[name]["domain"]) == ("error", "vendor driver"), name
        assert "500 毫秒内没有应答" in rows[name]["observed"]
    assert not [row for row in found.verdicts if row["domain"] == "vendor"]
    assert found.conclusion["exit"] == 3
