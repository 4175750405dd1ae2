"""Judging a run folder: what is written, and for which scenarios."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from evidence_writer import Writer

import schemas
from conformance.declaration import Declaration, Driver
from conformance.judge_run import judge_run
from conformance.mistake import Mistake
from conformance.scenario import Plan

VENDOR = Declaration("vendor.yaml", "H1", "院", "509999", ("A",), (), ("outpatient",), Driver("http", 2))
PLAN = Plan("A", "甲", "A", "insurance_app", ("pay/clinic_mixed",))


def verdicts(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()]


def written(folder: Path, records: list[dict[str, Any]]) -> None:
    told = Writer()
    for record in records:
        told.add(**record)
    (folder / "evidence.jsonl").write_bytes(b"".join(told.lines()))


def told(story: Any) -> list[dict[str, Any]]:
    one = story("pay/clinic_mixed")
    one.paid()
    records: list[dict[str, Any]] = one.end().records
    return records


def test_verdicts_and_manifest_are_written_and_fit_their_schemas(tmp_path: Path, story: Any) -> None:
    written(tmp_path, told(story))
    found = judge_run(tmp_path, VENDOR, PLAN)
    lines = verdicts(tmp_path)
    assert len(lines) == found.lines > 20
    checker = jsonschema.Draft202012Validator(schemas.load("verdict"))
    for line in lines:
        checker.validate(line)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["conclusion"] == found.conclusion
    assert len(manifest["cases"]) == 219
    assert manifest["evidence"]["writers"][0]["count"] == len(told(story))


def test_records_fit_the_evidence_schema(story: Any) -> None:
    """A note without the message it speaks of, or an answer without its outcome, is no record."""
    checker = jsonschema.Draft202012Validator(schemas.load("evidence"))
    for record in told(story):
        checker.validate(record)
        bare = {name: value for name, value in record.items() if name not in ("link", "outcome")}
        needs = record["kind"] in ("message", "world")
        assert checker.is_valid(bare) is not needs, record


def test_the_manifest_says_which_scenarios_were_meant_and_keeps_what_it_knew(
    tmp_path: Path, story: Any
) -> None:
    written(tmp_path, told(story))
    kept = {"schema": 1, "run": "r1", "scenarios": [{"id": "pay/pure_insurance"}]}
    (tmp_path / "manifest.json").write_text(json.dumps(kept), encoding="utf-8")
    judge_run(tmp_path, VENDOR, PLAN)
    assert {line["scenario"] for line in verdicts(tmp_path)} == {"pay/pure_insurance", "pay/clinic_mixed"}
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["run"] == "r1"
    assert manifest["conclusion"]["exit"] == 3, "it was meant to run and is not in the evidence"


def test_a_repetition_that_did_not_begin_is_open_and_has_the_flow_that_was_meant(
    tmp_path: Path, story: Any
) -> None:
    again = "pay/clinic_mixed#2"
    rows = [{"id": "pay/clinic_mixed", "flow": flow} for flow in (again, "pay/clinic_mixed")]
    (tmp_path / "manifest.json").write_text(json.dumps({"schema": 1, "scenarios": rows}), encoding="utf-8")
    one = story("pay/clinic_mixed", requirements=["PAY-SUM-001"])
    one.paid()
    written(tmp_path, one.end().records)
    judge_run(tmp_path, VENDOR, PLAN)
    found = [
        (row["flow"], row["verdict"]) for row in verdicts(tmp_path) if row["requirement"] == "PAY-SUM-001"
    ]
    assert found == [(again, "skip"), ("pay/clinic_mixed", "pass")], "in the order of the manifest"
    left = (tmp_path / "flows.idx.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["flow"] for line in left] == ["pay/clinic_mixed"]


def test_altered_evidence_is_not_judged_as_if_it_were_whole(tmp_path: Path, story: Any) -> None:
    records = told(story)
    written(tmp_path, records)
    content = (tmp_path / "evidence.jsonl").read_text(encoding="utf-8").replace("60.00", "06.00", 1)
    (tmp_path / "evidence.jsonl").write_text(content, encoding="utf-8")
    found = judge_run(tmp_path, VENDOR, PLAN)
    assert (found.conclusion["text"], found.conclusion["exit"]) == ("–", 4)
    assert "哈希不符" in found.conclusion["notes"][0]


def interrupted(story: Any) -> list[dict[str, Any]]:
    one = story("pay/clinic_mixed", expect=[{"person": "甲", "booked": 1}])
    one.add("driver", "P1", what="call", d={"action": "pay", "args": {}, "expect": {"state": "done"}})
    one.upload()
    one.order("0", "1", "6")
    one.notice(answered=False, accepted=False)
    records: list[dict[str, Any]] = one.records
    return records


def test_an_interrupted_run_is_unfinished_and_nobodys_fault(tmp_path: Path, story: Any) -> None:
    written(tmp_path, interrupted(story))
    found = judge_run(tmp_path, VENDOR, PLAN)
    assert {line["requirement"] for line in verdicts(tmp_path) if line["verdict"] == "fail"} <= {
        "IDV-PERSON-001"
    }
    call = next(line for line in verdicts(tmp_path) if line["requirement"] == "EXP-CALL-001")
    assert (call["verdict"], call["domain"]) == ("error", "inconclusive")
    assert found.conclusion["exit"] == 3


def finished(folder: Path, records: list[dict[str, Any]]) -> None:
    """A run folder as the runner leaves it: the manifest knows the head of the chain."""
    written(folder, records)
    last = json.loads((folder / "evidence.jsonl").read_bytes().splitlines()[-1])
    writers = [{"writer": "sim-1", "count": len(records), "head": last["hash"]}]
    kept = {"schema": 1, "run": "r1", "scenarios": [], "evidence": {"writers": writers}}
    (folder / "manifest.json").write_text(json.dumps(kept), encoding="utf-8")


@pytest.mark.parametrize("keep", [-1, -5, 0])
def test_a_chain_without_its_tail_is_not_whole(keep: int, tmp_path: Path, story: Any) -> None:
    finished(tmp_path, told(story))
    lines = (tmp_path / "evidence.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "evidence.jsonl").write_bytes(b"".join(lines[:keep]))
    for _ in range(2):  # judging must not make the cut chain the known one
        found = judge_run(tmp_path, VENDOR, PLAN)
        assert (found.conclusion["text"], found.conclusion["exit"]) == ("–", 4)
        assert f"运行结束时为 {len(lines)} 条" in found.conclusion["notes"][0]


def test_a_torn_last_line_is_reported_when_the_run_had_finished(tmp_path: Path, story: Any) -> None:
    finished(tmp_path, told(story))
    content = (tmp_path / "evidence.jsonl").read_bytes()
    (tmp_path / "evidence.jsonl").write_bytes(content[:-20])
    assert judge_run(tmp_path, VENDOR, PLAN).conclusion["exit"] == 4
    (tmp_path / "evidence.jsonl").write_bytes(content)
    first = judge_run(tmp_path, VENDOR, PLAN)
    assert first.conclusion["exit"] != 4
    whole = [(tmp_path / name).read_bytes() for name in ("verdicts.jsonl", "manifest.json")]
    judge_run(tmp_path, VENDOR, PLAN)
    assert whole == [(tmp_path / name).read_bytes() for name in ("verdicts.jsonl", "manifest.json")]


def test_a_flow_that_was_struck_off_the_manifest_is_judged_all_the_same(tmp_path: Path, story: Any) -> None:
    finished(tmp_path, told(story))
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    manifest["scenarios"] = [{"id": "pay/pure_insurance"}]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    judge_run(tmp_path, VENDOR, PLAN)
    assert "pay/clinic_mixed" in {line["scenario"] for line in verdicts(tmp_path)}


def test_a_scenario_that_is_gone_is_a_mistake(tmp_path: Path, story: Any) -> None:
    written(tmp_path, told(story))
    (tmp_path / "manifest.json").write_text('{"scenarios": [{"id": "pay/gone"}]}', encoding="utf-8")
    with pytest.raises(Mistake, match="没有这个场景"):
        judge_run(tmp_path, VENDOR, PLAN)


def test_without_evidence_there_is_nothing_to_judge(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="evidence"):
        judge_run(tmp_path, VENDOR, PLAN)
