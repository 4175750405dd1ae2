"""Limits and habits of ours are options of the profile and never more than SHOULD; every status stands on its source."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import conformance.rules
from conformance.evidence.flow_view import OF_PROFILE, Promise, by_profile
from conformance.ledger import Requirement, load
from conformance.rules import RULES
from simulator.shell.profiles import load_profile

ROWS = load().requirements
LENGTHS = {
    "MOST_QUOTED": "characters of the patient's words in a finding",
    "LEAST_WORDS": "how long a word of the patient is that is looked for",
    "MOST_PLACES": "places of a log that a finding names",
    "A_FEW_FEN": "which of two causes is said of a sum that is wrong",
    "BOOKS_WITHIN_MS": "a reading so soon after the telling shows nothing: it only excuses",
}
"""Numbers of rules that decide nothing about the institution's habits."""
SHEETS = r"(centre|institution|channels|移动支付中心)"
SINGLE = rf"{SHEETS}/[HMSIV]|acceptance/[HML]|acceptance [A-Z]+\d"
STANDS_ON = {
    "official": SINGLE,
    "channel-official": rf"{SHEETS}/[HM]|acceptance/[HM] [A-Z]",
    "provincial": r"acceptance/[HM] [SP]\d|centre/S \[2\]",
    "vendor-code": rf"{SHEETS}/[HMV]|acceptance/[HM]|\[\d+\w?\]\[\d+",
    "vendor-code-single": SINGLE,
    "assumed": r"/U|PROPOSED|assumed|liantiao|driver[ -]contract",
}
"""What the `origin` of a status has to show: marks of the sheets, in their own letters."""
DEFAULT = re.compile(r"contracts \d+|driver[ -]contract")


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_a_status_stands_on_what_the_sheet_says(row: Requirement) -> None:
    assert re.search(STANDS_ON[row.status], row.origin), (row.status, row.origin)


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_what_is_assumed_is_a_must_only_where_the_contracts_say_so(row: Requirement) -> None:
    """The expectation of a scenario is that of its case; everything else that is assumed needs a written default."""
    if row.level == "MUST" and row.status == "assumed" and row.id != "EXP-STATE-001":
        assert DEFAULT.search(row.source), row.source


def _numbers(text: str) -> list[str]:
    found = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            number = isinstance(node.value.value, int | float) and not isinstance(node.value.value, bool)
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if number and isinstance(target, ast.Name):
                found.append(target.id)
    return found


def test_no_rule_has_a_limit_of_its_own() -> None:
    folder = Path(conformance.rules.__path__[0])
    found = {name for path in folder.glob("*.py") for name in _numbers(path.read_text(encoding="utf-8"))}
    assert found - {"ROUNDING"} <= set(LENGTHS), (
        "a limit is read from the promise, and its option stands in the profile"
    )


def test_the_defaults_are_those_of_the_profile() -> None:
    base, promise = load_profile(), Promise()
    for option, name in OF_PROFILE:
        assert base.options[option].value == getattr(promise, name), option
        assert base.options[option].status == "assumed"


def test_a_requirement_about_a_habit_is_no_must() -> None:
    """Who reads `habits.…` judges by a number of ours."""
    habits = {name for option, name in OF_PROFILE if option.startswith("habits.")}
    folder = Path(conformance.rules.__path__[0])
    functions = _functions(folder)
    reading = {
        name for name, code in functions.items() if any(f"promise.{habit}" in code for habit in habits)
    }
    rules = {name for name, rule in RULES if rule.__name__ in reading}
    assert rules, "the test finds the rules that it is about"
    assert {row.id for row in ROWS if row.rule in rules and row.level == "MUST"} == set()


def _functions(folder: Path) -> dict[str, str]:
    found = {}
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found[node.name] = ast.unparse(node)
    return found


@pytest.mark.parametrize(
    ("profile", "verdict"),
    [({}, "fail"), ({"habits.poll_ms": 200}, "pass"), ({"habits.poll_ms": "200"}, "fail")],
)
def test_an_option_of_the_declaration_changes_the_limit(
    profile: dict[str, Any], verdict: str, story: Any
) -> None:
    told = story()
    told.upload()
    told.query("1")
    told.later(300).query("1")
    flow = told.end().flow(**by_profile(profile))
    assert dict(RULES)["fault.polls_slowly"](flow).verdict == verdict
