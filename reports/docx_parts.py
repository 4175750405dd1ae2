"""Pieces of the Word report: A4 document, fonts with their East Asian names, tables, fields. No content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from reports.display import without_tails

BODY = ("Times New Roman", "宋体")
HEAD = ("Arial", "黑体")
CODE = ("Consolas", "宋体")
SHADES = {
    "pass": "E2F1E7",
    "warn": "FAF3C8",
    "fail": "F9D9D6",
    "error": "FCE3BD",
    "waiting": "FCE3BD",
    "review": "EAE0F6",
    "skip": "E4E8ED",
    "n/a": "FFFFFF",
}
_CELL_LIMIT = 1200


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, width in cm, and whether it holds numbers (right-aligned)."""

    title: str
    width: float
    number: bool = False
    code: bool = False
    size: float = 9


Columns = tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Shaded:
    """A cell with the colour of a verdict; the text says the same."""

    text: str
    verdict: str


def element(tag: str, **attributes: str) -> Any:
    """A WordprocessingML element `w:tag` with `w:` attributes."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def set_fonts(run_properties: Any, fonts: tuple[str, str]) -> None:
    """Latin and East Asian font of a run or style."""
    found = run_properties.find(qn("w:rFonts"))
    if found is None:
        found = element("rFonts")
        run_properties.insert(0, found)
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        found.attrib.pop(qn(f"w:{name}"), None)
    for name, value in (("ascii", fonts[0]), ("hAnsi", fonts[0]), ("cs", fonts[0]), ("eastAsia", fonts[1])):
        found.set(qn(f"w:{name}"), value)


def document(title: str, subject: str, made: datetime) -> Any:
    """An empty A4 document with our styles; core properties come from the arguments only."""
    doc = Document()
    section = doc.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    styles = (
        ("Normal", BODY, 10.5, False),
        ("Title", HEAD, 24, True),
        ("Heading 1", HEAD, 16, True),
        ("Heading 2", HEAD, 13, True),
        ("Heading 3", HEAD, 11, True),
        ("List Bullet", BODY, 10.5, False),
    )
    for name, fonts, size, bold in styles:
        style = doc.styles[name]
        set_fonts(style.element.get_or_add_rPr(), fonts)
        style.font.size, style.font.bold = Pt(size), bold
        style.font.color.rgb = RGBColor(0x1C, 0x25, 0x30)
    normal = doc.styles["Normal"].paragraph_format
    normal.line_spacing, normal.space_after = 1.25, Pt(5)
    doc.styles["Heading 1"].paragraph_format.space_before = Pt(18)
    doc.styles["Heading 1"].paragraph_format.space_after = Pt(8)
    properties = doc.core_properties
    properties.title, properties.subject, properties.author = title, subject, "liantiao"
    properties.last_modified_by, properties.comments, properties.keywords = "liantiao", "", "预验"
    properties.created = properties.modified = made
    properties.revision, properties.language = 1, "zh-CN"
    return doc


def heading(doc: Any, said: str, level: int, bookmark: int | None = None, *, new_page: bool = False) -> None:
    """A heading; `bookmark` n makes it the target `_ch<n>` of the contents."""
    paragraph = doc.add_heading(without_tails(said), level)
    if new_page:
        paragraph.paragraph_format.page_break_before = True
    if bookmark is not None:
        start = element("bookmarkStart", id=str(100 + bookmark), name=f"_ch{bookmark}")
        paragraph._p.insert(1, start)
        paragraph._p.append(element("bookmarkEnd", id=str(100 + bookmark)))


def paragraph(
    doc: Any,
    said: str,
    *,
    bold: bool = False,
    size: float = 0,
    style: str | None = None,
    centre: bool = False,
) -> Any:
    """A paragraph of plain text, without pseudonym tails."""
    made = doc.add_paragraph(style=style)
    run = made.add_run(without_tails(said))
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if centre:
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return made


def _cell(said: str, column: Column, *, head: bool = False, fill: str = "") -> Any:
    cell = element("tc")
    properties = element("tcPr")
    properties.append(element("tcW", w=str(int(column.width * 567)), type="dxa"))
    if head or fill:
        properties.append(element("shd", val="clear", color="auto", fill="E9EEF4" if head else fill))
    properties.append(element("vAlign", val="center" if head else "top"))
    cell.append(properties)
    said = without_tails(said)
    if len(said) > _CELL_LIMIT:
        said = f"{said[:_CELL_LIMIT]}…〔+{len(said) - _CELL_LIMIT}〕"
    made = element("p")
    layout = element("pPr")
    pad = "20" if column.size < 10 else "90"
    layout.append(element("spacing", before=pad, after=pad, line="252", lineRule="auto"))
    layout.append(element("jc", val="right" if column.number and not head else "left"))
    made.append(layout)
    for at, line in enumerate(said.split("\n")):
        run = element("r")
        look = element("rPr")
        fonts = CODE if column.code and not head else BODY
        look.append(element("rFonts", ascii=fonts[0], hAnsi=fonts[0], cs=fonts[0], eastAsia=fonts[1]))
        if head:
            look.append(element("b"))
        size = "15" if column.code and not head else str(int(column.size * 2))
        look.extend((element("sz", val=size), element("szCs", val=size)))
        run.append(look)
        if at:
            run.append(element("br"))
        words = element("t")
        words.text = line
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
        made.append(run)
    cell.append(made)
    return cell


def _row(cells: Sequence[Any], *, head: bool = False) -> Any:
    row = element("tr")
    properties = element("trPr")
    properties.append(element("cantSplit"))
    if head:
        properties.append(element("tblHeader"))
    row.append(properties)
    row.extend(cells)
    return row


def table(
    doc: Any, columns: Sequence[Column], rows: Iterable[Sequence[str | Shaded]], *, head: bool = True
) -> None:
    """A bordered table whose header row is repeated on every page; rows are not split over pages."""
    made = element("tbl")
    properties = element("tblPr")
    properties.append(element("tblW", w=str(sum(int(c.width * 567) for c in columns)), type="dxa"))
    properties.append(element("tblInd", w="108", type="dxa"))
    borders = element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(side, val="single", sz="4", space="0", color="AEB9C5"))
    properties.append(borders)
    properties.append(element("tblLayout", type="fixed"))
    made.append(properties)
    grid = element("tblGrid")
    grid.extend(element("gridCol", w=str(int(column.width * 567))) for column in columns)
    made.append(grid)
    if head:
        made.append(_row([_cell(column.title, column, head=True) for column in columns], head=True))
    for row in rows:
        cells = []
        for at, (column, value) in enumerate(zip(columns, row, strict=True)):
            if isinstance(value, Shaded):
                cells.append(_cell(value.text, column, fill=SHADES.get(value.verdict, "FFFFFF")))
            else:
                cells.append(_cell(value, column, fill="" if head or at else "F4F6F8"))
        made.append(_row(cells))
    body = doc.element.body
    body.insert(len(body) - 1, made)
    doc.add_paragraph().paragraph_format.space_after = Pt(4)


def pairs(
    doc: Any, rows: Iterable[tuple[str, str]], left: float = 4.6, right: float = 11.6, size: float = 9
) -> None:
    """A two-column table of names and values in `size` points, without header row."""
    table(doc, (Column("", left, size=size), Column("", right, size=size)), rows, head=False)


def field(paragraph: Any, instruction: str, shown: str = "1") -> None:
    """A field such as PAGE, with the text shown until it is updated."""
    for kind, content in (("begin", ""), ("", instruction), ("separate", ""), ("text", shown), ("end", "")):
        run = paragraph.add_run()
        if kind == "":
            words = element("instrText")
            words.text = f" {content} "
            run._r.append(words)
        elif kind == "text":
            run.text = content
        else:
            run._r.append(element("fldChar", fldCharType=kind))


def contents(doc: Any, entries: Sequence[str]) -> None:
    """A table of contents: links to the chapters, inside a TOC field that Word can update."""
    first = doc.add_paragraph()
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
        made = first if at == 0 else doc.add_paragraph()
        made.paragraph_format.space_after = Pt(3)
        link = element("hyperlink", anchor=f"_ch{at}", history="1")
        run = element("r")
        words = element("t")
        words.text = entry
        run.append(words)
        link.append(run)
        made._p.append(link)
    made.add_run()._r.append(element("fldChar", fldCharType="end"))


def turn(doc: Any, *, landscape: bool) -> None:
    """Start a new section on a new page, lying or upright; header and footer go on."""
    section = doc.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    sides = (Cm(29.7), Cm(21)) if landscape else (Cm(21), Cm(29.7))
    section.page_width, section.page_height = sides
    section.left_margin = section.right_margin = Cm(1.8 if landscape else 2.4)


def frame(doc: Any, head: str, foot: tuple[str, str, str]) -> None:
    """Header text and page numbers on all pages but the cover."""
    section = doc.sections[0]
    section.different_first_page_header_footer = True
    line = section.header.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = line.add_run(head)
    run.font.size = Pt(9)
    line = section.footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for before, instruction in zip(foot[:2], ("PAGE", "NUMPAGES"), strict=True):
        line.add_run(before)
        field(line, instruction)
    line.add_run(foot[2])
    for run in line.runs:
        run.font.size = Pt(9)


def packed(doc: Any) -> bytes:
    """The file, byte for byte the same for the same content: members sorted as written, dated 1980."""
    raw, out = io.BytesIO(), io.BytesIO()
    doc.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            info = zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            target.writestr(info, source.read(item.filename))
    return out.getvalue()
