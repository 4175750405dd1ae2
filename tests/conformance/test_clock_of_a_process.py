"""The clock of the simulator's machine is set by two hours while a healthy vendor is tested: real processes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from conformance import cli

HERE = Path(__file__).parents[1] / "jumping_clock"
DECLARATION = """\
schema: 1
institution: {{code: H50999900001, name: 联调示范医院, region: "509999"}}
modes: [A]
services: [registration, outpatient, refund, cancel, merge]
driver: {{kind: http, level: 2, hooks: [clock, fail_booking]}}
command: {command}
timers: {{converge_ms: 2000}}
"""


@pytest.mark.golden
@pytest.mark.parametrize("seconds", [7200])
def test_a_clock_that_jumps_is_said_once_and_blames_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seconds: int
) -> None:
    paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("JUMPING_CLOCK", f"simulator:60:{seconds}")
    command = json.dumps([sys.executable, "-m", "conformance.reference"])
    (tmp_path / "vendor.yaml").write_text(DECLARATION.format(command=command), encoding="utf-8")
    arguments = [
        "run",
        "--declaration",
        str(tmp_path / "vendor.yaml"),
        "--home",
        str(tmp_path / "home"),
        "--json",
    ]
    arguments += [
        "--runs",
        str(tmp_path / "runs"),
        "--trust",
        "--only",
        "pay/clinic_mixed",
        "--only",
        "refund/all_mixed",
    ]
    code = cli.invoke(arguments)
    summary = json.loads(capsys.readouterr().out)
    text = (Path(summary["folder"]) / "verdicts.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    found = [row for row in rows if row["requirement"] == "RUN-CLOCK-001"]
    assert [(row["verdict"], row["domain"]) for row in found] == [("error", "environment")]
    assert [row for row in rows if row["verdict"] == "fail"] == []
    assert (code, summary["conclusion"]["id"]) == (3, "incomplete")
