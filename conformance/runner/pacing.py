"""When a scenario begins: the longest first, and none while the simulator is slow to answer.

A hospital waits some seconds for the centre's answer. If we began everything at once on a busy machine, its time-outs
would be our doing, and verdicts would depend on who is faster.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

from conformance.runner.control import Control, ControlError
from conformance.scenario import Scenario, Step

SLOW_S = 0.25
"""An answer of the simulator that took longer says that it has enough to do."""
REST_S = 0.2
LIMIT_S = 20.0
"""How long a beginning is put off at most."""
LOST = ("drop_response", "drop_request", "hang", "hold_response", "reset", "status_after", "status_before")
"""Faults after which a hospital waits out its own limit, or asks again after a pause."""
LOST_S, WAIT_S, CALL_S, SPOILED_S = 5.0, 2.0, 0.3, 6.0
HANDED_OVER, HANDED_OVER_S = "manual", 20.0
"""A vendor that never gives an order to a person is waited for to the limit: such a wait is the longest of all."""
FOR_GOOD, FOR_GOOD_S = 40, 60.0
"""A fault armed this often and never taken back does not end: the vendor is given its whole time to find another way."""
_SECONDS: Mapping[str, float] = {"call": CALL_S, "parallel": CALL_S, "wait": WAIT_S}


class Pace:
    """Lets scenarios begin one after the other, each once the simulator answers quickly."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        """Wait for the turn and for a quick answer, LIMIT_S at most."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            until = loop.time() + LIMIT_S
            while loop.time() < until:
                asked = loop.time()
                with contextlib.suppress(ControlError):  # the scenario will say it
                    await self._control.health()
                if loop.time() - asked <= SLOW_S:
                    return
                await asyncio.sleep(REST_S)


def expected_s(scenario: Scenario) -> float:
    """About how long a scenario takes with a hospital that waits 5 s for an answer: only the order of it matters."""
    return sum(_expected(step) for step in scenario.steps) + (FOR_GOOD_S if spoiled_for_good(scenario) else 0)


def spoiled_for_good(scenario: Scenario) -> bool:
    """Whether a fault of it never ends."""
    times = {
        (str(step.args["name"]), str(step.args.get("interface"))): int(step.args.get("times", 1))
        for step in scenario.steps
        if step.verb == "fault"
    }
    return any(count >= FOR_GOOD for count in times.values())


def _expected(step: Step) -> float:
    if step.verb == "fault":
        return LOST_S if step.args["name"] in LOST else SPOILED_S
    if step.verb == "wait" and HANDED_OVER in step.args.get("state", ()):
        return float(step.args.get("within_s", HANDED_OVER_S))
    return _SECONDS.get(step.verb, 0.1)
