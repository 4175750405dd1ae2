"""The report for machines: `report.json`, shape in schemas/report.json. Messages stay in evidence.jsonl."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from reports.display import shown, without_tails
from reports.report_parts import Report, ReportFinding, ReportScenario
from reports.words import Words
from simulator.protocol.text.said import Said

SCHEMA = 1


def _plain(value: Any) -> Any:
    if isinstance(value, Said):  # for machines: Chinese, whatever the language of the other files
        value = shown(str(value))
    if isinstance(value, str):
        return without_tails(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    return [_plain(member) for member in value] if isinstance(value, list | tuple) else value


def _scenario(one: ReportScenario) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "title_en": one.title_en,
        "covers": one.covers,
        "outcome": one.outcome,
        "reason": one.reason,
        "started": one.started,
        "ended": one.ended,
        "flow": one.flow,
        "verdict": one.verdict,
        "composition": one.composition,
        "orders": one.orders,
        "records": one.span,
        "last_hash": one.last_hash,
        "groups": {
            group: {"verdict": cell.verdict, "count": cell.count, "total": cell.total}
            for group, cell in one.cells.items()
        },
    }


def _finding(one: ReportFinding) -> dict[str, Any]:
    row = one.first
    shared = (
        "requirement",
        "group",
        "level",
        "status",
        "origin",
        "source",
        "title",
        "title_en",
        "clause",
        "verdict",
        "domain",
        "cause",
        "confirm",
        "fix",
    )
    own = (
        "scenario",
        "scenario_title",
        "flow",
        "cases",
        "expected",
        "observed",
        "records",
        "patient",
        "replay",
    )
    return {
        **{name: getattr(row, name) for name in shared},
        "deviation": row.deviation or None,
        "occurrences": [{name: getattr(each, name) for name in own} for each in one.rows],
    }


def model(report: Report) -> dict[str, Any]:
    """The JSON value of the report. Texts are masked and without pseudonym tails."""
    run, made = asdict(report.run), report.conclusion
    run["overrides"], run["declaration"] = dict(report.run.overrides), dict(report.run.declaration)
    value = {
        "schema": SCHEMA,
        "headline": {
            "label": report.run.label,
            "note": Words("zh")("head.preliminary"),
            "modes": report.run.modes,
            "driver_level": report.run.driver_level,
            "must_executed": made.must_executed,
            "must_applicable": made.must_applicable,
            "target": report.run.target,
        },
        "conclusion": {
            "id": made.id,
            "text": made.text,
            "exit": made.exit,
            "musts": dict(made.musts),
            "counts": dict(made.counts),
            "notes": made.notes,
            "cases": dict(made.cases),
            "by_status": {share.status: {"must": share.must, "pass": share.passed} for share in made.shares},
        },
        "run": run,
        "groups": report.groups,
        "scenarios": [_scenario(one) for one in report.scenarios],
        "findings": [_finding(one) for one in report.findings],
        "not_executed": [
            {
                "requirement": one.first.requirement,
                "level": one.first.level,
                "reason": one.first.observed,
                "scenarios": [row.scenario for row in one.rows],
            }
            for one in report.skipped
        ],
        "cases": [
            {
                name: getattr(case, name)
                for name in (
                    "id",
                    "group",
                    "title",
                    "title_en",
                    "level",
                    "modes",
                    "verdict",
                    "reason",
                    "scenarios",
                    "orders",
                )
            }
            for case in report.cases
        ],
        "requirements": [{**asdict(one), "counts": dict(one.counts)} for one in report.requirements],
        "orders": [asdict(one) for one in report.orders],
        "refunds": [{**asdict(one), "answer": str(one.answer)} for one in report.refunds],
        "authorisations": [{**asdict(one), "answer": str(one.answer)} for one in report.authorisations],
        "latencies": [asdict(one) for one in report.latencies],
        "facts": [asdict(one) for one in report.facts],
        "files": [asdict(one) for one in report.files],
        "writers": [{**asdict(one), "agrees": one.agrees} for one in report.writers],
        "records": report.records,
        "problems": report.problems,
    }
    plain = _plain(value)
    assert isinstance(plain, dict)
    return plain


def render(report: Report) -> str:
    """The text of report.json."""
    return json.dumps(model(report), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
