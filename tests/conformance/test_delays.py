"""No verdict depends on who is faster: a hospital that answers half a second late is judged like one that does not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import ModuleType

import pytest
from by_path import module_at

from conformance.runner import catalogue
from conformance.runner.private import private_folder

pytestmark = pytest.mark.golden
TEN = (
    "pay/clinic_mixed", "pay/cash_short", "pay/walk_away", "refund/exp", "register/cancel_unpaid", "notify/early",
    "notify/duplicate", "fault/query_pending", "fault/query_settling", "fault/order_answer_undecryptable",
)  # fmt: skip


def loaded() -> ModuleType:
    return module_at(Path(__file__).parents[2] / "benchmarks" / "delays.py")


def test_ten_scenarios_have_the_same_verdicts_half_a_second_later(tmp_path: Path) -> None:
    delays = loaded()
    plan, scenarios = catalogue.plan("A"), [catalogue.scenario(name) for name in TEN]
    folder = private_folder(tmp_path / "delays")
    first, other = asyncio.run(delays.verdicts_of((0, 500), plan, scenarios, folder, parallel=10))
    assert delays.differences(first, other) == []
    assert set(first.values()) <= {"pass", "n/a", "skip", "warn"}, delays.against(first)
    assert {name.split("/")[0] for name in first} == {name.split("/")[0] for name in TEN}


def test_a_difference_is_one_line_and_a_rule_without_an_occasion_is_none() -> None:
    delays = loaded()
    assert delays.differences({"a/R": "pass", "a/S": "pass"}, {"a/R": "fail"}) == ["a/R: pass -> fail"]
