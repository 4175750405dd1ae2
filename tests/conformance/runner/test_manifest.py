"""The manifest stands before anything runs: what an interruption leaves behind can be judged."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
from evidence_writer import Writer

import schemas
from conformance.cli.judge import remembered
from conformance.declaration import Declaration, Driver
from conformance.judge_run import judge_run
from conformance.runner import catalogue, manifest

VENDOR = Declaration("vendor.yaml", "H1", "院", "509999", ("A",), (), ("outpatient",), Driver("http", 2))
NAMES = ("pay/clinic_mixed", "pay/pure_insurance")


def test_an_interrupted_run_can_be_judged_and_is_unfinished(tmp_path: Path) -> None:
    plan = catalogue.plan("A")
    folder = tmp_path / "r1"
    made = manifest.skeleton("r1", "2026-11-22T15:00:00.000+08:00", VENDOR, plan, {})
    manifest.begin(folder, made, {name: catalogue.scenario(name) for name in NAMES})
    told = Writer()
    told.add("scenario", flow=NAMES[0], what="begin", d={"id": NAMES[0]})
    (folder / "evidence.jsonl").write_bytes(told.lines()[0] + told.lines()[0][:40])

    kept = manifest.read(folder)
    assert [row["id"] for row in kept["scenarios"]] == list(NAMES)
    found = judge_run(folder, remembered(kept), plan)
    assert (found.conclusion["text"], found.conclusion["exit"]) == ("未完成", 3)
    lines = (folder / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    said = {(line["scenario"], line["verdict"], line["observed"]) for line in map(json.loads, lines)}
    assert (NAMES[0], "error", "场景没有执行到结束") in said
    assert (NAMES[1], "skip", "本次没有执行") in said
    written = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schemas.load("manifest")).validate(written)
    assert written["evidence"]["torn"] is True
