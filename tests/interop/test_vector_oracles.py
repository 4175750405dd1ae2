"""sm-crypto and BouncyCastle against the sets of tests/vectors; what they answer otherwise stands in deviations.json.

To record a new version: `LIANTIAO_RECORD=1 python -m pytest tests/interop/test_vector_oracles.py -m interop`.
"""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "vectors"))  # tests are no package

import vector_deviations as deviations
from vector_asked import Question

pytestmark = pytest.mark.interop
HERE = Path(__file__).resolve().parent
ASKED = {"sm-crypto": 400, "BouncyCastle": 400, "client node": 300, "client java": 300}

PINNED = ("sm-crypto",)
"""Its version is ours to choose (package-lock.json); BouncyCastle comes with the system: its answers count."""


def sm_crypto_version(_prepare: Any) -> str:
    package = HERE / "node" / "node_modules" / "sm-crypto" / "package.json"
    return str(json.loads(package.read_text(encoding="utf-8"))["version"])


def bouncy_castle_version(prepare: Any) -> str:
    """`1.72` of the manifest: Debian's patches change nothing that is asked here."""
    with zipfile.ZipFile(prepare.BCPROV) as archive:
        manifest = archive.read("META-INF/MANIFEST.MF").decode("utf-8", "replace")
    found = re.search(r"Implementation-Version: (\d+\.\d+)", manifest)
    return found.group(1) if found else ""


def asking(ask: Any, language: str) -> deviations.AskAll:
    """All questions in one process of Node or Java."""

    def answers(asked: Sequence[Question]) -> list[Any]:
        return [answer.get("ok") for answer in ask(language, list(asked))]

    return answers


def held(name: str, version: str, count: int, rows: deviations.Rows) -> None:
    if os.environ.get("LIANTIAO_RECORD") == "1":
        deviations.record({name: (version, rows)})
        rows = deviations.without_reasons(rows)
    told = deviations.table()[name]
    hint = f"{name} {version}; the table is of {told['version']}"
    assert rows == deviations.without_reasons(told["deviations"]), hint
    if name in PINNED:
        assert version == told["version"], hint
    assert count >= ASKED[name]


@pytest.mark.parametrize(
    ("name", "language", "version"),
    [("sm-crypto", "node", sm_crypto_version), ("BouncyCastle", "java", bouncy_castle_version)],
)
def test_a_library_deviates_exactly_where_the_table_says(
    name: str, language: str, version: Callable[[Any], str], ask: Any, prepare: Any
) -> None:
    count, rows = deviations.seen(asking(ask, language))
    held(name, version(prepare), count, rows)


@pytest.mark.parametrize("language", ["node", "java"])
def test_a_client_of_these_tests_differs_exactly_where_the_table_says(language: str, ask: Any) -> None:
    """They were written from the sheet alone: where the sheet is silent they choose for themselves."""
    count, rows = deviations.seen(asking(ask, language), ["canonical_text", "envelope"])
    held(f"client {language}", "", count, rows)
