"""The product as a user has it: real processes, a declaration, exit codes, every file of a run folder."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from conformance import cli

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.golden

DECLARATION = """\
schema: 1
institution: {{code: H50999900001, name: 联调示范医院, region: "509999"}}
modes: [A]
services: [registration, outpatient, refund, cancel, merge]
driver: {{kind: http, level: 2, hooks: [clock, fail_booking]}}
command: {command}
timers: {{converge_ms: 6000}}
"""
SCENARIOS = ("pay/clinic_mixed", "identity/refuse_then_agree", "refund/all_mixed")


def declare(folder: Path, *more: str) -> Path:
    command = [sys.executable, "-m", "conformance.reference", *more]
    file = folder / "vendor.yaml"
    file.write_text(DECLARATION.format(command=json.dumps(command)), encoding="utf-8")
    return file


def run(folder: Path, *more: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    arguments = ["run", "--declaration", str(folder / "vendor.yaml"), "--home", str(folder / "home")]
    code = cli.invoke([*arguments, "--runs", str(folder / "runs"), "--json", "--trust", *more])
    shown = capsys.readouterr()
    return code, json.loads(shown.out) if shown.out else {"error": shown.err}


def verdicts(summary: dict[str, Any]) -> list[dict[str, Any]]:
    text = (Path(summary["folder"]) / "verdicts.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def only(*names: str) -> list[str]:
    return [part for name in names for part in ("--only", name)]


def test_a_healthy_vendor_passes_what_was_selected_and_is_not_called_passed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(tmp_path)
    code, summary = run(tmp_path, *only(*SCENARIOS), capsys=capsys)
    assert (code, summary["conclusion"]["text"]) == (0, "所选通过"), summary
    assert summary["scenarios"] == dict.fromkeys(SCENARIOS, "ran")
    rows = verdicts(summary)
    assert {row["verdict"] for row in rows} <= {"pass", "n/a", "skip"}
    folder = Path(summary["folder"])
    names = {path.name for path in folder.iterdir()}
    assert {"manifest.json", "evidence.jsonl", "verdicts.jsonl", "report.html", "report.docx", "report.json",
            "junit.xml", "allure", "raw"} <= names  # fmt: skip
    cases = list(ElementTree.parse(folder / "junit.xml").iter("testcase"))
    assert len(cases) == len(rows)
    assert len(list((folder / "allure").glob("*-result.json"))) == len(rows)
    records = [
        json.loads(line) for line in (folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    seals = [record["what"] for record in records if record["kind"] == "seal"]
    assert seals == ["judge", "report"]
    records = records[: -len(seals)]
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
    bodies = {int(path.stem) for path in (folder / "raw").glob("*.json")}
    assert bodies == {record["seq"] for record in records if record["kind"] == "message"}
    block = json.loads((tmp_path / "home" / "vendors" / "H50999900001.json").read_text(encoding="utf-8"))
    text = (folder / "evidence.jsonl").read_text(encoding="utf-8") + (folder / "manifest.json").read_text(
        encoding="utf-8"
    )
    for secret in ("appSecret", "institutionPrivateKey", "partnerSecret", "driverToken"):
        assert block[secret] not in text

    before = (folder / "verdicts.jsonl").read_bytes()
    assert cli.invoke(["judge", str(folder), "--json"]) == 0
    assert (folder / "verdicts.jsonl").read_bytes() == before
    assert cli.invoke(["report", str(folder)]) == 0
    capsys.readouterr()
    again = ["judge", str(folder), "--from-raw", "--home", str(tmp_path / "home"), "--json"]
    assert cli.invoke(again) == 0
    assert (folder / "verdicts.jsonl").read_bytes() == before, "the same facts, the same verdicts"
    known = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["from_raw"]
    assert (known["differences"], known["without_body"]) == ([], 0)
    assert known["opened"] > 10
    assert cli.invoke(["verify", str(folder)]) == 0
    other = ["judge", str(folder), "--from-raw", "--home", str(tmp_path / "elsewhere")]
    assert cli.invoke(other) == 2
    assert "没有身份, 用 --home 指向该次运行所用的目录" in capsys.readouterr().err


@pytest.mark.parametrize("scheme", ["x-tif", "api", "x-ca"])
def test_behind_a_gateway_and_with_codes_as_numbers_everything_goes_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], scheme: str
) -> None:
    """The options of centre sheet 22 and of contracts 2, from the declaration to the vendor's block and back."""
    options = {"fsi.auth": scheme, "envelope.failure_code": "number", "envelope.response_code": "string"}
    file = declare(tmp_path)
    file.write_text(f"{file.read_text(encoding='utf-8')}profile: {json.dumps(options)}\n", encoding="utf-8")
    code, summary = run(tmp_path, *only("pay/clinic_mixed", "fault/inpatient"), capsys=capsys)
    assert (code, summary["conclusion"]["text"]) == (0, "所选通过"), summary
    text = (Path(summary["folder"]) / "evidence.jsonl").read_text(encoding="utf-8")
    records = [json.loads(line) for line in text.splitlines()]
    signed = [f["ok"] for r in records for f in r.get("facts") or () if f["n"] == "gateway.signature"]
    assert signed
    assert all(signed)
    block = json.loads((tmp_path / "home" / "vendors" / "H50999900001.json").read_text(encoding="utf-8"))
    assert block["gatewaySecret"] not in text
    outcomes = [r.get("outcome") or {} for r in records if r.get("interface") in ("6201", "6202")]
    refused = [one for one in outcomes if one.get("ok") is False]
    assert refused, [r.get("outcome") for r in records if r.get("outcome")]
    assert all(one["code"].isdigit() and one["message"].startswith("LT-") for one in refused), refused


