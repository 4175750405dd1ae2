"""`liantiao judge`: judge the evidence of a run again, under the rules of today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from conformance import declared_persons
from conformance.cli.fromraw import Again, recomputed
from conformance.cli.run import GATES, exit_code, judge_and_render, print_summary, summary
from conformance.cli.terminal import Command, json_option, machine, note, option, shown
from conformance.declaration import Declaration, Driver
from conformance.mistake import Mistake
from conformance.runner import catalogue, manifest, session
from simulator.protocol.text.said import Said

DIFFERENCES_SHOWN = 20


@click.command(
    cls=Command,
    help=Said("对已有证据重新判定并出报告"),
    example="liantiao judge runs/20261122-150000-3f2a\nliantiao judge last --from-raw",
)
@click.argument("folder", metavar="RUN")
@option("--declaration", "file", default="", help=Said("改用此声明"))
@option(
    "--from-raw",
    is_flag=True,
    help=Said("先由原始报文重算事实, 列出与记录的差异"),
)
@option(
    "--home",
    default=session.HOME,
    show_default=True,
    help=Said("--from-raw: 该次运行的身份目录"),
)
@option("--profile", default="", help=Said("--from-raw: 该次运行的地方参数"))
@option(
    "--gate",
    type=click.Choice(GATES),
    default="strict",
    show_default=True,
    help=Said("no-new: 只有已登记的偏差时退出码为 0; complete: 有保留的通过时退出码为 3"),
)
@json_option()
def judge(
    folder: str, file: str, from_raw: bool, home: str, profile: str, gate: str, as_json: bool
) -> int:  # fmt: skip
    """Judge."""
    place = run_folder(folder)
    row = manifest.read(place)
    declaration = session.read_declaration(Path(file)) if file else remembered(row)
    again = recomputed(place, Path(home), profile) if from_raw else None
    if again is not None:
        tell(again)
    elif row.pop("from_raw", None) is not None:
        manifest.write(place, row)
    plan = catalogue.plan(str(row.get("plan", "A")))
    found = judge_and_render(place, declaration, plan, again.facts if again is not None else None)
    if again is not None:
        found = {**found, "from_raw": again.as_json()}
        manifest.write(place, found)
    if as_json:
        machine(summary(place, found, float(found.get("elapsed_s", 0))))
    else:
        print_summary(place, found, float(found.get("elapsed_s", 0)))
    return exit_code(found, gate)


def tell(again: Again) -> None:
    """What opening the requests again came to, on standard error."""
    note(Said("由原始报文重算 {} 条请求的事实, 与记录不同 {} 处", again.opened, len(again.differences)))
    for line in again.differences[:DIFFERENCES_SHOWN]:
        note(f"  {shown(line)}")
    if len(again.differences) > DIFFERENCES_SHOWN:
        note(Said("  … 其余见 manifest.json 的 from_raw"))
    if again.without:
        note(Said("{} 条请求没有可用的原始报文, 沿用记录的事实", again.without))


def run_folder(name: str) -> Path:
    """The folder of a run, or the newest run for `last`. Raises Mistake."""
    place = Path(name)
    if name == "last":
        runs = sorted(Path(session.RUNS).glob("*/manifest.json"))
        if not runs:
            raise Mistake(Said("还没有运行"), file=session.RUNS)
        return runs[-1].parent
    if not (place / manifest.FILE).is_file():
        raise Mistake(Said("不是运行目录 (没有 manifest.json), 例如 runs/20261122-150000-3f2a"), file=name)
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
        persons=declared_persons.remembered(kept.get("persons")),
        quiet_ms=kept.get("quiet_ms", 3000),
        timers=kept.get("timers") or {},
        profile=kept.get("profile") or {},
        ruleset=kept.get("ruleset", 1),
        deviations=tuple(kept.get("deviations") or ()),
    )
