"""Judge a run folder: read evidence and manifest, write verdicts.jsonl, complete manifest.json."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.declaration import Declaration
from conformance.evidence.reader import FILE as EVIDENCE
from conformance.evidence.reader import Evidence, read
from conformance.evidence.run_view import begun_flows
from conformance.evidence.values import child, rows, text, whole
from conformance.judgement import Judgement, judge
from conformance.ledger import Ledger
from conformance.ledger import load as load_ledger
from conformance.mistake import Mistake
from conformance.runner import catalogue
from conformance.scenario import Plan, Scenario
from simulator.protocol.text.said import Said, Text

VERDICTS, MANIFEST = "verdicts.jsonl", "manifest.json"


def judge_run(
    run_dir: Path,
    declaration: Declaration,
    plan: Plan,
    scenarios: Sequence[Scenario] | None = None,
    ledger: Ledger | None = None,
    facts: Mapping[int, Sequence[Mapping[str, Any]]] | None = None,
) -> Judgement:
    """Judge the evidence in `run_dir`, write `verdicts.jsonl` and complete `manifest.json` (made when missing).

    `scenarios`: those that this run was meant to execute; by default the ones the manifest names, else the plan's.
    A flow that is in the evidence is judged whether or not it was named. Where the manifest knows how many records
    each writer made and the evidence has others, the evidence is not judged as if it were whole.
    `facts`: by record number, to judge by in place of the recorded ones (`judge --from-raw`).
    Raises OSError when a file cannot be read or written, Mistake for a scenario that is not there.
    """
    held = _with_facts(read(run_dir / EVIDENCE), facts or {})
    manifest = _manifest(run_dir / MANIFEST)
    problem = held.problem or _cut(manifest, held)
    meant = list(_meant(manifest, plan) if scenarios is None else scenarios)
    meant += _unnamed(held.records, meant)
    found = judge(
        held.records,
        ledger or load_ledger(),
        meant,
        declaration,
        plan,
        problem=str(problem),
        planned=_planned(plan, meant),
    )
    lines = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in found.verdicts)
    (run_dir / VERDICTS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    manifest |= {
        "cases": list(found.cases),
        "requirements": list(found.requirements),
        "conclusion": found.conclusion,
        "evidence": {
            "writers": _known(manifest) if problem and _known(manifest) else list(held.writers),
            "torn": held.torn,
            "problem": str(problem),
        },
    }
    whole = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (run_dir / MANIFEST).write_text(whole, encoding="utf-8", newline="\n")
    return found


def _with_facts(held: Evidence, facts: Mapping[int, Sequence[Mapping[str, Any]]]) -> Evidence:
    """The evidence with other facts in some records; the file is not touched."""
    if not facts:
        return held
    records = tuple(
        {**record, "facts": list(facts[seq])} if (seq := whole(record, "seq") or 0) in facts else record
        for record in held.records
    )
    return replace(held, records=records)


def _manifest(path: Path) -> dict[str, Any]:
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return known if isinstance(known, dict) else {"schema": 1}


def _meant(manifest: Mapping[str, Any], plan: Plan) -> list[Scenario]:
    named = [text(row, "id") for row in rows(manifest, "scenarios")]
    return [catalogue.scenario(name) for name in named or plan.scenarios]


def _known(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the runner wrote down about each writer when it finished; nothing for a run that was cut short."""
    return list(rows(child(manifest, "evidence"), "writers"))


def _cut(manifest: Mapping[str, Any], held: Evidence) -> Text:
    """What the evidence lacks of what the manifest knows (a chain without its tail still holds), or ""."""
    have = {text(row, "writer"): row for row in held.writers}
    for row in _known(manifest):
        name, count, head = text(row, "writer"), whole(row, "count"), text(row, "head")
        mine = have.get(name, {})
        if (whole(mine, "count") or 0, text(mine, "head")) != (count, head):
            had = whole(mine, "count") or 0
            return Said("{} 有 {} 条记录, 运行结束时为 {} 条, 末尾被截断或改动", EVIDENCE, had, count)
    return ""


def _unnamed(records: Sequence[Mapping[str, Any]], meant: Sequence[Scenario]) -> list[Scenario]:
    """The scenarios of flows that the manifest does not name: evidence is judged, not its list of contents."""
    named = {scenario.id for scenario in meant}
    return [catalogue.scenario(name) for name in begun_flows(records) if name and name not in named]


def _planned(plan: Plan, meant: Sequence[Scenario]) -> list[Scenario]:
    """What the whole plan would have run besides, as far as this version still has it."""
    named = {scenario.id for scenario in meant}
    found = []
    for name in plan.scenarios:
        if name not in named:
            with contextlib.suppress(Mistake):
                found.append(catalogue.scenario(name))
    return found
