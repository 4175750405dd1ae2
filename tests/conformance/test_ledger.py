"""The ledger and the catalogue: complete, consistent, and one-line mistakes."""

from __future__ import annotations

from collections import Counter
from importlib import resources

import pytest

from conformance import ledger
from conformance.beyond_the_wire import BEYOND, beyond
from conformance.coverage import coverage
from conformance.ledger import build, files, load, select
from conformance.mistake import Mistake
from conformance.rules import RULES
from conformance.runner import catalogue
from conformance.scenario import Scenario
from simulator.protocol.text.said import Said

SCENARIOS = [catalogue.scenario(name) for name in catalogue.scenario_names()]


def texts() -> dict[str, str]:
    place = resources.files("conformance.requirements")
    return {name: place.joinpath(name).read_text("utf-8") for name in files()}


def test_the_catalogue_is_the_sheets() -> None:
    cases = load().cases
    assert len(cases) == 219
    assert Counter(case.level for case in cases) == {"必": 101, "议": 88, "选": 30}
    assert {case.id for case in cases if case.local} == {
        "MP-PAY-09", "MP-PAY-16", "MP-RFD-06", "MP-RFD-18", "MP-NTF-14", "MP-FLT-16",
    }  # fmt: skip


SPEAKS_OF = {
    "页": ("page", "wording"), "加载": ("page",), "提示": ("page", "wording"), "引导": ("page", "wording"),
    "告警": ("alarm",), "渠道": ("channel",), "预支付单": ("channel",), "现金预单": ("channel",), "日志": ("log",),
    "留痕": ("log",), "窗口": ("desk", "page"), "转人工": ("ledger",), "类型INSURANCE_ONLY": ("channel",),
}  # fmt: skip
"""Words of an expectation that speak of what is not on the wire, and what it takes to see it."""
SEEN = {
    "MP-RMT-01": "the refusal is an alternative that the scenario does not take",
    "MP-FLT-18": "what the patient is told is judged by EXP-TOLD-001",
}


def test_no_covered_case_speaks_of_a_page_an_alarm_or_a_channel_that_nobody_looked_at() -> None:
    """The kind behind MP-RFD-03: a case that passes beyond its own wording. Each such word has a row."""
    covered = {name for one in SCENARIOS for name in one.covers}
    for case in load().cases:
        needs = {row.needs for row in beyond(case.id)}
        for word, kinds in SPEAKS_OF.items():
            if case.id in covered and word in case.expected and case.id not in SEEN:
                assert needs & set(kinds), f"{case.id}: {word} in {case.expected}"


def test_what_is_beyond_the_wire_belongs_to_covered_cases_and_known_requirements() -> None:
    covered = {name for one in SCENARIOS for name in one.covers}
    covered |= {case for row in load().requirements if row.stands_alone for case in row.cases}
    known = {row.id for row in load().requirements}
    assert {row.case for row in BEYOND} <= covered, "a case without a scenario has its reason in `uncovered`"
    assert {name for row in BEYOND for name in row.seen_by} <= known
    order = [case.id for case in load().cases]
    assert [row.case for row in BEYOND] == sorted((row.case for row in BEYOND), key=order.index)


@pytest.mark.parametrize("one", SCENARIOS, ids=[one.id for one in SCENARIOS])
def test_a_scenario_runs_in_modes_of_its_cases_only(one: Scenario) -> None:
    """The kind behind a refund by shown code in plan A: a case of mode C was run where nobody offers it."""
    of_cases = [set(case.modes) for case in load().cases if case.id in one.covers]
    assert set(one.modes) <= set.intersection(*of_cases)


def test_every_row_has_a_rule_and_every_rule_a_row() -> None:
    assert Counter(row.rule for row in load().requirements) == Counter(name for name, _ in RULES)


def test_every_group_has_rows_and_identifiers_are_unique() -> None:
    rows = load().requirements
    assert len(rows) >= 40
    assert {row.group for row in rows} == set(ledger.GROUPS) == set(load().titles)
    assert len({row.id for row in rows}) == len(rows)


def test_the_manifest_row_is_the_whole_row() -> None:
    row = load().requirements[0].as_json()
    assert {"id", "group", "status", "source", "origin", "cause", "confirm", "fix", "patient"} <= set(row)
    assert row["applies"] == {"modes": ["A", "B1", "B2", "C", "D"], "services": [], "level": 1}


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("PAY.yaml", "id: PAY-SUM-001", "id: PAY-SPLIT-001", "要求 PAY-SPLIT-001 写了两次"),
        ("PAY.yaml", "cases: [MP-PAY-09]", "cases: [MP-PAY-99]", "用例目录里没有 MP-PAY-99"),
        ("PAY.yaml", "level: MUST", "level: VERY", "写成 MUST | SHOULD | MAY 之一"),
        ("PAY.yaml", "status: vendor-code\n", "status: hearsay\n", "写成 official | channel-official"),
        ("cases.yaml", "id: MP-REG-02", "id: MP-REG-01", "用例 MP-REG-01 写了两次"),
        ("cases.yaml", "  REG: {title: 挂号, title_en: registration}\n", "", "groups 里没有 REG"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(name: str, old: str, new: str, says: str) -> None:
    changed = texts()
    assert old in changed[name]
    changed[name] = changed[name].replace(old, new, 1)
    with pytest.raises(Mistake) as caught:
        build(changed)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"{name}:")
    assert "\n" not in str(caught.value)


def test_a_requirement_is_found_by_its_id() -> None:
    assert select(load(), "PAY-SUM-001").group == "PAY"
    with pytest.raises(Mistake, match="台账里没有要求 PAY-NONE-001"):
        select(load(), "PAY-NONE-001")


def test_scenarios_name_only_what_exists() -> None:
    known, cases = {row.id for row in load().requirements}, {case.id for case in load().cases}
    assert SCENARIOS
    for one in SCENARIOS:
        assert set(one.requirements) <= known, one.id
        assert set(one.covers) <= cases, one.id
        assert one.covers, one.id


@pytest.mark.parametrize("name", catalogue.plan_names())
def test_a_plan_runs_scenarios_of_its_mode(name: str) -> None:
    plan = catalogue.plan(name)
    assert len(plan.scenarios) >= 40
    assert len(plan.smoke) == 6
    assert all(plan.mode in catalogue.scenario(one).modes for one in plan.scenarios)


def test_nothing_is_left_uncovered() -> None:
    from conformance.reference.mutants import MUTANTS

    found = coverage(load(), SCENARIOS, {one.name: one.caught_by for one in MUTANTS})
    assert found["gaps"] == []
    assert found["totals"]["with_rule"] == found["totals"]["requirements"] == len(load().requirements)
    assert found["totals"]["cases_covered"] >= 75
    assert sum(entry["share"] for entry in found["by_status"].values()) == pytest.approx(1, abs=0.005)


def test_gaps_are_named() -> None:
    found = coverage(load(), [], {"ghost": ["NOT-THERE-001"]})
    gaps = [str(line) for line in found["gaps"]]
    assert "NTF-ONCE-001: 没有场景" in gaps
    assert "PAY-SUM-001: 没有能使它见红的突变" in gaps
    assert "突变 ghost: 台账里没有 NOT-THERE-001" in gaps
    assert Said("{}: 没有能使它见红的突变", "PAY-SUM-001") not in coverage(load(), [])["gaps"]
