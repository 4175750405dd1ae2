"""The vectors that come with liantiao: known answers and hostile inputs, each flag explained (schemas/vectors.json)."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def names() -> tuple[str, ...]:
    """The sets there are, sorted: `sm2_verify`, `sm3`, …"""
    files = (file.name for file in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in files if name.endswith(".json")))


@cache
def load(name: str) -> dict[str, Any]:
    """One set as its file says it. The dict is shared: do not change it. Raises KeyError for a name that no file has."""
    if name not in names():
        raise KeyError(name)
    text = resources.files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    value: dict[str, Any] = json.loads(text)
    return value
