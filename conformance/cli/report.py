"""`liantiao report`: render the reports of a judged run again."""

from __future__ import annotations

import click

from conformance.cli.judge import run_folder
from conformance.cli.terminal import Command, english, json_option, machine, option, out
from conformance.mistake import Mistake
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

    try:
        written = render_all(run_folder(folder), report_lang or ("en" if english() else "zh"))
    except RunFolderError as error:
        raise Mistake(said_of(error)) from None
    if as_json:
        machine({kind: str(path) for kind, path in written.items()})
    else:
        for path in written.values():
            out(str(path))
    return 0
