"""`liantiao judge`: judge the evidence of a run again, under the rules of today."""

from __future__ import annotations

import os
from pathlib import Path

import click

from conformance.cli.fromraw import Again, recomputed
from conformance.cli.run import GATES, exit_code, judge_and_render, print_summary, summary
from conformance.cli.terminal import VIOLATED, Command, json_option, machine, note, option, shown
from conformance.cut_short import told_by_evidence
from conformance.evidence.reader import FILE as EVIDENCE
from conformance.evidence.reader import stream
from conformance.mistake import Mistake
from conformance.remembered import remembered
from conformance.runner import catalogue, folders, manifest, session
from conformance.verify import evidence_problems
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
    default=folders.HOME,
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
    try:
        row = manifest.read(place)
        declaration = session.read_declaration(Path(file)) if file else remembered(row)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = Said("不是一次运行的清单 ({}), 换一个运行目录", f"{type(error).__name__}: {error}")
        raise Mistake(why, file=str(place / manifest.FILE)) from None
    broken = evidence_problems(place)
    if broken:
        for line in broken:
            note(line)
        note(Said("没有重新判定, 目录里什么都没有改: 证据不是运行写下的那一份, 找回原来的 {}", EVIDENCE))
        return VIOLATED
    if file:
        row |= {"declaration": declaration.public(), "ruleset": declaration.ruleset}
    again = recomputed(place, Path(home), profile) if from_raw else None
    row.pop("from_raw", None)
    row = told_by_evidence(row, stream(place / EVIDENCE))
    if again is not None:
        tell(again)
        row["from_raw"] = again.as_json()
    manifest.write(place, row)
    plan = catalogue.plan(str(row.get("plan", "A")))
    found = judge_and_render(place, declaration, plan, again.facts if again is not None else None)
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
        runs = sorted(Path(folders.RUNS).glob("*/manifest.json"))
        if not runs:
            raise Mistake(Said("还没有运行"), file=folders.RUNS)
        name, place = str(runs[-1].parent), runs[-1].parent
    if not (place / manifest.FILE).is_file():
        raise Mistake(Said("不是运行目录 (没有 manifest.json), 例如 runs/20261122-150000-3f2a"), file=name)
    refuse_links(place)
    return place


def refuse_links(place: Path) -> None:
    """Nothing in a run folder is followed out of it: we would read or write what somebody else pointed at."""
    for folder in (place, *(place / name for name in ("raw", "allure"))):
        for entry in os.scandir(folder) if folder.is_dir() else ():
            if entry.is_symlink():
                raise Mistake(Said("是符号链接, 运行目录里的链接不跟随, 请换成文件本身"), file=entry.path)
