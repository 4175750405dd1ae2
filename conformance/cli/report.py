"""`liantiao report`: render the reports of a judged run again."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.cli.judge import run_folder
from conformance.cli.terminal import (
    PASSED,
    VIOLATED,
    Command,
    english,
    json_option,
    machine,
    note,
    option,
    out,
    shown,
)
from conformance.mistake import Mistake
from conformance.run_seal import seal
from conformance.verify import fit_to_report
from locales import LANGUAGES
from simulator.protocol.text.said import Said, said_of


@click.command(
    cls=Command,
    help=Said("由运行目录重新生成 HTML、docx、JSON 报告"),
    example="liantiao report runs/20261122-150000-3f2a\nliantiao report last",
)
@click.argument("folder", metavar="RUN")
@option("--report-lang", type=click.Choice(LANGUAGES), default=None, help=Said("报告语言"))
@json_option()
def report(folder: str, report_lang: str | None, as_json: bool) -> int:
    """Report."""
    from reports import render_all
    from reports.read import RunFolderError

    place = run_folder(folder)
    if not sound(place):
        return VIOLATED
    try:
        written = render_all(place, report_lang or ("en" if english() else "zh"))
        seal(place, "report")
    except RunFolderError as error:
        raise Mistake(said_of(error)) from None
    if as_json:
        machine({kind: str(path) for kind, path in written.items()})
    else:
        for path in written.values():
            out(str(path))
    return PASSED


def sound(place: Path) -> bool:
    """Whether evidence, manifest and verdicts are what was sealed; what is not is said, one line each."""
    try:
        bad = fit_to_report(place)
    except OSError as error:
        raise Mistake(
            Said("读不到 ({})", error.strerror or error), file=str(place / "evidence.jsonl")
        ) from None
    for one in bad:
        note(f"{shown(one.what)}: {shown(one.text)}")
    if bad:
        note(
            Said("没有出报告: 目录与封存时不同。找回原来的文件, 或用 liantiao judge {} 由证据重新判定", place)
        )
    return not bad
