"""The Word report 《医保电子凭证线上身份核验及移动支付测试报告》 in the structure of the acceptance sheet 2.2."""

from __future__ import annotations

from datetime import UTC, datetime

from docx.shared import Pt

from reports import docx_chapters as chapters
from reports import docx_closing as closing
from reports import docx_evidence as evidence
from reports import docx_parts as parts
from reports.display import minute
from reports.report_parts import Report
from reports.words import Words

CHAPTERS = (
    chapters.revisions,
    chapters.overview,
    chapters.access,
    chapters.environment,
    chapters.data,
    chapters.matrix,
    chapters.cases,
    evidence.identity,
    evidence.messages,
    evidence.screenshots,
    evidence.refunds,
    evidence.faults,
    evidence.security,
    evidence.performance,
    closing.defects,
    closing.conclusion,
    closing.signatures,
    closing.appendix,
)
"""Chapters 0 to 16 and the appendix, in order; titles are the texts `doc.ch.<n>`."""
LANDSCAPE = (5, 6)
"""Chapters with wide tables, on lying pages."""
NEW_PAGE = (0, 16, 17)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def render(report: Report, lang: str = "zh") -> bytes:
    """The docx file. The same run gives the same bytes: times come from the manifest, not the clock."""
    words = Words(lang)
    doc = parts.document(words("title.report"), report.run.id, _made(report))
    parts.frame(
        doc,
        words("doc.header", label=report.run.label, run=report.run.id),
        (words("doc.page"), words("doc.page.of"), words("doc.page.end")),
    )
    _cover(doc, report, words)
    doc.add_page_break()
    parts.paragraph(doc, words("doc.toc"), bold=True, size=14, centre=True)
    parts.contents(doc, [words(f"doc.ch.{number}") for number in range(len(CHAPTERS))])
    parts.paragraph(doc, words("doc.toc.note"), size=8.5)
    lying = False
    for number, chapter in enumerate(CHAPTERS):
        wide = number in LANDSCAPE
        if wide != lying:
            parts.turn(doc, landscape=wide)
            lying = wide
        parts.heading(doc, words(f"doc.ch.{number}"), 1, bookmark=number, new_page=number in NEW_PAGE)
        chapter(doc, report, words)
    return parts.packed(doc)


def _made(report: Report) -> datetime:
    try:
        return datetime.fromisoformat(report.run.ended).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return _EPOCH.replace(tzinfo=None)


def _cover(doc: object, report: Report, words: Words) -> None:
    run = report.run
    first = "  |  ".join(
        (
            run.label,
            f"{words('head.modes')} {', '.join(run.modes) or '—'}",
            f"{words('head.level')} L{run.driver_level or '0'}",
            f"{words('head.must')} {report.conclusion.must_executed} / {report.conclusion.must_applicable}",
            f"{words('head.target')} {words.label('target', run.target)}",
        )
    )
    parts.paragraph(doc, first, bold=True, size=10, centre=True)
    parts.paragraph(doc, words("head.preliminary"), size=9, centre=True)
    lead = parts.paragraph(doc, words("doc.title.1"), bold=True, size=26, centre=True)
    lead.paragraph_format.space_before = Pt(78)
    parts.set_fonts(lead.runs[0]._r.get_or_add_rPr(), parts.HEAD)
    tail = parts.paragraph(doc, words("doc.title.2"), bold=True, size=26, centre=True)
    parts.set_fonts(tail.runs[0]._r.get_or_add_rPr(), parts.HEAD)
    tail.paragraph_format.space_after = Pt(48)
    blank = words("doc.blank")
    parts.pairs(
        doc,
        (
            (words("doc.cover.institution"), run.institution.get("name") or blank),
            (words("doc.cover.code"), run.institution.get("code") or blank),
            (words("doc.cover.channel"), blank),
            (words("doc.cover.mode"), "; ".join(words.label("mode", mode) for mode in run.modes) or blank),
            (words("doc.cover.number"), run.id),
            (words("doc.cover.version"), "1.0"),
            (
                words("doc.cover.conclusion"),
                f"{words.label('conclusion', report.conclusion.text)} ({run.label})",
            ),
            (words("doc.cover.written"), ""),
            (words("doc.cover.checked"), ""),
            (words("doc.cover.approved"), ""),
            (words("doc.cover.date"), minute(run.ended)[:10]),
        ),
        left=4.6,
        right=11.4,
        size=12,
    )
    stamp = parts.paragraph(doc, words("doc.stamp"), size=12, centre=True)
    stamp.paragraph_format.space_before = Pt(30)
