"""What the runner calls quiet below level 2: no news, nothing open, and who asks for an end has had its time to hear it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from evidence_writer import message, record

from conformance.declaration import Declaration, Driver
from conformance.runner.quiet import converge_ms, seen_quiet
from conformance.scenario import Step

ENDED = {"key": "O1", "before": "1", "after": "6"}


def polled(*states: str) -> list[dict[str, Any]]:
    """A 6301 every two seconds, answered at once."""
    found: list[dict[str, Any]] = []
    for n, state in enumerate(states):
        answer = {"payOrdId": "O1", "ordStas": state}
        for part, data in (("request", {"payOrdId": "O1"}), ("response", answer)):
            link = None if part == "request" else len(found)
            told = message("6301", part, data, ours=False, link=link, outer={"code": 0, "success": True})
            t = {"wire": "2026-11-29T16:00:00.000+08:00", "timer_ms": 1, "mono_ns": (100 + 2 * n) * 10**9}
            found.append({**record("message", person="P1", **told), "seq": len(found) + 1, "t": t})
    return found


def asked(records: list[dict[str, Any]], level: int = 1, steps: tuple[Step, ...] = (), **reply: Any) -> Any:
    """What is seen where the simulator says `reply`, and how long it was asked to wait."""
    waited = []

    async def quiet(_run: str, _flow: str, wait_ms: int, _quiet_ms: int) -> dict[str, Any]:
        waited.append(wait_ms)
        return {"quiet": False, "open": [], "window_ms": 900, "last_seq": len(records), **reply}

    async def until(*_: Any) -> bool:
        return True

    declaration = Declaration("v", "H1", "医院", "509999", ("A",), (), ("outpatient",), Driver("http", level))
    scene: Any = SimpleNamespace(
        control=SimpleNamespace(quiet=quiet), declaration=declaration, run="r", flow="f",
        collector=SimpleNamespace(wrote=lambda _seq: None, until=until, by_flow={"f": records}),
        scenario=SimpleNamespace(steps=steps),
    )  # fmt: skip
    assert converge_ms(scene) == 60_000
    return asyncio.run(seen_quiet(scene, 0)), waited


@pytest.mark.parametrize(("states", "reply", "quiet", "window_ms"), [
    (["1"] * 4, {}, True, 6900),
    (["1"] * 2, {}, False, 2900),
    (["1", "1", "1", "6"], {}, False, 900),
    (["1"] * 4, {"open": ["6301 in 9"]}, False, 900),
    (["1"] * 4, {"open": ["6302 plan"]}, False, 900),
])  # fmt: skip
def test_polls_that_hear_the_same_keep_nothing_from_being_quiet(
    states: list[str], reply: dict[str, Any], quiet: bool, window_ms: int
) -> None:
    found, _ = asked(polled(*states), **reply)
    assert (found["quiet"], found["window_ms"]) == (quiet, window_ms)


FOR_GOOD = (Step("fault", {"name": "drop_response", "interface": "6301", "times": 99}),)


@pytest.mark.parametrize(("window_ms", "steps", "quiet"), [
    (5000, (), False), (59_000, (), False), (61_000, (), True), (5000, FOR_GOOD, True),
])  # fmt: skip
def test_who_stopped_asking_before_the_end_came_has_its_time_to_hear_it(
    window_ms: int, steps: tuple[Step, ...], quiet: bool
) -> None:
    records = polled("1", "1")
    t = records[-1]["t"]
    records.append(
        {"seq": 5, "kind": "world", "what": "order", "person": "P1", "d": ENDED, "link": None, "t": t}
    )
    found, _ = asked(records, steps=steps, quiet=True, window_ms=window_ms, last_seq=4)
    assert found["quiet"] is quiet
    heard, _ = asked([*records, *({**one, "seq": one["seq"] + 5} | ({"link": 6} if one["link"] else {})
                     for one in polled("6"))], quiet=True, window_ms=5000, last_seq=7)  # fmt: skip
    assert heard["quiet"] is True


def test_at_level_2_the_simulators_word_stands() -> None:
    found, waited = asked(polled(*["1"] * 4), level=2, window_ms=100)
    assert (found["quiet"], found["window_ms"], waited) == (False, 100, [0])
