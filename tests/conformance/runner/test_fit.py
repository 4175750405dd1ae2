"""What this version cannot run is said before anything runs, all of it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance import cli
from conformance.mistake import Mistake
from conformance.runner.session import read_declaration

HEAD = "schema: 1\ninstitution: {code: H50999900001}\nendpoints: {notify_6302: none}\n"
HTTP = "driver: {kind: http, level: 2, url: 'http://127.0.0.1:1'}\n"


def said(folder: Path, text: str, mapping: str = "") -> list[str]:
    (folder / "vendor.yaml").write_text(HEAD + text, encoding="utf-8")
    (folder / "m.yaml").write_text(mapping, encoding="utf-8")
    try:
        read_declaration(folder / "vendor.yaml")
    except Mistake as error:
        return [line.removeprefix(str(folder / "vendor.yaml")).lstrip(": ") for line in error.lines()]
    return []


MAPPING = """\
schema: 1
actions:
  hospital_info: {method: GET, path: /info, result: {code: "$.code"}}
"""


def test_what_fits_is_read(tmp_path: Path) -> None:
    assert said(tmp_path, HTTP) == []


@pytest.mark.parametrize(("text", "field", "words"), [
    (HTTP + "modes: [A, C]\n", "modes: ", "没有模式 C 的计划, 可用: A, B1"),
    ("driver: {kind: http, level: 0, url: 'http://127.0.0.1:1'}\n", "driver.level: ", "level 0"),
    ("driver: {kind: manual, level: 2}\n", "driver.level: ", "写 level: 1"),
    (HTTP + "deviations: [{requirement: REG-NO-999, owner: x, until: '2099-01-01'}]\n",
     "deviations[1].requirement: ", "REG-NO-999"),
])  # fmt: skip
def test_each_is_one_line(tmp_path: Path, text: str, field: str, words: str) -> None:
    (line,) = said(tmp_path, text)
    assert line.startswith(field)
    assert words in line


def test_all_are_said_at_once_and_by_run_and_doctor_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = HTTP + "modes: [A, D]\ndeviations: [{requirement: NO-1, owner: x, until: '2099-01-01'}]\n"
    assert len(said(tmp_path, text)) == 2
    for command in ("doctor", "run"):
        assert cli.invoke([command]) == 2
        shown = capsys.readouterr()
        assert "模式 D" in shown.err
        assert "NO-1" in shown.err
    assert not (tmp_path / "runs").exists()


def test_a_mapping_that_lacks_what_is_declared(tmp_path: Path) -> None:
    driver = "driver: {kind: http, level: 2, url: 'http://127.0.0.1:1', mapping: m.yaml, hooks: [clock]}\n"
    lines = said(tmp_path, driver, MAPPING)
    assert [line.split(":")[0] for line in lines] == ["driver.level", "driver.hooks"]
    assert "order_state" in lines[0]
    assert "clock" in lines[1]


def test_a_wrong_check_digit_says_the_right_one(tmp_path: Path) -> None:
    wrong = 'persons: {fixed: [{name: 测试甲, id_no: "509999199001010018"}]}\n'
    (line,) = said(tmp_path, HTTP + wrong)
    assert "persons.fixed[1].id_no: 校验码不对, 最后一位应为 5" in line
    assert said(tmp_path, HTTP + wrong.replace("0018", "0015")) == []


def test_init_refuses_what_later_steps_would_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = (
        ["--code", "abc"],
        ["--code", "h50999900001"],
        ["--region", "50999x"],
        ["--name", " "],
        ["--driver", "localhost:8080"],
    )
    for words in wrong:
        assert cli.invoke(["init", *words]) == 2, words
        line = capsys.readouterr().err.strip()
        assert words[0] in line
        assert "\n" not in line
    assert list(tmp_path.iterdir()) == []
    assert cli.invoke(["serve", "--code", "abc"]) == 2
    assert cli.invoke(["init", "--name", "某某: 医院} #1"]) == 0
    assert read_declaration(Path("vendor.yaml")).name == "某某: 医院} #1"
