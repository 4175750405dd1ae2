"""One healthy hospital, late by 0, 50, 500 and 3,000 ms, side by side and under load: are the verdicts the same?

    python benchmarks/delays.py --delays 0,50,500,3000 [--load] [--plan A] [--only ID] [--variant NAME]

Verdicts of requirements about time may differ and are left out. Exit code 1 when any other differs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from conformance.cli.demo import reference_declaration
from conformance.runner import catalogue, session
from conformance.runner.child import start
from conformance.runner.private import private_folder, write_private
from conformance.runner.run import new_run_id, run_scenarios
from conformance.runner.simulators import Choice, simulator
from conformance.scenario import Plan, Scenario

ABOUT_TIME = ("NTF-ACK-001",)
"""Requirements whose text names a time within which the vendor must act."""
CONVERGE_MS = 15_000
Verdicts = Mapping[str, str]
"""`flow/requirement` -> verdict."""


async def verdicts_of(
    delays: Sequence[int],
    plan: Plan,
    scenarios: Sequence[Scenario],
    folder: Path,
    *,
    parallel: int,
    variant: str = "",
) -> list[Verdicts]:
    """The verdicts on one hospital for each delay, all run at the same time against one simulator."""
    home = Path(tempfile.mkdtemp(prefix="liantiao-home-"))
    try:
        async with simulator(Choice(home, temporary=True), folder / "simulator.log") as control:
            blocks = [
                await control.institution(f"H509999{number:05d}", f"late by {ms} ms", "509999")
                for number, ms in enumerate(delays, 1)
            ]
            rows = [
                {"config": block, "delay_ms": ms, "variant": variant}
                for block, ms in zip(blocks, delays, strict=True)
            ]
            file = home / "hospitals.json"
            write_private(file, json.dumps(rows, ensure_ascii=False))
            command = [
                sys.executable,
                "-m",
                "conformance.reference",
                "--hospitals",
                str(file),
                "--with-parent",
            ]
            child = await start("reference hospitals", command, folder / "hospitals.log", ours=True)
            try:
                ready = await child.ready()
                lines = ready.get("all") or [ready]

                async def one(number: int) -> Verdicts:
                    block, line, ms = blocks[number], lines[number], delays[number]
                    made = reference_declaration(
                        str(block["orgCodg"]), str(block["orgName"]), plan.mode, notify=str(line["notify"]),
                        token=str(block["driverToken"]), url=str(line["driver"]),
                    )  # fmt: skip
                    declared = replace(made, timers={**made.timers, "converge_ms": CONVERGE_MS})
                    place, begun = folder / f"{folder.name}-{ms}", time.monotonic()
                    await run_scenarios(
                        control, declared, block, plan, scenarios, place, Path.cwd(),
                        with_raw=False, parallel=parallel,
                    )  # fmt: skip
                    print(f"late by {ms} ms: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
                    await asyncio.to_thread(session.judge, place, declared, plan)
                    return read(place)

                return list(await asyncio.gather(*(one(number) for number in range(len(delays)))))
            finally:
                await child.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def read(place: Path) -> Verdicts:
    """The verdicts of a judged run, without those about time."""
    rows = [json.loads(line) for line in (place / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()]
    return {
        f"{row['flow']}/{row['requirement']}": row["verdict"]
        for row in rows
        if row["requirement"] not in ABOUT_TIME
    }


def against(verdicts: Verdicts) -> list[str]:
    """What is held against the hospital: it is a healthy one."""
    return [f"{name}: {one}" for name, one in verdicts.items() if one not in ("pass", "n/a", "skip", "warn")]


def differences(first: Verdicts, other: Verdicts) -> list[str]:
    """One line for each verdict that is not the same. A rule that nothing gave an occasion to has nothing against anybody."""
    names = sorted(first.keys() | other.keys())
    pairs = [(name, first.get(name, "pass"), other.get(name, "pass")) for name in names]
    return [f"{name}: {one} -> {two}" for name, one, two in pairs if one != two]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, compare, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--delays", default="0,50,500,3000")
    parser.add_argument("--load", action="store_true", help="one busy process for each core meanwhile")
    parser.add_argument("--plan", default="A")
    parser.add_argument("--variant", default="")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--parallel", type=int, default=6, help="scenarios at once of each hospital")
    parser.add_argument("--runs", default="runs")
    options = parser.parse_args(arguments)
    plan = catalogue.plan(options.plan)
    scenarios = [catalogue.scenario(name) for name in options.only] or catalogue.of_plan(plan)
    delays = [int(part) for part in options.delays.split(",")]
    folder = private_folder(Path(options.runs) / new_run_id("delays"))
    busy = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range((os.cpu_count() or 1) if options.load else 0)
    ]
    try:
        found = asyncio.run(
            verdicts_of(delays, plan, scenarios, folder, parallel=options.parallel, variant=options.variant)
        )
    finally:
        for one in busy:
            one.kill()
    bad = {
        name: verdict for name, verdict in found[0].items() if verdict not in ("pass", "n/a", "skip", "warn")
    }
    for name, verdict in bad.items():
        print(f"late by {delays[0]} ms: {name}: {verdict}")
    differ = 0
    for ms, verdicts in zip(delays[1:], found[1:], strict=True):
        lines = differences(found[0], verdicts)
        differ += len(lines)
        print(f"late by {ms} ms against {delays[0]} ms: {len(verdicts)} verdicts, {len(lines)} differ")
        for line in lines:
            print(f"  {line}")
    return 1 if differ or bad else 0


if __name__ == "__main__":
    sys.exit(main())
