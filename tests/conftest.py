"""What tests of several folders use."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.protocol.text.said import chinese

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package; evidence_writer is ours alone

LONGEST = (
    "test_readme_walk.py", "test_whole_run.py", "test_hostile_hook.py", "test_outputs.py", "test_rendered.py",
    "test_clock_of_a_process.py", "test_judgement.py", "test_files.py", "test_languages.py", "test_sheet_fields_refused.py",
)  # fmt: skip
"""Begun first (`make test` prints the slowest with --durations): a worker that gets one last works on alone."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the shuffle: the longest files first, everything else in its shuffled order."""
    place = {name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What a test wants to be read also when it passes and also from another process: `record_property("told", "…")`."""
    told = [text for rows in terminalreporter.stats.values() for one in rows if isinstance(one, pytest.TestReport)
            if one.when == "call" for name, text in one.user_properties if name == "told"]  # fmt: skip
    for text in sorted(told):
        terminalreporter.write_line(str(text))


def _literals(file: Path) -> Iterator[tuple[str, tuple[ast.AST, ...]]]:
    """Every Chinese literal of a module, docstrings apart, what is filled in as `{}`; with the nodes around it."""

    def walk(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[tuple[str, tuple[ast.AST, ...]]]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        if chinese(text):
            yield text, around
        for child in ast.iter_child_nodes(node):
            if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
                yield from walk(child, (*around, node))

    yield from walk(ast.parse(file.read_text(encoding="utf-8")), ())


@pytest.fixture(scope="session")
def chinese_literals() -> Callable[[Path], list[tuple[str, tuple[ast.AST, ...]]]]:
    """`chinese_literals(file)`: (sentence, nodes around it) of a Python file."""
    return lambda file: list(_literals(file))
