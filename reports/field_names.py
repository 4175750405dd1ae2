"""What the fields of a message are called, from its schema: one table for reports and field pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_FOLDERS = ("centre", "institution", "ecredential")
_AS = {"modeA": "userQuery"}
"""Interfaces whose messages have the form of another."""
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Field:
    """A field as its schema tells it: 中文 name, English one if there is any, and what its codes mean."""

    name: str
    name_en: str
    codes: Mapping[str, str]
    codes_en: Mapping[str, str]


@cache
def fields(interface: str, part: str) -> Mapping[str, Field]:
    """The fields of a message by their place (`feedetailList.cnt`); empty for a message without a schema."""
    name = f"{_AS.get(interface, interface)}.{part}.json"
    for folder in _FOLDERS:
        source = resources.files("schemas").joinpath("messages", folder, name)
        if source.is_file():
            return dict(_walk(json.loads(source.read_text(encoding="utf-8")), ""))
    return {}


def _walk(schema: Mapping[str, Any], place: str) -> Iterator[tuple[str, Field]]:
    """Every property below, arrays without an index."""
    for inner in (schema.get("items"), *(schema.get(key) for key in ("anyOf", "oneOf", "allOf"))):
        for one in inner if isinstance(inner, list) else [inner]:
            if isinstance(one, dict):
                yield from _walk(one, place)
    for name, one in (schema.get("properties") or {}).items():
        if isinstance(one, dict):
            below = f"{place}.{name}".lstrip(".")
            said = str(one.get("title") or one.get("description") or "")
            english = str(one.get("x-title-en") or "")
            yield below, Field(said, english, one.get("x-codes") or {}, one.get("x-codes-en") or {})
            yield from _walk(one, below)


def field_of(interface: str, part: str, path: str) -> Field | None:
    """The field at `path` of a decoded message (`feedetailList[0].cnt`); by its last name where it moved."""
    known = fields(interface, part)
    place = _INDEX.sub("", path)
    for wrapper in ("", "data.", "input.", "output."):
        if place.startswith(wrapper) and (found := known.get(place.removeprefix(wrapper))):
            return found
    last = place.rpartition(".")[2]
    same = [field for name, field in known.items() if name.rpartition(".")[2] == last]
    return same[0] if same else None
