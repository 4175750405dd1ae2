"""What the page says and never says: the first line, the verdict words, both languages, hostile texts, size."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from page import Page

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
SIZE_LIMIT = 5_000_000
"""Bytes of one report file."""
VERDICTS = {
    "zh": {
        "pass": "通过", "warn": "通过（有提示）|提示", "fail": "不通过", "error": "阻塞", "waiting": "阻塞（未静止）|阻塞",
        "skip": "未执行", "review": "待人工确认|待确认", "na": "不适用",
    },
    "en": {
        "pass": "passed|pass", "warn": "passed with notes|notes", "fail": "failed|fail", "error": "blocked",
        "waiting": "blocked (not quiet)|blocked", "skip": "not executed|not run", "review": "to be reviewed|review",
        "na": "not applicable|n/a",
    },
}  # fmt: skip
"""By verdict class, the words an element of that class may say."""


@pytest.mark.parametrize("name", ["zh", "en", "nothing"])
def test_loads_from_a_file_without_complaint_and_asks_for_nothing_else(show: Open, name: str) -> None:
    page = show(name)
    assert page.js("document.compatMode") == "CSS1Compat"
    assert page.js("document.documentElement.className") == "on", (
        "the script ran under its own content policy"
    )
    assert page.js("performance.getEntriesByType('resource').length") == 0
    assert page.complaints() == []
    assert page.requests() == [page.url]


@pytest.mark.parametrize(
    "name, wanted",
    [
        ("zh", ["预验", "声明模式 A", "驱动级别 L2", "已执行 / 适用 71 / 73", "对象 仿真环境"]),
        (
            "en",
            [
                "预验",
                "declared modes A",
                "driver level L2",
                "MUST executed / applicable 71 / 73",
                "target simulator",
            ],
        ),
        ("nothing", ["预验", "声明模式 A", "驱动级别 L2", "已执行 / 适用 0 / 74", "对象 仿真环境"]),
    ],
)
def test_the_first_line_says_what_was_tested_and_how_far(show: Open, name: str, wanted: list[str]) -> None:
    page = show(name)
    said = page.text(".firstline")
    for part in wanted:
        assert part in said
    box = page.probe("parts", ".firstline", [":self"])[":self"]
    assert box["top"] == 0, "nothing is above it"
    assert box["bottom"] <= 60, "it is one line"


def test_the_english_first_line_explains_its_label(show: Open) -> None:
    assert "pre-acceptance" in show("en").text(".firstline")


@pytest.mark.parametrize("name", ["zh", "en"])
def test_each_verdict_has_its_own_words_and_colours(show: Open, name: str) -> None:
    page = show(name)
    words = VERDICTS["en" if name == "en" else "zh"]
    grounds: dict[str, set[str]] = {}
    checked = 0
    for one in page.probe("coloured"):
        (verdict,) = one["verdicts"]
        grounds.setdefault(one["grounds"], set()).add(verdict)
        said = re.sub(r"( ?\d+(/\d+)?)?$", "", " ".join(one["text"].split()))
        if one["kind"].startswith(("chip", "pick", "c ")):
            assert said in words[verdict].split("|"), one
            checked += 1
    assert checked > 250
    for verdicts in grounds.values():
        assert verdicts <= {"error", "waiting"} or len(verdicts) == 1, f"one colour for {verdicts}"


@pytest.mark.parametrize("name", ["zh", "en", "nothing"])
def test_not_executed_is_never_shown_as_passed(show: Open, name: str) -> None:
    page = show(name)
    word, passed = ("not executed", "pass") if name == "en" else ("未执行", "通过")
    rows = [row for row in page.probe("rows", "#case-table tbody tr") if row["verdict"] == "skip"]
    assert len(rows) > 100
    chips = page.js(
        "[...document.querySelectorAll('#case-table tr[data-v=skip] td:nth-child(5)')].map(e => [e.innerText.trim(),"
        " e.firstElementChild.className, e.querySelectorAll('[class*=v-]').length])"
    )
    assert {tuple(chip) for chip in chips} == {(word, "chip v-skip", 1)}
    assert page.probe("ground", "#case-table .v-skip") != page.probe("ground", ".legend .v-pass")
    for one in page.probe("coloured"):
        if one["verdicts"] == ["skip"]:
            assert passed not in one["text"].replace("不通过", ""), one
            assert passed not in (one["name"] or ""), one
        if one["verdicts"] == ["pass"]:
            assert "未执行" not in f"{one['text']}{one['name']}", one
            assert "not run" not in f"{one['text']}{one['name']}", one
    cells = page.js(
        "[...document.querySelectorAll('#grid tr[data-v=skip] td.c:not(.none)')].map(e => e.className)"
    )
    assert cells
    assert set(cells) <= {"c v-skip", "c v-na"} or name != "nothing"


def test_a_run_of_which_nothing_was_executed_has_nothing_green(show: Open) -> None:
    page = show("nothing")
    assert page.text(".banner strong") == "未完成"
    assert "c-3" in page.js("document.querySelector('.banner').className")
    green = [one for one in page.probe("coloured") if one["verdicts"] == ["pass"]]
    legend = page.js("document.querySelectorAll('.legend .v-pass').length")
    agreed = page.js("document.querySelectorAll('#appendix .v-pass').length")
    assert len(green) == legend + agreed, "outside the legend and the evidence chain nothing is green"
    assert page.js("document.querySelectorAll('.bar .v-pass').length") == 0


@pytest.mark.parametrize("name", ["zh", "en"])
def test_words_of_a_verdict_have_contrast(show: Open, name: str) -> None:
    page = show(name)
    page.js("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.click("#only")
    told = page.probe(
        "contrasts",
        ".chip, .count, .tag, .pick, .badge, .matrix .c, .banner, .notice, .firstline, .facts, .clause, .said",
    )
    assert len(told) > 500
    weak = sorted(
        {(round(one["ratio"], 2), one["of"], one["text"][:20]) for one in told if one["ratio"] < 4.5}
    )
    assert weak == []


def test_the_english_page_has_no_chinese_word_of_ours(show: Open) -> None:
    page = show("english")
    page.js("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.click("#case-text")
    left = page.probe("words", "\\p{Script=Han}", ".brand, .label, .notice > strong")
    assert left == []
    assert page.js("document.documentElement.lang") == "en"


def test_the_chinese_page_names_what_it_shows(show: Open) -> None:
    page = show("zh")
    assert page.js("document.documentElement.lang") == "zh-CN"
    heads = page.probe("visible", "h1, h2, thead th, nav li")
    ours = [head for head in heads if not re.search("[\u4e00-\u9fff]", head)]
    assert set(ours) <= {"SM3", "P50 ms", "P95 ms", "%", "", "payOrdId"}


def test_hostile_texts_do_nothing(show: Open) -> None:
    page = show("hostile")
    page.js("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.settle()
    found = page.probe("foreign")
    assert found.pop("ran", None) is None
    assert found == {
        "elements": [], "handlers": [], "scripts": 1, "heads": [], "links": [], "turned": 0, "hidden": False,
    }  # fmt: skip
    said = page.js("document.body.textContent")
    assert "window.pwned=1;alert(1)" in said, "they are there, as texts"
    assert "⟦U+202E⟧" in said
    assert "{{7*7}} ${7*7}" in said
    assert page.js("document.title").startswith("测试报告")


def test_hostile_texts_do_nothing_when_the_page_is_used(show: Open) -> None:
    page = show("hostile")
    for selector in (
        "#only",
        "#only",
        ".pick[data-v=fail]",
        ".pick[data-v='']",
        "#open-all",
        ".finding .rec",
        ".copy",
    ):
        page.click(selector)
    page.click("#case-text")
    page.type("<img src=x onerror=window.pwned=5>")
    assert page.js("window.pwned") is None


def test_the_content_policy_stops_script_that_gets_in_anyway(tab: Page, pages: dict[str, Path]) -> None:
    tab.open(pages["zh"])
    tab.js(
        "window.stopped = []; addEventListener('securitypolicyviolation', e => stopped.push(e.effectiveDirective));"
        "document.body.insertAdjacentHTML('beforeend', '<img src=http://127.0.0.1:9/x.png onerror=window.pwned=1>"
        "<p id=bad onclick=window.pwned=2>x</p>'); document.getElementById('bad').click();"
        "const inline = document.createElement('script'); inline.text = 'window.pwned = 3'; document.body.append(inline);"
    )
    tab.until("stopped.length >= 3")
    assert set(tab.js("stopped")) == {"img-src", "script-src-attr", "script-src-elem"}
    assert tab.js("window.pwned") is None
    assert tab.requests() == [tab.url], "stopped before it left"


@pytest.mark.parametrize("name", ["zh", "en", "hostile", "big"])
def test_the_file_is_small(pages: dict[str, Path], name: str) -> None:
    assert pages[name].stat().st_size < SIZE_LIMIT
