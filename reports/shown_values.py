"""Reading JSON that others wrote: each reader gives a value of its type, whatever is there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any


def members(value: Any) -> Mapping[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if type(value) is dict or isinstance(value, Mapping) else {}


def listed(value: Any) -> Sequence[Any]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list | tuple) else ()


def text(value: Any) -> str:
    """`value` as text; None is empty; a container is empty too."""
    if type(value) is str:  # nearly always
        return value
    if value is None or isinstance(value, Mapping | list | tuple):
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def whole(value: Any, default: int = 0) -> int:
    """`value` if it is an integer, else `default`."""
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def number(value: Any) -> float | None:
    """`value` as a finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list; a single text is a list of one."""
    return (value,) if isinstance(value, str) else tuple(text(item) for item in listed(value))
