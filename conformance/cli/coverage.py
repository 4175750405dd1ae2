"""`liantiao list coverage`: what ledger, scenarios and mutants cover of each other, with the reason of what they do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conformance.cli.terminal import both, out, said


def coverage_now() -> dict[str, Any]:
    """The coverage of the shipped ledger by the shipped scenarios and mutants."""
    from conformance import coverage, ledger
    from conformance.reference.mutants import MUTANTS
    from conformance.runner import catalogue

    scenarios = [catalogue.scenario(name) for name in catalogue.scenario_names()]
    return coverage.coverage(ledger.load(), scenarios, {one.name: one.caught_by for one in MUTANTS})


def show_coverage(found: Mapping[str, Any]) -> None:
    """Requirements, cases, shares and gaps as text."""
    totals = found["totals"]
    out(both("要求 -> 规则; 场景; 突变", "requirement -> rule; scenarios; mutants"))
    for row in found["requirements"]:
        out(f"  {row['id']:<16} {row['level']:<6} {row['status']:<18} {_requirement(row)}")
    out(both("用例 -> 场景, 或未覆盖的原因", "case -> scenarios, or why there is none"))
    for row in found["cases"]:
        covered = both("已覆盖", "covered") if row["scenarios"] else both("未覆盖", "not covered")
        why = both(row["reason"], row["reason_en"]) or _some(row["scenarios"])
        out(f"  {row['id']}  {said(row['level'])}  {covered}  {why}")
    out(both("依据的份额:", "share by status:"))
    for status, share in found["by_status"].items():
        out(f"  {status:<18} {share['count']}/{share['of']} ({share['share']:.1%})")
    for zh, en, part, whole in TOTALS:
        out(f"{both(zh, en)}: {totals[part]}/{totals[whole]}")
    out(both(f"缺口: {len(found['gaps'])}", f"gaps: {len(found['gaps'])}"))
    for line in found["gaps"]:
        out(f"  {said(line)}")


TOTALS = (
    ("有规则的要求", "requirements with a rule", "with_rule", "requirements"),
    ("有场景的要求", "requirements with a scenario", "with_scenario", "requirements"),
    ("有突变的要求", "requirements with a mutant", "with_mutant", "requirements"),
    ("已覆盖的用例", "cases covered", "cases_covered", "cases"),
    ("已覆盖的必选用例", "required cases covered", "must_cases_covered", "must_cases"),
)
"""(Chinese, English, numerator, denominator)."""

SHOWN = 2
"""Names that a line shows; `--json` has them all."""


def _requirement(row: Mapping[str, Any]) -> str:
    scenarios = _some(row["scenarios"]) or "-"
    if row["always"]:
        scenarios = both("每个流程", "every flow") + ("" if scenarios == "-" else f" + {scenarios}")
    return f"{row['rule'] or '-'}; {scenarios}; {_some(row['mutants']) or '-'}"


def _some(names: Sequence[str]) -> str:
    more = f" +{len(names) - SHOWN}" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
