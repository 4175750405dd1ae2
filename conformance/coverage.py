"""What the ledger, the scenarios and the mutants cover of each other. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from conformance.beyond_the_wire import beyond
from conformance.ledger import Case, Ledger, Requirement
from conformance.rules import RULES
from conformance.scenario import Scenario
from conformance.uncovered import reason
from simulator.protocol.text.said import Said

STATUSES = ("official", "channel-official", "provincial", "vendor-code", "vendor-code-single", "assumed")


def coverage(
    ledger: Ledger, scenarios: Sequence[Scenario], mutants: Mapping[str, Iterable[str]] | None = None
) -> dict[str, Any]:
    """Which requirement has a rule, a scenario, a mutant; which case has a scenario; the share by status.

    `mutants`: name -> the requirements it must be caught by. The result:
    `{requirements: [{id, level, status, rule, cases, kinds, scenarios, always, artefact, mutants}],
    cases: [{id, level, group, requirements, scenarios, alone, coverage, reason, rest}], by_status: {status: {count, of, share}},
    totals: {...}, gaps: [one sentence each]}`, its sentences as values. A row that is `always` judged, or looks into an artefact,
    needs no scenario of its own; `alone`: such rows of a case that none covers. The rows EXP are
    proved by many mutants at once: `liantiao mutants` counts them.
    """
    catchers: dict[str, list[str]] = {}
    for name, caught_by in (mutants or {}).items():
        for requirement in caught_by:
            catchers.setdefault(requirement, []).append(name)
    rules = dict(RULES)
    requirements = [
        _row(row, scenarios, catchers.get(row.id, []), row.rule in rules) for row in ledger.requirements
    ]
    cases = [_case(case, ledger, scenarios) for case in ledger.cases]
    return {
        "requirements": requirements,
        "cases": cases,
        "by_status": _shares(ledger),
        "totals": _totals(requirements, cases, scenarios),
        "gaps": _gaps(ledger, scenarios, requirements, catchers, mutants is not None),
    }


def _row(
    row: Requirement, scenarios: Sequence[Scenario], mutants: list[str], has_rule: bool
) -> dict[str, Any]:
    return {
        "id": row.id,
        "group": row.group,
        "level": row.level,
        "status": row.status,
        "title": row.title,
        "title_en": row.title_en,
        "rule": row.rule if has_rule else "",
        "always": row.always,
        "artefact": row.artefact,
        "since": row.since,
        "kinds": list(row.kinds),
        "cases": list(row.cases),
        "scenarios": [scenario.id for scenario in scenarios if row.id in scenario.requirements],
        "mutants": sorted(mutants),
    }


def _case(case: Case, ledger: Ledger, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    names = [scenario.id for scenario in scenarios if case.id in scenario.covers]
    alone = [row.id for row in ledger.requirements if row.stands_alone and case.id in row.cases]
    covered = bool(names or alone)
    rest = [row.text for row in beyond(case.id)] if covered else []
    return {
        "id": case.id,
        "group": case.group,
        "level": case.level,
        "title": case.title,
        "requirements": [row.id for row in judging(case.id, ledger, scenarios)],
        "scenarios": names,
        "alone": alone,
        "coverage": ("part" if rest else "full") if covered else "none",
        "reason": "" if covered else reason(case),
        "rest": rest,
    }


def judging(case: str, ledger: Ledger, scenarios: Sequence[Scenario]) -> list[Requirement]:
    """The requirements that name a case and are judged in a scenario that covers it."""
    covering = [scenario for scenario in scenarios if case in scenario.covers]
    return [
        row
        for row in ledger.requirements
        if case in row.cases
        and (any(judged_in(row, one) for one in covering) or judged_alone(row, case, ledger))
    ]


def judged_alone(row: Requirement, case: str, ledger: Ledger) -> bool:
    """Whether a requirement is judged for a case that needs no scenario (`Requirement.stands_alone`)."""
    alone = any(one.stands_alone and case in one.cases for one in ledger.requirements)
    return alone and case in row.cases and (row.stands_alone or row.always)


def judged_in(row: Requirement, scenario: Scenario) -> bool:
    """Whether a requirement is judged in the flow of a scenario: always, or since the scenario was written for it."""
    return row.always or row.id in scenario.requirements


def _unjudged(ledger: Ledger, scenarios: Sequence[Scenario]) -> list[Said]:
    """A case that a requirement names and no scenario of it reaches; one that a scenario claims and nothing judges."""
    gaps = []
    for row in ledger.requirements:
        reached = {case for one in scenarios if judged_in(row, one) for case in one.covers}
        reached |= {case for case in row.cases if judged_alone(row, case, ledger)}
        gaps += [
            Said("{}: 没有一个判定它的场景覆盖 {}", row.id, case)
            for case in row.cases
            if case not in reached and (row.always or any(row.id in one.requirements for one in scenarios))
        ]
    for one in scenarios:
        judged = {case for row in ledger.requirements if judged_in(row, one) for case in row.cases}
        gaps += [
            Said("{}: 声称覆盖 {}, 没有要求判定它", one.id, case) for case in one.covers if case not in judged
        ]
    return gaps


def _shares(ledger: Ledger) -> dict[str, dict[str, float]]:
    counted = Counter(row.status for row in ledger.requirements)
    total = len(ledger.requirements)
    return {
        status: {"count": counted[status], "of": total, "share": round(counted[status] / total, 3)}
        for status in STATUSES
        if counted[status]
    }


def _totals(
    requirements: Sequence[Mapping[str, Any]],
    cases: Sequence[Mapping[str, Any]],
    scenarios: Sequence[Scenario],
) -> dict[str, int]:
    must = [case for case in cases if case["level"] == "必"]
    return {
        "requirements": len(requirements),
        "with_rule": sum(bool(row["rule"]) for row in requirements),
        "with_scenario": sum(
            bool(row["scenarios"]) or row["always"] or bool(row["artefact"]) for row in requirements
        ),
        "with_mutant": sum(bool(row["mutants"]) for row in requirements),
        "scenarios": len(scenarios),
        "cases": len(cases),
        "cases_covered": sum(_covered(case) for case in cases),
        "must_cases": len(must),
        "must_cases_covered": sum(_covered(case) for case in must),
        "must_cases_in_full": sum(_covered(case) and not case["rest"] for case in must),
    }


def _covered(case: Mapping[str, Any]) -> bool:
    return bool(case["scenarios"] or case["alone"])


def _gaps(
    ledger: Ledger,
    scenarios: Sequence[Scenario],
    requirements: Sequence[Mapping[str, Any]],
    catchers: Mapping[str, Sequence[str]],
    with_mutants: bool,
) -> list[Said]:
    known = {row.id for row in ledger.requirements}
    cases = {case.id for case in ledger.cases}
    gaps = [Said("{}: 没有规则", row["id"]) for row in requirements if not row["rule"]]
    gaps += [
        Said("{}: 没有场景", row["id"])
        for row in requirements
        if not row["scenarios"] and not row["always"] and not row["artefact"]
    ]
    if with_mutants:
        gaps += [
            Said("{}: 没有能使它见红的突变", row["id"])
            for row in requirements
            if not row["mutants"] and row["group"] != "EXP"
        ]
    gaps += _unjudged(ledger, scenarios)
    for scenario in scenarios:
        gaps += [
            Said("{}: 台账里没有 {}", scenario.id, name)
            for name in scenario.requirements
            if name not in known
        ]
        gaps += [
            Said("{}: 用例目录里没有 {}", scenario.id, name) for name in scenario.covers if name not in cases
        ]
    gaps += [
        Said("突变 {}: 台账里没有 {}", ", ".join(catchers[name]), name)
        for name in sorted(catchers)
        if name not in known
    ]
    return gaps
