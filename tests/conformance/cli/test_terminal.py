"""A user's mistake is one line and an exit code; help is in both languages with an example."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from conformance import cli
from conformance.cli import loaded, terminal
from conformance.conclusion import CASE_COUNTS
from simulator.protocol.text.said import Said


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIANTIAO_LANG", raising=False)


@pytest.mark.parametrize("language, word", [("zh", "示例"), ("en", "Example")])
@pytest.mark.parametrize("command", [command.name for command in loaded()])
def test_every_command_has_help_with_an_example(
    command: str, language: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.invoke([command, "--help", "--lang", language]) == 0
    text = capsys.readouterr().out
    assert word in text
    assert f"liantiao {command}" in text
    assert " | " not in text.split("Options")[0]


def test_english_help_has_no_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    cli.invoke(["--lang", "en", "--help"])
    assert capsys.readouterr().out.isascii()


@pytest.mark.parametrize(
    "arguments, line",
    [
        (["run"], "错误: vendor.yaml: 读不到 (用 liantiao init 生成一份)"),
        (["run", "--declaration", "bad.yaml"], "错误: bad.yaml:1: schema: 写成 1 (现在是 3)"),
        (["doctor", "--declaration", "bad.yaml"], "错误: bad.yaml:1: schema"),
        (["judge", "nowhere"], "错误: nowhere: 不是运行目录"),
        (["judge", "last"], "错误: runs: 还没有运行"),
        (["report", "nowhere"], "错误: nowhere: 不是运行目录"),
        (["explain", "gone.json", "--vendor", "v.json"], "错误: gone.json: 读不到"),
        (["explain", "body.json", "--vendor", "v.json"], "错误: appId: 缺少"),
        (["explain", "body.json"], "错误: .liantiao: 用 --keys 指明接入参数文件"),
        (["mutants", "--only", "nobody"], "错误: --only: 没有 nobody"),
        (["list", "nothing"], "错误: "),
        (["fly"], "错误: 没有命令 fly"),
        (["demo", "--plan", "Z"], "错误: scenarios/plans/Z.yaml: 没有计划 Z"),
        (["run", "--declaration", "python.yaml"], "错误: python.yaml: 读不到"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.yaml").write_text("schema: 3\n", encoding="utf-8")
    Path("body.json").write_text("{}", encoding="utf-8")
    Path("v.json").write_text("{}", encoding="utf-8")
    assert cli.invoke(arguments) == 2
    shown = capsys.readouterr()
    assert shown.err.splitlines()[0].startswith(line)
    assert "Traceback" not in shown.err + shown.out


def test_the_same_mistake_in_english_names_the_same_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.invoke(["judge", "nowhere", "--lang", "en"]) == 2
    assert capsys.readouterr().err.startswith("error: nowhere:")


def test_init_writes_what_doctor_accepts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.invoke(["init", "--json"]) == 0
    written = json.loads(capsys.readouterr().out)
    block = json.loads(Path(written["vendor_block"]).read_text(encoding="utf-8"))
    assert block["driverToken"] == written["driver_token"]
    assert block["paths"]["6201"].startswith("/")
    assert cli.invoke(["init"]) == 2
    monkeypatch.delenv("LIANTIAO_DRIVER_TOKEN", raising=False)
    capsys.readouterr()
    assert cli.invoke(["doctor", "--json"]) == 2
    checks = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    both = "驱动地址、通知地址"
    assert {name for name, one in checks.items() if one["state"] == "bad"} == {both}
    assert checks["密钥"]["state"] == "ok"
    assert "连不上" in checks[both]["text"]


def test_the_persons_for_the_vendor_to_load_are_written_once_and_before_a_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli.invoke(["init"])
    file = Path("vendor.yaml")
    text = file.read_text(encoding="utf-8").replace("persons: created", "persons: {import: persons.csv}")
    file.write_text(text + "parallel: 3\n", encoding="utf-8")
    capsys.readouterr()
    assert cli.invoke(["run"]) == 2
    line = "错误: persons.csv: persons.import: 已写 3 名合成人员, 请导入被测系统, 然后再次运行"
    assert capsys.readouterr().err.splitlines() == [line]
    table = Path("persons.csv").read_text(encoding="utf-8")
    assert len(table.splitlines()) == 4
    cli.invoke(["doctor", "--json"])
    checks = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert checks["测试人员"]["text"] == "名单 3 名, 同时运行 3 个场景"
    assert Path("persons.csv").read_text(encoding="utf-8") == table
    Path("persons.csv").unlink()
    cli.invoke(["doctor", "--json"])
    checks = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert checks["测试人员"]["state"] == "hint"
    assert Path("persons.csv").is_file()


def test_doctor_says_what_is_declared_and_not_used(capsys: pytest.CaptureFixture[str]) -> None:
    cli.invoke(["init"])
    file = Path("vendor.yaml")
    text = file.read_text(encoding="utf-8").replace("# artefacts:", "artefacts:").replace("# ui:", "ui:")
    text = text.replace("endpoints:\n", 'endpoints:\n  front_end: "http://127.0.0.1:1"\n', 1)
    file.write_text(text, encoding="utf-8")
    capsys.readouterr()
    cli.invoke(["doctor", "--json"])
    checks = {one["name"]: one["text"] for one in json.loads(capsys.readouterr().out)}
    assert checks["artefacts"].startswith("logs 里的 stdout 只在由 liantiao 启动被测系统")
    assert checks["未使用"] == "front_end, artefacts.front_end, ui: 已登记, 本版本不使用"


def test_doctor_names_a_key_pair_that_does_not_belong_together(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANTIAO_DRIVER_TOKEN", "t")
    cli.invoke(["init"])
    file = Path(".liantiao/identities.json")
    content = json.loads(file.read_text(encoding="utf-8"))
    own = content["institutions"]["H50999900001"]["credentials"]["sealed"]
    own["public"] = content["platform"]["sealed"]["public"]
    file.write_text(json.dumps(content), encoding="utf-8")
    capsys.readouterr()
    assert cli.invoke(["doctor", "--json"]) == 2
    checks = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert checks["密钥"]["state"] == "bad"
    assert "换成同一对" in checks["密钥"]["text"]


@pytest.mark.parametrize(
    "driver", ["{kind: python, module: d.py}", "{kind: command, command: [d]}", "{kind: http}"]
)
def test_a_foreign_declaration_does_not_execute_code(
    driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "vendor.yaml").write_text(
        f"schema: 1\ninstitution: {{code: H50999900001}}\ndriver: {driver}\ncommand: [d]\nendpoints: {{notify_6302: none}}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(here)
    for arguments in (["run"], ["doctor", "--driver"]):
        assert cli.invoke([*arguments, "--declaration", "../vendor.yaml"]) == 2
        assert "--trust" in capsys.readouterr().err


@pytest.mark.parametrize(
    "kind",
    ["scenarios", "plans", "cases", "rules", "interfaces", "faults", "triggers", "profiles", "actions"],
)
def test_list_speaks_to_people_and_machines(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.invoke(["list", kind]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert cli.invoke(["list", kind, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(lines) > 0


def test_a_console_that_knows_little_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    console = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    monkeypatch.setattr(sys, "stdout", console)
    terminal.survive_any_console()
    print("联调")
    console.flush()
    assert console.buffer.getvalue().strip() == b"??"  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", loaded(), ids=lambda command: str(command.name))
def test_what_is_printed_can_be_shown_on_a_chinese_windows_console(
    command: object, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.invoke([str(command.name), "--help"])  # type: ignore[attr-defined]
    capsys.readouterr().out.encode("cp936")


@pytest.mark.parametrize(
    "conclusion, gate, code",
    [
        ({"exit": 0}, "strict", 0),
        ({"exit": 1}, "strict", 1),
        ({"exit": 3}, "strict", 3),
        ({}, "strict", 4),
        ({"exit": 1, "unexpected_fails": 0}, "no-new", 0),
        ({"exit": 1, "unexpected_fails": 1}, "no-new", 1),
        ({"exit": 1, "unexpected_fails": 0, "exit_no_new": 3}, "no-new", 3),
        ({"exit": 1, "unexpected_fails": 0, "exit_no_new": 4}, "no-new", 4),
        ({"exit": 1, "unexpected_fails": 0, "exit_no_new": 3}, "strict", 1),
        ({"exit": 3, "unexpected_fails": 0}, "no-new", 3),
    ],
)
def test_the_exit_code_follows_the_conclusion(conclusion: dict[str, int], gate: str, code: int) -> None:
    from conformance.cli.run import exit_code

    assert exit_code({"conclusion": conclusion}, gate) == code


def test_the_reasons_of_a_conclusion_are_told_without_the_numbers_of_its_line() -> None:
    notes = [
        Said("必选要求不通过: {}", "PAY-BOOK-001"),
        Said("必选用例 {} 项: 未执行 {} 项, 部分核对 {} 项", 91, 28, 32),
    ]
    manifest = {
        "conclusion": {"notes": [str(one) for one in notes], "notes_said": [one.as_json() for one in notes]}
    }
    assert notes[1].template == CASE_COUNTS
    assert terminal.reasons(manifest) == notes[:1]
    assert terminal.reasons({"conclusion": {"notes": ["旧版的一句"]}}) == ["旧版的一句"]
