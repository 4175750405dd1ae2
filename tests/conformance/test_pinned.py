"""A run pinned to rule set 1 keeps its conclusion: what is newer is shown, binds nobody, and changes no older line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from judged_records import Judged, judge_records

from conformance import finding
from conformance.cli.demo import reference_declaration
from conformance.cli.doctor import declared
from conformance.evidence.reader import stream
from conformance.ledger import RULESET, Ledger, load
from conformance.runner import catalogue

LEDGER = load()
OLD = Ledger(
    tuple(
        replace(row, kinds={name: kind for name, kind in row.kinds.items() if kind.since <= 1})
        for row in LEDGER.requirements
        if row.since <= 1
    ),
    LEDGER.cases,
    LEDGER.titles,
)
GOLDEN = Path(__file__).parent / "evidence" / "golden-2.jsonl"
BINDING = ("fail", "error", "waiting", "review")
PLAN = catalogue.plan("A")


def refused_upload(told: Any) -> None:
    """A way to fail that only rule set 2 names: REQ-UPLOAD-001."""
    told.authorise()
    told.pay(
        during=lambda: (told.identify(), told.upload(code="LT-ORG-MISMATCH")), state="refused", shown="failed"
    )


def stopped_at_the_visit(told: Any) -> None:
    """An old rule, broken in a way that only rule set 2 knows: IDV-PERSON-001."""
    told.pay(during=lambda: told.ask("2201", {}, code="LT-PERSON-UNKNOWN"), state="refused", shown="failed")


def broken_before(told: Any) -> None:
    """What rule set 1 knew is a fail under both."""
    told.prescribe()
    told.pay(during=lambda: told.upload(medfeeSumamt="1.00"), state="accepted", shown="pending")


STORIES: dict[str, Callable[[Any], None]] = {
    "healthy": lambda told: told.paid(),
    "refused_upload": refused_upload,
    "stopped_at_the_visit": stopped_at_the_visit,
    "broken_before": broken_before,
}


def judged(records: Any, ledger: Ledger, ruleset: int, scenarios: Any = ()) -> Judged:
    vendor = replace(reference_declaration(), ruleset=ruleset)
    return judge_records(records, ledger, scenarios, vendor, PLAN)


def evidence(name: str, story: Any) -> tuple[Any, Any]:
    if name == "golden":
        records = tuple(stream(GOLDEN))
        begun = [r["flow"] for r in records if (r["kind"], r.get("what")) == ("scenario", "begin")]
        return records, [catalogue.scenario(one) for one in begun]
    told = story("pay/told")
    STORIES[name](told)
    return tuple(told.end().records), ()


def held(found: Judged, ledger: Ledger) -> set[tuple[str, ...]]:
    """The binding lines of the rows of `ledger`."""
    known = {row.id for row in ledger.requirements}
    return {
        (row["flow"], row["requirement"], row["verdict"])
        for row in found.verdicts
        if row["requirement"] in known and row["verdict"] in BINDING
    }


@pytest.mark.parametrize("name", ["golden", "healthy", "refused_upload", "broken_before"])
def test_a_pinned_run_concludes_as_rule_set_1_did(name: str, story: Any) -> None:
    records, scenarios = evidence(name, story)
    pinned, before = judged(records, LEDGER, 1, scenarios), judged(records, OLD, 1, scenarios)
    newer = {row.id for row in LEDGER.requirements if row.since > 1}
    assert {row["verdict"] for row in pinned.verdicts if row["requirement"] in newer}.isdisjoint(BINDING)
    assert held(pinned, OLD) == held(before, OLD)
    assert (pinned.conclusion["id"], pinned.conclusion["exit"]) == (
        before.conclusion["id"],
        before.conclusion["exit"],
    )


@pytest.mark.parametrize(
    ("name", "requirement"),
    [("refused_upload", "REQ-UPLOAD-001"), ("stopped_at_the_visit", "IDV-PERSON-001")],
)
def test_what_is_newer_fails_under_2_and_warns_under_1(name: str, requirement: str, story: Any) -> None:
    records, _ = evidence(name, story)
    for ruleset, wanted in ((2, "fail"), (1, "warn")):
        lines = {row["requirement"]: row for row in judged(records, LEDGER, ruleset).verdicts}
        assert lines[requirement]["verdict"] == wanted
        assert lines[requirement]["since"] == 2
        assert ("锁定在第 1 版" in lines[requirement]["observed"]) == (ruleset == 1)


def test_the_rows_that_bind_are_those_of_the_pinned_rule_set(story: Any) -> None:
    records, _ = evidence("healthy", story)
    rows = {row["id"]: row for row in judged(records, LEDGER, 1).requirements}
    assert {rows[row.id]["effective_level"] for row in LEDGER.requirements if row.since > 1} == {"MAY"}
    assert rows["PAY-SUM-001"]["effective_level"] == "MUST"


def test_doctor_says_what_a_pinned_run_misses() -> None:
    (said,) = [
        one for one in declared(replace(reference_declaration(), ruleset=1)) if "规则集" in str(one.name)
    ]
    newer = [row.id for row in LEDGER.requirements if row.since > 1]
    ways = [
        f"{row.id}:{name}"
        for row in LEDGER.requirements
        for name, kind in row.kinds.items()
        if kind.since > 1
    ]
    assert newer
    assert ways
    assert all(name in str(said.text) for name in (*newer, *ways))
    assert not [
        one
        for one in declared(replace(reference_declaration(), ruleset=RULESET))
        if "规则集" in str(one.name)
    ]


def test_every_verdict_that_binds_is_known() -> None:
    assert set(BINDING) <= set(finding.VERDICTS)
