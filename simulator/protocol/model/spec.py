"""Members of a person spec, read and checked; a wrong one is one Chinese line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_FEN = 10**15


class SpecError(ValueError):
    """A person spec or policy that cannot be used; the text is one Chinese line `field: what to write`."""


def member(spec: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object `name`, empty when absent. Raises SpecError."""
    value = spec.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise SpecError(f"{name}: 写一个对象, 例如 {{}}")
    return value


def whole(spec: Mapping[str, Any], name: str, default: int, most: int = MOST_FEN, path: str = "") -> int:
    """The whole number `name`, 0 to `most`; `path` stands before the name in the sentence. Raises SpecError."""
    value = spec.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise SpecError(f"{path}{name}: 写 0 到 {most} 的整数(金额以分为单位), 不是 {value!r}")
    return value


def flag(spec: Mapping[str, Any], name: str, default: bool, path: str = "") -> bool:
    """The switch `name`. Raises SpecError."""
    value = spec.get(name, default)
    if not isinstance(value, bool):
        raise SpecError(f"{path}{name}: 写 true 或 false, 不是 {value!r}")
    return value