def test_a_vendor_that_signs_wrongly_fails_and_is_told_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(tmp_path, "--mutant", "sign_nocase_sort")
    code, summary = run(tmp_path, *only("pay/clinic_mixed"), capsys=capsys)
    assert code == 1, summary
    found = next(row for row in verdicts(summary) if row["requirement"] == "ENV-SIGN-001")
    assert found["verdict"] == "fail"
    assert found["records"]
    assert found["replay"].startswith("liantiao run")


def test_one_wrong_key_tail_is_one_root_cause_whatever_fails_after_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(tmp_path, "--mutant", "sign_no_key_tail")
    code, summary = run(
        tmp_path, *only("pay/clinic_mixed", "pay/resident", "refund/all_mixed"), capsys=capsys
    )
    assert code == 1, summary
    fails = [row for row in summary["root_causes"] if row["verdict"] == "fail"]
    assert [(row["requirement"], row["flows"]) for row in fails] == [("ENV-SIGN-004", 3)]
    assert fails[0]["fact"] == "sign.cause:no_key_tail"
    assert fails[0]["consequences"]["ENV-SIGN-001"] == 3
    assert "LT-SIGN" in fails[0]["quote"]
    rows = verdicts(summary)
    known = {row["id"] for row in rows}
    assert {row["consequence_of"] for row in rows if "consequence_of" in row} <= known
    others = [
        row for row in rows if row["verdict"] in ("fail", "skip", "error") and "consequence_of" not in row
    ]
    assert {row["requirement"] for row in others} == {"ENV-SIGN-004"}


def test_a_vendor_that_ends_at_once_is_a_set_up_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(tmp_path, "--mutant", "no_such_mutant")
    code, shown = run(tmp_path, capsys=capsys)
    assert code == 2
    assert "被测系统已退出 (退出码 2): --mutant no_such_mutant: 没有这个名字" in shown["error"]["message"]
    assert "Traceback" not in shown["error"]["message"]


