"""A run that cannot succeed is cut: what runs ends now, what has not begun never does, and the evidence says why once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from evidence_writer import Writer, message

from conformance.runner import verge as verges
from conformance.runner.run_scenario import Outcome
from conformance.runner.verge import Verge
from conformance.scenario import load
from simulator.protocol.text.said import said_in

BAD = [{"n": "sign.verify", "ok": False, "note": "验签失败"}]


def refusals(count: int = 3) -> list[dict[str, Any]]:
    told = Writer()
    for number in range(count):
        seq = told.add("message", flow=f"f{number}", **message("6201", "request", {}, ours=False, facts=BAD))
        answer = message("6201", "response", {}, ours=True, link=seq, outer={"code": "-1"})
        told.add("message", flow=f"f{number}", **answer)
    return told.records


class Keeper:
    """The control API as far as records go, and a collector that is told of them."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    async def record(self, _run: str, one: dict[str, Any]) -> int:
        self.said.append(one)
        return len(self.said)

    def wrote(self, _seq: int) -> None: ...


class Scene:
    """A scenario that waits until somebody ends it."""

    flow = "pay/tiny"
    scenario = load("schema: 1\nid: pay/tiny\ntitle: 小\npurpose: 试\ncovers: []\npersons: {甲: {}}\nsteps: [{show_code: {person: 甲}}]\n", "t")  # fmt: skip

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper

    async def record(self, kind: str, what: str, d: dict[str, Any]) -> None:
        await self.keeper.record("r", {"kind": kind, "what": what, "d": d})


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def forever(scene: Any) -> Outcome:
        await asyncio.sleep(3600)
        return Outcome(scene.scenario, scene.flow)

    monkeypatch.setattr(verges, "run_scenario", forever)
    monkeypatch.setattr(verges, "GRACE_S", 0.001)


async def cut(active: bool = True) -> tuple[list[Outcome], Keeper]:
    keeper = Keeper()
    verge = Verge(keeper, keeper, "r", "H1", active=active)  # type: ignore[arg-type]
    first = asyncio.create_task(verge.run(Scene(keeper)))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    for record in refusals():
        verge.hear(record)
    if not active:
        await asyncio.sleep(0.05)
        assert not first.done(), "--keep-going runs everything"
        first.cancel()
        return [], keeper
    return [await first, await verge.run(Scene(keeper))], keeper  # type: ignore[arg-type]


@pytest.mark.usefixtures("waits")
def test_what_runs_is_cut_and_what_has_not_begun_is_not_executed() -> None:
    outcomes, keeper = asyncio.run(cut())
    assert [one.outcome for one in outcomes] == ["ran", "skipped"]
    assert all("验签失败" in str(one.reason) and "--keep-going" in str(one.reason) for one in outcomes)
    stopped, end = keeper.said
    assert (stopped["kind"], stopped["what"], stopped["d"]["records"]) == ("run", "stopped", [1, 3, 5])
    assert said_in(stopped["d"], "why") == outcomes[0].reason
    assert (end["what"], end["d"]["quiet"]) == ("end", {"quiet": False})


@pytest.mark.usefixtures("waits")
def test_who_wants_everything_gets_everything() -> None:
    _, keeper = asyncio.run(cut(active=False))
    assert keeper.said == []
