"""The vectors that come with liantiao: known answers and hostile inputs, each flag explained (schemas/vectors.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

SETS: Final = (
    "known_answers", "sm2_verify", "sm3", "sm4", "canonical_text", "envelope", "amounts", "notice_answers",
)  # fmt: skip
"""Every set, in the order in which an integration meets them."""
RESULTS: Final = ("valid", "invalid", "acceptable")


@cache
def load(name: str) -> dict[str, Any]:
    """One set as its file says it. The dict is shared: do not change it. Raises KeyError for a name that is no set."""
    if name not in SETS:
        raise KeyError(name)
    text = resources.files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    value: dict[str, Any] = json.loads(text)
    return value


def summary(name: str) -> Mapping[str, Any]:
    """What `list vectors` shows of a set: id, titles, algorithm, number of tests, of each result, flags."""
    made = load(name)
    results = [test["result"] for group in made["testGroups"] for test in group["tests"]]
    return {
        "id": name, "title": made["title"], "title_en": made["title_en"], "algorithm": made["algorithm"],
        "tests": made["numberOfTests"], **{result: results.count(result) for result in RESULTS},
        "groups": sorted({group["type"] for group in made["testGroups"]}), "flags": list(made["notes"]),
    }  # fmt: skip
