"""`liantiao judge`: judge the evidence of a run again, under the rules of today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from conformance import persons
from conformance.cli.run import exit_code, judge_and_render, print_summary, summary
from conformance.cli.terminal import Command, json_option, machine, option
from conformance.declaration import Declaration, Driver
from conformance.mistake import Mistake
from conformance.runner import catalogue, manifest, session


@click.command(
    cls=Command,
    help="对已有证据重新判定并出报告 | judge the evidence of a run again and write its reports",
    example="liantiao judge runs/20261122-150000-3f2a",
)
@click.argument("folder", metavar="RUN")
@option("--declaration", "file", default="", help="改用此声明 | use this declaration instead")
@json_option()
def judge(folder: str, file: str, as_json: bool) -> int:
    """Judge."""
    place = run_folder(folder)
    row = manifest.read(place)
    declaration = session.read_declaration(Path(file)) if file else remembered(row)
    found = judge_and_render(place, declaration, catalogue.plan(str(row.get("plan", "A"))))
    if as_json:
        machine(summary(place, found, float(found.get("elapsed_s", 0))))
    else:
        print_summary(place, found, float(found.get("elapsed_s", 0)))
    return exit_code(found)


def run_folder(name: str) -> Path:
    """The folder of a run, or the newest run for `last`. Raises Mistake."""
    place = Path(name)
    if name == "last":
        runs = sorted(Path(session.RUNS).glob("*/manifest.json"))
        if not runs:
            raise Mistake("还没有运行", file=session.RUNS)
        return runs[-1].parent
    if not (place / manifest.FILE).is_file():
        raise Mistake("不是运行目录 (没有 manifest.json), 例如 runs/20261122-150000-3f2a", file=name)
    return place


def remembered(row: dict[str, Any]) -> Declaration:
    """The declaration as the manifest keeps it (without addresses and secrets)."""
    kept, institution = row["declaration"], row["institution"]
    driver = kept["driver"]
    return Declaration(
        file=kept.get("file", ""),
        code=institution["code"],
        name=institution["name"],
        region=institution["region"],
        modes=tuple(kept["modes"]),
        channels=tuple(kept.get("channels", ())),
        services=tuple(kept["services"]),
        driver=Driver(driver["kind"], driver["level"], hooks=tuple(driver.get("hooks", ()))),
        notify_6302=(kept.get("endpoints") or {}).get("notify_6302", ""),
        persons=persons.remembered(kept.get("persons")),
        quiet_ms=kept.get("quiet_ms", 3000),
        timers=kept.get("timers") or {},
        profile=kept.get("profile") or {},
        ruleset=kept.get("ruleset", 1),
        deviations=tuple(kept.get("deviations") or ()),
    )
