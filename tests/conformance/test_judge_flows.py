"""Flows that no scenario opened, scenarios that ran several times, what comes late, how many flows are held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from judged_records import Judged, judge_records

from conformance.declaration import Declaration, Driver
from conformance.ledger import load
from conformance.scenario import Plan

LEDGER = load()
PLAN = Plan("A", "甲", "A", "insurance_app", ())
SERVICES = ("registration", "outpatient", "refund", "cancel", "merge")
VENDOR = Declaration("vendor.yaml", "H1", "院", "509999", ("A",), (), SERVICES, Driver("http", 2))


def judged(*stories: Any, vendor: Declaration = VENDOR) -> Judged:
    """The stories one after another, or record by record where they overlap (`seq` set by hand)."""
    return judge_records([record for told in stories for record in told.records], LEDGER, [], vendor, PLAN)


def lines(found: Judged, requirement: str) -> list[tuple[str, str, str]]:
    rows = (row for row in found.verdicts if row["requirement"] == requirement)
    return [(row["scenario"], row["flow"], row["verdict"]) for row in rows]


def case(found: Judged, name: str) -> Any:
    return next(one for one in found.cases if one["id"] == name)


def by_hand(told: Any) -> Any:
    """The same traffic as if a person had been made by hand: nothing of a scenario in it."""
    told.records[:] = [record for record in told.records if record["kind"] != "scenario"]
    for record in told.records:
        record.pop("scenario", None)
    return told


def wrong_sum(told: Any) -> Any:
    told.prescribe()
    told.pay(during=lambda: told.upload(medfeeSumamt="1.00"))
    return told


def test_a_flow_without_a_scenario_gets_the_rules_that_always_hold(story: Any) -> None:
    told = by_hand(story("person-7"))
    told.paid()
    found = judged(by_hand(told))
    assert lines(found, "PAY-SUM-001") == [("", "person-7", "pass")]
    assert lines(found, "NTF-ONCE-001") == [], "not always"
    assert lines(found, "RFD-AUTH-001") == [], "not ready"
    assert {row["replay"] for row in found.verdicts} == {"liantiao run --declaration vendor.yaml"}
    bad = judged(by_hand(wrong_sum(story("person-8"))))
    assert lines(bad, "PAY-BILL-001") == [("", "person-8", "fail")]
    assert bad.conclusion["exit"] == 1


def test_absence_in_a_flow_without_a_scenario_waits_until_it_was_seen_quiet(story: Any) -> None:
    def told() -> Any:
        one = by_hand(story("person-7"))
        one.pay(during=lambda: (one.upload(), one.place()), order="ORD1", shown="pending")
        one.settled()
        one.later(1_500)  # before that a reading shows nothing
        one.probe("pending", 0)
        return by_hand(one)

    assert lines(judged(told()), "PAY-BOOK-001") == [("", "person-7", "waiting")]
    other = story("pay/tiny").later(VENDOR.quiet_ms + 1000)
    other.end()
    found = judged(told(), other)
    assert lines(found, "PAY-BOOK-001")[-1] == ("", "person-7", "fail")
    seen = next(
        row for row in found.verdicts if row["requirement"] == "PAY-BOOK-001" and row["flow"] == "person-7"
    )
    assert "静止 3.0 秒" in seen["observed"]


def repeated(story: Any, *, second: Callable[[Any], Any]) -> tuple[Any, Any]:
    one = story("pay/tiny", covers=["MP-PAY-16"], requirements=["PAY-SUM-001"])
    one.paid()
    two = story("pay/tiny#2", covers=["MP-PAY-16"], requirements=["PAY-SUM-001"])
    for record in two.records:
        record["scenario"] = "pay/tiny"
    second(two)
    for record in two.records:
        record["scenario"] = "pay/tiny"
    return one.end(), two.end()


def test_a_scenario_that_ran_twice_has_two_flows_and_one_case(story: Any) -> None:
    one, two = repeated(story, second=lambda told: told.paid())
    found = judged(one, two)
    assert lines(found, "PAY-SUM-001") == [
        ("pay/tiny", "pay/tiny", "pass"),
        ("pay/tiny", "pay/tiny#2", "pass"),
    ]
    assert (case(found, "MP-PAY-16")["verdict"], case(found, "MP-PAY-16")["scenarios"]) == (
        "pass",
        ["pay/tiny"],
    )
    row = next(row for row in found.requirements if row["id"] == "PAY-SUM-001")
    assert row["flows"] == found.conclusion["counts"]["pass"] / len({r["requirement"] for r in found.verdicts
                                                                    if r["verdict"] == "pass"}) == 2  # fmt: skip


def test_one_bad_repetition_is_enough(story: Any) -> None:
    one, two = repeated(story, second=wrong_sum)
    found = judged(one, two)
    assert lines(found, "PAY-BILL-001") == [
        ("pay/tiny", "pay/tiny", "pass"),
        ("pay/tiny", "pay/tiny#2", "fail"),
    ]
    assert case(found, "MP-PAY-16")["verdict"] == "fail"
    assert found.conclusion["exit"] == 1
    swapped = judged(two, one)
    assert swapped.conclusion["exit"] == 1
    assert case(swapped, "MP-PAY-16")["verdict"] == "fail"


def test_what_a_scenario_adds_is_what_its_begin_record_says(story: Any) -> None:
    """No file of that name is there; the requirements, cases and title are those of the day it ran."""
    told = story("gone/long_ago", title="旧场景", covers=["MP-PAY-01"], requirements=["NTF-ONCE-001"])
    told.paid()
    found = judged(told.end())
    assert lines(found, "NTF-ONCE-001") == [("gone/long_ago", "gone/long_ago", "error")], "named, not ready"
    assert {row["scenario_title"] for row in found.verdicts} == {"旧场景"}
    assert case(found, "MP-PAY-01")["scenarios"] == ["gone/long_ago"]


def test_what_comes_after_the_end_is_judged_for_its_envelope_and_carried_on(
    story: Any, bad: Callable[..., Any]
) -> None:
    told = story()
    told.paid()
    told.end()
    told.query()
    told.refund("SUCC", "R9", total="60.00")
    healthy = judged(told)
    assert len(lines(healthy, "PAY-SUM-001")) == 1, "nothing new is said of what closed"
    left = healthy.index.get("pay/tiny")
    assert left is not None
    assert [(row["order"], row["booked"], row["refunded"]) for row in left["orders"]] == [("ORD1", 1, 6000)]
    told.query(facts=bad("sign.verify", "验签失败"))
    found = judged(told)
    assert lines(found, "ENV-SIGN-001") == [
        ("pay/tiny", "pay/tiny", "pass"),
        ("pay/tiny", "pay/tiny", "fail"),
    ]
    assert found.conclusion["exit"] == 1


def test_the_lines_stand_in_the_order_of_the_run_not_of_closing(story: Any) -> None:
    """Flows close as they end; the file has scenarios as they opened, then what no scenario opened."""
    loose, one, two = by_hand(story("person-7")), story("pay/one"), story("pay/two")
    loose.upload()
    by_hand(loose)
    for told in (one, two):
        told.upload()
        told.end()
    one.records[-1]["t"] = {"mono_ns": 9_000_000_000}
    records = [*loose.records, *one.records[:-1], *two.records, one.records[-1]]
    found = judge_records(records, LEDGER, [], VENDOR, PLAN)
    assert list(dict.fromkeys(row["flow"] for row in found.verdicts)) == ["pay/one", "pay/two", "person-7"]


def test_many_flows_one_after_another_are_never_held_together(story: Any) -> None:
    """A thousand payments by hand and a thousand runs of one scenario: what is held does not grow with them."""
    told = story("pay/tiny")
    told.upload()
    told.end()
    few = replace(
        LEDGER, requirements=tuple(row for row in LEDGER.requirements if row.group in ("SEC", "PAY"))[:12]
    )

    def traffic() -> Iterator[Any]:
        for number in range(2_000):
            ms = number * 1000.0
            scenario = number % 2 == 0
            for record in told.records:
                if record["kind"] == "scenario" and not scenario:
                    continue
                flow = f"pay/tiny#{number}" if scenario else f"person-{number}"
                named = {"scenario": "pay/tiny"} if scenario else {"scenario": ""}
                ms += 10
                yield {**record, **named, "flow": flow, "t": {"wire": "", "mono_ns": int(ms * 1e6)}}

    found = judge_records(traffic(), few, [], VENDOR, PLAN)
    assert len({row["flow"] for row in found.verdicts}) == 2_000
    assert found.found.most_held <= 5
