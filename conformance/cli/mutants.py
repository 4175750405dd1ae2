"""`liantiao mutants`: every deliberately faulty hospital must be caught, every healthy one must pass.

Many hospitals in one process against one simulator, each its own institution.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance import ledger
from conformance.cli.kill_matrix import Pair, caught_by_the_simulator, own_checks, twins
from conformance.cli.terminal import (
    PASSED,
    VIOLATED,
    Command,
    json_option,
    machine,
    note,
    option,
    out,
    run_async,
    shown,
)
from conformance.declaration import Declaration
from conformance.mistake import Mistake
from conformance.runner import catalogue, folders, session
from conformance.runner.child import start
from conformance.runner.control import Control
from conformance.runner.private import private_folder, write_private
from conformance.runner.run import new_run_id, run_scenarios
from conformance.runner.simulators import Choice, simulator
from conformance.scenario import Plan, Scenario
from simulator.protocol.text.said import Said, Text, from_json, listed, said_in

if TYPE_CHECKING:  # the reference hospital is loaded by this command alone
    from conformance.cli.bench_hospitals import BenchHospital

AT_ONCE = 6
DRAWN_VARIANTS, DRAWN_PAIRS = 4, 2
PARALLEL = 4
BYSTANDER = "H50999999999"
"""A hospital of the same process that is not tried: its keys are what a careless neighbour signs with."""
BAD = ("fail", "error", "waiting")


@dataclass(slots=True)
class Result:
    """What the judge said: requirement -> verdicts that are not good, and the scenarios that broke."""

    patient: BenchHospital
    failed: dict[str, Text] = field(default_factory=dict)
    errors: dict[str, Text] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    broken: list[Text] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    pairs: set[Pair] = field(default_factory=set)
    by_simulator: list[Pair] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def caught(self) -> tuple[str, ...]:
        """The rules that were to catch it and did."""
        return tuple(name for name in self.patient.caught_by if name in self.failed)

    @property
    def missed(self) -> tuple[str, ...]:
        """The rules that were to catch it and did not, and the kind that none of them named."""
        missed = [name for name in self.patient.caught_by if name not in self.failed]
        how = self.patient.how
        return (*missed, *([f"({how})"] if how and how not in self.kinds else []))

    @property
    def collateral(self) -> tuple[str, ...]:
        """Other rules that failed too."""
        return tuple(name for name in self.failed if name not in self.patient.caught_by)


@click.command(
    cls=Command,
    help=Said("故意做错的医院必须被抓到, 正确的不得误报"),
    example="liantiao mutants\nliantiao mutants --only sign_der --only float_amount",
)
@option("--only", multiple=True, metavar="NAME", help=Said("只试这些 (变体或突变)"))
@option("--full", is_flag=True, help=Said("突变也跑全部场景, 正确的写法全部试"))
@option(
    "--variants",
    type=click.IntRange(min=0),
    default=None,
    help=Said("抽几种正确的写法, 不写为 {}", DRAWN_VARIANTS),
)
@option(
    "--pairs",
    type=click.IntRange(min=0),
    default=None,
    help=Said("抽几对可以并用的正确写法"),
)
@option("--seed", default="", metavar="TEXT", help=Said("按它抽取, 不写则随机, 会打印"))
@option("--healthy", is_flag=True, help=Said("只试正确的医院"))
@option("--plan", "plan_name", default="A", show_default=True, help=Said("计划"))
@option("--runs", default=folders.RUNS, show_default=True, help=Said("运行结果目录"))
@option("--at-once", default=AT_ONCE, show_default=True, help=Said("同时进行的医院数"))
@json_option()
def mutants(
    only: Sequence[str], full: bool, variants: int | None, pairs: int | None, seed: str, healthy: bool,
    plan_name: str, runs: str, at_once: int, as_json: bool,
) -> int:  # fmt: skip
    """Mutants."""
    from conformance.cli.bench_hospitals import choose, draw

    begun = time.monotonic()
    plan = catalogue.plan(plan_name)
    seed = seed or secrets.token_hex(4)
    several = DRAWN_PAIRS if pairs is None else pairs
    drawn = draw(seed, variants if variants is not None else None if full else DRAWN_VARIANTS, several)
    bench = choose(plan, only, full, drawn, healthy=healthy)
    if not only:
        note(Said("抽取正确的写法: --seed {}", seed))
    folder = private_folder(Path(runs) / new_run_id("mutants"))
    home = Path(tempfile.mkdtemp(prefix="liantiao-home-"))
    try:
        results = run_async(lambda: try_all(plan, bench, folder, home, max(1, at_once)))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    unkilled = [] if only or healthy else never_red(results)
    alike = twins({one.patient.name: one.pairs for one in results if one.patient.mutant})
    matrix = {
        "schema": 1,
        "plan": plan.id,
        "seed": seed,
        "results": [as_row(result) for result in results],
        "unkilled_must": unkilled,
        "twins": [list(names) for names in alike],
        "elapsed_s": round(time.monotonic() - begun, 1),
    }
    (folder / "kill-matrix.json").write_text(
        json.dumps(matrix, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    if as_json:
        machine(matrix)
    else:
        show(results, unkilled, alike, folder, matrix["elapsed_s"])
    bad = unkilled or alike or any(not good(result) for result in results)
    return VIOLATED if bad else PASSED


async def try_all(
    plan: Plan, bench: Sequence[BenchHospital], folder: Path, home: Path, at_once: int
) -> list[Result]:
    """Run and judge every hospital of `bench`."""
    from conformance.cli.bench_hospitals import declaration_of

    scenarios = {name: catalogue.scenario(name) for patient in bench for name in patient.scenarios}
    async with simulator(Choice(home, temporary=True), folder / "simulator.log") as control:
        blocks = [
            await control.institution(f"H509999{number:05d}", f"联调{patient.name}", "509999")
            for number, patient in enumerate(bench, 1)
        ]
        rows = [
            {
                "config": block,
                "mutant": patient.mutant,
                "variant": ",".join(v.name for v in patient.variants),
                "files": str(home / patient.name),
            }
            for block, patient in zip(blocks, bench, strict=True)
        ]
        bystander = await control.institution(BYSTANDER, "H509", "509999")
        rows.append({"config": bystander, "mutant": "", "variant": ""})
        file = home / "hospitals.json"
        write_private(file, json.dumps(rows, ensure_ascii=False))
        command = [sys.executable, "-m", "conformance.reference", "--hospitals", str(file), "--port", "0"]
        command += ["--with-parent"]
        child = await start(Said("参考医院"), command, folder / "hospitals.log", ours=True)
        try:
            ready = await child.ready()
            lines = ready.get("all") or [ready]
            if len(lines) != len(rows):
                raise Mistake(Said("参考医院没有启动, 它的输出在 {}", child.log))
            declared = [
                declaration_of(patient, block, line, home / patient.name)
                for patient, block, line in zip(bench, blocks, lines[:-1], strict=True)
            ]
            return await _side_by_side(control, plan, bench, blocks, declared, scenarios, folder, at_once)
        finally:
            await child.stop()


async def _side_by_side(
    control: Control, plan: Plan, bench: Sequence[BenchHospital], blocks: Sequence[Mapping[str, Any]],
    declared: Sequence[Declaration], scenarios: Mapping[str, Scenario], folder: Path, at_once: int,
) -> list[Result]:  # fmt: skip
    gate, done = asyncio.Semaphore(at_once), 0

    async def one(number: int) -> Result:
        nonlocal done
        patient = bench[number]
        async with gate:
            place, since = folder / f"{folder.name}-{patient.folder}", time.monotonic()
            chosen = [scenarios[name] for name in patient.scenarios]
            await run_scenarios(
                control, declared[number], blocks[number], plan, chosen, place, Path.cwd(),
                with_raw=False, parallel=PARALLEL,
            )  # fmt: skip
            result = await asyncio.to_thread(judged, patient, place, declared[number], plan)
            result.seconds = round(time.monotonic() - since, 1)
        done += 1
        note(f"[{done}/{len(bench)}] {patient.name:<26} {verdict(result)}")
        return result

    return list(await asyncio.gather(*(one(number) for number in range(len(bench)))))


def judged(patient: BenchHospital, place: Path, declaration: Declaration, plan: Plan) -> Result:
    """Judge one run and sort its verdicts."""
    manifest = session.judge(place, declaration, plan)
    result = Result(patient)
    result.broken = [
        Said("{}: {}", row["id"], said_in(row, "reason"))
        for row in manifest["scenarios"]
        if row["outcome"] == "error"
    ]
    with (place / "verdicts.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            result.counts[row["verdict"]] += 1
            name, where = row["requirement"], Said("{}: {}", row["scenario"], said_in(row, "observed"))
            if row["verdict"] == "fail":
                result.failed.setdefault(name, where)
                way = row.get("kind") or row.get("fact", "")
                result.pairs.add((f"{name}:{way}" if way else name, row["scenario"]))
                result.kinds.update([row.get("kind", "")] if name in patient.caught_by else [])
            elif row["verdict"] in BAD:
                result.errors.setdefault(name, where)
            elif row["verdict"] == "pass":
                result.passed.add(name)
    result.by_simulator = _by_simulator(result, manifest)
    concluded = manifest["conclusion"]
    unseen = concluded["musts"]["not_offered"] and concluded["id"] != "selected" and not patient.declares
    if not patient.mutant and (concluded["exit"] or unseen):  # also a MUST that nothing executed
        result.errors.setdefault(concluded["text"], listed("; ", map(from_json, concluded["notes_said"])))
    return result


def _by_simulator(result: Result, manifest: Mapping[str, Any]) -> list[Pair]:
    """Where a mutant was caught by nothing but a refusal that the vendor had to spare the centre."""
    known = ledger.load()
    covers = {row["id"]: row["covers"] for row in manifest["scenarios"]}
    failed = [(name.split(":")[0], scenario) for name, scenario in sorted(result.pairs)]
    caught = [pair for pair in failed if pair[0] in result.patient.caught_by]
    return caught_by_the_simulator(
        caught, {row.id: row.group for row in known.requirements}, covers, own_checks(known)
    )


def good(result: Result) -> bool:
    """A mutant is caught by every rule that was to catch it; a healthy hospital has nothing against it."""
    if result.patient.mutant:
        return not (result.missed or result.by_simulator)
    return not (result.failed or result.errors or result.broken)


def never_red(results: Sequence[Result]) -> list[str]:
    """MUST requirements that no mutant made fail: they have not been proved to be rules."""
    red = {name for result in results if result.patient.mutant for name in result.failed}
    return [row.id for row in ledger.load().requirements if row.level == "MUST" and row.id not in red]


def verdict(result: Result) -> str:
    """One word, and what it rests on."""
    if result.patient.mutant:
        if result.missed:
            return shown(Said("漏过: {}", ", ".join(result.missed)))
        if result.by_simulator:
            where = ", ".join("/".join(pair) for pair in result.by_simulator)
            return shown(Said("只被模拟器拒绝, 用例要求被测系统自己检查: {}", where))
        return shown(Said("抓到: {}", ", ".join(result.caught)))
    if good(result):
        return shown(Said("通过 ({} 条要求)", len(result.passed)))  # what is left is n/a or not offered
    reasons = [*result.failed, *result.errors, *(str(line).split(":")[0] for line in result.broken)]
    return shown(Said("误报: {}", ", ".join(dict.fromkeys(reasons))))


def as_row(result: Result) -> dict[str, Any]:
    """The row of kill-matrix.json."""
    patient = result.patient
    return {
        "name": patient.name,
        "kind": "mutant" if patient.mutant else "healthy",
        "good": good(result),
        "caught_by": list(patient.caught_by),
        "caught": list(result.caught),
        "missed": list(result.missed),
        "collateral": list(result.collateral),
        "pairs": [list(pair) for pair in sorted(result.pairs)],
        "by_simulator": [list(pair) for pair in result.by_simulator],
        "failed": {name: str(where) for name, where in result.failed.items()},
        "errors": {name: str(where) for name, where in result.errors.items()},
        "broken": [str(line) for line in result.broken],
        "verdicts": dict(sorted(result.counts.items())),
        "seconds": result.seconds,
    }


def show(
    results: Sequence[Result], unkilled: Sequence[str], alike: Sequence[Sequence[str]], folder: Path, elapsed_s: Any
) -> None:  # fmt: skip
    """The kill matrix as text."""
    out(Said("击杀矩阵"))
    for result in results:
        out(f"  {'ok ' if good(result) else 'BAD'} {result.patient.name:<26} {verdict(result)}")
        if not good(result):
            for name, where in {**result.failed, **result.errors}.items():
                out(f"        {name}: {shown(where)}")
            for line in result.broken:
                out(f"        {shown(line)}")
    out(Said("此外见红的要求"))
    for result in results:
        if result.patient.mutant and result.collateral:
            out(f"      {result.patient.name:<26} {', '.join(result.collateral)}")
    for names in alike:
        out(Said("分不开的突变 (见红的要求与场景完全相同): {}", ", ".join(names)))
    caught = sum(bool(result.patient.mutant) and good(result) for result in results)
    total = sum(bool(result.patient.mutant) for result in results)
    out(Said("突变 {}/{} 被抓到", caught, total))
    if unkilled:
        out(Said("从未见红的必选要求: {}", ", ".join(unkilled)))
    out(f"{folder / 'kill-matrix.json'}  {elapsed_s} s")
