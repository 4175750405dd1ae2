"""The folder of a judged run of one paid scenario, as runner and judge leave it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evidence_writer import Writer

from conformance.declaration import Declaration
from conformance.judge_run import judge_run
from conformance.runner import catalogue, manifest


def judged_folder(place: Path, one: Any, vendor: Declaration, case: str) -> Path:
    """`one`: the story of scenario `case`, not begun to pay; judged and sealed by `vendor` under plan A."""
    one.paid()
    told = Writer()
    for record in one.end().records:
        told.add(**{key: value for key, value in record.items() if key not in ("prev", "hash", "seq")})
    plan = catalogue.plan("A")
    made = manifest.skeleton("r1", "2026-11-22T15:00:00.000+08:00", vendor, plan, {})
    manifest.begin(place, made, {case: catalogue.scenario(case)})
    lines = told.lines()
    (place / "evidence.jsonl").write_bytes(b"".join(lines))
    writers = [{"writer": "sim-1", "count": len(lines), "head": told.records[-1]["hash"]}]
    manifest.write(place, {**manifest.read(place), "evidence": {"writers": writers}})
    judge_run(place, vendor, plan)
    return place
