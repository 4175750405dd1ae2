"""A name says which one it is without its path: no two modules and no two public classes of the product share one."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("simulator", "conformance", "reports", "schemas", "locales", "loadtests")
PACKAGE_FILES = ("__init__", "__main__")

COMMAND = "a module of conformance.cli is named after its command, what the command shows after the thing"
FAMILY = "rules are named after the family of their clauses (design 3)"
ROLE = "every role package has the same rooms (ARCHITECTURE, Where a new thing goes)"

MODULES = {
    "coverage": (COMMAND, {"conformance/cli", "conformance"}),
    "keys": (COMMAND, {"conformance/cli", "simulator/protocol/crypto"}),
    "run": (COMMAND, {"conformance/cli", "conformance/runner"}),
    "verify": (COMMAND, {"conformance/cli", "conformance"}),
    "state": (
        ROLE,
        {
            "simulator/centre",
            "simulator/institution",
            "simulator/ecredential",
            "simulator/channels/bank",
            "simulator/channels/wechat",
        },
    ),
    "transport": (
        ROLE + "; that of the protocol is the shape of the others",
        {
            "simulator/centre",
            "simulator/institution",
            "simulator/ecredential",
            "simulator/protocol/wire",
            "simulator/channels/wechat",
        },
    ),
}
CLASSES = {
    "Call": (
        "one driver call: as it is asked, and as the evidence shows it",
        {"conformance/drivers/call", "conformance/evidence/calls"},
    ),
    "Control": (
        "the two ends of the control API: it answers, it asks",
        {"simulator/control/api", "conformance/runner/control"},
    ),
    "Exchange": (
        "one request with its answer: as it happens, and as the evidence shows it",
        {"simulator/shell/exchange", "conformance/evidence/records"},
    ),
    "Step": (
        "design 7 and 9.2 both say so: of a scenario, of the pure engine",
        {"simulator/protocol/model/step", "conformance/scenario"},
    ),
}
Allowed = dict[str, tuple[str, set[str]]]


def files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def modules() -> dict[str, set[str]]:
    """Name of a module -> folders that have it."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in files():
        if file.stem not in PACKAGE_FILES:
            found[file.stem].add(file.parent.relative_to(ROOT).as_posix())
    return found


def classes() -> dict[str, set[str]]:
    """Name of a public class at the top of a module -> modules that have it."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in files():
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].add(file.relative_to(ROOT).with_suffix("").as_posix())
    return found


@pytest.mark.parametrize(
    ("found", "allowed"), [(modules(), MODULES), (classes(), CLASSES)], ids=["modules", "classes"]
)
def test_no_name_stands_twice_but_those_with_a_reason(found: dict[str, set[str]], allowed: Allowed) -> None:
    assert len(found) > 100
    twice = {name: places for name, places in found.items() if len(places) > 1}
    assert twice == {name: places for name, (_, places) in allowed.items()}
    assert all(why for why, _ in allowed.values())
