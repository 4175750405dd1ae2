"""Pieces of the Word report: the A4 document, headings, paragraphs, contents, sections. No content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from reports.display import without_tails
from reports.docx_paper import (
    AFTER,
    BODY,
    BODY_SIZE,
    BOTTOM,
    BULLET,
    HEAD,
    HEADINGS,
    LYING,
    POINTS,
    TOP,
    UPRIGHT,
    Paper,
    element,
    line_of,
    set_fonts,
)
from reports.page_count import Block, PageCount
from reports.text_width import lines


def document(title: str, subject: str, made: datetime) -> Paper:
    """An empty A4 document with our styles; core properties come from the arguments only."""
    doc = Document()
    section = doc.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(UPRIGHT.side)
    section.top_margin, section.bottom_margin = Cm(TOP), Cm(BOTTOM)
    styles = (
        ("Normal", BODY, BODY_SIZE, False),
        ("Heading 1", HEAD, 16, True),
        ("Heading 2", HEAD, 13, True),
        ("Heading 3", HEAD, 11, True),
        ("List Bullet", BODY, BODY_SIZE, False),
    )
    for name, fonts, size, bold in styles:
        style = doc.styles[name]
        set_fonts(style.element.get_or_add_rPr(), fonts)
        style.font.size, style.font.bold = Pt(size), bold
        style.font.color.rgb = RGBColor(0x1C, 0x25, 0x30)
        look = style.paragraph_format
        look.line_spacing_rule, look.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line_of(size))
        look.space_before, look.space_after = Pt(0), Pt(AFTER)
        look.keep_together = True
    for level, (_, before, after) in enumerate(HEADINGS, 1):
        look = doc.styles[f"Heading {level}"].paragraph_format
        look.space_before, look.space_after, look.keep_with_next = Pt(before), Pt(after), True
    _plain_lines(doc.styles["Normal"].element.get_or_add_pPr())
    _languages(doc)
    close = doc.styles["List Bullet"].element.pPr.find(qn("w:contextualSpacing"))
    if close is not None:
        close.getparent().remove(close)
    properties = doc.core_properties
    properties.title, properties.subject, properties.author = title, subject, "liantiao"
    properties.last_modified_by, properties.comments, properties.keywords = "liantiao", "", "预验"
    properties.created = properties.modified = made
    properties.revision, properties.language = 1, "zh-CN"
    return Paper(doc, PageCount(UPRIGHT.room))


def _languages(doc: Any) -> None:
    """Chinese as it is written in the mainland: without this some programs take other forms of the same characters."""
    for tag in doc.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:eastAsia"), "zh-CN")


def _plain_lines(properties: Any) -> None:
    """No grid, no stretched or hanging characters: lines break where `text_width` says."""
    at = properties.find(qn("w:spacing"))
    names = (
        ("overflowPunct", "0"),
        ("topLinePunct", "0"),
        ("autoSpaceDE", "0"),
        ("autoSpaceDN", "0"),
        ("snapToGrid", "0"),
    )
    for name, value in names:
        at.addprevious(element(name, val=value))


def heading(
    paper: Paper, said: str, level: int, bookmark: int | None = None, *, new_page: bool = False
) -> None:
    """A heading, held to what follows; `bookmark` n makes it the target `_ch<n>` of the contents."""
    said = without_tails(said)
    made = paper.doc.add_heading(said, level)
    size, before, after = HEADINGS[level - 1]
    if new_page:
        before = 0.0  # programs differ in whether room stands above the first line of a page
        made.paragraph_format.page_break_before, made.paragraph_format.space_before = True, Pt(0)
        paper.pages.fresh()
    told: list[int] = []
    if bookmark is not None:
        start = element("bookmarkStart", id=str(100 + bookmark), name=f"_ch{bookmark}")
        made._p.insert(1, start)
        made._p.append(element("bookmarkEnd", id=str(100 + bookmark)))
        told = paper.contents[bookmark][1]
    room = paper.width * POINTS
    paper.pages.hold(Block(lines(said, room, size) * line_of(size), before, after, told))


def paragraph(
    paper: Paper,
    said: str,
    *,
    bold: bool = False,
    size: float = 0,
    style: str | None = None,
    centre: bool = False,
    hold: bool = False,
    new_page: bool = False,
) -> Any:
    """A paragraph of plain text, without pseudonym tails; `hold` keeps it with what follows."""
    said = without_tails(said)
    made = paper.doc.add_paragraph(style=style)
    run = made.add_run(said)
    run.bold = bold or None
    look = made.paragraph_format
    if size:
        run.font.size, look.line_spacing = Pt(size), Pt(line_of(size))
        look.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    if centre:
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if new_page:
        look.page_break_before = True
        paper.pages.fresh()
    size = size or BODY_SIZE
    room = paper.width * POINTS - (BULLET if style else 0)
    block = Block(lines(said, room, size) * line_of(size), after=AFTER)
    if hold:
        look.keep_with_next = True
        paper.pages.hold(block)
    else:
        paper.pages.put(block)
    return made


def page_field(paragraph: Any, instruction: str, shown: str = "1") -> Any:
    """A field such as PAGE; returns the text node that is shown until it is updated."""
    node = None
    for kind in ("begin", "instruction", "separate", "text", "end"):
        run = paragraph.add_run()
        if kind == "instruction":
            words = element("instrText")
            words.text = f" {instruction} "
            run._r.append(words)
        elif kind == "text":
            run.text = shown
            node = run._r.find(qn("w:t"))
        else:
            run._r.append(element("fldChar", fldCharType=kind))
    return node


def contents(paper: Paper, entries: Sequence[str]) -> None:
    """The table of contents: links with page numbers, inside a TOC field that Word can update."""
    first = paper.doc.add_paragraph()
    for kind in ("begin", "instr", "separate"):
        run = first.add_run()
        if kind == "instr":
            words = element("instrText")
            words.text = ' TOC \\o "1-1" \\h \\z \\u '
            run._r.append(words)
        else:
            run._r.append(element("fldChar", fldCharType=kind))
    made = first
    for at, entry in enumerate(entries):
        made = first if at == 0 else paper.doc.add_paragraph()
        made.paragraph_format.space_after = Pt(3)
        made.paragraph_format.tab_stops.add_tab_stop(
            Cm(UPRIGHT.width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
        )
        before = len(made.runs)
        made.add_run(entry)
        made.add_run("\t")
        node = page_field(made, f"PAGEREF _ch{at} \\h")
        link = element("hyperlink", anchor=f"_ch{at}", history="1")
        runs = [run._r for run in made.runs[before:]]
        runs[0].addprevious(link)
        link.extend(runs)
        paper.contents.append((node, []))
        paper.pages.put(Block(line_of(BODY_SIZE), after=3))
    made.add_run()._r.append(element("fldChar", fldCharType="end"))


def turn(paper: Paper, *, lying: bool) -> None:
    """Start a new section on a new page, lying or upright; header and footer go on."""
    form = LYING if lying else UPRIGHT
    last = paper.doc.element.body[-2]
    section = paper.doc.add_section(WD_SECTION.NEW_PAGE)
    _end_at(last, paper.doc.element.body[-2])
    section.different_first_page_header_footer = False
    section.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
    sides = (Cm(29.7), Cm(21)) if lying else (Cm(21), Cm(29.7))
    section.page_width, section.page_height = sides
    section.left_margin = section.right_margin = Cm(form.side)
    paper.width = form.width
    paper.pages.turn(form.room)


def _end_at(last: Any, added: Any) -> None:
    """Let a section end in its last paragraph and not in one of its own, which could need a page."""
    if last.tag == qn("w:p"):
        last.get_or_add_pPr().append(added.pPr.find(qn("w:sectPr")))
        added.getparent().remove(added)


def frame(paper: Paper, head: str, foot: tuple[str, str, str]) -> None:
    """Header text and page numbers on all pages but the cover."""
    section = paper.doc.sections[0]
    section.different_first_page_header_footer = True
    line = section.header.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = line.add_run(head)
    run.font.size = Pt(9)
    line = section.footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for before, instruction in zip(foot[:2], ("PAGE", "NUMPAGES"), strict=True):
        line.add_run(before)
        page_field(line, instruction)
    line.add_run(foot[2])
    for run in line.runs:
        run.font.size = Pt(9)


def packed(paper: Paper) -> bytes:
    """The file, byte for byte the same for the same content: members sorted as written, dated 1980."""
    raw, out = io.BytesIO(), io.BytesIO()
    paper.ready()
    paper.doc.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            info = zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            target.writestr(info, source.read(item.filename))
    return out.getvalue()