def test_doctor_tests_the_contract_of_the_reference_hospital(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = declare(tmp_path)
    code = cli.invoke(
        [
            "doctor",
            "--declaration",
            str(file),
            "--home",
            str(tmp_path / "home"),
            "--driver",
            "--trust",
            "--json",
        ]
    )
    checks = json.loads(capsys.readouterr().out)
    assert code == 0, checks
    assert [check for check in checks if check["state"] == "bad"] == []
    assert len(checks) >= 10


def test_a_mutant_is_caught(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.invoke(["mutants", "--only", "float_amount", "--only", "sign_der", "--json"]) == 0
    matrix = json.loads(capsys.readouterr().out)
    assert {row["name"]: row["caught"] for row in matrix["results"]} == {
        "float_amount": ["PAY-BILL-001"],
        "sign_der": ["ENV-SIGN-002"],
    }


def test_pytest_runs_a_declaration(pytester: pytest.Pytester) -> None:
    declare(pytester.path)
    result = pytester.runpytest_subprocess(
        "-p", "no:randomly", "--liantiao-declaration", "vendor.yaml", "--liantiao-only", "pay/all_own_pay"
    )
    outcomes = result.parseoutcomes()
    assert result.ret == 0
    assert outcomes["passed"] > 10
    assert "failed" not in outcomes


def test_a_scenario_asked_for_twice_runs_twice_and_is_judged_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declare(tmp_path)
    _, summary = run(tmp_path, *only("pay/clinic_mixed", "pay/clinic_mixed"), capsys=capsys)
    flows = ["pay/clinic_mixed", "pay/clinic_mixed#2"]
    assert summary["scenarios"] == dict.fromkeys(flows, "ran")
    rows = verdicts(summary)
    assert {row["scenario"] for row in rows} == {"pay/clinic_mixed"}
    once, again = ([row for row in rows if row["flow"] == flow] for flow in flows)
    assert [(row["requirement"], row["verdict"]) for row in once] == [
        (row["requirement"], row["verdict"]) for row in again
    ]
    assert not {*once[0]["records"]} & {*again[0]["records"]}
    folder = Path(summary["folder"])
    left = [json.loads(line) for line in (folder / "flows.idx.jsonl").read_bytes().splitlines()]
    assert sorted(row["flow"] for row in left) == flows
    assert {row["orders"][0]["booked"] for row in left} == {1}
    assert len({row["orders"][0]["order"] for row in left}) == 2
    reported = json.loads((folder / "report.json").read_text(encoding="utf-8"))["scenarios"]
    assert [(row["flow"], row["verdict"]) for row in reported] == [(flow, "pass") for flow in flows]
    names = [case.get("name") for case in ElementTree.parse(folder / "junit.xml").iter("testcase")]
    assert len(names) == len(set(names)) == len(rows)


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of the run but the raw bodies; what a docx holds inside."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or "raw" in path.relative_to(folder).parts:
            continue
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    yield f"{path.name}/{name}", packed.read(name).decode("utf-8", "replace")
        else:
            yield path.name, path.read_text(encoding="utf-8", errors="replace")


def test_a_vendor_that_prints_ids_puts_none_into_the_run_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    script, seen = Path(__file__).with_name("talkative_hospital.py"), tmp_path / "seen.jsonl"
    monkeypatch.setenv("SEEN_FILE", str(seen))
    file = declare(tmp_path)
    text = file.read_text(encoding="utf-8").splitlines()
    text = [
        f"command: {json.dumps([sys.executable, str(script)])}" if line.startswith("command:") else line
        for line in text
    ]
    file.write_text("\n".join([*text, "artefacts: {logs: [stdout]}"]) + "\n", encoding="utf-8")
    names = ("pay/clinic_mixed", "identity/refuse_then_agree", "identity/foreign", "refund/all_mixed")
    _, summary = run(tmp_path, *only(*names), capsys=capsys)
    folder = Path(summary["folder"])
    values = {json.loads(line) for line in seen.read_text(encoding="utf-8").splitlines()} - {""}
    assert len(values) > 15, "the vendor did print"
    found = [(name, value) for name, text in contents(folder) for value in values if value in text]
    assert found == []
    records = [
        json.loads(line) for line in (folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    leaks = [fact["d"] for record in records for fact in record.get("facts") or () if fact["n"] == "leak"]
    assert {"name", "id_no", "openid", "psn_no", "code"} <= {leak["kind"] for leak in leaks}
    assert all(leak["count"] >= 1 and leak["field"] for leak in leaks)
    printed = (folder / "vendor.log").read_text(encoding="utf-8")
    assert printed.count("pay ") > 10, "the output that may be handed in is there, with its values replaced"
    assert any(value in (folder / "raw" / "vendor.log").read_text(encoding="utf-8") for value in values)
    failed = {line["requirement"] for line in verdicts(summary) if line["verdict"] == "fail"}
    assert {"PRV-LOG-001", "PRV-LOG-002", "PRV-LOG-003", "PRV-SCREEN-001"} <= failed

    again = ["judge", str(folder), "--from-raw", "--home", str(tmp_path / "home"), "--json"]
    cli.invoke(again)
    known = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["from_raw"]
    assert (known["differences"], known["without_body"]) == ([], 0), (
        "what the writer added is no fact of the message"
    )


DEAF = """
RESULTS = {
    "hospital_info": {"code": "H50999900001", "name": "院", "region": "509999", "services": ["outpatient"], "contract": 1},
    "create_patient": {"patient_id": "1", "created": True},
    "prescribe": {"bill_id": "B1", "total": 6000},
    "pay": {"order_state": "paid", "amounts": {"total": 6000, "cash": 6000, "account": 0, "fund": 0}},
}


def act(action, request):
    if action not in RESULTS:
        raise NotImplementedError
    return {"state": "done", "result": RESULTS[action], "refs": {}, "patient_message": "支付成功", "patient_state": "success"}
"""


def test_a_vendor_that_speaks_to_another_simulator_is_a_set_up_error_that_says_where_the_run_listened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "deaf.py").write_text(DEAF, encoding="utf-8")
    (tmp_path / "vendor.yaml").write_text(
        "schema: 1\ninstitution: {code: H50999900001, name: 院, region: '509999'}\nmodes: [A]\nservices: [outpatient]\n"
        "driver: {kind: python, level: 1, module: deaf.py}\nendpoints: {notify_6302: none}\nquiet_ms: 300\n",
        encoding="utf-8",
    )
    code, summary = run(
        tmp_path, "--port", "0", *only("pay/clinic_mixed", "refund/two_credentials"), capsys=capsys
    )
    assert (code, summary["conclusion"]["id"]) == (2, "error"), summary
    (found,) = [row for row in verdicts(summary) if row["verdict"] not in ("skip", "n/a")]
    assert (found["requirement"], found["domain"]) == ("RUN-HEARD-001", "configuration")
    begin = json.loads(
        (Path(summary["folder"]) / "evidence.jsonl").read_text(encoding="utf-8").splitlines()[0]
    )
    assert begin["d"]["listen"].startswith("http://127.0.0.1:")
    assert begin["d"]["listen"] in found["observed"]
    assert begin["d"]["listen"] in summary["conclusion"]["notes"][0]
    assert cli.invoke(["verify", summary["folder"]]) == 0
    assert cli.invoke(["judge", summary["folder"], "--json"]) == 2
    assert found["observed"] in (Path(summary["folder"]) / "verdicts.jsonl").read_text(encoding="utf-8")


def test_where_nobody_clicks_the_run_is_incomplete_and_nothing_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    (tmp_path / "vendor.yaml").write_text(
        "schema: 1\ninstitution: {code: H50999900001, name: 院, region: '509999'}\nmodes: [A]\nservices: [outpatient]\n"
        "driver: {kind: manual, level: 1}\nendpoints: {notify_6302: none}\nquiet_ms: 300\n",
        encoding="utf-8",
    )
    code, summary = run(tmp_path, "--port", "0", *only("pay/clinic_mixed", "fault/inpatient"), capsys=capsys)
    assert (code, summary["conclusion"]["id"]) == (3, "incomplete"), summary
    assert {row["verdict"] for row in verdicts(summary)} <= {"skip", "n/a"}


def test_a_run_that_cannot_succeed_ends_early_with_one_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The likeliest first mistake: the key is not appended to the signed text."""
    file = declare(tmp_path, "--mutant", "sign_no_key_tail")
    file.write_text(file.read_text(encoding="utf-8") + "parallel: 1\n", encoding="utf-8")
    chosen = only(
        "pay/clinic_mixed",
        "pay/pure_insurance",
        "pay/resident",
        "pay/merged",
        "refund/all_mixed",
        "pay/walk_away",
    )
    code, summary = run(tmp_path, *chosen, capsys=capsys)
    assert (code, summary["conclusion"]["id"]) == (1, "fail")
    assert sorted(summary["scenarios"].values()) == ["ran"] * 3 + ["skipped"] * 3, "the fourth has not begun"
    assert [one["requirement"] for one in summary["findings"] if not one["caused_by"]] == ["ENV-SIGN-004"]
    left = [row for row in verdicts(summary) if row["verdict"] == "skip" and "提前结束" in row["observed"]]
    assert left
    assert all(row.get("offered", True) for row in left), "stopped early is open, not out of reach"
    assert any("提前结束" in note for note in summary["conclusion"]["notes"])


def test_keep_going_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wishes: list[Any] = []
    monkeypatch.setattr(
        sys.modules["conformance.cli.run"], "execute", lambda wish, **_: wishes.append(wish) or 0
    )
    arguments = ["run", "--declaration", str(declare(tmp_path)), "--home", str(tmp_path / "home"), "--trust"]
    cli.invoke(arguments)
    cli.invoke([*arguments, "--keep-going"])
    assert [wish.keep_going for wish in wishes] == [False, True]
