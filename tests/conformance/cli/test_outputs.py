"""One real run, then every command that reports on it: JSON alone on stdout, English without Chinese, cp936 without loss."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conformance import cli
from conformance.cli import terminal
from conformance.cli.bench_hospitals import BenchHospital
from conformance.cli.mutants import Result, as_row
from conformance.cli.mutants import show as show_matrix
from conformance.cli.progress_lines import progress
from conformance.cli.run import print_summary
from conformance.cli.serve import show as show_block
from conformance.drivers import manual
from conformance.runner import catalogue
from conformance.runner.control import ControlError
from conformance.runner.run_scenario import Outcome
from simulator.protocol.text.no_answer import no_answer
from simulator.protocol.text.said import Said, chinese

Shown = Callable[..., tuple[int, str, str]]

DECLARATION = """\
schema: 1
institution: {{code: H50999900001, name: Demo, region: "509999"}}
modes: [A]
services: [registration, outpatient, refund, cancel, merge]
driver: {{kind: http, level: 2}}
command: {command}
timers: {{converge_ms: 6000}}
"""


@pytest.fixture(autouse=True)
def chinese_again() -> Iterator[None]:
    yield
    terminal.choose_language([])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place")
    command = json.dumps([sys.executable, "-m", "conformance.reference"])
    (folder / "vendor.yaml").write_text(DECLARATION.format(command=command), encoding="utf-8")
    return folder


@pytest.fixture
def shown(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shown:
    """Invoke in the folder of the run: exit code, stdout, stderr."""
    monkeypatch.chdir(place)
    monkeypatch.delenv("LIANTIAO_LANG", raising=False)

    def invoke(*arguments: str) -> tuple[int, str, str]:
        code = cli.invoke(list(arguments))
        both = capsys.readouterr()
        (both.out + both.err).encode("cp936")
        return code, both.out, both.err

    return invoke


RUN_KEYS = {"run", "folder", "conclusion", "scenarios", "reports", "elapsed_s"}


@pytest.mark.golden
def test_a_run_and_everything_that_reports_on_it(place: Path, shown: Shown) -> None:
    code, out, err = shown("run", "--only", "pay/clinic_mixed", "--json", "--lang", "en")
    summary = json.loads(out)
    assert (code, summary["conclusion"]["id"]) == (0, "selected")
    assert set(summary) >= RUN_KEYS
    assert summary["scenarios"] == {"pay/clinic_mixed": "ran"}
    assert "starting the simulator" in err
    assert not chinese(err)
    folder = summary["folder"]

    code, out, err = shown("judge", folder, "--json")
    assert code == 0
    assert set(json.loads(out)) >= RUN_KEYS
    for language in ("zh", "en"):
        code, out, err = shown("judge", "last", "--lang", language)
        assert ("conclusion: selection passed" if language == "en" else "结论: 所选通过") in out
        assert language == "zh" or not chinese(out + err)

    code, out, err = shown("report", folder, "--json")
    assert (code, err) == (0, "")
    assert set(json.loads(out)) == {"html", "docx", "json"}
    assert '<html lang="en"' in (place / folder / "report.en.html").read_text(encoding="utf-8") or shown(
        "report", folder, "--lang", "en"
    )

    code, out, err = shown("verify", folder, "--json")
    assert (code, err) == (0, "")
    assert set(json.loads(out)) == {"folder", "ok", "checks"}
    assert not chinese(shown("verify", folder, "--lang", "en")[1])

    keys = ["--keys", next(str(path) for path in (place / ".liantiao").glob("vendors/*.json"))]
    sealed = [path for path in sorted((place / folder / "raw").glob("*.json")) if sealed_record(path)]
    found = [json.loads(shown("explain", str(path), "--json", *keys)[1]) for path in sealed]
    assert {(one["kind"], one["sender"]) for one in found} == {
        ("request", "institution"), ("response", "platform"), ("request", "platform"),
    }  # fmt: skip
    assert all("sign.verify" in [fact["n"] for fact in one["facts"] if fact["ok"]] for one in found)


def sealed_record(path: Path) -> bool:
    import base64

    raw = base64.b64decode(json.loads(path.read_text(encoding="utf-8"))["raw"])
    return b'"signData"' in raw


def test_init_doctor_keys_in_english_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = str(one.getsockname()[1])
    assert cli.invoke(["init", "--lang", "en", "--name", "Demo", "--port", port]) == 0
    assert not chinese(capsys.readouterr().out)
    assert not chinese(Path("vendor.yaml").read_text(encoding="utf-8"))
    assert cli.invoke(["init", "--force", "--json", "--port", port]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"declaration", "vendor_block", "driver_token"}
    Path("vendor.yaml").read_text(encoding="utf-8").encode("cp936")
    for arguments in (["doctor"], ["doctor", "--driver"]):
        assert cli.invoke([*arguments, "--lang", "en"]) == 2
        shown = capsys.readouterr()
        assert not chinese(shown.out + shown.err)
        assert cli.invoke(arguments) == 2
        capsys.readouterr().out.encode("cp936")
        assert cli.invoke([*arguments, "--json"]) == 2
        shown = capsys.readouterr()
        assert shown.err == "", "nothing is started for a driver that is not there"
        rows = json.loads(shown.out)
        assert {frozenset(row) for row in rows} == {frozenset({"id", "name", "state", "text"})}
        assert all(row["id"].isascii() for row in rows)
    assert cli.invoke(["keys", "show", "--lang", "en"]) == 0
    assert not chinese(capsys.readouterr().out)
    assert cli.invoke(["keys", "show", "--json"]) == 0
    json.loads(capsys.readouterr().out)


SCENARIO = catalogue.scenario("pay/account_only")
SLOW = Said("驱动口 {}: {}", "http://127.0.0.1:9", no_answer(TimeoutError(), 10))
MANIFEST: dict[str, Any] = {
    "run": "r",
    "scenarios": [
        Outcome(replace(SCENARIO, id=f"pay/{number}"), f"pay/{number}", outcome, reason).as_json()
        for number, (outcome, reason) in enumerate(
            [
                ("ran", ""),
                ("error", Said("第 {} 步需要 {}, 但 {} 的应答是: {}", 3, "$处方.result.bill_id", "处方", SLOW)),
                ("error", Said("建档 create_patient 被拒绝: {} {}", "OTHER", "no")),
                ("error", Said("模拟器: {}", ControlError("POST /control/runs", 404, Said("run: 没有打开的运行 {}", "r")))),
                *[("error", Said("liantiao 自身错误: {}: {}", "KeyError", "'x'"))] * 20,
            ]
        )
    ],
    "conclusion": {"text": "不通过", "exit": 1, "must_executed": 3, "must_applicable": 60,
                   "counts": dict.fromkeys(("pass", "warn", "fail", "error", "waiting", "skip", "review", "n/a"), 2)},
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_summary_and_the_progress(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.choose_language(["--lang", language])
    print_summary(tmp_path, MANIFEST, 12.34)
    for name in ("simulator", "vendor", "scenarios"):
        progress("stage", {"name": name})
    progress("waiting", {"text": manual.countdown("6202", 25)})
    progress("scenario", {"id": "pay/x", "title": "诊间缴费", "title_en": "clinic", "outcome": "skipped",
                                  "reason": Said("驱动未提供测试动作: {}", "clock"), "done": 3, "total": 40})  # fmt: skip
    shown = capsys.readouterr()
    (shown.out + shown.err).encode("cp936")
    text = (shown.out + shown.err).replace("$处方.result.bill_id", "").replace("处方", "")
    assert language == "zh" or not chinese(text)
    assert ("[ 3/40] not run pay/x  clinic  the driver lacks the hook: clock" in text) == (language == "en")
    assert ("另有 13 个场景出错" in text) == (language == "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_kill_matrix(language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    terminal.choose_language(["--lang", language])
    healthy = Result(BenchHospital("healthy"), passed={"PAY-SUM-001"})
    alarm = Result(
        BenchHospital("wire_order"),
        failed={"PAY-SUM-001": "pay/x: 1"},
        broken=[Said("{}: {}", "pay/y", Said("模拟器: {}", "x"))],
    )
    caught = Result(
        BenchHospital("sign_der", "sign_der", caught_by=("ENV-SIGN-002",)),
        failed={"ENV-SIGN-002": "pay/x: DER", "ENV-SIGN-001": "pay/x: DER"},
    )
    missed = Result(BenchHospital("float_amount", "float_amount", caught_by=("PAY-BILL-001",)))
    show_matrix([healthy, alarm, caught, missed], ["PAY-BILL-001"], [["one", "other"]], tmp_path, 1.0)
    text = capsys.readouterr().out
    text.encode("cp936")
    assert "BAD wire_order" in text
    assert "ok  sign_der" in text
    assert "one" in text, "mutants that fail alike are named"
    assert language == "zh" or not chinese(text)
    row = as_row(missed)
    assert set(row) == {
        "name",
        "kind",
        "good",
        "caught_by",
        "caught",
        "missed",
        "collateral",
        "pairs",
        "by_simulator",
        "failed",
        "errors",
        "broken",
        "verdicts",
        "seconds",
    }
    json.dumps(row)


def test_serve_prints_one_document_for_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    block = {"orgCodg": "H1", "orgName": "Demo", "region": "509999", "paths": {"6201": "/x"}}
    ready, token = SimpleNamespace(listen="http://127.0.0.1:1", base="http://sim.example"), tmp_path / "token"
    terminal.choose_language(["--lang", "en"])
    show_block(ready, [block], token)
    shown = capsys.readouterr()
    assert not chinese(shown.out + shown.err)
    assert f"control token: {token}\n" in shown.out
    terminal.choose_language([])
    show_block(ready, [block], token)
    shown = capsys.readouterr()
    (shown.out + shown.err).encode("cp936")


def test_a_real_chinese_console_shows_every_character() -> None:
    """A process whose console is cp936 and strict, as on a Chinese Windows."""
    code = "import sys; from conformance.cli import main; main(sys.argv[1:])"
    environment = {**os.environ, "PYTHONIOENCODING": "cp936:strict", "PYTHONUTF8": "0"}
    environment.pop("LIANTIAO_LANG", None)
    for arguments in (["--help"], ["list", "faults"], ["list", "coverage"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, check=True
        )
        text = done.stdout.decode("cp936")
        assert chinese(text)
        assert "?" not in text
