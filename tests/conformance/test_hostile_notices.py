"""The hostile notices of the vectors, replayed to the reference hospital: every one refused; a mutant that believes one is caught."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from conformance import cli
from simulator.faults.notice_kinds import HOSTILE_NAMES

pytestmark = pytest.mark.golden

DECLARATION = """\
schema: 1
institution: {{code: H50999900001, name: 联调示范医院, region: "509999"}}
modes: [A]
services: [registration, outpatient, refund, cancel, merge]
driver: {{kind: http, level: 2, hooks: [clock, fail_booking]}}
command: {command}
"""


def test_the_reference_hospital_refuses_every_hostile_notice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = json.dumps([sys.executable, "-m", "conformance.reference"])
    (tmp_path / "vendor.yaml").write_text(DECLARATION.format(command=command), encoding="utf-8")
    options = ["--declaration", str(tmp_path / "vendor.yaml"), "--home", str(tmp_path / "home")]
    code = cli.invoke(
        ["run", *options, "--runs", str(tmp_path / "runs"), "--json", "--trust", "--only", "notify/hostile"]
    )
    summary = json.loads(capsys.readouterr().out)
    assert code == 0, summary
    folder = Path(summary["folder"])
    lines = (folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    notes = [one["d"] for one in records if one.get("what") == "notice" and "vector" in one["d"]]
    assert sorted(note["vector"] for note in notes) == sorted(HOSTILE_NAMES)
    assert len(notes) >= 20
    assert all(note["sent"] and not note["accepted"] and note["status"] >= 400 for note in notes)
    verdicts = [
        json.loads(line) for line in (folder / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert {row["verdict"] for row in verdicts if row["requirement"] == "NTF-SIGN-001"} == {"pass"}


def test_a_hospital_that_believes_one_of_them_is_caught(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.invoke(["mutants", "--only", "unreadable_signature_believed", "--json"]) == 0
    assert "NTF-SIGN-001" in capsys.readouterr().out
