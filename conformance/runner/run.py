"""Run a plan against a vendor: side by side, the exclusive ones afterwards, everything into the run folder."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from conformance.declaration import Declaration
from conformance.early import EarlyWord
from conformance.evidence.records import Record
from conformance.runner import left_behind, scanning
from conformance.runner import manifest as manifests
from conformance.runner.child import Child, ChildError, start
from conformance.runner.collect import Collector
from conformance.runner.control import Control, ControlError
from conformance.runner.driver_io import Ask, VendorDriver
from conformance.runner.pacing import Pace, expected_s
from conformance.runner.private import private_folder, write_private
from conformance.runner.real_wait import allowed
from conformance.runner.roster import Roster
from conformance.runner.run_scenario import BEIJING, Outcome, now
from conformance.runner.scene import Scene, flow_of
from conformance.runner.verge import Verge
from conformance.scenario import Plan, Scenario
from simulator.protocol.text.said import Said

ANSWER_S = 30.0
FULL = (409, 507)
"""The simulator's answers when it cannot write (a full disk, a limit reached): the user's to mend, not a fault of ours."""
WORD_S = 3.0
FirstWord = Callable[[Sequence[Record]], EarlyWord]
Progress = Callable[[str, Mapping[str, Any]], None]
"""Told `("scenario", {"id", "title", "title_en", "outcome", "reason", "word", "done", "total"})`, `("stage", {"name"})`,
`("waiting", {"text"})` and, when the run is cut short, `("interrupted", {"done", "total", "folder"})`."""


class HarnessError(RuntimeError):
    """A run that began cannot be finished, and it is not the vendor's doing."""


def silent(_what: str, _detail: Mapping[str, Any]) -> None:
    """No progress."""


def new_run_id(suffix: str = "") -> str:
    """A name that sorts by time: `20261122-150000-3f2a`."""
    stamp = datetime.now(BEIJING).strftime("%Y%m%d-%H%M%S")
    return "-".join(part for part in (stamp, suffix, secrets.token_hex(2)) if part)


@contextlib.asynccontextmanager
async def vendor(
    declaration: Declaration,
    block: Mapping[str, Any],
    home: Path,
    folder: Path,
    log: Path,
    noted: Path | None = None,
) -> AsyncIterator[Declaration]:
    """Start the vendor's `command:` if there is one; the declaration as its ready line corrects it.

    `noted`: the folder that says that it was started, if not that of its log.
    """
    if not declaration.command:
        yield _corrected(declaration, {}, block)
        return
    config = home / "vendors" / f"{declaration.code}.json"
    private_folder(config.parent)
    write_private(config, json.dumps(block, ensure_ascii=False, indent=2))
    environment = {
        "LIANTIAO_VENDOR_CONFIG": str(config.resolve()),
        "LIANTIAO_DRIVER_TOKEN": declaration.driver.token or str(block.get("driverToken", "")),
    }
    child = await start(Said("被测系统"), declaration.command, log, environment=environment, folder=folder)
    left_behind.started(noted or log.parent, child.process.pid, declaration.command)
    try:
        yield _corrected(declaration, await _ready(child, declaration), block)
    finally:
        await child.stop()
        left_behind.stopped(noted or log.parent)


async def _ready(child: Child, declaration: Declaration) -> Mapping[str, Any]:
    """The ready line, or `{}` once the declared driver URL takes connections."""
    waiting = asyncio.create_task(child.ready(ANSWER_S))
    try:
        while not waiting.done():
            if declaration.driver.url and await _answers(declaration.driver.url):
                await asyncio.wait({waiting}, timeout=0.5)
                return waiting.result() if waiting.done() else {}
            await asyncio.wait({waiting}, timeout=0.2)
        ready = waiting.result()
    finally:
        waiting.cancel()
    if not ready:
        code = child.process.returncode
        raise ChildError(
            Said("被测系统已退出 (退出码 {}): {} (输出在 {})", code, child.last_words, child.log)
        )
    return ready


async def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        _, writer = await asyncio.wait_for(
            asyncio.open_connection(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)),
            1.0,
        )
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def _corrected(declaration: Declaration, ready: Mapping[str, Any], block: Mapping[str, Any]) -> Declaration:
    driver = declaration.driver
    driver = replace(
        driver,
        url=str(ready.get("driver") or driver.url).rstrip("/"),
        token=driver.token or str(block.get("driverToken", "")),
    )
    notify = str(ready.get("notify") or declaration.notify_6302)
    if driver.kind == "http" and not driver.url:
        raise ChildError(Said("被测系统的就绪行没有 driver, vendor.yaml 也没有 driver.url, 两处写一处即可"))
    if not notify:
        said = Said("被测系统的就绪行没有 notify, vendor.yaml 也没有 endpoints.notify_6302")
        raise ChildError(Said("{}; 写接收 6302 的地址, 只轮询的医院写 none", said))
    return replace(declaration, driver=driver, notify_6302=notify)


