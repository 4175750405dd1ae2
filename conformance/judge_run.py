"""Judge a run folder: read evidence and manifest, write verdicts.jsonl, complete manifest.json."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from conformance import rulebook
from conformance.declaration import Declaration
from conformance.evidence.carry import FILE as FLOWS
from conformance.evidence.carry import FlowIndex
from conformance.evidence.hearing import hear
from conformance.evidence.reader import FILE as EVIDENCE
from conformance.evidence.reader import EvidenceStream, stream
from conformance.evidence.records import Record
from conformance.evidence.values import child, rows, text, whole
from conformance.judgement import Judgement, Meaning, judge
from conformance.ledger import Ledger
from conformance.ledger import load as load_ledger
from conformance.meant import Meant, by_file
from conformance.mistake import Mistake
from conformance.run_seal import seal
from conformance.runner import catalogue
from conformance.runner import manifest as manifests
from conformance.scenario import Plan
from conformance.verdict_file import FILE as VERDICTS
from conformance.verdict_file import VerdictFile
from conformance.version import version
from simulator.protocol.text.said import Said, Text, stored


def judge_run(
    run_dir: Path,
    declaration: Declaration,
    plan: Plan,
    ledger: Ledger | None = None,
    facts: Mapping[int, Sequence[Mapping[str, Any]]] | None = None,
) -> Judgement:
    """Judge the evidence in `run_dir`, write `verdicts.jsonl` and complete `manifest.json` (made when missing).

    `flows.idx.jsonl` gets what each closed flow left. The flows that this run was meant to have are those the manifest
    names, else one of each scenario of the plan. A flow that is in the evidence is judged whether or not it was named.
    Where the manifest knows how many records each writer made and the evidence has others, the evidence is not judged
    as if it were whole.
    The folder is sealed at the end. `facts`: by record number, to judge by in place of the recorded ones (`judge --from-raw`).
    Raises OSError when a file cannot be read or written, Mistake for a scenario that did not begin and is not there.
    """
    manifest = _manifest(run_dir / manifests.FILE)
    found, held = judge_into(run_dir, run_dir, manifest, declaration, plan, ledger, facts)
    problem = held.problem or _cut(manifest, held)
    manifest |= {
        "cases": list(found.cases),
        "requirements": list(found.requirements),
        "conclusion": found.conclusion,
        "strangers": list(found.strangers),
        "root_causes": list(found.root_causes),
        "judged": {"version": version(), "rules": rulebook.digest()},
        "evidence": {
            "writers": _known(manifest) if problem and _known(manifest) else list(held.writers),
            "torn": held.torn,
            **stored("problem", problem),
        },
    }
    manifests.write(run_dir, manifest)
    seal(run_dir, "judge", held)
    return found


def judge_into(
    run_dir: Path,
    place: Path,
    manifest: Mapping[str, Any],
    declaration: Declaration,
    plan: Plan,
    ledger: Ledger | None = None,
    facts: Mapping[int, Sequence[Mapping[str, Any]]] | None = None,
) -> tuple[Judgement, EvidenceStream]:
    """Judge the evidence in `run_dir` and write `verdicts.jsonl` and `flows.idx.jsonl` into `place`; changes nothing else."""
    ledger = ledger or load_ledger()
    held = stream(run_dir / EVIDENCE)
    half = place / f"{VERDICTS}.new"
    with TemporaryFile(dir=place) as spill, (place / FLOWS).open("w+b") as index:
        lines = VerdictFile(spill)
        found = judge(
            _with_facts(held, facts or {}),
            ledger,
            Meaning(_flows(manifest, plan), _look_up, _planned(_mode_plan(plan))),
            _as_it_ran(declaration, manifest),
            plan,
            lines.put,
            FlowIndex(index),
            lambda: held.problem or _cut(manifest, held),
            hear(stream(run_dir / EVIDENCE), {case.id for case in ledger.cases if case.local}),
        )
        with half.open("wb") as target:
            lines.copy_to(target)
    half.replace(place / VERDICTS)
    return found, held


def _with_facts(
    records: Iterable[Record], facts: Mapping[int, Sequence[Mapping[str, Any]]]
) -> Iterator[Record]:
    """The records with other facts in some of them; the file is not touched."""
    for record in records:
        seq = whole(record, "seq") or 0
        yield {**record, "facts": list(facts[seq])} if seq in facts else record


def _as_it_ran(declaration: Declaration, manifest: Mapping[str, Any]) -> Declaration:
    """The declaration with the address that only the ready line of the vendor named."""
    named = text(child(manifest, "declaration", "endpoints"), "notify_6302")
    return replace(declaration, notify_6302=declaration.notify_6302 or named)


def _manifest(path: Path) -> dict[str, Any]:
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return known if isinstance(known, dict) else {"schema": 1}


def _flows(manifest: Mapping[str, Any], plan: Plan) -> dict[str, str]:
    """Flow -> scenario of what was meant to run."""
    named = {text(row, "flow") or text(row, "id"): text(row, "id") for row in rows(manifest, "scenarios")}
    return named or {name: name for name in plan.scenarios}


def _look_up(name: str) -> Meant:
    return by_file(catalogue.scenario(name))


def _known(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the runner wrote down about each writer when it finished; nothing for a run that was cut short."""
    return list(rows(child(manifest, "evidence"), "writers"))


def _cut(manifest: Mapping[str, Any], held: EvidenceStream) -> Text:
    """What the evidence lacks of what the manifest knows (a chain without its tail still holds), or ""."""
    have = {text(row, "writer"): row for row in held.writers}
    for row in _known(manifest):
        name, count, head = text(row, "writer"), whole(row, "count"), text(row, "head")
        mine = have.get(name, {})
        if (whole(mine, "count") or 0, text(mine, "head")) != (count, head):
            had = whole(mine, "count") or 0
            return Said("{} 有 {} 条记录, 运行结束时为 {} 条, 末尾被截断或改动", EVIDENCE, had, count)
    return ""


def _mode_plan(plan: Plan) -> Plan:
    """The plan of the mode itself: one that leaves out some of its scenarios has selected the others."""
    try:
        return catalogue.plan(plan.mode)
    except Mistake:
        return plan


def _planned(plan: Plan) -> list[Meant]:
    """What a plan runs, as far as this version still has it."""
    found = []
    for name in plan.scenarios:
        with contextlib.suppress(Mistake):
            found.append(_look_up(name))
    return found
