from __future__ import annotations

import re

import pytest
from lxml import html

from reports import model, render_html
from reports.full_width import full_width
from reports.report_parts import TROUBLE


@pytest.fixture(scope="module", params=["zh", "en"])
def page(request, report):
    text = render_html.render(report, request.param)
    return text, html.fromstring(text)


def test_first_line(page, report):
    first = page[1].xpath("//body/*[not(contains(@class,'skip'))]")[0].text_content()
    assert "预验" in first
    assert f"{report.conclusion.must_executed} / {report.conclusion.must_applicable}" in first
    assert "L2" in first


def test_no_external_resource(page):
    text, tree = page
    assert not tree.xpath("//@src | //link | //iframe | //object | //embed | //form | //@action")
    assert all(href.startswith("#") for href in tree.xpath("//@href"))
    style = "".join(tree.xpath("//style/text()"))
    assert "url(" not in style
    assert "@import" not in style
    assert text.count("<script") == 1
    assert "http-equiv" in text


def test_links_lead_somewhere_and_ids_are_unique(page):
    ids = page[1].xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in page[1].xpath("//a/@href")}
    assert targets <= set(ids)


def test_every_troubled_verdict_has_its_section(page, report):
    ids = set(page[1].xpath("//section[@id='findings']//@id"))
    assert {row.verdict in TROUBLE for row in report.verdicts} == {True, False}
    for row in report.verdicts:
        assert (row.anchor in ids) == (row.verdict in TROUBLE)


def test_a_finding_says_everything(page, report):
    row = next(one.first for one in report.findings if one.first.requirement == "ENV-SIGN-001")
    said = page[1].get_element_by_id(row.anchor).text_content()
    said = full_width(said)
    for part in (
        row.clause,
        row.expected,
        row.observed,
        row.cause,
        row.confirm,
        row.fix,
        row.patient,
        row.replay,
    ):
        assert full_width(part) in said
    assert "sign.verify" in said
    assert "sign.cause" in said
    links = page[1].xpath(f"//article[@id='{row.anchor}']//a[@class='rec']/@href")
    assert f"#r{row.records[0]}" in links


def test_bad_facts_come_first(page, report):
    row = next(one.first for one in report.findings if one.first.requirement == "ENV-SIGN-001")
    lists = page[1].xpath(f"//article[@id='{row.anchor}']//ul[@class='facts']")
    assert [item.get("class") for item in lists[0]] == ["bad", "bad", "good"]


def test_hostile_texts_stay_texts(page):
    text, tree = page
    assert "<script>alert" not in text
    assert "alert('x')" in tree.text_content()
    assert "\u202e" not in text
    assert "\x00" not in text
    assert "⟦U+202E⟧" in text
    assert "{{7*7}}" in text
    assert not tree.xpath("//*[starts-with(name(@*),'on')]")


def test_hostile_words_cannot_leave_an_attribute(sample_run):
    manifest, records, verdicts = sample_run.make()
    bad = '"\'><img src=x onerror=alert(1)>~0123456789 autofocus onfocus="x'
    for row in (*verdicts, *manifest["scenarios"], *manifest["cases"]):
        row.update({key: bad for key in ("title", "scenario_title", "group") if key in row})
    manifest["run"] = manifest["institution"]["name"] = bad
    tree = html.fromstring(render_html.render(model.build(manifest, records, verdicts)))
    assert not tree.xpath("//img | //@onerror | //@onfocus | //@autofocus | //@src")
    assert tree.xpath("//td/a[contains(@aria-label, 'onerror')]")


def test_long_texts_are_cut_and_the_file_stays_small(page):
    text, _ = page
    assert re.search(r"〔\+\d{6,}〕", text)
    assert len(text.encode("utf-8")) < 1_500_000


def test_masked_tails_are_marks_only(page):
    text, tree = page
    assert not re.search(r"~[0-9a-f]{10}", text)
    marks = tree.xpath("//sup[@class='eq']/text()")
    assert marks
    assert all(re.fullmatch(r"[0-9a-f]{4}", mark) for mark in marks)


def test_case_table_is_complete_and_honest(page, report):
    rows = page[1].xpath("//table[@id='case-table']/tbody/tr")
    assert len(rows) == 219
    for row, case in zip(rows, report.cases, strict=True):
        assert row.get("data-v") == case.verdict
        chip = row.xpath(".//span[contains(@class,'chip')]")[0]
        if case.verdict == "skip":
            assert chip.text_content() in ("未执行", "not executed")


def test_matrix_cells_say_their_verdict_in_words(page, report):
    cells = page[1].xpath("//table[@id='grid']//td[contains(@class,'c ')]//a")
    assert len(cells) == sum(len(one.cells) for one in report.scenarios)
    for cell in cells:
        assert cell.get("aria-label")
        assert cell.text_content().strip()


def test_both_business_types_have_a_heading(page):
    said = page[1].get_element_by_id("identity").text_content()
    assert "04106" in said
    assert "04107" in said


def test_source_statuses_are_counted(page, report):
    said = page[1].get_element_by_id("summary").text_content()
    assert report.conclusion.shares
    for share in report.conclusion.shares:
        assert str(share.must) in said


def test_a_thousand_flows_stay_inside_the_budget(sample_run):
    manifest, records, verdicts = sample_run.make()
    many = [
        {**record, "flow": f"load/{n}", "seq": record["seq"] + 1000 * n}
        for n in range(60)
        for record in records
        if record["flow"] == "pay/clinic_mixed"
    ]
    for number, record in enumerate(many):
        record["seq"] = number + 1
    text = render_html.render(model.build(manifest, many, verdicts))
    assert len(text) < render_html.VIEW_BUDGET * 2 + 3_000_000


def test_english_is_complete(report):
    tree = html.fromstring(render_html.render(report, "en"))
    parts = tree.xpath("//h2 | //h3[not(ancestor::article)] | //h4 | //thead//th | //nav//li | //button")
    assert parts
    for part in parts:
        said = part.text_content()
        assert not re.search("[\u4e00-\u9fff]", said), said


@pytest.mark.parametrize(
    ("name", "code", "kinds"),
    [("通过", 0, "banner c-0"), ("有保留的通过", 0, "banner c-0 c-less"), ("所选通过", 0, "banner c-0 c-less"), ("不通过", 1, "banner c-1")],
)  # fmt: skip
def test_only_a_whole_pass_is_green(sample_run, name, code, kinds):
    manifest, records, verdicts = sample_run.make()
    manifest["conclusion"] |= {"text": name, "exit": code}
    tree = html.fromstring(render_html.render(model.build(manifest, records, verdicts), "zh"))
    assert tree.xpath("//*[@role='status']/@class") == [kinds]
