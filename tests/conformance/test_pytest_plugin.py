"""One item per (scenario x requirement): node ids, outcomes, JUnit, Allure, known deviations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from evidence_writer import Writer, message

from simulator.protocol.text.said import Said, stored

pytest_plugins = ["pytester"]

PLUGINS = ("-p", "no:randomly", "-p", "no:cacheprovider")


def row(requirement: str, verdict: str, scenario: str = "pay/clinic_mixed", **more: Any) -> dict[str, Any]:
    return {
        "schema": 1, "scenario": scenario, "scenario_title": "混合支付", "flow": scenario, "requirement": requirement,
        "group": "SEC", "level": "MUST", "title": "签名可验证", "clause": "中心表 4", "cases": ["MP-SEC-01"],
        "verdict": verdict, "expected": "签名通过", "observed": "签名不符", "records": [3], "domain": "vendor",
        "cause": "排序忽略大小写", "confirm": "看记录 3", "fix": "按字节排序", "replay": "liantiao run --only x", **more,
    }  # fmt: skip


@pytest.fixture
def run(pytester: pytest.Pytester) -> Path:
    folder = pytester.path / "runs" / "r1"
    folder.mkdir(parents=True)
    manifest = {"ended": "2026-11-22T15:00:00+08:00", "declaration": {"deviations": []}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    told = Writer()
    for _ in range(3):
        told.add("message", **message("6302", "request", {"feeSumamt": "60.00"}, ours=True))
    (folder / "evidence.jsonl").write_bytes(b"".join(told.lines()))
    return folder


def write(folder: Path, *rows: dict[str, Any]) -> None:
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)
    (folder / "verdicts.jsonl").write_text(text, encoding="utf-8")


def deviate(folder: Path, requirement: str, until: str) -> None:
    known = {"requirement": requirement, "owner": "李工", "until": until, "comment": "下一版本"}
    manifest = {"ended": "2026-11-22T15:00:00+08:00", "declaration": {"deviations": [known]}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_every_verdict_becomes_its_outcome(pytester: pytest.Pytester, run: Path) -> None:
    write(run, *(row(f"ENV-SIGN-{n:03}", verdict) for n, verdict in enumerate(("pass", "warn", "fail", "error", "waiting", "skip", "review", "n/a"), 1)))  # fmt: skip
    result = pytester.runpytest_subprocess(*PLUGINS, "--liantiao-run", str(run), "-v", "-rs")
    result.assert_outcomes(passed=2, failed=1, errors=2, skipped=3)
    result.stdout.fnmatch_lines(["*pay/clinic_mixed::ENV-SIGN-001*PASSED*"])
    result.stdout.fnmatch_lines(["*未执行: 签名不符*", "*待人工确认*", "*不适用*"], consecutive=False)


def test_a_failure_shows_the_finding_and_no_traceback(pytester: pytest.Pytester, run: Path) -> None:
    write(run, row("ENV-SIGN-001", "fail"))
    result = pytester.runpytest_subprocess(*PLUGINS, "--liantiao-run", str(run))
    text = result.stdout.str()
    for part in (
        "条款: 中心表 4",
        "应为: 签名通过",
        "实为: 签名不符",
        "证据记录: 3",
        "可能原因: 排序忽略大小写",
        "如何修改: 按字节排序",
        "复现命令",
    ):
        assert part in text
    assert "Traceback" not in text
    assert "pytest_plugin.py" not in text


def test_the_finding_is_english_where_the_user_is(
    pytester: pytest.Pytester, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = stored("observed", Said("6201 为 {}, 6202 为 {}", "B1", "B2"))
    write(
        run, row("PAY-BATCH-001", "fail", title_en="Same batch", **said), row("PAY-SUM-001", "skip", **said)
    )
    monkeypatch.setenv("LIANTIAO_LANG", "en")
    result = pytester.runpytest_subprocess(*PLUGINS, "--liantiao-run", str(run), "-rs")
    result.stdout.fnmatch_lines(["PAY-BATCH-001 [[]MUST] Same batch", "*observed: 6201 has B1, 6202 has B2"])
    result.stdout.fnmatch_lines(["*not run: 6201 has B1, 6202 has B2*"])
    monkeypatch.setenv("LIANTIAO_LANG", "zh")
    pytester.runpytest_subprocess(*PLUGINS, "--liantiao-run", str(run)).stdout.fnmatch_lines(
        ["*实为: 6201 为 B1, 6202 为 B2"]
    )


def test_what_was_not_judged_shows_the_finding_and_no_traceback(pytester: pytest.Pytester, run: Path) -> None:
    write(run, row("ENV-SIGN-001", "error"), row("ENV-SIGN-002", "waiting"))
    files = ("--junitxml", str(run / "junit.xml"), "--alluredir", str(run / "allure"))
    result = pytester.runpytest_subprocess(*PLUGINS, "--liantiao-run", str(run), *files)
    result.assert_outcomes(errors=2)
    shown = [result.stdout.str(), (run / "junit.xml").read_text(encoding="utf-8")]
    shown += [path.read_text(encoding="utf-8") for path in (run / "allure").glob("*-result.json")]
    assert len(shown) == 4
    for text in shown:
        assert "如何修改: 按字节排序" in text
        assert "_pytest" not in text
        assert "runner.py" not in text


def test_junit_and_allure_come_from_pytest(pytester: pytest.Pytester, run: Path) -> None:
    write(run, row("ENV-SIGN-001", "fail"), row("PAY-SUM-001", "pass", group="PAY", level="SHOULD"))
    pytester.runpytest_subprocess(
        *PLUGINS,
        "--liantiao-run",
        str(run),
        "--junitxml",
        str(run / "junit.xml"),
        "--alluredir",
        str(run / "allure"),
    )
    cases = {
        case.get("name").split()[0]: case for case in ElementTree.parse(run / "junit.xml").iter("testcase")
    }
    assert cases["ENV-SIGN-001"].get("classname") == "pay.clinic_mixed"
    assert cases["ENV-SIGN-001"].find("failure") is not None
    assert cases["PAY-SUM-001"].find("failure") is None
    found = [json.loads(path.read_text(encoding="utf-8")) for path in (run / "allure").glob("*-result.json")]
    by_name = {one["name"].split()[0]: one for one in found}
    labels = {(label["name"], label["value"]) for label in by_name["ENV-SIGN-001"]["labels"]}
    assert {
        ("epic", "安全"),
        ("feature", "MP-SEC-01"),
        ("story", "混合支付 (pay/clinic_mixed)"),
        ("severity", "critical"),
    } <= labels
    assert ("severity", "normal") in {
        (label["name"], label["value"]) for label in by_name["PAY-SUM-001"]["labels"]
    }
    attached = run / "allure" / by_name["ENV-SIGN-001"]["attachments"][0]["source"]
    assert json.loads(attached.read_text(encoding="utf-8"))["view"]["data"] == {"feeSumamt": "60.00"}


def test_a_known_deviation_is_expected_to_fail_and_fails_when_it_does_not(
    pytester: pytest.Pytester, run: Path
) -> None:
    write(run, row("ENV-SIGN-001", "fail"))
    deviate(run, "ENV-SIGN-001", "2026-12-31")
    pytester.runpytest_subprocess(*PLUGINS, "--liantiao-run", str(run)).assert_outcomes(xfailed=1)
    write(run, row("ENV-SIGN-001", "pass"))
    pytester.runpytest_subprocess(*PLUGINS, "--liantiao-run", str(run)).assert_outcomes(failed=1)


def test_an_expired_deviation_is_none(pytester: pytest.Pytester, run: Path) -> None:
    write(run, row("ENV-SIGN-001", "fail"))
    deviate(run, "ENV-SIGN-001", "2026-11-21")
    pytester.runpytest_subprocess(*PLUGINS, "--liantiao-run", str(run)).assert_outcomes(failed=1)


def test_items_can_be_chosen_and_only_the_run_is_collected(pytester: pytest.Pytester, run: Path) -> None:
    pytester.makepyfile("def test_of_somebody_else(): assert False")
    write(
        run, row("ENV-SIGN-001", "fail"), row("PAY-SUM-001", "pass"), row("PAY-SUM-001", "pass", "pay/other")
    )
    result = pytester.runpytest_subprocess(*PLUGINS, "--liantiao-run", str(run), "-k", "PAY-SUM-001")
    result.assert_outcomes(passed=2, deselected=1)


def test_a_folder_that_is_not_judged_is_one_line(pytester: pytest.Pytester, run: Path) -> None:
    result = pytester.runpytest_subprocess(*PLUGINS, "--liantiao-run", str(run))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *verdicts.jsonl: 没有判定*"])


def test_a_wrong_declaration_is_one_line(pytester: pytest.Pytester) -> None:
    file = pytester.path / "vendor.yaml"
    file.write_text("schema: 9\n", encoding="utf-8")
    result = pytester.runpytest_subprocess(*PLUGINS, "--liantiao-declaration", "vendor.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: vendor.yaml:1: *"])


def test_without_its_options_the_plugin_does_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import sys\ndef test_light(): assert 'conformance.runner' not in sys.modules")
    pytester.runpytest_subprocess(*PLUGINS).assert_outcomes(passed=1)


def test_results_have_names_that_a_person_reads_and_the_time_of_the_flow(
    pytester: pytest.Pytester, run: Path
) -> None:
    begun, ended = "2026-11-22T15:00:00.000+08:00", "2026-11-22T15:00:04.000+08:00"
    scenario = {
        "id": "pay/clinic_mixed",
        "flow": "pay/clinic_mixed",
        "title": "诊间混合支付",
        "started": begun,
        "ended": ended,
    }
    manifest = {
        "run": "r1",
        "institution": {"code": "H1"},
        "started": begun,
        "ended": ended,
        "scenarios": [scenario],
    }
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    write(
        run, row("ENV-SIGN-001", "fail", observed=f"见 {run / 'evidence.jsonl'}"), row("PAY-SUM-001", "skip")
    )
    files = ("--junitxml", str(run / "junit.xml"), "--alluredir", str(run / "allure"))
    pytester.runpytest_subprocess(*PLUGINS, "--liantiao-run", str(run), *files)

    root = ElementTree.parse(run / "junit.xml").getroot()
    suite = root.find("testsuite")
    assert root.get("name") == "liantiao H1 r1"
    assert (suite.get("name"), suite.get("time")) == ("诊间混合支付 (pay/clinic_mixed)", "4.000")
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["2", "1", "0", "1"]
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == ["ENV-SIGN-001 签名可验证", "PAY-SUM-001 签名可验证"]
    assert sum(float(case.get("time")) for case in cases) == pytest.approx(4.0)
    said = [(one.get("name"), one.get("value")) for one in cases[0].iter("property")]
    assert {
        ("requirement", "ENV-SIGN-001"),
        ("level", "MUST"),
        ("case", "MP-SEC-01"),
        ("records", "3"),
    } <= set(said)

    results = [
        json.loads(path.read_text(encoding="utf-8")) for path in (run / "allure").glob("*-result.json")
    ]
    for one in results:
        labels = {label["name"]: label["value"] for label in one["labels"]}
        assert (one["stop"] - one["start"], labels["suite"]) == (4000, "诊间混合支付 (pay/clinic_mixed)")
        assert (labels["level"], labels["requirement"]) == ("MUST", one["name"].split()[0])
        assert not {"host", "thread", "package"} & labels.keys()
    for text in ((run / "junit.xml").read_text(encoding="utf-8"), json.dumps(results)):
        assert str(run) not in text
        assert str(pytester.path) not in text
