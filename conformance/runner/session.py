"""From a declaration file to a judged run folder: what the command line and the pytest plugin share."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance import declaration as declarations
from conformance.declaration import Declaration
from conformance.mistake import Mistake
from conformance.runner import catalogue, retention
from conformance.runner.child import ChildError
from conformance.runner.contract import preflight
from conformance.runner.control import ControlError
from conformance.runner.driver_io import Ask
from conformance.runner.fit import unfit
from conformance.runner.folders import HOME, RUNS
from conformance.runner.left_behind import left_behind
from conformance.runner.private import private_folder
from conformance.runner.retention import RAW
from conformance.runner.run import FirstWord, Progress, new_run_id, run_scenarios, silent, vendor
from conformance.runner.simulators import Choice, simulator
from conformance.scenario import Plan, Scenario
from simulator.protocol.text.said import Said
from simulator.protocol.text.unfit import LISTED

SET_UP_ERRORS = (Mistake, ChildError, ControlError)
"""What the user can mend before anything ran: one line and exit code 2."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be run. `base`: where relative names of the declaration start; `folder`: a run folder made before.

    `keep_going`: run everything, also when the first flows show that nothing can succeed.
    """

    declaration: Declaration
    base: Path
    plan: Plan
    scenarios: Sequence[Scenario]
    simulator: Choice = field(default_factory=lambda: Choice(Path(HOME)))
    runs: Path = Path(RUNS)
    ask: Ask | None = None
    progress: Progress = silent
    folder: Path | None = None
    keep_going: bool = False
    wait_up_to_s: float = 0
    """How long a scenario may really wait for a vendor without a clock (contracts 3)."""


def read_declaration(file: Path, environment: Mapping[str, str] | None = None) -> Declaration:
    """Read `vendor.yaml`. Raises Mistake."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Mistake(Said("不是 UTF-8 编码, 另存为 UTF-8"), file=str(file)) from None
    except OSError as error:
        hint = Said("用 liantiao init 生成一份") if not file.exists() else error.strerror or str(error)
        raise Mistake(Said("读不到 ({})", hint), file=str(file)) from None

    def read_text(name: str) -> str:
        return (file.parent / name).read_text(encoding="utf-8")

    found = declarations.load(text, str(file), os.environ if environment is None else environment, read_text)
    wrong = unfit(found)
    if wrong:
        raise Mistake.of(wrong, LISTED)
    return found


def choose(
    declaration: Declaration, plan_name: str = "", only: Sequence[str] = (), folder: Path | None = None
) -> tuple[Plan, list[Scenario]]:
    """The plan of the declaration's first mode (or the one asked for) and its scenarios. Raises Mistake."""
    plan = catalogue.plan(plan_name or declaration.modes[0], folder)
    if plan.mode not in declaration.modes:
        raise Mistake(
            Said(
                "声明的模式是 {}, 计划 {} 属于模式 {}, 两处写成一致",
                ", ".join(declaration.modes),
                plan.id,
                plan.mode,
            ),
            file=declaration.file,
            field="modes",
        )
    if only:
        return plan, [catalogue.scenario(name, folder) for name in only]
    return plan, catalogue.of_plan(plan, folder)


async def perform(wish: Wish) -> Path:
    """Run and write the run folder; nothing is judged yet. Raises one of SET_UP_ERRORS before a run began."""
    declared = wish.declaration
    if declared.persons.on_file and not declared.persons.listed:
        text = Said("人员名单还没有, 运行 liantiao doctor 生成, 导入被测系统后再运行")
        raise Mistake(text, file=declared.persons.file, field="persons.import")
    deleted = retention.line(retention.expire(wish.runs, declared.retain_days), declared.retain_days)
    if deleted:
        wish.progress("waiting", {"text": deleted})
    for one in left_behind(wish.runs):
        wish.progress("waiting", {"text": one.said})
    folder = wish.folder or wish.runs / new_run_id()
    private_folder(folder)
    wish.progress("stage", {"name": "simulator"})
    with _no_empty(folder):
        await _run_in(folder, declared, wish)
    return folder


@contextlib.contextmanager
def _no_empty(folder: Path) -> Iterator[None]:
    """A run that never began leaves no empty folder."""
    try:
        yield
    except SET_UP_ERRORS:
        with contextlib.suppress(OSError):  # there is something in it
            folder.rmdir()
        raise


async def _run_in(folder: Path, declared: Declaration, wish: Wish) -> None:
    async with simulator(
        wish.simulator,
        folder / "simulator.log",
        lambda text: wish.progress("waiting", {"text": text}),
        starts_vendor=bool(declared.command),
    ) as control:
        block = await control.institution(declared.code, declared.name, declared.region, declared.profile)
        wish.progress("stage", {"name": "vendor"})
        log = (
            folder / RAW / "vendor.log"
        )  # in clear, so beside the messages: never handed in, gone after retain_days
        async with vendor(declared, block, wish.simulator.home, wish.base, log, folder) as corrected:
            problem = await preflight(corrected, wish.base)
            if problem:
                raise Mistake(problem, file=declared.file, field="driver")
            wish.progress("stage", {"name": "scenarios"})
            await run_scenarios(
                control,
                corrected,
                block,
                wish.plan,
                wish.scenarios,
                folder,
                wish.base,
                ask=wish.ask,
                progress=wish.progress,
                captured=log if declared.command else None,
                word=await asyncio.to_thread(_words, corrected, wish.plan),
                keep_going=wish.keep_going,
                wait_up_to_s=wish.wait_up_to_s,
            )


def _words(declaration: Declaration, plan: Plan) -> FirstWord:
    """Says of a scenario's records how it stands."""
    from conformance import ledger
    from conformance.early import early

    known = ledger.load()
    return lambda records: early(records, known, declaration, plan)


Facts = Mapping[int, Sequence[Mapping[str, Any]]]
"""Record number -> the facts to judge by in place of the recorded ones."""


def judge(
    folder: Path, declaration: Declaration, plan: Plan, facts: Facts | None = None
) -> Mapping[str, Any]:
    """Judge a run folder and return its manifest, conclusion included."""
    from conformance.judge_run import judge_run
    from conformance.runner import manifest

    judge_run(folder, declaration, plan, facts=facts)
    return manifest.read(folder)
