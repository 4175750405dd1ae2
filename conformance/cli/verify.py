"""`liantiao verify`: whether a run folder still is what the run wrote."""

from __future__ import annotations

import click

from conformance.cli.judge import run_folder
from conformance.cli.terminal import PASSED, VIOLATED, Command, json_option, machine, out, shown
from conformance.mistake import Mistake
from conformance.verify import verify as check
from simulator.protocol.text.said import Said


@click.command(
    cls=Command,
    help=Said("核对运行目录: 哈希链、清单、封存、原文承诺、判定引用, 并由证据重算判定"),
    example="liantiao verify runs/20261122-150000-3f2a\nliantiao verify last",
)
@click.argument("folder", metavar="RUN")
@json_option()
def verify(folder: str, as_json: bool) -> int:
    """Verify."""
    place = run_folder(folder)
    try:
        found = check(place)
    except OSError as error:
        raise Mistake(
            Said("读不到 ({})", error.strerror or error), file=str(place / "evidence.jsonl")
        ) from None
    holds = all(one.ok for one in found)
    if as_json:
        rows = [{"what": shown(one.what), "ok": one.ok, "text": shown(one.text)} for one in found]
        machine({"folder": str(place), "ok": holds, "checks": rows})
    else:
        for one in found:
            mark = shown(Said("一致") if one.ok else Said("不符"))
            out(f"[{mark}] {shown(one.what)}: {shown(one.text)}")
    return PASSED if holds else VIOLATED
