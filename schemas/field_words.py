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
    names = (
        "declaration",
        "driver",
        *(f"messages/{name}" for name in messages()),
    )  # a later table has the last word
    return dict(pair for name in names for pair in _words(load(name)))


def _words(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, Mapping):
        for zh, en in _SAID:
            if isinstance(part.get(en), str):
                yield str(part[zh]), part[en]
        if isinstance(part.get("x-codes-en"), Mapping):
            yield from ((str(said), str(part["x-codes-en"][code])) for code, said in part["x-codes"].items())
        for inner in part.values():
            yield from _words(inner)
