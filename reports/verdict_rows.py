"""Lines of verdicts.jsonl as rows of the report, and how they are gathered: cells, findings, what was skipped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reports.report_parts import ORDER, TROUBLE, Cell, ReportFinding, Verdict, worst
from reports.shown_values import listed, members, text, texts, whole
from simulator.protocol.text.said import said_in

GROUPS = ("ENV", "SEC", "REQ", "IDV", "PAY", "REG", "RFD", "NTF", "FLT", "PRV", "UIV", "EXP")
"""Columns of the matrix, in this order; groups unknown here follow in order of appearance."""
LEVELS = {"MUST": 0, "SHOULD": 1, "MAY": 2}


def verdict(raw: Mapping[str, Any], at: int) -> Verdict:
    """The row of one line; `at` numbers its place in the report. An unknown verdict word reads as `error`."""
    word = text(raw.get("verdict"))
    names = (
        "scenario",
        "scenario_title",
        "flow",
        "requirement",
        "level",
        "status",
        "origin",
        "source",
        "title",
        "title_en",
        "clause",
        "domain",
        "cause",
        "confirm",
        "fix",
        "patient",
        "replay",
        "id",
        "consequence_of",
        "quote",
        "clause_en",
        "cause_en",
        "confirm_en",
        "fix_en",
        "patient_en",
    )
    given = {name: text(raw.get(name)) for name in names}
    given["level"] = given["level"] if given["level"] in LEVELS else "MUST"
    given["flow"] = given["flow"] or given["scenario"]
    return Verdict(
        anchor=f"f{at}",
        group=text(raw.get("group")) or given["requirement"].split("-")[0],
        cases=texts(raw.get("cases")),
        expected=said_in(raw, "expected"),
        observed=said_in(raw, "observed"),
        verdict=word if word in ORDER else "error",
        deviation={key: text(value) for key, value in members(raw.get("deviation")).items()},
        quote_record=whole(raw.get("quote_record"), -1),
        records=tuple(seq for seq in (whole(item, -1) for item in listed(raw.get("records"))) if seq >= 0),
        **given,
    )


def groups(rows: Sequence[Verdict]) -> tuple[str, ...]:
    """The columns of the matrix that these rows need."""
    seen = dict.fromkeys(row.group for row in rows)
    return (*(group for group in GROUPS if group in seen), *(group for group in seen if group not in GROUPS))


def cell(rows: Sequence[Verdict]) -> Cell:
    """The roll-up of one scenario × group."""
    verdict = worst(row.verdict for row in rows)
    same = [row for row in rows if row.verdict == verdict]
    return Cell(verdict, len(same), len(rows), same[0].anchor if verdict in TROUBLE else "")


def findings(rows: Sequence[Verdict]) -> tuple[ReportFinding, ...]:
    """Troubled rows gathered by requirement, verdict and cause, what follows from them beneath; failed MUSTs first."""
    same: dict[tuple[str, ...], list[Verdict]] = {}
    troubled = [row for row in rows if row.verdict in TROUBLE]
    known = {row.id for row in troubled if row.id}
    after: dict[str, list[Verdict]] = {}
    for row in troubled:
        if row.consequence_of and row.consequence_of in known and row.consequence_of != row.id:
            after.setdefault(row.consequence_of, []).append(row)
            continue
        key = (row.requirement, row.verdict, row.domain, row.cause, row.confirm, row.fix, row.clause)
        same.setdefault(key, []).append(row)
    rank = ("fail", "waiting", "error", "review", "warn")
    found = [ReportFinding(tuple(part), _consequences(part, after)) for part in same.values()]
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.first.verdict != "fail" or one.first.level != "MUST",
                rank.index(one.first.verdict),
                LEVELS[one.first.level],
            ),
        )
    )


def _consequences(
    roots: Sequence[Verdict], after: Mapping[str, Sequence[Verdict]]
) -> dict[str, tuple[Verdict, ...]]:
    """What follows from these lines, and from what follows, by requirement."""
    found: dict[str, list[Verdict]] = {}
    todo, seen = [row.id for row in roots if row.id], set[str]()
    while todo:
        name = todo.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for row in after.get(name, ()):
            found.setdefault(row.requirement, []).append(row)
            todo.append(row.id)
    return {name: tuple(rows) for name, rows in found.items()}


def skipped(rows: Sequence[Verdict]) -> tuple[ReportFinding, ...]:
    """Rows that were not executed, gathered by requirement and reason."""
    same: dict[tuple[str, str], list[Verdict]] = {}
    for row in rows:
        if row.verdict == "skip":
            reason = re.sub(
                r"\d+", "#", str(row.observed or row.cause)
            )  # record numbers do not make another reason
            same.setdefault((row.requirement, reason), []).append(row)
    return tuple(
        sorted((ReportFinding(tuple(part)) for part in same.values()), key=lambda one: one.first.requirement)
    )
