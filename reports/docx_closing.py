"""Chapters 14 to 16 and the appendix of the Word report: defects, conclusion, signatures, evidence index."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reports import docx_parts as parts
from reports.display import minute
from reports.docx_chapters import chip
from reports.docx_parts import Column, Columns, Shaded
from reports.report_parts import Report, ReportFinding
from reports.words import Words


def defects(doc: Any, report: Report, words: Words) -> None:
    """14: every finding with its state."""
    if not report.findings:
        parts.paragraph(doc, words("doc.14.none"))
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
    parts.table(
        doc,
        columns,
        (
            (
                f"D-{number:02d}",
                words.label("level", one.first.level),
                _problem(one, words),
                one.first.fix or words("nil"),
                chip(words, one.first.verdict),
                _state(one, known, words),
            )
            for number, one in enumerate(report.findings, 1)
        ),
    )


def _problem(one: ReportFinding, words: Words) -> str:
    row = one.first
    places = words("doc.14.places", n=len(one.rows)) if len(one.rows) > 1 else row.scenario
    title = words.pick(row.title, row.title_en)
    return f"{row.requirement} {title} ({places})\n{words('find.observed')}: {row.observed[:400]}"


def _state(one: ReportFinding, known: dict[str, Any], words: Words) -> str:
    row = known.get(one.first.requirement)
    if row:
        return words("doc.14.deviation", owner=row.get("owner", ""), until=row.get("until", ""))
    return words("doc.14.open") if one.first.verdict in ("fail", "warn") else words("doc.14.look")


def conclusion(doc: Any, report: Report, words: Words) -> None:
    """15: the conclusion of the judge, why, on what it rests, and the statement of authenticity."""
    made = report.conclusion
    said = f"{words('sum.conclusion')}: {words.label('conclusion', made.text)} ({report.run.label})"
    parts.paragraph(doc, said, bold=True, size=14)
    parts.paragraph(doc, words.known("because", made.text))
    parts.paragraph(doc, words("head.preliminary"))
    parts.heading(doc, words("doc.15.reasons"), 2)
    parts.paragraph(
        doc, words("doc.15.must", done=made.must_executed, all=made.must_applicable), style="List Bullet"
    )
    if made.cases.get("must"):
        parts.paragraph(doc, words.must_cases(made.cases), style="List Bullet")
    groups = (("fails", ("fail",)), ("blocked", ("error", "waiting", "review")), ("skips", ("skip",)))
    for name, verdicts in groups:
        ids = list(dict.fromkeys(row.requirement for row in report.verdicts if row.verdict in verdicts))
        if ids:
            parts.paragraph(doc, words(f"doc.15.{name}", list=", ".join(ids)), style="List Bullet")
    for sentence in made.notes:
        parts.paragraph(doc, sentence, style="List Bullet")
    parts.paragraph(doc, words("doc.15.rule"), size=9)
    parts.heading(doc, words("doc.15.counts"), 2)
    columns: Columns = (Column(words("case.verdict"), 6.0), Column(words("find.count"), 3.0, number=True))
    parts.table(doc, columns, ((chip(words, name), str(count)) for name, count in made.counts))
    parts.heading(doc, words("doc.15.sources"), 2)
    parts.paragraph(doc, words("sum.sources.note"), size=9)
    columns = (
        Column(words("sum.source"), 8.0),
        Column(words("sum.must"), 3.4, number=True),
        Column(words("sum.passed"), 3.4, number=True),
    )
    parts.table(
        doc,
        columns,
        ((words.label("status", share.status), str(share.must), str(share.passed)) for share in made.shares),
    )
    parts.heading(doc, words("doc.15.truth"), 2)
    parts.paragraph(doc, words("doc.15.truth.text"))


def signatures(doc: Any, _report: Report, words: Words) -> None:
    """16: blocks for names, signatures and seals."""
    columns: Columns = (
        Column(words("doc.16.role"), 4.2),
        Column(words("doc.16.name"), 4.0),
        Column(words("doc.16.sign"), 4.4),
        Column(words("doc.16.date"), 3.6),
    )
    parts.table(doc, columns, ((f"\n{words(f'doc.16.{number}')}\n", "", "", "") for number in range(1, 6)))
    columns = (Column(words("doc.16.seal"), 8.1), Column(words("doc.16.vendor"), 8.1))
    parts.table(doc, columns, (("\n\n\n\n\n", "\n\n\n\n\n"),))


def appendix(doc: Any, report: Report, words: Words) -> None:
    """The evidence index, order numbers with their validity, videos, digests, requirements and sources."""
    parts.heading(doc, words("doc.a"), 2)
    columns: Columns = (
        Column(words("app.file"), 3.6),
        Column(words("app.size"), 2.4, number=True),
        Column("SM3", 10.2, code=True),
    )
    parts.table(doc, columns, ((one.name, f"{one.size:,}", one.sm3 or words("nil")) for one in report.files))
    parts.paragraph(doc, words("app.chain.note"), size=9)
    columns = (
        Column(words("app.writer"), 2.4),
        Column(words("app.count"), 3.2),
        Column(words("app.head"), 7.8, code=True),
        Column("", 2.8),
    )
    parts.table(
        doc,
        columns,
        (
            (
                one.name,
                f"{one.count} / {one.read}",
                one.head,
                Shaded(
                    words("app.agrees" if one.agrees else "app.differs"), "pass" if one.agrees else "fail"
                ),
            )
            for one in report.writers
        ),
    )
    parts.heading(doc, words("doc.b"), 2)
    parts.paragraph(doc, words("ord.note"), size=9)
    if report.orders:
        columns = (
            Column(words("ord.pay"), 4.0, code=True),
            Column(words("ord.med"), 3.2, code=True),
            Column(words("ord.state"), 2.4),
            Column(words("ord.total"), 1.6, number=True),
            Column(words("ord.until"), 2.6),
            Column(words("doc.b.validity"), 2.4),
        )
        parts.table(
            doc,
            columns,
            (
                (
                    one.pay_ord_id,
                    one.med_org_ord,
                    f"{one.state} {words.known('state', one.state)}",
                    one.total,
                    minute(one.valid_until)[:16],
                    _left(one.valid_until, report.run.ended, words),
                )
                for one in report.orders
            ),
        )
    else:
        parts.paragraph(doc, words("ord.none"))
    parts.heading(doc, words("doc.c"), 2)
    parts.paragraph(doc, words("doc.c.text"))
    names = ("doc.c.file", "doc.c.hash", "doc.c.length", "doc.c.cases", "doc.c.marks")
    parts.table(doc, [Column(words(name), 3.24) for name in names], [("", "", "", "", "")])
    parts.heading(doc, words("doc.d"), 2)
    columns = (
        Column(words("matrix.scenario"), 5.2),
        Column(words("app.range"), 2.6),
        Column(words("app.last"), 8.4, code=True),
    )
    parts.table(
        doc,
        columns,
        ((one.id, f"#{one.span[0]}–{one.span[1]}", one.last_hash) for one in report.scenarios if one.span),
    )
    parts.heading(doc, words("doc.e"), 2)
    columns = (
        Column(words("find.requirement"), 7.2),
        Column(words("case.level"), 1.4),
        Column(words("sum.source"), 3.8),
        Column(words("req.source"), 3.8),
    )
    parts.table(
        doc,
        columns,
        (
            (
                f"{one.id} {words.pick(one.title, one.title_en)}",
                words.label("level", one.level),
                words.label("status", one.status),
                one.origin or one.source,
            )
            for one in report.requirements
        ),
    )
    if report.problems:
        parts.heading(doc, words("sum.problems"), 2)
        for problem in report.problems:
            parts.paragraph(doc, words.say(problem), style="List Bullet")


def _left(until: str, ended: str, words: Words) -> str:
    try:
        hours = (datetime.fromisoformat(until) - datetime.fromisoformat(ended)).total_seconds() / 3600
    except (ValueError, TypeError, OverflowError):
        return words("nil")
    return words("doc.b.left", n=int(hours)) if hours > 0 else words("doc.b.lapsed")
