"""What a user gets wrong: one line that names file and place, exit code 2, in both languages and on a Chinese console."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import locales
from conformance import cli, ledger, scenario
from conformance.cli import loaded
from conformance.drivers import mapping
from conformance.mistake import Mistake
from simulator.protocol.text.said import Text, chinese, render


def english(text: Text) -> str:
    return render(text, locales.lookup("en"))


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIANTIAO_LANG", raising=False)


GOOD = """\
schema: 1
institution: {code: H50999900001, region: "509999"}
driver: {kind: http, url: "http://127.0.0.1:9"}
endpoints: {notify_6302: none}
"""
MAPPED = GOOD.replace('"http://127.0.0.1:9"}', '"http://127.0.0.1:9", mapping: m.yaml}')

DECLARATIONS: tuple[tuple[str, str], ...] = (
    ("", "vendor.yaml:1: "),
    ("[]\n", "vendor.yaml:1: "),
    ("a: [\n", "vendor.yaml:2: "),
    ("!x 1\n", "vendor.yaml:1: "),
    (GOOD.replace("schema: 1", "schema: 3"), "vendor.yaml:1: schema: "),
    (GOOD + "schema: 1\n", "vendor.yaml:5: schema: "),
    (GOOD + "moods: [A]\n", "vendor.yaml:5: moods: "),
    (GOOD + "zzzzzz: 1\n", "vendor.yaml:5: zzzzzz: "),
    (GOOD + "quiet_ms: soon\n", "vendor.yaml:5: quiet_ms: "),
    (GOOD + "quiet_ms: -1\n", "vendor.yaml:5: quiet_ms: "),
    (GOOD + "modes: [Z]\n", "vendor.yaml:5: modes[1]: "),
    (GOOD + "modes: [A, A]\n", "vendor.yaml:5: modes: "),
    (GOOD + "modes: []\n", "vendor.yaml:5: modes: "),
    (GOOD.replace('"509999"', "50"), "vendor.yaml:2: institution.region: "),
    (GOOD.replace("code: H50999900001, ", ""), "vendor.yaml:2: institution.code: "),
    (GOOD.replace("endpoints: {notify_6302: none}\n", ""), "vendor.yaml:1: endpoints.notify_6302: "),
    (GOOD.replace(', url: "http://127.0.0.1:9"', ""), "vendor.yaml:3: driver.url: "),
    (GOOD.replace("kind: http", "kind: python"), "vendor.yaml:3: driver.module: "),
    (GOOD.replace("kind: http", "kind: telepathy"), "vendor.yaml:3: driver.kind: "),
    (GOOD.replace("127.0.0.1", "${NOWHERE_SET}"), "vendor.yaml:3: driver.url: "),
    (GOOD.replace("127.0.0.1", "${}"), "vendor.yaml:3: driver.url: "),
    (GOOD.replace("127.0.0.1", "${file:gone}"), "vendor.yaml:3: driver.url: "),
    (GOOD.replace("H50999900001", '"${CODE}"'), "vendor.yaml:2: institution.code: "),
    (MAPPED, "vendor.yaml:3: driver.mapping: "),
    (GOOD + "modes: [B1]\nextra: {}\n", "vendor.yaml:6: extra: "),
    (GOOD + "deviations: [{requirement: X}]\n", "vendor.yaml:5: deviations[1]."),
    (GOOD + "persons: {fixed: []}\n", "vendor.yaml:5: persons"),
    (GOOD + "ruleset: 99\n", "vendor.yaml:5: ruleset: "),
)  # fmt: skip


def invoke(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    assert cli.invoke(arguments) == 2, arguments
    shown = capsys.readouterr()
    return shown.err, shown.out


def without_names(text: str) -> str:
    """`text` without the names of the examples: a hospital, a person, a file."""
    for name in ("联调示范医院", "测试甲", "李工", "接入反馈单.txt"):
        text = text.replace(name, "")
    return text


def check(arguments: list[str], place: str, capsys: pytest.CaptureFixture[str]) -> None:
    zh, out = invoke(arguments, capsys)
    assert not out
    zh.encode("cp936")
    assert zh.splitlines()[-1].startswith(f"错误: {place}"), zh
    en, _ = invoke([*arguments, "--lang", "en"], capsys)
    assert en.splitlines()[-1].startswith(f"error: {place}"), en
    assert not chinese(without_names(en))
    assert len(en.split()) > 3


@pytest.mark.parametrize(("text", "place"), DECLARATIONS)
def test_a_wrong_declaration(text: str, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("vendor.yaml").write_text(text, encoding="utf-8")
    for command in ("doctor", "run"):
        check([command], place, capsys)


COMMAND_LINES: tuple[tuple[list[str], str], ...] = (
    (["run", "--declaration", "gone.yaml"], "gone.yaml: "),
    (["run", "--declaration", "gbk.yaml"], "gbk.yaml: "),
    (["run", "--declaration", "good.yaml", "--plan", "Z"], "scenarios/plans/Z.yaml: "),
    (["run", "--declaration", "good.yaml", "--plan", "B1"], "good.yaml: modes: "),
    (["run", "--declaration", "good.yaml", "--only", "pay/nothing"], "scenarios/pay/nothing.yaml: "),
    (["run", "--declaration", "good.yaml", "--simulator", "http://127.0.0.1:9"], "--simulator: http://127.0.0.1:9 "),
    (["run", "--declaration", "good.yaml", "--simulator", "http://127.0.0.1:9", "--control-token", "t"], "--simulator: http://127.0.0.1:9 "),
    (["judge", "nowhere"], "nowhere: "),
    (["judge", "last"], "runs: "),
    (["report", "nowhere"], "nowhere: "),
    (["report", "broken"], "broken"),
    (["mutants", "--only", "nobody"], "--only: "),
    (["demo", "--plan", "Z"], "scenarios/plans/Z.yaml: "),
    (["init", "--region", "50"], "--region"),
    (["init", "--file", "good.yaml"], "good.yaml: "),
    (["explain", "gone"], "gone: "),
    (["explain", "good.yaml"], ".liantiao: "),
    (["explain", "good.yaml", "--keys", "good.yaml"], "good.yaml: "),
    (["explain", "good.yaml", "--secret", "x", "--profile", "p.yaml"], "appId"),
    (["fly"], ""),
    (["list", "nothing"], ""),
    (["list"], ""),
    (["run", "--onyl", "x"], ""),
    (["serve", "--port", "x"], ""),
    (["judge"], ""),
    (["judge", "a", "b"], ""),
    (["run", "--declaration"], ""),
)  # fmt: skip


@pytest.mark.parametrize(("arguments", "place"), COMMAND_LINES, ids=lambda value: "-".join(value)[:40])
def test_a_wrong_command_line(arguments: list[str], place: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    Path("gbk.yaml").write_bytes("汉字".encode("gbk"))
    Path("broken").mkdir()
    Path("broken/manifest.json").write_text("{", encoding="utf-8")
    check(arguments, place, capsys)


def test_a_machine_gets_the_mistake_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    Path("vendor.yaml").write_text(GOOD + "moods: [A]\n", encoding="utf-8")
    for command in ("run", "doctor"):
        err, out = invoke([command, "--json", "--lang", "en"], capsys)
        found = json.loads(out)
        assert found["exit"] == 2
        assert (found["error"]["file"], found["error"]["line"], found["error"]["field"]) == (
            "vendor.yaml",
            5,
            "moods",
        )
        assert err.strip() == f"error: {found['error']['message']}"
    _, out = invoke(["list", "nothing", "--json"], capsys)
    assert json.loads(out)["exit"] == 2


SCENARIO = """\
schema: 1
id: pay/x
title: 试
purpose: 试
covers: [MP-PAY-01]
persons: {甲: {}}
steps:
  - call: {action: prescribe, person: 甲, args: {}}
    save: 处方
