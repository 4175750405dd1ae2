"""The paper of the Word report: its fonts, its measures, and the page on which the pen is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from reports.page_count import PageCount

BODY = ("Times New Roman", "宋体")
HEAD = ("Arial", "黑体")
CODE = ("Courier New", "宋体")
BODY_SIZE, CODE_SIZE = 10.5, 7.0
HEADINGS = ((16, 12.0, 6.0), (13, 8.0, 4.0), (11, 6.0, 3.0))
"""Size, room before and after of each level of headings, points."""
AFTER, TABLE_AFTER, BORDER = 5.0, 8.0, 0.5
POINTS, TWIPS = 28.3465, 567
"""A centimetre."""
BULLET, CELL_SIDES = 18.0, 10.8
TOP, BOTTOM = 2.4, 2.2


@dataclass(frozen=True, slots=True)
class Form:
    """A page: its side margins and what fits on it (width in cm, height in points)."""

    side: float
    width: float
    room: float


UPRIGHT = Form(2.4, 16.2, (29.7 - TOP - BOTTOM) * POINTS)
LYING = Form(1.8, 26.1, (21 - TOP - BOTTOM) * POINTS)


def line_of(size: float) -> float:
    """The height of a line of text of `size` points; exact, so that no font changes it."""
    return round(size * 1.5, 1)


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


@dataclass
class Paper:
    """A document being written, with the page on which the pen is."""

    doc: Any
    pages: PageCount
    width: float = UPRIGHT.width
    contents: list[tuple[Any, list[int]]] = field(default_factory=list)
    """The page number of each entry of the contents: the text node, and where it will be told."""

    def ready(self) -> None:
        """Fill in the page numbers of the contents."""
        self.pages.settle()
        for node, told in self.contents:
            node.text = str(told[0]) if told else ""
