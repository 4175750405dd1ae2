"""The second stranger, a hospital in Go written from the documents alone: the examiner must find nothing in it.

The plain hospital and two variants run the smoke scenarios of plan A and 24 more, all drawn by a seed that is printed
(a whole plan is minutes of waiting: `python tests/interop/stranger2/matrix.py --healthy` is the long form). A fail is
allowed only for the requirements that `stranger2/known_false_alarms.json` names.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from by_path import module_at

from conformance.runner import catalogue

pytestmark = pytest.mark.interop
HERE = Path(__file__).resolve().parent / "stranger2"
SEED = os.environ.get("LIANTIAO_SEED", "1")
VARIANTS = [
    row["name"] for row in json.loads((HERE / "variants.json").read_text("utf-8")) if row["name"] != "plain"
]
DRAWN = ["plain", *random.Random(SEED).sample(VARIANTS, 2)]
PLAN = catalogue.plan("A")
MORE = 24


@pytest.fixture(scope="module")
def matrix() -> ModuleType:
    if shutil.which("go") is None:
        if os.environ.get("LIANTIAO_CI") == "1":
            pytest.fail("go is not installed: apt-get install golang-go")
        pytest.skip("go is not installed")
    return module_at(HERE / "matrix.py")


@pytest.fixture(scope="module")
def hospital(matrix: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    binary: Path = matrix.build(tmp_path_factory.mktemp("stranger2"))
    return binary


def test_its_cryptography_agrees_with_the_published_vectors(hospital: Path) -> None:
    subprocess.run([str(hospital), "-selftest"], check=True, timeout=60)


def test_every_variant_and_fault_of_the_tables_is_in_the_program() -> None:
    source = "".join(path.read_text("utf-8") for path in (HERE / "hospital").glob("*.go"))
    for table, word in (("variants.json", "variant"), ("faults.json", "fault")):
        names = [row["name"] for row in json.loads((HERE / table).read_text("utf-8"))]
        assert len(names) == len(set(names))
        assert not [name for name in names if name != "plain" and f'{word}("{name}")' not in source]


def test_every_fault_was_run_and_judged_and_the_readme_says_what_came_of_it(matrix: ModuleType) -> None:
    faults = {row["name"] for row in json.loads((HERE / "faults.json").read_text("utf-8"))}
    judged = json.loads((HERE / "judged.json").read_text("utf-8"))["faults"]
    after = json.loads((HERE / "matrix-after.json").read_text("utf-8"))
    assert faults == set(judged) == set(after["faults"])
    assert {row["after"][0] for row in judged.values()} <= set(matrix.MARKS)
    for name, row in judged.items():
        mark, why = row["after"]
        found = {one["requirement"] for one in map(matrix.named, after["faults"][name]["findings"])}
        assert mark in ("missed", "scenario_only", "collateral") or why.split(":")[0] in found, name
    readme = (HERE / "README.md").read_text("utf-8")
    assert not [line for line in matrix.figures() if line not in readme]


@pytest.mark.parametrize("variant", DRAWN)
def test_a_right_hospital_is_found_right(matrix: ModuleType, hospital: Path, variant: str) -> None:
    rest = [name for name in PLAN.scenarios if name not in PLAN.smoke]
    chosen = [*PLAN.smoke, *random.Random(f"{SEED} {variant}").sample(rest, MORE)]
    print(f"seed {SEED}: {variant}: {' '.join(chosen)}")
    found: dict[str, Any] = matrix.examined(hospital, variant, "", chosen, [])
    known = set(json.loads((HERE / "known_false_alarms.json").read_text("utf-8")))
    failed = [
        row
        for row in found["findings"]
        if row["verdict"] in ("fail", "error", "waiting") and row["requirement"] not in known
    ]
    assert not failed, failed
    assert found["conclusion"] == "selected" or known, found