"""
FILES = (
    (scenario.load, SCENARIO.replace("prescribe", "fly"), "steps[1].call.action"),
    (scenario.load, SCENARIO.replace("person: 甲, ", ""), "steps[1].call.person"),
    (scenario.load, SCENARIO + "  - wait: {person: 甲, for: quiet}\n    call: {}\n", "steps[2]"),
    (scenario.load, SCENARIO + "  - call: {action: pay, person: 甲, args: {a: $b.c}}\n", "steps[2]"),
    (scenario.load, SCENARIO + "  - fault: {name: drop_request}\n", "steps[2]"),
    (mapping.load, "schema: 1\nactions: {fly: {path: /x}}\n", "actions.fly"),
    (mapping.load, "schema: 1\nactions: {pay: {method: GET}}\n", "actions.pay"),
    (mapping.load, "schema: 1\nactions: {pay: {path: '/x/{nobody.x}'}}\n", "actions.pay"),
    (mapping.load, "schema: 1\nactions: {pay: {path: /x, result: {a: {path: '$..['}}}}\n", "actions.pay"),
)


@pytest.mark.parametrize(("load", "text", "field"), FILES)
def test_a_wrong_scenario_or_mapping(load: object, text: str, field: str) -> None:
    with pytest.raises(Mistake) as caught:
        load(text, "f.yaml")  # type: ignore[operator]
    assert caught.value.field.startswith(field)
    said = caught.value.said(english).replace("甲", "A").replace("处方", "B")
    assert said.startswith("f.yaml:")
    assert not chinese(said), said


def test_a_wrong_ledger() -> None:
    with pytest.raises(Mistake) as caught:
        ledger.build({"cases.yaml": "schema: 1\ngroups: {}\ncases: []\n", "PAY.yaml": ""})
    assert not chinese(caught.value.said(english))


@pytest.mark.parametrize("command", loaded(), ids=lambda command: str(command.name))
def test_help_in_english_has_no_chinese(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.invoke([str(command.name), "--help", "--lang", "en"]) == 0  # type: ignore[attr-defined]
    assert not chinese(without_names(capsys.readouterr().out))
    assert cli.invoke([str(command.name), "--help"]) == 0  # type: ignore[attr-defined]
    text = capsys.readouterr().out
    text.encode("cp936")
    assert "用法: liantiao" in text
    assert "选项:" in text
    assert "Show this" not in text
