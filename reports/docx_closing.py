"""Chapters 14 to 16 of the Word report: defects, conclusion, signatures."""

from __future__ import annotations

from typing import Any

from reports import docx_parts as parts
from reports import docx_tables as tables
from reports.docx_chapters import chip
from reports.docx_paper import Paper
from reports.docx_tables import Column, Columns
from reports.report_parts import Report, ReportFinding
from reports.shown_values import members, text
from reports.words import Words


def defects(paper: Paper, report: Report, words: Words) -> None:
    """14: every finding with its state."""
    if not report.findings:
        parts.paragraph(paper, words("doc.14.none"))
        return
    known = {row.get("requirement", ""): row for row in report.run.deviations}
    columns: Columns = (
        Column(words("doc.14.id"), 1.5),
        Column(words("case.level"), 1.4),
        Column(words("doc.14.what"), 5.6),
        Column(words("doc.14.fix"), 4.6),
        Column(words("case.verdict"), 1.8),
        Column(words("doc.14.state"), 1.9),
    )
    tables.table(
        paper,
        columns,
        (
            (
                f"D-{number:02d}",
                words.label("level", one.first.level),
                _problem(one, words),
                words.pick(words.typed(one.first.fix), one.first.fix_en) or words("nil"),
                chip(words, one.first.verdict),
                _state(one, known, words),
            )
            for number, one in enumerate(report.findings, 1)
        ),
    )


def _problem(one: ReportFinding, words: Words) -> str:
    row = one.first
    places = words("doc.14.places", n=len(one.rows)) if len(one.rows) > 1 else row.scenario
    title = words.pick(words.typed(row.title), row.title_en)
    observed = words("doc.14.observed", said=words.say(row.observed)[:400])
    lines = [f"{row.requirement} {title}", observed]
    if row.quote:
        lines.append(words("doc.14.quote", said=row.quote, seq=row.quote_record))
    if one.consequences:
        after = [
            f"{name} × {len(rows)}" if len(rows) > 1 else name for name, rows in one.consequences.items()
        ]
        lines.append(words("doc.14.after", list=words.listed(after)))
    return "\n".join([*lines, places])


def _state(one: ReportFinding, known: dict[str, Any], words: Words) -> str:
    row = known.get(one.first.requirement)
    if row:
        return words("doc.14.deviation", owner=row.get("owner", ""), until=row.get("until", ""))
    return words("doc.14.open") if one.first.verdict in ("fail", "warn") else words("doc.14.look")


def conclusion(paper: Paper, report: Report, words: Words) -> None:
    """15: the conclusion of the judge, why, on what it rests, and the statement of authenticity."""
    made = report.conclusion
    said = words(
        "doc.15.said", name=words.label("conclusion", made.text), label=words.label("label", report.run.label)
    )
    parts.paragraph(paper, said, bold=True, size=14, hold=True)
    parts.paragraph(paper, words.known("because", made.text))
    parts.paragraph(paper, words("head.preliminary"))
    parts.heading(paper, words("doc.15.reasons"), 2)
    parts.paragraph(
        paper, words("doc.15.must", done=made.must_executed, all=made.must_applicable), style="List Bullet"
    )
    if made.cases.get("must"):
        parts.paragraph(paper, words.must_cases(made.cases), style="List Bullet")
    groups = (("fails", ("fail",)), ("blocked", ("error", "waiting", "review")), ("skips", ("skip",)))
    for name, verdicts in groups:
        ids = list(dict.fromkeys(row.requirement for row in report.verdicts if row.verdict in verdicts))
        if ids:
            parts.paragraph(paper, words(f"doc.15.{name}", list=words.listed(ids)), style="List Bullet")
    for sentence in made.notes:
        parts.paragraph(paper, words.say(sentence), style="List Bullet")
    parts.paragraph(paper, words("doc.15.rule"), size=9)
    parts.heading(paper, words("doc.15.counts"), 2)
    columns: Columns = (Column(words("case.verdict"), 6.0), Column(words("find.count"), 3.0, number=True))
    tables.table(paper, columns, ((chip(words, name), str(count)) for name, count in made.counts))
    parts.heading(paper, words("doc.15.sources"), 2)
    parts.paragraph(paper, words("sum.sources.note"), size=9, hold=True)
    columns = (
        Column(words("sum.source"), 8.0),
        Column(words("sum.must"), 3.4, number=True),
        Column(words("sum.passed"), 3.4, number=True),
    )
    tables.table(
        paper,
        columns,
        ((words.label("status", share.status), str(share.must), str(share.passed)) for share in made.shares),
    )
    parts.heading(paper, words("doc.15.truth"), 2)
    parts.paragraph(paper, words("doc.15.truth.text"))


def signatures(paper: Paper, report: Report, words: Words) -> None:
    """16: blocks for names, signatures and seals."""
    columns: Columns = (
        Column(words("doc.16.role"), 4.2),
        Column(words("doc.16.name"), 4.0),
        Column(words("doc.16.sign"), 4.4),
        Column(words("doc.16.date"), 3.6),
    )
    authors = members(report.run.about.get("authors"))
    names = (text(authors.get("written")), text(authors.get("checked")), "", "", "")
    rows = ((f"\n{words(f'doc.16.{number}')}\n", f"\n{name}", "", "") for number, name in enumerate(names, 1))
    tables.table(paper, columns, rows)
    columns = (Column(words("doc.16.seal"), 8.1), Column(words("doc.16.vendor"), 8.1))
    tables.table(paper, columns, (("\n\n\n\n\n", "\n\n\n\n\n"),))
