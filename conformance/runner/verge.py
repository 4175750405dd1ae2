"""End a run that cannot succeed: once the first flows all failed at the envelope, what runs is cut and the rest is not begun."""

from __future__ import annotations

import asyncio

from conformance.evidence.envelope_watch import EnvelopeWatch
from conformance.evidence.records import Record
from conformance.runner.collect import Collector
from conformance.runner.control import Control
from conformance.runner.run_scenario import Outcome, now, run_scenario, steps_of
from conformance.runner.scene import Scene
from simulator.protocol.text.said import Said, Text, stored

GRACE_S = 1.0
"""How long flows that run may still go on: what they have under way is evidence of the same cause."""


class Verge:
    """Runs scenarios until the records of the run show that none can succeed. `active`: whether that ends anything."""

    def __init__(
        self, control: Control, collector: Collector, run: str, institution: str, *, active: bool
    ) -> None:
        self._control, self._collector, self._run, self._code = control, collector, run, institution
        self._watch = EnvelopeWatch() if active else None
        self._over = asyncio.Event()
        self._told = False

    def hear(self, record: Record) -> None:
        """One record of the run."""
        if self._watch is not None and not self.over:
            self._watch.put(record)
            if self._watch.hopeless:
                self._over.set()

    @property
    def over(self) -> bool:
        """Whether the run is to end."""
        return self._over.is_set()

    @property
    def why(self) -> Text:
        """Why the run ends early."""
        if self._watch is None:
            return ""
        numbers = ", ".join(map(str, self._watch.records))
        return Said(
            "提前结束: 开头的流程都在信封处被拒绝, 原因相同(记录 {}): {}; 先解决它, 或用 --keep-going 运行全部",
            numbers, self._watch.cause,
        )  # fmt: skip

    async def run(self, scene: Scene) -> Outcome:
        """Run the scenario, as far as the run goes on."""
        if self.over:
            return await self._left_out(scene)
        started = now()
        running = asyncio.create_task(run_scenario(scene))
        ending = asyncio.create_task(self._over.wait())
        try:
            await asyncio.wait({running, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                await asyncio.wait({running}, timeout=GRACE_S)
            if running.done():
                return running.result()
            return await self._cut(scene, running, started)
        finally:
            for task in (running, ending):
                task.cancel()

    async def _cut(self, scene: Scene, running: asyncio.Task[Outcome], started: str) -> Outcome:
        running.cancel()
        await asyncio.wait({running})
        await self._tell()
        detail = {"outcome": "ran", **stored("reason", self.why), "quiet": {"quiet": False}}
        await scene.record("scenario", "end", detail)
        return Outcome(scene.scenario, scene.flow, "ran", self.why, started, now(), steps_of(scene.scenario))

    async def _left_out(self, scene: Scene) -> Outcome:
        await self._tell()
        return Outcome(scene.scenario, scene.flow, "skipped", self.why, now(), now())

    async def _tell(self) -> None:
        """Put it into the evidence once, so that whoever judges knows why the rest was not executed."""
        if not self._told:
            self._told = True
            detail = {**stored("why", self.why), "records": list(self._watch.records if self._watch else ())}
            body = {"kind": "run", "what": "stopped", "institution": self._code, "d": detail}
            self._collector.wrote(await self._control.record(self._run, body))
