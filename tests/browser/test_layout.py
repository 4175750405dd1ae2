"""Where things stand: one finding on one screen, a phone, paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from page import NARROW, WIDE, Page

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
PARTS = ["h3", ".chip", ".clause", ".want", ".got", ".got .rec", ".three", ".two", ".cmd code", ".copy"]
"""Parts of a finding that a reader must see at once: clause, both sides, records, cause, fix, replay command."""


@pytest.mark.parametrize("name", ["zh", "en", "big"])
def test_each_failure_fits_on_one_screen(show: Open, name: str) -> None:
    page = show(name)
    anchors = page.js("[...document.querySelectorAll('.finding.f-fail')].map(e => e.id)")
    assert len(anchors) >= 3
    for anchor in anchors[:12]:
        page.js(f"location.hash = '{anchor}'")
        page.settle()
        parts = page.probe("parts", f"#{anchor}", PARTS)
        for part, box in parts.items():
            assert box is not None, f"{anchor} {part}"
            assert box["text"], f"{anchor} {part}"
            assert box["top"] >= 0, f"{anchor} {part}"
            assert box["bottom"] <= WIDE[1], f"{anchor} {part}"
            assert not box["cut"], f"{anchor} {part}"
        words = page.text(f"#{anchor}")
        assert "liantiao run --declaration" in words
        messages = page.js(
            f"[...document.querySelectorAll('#{anchor} > .msgs > .msg[open] .in')].map(e => e.getBoundingClientRect().top)"
        )
        assert messages, f"{anchor} shows no message"
        assert messages[0] < WIDE[1] - 150, f"{anchor}: its first message begins on the same screen"


def test_a_failure_says_all_of_it(show: Open) -> None:
    page = show("zh")
    anchor = page.js(
        "[...document.querySelectorAll('.finding.f-fail')].find(e => e.textContent.includes('ENV-SIGN-001')).id"
    )
    said = page.text(f"#{anchor}")
    for words in ("请求签名可验证（centre 3.1）", "签名可用机构公钥验证", "sign.verify 不符", "按不区分大小写排序",
                  "改为按 ASCII 码升序", "--only security/signature", "sign.cause", "feedetailList"):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("name, opened", [("zh", True), ("en", False), ("en", True), ("hostile", True)])
def test_a_phone_never_scrolls_sideways(show: Open, name: str, opened: bool) -> None:
    page = show(name)
    page.resize(NARROW)
    if opened:
        page.js("document.querySelectorAll('.finding details, .cases details, .flow').forEach(one => one.open = true);"
                "[...document.querySelectorAll('.ev')].slice(0, 300).forEach(one => one.open = true)")  # fmt: skip
    page.settle()
    found = page.probe("wide")
    assert found == {"page": NARROW[0], "viewport": NARROW[0], "out": []}


def test_a_phone_shows_the_first_line_and_the_conclusion_at_once(show: Open) -> None:
    page = show("zh")
    page.resize(NARROW)
    page.settle()
    for selector in (".firstline", ".banner"):
        box = page.probe("parts", selector, [":self"])[":self"]
        assert box["bottom"] <= NARROW[1], selector


@pytest.mark.parametrize("name", ["zh", "en"])
def test_paper_shows_what_is_folded_or_says_so(show: Open, name: str) -> None:
    page = show(name)
    page.click("#only")
    page.click(".pick[data-v=fail]")
    page.media("print")
    assert len(page.probe("rows", "#case-table tbody tr")) == 219, (
        "a filter of the screen does not shorten paper"
    )
    assert len(page.probe("rows", "#grid tr[data-v]")) == 13
    lacking = page.probe("folded")
    assert all(one["summary"] for one in lacking), "what stays folded is named"
    for section in {one["section"] for one in (*lacking, *page.probe("clipped"))}:
        assert page.probe("visible", f"#{section} .paper"), f"{section} does not say that something is folded"
    assert "cases" not in {one["section"] for one in lacking}, "the steps of each case are on paper"
    page.media("screen")
    assert page.probe("visible", ".paper") == []
    assert len(page.probe("rows", "#grid tr[data-v]")) < 13


def test_paper_keeps_the_verdict_and_what_it_rests_on(show: Open) -> None:
    page = show("zh")
    page.media("print")
    seen = page.probe(
        "visible", ".firstline, .banner, .notice, .finding .clause, .finding .want, .finding .got, .cmd code"
    )
    assert len(seen) >= 7 * 4
    assert page.probe("visible", "nav, .tools, .copy, button") == []
    weak = [
        one for one in page.probe("contrasts", ".firstline, .chip, .count, .matrix .c") if one["ratio"] < 4.5
    ]
    assert weak == []


def test_it_prints(show: Open, tmp_path: Path) -> None:
    printed = show("zh").pdf()
    assert printed.startswith(b"%PDF-")
    assert (
        5
        < printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") + printed.count(b"/Type /Page/")
        < 120
    )
