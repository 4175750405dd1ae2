"""The English of the words in the field tables, which stands beside them: what a refusal says of a member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from schemas import load, messages

_SAID = (("title", "x-title-en"), ("x-form", "x-form-en"))


@cache
def english() -> Mapping[str, str]:
    """Chinese word of a field table (name of a field, form of its value, meaning of a code) -> English."""
    return dict(pair for name in messages() for pair in _words(load(f"messages/{name}")))


def _words(part: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for zh, en in _SAID:
        if en in part:
            yield str(part[zh]), str(part[en])
    for code, meaning in part.get("x-codes", {}).items():
        yield str(meaning), str(part["x-codes-en"][code])
    for inner in (*part.get("properties", {}).values(), *([part["items"]] if "items" in part else ())):
        yield from _words(inner)
