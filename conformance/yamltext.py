"""YAML as data only, with the line of every value, so that a mistake can be pointed at.

Narrower than YAML 1.1 on purpose: `yes`/`no`/`on` stay text, dates stay text, a number with a leading
zero stays text (`0123` is a code, never octal), a key is text and stands once, tags are refused.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.composer import Composer

from conformance.mistake import Mistake
from simulator.protocol.text.said import Said, Text
from simulator.protocol.text.unfit import dotted

MAX_CHARS = 1_000_000
MAX_VALUES = 100_000
MAX_DEPTH = 40

Path = tuple[str | int, ...]

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+\Z")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its value and the 1-based line of every path."""

    file: str
    value: Any
    lines: Mapping[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of `path`, or of its nearest parent that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def mistake(self, path: Path, message: Text) -> Mistake:
        """A mistake at `path`, to be raised."""
        return Mistake(message, file=self.file, line=self.line(path), field=dotted(path))


def parse(text: str, file: str) -> Document:
    """Read one YAML document. Raises Mistake with the line of what is wrong."""
    if len(text) > MAX_CHARS:
        raise Mistake(Said("文件超过 {} 个字符", MAX_CHARS), file=file)
    try:
        root = _compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "not YAML"
        raise Mistake(
            Said("不是有效的 YAML ({})", problem), file=file, line=mark.line + 1 if mark else 0
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise Mistake(Said("不是有效的 YAML ({})", error), file=file) from None
    if root is None:
        raise Mistake(Said("文件是空的"), file=file, line=1)
    lines: dict[Path, int] = {}
    return Document(file, _value(root, (), lines, file), lines)


class _Untyped:
    """Scalars are typed here below, so that the composer need not resolve what they are."""

    def descend_resolver(self, *_: object) -> None: ...

    def ascend_resolver(self) -> None: ...

    def resolve(self, *_: object) -> str:
        return "tag:yaml.org,2002:str"


class _Pure(_Untyped, yaml.SafeLoader):
    """PyYAML's own parser: it words the mistakes, the same everywhere."""


def _quick() -> Any:
    """Python's composer, with its limit of depth, on libyaml's parser (ten times as fast), or None without it."""
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        return None

    class Quick(_Untyped, Composer, CParser):
        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            Composer.__init__(self)

    return Quick


_QUICK = _quick()


def _compose(text: str) -> yaml.Node | None:
    """The nodes of one document. Raises yaml.YAMLError or RecursionError."""
    if _QUICK is not None:
        with contextlib.suppress(Exception):
            return _root(_QUICK(text))
    return _root(_Pure(text))


def _root(loader: Any) -> yaml.Node | None:
    try:
        node: yaml.Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], file: str) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if len(lines) > MAX_VALUES or len(path) > MAX_DEPTH:
        raise Mistake(Said("内容过大 (最多 {} 个值, {} 层)", MAX_VALUES, MAX_DEPTH), file=file, line=line)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, file)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, index), lines, file) for index, item in enumerate(node.value)]
    if not str(node.tag).startswith("tag:yaml.org,2002:"):
        raise Mistake(Said("不允许使用标签 {}", node.tag), file=file, line=line)
    return _scalar(str(node.value), plain=not getattr(node, "style", None))


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int], file: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = key_node.value
        if not isinstance(key_node, yaml.ScalarNode) or key == "<<":
            raise Mistake(Said("键要写成普通文字"), file=file, line=line, field=dotted(path))
        if key in found:
            raise Mistake(
                Said("这个键写了两次, 只保留一处"), file=file, line=line, field=dotted((*path, key))
            )
        lines[(*path, key)] = line
        found[key] = _value(value_node, (*path, key), lines, file)
    return found


def _scalar(text: str, *, plain: bool) -> Any:
    if not plain:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INT.match(text) and len(text) <= 18:
        return int(text)
    if _FLOAT.match(text) and len(text) <= 30:
        return float(text)
    return text
