"""A short command imports what it needs and no more; every command is found by its name all the same."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import click
import pytest

from conformance import cli

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "docs" / "examples" / "explain"
HEAVY = {
    "aiohttp",
    "asyncio",
    "docx",
    "faker",
    "hypothesis",
    "jinja2",
    "jsonschema",
    "pytest",
    "conformance.conclusion",
}
CODE = f"""
import sys
from conformance.cli import invoke
code = invoke(sys.argv[1:])
print()
print((code, sorted(name for name in {sorted(HEAVY)!r} if name in sys.modules)))
"""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["explain", str(EXAMPLE / "query.http"), "--keys", str(EXAMPLE / "keys.json"), "--any-time"], 1),
        (["explain", str(EXAMPLE / "query.http"), "--keys", str(EXAMPLE / "keys.json"), "--json"], 1),
        (["--version"], 0),
    ],
)
def test_a_short_command_waits_for_nothing_that_it_does_not_use(arguments: list[str], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60,
        check=True,
    )  # fmt: skip
    assert ast.literal_eval(done.stdout.splitlines()[-1]) == (code, [])


def test_the_table_names_every_command_by_its_own_name() -> None:
    assert [command.name for command in cli.loaded()] == list(cli.COMMANDS)
    context = click.Context(cli.cli)
    assert cli.cli.list_commands(context) == list(cli.COMMANDS)
    assert cli.cli.get_command(context, "nothing") is None


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.invoke(["--version"]) == 0
    assert capsys.readouterr().out.startswith("liantiao, version ")
