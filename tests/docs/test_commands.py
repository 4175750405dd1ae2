"""What the pages tell people to type is there: every command parses, examples run, tables agree with the code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from conformance import cli, declaration
from conformance.cli import loaded
from conformance.rules.named_causes import SEALED, SIGNED
from simulator.protocol.diagnosis.choices_data import INSIDE
from simulator.protocol.diagnosis.choices_outer import AROUND
from simulator.protocol.model.role import interfaces_of
from simulator.roles import ROLES

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/first-order.md", "docs/first-order.zh-CN.md", "README.md", "README.zh-CN.md", "docs/guide.md", "docs/guide.zh-CN.md", "docs/explain.md",
         "docs/declaration.md", "docs/evidence.md",
         "docs/driver-contract.md", "docs/mapping.md", "ARCHITECTURE.md", "CHANGELOG.md")  # fmt: skip
GUIDES = ("docs/guide.md", "docs/guide.zh-CN.md")
FENCE = re.compile(r"^```([a-z]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(liantiao [^`\n]+)`")


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def command_lines(page: str) -> list[str]:
    """Lines of fenced blocks and code spans that call liantiao, without prompts, paths and comments."""
    lines = [line for _, block in FENCE.findall(read(page)) for line in block.splitlines()]
    lines += INLINE.findall(FENCE.sub("", read(page)))
    found = []
    for line in lines:
        line = re.sub(r"^\s*-? ?(?:run: )?(?:\.venv[/\\](?:bin|Scripts)[/\\])?", "", line)
        if line.startswith("liantiao "):
            found.append(line.split("  #")[0].split(" > ")[0].strip())
    return found


EVERY = sorted({line for page in PAGES for line in command_lines(page)})


def test_there_are_commands_to_check() -> None:
    assert len(EVERY) > 20
    for guide in GUIDES:
        assert len(command_lines(guide)) >= 12


@pytest.mark.parametrize("line", EVERY)
def test_every_command_line_parses(line: str) -> None:
    _, *words = shlex.split(line)
    if words in (["--version"], ["--help"]):
        assert cli.invoke(words) == 0
        return
    command = next((one for one in loaded() if one.name == words[0]), None)
    assert command is not None, f"no command {words[0]}"
    try:
        command.make_context(words[0], words[1:])
    except click.MissingParameter:
        assert len(words) == 1  # the name of a command in a sentence
    except click.exceptions.Exit:
        assert "--help" in words


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = {page: set(re.findall(r"^make ([a-z]+)", read(page), re.MULTILINE)) for page in PAGES}
    assert any(named.values())
    for page, names in named.items():
        assert names <= targets, page


def test_other_lines_of_the_guides_are_the_set_up() -> None:
    known = (
        "make ",
        "python -m venv .venv",
        ".venv/bin/python -m pip install -c constraints.txt -e .",
        ".venv/bin/liantiao",
        "liantiao ",
    )
    for guide in GUIDES:
        for language, block in FENCE.findall(read(guide)):
            if not language:
                assert all(line.startswith(known) for line in block.splitlines()), block
    assert (ROOT / "constraints.txt").is_file()


def test_both_guides_have_the_same_content() -> None:
    shapes = []
    for guide in GUIDES:
        text = read(guide)
        tables = [line.count("|") for line in text.splitlines() if line.startswith("|")]
        shapes.append(
            (
                len(re.findall(r"^## ", text, re.MULTILINE)),
                tables,
                [
                    re.sub(r"--name \S+|某某医院|反馈单|form", "", line)
                    for line in sorted(command_lines(guide))
                ],
                sorted(
                    set(re.findall(r"\]\(([^)]+)\)", text.replace("first-order.zh-CN", "first-order")))
                    - set(GUIDES)
                    - {"guide.md", "guide.zh-CN.md"}
                ),
            )
        )
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("guide", GUIDES)
def test_the_declaration_and_the_pipeline_of_the_guide(guide: str) -> None:
    first, second = (block for language, block in FENCE.findall(read(guide)) if language == "yaml")
    found = declaration.load(first, guide, {}, lambda name: name)
    assert (found.modes, found.driver.level, found.notify_6302) == (
        ("A",),
        2,
        "http://127.0.0.1:8080/notify/6302",
    )
    steps = [step["run"] for step in yaml.safe_load(second)["steps"]]
    assert [step.split()[0] for step in steps] == [
        "python",
        ".venv/bin/python",
        ".venv/bin/liantiao",
        ".venv/bin/liantiao",
    ]


@pytest.mark.parametrize("page", GUIDES)
def test_commands_that_are_said_to_be_missing_are(page: str) -> None:
    line = next(line for line in read(page).splitlines() if "`diff`" in line)
    missing = set(re.findall(r"`([a-z]+)`", line))
    assert len(missing) == 7
    assert not missing & {str(command.name) for command in loaded()}


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_the_interfaces_there_are(page: str) -> None:
    row = next(line for line in read(page).splitlines() if line.startswith(("| interfaces |", "| 接口 |")))
    named = set(re.findall(r"\b\d{4}\b|userQuery|\bwx[A-Z]\w+", row))
    assert named == {one.number for one in interfaces_of(ROLES) if not one.stands_for} - {
        "modeA"  # mode A's twin of userQuery
    }


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_links_guide_and_explain(page: str) -> None:
    text = read(page)
    assert "docs/explain.md" in text
    assert ("docs/guide.zh-CN.md" if "zh" in page else "docs/guide.md") in text


def test_the_changelog_names_every_command() -> None:
    text = read("CHANGELOG.md")
    assert [
        command.name
        for command in loaded()
        if f"`{command.name}`" not in text and f"liantiao {command.name}" not in text
    ] == []


def run_block(command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("LIANTIAO_LANG", raising=False)
    assert cli.invoke(shlex.split(command)[1:]) == 1
    return capsys.readouterr().out


@pytest.mark.parametrize("number", [0, 1])
def test_the_example_of_explain_prints_what_the_page_shows(
    number: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = FENCE.findall(read("docs/explain.md"))
    commands = [block.strip() for language, block in blocks if not language]
    shown = [block for language, block in blocks if language == "text"]
    out = run_block(commands[number], capsys, monkeypatch)
    at = 0
    for line in shown[number].splitlines():
        if line == "…":
            continue
        assert line + "\n" in out[at:], line
        at = out.index(line + "\n", at) + len(line)


def test_every_cause_of_the_page_has_its_requirement_and_no_other_has() -> None:
    """A new cause goes into conformance/rules/named_causes.py too: what it breaks, or that it breaks ENV-SIGN-001 alone."""
    table = read("docs/explain.md").partition("## 能指名的原因")[2].partition("###")[0]
    rows = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    assert set(re.findall(r"`([a-z0-9_]+)`", " ".join(rows))) == {*SIGNED, *SEALED}


def test_explain_names_every_cause_there_is() -> None:
    """Those of the tables, and those that the code of the rooms beside them names in its sentences."""
    room = ROOT / "simulator" / "protocol" / "diagnosis"
    causes = {row.cause for row in (*INSIDE, *AROUND)} | {"der", "hex", "unknown"}
    for file in room.glob("*.py"):  # a cause, perhaps its scope, then its sentence
        text = file.read_text(encoding="utf-8")
        if not file.name.startswith("choices"):
            causes |= set(re.findall(r'"([a-z0-9_]+)",\s*(?:"",\s*)?Said\(', text))
            causes |= set(re.findall(r'(?:_named|_before)\((?:\s*seen,\s*)?"([a-z0-9_]+)"', text))
        causes |= set(re.findall(r'Mistaken\(\s*"([a-z0-9_]+)"', text)) | set(
            re.findall(r'"(timestamp_[a-z]+)", ', text)
        )
    page = read("docs/explain.md")
    assert len(causes) > 150
    assert sorted(cause for cause in causes if f"`{cause}`" not in page) == []
