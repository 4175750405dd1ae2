"""Judging a run folder: what is written, and for which scenarios."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

import schemas
from conformance.declaration import Declaration, Driver
from conformance.evidence import chained
from conformance.judging import judge_run
from conformance.mistake import Mistake
from conformance.scenario import Plan

VENDOR = Declaration("vendor.yaml", "H1", "院", "509999", ("A",), (), ("outpatient",), Driver("http", 2))
PLAN = Plan("A", "甲", "A", "insurance_app", ("pay/clinic_mixed",))


def written(folder: Path, records: list[dict[str, Any]]) -> None:
    prev, lines = "", []
    for record in records:
        done = chained(record, prev)
        prev = done["hash"]
        lines.append(orjson.dumps(done) + b"\n")
    (folder / "evidence.jsonl").write_bytes(b"".join(lines))


def told(story: Any) -> list[dict[str, Any]]:
    one = story("pay/clinic_mixed")
    one.paid()
    records: list[dict[str, Any]] = one.end().records
    return records


def test_verdicts_and_manifest_are_written_and_fit_their_schemas(tmp_path: Path, story: Any) -> None:
    written(tmp_path, told(story))
    found = judge_run(tmp_path, VENDOR, PLAN)
    lines = (tmp_path / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(found.verdicts) > 20
    checker = jsonschema.Draft202012Validator(schemas.load("verdict"))
    for line in lines:
        checker.validate(json.loads(line))
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["conclusion"] == found.conclusion
    assert len(manifest["cases"]) == 219
    assert manifest["evidence"]["writers"][0]["count"] == len(told(story))


def test_records_fit_the_evidence_schema(story: Any) -> None:
    checker = jsonschema.Draft202012Validator(schemas.load("evidence"))
    prev = ""
    for record in told(story):
        done = chained(record, prev)
        prev = done["hash"]
        checker.validate(done)


def test_the_manifest_says_which_scenarios_were_meant_and_keeps_what_it_knew(
    tmp_path: Path, story: Any
) -> None:
    written(tmp_path, told(story))
    kept = {"schema": 1, "run": "r1", "scenarios": [{"id": "pay/pure_insurance"}]}
    (tmp_path / "manifest.json").write_text(json.dumps(kept), encoding="utf-8")
    found = judge_run(tmp_path, VENDOR, PLAN)
    assert {line["scenario"] for line in found.verdicts} == {"pay/pure_insurance"}
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["run"] == "r1"
    assert manifest["conclusion"]["exit"] == 3, "it was meant to run and is not in the evidence"


def test_altered_evidence_is_not_judged_as_if_it_were_whole(tmp_path: Path, story: Any) -> None:
    records = told(story)
    written(tmp_path, records)
    content = (tmp_path / "evidence.jsonl").read_text(encoding="utf-8").replace("60.00", "06.00", 1)
    (tmp_path / "evidence.jsonl").write_text(content, encoding="utf-8")
    found = judge_run(tmp_path, VENDOR, PLAN)
    assert found.conclusion["exit"] in (1, 4)
    assert "哈希不符" in found.conclusion["notes"][0]


def test_a_scenario_that_is_gone_is_a_mistake(tmp_path: Path, story: Any) -> None:
    written(tmp_path, told(story))
    (tmp_path / "manifest.json").write_text('{"scenarios": [{"id": "pay/gone"}]}', encoding="utf-8")
    with pytest.raises(Mistake, match="没有这个场景"):
        judge_run(tmp_path, VENDOR, PLAN)


def test_without_evidence_there_is_nothing_to_judge(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="evidence"):
        judge_run(tmp_path, VENDOR, PLAN)
