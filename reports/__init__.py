"""Reports of a run: HTML, docx and JSON from manifest, evidence and verdicts. Nothing is judged again."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.protocol.text.said import Text

if TYPE_CHECKING:
    from reports.report_parts import Report


def load(run_dir: Path) -> Report:
    """The report model of a run folder. Raises read.RunFolderError when it is none."""
    from reports import (  # whoever wants the words of reports only does not wait for docx and templates
        model,
        read,
    )

    problems: list[Text] = []
    manifest = read.manifest(run_dir)
    records, writers = read.evidence(run_dir / "evidence.jsonl", problems)
    verdicts = read.verdicts(run_dir / "verdicts.jsonl", problems)
    return model.build(manifest, records, verdicts, read.files(run_dir, writers), problems)


def report_file(lang: str, kind: str) -> str:
    """The name of a report: `report.docx`, `report.en.docx`; the JSON is of no language."""
    return f"report.{kind}" if lang == "zh" or kind == "json" else f"report.{lang}.{kind}"


def render_all(run_dir: Path, lang: str = "zh", leave: Collection[str] = ()) -> dict[str, Path]:
    """Write the HTML, docx and JSON reports beside the evidence; returns the paths of what was written by kind.

    `lang` is zh or en; kinds of `leave` are not touched. Raises read.RunFolderError when `run_dir` is no run folder.
    """
    from reports import render_docx, render_html, render_json

    report = load(run_dir)
    out = {kind: run_dir / report_file(lang, kind) for kind in ("html", "docx", "json") if kind not in leave}
    out["html"].write_text(render_html.render(report, lang), encoding="utf-8", newline="\n")
    out["json"].write_text(render_json.render(report), encoding="utf-8", newline="\n")
    if "docx" in out:
        out["docx"].write_bytes(render_docx.render(report, lang))
    return out
