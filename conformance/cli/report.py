"""`liantiao report`: render the reports of a judged run again."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.cli.judge import run_folder
from conformance.cli.rendered import edited, render
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
from conformance.declaration import Declaration
from conformance.mistake import Mistake
from conformance.run_seal import seal
from conformance.runner import manifest, session
from conformance.verify import fit_to_report
from locales import LANGUAGES
from simulator.protocol.text.said import Said, said_of


@click.command(
    cls=Command,
    help=Said("由运行目录重新生成 HTML、docx、JSON 报告"),
    example="liantiao report last --declaration vendor.yaml\nliantiao report last --report-lang en",
)
@click.argument("folder", metavar="RUN")
@option("--report-lang", type=click.Choice(LANGUAGES), default=None, help=Said("报告语言"))
@option("--declaration", "file", default="", help=Said("改用此声明里的 report: 一段"))
@option("--overwrite", is_flag=True, help=Said("覆盖改过的 Word 报告"))
@json_option()
def report(folder: str, report_lang: str | None, file: str, overwrite: bool, as_json: bool) -> int:
    """Report."""
    from reports.read import RunFolderError

    place = run_folder(folder)
    if not sound(place):
        return VIOLATED
    lang = report_lang or ("en" if english() else "zh")
    if not overwrite and (name := edited(place, lang)):
        raise Mistake(
            Said("生成之后被改过 (或不是本工具生成的), 不覆盖; 先另存, 再加 --overwrite"),
            file=str(place / name),
        )
    if file:
        take_about(place, session.read_declaration(Path(file)))
    try:
        written = render(place, lang, overwrite=overwrite)
        seal(place, "report")
    except RunFolderError as error:
        raise Mistake(said_of(error)) from None
    if as_json:
        machine({kind: str(path) for kind, path in written.items()})
    else:
        for path in written.values():
            out(str(path))
    return PASSED


def take_about(place: Path, declaration: Declaration) -> None:
    """Put what a declaration states for the report into the manifest; nothing else of it."""
    row = manifest.read(place)
    row["declaration"] = {**row["declaration"], "report": declaration.public().get("report", {})}
    manifest.write(place, row)


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
            Said(
                "没有出报告: 目录与封存时不同。找回原来的文件, 证据完好而判定或清单被改的, 可用 liantiao judge {} 由证据重新判定",
                place,
            )
        )
    return not bad
