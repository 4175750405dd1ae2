"""The pages of the Word report as LibreOffice lays them out: the contents tell the truth, no heading stands alone."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from reports import render_docx

pytestmark = pytest.mark.office
PROGRAMS = ("soffice", "pdftotext", "fc-list")
FONTS = ("Liberation Serif", "Liberation Mono", "CJK")
LAYOUT_S = 120


def _lacking() -> list[str]:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if "fc-list" not in missing:
        known = subprocess.run(["fc-list"], capture_output=True, text=True, check=True).stdout
        missing += [font for font in FONTS if font not in known]
    return missing


@pytest.fixture(scope="module", params=["zh", "en"])
def laid_out(request, report, tmp_path_factory) -> tuple[bytes, list[str]]:
    """The docx and the text of each page."""
    if lacking := _lacking():
        why = f"no {', '.join(lacking)} (Debian: libreoffice-writer-nogui poppler-utils fonts-liberation fonts-noto-cjk)"
        (pytest.fail if os.environ.get("LIANTIAO_CI") == "1" else pytest.skip)(why)
    folder: Path = tmp_path_factory.mktemp("office")
    packed = render_docx.render(report, request.param)
    (folder / "report.docx").write_bytes(packed)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        "soffice",
        "--headless",
        profile,
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(folder / "report.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=LAYOUT_S)
    text = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", str(folder / "report.pdf"), "-"],
        check=True,
        capture_output=True,
        timeout=LAYOUT_S,
    ).stdout.decode("utf-8")
    return packed, text.split("\f")[:-1]


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _contents(packed: bytes) -> list[tuple[str, int]]:
    found = []
    for link in Document(io.BytesIO(packed)).element.body.iter(qn("w:hyperlink")):
        *title, number = [node.text or "" for node in link.iter(qn("w:t"))]
        found.append(("".join(title), int(number)))
    return found


def test_the_contents_tell_the_page(laid_out) -> None:
    packed, pages = laid_out
    for title, number in _contents(packed):
        on = [at for at, page in enumerate(pages, 1) if _bare(title) in map(_bare, page.split("\n"))]
        assert on == [number], title


def test_no_heading_ends_a_page(laid_out) -> None:
    packed, pages = laid_out
    heads = {
        _bare(one.text)
        for one in Document(io.BytesIO(packed)).paragraphs
        if one.style.name.startswith("Heading")
    }
    for at, page in enumerate(pages[1:], 2):
        lines = [line for line in map(_bare, page.split("\n")) if line]
        assert lines[-2] not in heads, (at, lines[-2])  # the last line is the page number


def test_an_order_number_is_whole(laid_out, report) -> None:
    text = "\n".join(laid_out[1])
    for one in report.orders:
        assert one.pay_ord_id in text
