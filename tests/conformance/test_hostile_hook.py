"""A hook that hangs, drips, closes or sends broken text is the vendor's driver: no harness error, no protocol side."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import hostile_hook
import pytest
from hostile_hook import BEHAVIOURS, LATE

from conformance import cli

CODE = "H50999900001"
DECLARATION = """\
schema: 1
institution: {{code: {code}, name: 联调示范医院, region: "509999"}}
modes: [A]
services: [outpatient]
driver: {{kind: http, level: 1, timeout_ms: 700, token: hostile}}
command: {command}
quiet_ms: 300
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """The exit code and the run folder of one run, each flow with a behaviour of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    command = [sys.executable, str(Path(hostile_hook.__file__)), CODE]
    text = DECLARATION.format(code=CODE, command=json.dumps(command))
    (folder / "vendor.yaml").write_text(text, encoding="utf-8")
    arguments = ["run", "--declaration", str(folder / "vendor.yaml"), "--home", str(folder / "home")]
    arguments += ["--runs", str(folder / "runs"), "--trust", "--json"]
    only = [part for name in (*BEHAVIOURS, LATE) for part in ("--only", name)]
    code = cli.invoke([*arguments, *only])
    return code, next((folder / "runs").glob("*/manifest.json")).parent


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.golden
def test_the_run_ends_unfinished_and_is_nobodys_fault_but_the_hooks(hostile: tuple[int, Path]) -> None:
    code, folder = hostile
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (code, manifest["conclusion"]["id"]) == (3, "incomplete"), manifest["conclusion"]["notes"]
    rows = lines(folder, "verdicts.jsonl")
    assert {row["domain"] for row in rows if row["verdict"] in ("fail", "error", "waiting")} == {
        "vendor driver"
    }
    assert not [row for row in rows if row["verdict"] == "fail"]
    records = lines(folder, "evidence.jsonl")
    assert not [one for one in records if (one["kind"], one.get("what")) == ("run", "error")]


@pytest.mark.golden
@pytest.mark.parametrize("flow", [*BEHAVIOURS, LATE])
def test_each_behaviour_is_named_and_ends_its_scenario_only(hostile: tuple[int, Path], flow: str) -> None:
    _, folder = hostile
    ends = {
        one["flow"]: one["d"]
        for one in lines(folder, "evidence.jsonl")
        if (one["kind"], one.get("what")) == ("scenario", "end")
    }
    end = ends[flow]
    if flow != LATE:
        assert (end["outcome"], end["domain"]) == ("error", "vendor driver"), end
        assert "处方" in end["reason"]
    call = next(
        row for row in lines(folder, "verdicts.jsonl")
        if (row["flow"], row["requirement"]) == (flow, "EXP-CALL-001")
    )  # fmt: skip
    assert (call["verdict"], call["domain"]) == ("error", "vendor driver")
    assert call["observed"]
