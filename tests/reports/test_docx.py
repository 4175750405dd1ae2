from __future__ import annotations

import io
import re
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn

from reports import model, render_docx
from reports.citations import citations
from reports.docx_paper import CELL_SIDES, CODE_SIZE, POINTS
from reports.text_width import lines
from reports.words import Words

CHAPTERS = len(render_docx.CHAPTERS) + len(render_docx.ANNEXES)


@pytest.fixture(scope="module")
def packed(report):
    return render_docx.render(report)


@pytest.fixture(scope="module")
def doc(packed):
    return Document(io.BytesIO(packed))


def _all_text(doc) -> str:
    return "\n".join(node.text or "" for node in doc.element.body.iter(qn("w:t")))


def test_all_chapters_in_order(doc):
    words = Words("zh")
    heads = [one.text for one in doc.paragraphs if one.style.name == "Heading 1"]
    assert heads[:17] == [words(f"doc.ch.{number}") for number in range(17)]
    assert (heads[0], heads[16]) == ("0 修订记录", "16 签章")
    assert [title[:4] for title in heads[17:]] == [f"附录 {letter}" for letter in "ABCDEFGHIJK"]


def test_every_chapter_has_content(doc):
    body = list(doc.element.body)
    heads = [at for at, node in enumerate(body) if node.tag == qn("w:p") and node.style == "Heading1"]
    assert len(heads) == CHAPTERS
    for start, end in zip(heads, [*heads[1:], len(body)], strict=True):
        inside = body[start + 1 : end]
        said = "".join(node.text or "" for part in inside for node in part.iter(qn("w:t")))
        assert len(said) > 10, "".join(node.text or "" for node in body[start].iter(qn("w:t")))


def test_first_line_and_label(doc, report):
    first = doc.paragraphs[0].text
    assert "预验" in first
    assert f"{report.conclusion.must_executed} / {report.conclusion.must_applicable}" in first
    assert "必选用例未执行" in doc.paragraphs[1].text
    assert "不是医疗保障主管部门" in doc.paragraphs[2].text


def test_tables_are_filled_and_repeat_their_header(doc):
    assert len(doc.tables) > 30
    headed = 0
    for table in doc.tables:
        first = table._tbl.tr_lst[0]
        if first.trPr is not None and first.trPr.find(qn("w:tblHeader")) is not None:
            headed += 1
            assert len(table._tbl.tr_lst) > 1, [cell.text for cell in table.rows[0].cells]
    assert headed > 25


def test_all_cases_are_in_the_document(doc, report):
    said = _all_text(doc)
    assert report.cases
    for case in report.cases:
        assert case.id in said


def test_what_was_not_done_is_said(doc):
    said = _all_text(doc)
    for sentence in ("未采集页面截图", "未录屏", "未进行压力测试", "未进行日终对账", "不能作为送审订单号"):
        assert sentence in said


def test_digests_and_validity(doc, report):
    said = _all_text(doc)
    for file in report.files:
        assert file.sm3 in said
    assert "11-25 15:00" in said
    assert report.writers[0].head in said


def test_chinese_fonts_have_their_east_asian_name(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        styles = archive.read("word/styles.xml").decode("utf-8")
        body = archive.read("word/document.xml").decode("utf-8")
        footer = "".join(archive.read(name).decode() for name in archive.namelist() if "footer" in name)
    assert 'w:eastAsia="宋体"' in styles
    assert 'w:eastAsia="黑体"' in styles
    assert 'w:eastAsia="宋体"' in body
    assert "NUMPAGES" in footer
    assert 'w:w="11906"' in body


def test_masked_and_clean(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        body = archive.read("word/document.xml").decode("utf-8")
    assert not re.search(r"~[0-9a-f]{10}", body)
    assert "\u202e" not in body
    assert "&lt;script&gt;" in body


def test_same_run_same_bytes(packed, report):
    assert render_docx.render(report) == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        core = archive.read("docProps/core.xml").decode("utf-8")
    assert "2026-11-22T07:00:12Z" in core


def test_english_is_complete(report):
    doc = Document(io.BytesIO(render_docx.render(report, "en")))
    heads = [one.text for one in doc.paragraphs if one.style.name in ("Heading 1", "Heading 2")]
    assert len(heads) > 18
    assert [text for text in heads if re.search("[\u4e00-\u9fff]", text)] == []


def test_an_empty_run_still_makes_a_report():
    empty = render_docx.render(model.build({}, [], []))
    heads = [one.text for one in Document(io.BytesIO(empty)).paragraphs if one.style.name == "Heading 1"]
    assert len(heads) == CHAPTERS


def test_the_contents_have_page_numbers(doc):
    links = list(doc.element.body.iter(qn("w:hyperlink")))
    numbers = [int([node.text for node in link.iter(qn("w:t"))][-1]) for link in links]
    assert len(numbers) == CHAPTERS
    assert numbers[0] == 3
    assert numbers == sorted(numbers)
    fields = "".join(node.text or "" for node in doc.element.body.iter(qn("w:instrText")))
    assert fields.count("PAGEREF") == CHAPTERS


def test_the_main_part_is_short(doc):
    links = list(doc.element.body.iter(qn("w:hyperlink")))
    annexes = [node.text for node in links[len(render_docx.CHAPTERS)].iter(qn("w:t"))]
    assert int(annexes[-1]) <= 16


def test_empty_chapters_say_why_in_one_line(doc):
    for number in (9, 13):
        at = next(at for at, one in enumerate(doc.paragraphs) if one.text == Words("zh")(f"doc.ch.{number}"))
        assert doc.paragraphs[at + 1].text.startswith("未")
        assert doc.paragraphs[at + 2].style.name.startswith("Heading")
    lines = [one.text for one in doc.paragraphs]
    assert any(one.startswith("未进行日终对账：") for one in lines)
    assert any(one.startswith("12.3 日志与源代码扫描：未执行，") for one in lines)


def test_order_numbers_stand_in_one_line(report):
    room = 5.0 * POINTS - CELL_SIDES
    assert report.orders
    for one in report.orders:
        assert lines(one.pay_ord_id, room, CODE_SIZE, mono=True) == 1
    assert lines("ORD509999202611291610010619134", room, CODE_SIZE, mono=True) == 1


def test_citations_are_explained(sample_run):
    manifest, records, verdicts = sample_run.make()
    manifest["requirements"][0] |= {"source": "centre 3.1", "origin": "centre/M,V [1][2]"}
    manifest["cases"][0]["source"] = "S0,W8"
    built = model.build(manifest, records, verdicts)
    for lang in ("zh", "en"):
        found = {key: (title, body) for key, title, body in citations(built, Words(lang))}
        for end in (" 1", " 2", " S0", " W8"):
            assert any(key.endswith(end) and title and body for key, (title, body) in found.items()), end
