"""`liantiao list`: every kind for people in two languages and for machines; coverage says what is not covered and why."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from conformance import cli, coverage, uncovered
from conformance.cli import listing
from conformance.cli.coverage import as_json
from conformance.ledger import load
from conformance.runner import catalogue
from simulator.protocol.text.said import chinese

DATA_IN_CHINESE = {"cases"}
"""The catalogue of cases is printed unchanged, it has no English."""


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return listing.coverage_now()


@pytest.mark.parametrize("kind", [name for name, _ in listing.KINDS])
def test_every_kind_speaks_to_people_and_machines(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.invoke(["list", kind]) == 0
    zh = capsys.readouterr().out
    zh.encode("cp936")
    assert cli.invoke(["list", kind, "--lang", "en"]) == 0
    en = capsys.readouterr().out
    assert kind in DATA_IN_CHINESE or not chinese(en)
    assert cli.invoke(["list", kind, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(zh.splitlines()) == len(en.splitlines()) > 0
    assert all(row["id"] for row in rows)


def test_requirements_is_the_word_of_the_readme_for_rules(capsys: pytest.CaptureFixture[str]) -> None:
    cli.invoke(["list", "requirements", "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert set(rows[0]) == {
        "id", "level", "status", "origin", "title", "title_en",
        "since", "rule", "always", "cases", "kinds", "scenarios", "mutants",
    }  # fmt: skip
    assert [row["id"] for row in rows] == [row.id for row in load().requirements]


def test_every_requirement_of_the_ledger_has_a_rule_a_scenario_and_a_mutant(found: dict[str, Any]) -> None:
    assert found["gaps"] == []
    for row in found["requirements"]:
        assert row["rule"], row["id"]
        assert row["always"] or row["scenarios"] or row["artefact"], row["id"]
        assert row["mutants"] or row["group"] == "EXP", row["id"]


def test_a_case_is_covered_or_says_why_not(found: dict[str, Any]) -> None:
    assert len(found["cases"]) == len(load().cases)
    for row in found["cases"]:
        assert bool(row["scenarios"] or row["alone"]) != bool(row["reason"]), row["id"]
    for row in as_json(found)["cases"]:
        assert bool(row["reason"]) == bool(row["reason_en"])
        assert row["reason_en"].isascii()
    ids = [case.id for case in load().cases]
    for beginnings, *_ in uncovered.REASONS:
        assert all(any(name.startswith(one) for name in ids) for one in beginnings)


def test_requirements_and_cases_name_each_other(
    found: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Both ways, and only what is judged: a case of a requirement is reached by a scenario in which it is judged."""
    requirements = {row["id"]: row for row in found["requirements"]}
    for case in found["cases"]:
        for name in case["requirements"]:
            assert case["id"] in requirements[name]["cases"]
        assert bool(case["requirements"]) == bool(case["scenarios"] or case["alone"]), case["id"]
        assert case["coverage"] == ("none" if case["reason"] else "part" if case["rest"] else "full")
    for row in requirements.values():
        for name in row["cases"]:
            case = next(one for one in found["cases"] if one["id"] == name)
            assert row["id"] in case["requirements"], (row["id"], name)
    cli.invoke(["list", "cases", "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert {"requirements", "scenarios", "coverage", "reason"} <= set(rows[0])


def test_a_case_that_nothing_judges_is_a_gap() -> None:
    scenarios = [catalogue.scenario("pay/clinic_mixed")]
    claimed = [replace(scenarios[0], covers=("MP-PAY-01", "MP-RFD-22"))]
    gaps = [str(one) for one in coverage.coverage(load(), claimed)["gaps"]]
    assert "pay/clinic_mixed: 声称覆盖 MP-RFD-22, 没有要求判定它" in gaps
    assert "PAY-SUM-001: 没有一个判定它的场景覆盖 MP-PAY-09" in gaps


def test_shares_have_numerator_and_denominator(found: dict[str, Any]) -> None:
    shares = found["by_status"].values()
    assert sum(one["count"] for one in shares) == len(load().requirements)
    assert {one["of"] for one in shares} == {len(load().requirements)}


def test_coverage_ends_with_0_and_names_the_shares(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.invoke(["list", "coverage"]) == 0
    text = capsys.readouterr().out
    text.encode("cp936")
    assert "缺口: 0" in text
    assert f"有规则的要求: {len(load().requirements)}/{len(load().requirements)}" in text
    assert "未覆盖  对账本版未提供" in text
    assert cli.invoke(["list", "coverage", "--lang", "en"]) == 0
    assert not chinese(capsys.readouterr().out)
    assert cli.invoke(["list", "coverage", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {
        "requirements",
        "cases",
        "by_status",
        "totals",
        "gaps",
    }


def test_a_gap_ends_with_1_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = coverage.coverage(load(), [], {})
    monkeypatch.setattr(listing, "coverage_now", lambda: bare)
    assert cli.invoke(["list", "coverage"]) == 1
    text = capsys.readouterr().out
    assert "NTF-ONCE-001: 没有场景" in text
    assert "PAY-SUM-001: 没有能使它见红的突变" in text
    assert cli.invoke(["list", "coverage", "--lang", "en"]) == 1
    text = capsys.readouterr().out
    assert "NTF-ONCE-001: no scenario" in text
    assert not chinese(text)
