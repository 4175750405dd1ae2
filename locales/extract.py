"""Where Babel finds our sentences: the first argument of `Said(…)` in Python, the values of the reports' tables.

By syntax tree, since sentences stand inside sentences: Babel's own reader of Python loses a call in a call's arguments.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import IO, Any

import yaml

Found = tuple[int, str, str | tuple[str, str], list[str]]
KEYWORD = "Said"
KEYED = "Words"
"""Key and text: the key is the context, since a word such as 通过 has several English ones."""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every `Said(…)` of a module, also the one with `functools.partial` or a module before it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == KEYWORD:
            yield node


def python(fileobj: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:  # noqa: ARG001  Babel calls it so
    """Babel's extraction method for Python: (line, function, template, comments)."""
    for call in sorted(calls(ast.parse(fileobj.read())), key=lambda call: call.lineno):
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
            yield call.lineno, KEYWORD, first.value, []


def table(fileobj: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:  # noqa: ARG001  Babel calls it so
    """Babel's extraction method for a YAML table: key -> Chinese template."""
    root = yaml.compose(fileobj.read().decode("utf-8"))
    assert isinstance(root, yaml.MappingNode)
    for key, value in root.value:
        yield key.start_mark.line + 1, KEYED, (key.value, value.value), []
