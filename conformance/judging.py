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
from conformance.scenario import Plan, Scenario

EVIDENCE, VERDICTS, MANIFEST = "evidence.jsonl", "verdicts.jsonl", "manifest.json"


def judge_run(
    run_dir: Path,
    scenarios: Sequence[Scenario],
    declaration: Declaration,
    plan: Plan,
    *,
    ledger: Ledger | None = None,
    gate: str = "strict",
) -> Judgement:
    """Judge the evidence in `run_dir`, write `verdicts.jsonl` and complete `manifest.json` (made when missing).

    `scenarios` are those that this run was meant to execute. Raises OSError when a file cannot be read or written.
    """
    read = evidence.read(run_dir / EVIDENCE)
    found = judge(
        read.records, ledger or load_ledger(), scenarios, declaration, plan, gate=gate, problem=read.problem
    )
    lines = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in found.verdicts)
    (run_dir / VERDICTS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    _complete(run_dir / MANIFEST, found, read)
    return found


def _complete(path: Path, found: Judgement, read: evidence.Evidence) -> None:
    manifest: dict[str, Any] = {"schema": 1}
    if path.exists():
        known = json.loads(path.read_text(encoding="utf-8"))
        manifest = known if isinstance(known, dict) else manifest
    writers: list[Mapping[str, Any]] = list(read.writers)
    manifest |= {
        "cases": list(found.cases),
        "requirements": list(found.requirements),
        "conclusion": found.conclusion,
        "evidence": {"writers": writers, "torn": read.torn, "problem": read.problem},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
