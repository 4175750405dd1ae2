"""`liantiao list coverage`: what ledger, scenarios and mutants cover of each other, with the reason of what they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import locales
from conformance.cli.terminal import out, shown
from simulator.protocol.text.said import Said, render


def coverage_now() -> dict[str, Any]:
    """The coverage of the shipped ledger by the shipped scenarios and mutants."""
    from conformance import coverage, ledger
    from conformance.reference.mutants import MUTANTS
    from conformance.runner import catalogue

    scenarios = [catalogue.scenario(name) for name in catalogue.scenario_names()]
    return coverage.coverage(ledger.load(), scenarios, {one.name: one.caught_by for one in MUTANTS})


def as_json(found: Mapping[str, Any]) -> dict[str, Any]:
    """The coverage for machines: why a case has no scenario in two languages, gaps in Chinese."""
    cases = [
        {
            **row,
            "reason": str(row["reason"]),
            "reason_en": render(row["reason"], locales.lookup("en")),
            "rest": [str(one) for one in row["rest"]],
            "rest_en": [render(one, locales.lookup("en")) for one in row["rest"]],
        }
        for row in found["cases"]
    ]
    return {**found, "cases": cases, "gaps": [str(line) for line in found["gaps"]]}


def show_coverage(found: Mapping[str, Any]) -> None:
    """Requirements, cases, shares and gaps as text."""
    totals = found["totals"]
    out(Said("要求 -> 规则; 场景; 突变"))
    for row in found["requirements"]:
        out(f"  {row['id']:<16} {row['level']:<6} {row['status']:<18} {_requirement(row)}")
    out(Said("用例 -> 场景, 或未覆盖的原因"))
    for row in found["cases"]:
        covered = shown(
            Said("部分覆盖")
            if row["rest"]
            else Said("已覆盖")
            if row["scenarios"] or row["alone"]
            else Said("未覆盖")
        )
        why = shown(row["reason"]) or _some([*row["scenarios"], *row["alone"]])
        out(f"  {row['id']}  {shown(LEVELS[row['level']])}  {covered}  {why}")
        for one in row["rest"]:
            out(f"      - {shown(one)}")
    out(Said("依据的份额:"))
    for status, share in found["by_status"].items():
        out(f"  {status:<18} {share['count']}/{share['of']} ({share['share']:.1%})")
    for name, part, whole in TOTALS:
        out(f"{shown(name)}: {totals[part]}/{totals[whole]}")
    out(Said("缺口: {}", len(found["gaps"])))
    for line in found["gaps"]:
        out(f"  {shown(line)}")


TOTALS = (
    (Said("有规则的要求"), "with_rule", "requirements"),
    (Said("有场景的要求"), "with_scenario", "requirements"),
    (Said("有突变的要求"), "with_mutant", "requirements"),
    (Said("已覆盖的用例"), "cases_covered", "cases"),
    (Said("已覆盖的必选用例"), "must_cases_covered", "must_cases"),
    (Said("完整覆盖的必选用例"), "must_cases_in_full", "must_cases"),
)
"""(name, numerator, denominator)."""

LEVELS = {str(one): one for one in (Said("必"), Said("议"), Said("选"))}
"""The levels of the catalogue of cases."""

SHOWN = 2
"""Names that a line shows; `--json` has them all."""


def _requirement(row: Mapping[str, Any]) -> str:
    looked_into = f"artefacts.{row['artefact']}" if row["artefact"] else "-"
    scenarios = _some(row["scenarios"]) or looked_into
    if row["always"]:
        scenarios = shown(Said("每个流程")) + ("" if scenarios == "-" else f" + {scenarios}")
    return f"{row['rule'] or '-'}; {scenarios}; {_some(row['mutants']) or '-'}"


def _some(names: Sequence[str]) -> str:
    more = f" +{len(names) - SHOWN}" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
