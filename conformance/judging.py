"""Judge a run folder: read evidence and manifest, write verdicts.jsonl, complete manifest.json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance import evidence
from conformance.declaration import Declaration
from conformance.judge import Judgement, judge
from conformance.ledger import Ledger
from conformance.ledger import load as load_ledger
from conformance.reading import rows, text
from conformance.runner import catalogue
from conformance.scenario import Plan, Scenario

EVIDENCE, VERDICTS, MANIFEST = "evidence.jsonl", "verdicts.jsonl", "manifest.json"


def judge_run(
    run_dir: Path,
    declaration: Declaration,
    plan: Plan,
    scenarios: Sequence[Scenario] | None = None,
    ledger: Ledger | None = None,
) -> Judgement:
    """Judge the evidence in `run_dir`, write `verdicts.jsonl` and complete `manifest.json` (made when missing).

    `scenarios`: those that this run was meant to execute; by default the ones the manifest names, else the plan's.
    Raises OSError when a file cannot be read or written, Mistake for a scenario that is not there.
    """
    read = evidence.read(run_dir / EVIDENCE)
    manifest = _manifest(run_dir / MANIFEST)
    meant = _meant(manifest, plan) if scenarios is None else scenarios
    found = judge(read.records, ledger or load_ledger(), meant, declaration, plan, problem=read.problem)
    lines = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in found.verdicts)
    (run_dir / VERDICTS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    manifest |= {
        "cases": list(found.cases),
        "requirements": list(found.requirements),
        "conclusion": found.conclusion,
        "evidence": {"writers": list(read.writers), "torn": read.torn, "problem": read.problem},
    }
    whole = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (run_dir / MANIFEST).write_text(whole, encoding="utf-8", newline="\n")
    return found


def _manifest(path: Path) -> dict[str, Any]:
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return known if isinstance(known, dict) else {"schema": 1}


def _meant(manifest: Mapping[str, Any], plan: Plan) -> list[Scenario]:
    named = [text(row, "id") for row in rows(manifest, "scenarios")]
    return [catalogue.scenario(name) for name in named or plan.scenarios]
