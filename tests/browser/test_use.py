"""The page in use: keyboard, filters, links into the wire log, copying."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from devtools import SHIFT
from page import Page

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
TABS = 60
"""Presses of Tab within which a place on the page must be reached."""


def _tab_to(page: Page, condition: str) -> dict[str, Any]:
    """Press Tab until the focused element meets a condition over `e`; each stop on the way has a visible focus."""
    for _ in range(TABS):
        page.press("Tab")
        now: dict[str, Any] = page.probe("focus")
        assert now["shown"], now
        if page.js(f"(e => {condition})(document.activeElement)"):
            return now
    raise AssertionError(f"{condition}: not reached with {TABS} presses of Tab")


def test_the_first_tab_offers_to_skip_the_contents(show: Open) -> None:
    page = show("zh")
    page.press("Tab")
    now = page.probe("focus")
    assert now["href"] == "#main"
    assert now["shown"]
    assert now["inside"]
    assert not now["covered"]
    page.press("Enter")
    page.press("Tab")
    assert page.probe("focus")["section"], "the next stop lies in the text, not in the contents"


def test_arrows_move_in_the_matrix_and_the_focus_is_seen(show: Open) -> None:
    page = show("zh")
    start = _tab_to(page, "e.matches('#grid td.c a')")
    places = {(start["row"], start["column"])}
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp"):
        before = page.probe("focus")
        page.press(key)
        now = page.probe("focus")
        assert (now["section"], now["tag"]) == ("matrix", "A")
        assert now["shown"]
        assert now["inside"]
        assert not now["covered"], "not below a sticky line"
        assert now["ring"] >= 3, "the ring is seen against the page"
        row, column = now["row"] - before["row"], now["column"] - before["column"]
        assert {"ArrowRight": row == 0 and column > 0, "ArrowLeft": row == 0 and column < 0,
                "ArrowDown": row > 0, "ArrowUp": row < 0}[key], (before, now)  # fmt: skip
        places.add((now["row"], now["column"]))
    assert len(places) >= 4
    assert page.js("document.querySelectorAll('#grid .c a[tabindex=\"0\"]').length") == 1, (
        "one stop of Tab for the matrix"
    )


def test_arrows_stop_at_the_edges_of_the_matrix(show: Open) -> None:
    page = show("zh")
    _tab_to(page, "e.matches('#grid td.c a')")
    for key in ("ArrowUp", "ArrowLeft", "ArrowUp"):
        page.press(key)
    at = page.probe("focus")
    assert at["section"] == "matrix"
    scenarios = page.js("document.querySelectorAll('#grid tr[data-v]').length")
    for _ in range(scenarios + 2):
        page.press("ArrowDown")
    now = page.probe("focus")
    assert now["section"] == "matrix"
    assert now["row"] == page.js("[...document.querySelectorAll('#grid tr[data-v]')].pop().rowIndex")
    page.press("ArrowDown")
    assert page.probe("focus") == now


def test_every_cell_of_the_matrix_can_be_reached_with_arrows(show: Open) -> None:
    page = show("zh")
    _tab_to(page, "e.matches('#grid td.c a')")
    seen = {page.js("document.activeElement.getAttribute('aria-label')")}
    rows = page.js("document.querySelectorAll('#grid tr[data-v]').length")
    for _ in range(rows):
        for key in ("ArrowLeft", "ArrowRight"):
            before = None
            while before != (before := page.js("document.activeElement.getAttribute('aria-label')")):
                seen.add(before)
                page.press(key)
        page.press("ArrowDown")
    assert len(seen) == page.js("document.querySelectorAll('#grid td.c a').length")


def test_tab_leaves_the_matrix_and_comes_back_to_the_same_cell(show: Open) -> None:
    page = show("zh")
    _tab_to(page, "e.matches('#grid td.c a')")
    page.press("ArrowRight")
    page.press("ArrowDown")
    at = page.probe("focus")
    page.press("Tab")
    assert page.probe("focus") != at
    page.press("Tab", modifiers=SHIFT)
    assert page.probe("focus") == at


def test_enter_on_a_failed_cell_shows_its_finding(show: Open) -> None:
    page = show("zh")
    _tab_to(page, "e.matches('#grid td.c a')")
    page.js("document.querySelector('#grid td.v-fail a').focus()")
    wanted = page.probe("focus")["href"]
    page.press("Enter")
    page.until(f"location.hash === {wanted!r}")
    page.settle()
    head = page.probe("parts", wanted, ["header"])["header"]
    assert 0 <= head["top"] < 200


def test_only_what_did_not_pass(show: Open) -> None:
    page = show("zh")
    everything = page.probe("rows", "#grid tr[data-v]")
    assert {row["verdict"] for row in everything} >= {
        "pass",
        "fail",
        "skip",
        "warn",
        "error",
        "waiting",
        "review",
    }
    page.click("#only")
    left = page.probe("rows", "#grid tr[data-v]")
    assert left == [row for row in everything if row["verdict"] not in ("pass", "n/a")]
    assert any(row["verdict"] == "skip" for row in left), "what was not executed did not pass"
    bands = page.probe("visible", "#grid tr.band")
    assert len(bands) == page.js(
        "new Set([...document.querySelectorAll('#grid tr[data-v]:not([hidden])')].map(e => e.parentElement)).size"
    ), "no heading without rows"
    page.click("#only")
    assert page.probe("rows", "#grid tr[data-v]") == everything
    assert len(page.probe("visible", "#grid tr.band")) >= len(bands)


def test_the_matrix_can_be_entered_and_crossed_while_filtered(show: Open) -> None:
    page = show("zh")
    page.click("#only")
    start = _tab_to(page, "e.matches('#grid td.c a')")
    page.press("ArrowDown")
    now = page.probe("focus")
    assert now["row"] > start["row"]
    assert page.js("!document.activeElement.closest('tr').hidden")


def _shown(page: Page) -> tuple[int, list[dict[str, Any]]]:
    """The stated count, and the rows that are really there."""
    return int(re.findall(r"\d+", page.text("#case-shown"))[0]), page.probe("rows", "#case-table tbody tr")


def test_each_verdict_button_shows_as_many_cases_as_it_says(show: Open) -> None:
    page = show("zh")
    stated, rows = _shown(page)
    assert stated == len(rows) == 219
    buttons = page.js("[...document.querySelectorAll('.pick')].map(e => [e.dataset.v, e.textContent])")
    assert sum(int(re.findall(r"(\d+)$", text)[0]) for verdict, text in buttons if verdict) == 219
    for verdict, text in buttons:
        page.click(f".pick[data-v='{verdict}']")
        stated, rows = _shown(page)
        assert stated == len(rows) == int(re.findall(r"(\d+)$", text)[0])
        assert {row["verdict"] for row in rows} == (
            {verdict} if verdict else {row["verdict"] for row in rows}
        )
        assert page.js(
            "[...document.querySelectorAll('.pick[aria-pressed=true]')].map(e => e.dataset.v)"
        ) == [verdict]


def test_search_group_and_verdict_narrow_together(show: Open) -> None:
    page = show("zh")
    page.click("#case-text")
    page.type("mp-rfd-0")
    stated, rows = _shown(page)
    assert stated == len(rows) == 9
    assert all("MP-RFD-0" in row["text"] for row in rows)
    page.click(".pick[data-v=skip]")
    stated, fewer = _shown(page)
    assert 0 < stated == len(fewer) < 9
    assert {row["verdict"] for row in fewer} == {"skip"}
    page.click("#case-text")
    page.type("无此用例")
    assert _shown(page) == (0, [])
    assert "0" in page.text("#case-shown")
    page.js("document.getElementById('case-text').select()")
    page.type("退费")
    page.click(".pick[data-v='']")
    stated, rows = _shown(page)
    assert stated == len(rows)
    assert all("退费" in row["text"] for row in rows)


def test_the_group_is_chosen_with_the_keyboard(show: Open) -> None:
    page = show("zh")
    page.js("document.querySelector('.pick:last-of-type').focus()")
    page.press("Tab")
    assert page.probe("focus")["id"] == "case-group"
    assert page.probe("focus")["shown"]
    page.press("ArrowDown")
    stated, rows = _shown(page)
    option = page.js("document.getElementById('case-group').selectedOptions[0].textContent")
    assert stated == len(rows) == int(re.findall(r"(\d+)$", option)[0])
    assert len({row["group"] for row in rows}) == 1


def test_a_record_number_leads_to_its_open_record_in_the_wire_log(show: Open) -> None:
    page = show("zh")
    assert page.js("document.querySelectorAll('.flow[open], .ev[open]').length") == 0
    target = page.js("document.querySelector('.finding .rec').getAttribute('href')")
    page.click(".finding .rec")
    page.until(
        f"document.querySelector('{target}').open && document.querySelector('{target}').closest('.flow').open"
    )
    page.settle()
    _record_is_readable(page, target)
    page.js(f"document.querySelector('{target}').open = false")
    page.click(".finding .rec")
    page.until(f"document.querySelector('{target}').open")
    _record_is_readable(page, target)


def _record_is_readable(page: Page, target: str) -> None:
    parts = page.probe("parts", target, ["summary", ".in"])
    assert parts["summary"]["top"] >= 0
    assert parts[".in"]["top"] < 1000
    assert f"#{target[2:]}" in parts["summary"]["text"]
    assert parts[".in"]["text"]
    free = page.js(
        f"(e => {{ const b = e.getBoundingClientRect(); return e.contains(document.elementFromPoint(b.left + b.width / 2,"
        f" b.top + 6)); }})(document.querySelector('{target} > summary'))"
    )
    assert free, "the sticky names of the lanes do not cover it"


def test_a_link_from_outside_opens_its_record(show: Open, pages: dict[str, Path]) -> None:
    hit = re.search(r'class="rec" href="#(r\w+)"', pages["zh"].read_text(encoding="utf-8"))
    assert hit
    page = show("zh", hit[1])
    _record_is_readable(page, f"#{hit[1]}")


@pytest.mark.parametrize("fragment", ["nothing-like-this", "%E0%A4%A", "r1'\"><b>", "%00"])
def test_a_strange_fragment_does_no_harm(show: Open, fragment: str) -> None:
    page = show("zh", fragment)
    assert _shown(page)[0] == 219, "the rest of the script ran"


def test_j_and_k_walk_through_the_findings(show: Open) -> None:
    page = show("zh")
    anchors = page.js("[...document.querySelectorAll('.finding')].map(e => e.id)")
    for at, key in ((0, "j"), (1, "j"), (2, "j"), (1, "k")):
        page.press(key)
        assert page.probe("focus")["id"] == anchors[at]
        assert 0 <= page.probe("parts", f"#{anchors[at]}", ["header"])["header"]["top"] < 100
    page.click("#case-text")
    page.type("j")
    page.press("j")
    assert page.js("document.activeElement.id") == "case-text", "letters in the search field are letters"


def test_open_and_close_the_wire_log(show: Open) -> None:
    page = show("zh")
    flows = page.js("document.querySelectorAll('.flow').length")
    page.click("#open-all")
    assert page.js("document.querySelectorAll('.flow[open]').length") == flows
    page.click("#close-all")
    assert page.js("document.querySelectorAll('.flow[open]').length") == 0


def test_copying_puts_the_replay_command_on_the_clipboard(show: Open) -> None:
    page = show("zh")
    page.grant("clipboardReadWrite", "clipboardSanitizedWrite")
    wanted = page.text(".finding .cmd code")
    assert wanted.startswith("liantiao run --declaration")
    page.click(".finding .copy")
    page.until(
        "document.querySelector('.finding .copy').textContent === document.querySelector('.copy').dataset.done"
    )
    assert page.js("navigator.clipboard.readText()", gesture=True) == wanted
    page.until(
        "document.querySelector('.finding .copy').textContent !== document.querySelector('.copy').dataset.done"
    )


@pytest.mark.parametrize("lacking", ["undefined", "{writeText: () => Promise.reject(new Error('denied'))}"])
def test_copying_without_a_clipboard_falls_back(show: Open, lacking: str) -> None:
    page = show("zh")
    page.grant("clipboardReadWrite", "clipboardSanitizedWrite")
    page.js(
        f"window.real = navigator.clipboard; Object.defineProperty(navigator, 'clipboard', {{value: {lacking}}})"
    )
    page.click(".finding .copy")
    page.until(
        "document.querySelector('.finding .copy').textContent === document.querySelector('.copy').dataset.done"
    )
    assert page.js("real.readText()", gesture=True) == page.text(".finding .cmd code")


def test_copying_where_nothing_may_copy_selects_the_command_and_says_so(show: Open) -> None:
    page = show("zh")
    page.js(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false"
    )
    page.click(".finding .copy")
    page.until("document.querySelector('.finding .copy').textContent.includes('Ctrl+C')")
    assert page.js("String(getSelection())") == page.text(".finding .cmd code")
