"""The Word report 《医保电子凭证线上身份核验及移动支付测试报告》 in the structure of the acceptance sheet 2.2."""

from __future__ import annotations

from datetime import UTC, datetime

from docx.shared import Pt

from reports import docx_annexes as annexes
from reports import docx_chapters as chapters
from reports import docx_closing as closing
from reports import docx_evidence as evidence
from reports import docx_lists as lists
from reports import docx_parts as parts
from reports import docx_tables as tables
from reports.display import minute
from reports.docx_paper import HEAD, Paper, set_fonts
from reports.headline import headline
from reports.report_parts import Report
from reports.shown_values import members, text
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
)
"""Chapters 0 to 16, in order; titles are the texts `doc.ch.<n>`."""
ANNEXES = (
    annexes.evidence,
    annexes.orders,
    annexes.videos,
    annexes.authorisations,
    annexes.messages,
    annexes.faults,
    annexes.measures,
    annexes.requirements,
    annexes.sources,
    lists.scenarios,
    lists.cases,
)
"""Annexes A and following; titles are the texts `doc.annex.<n>`."""
LYING = (lists.scenarios, lists.cases)
"""Those with wide tables, on lying pages, last."""
SIGNED_ON = 330.0
"""Points that the signatures take: they stand on one page."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def render(report: Report, lang: str = "zh") -> bytes:
    """The docx file. The same run gives the same bytes: times come from the manifest, not the clock."""
    words = Words(lang)
    paper = parts.document(words("title.report"), report.run.id, _made(report))
    parts.frame(
        paper,
        words("doc.header", label=words.label("label", report.run.label), run=report.run.id),
        (words("doc.page"), words("doc.page.of"), words("doc.page.end")),
    )
    _cover(paper, report, words)
    titles = [words(f"doc.ch.{number}") for number in range(len(CHAPTERS))]
    titles += [words(f"doc.annex.{number}") for number in range(len(ANNEXES))]
    parts.paragraph(paper, words("doc.toc"), bold=True, size=14, centre=True, new_page=True)
    parts.contents(paper, titles)
    lying = False
    for number, (title, chapter) in enumerate(zip(titles, (*CHAPTERS, *ANNEXES), strict=True)):
        if (chapter in LYING) != lying:
            lying = not lying
            parts.turn(paper, lying=lying)
        fresh = number == 0 or (chapter is closing.signatures and paper.pages.left < SIGNED_ON)
        parts.heading(paper, title, 1, bookmark=number, new_page=fresh)
        chapter(paper, report, words)
    return parts.packed(paper)


def _made(report: Report) -> datetime:
    try:
        return datetime.fromisoformat(report.run.ended).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return _EPOCH.replace(tzinfo=None)


def _cover(paper: Paper, report: Report, words: Words) -> None:
    run, blank = report.run, words("doc.blank")
    authors = members(run.about.get("authors"))
    for line in headline(report, words):
        parts.paragraph(paper, line, bold=True, size=10, centre=True)
    parts.paragraph(paper, words("head.preliminary"), size=9, centre=True)
    for number, (before, after) in ((1, (66, 5)), (2, (0, 40))):
        line = parts.paragraph(paper, words(f"doc.title.{number}"), bold=True, size=26, centre=True)
        line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(before), Pt(after)
        set_fonts(line.runs[0]._r.get_or_add_rPr(), HEAD)
    label = words.label("label", run.label)
    tables.pairs(
        paper,
        (
            (words("doc.cover.institution"), run.institution.get("name") or blank),
            (words("doc.cover.code"), run.institution.get("code") or blank),
            (words("doc.cover.channel"), words.typed(run.told("channel")) or blank),
            (
                words("doc.cover.mode"),
                words.listed([words.label("mode", mode) for mode in run.modes]) or blank,
            ),
            (words("doc.cover.number"), run.id),
            (words("doc.cover.version"), run.told("version") or "1.0"),
            (
                words("doc.cover.conclusion"),
                words("doc.15.label", name=words.label("conclusion", report.conclusion.text), label=label),
            ),
            (words("doc.cover.written"), text(authors.get("written"))),
            (words("doc.cover.checked"), text(authors.get("checked"))),
            (words("doc.cover.approved"), text(authors.get("approved"))),
            (words("doc.cover.date"), run.told("date") or minute(run.ended)[:10]),
        ),
        left=4.6,
        right=11.4,
        size=12,
    )
    stamp = parts.paragraph(paper, words("doc.stamp"), size=12, centre=True)
    stamp.paragraph_format.space_before = Pt(24)
