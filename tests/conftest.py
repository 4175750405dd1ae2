"""What tests of several folders use."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.protocol.text.said import chinese

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package; evidence_writer is ours alone


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
