"""Scenarios begin longest first, and none while the simulator is slow."""

from __future__ import annotations

import asyncio

import pytest

from conformance.runner import catalogue, pacing
from conformance.runner.control import ControlError
from conformance.runner.pacing import Pace, expected_s
from conformance.runner.run import _side_by_side


class Simulator:
    """Slow for its first answers, then quick; the third it does not give at all."""

    def __init__(self, slow: int) -> None:
        self.slow, self.asked = slow, 0

    async def health(self) -> None:
        self.asked += 1
        if self.asked <= self.slow:
            await asyncio.sleep(0.02)
        if self.asked == 3:
            raise ControlError("GET /health", 0, "")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "SLOW_S", 0.01)
    monkeypatch.setattr(pacing, "REST_S", 0.0)


def test_a_beginning_waits_for_a_quick_answer() -> None:
    simulator = Simulator(slow=2)
    asyncio.run(Pace(simulator).begin())  # type: ignore[arg-type]
    assert simulator.asked == 3


def test_it_is_put_off_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "LIMIT_S", 0.05)
    asyncio.run(Pace(Simulator(slow=10**6)).begin())  # type: ignore[arg-type]


def test_the_longest_begins_first() -> None:
    names = [
        "pay/clinic_mixed",
        "fault/order_timeout_done",
        "identity/refuse_then_agree",
        "fault/order_answer_tampered",
        "fault/undecided",
        "refund/answer_unverified",
    ]
    scenarios = [catalogue.scenario(name) for name in names]
    begun: list[str] = []

    async def one(scenario: object, _turn: int) -> None:
        begun.append(scenario.id)  # type: ignore[attr-defined]

    flows = [(scenario, 1) for scenario in scenarios]
    asyncio.run(_side_by_side(flows, one, 1, Pace(Simulator(slow=0))))  # type: ignore[arg-type]
    assert begun == [one.id for one in sorted(scenarios, key=expected_s, reverse=True)]
    assert set(begun[-2:]) == {"identity/refuse_then_agree", "pay/clinic_mixed"}
    assert begun.index("refund/answer_unverified") < begun.index("fault/undecided"), "spoiled for good"
