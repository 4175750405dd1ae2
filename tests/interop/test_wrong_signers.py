"""The blind author's wrong signers, drawn anew: nothing is named wrongly, the healthy pass, most mistakes are named exactly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from by_path import module_at

pytestmark = pytest.mark.interop
HERE = Path(__file__).resolve().parent / "wrong_signers"
SEED = int(os.environ.get("LIANTIAO_SEED") or 20261129) % 1_000_000_000
COUNTS = {"singles": 40, "keys": 10, "healthy": 20}
MAKE_LIMIT_S = 240


def drawn(chosen: str) -> list[dict[str, Any]]:
    """Cases of one set, made by the Python signers in a process of their own."""
    made = subprocess.run(
        [sys.executable, "wrong_signers.py", "--set", chosen, "--seed", str(SEED), "--count", str(COUNTS[chosen])],
        cwd=HERE, capture_output=True, text=True, encoding="utf-8", timeout=MAKE_LIMIT_S, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in made.stdout.splitlines()]


@pytest.fixture(scope="module")
def graded() -> Any:
    score, asked = module_at(HERE / "score.py"), module_at(HERE / "asked.py")
    mapping = json.loads((HERE / "mapping.json").read_text("utf-8"))

    def grades(chosen: str) -> list[tuple[str, str, str]]:
        return [
            (case["id"], *score.grade(case, asked.ask({name: case[name] for name in score.SHOWN}), mapping))
            for case in drawn(chosen)
        ]

    return grades


def test_the_healthy_are_accepted(graded: Any) -> None:
    found = graded("healthy")
    assert len(found) >= COUNTS["healthy"] // 2
    assert [one for one in found if one[1] != "exactly"] == []


@pytest.mark.parametrize("chosen", ["singles", "keys"])
def test_no_mistake_has_a_wrong_name_and_most_have_the_right_one(graded: Any, chosen: str) -> None:
    found = graded(chosen)
    assert len(found) >= COUNTS[chosen] // 2
    assert [one for one in found if one[1] == "wrongly"] == []
    assert Counter(one[1] for one in found)["exactly"] >= 0.85 * len(found), found  # lossy ones among them
