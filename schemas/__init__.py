"""The shapes that others plug into: JSON Schema 2020-12, one file each, read from the package."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """Return the schema `name`, e.g. `load("driver")` or `load("messages/6201.request")`.

    The dict is shared: do not change it. Raises KeyError for a name that no file has.
    """
    folder, _, stem = name.rpartition("/")
    place = resources.files(__name__)
    for part in filter(None, folder.split("/")):
        place = place.joinpath(part)
    source = place.joinpath(f"{stem}.json")
    if not source.is_file():
        raise KeyError(name)
    value = json.loads(source.read_text(encoding="utf-8"))
    assert isinstance(value, dict), f"schema {name} is not an object"
    return value


@cache
def messages() -> tuple[str, ...]:
    """The names of the field tables, e.g. `centre/6201.request`, for `load("messages/…")`."""
    place = resources.files(__name__).joinpath("messages")
    return tuple(
        sorted(
            f"{folder.name}/{file.name.removesuffix('.json')}"
            for folder in place.iterdir()
            if folder.is_dir()
            for file in folder.iterdir()
            if file.name.endswith(".json")
        )
    )
