"""A real wait in place of a `clock` that the vendor does not have (contracts 3): only as long as the user allows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from conformance.declaration import Declaration
from conformance.runner.scene import Scene
from conformance.scenario import Scenario, resolve
from simulator.protocol.text.said import Said, Text

CLOCK = "clock"
UNPAID_S = 1800
"""How long an unpaid order may live where the declaration says nothing (acceptance sheet 8: 30 minutes)."""
MARGIN_S = 60
"""What an expiry job that runs once a minute may need beyond the limit."""
TOLD_EVERY_S = 60


def unpaid_ms(declaration: Declaration) -> int:
    """`$unpaid_ms`: when an order that nobody paid must be closed, with the margin."""
    return (declaration.timers.get("unpaid_order_s", UNPAID_S) + MARGIN_S) * 1000


def wait_s(scenario: Scenario, declaration: Declaration) -> float:
    """How long a scenario would really wait, in seconds: 0 when it moves no clock, or the vendor has one."""
    if CLOCK not in scenario.hooks or CLOCK in declaration.driver.hooks:
        return 0.0
    known = {"unpaid_ms": unpaid_ms(declaration), "flow": ""}
    moved = (step.args.get("args", {}) for step in scenario.steps if _moves_clock(step.verb, step.args))
    return float(sum(resolve(args["advance_ms"], known) for args in moved)) / 1000


def _moves_clock(verb: str, args: Any) -> bool:
    return verb == "call" and args["action"] == CLOCK


def allowed(scenario: Scenario, declaration: Declaration, wait_up_to_s: float) -> bool:
    """Whether this scenario waits for real in this run."""
    return 0 < wait_s(scenario, declaration) <= wait_up_to_s


def not_allowed(scenario: Scenario, declaration: Declaration) -> Text:
    """Why a scenario that could wait for real was not executed."""
    needed = round(wait_s(scenario, declaration))
    return Said("没有测试动作 clock, 要真实等待 {} 秒; 用 liantiao run --wait-up-to {}s 允许", needed, needed)


async def really(scene: Scene, args: Mapping[str, Any]) -> dict[str, Any]:
    """Let the time of a `clock` call go by, and put it into the evidence as a step."""
    seconds, loop = resolve(args["args"]["advance_ms"], scene.saved) / 1000, asyncio.get_running_loop()
    begun = loop.time()
    while (left := begun + seconds - loop.time()) > 0:
        scene.tell(Said("{}: 真实等待, 还有 {} 秒", scene.scenario.title, round(left)))
        await asyncio.sleep(min(left, TOLD_EVERY_S))
    waited = {"seconds": seconds, "waited_ms": round((loop.time() - begun) * 1000)}
    await scene.record("step", "real_wait", waited)
    return {"state": "done", "result": {}, "refs": {}}