async def run_scenarios(
    control: Control,
    declaration: Declaration,
    block: Mapping[str, Any],
    plan: Plan,
    scenarios: Sequence[Scenario],
    folder: Path,
    base: Path,
    *,
    ask: Ask | None = None,
    progress: Progress = silent,
    with_raw: bool = True,
    parallel: int = 0,
    word: FirstWord | None = None,
    keep_going: bool = True,
    wait_up_to_s: float = 0,
    captured: Path | None = None,
) -> list[Outcome]:
    """Run `scenarios` in a namespace of their own and write the run folder `folder` (its name is the run).

    A scenario that stands there several times runs as often, each time a flow of its own with persons of its own.
    `wait_up_to_s`: scenarios that must wait for real, because the vendor has no clock, begin at once and run beside all
    others when they need no longer. `base` is where relative file names of the declaration start. `word`: a first judgement
    of a scenario's records. Without `keep_going` a run in which nothing can succeed ends when that is known. `captured`:
    where the output of a vendor goes that we started. A run that is cut short leaves a manifest that says which scenarios
    had ended.
    """
    run, started, begun = folder.name, now(), time.monotonic()
    manifest = manifests.skeleton(run, started, declaration, plan, block)
    flows = _flows(scenarios)
    manifests.begin(folder, manifest, {flow_of(*one): one[0] for one in flows})
    wallet = declaration.addresses.get("wallet_notify", "")
    await control.endpoints(declaration.code, declaration.notify_6302 or "none", wallet)
    await control.open_run(run, [declaration.code], declaration.profile)
    given = await asyncio.to_thread(scanning.artefacts, declaration, base, captured)
    done: dict[str, Outcome] = {}
    told: list[str] = []
    try:
        async with (
            Collector(control, run, folder, with_raw=with_raw) as collector,
            VendorDriver(declaration.driver, base, ask) as driver,
        ):
            roster = Roster(declaration.persons.listed)
            verge = Verge(control, collector, run, declaration.code, active=not keep_going)
            collector.hear = verge.hear

            async def one(scenario: Scenario, turn: int) -> None:
                scene = Scene(control, driver, collector, declaration, plan, run, scenario, turn=turn)
                scene.tell = lambda text: progress("waiting", {"text": text})
                scene.really_waits = allowed(scenario, declaration, wait_up_to_s)
                async with roster.taken(len(scenario.persons)) as scene.people:
                    outcome = done[scene.flow] = await verge.run(scene)
                said = (
                    await _first_word(word, collector, scene.flow)
                    if word is not None and not verge.over
                    else None
                )
                told.append(scene.flow)
                progress(
                    "scenario",
                    {
                        "id": scenario.id,
                        "title": scenario.title,
                        "title_en": scenario.title_en,
                        "outcome": outcome.outcome,
                        "reason": outcome.reason,
                        "word": said,
                        "done": len(told),
                        "total": len(scenarios),
                    },
                )

            waiting = [item for item in flows if allowed(item[0], declaration, wait_up_to_s)]
            async with asyncio.TaskGroup() as tasks:
                for item in waiting:
                    tasks.create_task(one(*item))
                others = [item for item in flows if item not in waiting]
                await _side_by_side(
                    [item for item in others if not _alone(item[0], declaration)],
                    one,
                    parallel or declaration.parallel,
                    Pace(control),
                )
                for item in others:
                    if _alone(item[0], declaration):
                        await one(*item)
            await scanning.scan(control, run, declaration.code, base, given, scanning.places_of(block))
            if captured is not None:
                await scanning.shown_copy(control, run, captured, folder / captured.name)
            await control.close_run(run)
            await collector.finish()
    except ControlError as error:
        if error.status in FULL:
            raise ChildError(Said("运行中断, 模拟器写不下证据: {}", error)) from None
        raise HarnessError(Said("模拟器在运行中停止应答: {}", error)) from None
    except BaseException:
        rows = [done.get(flow_of(*one)) or manifests.interrupted(*one, started) for one in flows]
        manifests.write(folder, {**manifest, "ended": now(), "scenarios": [row.as_json() for row in rows]})
        progress("interrupted", {"done": len(done), "total": len(flows), "folder": str(folder)})
        with contextlib.suppress(Exception):
            await control.close_run(run)
        raise
    outcomes = [done[flow_of(*one)] for one in flows]
    manifests.finish(manifest, now(), time.monotonic() - begun, outcomes, collector)
    manifests.write(folder, manifest)
    return outcomes


async def _first_word(word: FirstWord, collector: Collector, flow: str) -> EarlyWord | None:
    """The first judgement of a flow, once its end record has arrived; None when it does not."""
    if not await collector.until(flow, lambda records: _ended(records[-20:]), WORD_S):
        return None
    return await asyncio.to_thread(word, tuple(collector.by_flow[flow]))


def _ended(records: Sequence[Record]) -> bool:
    return any(one.get("kind") == "scenario" and one.get("what") == "end" for one in records)


def _alone(scenario: Scenario, declaration: Declaration) -> bool:
    whole_vendor_clock = "clock" in scenario.hooks and not declaration.driver.clock_by_flow
    by_institution = any(step.verb == "fault" and "institution" in step.args for step in scenario.steps)
    return scenario.exclusive or whole_vendor_clock or by_institution


def _flows(scenarios: Sequence[Scenario]) -> list[tuple[Scenario, int]]:
    """Each scenario with the how-manieth time it is."""
    turns: Counter[str] = Counter()
    found = []
    for scenario in scenarios:
        turns[scenario.id] += 1
        found.append((scenario, turns[scenario.id]))
    return found


async def _side_by_side(
    flows: Sequence[tuple[Scenario, int]], one: Callable[[Scenario, int], Any], limit: int, pace: Pace
) -> None:
    gate = asyncio.Semaphore(limit)

    async def gated(scenario: Scenario, turn: int) -> None:
        async with gate:
            await pace.begin()
            await one(scenario, turn)

    async with asyncio.TaskGroup() as tasks:
        for scenario, turn in sorted(flows, key=lambda item: -expected_s(item[0])):
            tasks.create_task(gated(scenario, turn))
