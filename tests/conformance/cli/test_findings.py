"""What the terminal and `--json` say of a failing run, of a scenario that has just ended, and of a run that was cut short."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import terminal
from conformance.cli.demo import reference_declaration
from conformance.cli.findings import findings, show
from conformance.cli.progress_lines import Interruption, padded, progress, standing
from conformance.cli.simulator_choice import replay_options
from conformance.cut_short import told_by_evidence
from conformance.early import EarlyWord
from conformance.remembered import remembered
from simulator.protocol.text.said import Said, chinese


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    terminal.choose_language([])
    yield
    terminal.choose_language([])


def line(
    requirement: str, flow: str, verdict: str = "fail", follows: str = "", **more: Any
) -> dict[str, Any]:
    found = {
        "id": f"{flow}/{requirement}", "requirement": requirement, "flow": flow, "scenario": flow, "verdict": verdict,
        "level": "MUST", "title": "标题", "title_en": "Title", "observed": f"see {flow}", "cause": "", "cause_en": "why",
        "records": [7, 9], "domain": "vendor", "replay": "liantiao run", **more,
    }  # fmt: skip
    return {**found, **({"consequence_of": follows} if follows else {})}


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    (folder / "verdicts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_each_requirement_once_beneath_its_root(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = (
        line("SIGN-001", "pay/a"),
        line("SIGN-001", "pay/b"),
        line("BOOK-001", "pay/a", follows="pay/a/SIGN-001"),
        line("BOOK-001", "pay/b", follows="pay/b/SIGN-001"),
        line("SUM-001", "pay/b", follows="pay/b/BOOK-001"),
        line("DATE-001", "pay/a", deviation={"owner": "x"}),
        line("GOOD-001", "pay/a", "pass"),
        line("HANG-001", "pay/c", "waiting"),
    )
    found = findings(written(tmp_path, *rows))
    assert [(row["requirement"], row["scenarios"], row["caused_by"]) for row in found] == [
        ("SIGN-001", 2, ""),
        ("BOOK-001", 2, "SIGN-001"),
        ("SUM-001", 1, "SIGN-001"),
        ("DATE-001", 1, ""),
        ("HANG-001", 1, ""),
    ]
    assert (found[0]["scenario"], found[0]["records"]) == ("pay/a", [7, 9])
    show(found)
    text = capsys.readouterr().out
    assert text.splitlines()[0] == "不通过的要求 4 项, 原因 2 个:"
    assert "[不通过] SIGN-001 标题 (pay/a, 记录 7, 共 2 处)" in text
    assert "由此引起: BOOK-001, SUM-001" in text
    assert "(已登记偏差)" in text
    assert text.count("SIGN-001") == 1
    terminal.choose_language(["--lang", "en"])
    show(found)
    assert not chinese(capsys.readouterr().out)


def test_one_that_also_fails_by_itself_is_a_root(tmp_path: Path) -> None:
    rows = (line("A-001", "x"), line("B-001", "x", follows="x/A-001"), line("B-001", "y"))
    assert [row["caused_by"] for row in findings(written(tmp_path, *rows))] == ["", ""]


def test_lines_that_name_each_other_end(tmp_path: Path) -> None:
    rows = (line("A-001", "x", follows="x/B-001"), line("B-001", "x", follows="x/A-001"))
    assert len(findings(written(tmp_path, *rows))) == 2


def test_many_roots_are_cut_and_no_verdicts_are_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert findings(tmp_path) == []
    show([])
    assert capsys.readouterr().out == ""
    show(findings(written(tmp_path, *(line(f"A-{n:03}", "x") for n in range(14)))))
    assert "另有 4 个" in capsys.readouterr().out


DETAIL = {
    "id": "pay/a",
    "title": "标题",
    "title_en": "Title",
    "outcome": "ran",
    "reason": "",
    "done": 3,
    "total": 76,
}


@pytest.mark.parametrize(("more", "state", "why"), [
    ({"word": EarlyWord("passed")}, "passed", ""),
    ({"word": EarlyWord("failed", "PAY-SUM-001", "差 1 分")}, "failed", "PAY-SUM-001: 差 1 分"),
    ({"word": EarlyWord("failed", "PAY-SUM-001", "x"), "outcome": "error", "reason": "超时"}, "failed", "PAY-SUM-001: x"),
    ({"word": EarlyWord("blocked", "Q-1", "x"), "outcome": "error", "reason": "超时"}, "blocked", "超时"),
    ({"word": EarlyWord("blocked", "Q-1", "没有静止")}, "blocked", "Q-1: 没有静止"),
    ({"word": None, "outcome": "skipped", "reason": "没有 clock"}, "skipped", "没有 clock"),
    ({"word": None, "outcome": "n/a", "reason": "x"}, "n/a", "x"),
    ({"word": None}, "ran", ""),
])  # fmt: skip
def test_how_a_scenario_stands(
    more: dict[str, Any], state: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found, said = standing({**DETAIL, **more})
    assert (found, str(said)) == (state, why)
    progress("scenario", {**DETAIL, **more})
    assert capsys.readouterr().err.startswith("[ 3/76] ")


def test_words_are_padded_by_the_cells_that_they_take() -> None:
    assert [len(padded(word, 7)) for word in ("通过", "不通过", "passed")] == [5, 4, 7]


def test_an_interrupted_run_says_how_many_ended_and_how_to_judge_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    heard: list[str] = []
    seen = Interruption(lambda what, _detail: heard.append(what))
    seen.tell(as_json=True)
    assert capsys.readouterr().out == ""
    seen.hear("stage", {})
    seen.hear("interrupted", {"done": 37, "total": 76, "folder": "runs/x"})
    seen.tell(as_json=True)
    shown = capsys.readouterr()
    assert heard == ["stage"]
    assert "76 个场景中 37 个已结束" in shown.err
    assert "liantiao judge runs/x" in shown.err
    assert json.loads(shown.out)["interrupted"]["ended"] == 37


def test_the_evidence_says_which_scenarios_of_a_killed_run_had_ended() -> None:
    said = Said("驱动未提供测试动作: {}", "clock").as_json()
    records = [
        {"kind": "scenario", "what": "begin", "flow": "a"},
        {"kind": "scenario", "what": "end", "flow": "a", "d": {"outcome": "ran"}, "t": {"wire": "T1"}},
        {
            "kind": "scenario",
            "what": "end",
            "flow": "b",
            "d": {"outcome": "skipped", "reason": "x", "reason_said": said},
        },
        {"kind": "scenario", "what": "begin", "flow": "c"},
    ]
    rows = [{"id": name, "flow": name, "outcome": "error", "reason": "中断", "ended": "T0"} for name in "abc"]
    found = told_by_evidence({"scenarios": rows, "run": "r"}, records)
    assert found["run"] == "r"
    assert [row["outcome"] for row in found["scenarios"]] == ["ran", "skipped", "error"]
    assert found["scenarios"][0] == {"id": "a", "flow": "a", "outcome": "ran", "reason": "", "ended": "T1"}
    assert found["scenarios"][1]["reason"] == "驱动未提供测试动作: clock"
    assert found["scenarios"][2] == rows[2]


def test_the_replay_command_needs_the_same_options() -> None:
    assert replay_options(".liantiao", "", None, trust=False) == ()
    assert replay_options("h o", "dup-reject", 0, trust=True) == (
        "--home", "h o", "--profile", "dup-reject", "--port", "0", "--trust",
    )  # fmt: skip
    assert replay_options(str(Path.cwd()), "", None, trust=False) == (), "no path of this machine"
    declared = replace(reference_declaration(), options=("--home", "h o"))
    kept = remembered({"declaration": declared.public(), "institution": declared.public()["institution"]})
    assert kept.options == ("--home", "h o")
