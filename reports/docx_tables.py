"""Tables of the Word report: columns, cells with the colour of a verdict, rows whose height is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docx.enum.text import WD_LINE_SPACING
from docx.shared import Pt

from reports.display import without_tails
from reports.docx_paper import (
    BODY,
    BORDER,
    CELL_SIDES,
    CODE,
    CODE_SIZE,
    POINTS,
    TABLE_AFTER,
    TWIPS,
    Paper,
    element,
)
from reports.page_count import Block
from reports.text_width import lines

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

    @property
    def pad(self) -> float:
        """Room above and below the text, points."""
        return 1.0 if self.size < 10 else 4.5

    @property
    def line(self) -> float:
        """The height of a line."""
        return round(self.size * 1.4, 1)


Columns = tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Shaded:
    """A cell with the colour of a verdict; the text says the same."""

    text: str
    verdict: str


def _cell(said: str, column: Column, *, head: bool = False, fill: str = "") -> Any:
    cell = element("tc")
    properties = element("tcPr")
    properties.append(element("tcW", w=str(int(column.width * TWIPS)), type="dxa"))
    if head or fill:
        properties.append(element("shd", val="clear", color="auto", fill="E9EEF4" if head else fill))
    properties.append(element("vAlign", val="center" if head else "top"))
    cell.append(properties)
    made = element("p")
    layout = element("pPr")
    if head:
        layout.append(element("keepNext"))
    pad, line = str(int(column.pad * 20)), str(int(column.line * 20))
    layout.append(element("spacing", before=pad, after=pad, line=line, lineRule="exact"))
    layout.append(element("jc", val="right" if column.number and not head else "left"))
    made.append(layout)
    for at, part in enumerate(said.split("\n")):
        run = element("r")
        look = element("rPr")
        mono = column.code and not head
        fonts = CODE if mono else BODY
        look.append(element("rFonts", ascii=fonts[0], hAnsi=fonts[0], cs=fonts[0], eastAsia=fonts[1]))
        if head:
            look.append(element("b"))
        size = str(int((CODE_SIZE if mono else column.size) * 2))
        look.extend((element("sz", val=size), element("szCs", val=size)))
        run.append(look)
        if at:
            run.append(element("br"))
        words = element("t")
        words.text = part
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
        made.append(run)
    cell.append(made)
    return cell


def _shown(said: str) -> str:
    said = without_tails(said)
    return f"{said[:_CELL_LIMIT]}…〔+{len(said) - _CELL_LIMIT}〕" if len(said) > _CELL_LIMIT else said


def _height(texts: Sequence[str], columns: Sequence[Column], *, head: bool = False) -> float:
    """The height of a row: its tallest cell and one border."""
    tallest = 0.0
    for said, column in zip(texts, columns, strict=True):
        mono = column.code and not head
        room = column.width * POINTS - CELL_SIDES
        count = lines(said, room, CODE_SIZE if mono else column.size, mono=mono)
        tallest = max(tallest, count * column.line + 2 * column.pad)
    return tallest + BORDER


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
    paper: Paper, columns: Sequence[Column], rows: Iterable[Sequence[str | Shaded]], *, head: bool = True
) -> None:
    """A bordered table whose header row is repeated on every page; rows are not split over pages."""
    made = element("tbl")
    properties = element("tblPr")
    properties.append(element("tblW", w=str(sum(int(c.width * TWIPS) for c in columns)), type="dxa"))
    properties.append(element("tblInd", w="108", type="dxa"))
    borders = element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(side, val="single", sz="4", space="0", color="AEB9C5"))
    properties.append(borders)
    properties.append(element("tblLayout", type="fixed"))
    made.append(properties)
    grid = element("tblGrid")
    grid.extend(element("gridCol", w=str(int(column.width * TWIPS))) for column in columns)
    made.append(grid)
    above = 0.0
    if head:
        titles = [column.title for column in columns]
        made.append(
            _row(
                [_cell(said, column, head=True) for said, column in zip(titles, columns, strict=True)],
                head=True,
            )
        )
        above = _height(titles, columns, head=True)
        paper.pages.hold(Block(above))
    for row in rows:
        cells, texts = [], []
        for at, (column, value) in enumerate(zip(columns, row, strict=True)):
            shaded = isinstance(value, Shaded)
            said = _shown(value.text if isinstance(value, Shaded) else value)
            fill = SHADES.get(value.verdict, "FFFFFF") if isinstance(value, Shaded) else ""
            cells.append(_cell(said, column, fill=fill if shaded or head or at else "F4F6F8"))
            texts.append(said)
        made.append(_row(cells))
        paper.pages.put(Block(_height(texts, columns)), above)
    body = paper.doc.element.body
    body.insert(len(body) - 1, made)
    after = paper.doc.add_paragraph().paragraph_format
    after.space_after, after.line_spacing = Pt(0), Pt(TABLE_AFTER)
    after.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paper.pages.settle()
    if paper.pages.left >= TABLE_AFTER:
        paper.pages.put(Block(TABLE_AFTER))


def pairs(
    paper: Paper, rows: Iterable[tuple[str, str]], left: float = 4.6, right: float = 11.6, size: float = 9
) -> None:
    """A two-column table of names and values in `size` points, without header row."""
    table(paper, (Column("", left, size=size), Column("", right, size=size)), rows, head=False)
