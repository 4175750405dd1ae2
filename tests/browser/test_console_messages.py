"""The page of serve in a real browser: messages, explanations, keys, both languages, every width."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from console import WAIT_MS, made, paid, rows
from page import NARROW, Page
from serving_lab import CODE, HAND, ServingLab

from simulator.protocol.text.canonical import Style

pytestmark = pytest.mark.browser

Look = Callable[..., Page]
HAN = re.compile(r"[\u4e00-\u9fff]")


# messages


def test_messages_come_as_they_happen_with_cause_content_and_bytes(look: Look, serving: ServingLab) -> None:
    page = look(view="messages")
    one = made(page, serving)
    order = paid(page, serving, one)
    page.until(
        f"[...document.querySelectorAll('#list .row')].some(e => e.innerText.includes('6202') && e.innerText.includes('{one.person}'))",
        WAIT_MS,
    )
    wrong = serving.vendor.query(one, order) | {"payOrdId": ""}
    serving.do(lambda _lab: serving.vendor.centre("6301", wrong))
    page.until("document.querySelector('#list .row.v-refused b').textContent === '6301'", WAIT_MS)
    page.click("#list .row.v-refused")
    page.until("document.querySelector('#detail pre')", WAIT_MS)
    told = page.text("#detail")
    assert "LT-" in rows(page)[0]
    assert "schema" in told
    assert one.id_no not in told, "masked"
    page.click("#detail .raw")
    page.until("document.querySelector('#detail .bytes pre')", WAIT_MS)
    assert "encData" in page.text("#detail .bytes pre")
    serving.do(lambda _lab: serving.vendor.post("6201", b"{}"))
    page.until("document.querySelector('#list .row b').textContent === '6201'", WAIT_MS)
    assert page.js("document.querySelector('#detail .bytes pre') !== null"), "what is open stays open"
    page.click("#detail .why")
    page.until("document.querySelector('#explained .verdict')", WAIT_MS)
    assert page.js("document.getElementById('tab-explain').getAttribute('aria-selected')") == "true"
    assert "schema" in page.js("document.getElementById('explained').textContent")
    page.click("#tab-messages")
    page.click("#detail .close")
    assert page.js("document.getElementById('detail')") is None


def test_a_note_on_an_accepted_request_is_shown_as_a_note(look: Look, serving: ServingLab) -> None:
    page = look(view="messages")
    one = made(page, serving)
    serving.do(lambda _lab: serving.vendor.enrol(one))
    upload = serving.vendor.upload(one)
    upload["feedetailList"][0]["pric"] = "10.00"  # times 1 is not 30.00
    assert serving.do(lambda _lab: serving.vendor.centre("6201", upload)).ok
    page.until("document.querySelector('#list .row.v-noted')", WAIT_MS)
    page.click("#list .row.v-noted")
    page.until("document.querySelector('#detail li.note')", WAIT_MS)
    assert "note." in page.text("#detail li.note")
    assert page.js("document.querySelector('#detail li.bad')") is None
    assert "10.00" in rows(page)[0]


def test_filters_search_and_clearing(look: Look, serving: ServingLab) -> None:
    page = look(view="messages")
    one = made(page, serving)
    other = serving.do(lambda lab: lab.person(HAND, serving.vendor, "hand/other"))
    order = paid(page, serving, one)
    serving.do(lambda _lab: serving.vendor.enrol(other))
    serving.do(lambda _lab: serving.vendor.post("6201", b"{}"))
    serving.do(lambda _lab: serving.vendor.post("6201", b"{}", path="/org/local/api/hos/uldfeeinfo"))
    page.click("#confirm")
    serving.do(lambda _lab: serving.vendor.until_notices(1))
    page.until(
        "[...document.querySelectorAll('#list .row')].some(e => e.innerText.includes('6302'))", WAIT_MS
    )

    def kinds(value: str) -> list[str]:
        page.choose("#which", value)
        return rows(page)

    assert kinds("refused")
    assert all(one.person not in row.split() for row in kinds("nobody"))
    assert len(kinds("nobody")) >= 2
    assert {row.split()[2] for row in kinds("notice")} == {"6302"}
    assert kinds("world")
    assert not any("6201" in row.split() for row in kinds("world"))
    kinds("all")
    page.enter("#search", f"{order['payOrdId']} 6202")
    page.until(
        "document.querySelectorAll('#list .row').length < 6 && document.querySelectorAll('#list .row').length > 0",
        WAIT_MS,
    )
    page.enter("#search", "nothing-of-this-name")
    page.until(
        "document.querySelectorAll('#list .row').length === 0 && !document.getElementById('empty').hidden",
        WAIT_MS,
    )
    page.js(
        "document.getElementById('search').value = ''; document.getElementById('search').dispatchEvent(new Event('input'))"
    )
    page.choose("#person", one.person)
    page.click("#mine")
    page.until("document.querySelectorAll('#list .row').length > 0", WAIT_MS)
    whose = page.js("[...document.querySelectorAll('#list .whose')].map(e => e.textContent)")
    assert set(whose) == {one.person}
    page.click("#mine")
    page.choose("#of-run", "_simulator")
    page.until("document.querySelectorAll('#list .row').length > 0", WAIT_MS)
    page.choose("#of-run", "")
    page.click("#clear")
    page.until("document.querySelectorAll('#list .row').length === 0", WAIT_MS)


def test_hostile_texts_do_nothing(look: Look, serving: ServingLab) -> None:
    page = look(view="messages")
    bad = "<img src=x onerror=window.pwned=1><script>window.pwned=2</script>"
    one = made(page, serving, bad[:40])
    order = paid(page, serving, one)
    value = serving.vendor.query(one, order) | {"newField": bad}
    serving.do(lambda _lab: serving.vendor.centre("6301", value))
    serving.do(lambda _lab: serving.vendor.post("6301", json.dumps({"appId": bad, "signData": bad}).encode()))
    page.until("document.querySelectorAll('#list .row').length > 3", WAIT_MS)
    for selector in ("#list li:nth-child(1) .row", "#list li:nth-child(2) .row"):
        page.click(selector)
        page.until("document.querySelector('#detail pre')", WAIT_MS)
    page.click("#tab-explain")
    page.enter("#pasted", json.dumps({"appId": bad}))
    page.click("#explain-go")
    page.until("document.querySelector('#explained .verdict')", WAIT_MS)
    assert page.js("window.pwned") is None
    assert page.js("document.querySelectorAll('main img, main script').length") == 0


# explain, keys, language


def test_a_pasted_message_is_explained_and_a_text_compared(look: Look, serving: ServingLab) -> None:
    page = look(view="explain")
    page.click("#explain-go")
    page.until("!document.getElementById('told').hidden", WAIT_MS)
    good = json.loads(serving.vendor.sealed({"payOrdId": "ORD1"}))
    page.choose("#explain-interface", "6301")
    page.enter("#pasted", json.dumps(good))
    page.click("#explain-go")
    page.until("document.querySelector('#explained .reasons li')", WAIT_MS)
    assert "LT-SCHEMA" in page.text("#explained")
    page.choose("#explain-interface", "")
    page.choose("#explain-kind", "request")
    page.click("#explain-form summary")
    page.enter("#my-text", "appId=z")  # no appId begins so
    page.click("#explain-go")
    page.until("document.querySelector('#explained .verdict.v-accepted')", WAIT_MS)
    assert "7" in page.text("#explained h3 + p")
    good["timestamp"] = "20200101000000"
    page.enter("#pasted", json.dumps(good))
    page.click("#check-time")
    page.click("#explain-go")
    page.until("document.querySelector('#explained .reasons li')", WAIT_MS)
    assert "LT-TIME-WINDOW" in page.text("#explained")
    assert serving.vendor.block["appSecret"] not in page.js(
        "document.getElementById('explained').textContent"
    )


def test_each_mistake_of_a_signature_is_shown_with_the_text_around_it(
    look: Look, serving: ServingLab
) -> None:
    page = look(view="explain")
    page.choose("#explain-interface", "6301")
    style = Style(tail="none", spaces="after")
    page.enter("#pasted", serving.vendor.sealed({"payOrdId": "ORD1", "orgCodg": CODE}, sign=style).decode())
    page.click("#explain-go")
    page.until("document.querySelectorAll('#diagnosis .mistakes > li').length === 2", WAIT_MS)
    shown = page.text("#diagnosis")
    assert "no_key_tail" in shown
    assert "spaced_json" in shown
    assert "[ ]" in page.text("#diagnosis .excerpt dd:last-child")
    assert "spaced_json + no_key_tail" in page.text("#explained .reasons")
    wrong = json.loads(serving.vendor.sealed({"payOrdId": "ORD1"}))
    wrong["signData"] = ("A" if wrong["signData"][0] != "A" else "B") + wrong["signData"][1:]
    page.enter("#pasted", json.dumps(wrong))
    page.click("#explain-go")
    page.until("document.querySelector('#diagnosis .digests li code')", WAIT_MS)


def test_keys_are_hidden_until_asked_for_and_copied_as_a_whole(look: Look, serving: ServingLab) -> None:
    page = look(view="keys")
    secret = serving.vendor.block["appSecret"]
    assert secret not in page.text("#block")
    page.click("#reveal")
    assert secret in page.text("#block")
    page.click("#reveal")
    assert secret not in page.text("#block")
    page.grant("clipboardReadWrite", "clipboardSanitizedWrite")
    page.click("#copy-block")
    page.until("!document.getElementById('told').hidden", WAIT_MS)
    assert json.loads(page.js("navigator.clipboard.readText()", gesture=True)) == serving.vendor.block
    page.click("#address .copy")
    page.until(
        f"navigator.clipboard.readText().then(t => window.copied = t) && window.copied === {json.dumps(serving.base)}",
        WAIT_MS,
    )
    assert serving.base + serving.vendor.block["paths"]["6201"] in page.text("#paths")


def test_where_notices_go_is_set(look: Look, serving: ServingLab) -> None:
    page = look(view="keys")
    path = f"/control/institutions/{CODE}/endpoints"
    before = serving.control("GET", path)
    page.until("document.querySelector('#endpoints .save')", WAIT_MS)
    name = page.js("document.querySelector('#endpoints form').getAttribute('data-endpoint')")
    page.enter("#endpoints input", "http://127.0.0.1:9/x")
    page.click("#endpoints .save")
    page.until("!document.getElementById('told').hidden", WAIT_MS)
    assert serving.control("GET", path)[name] == "http://127.0.0.1:9/x"
    page.click("#endpoints .none")
    page.until("document.querySelector('#endpoints .none').getAttribute('aria-pressed') === 'true'", WAIT_MS)
    assert serving.control("GET", path)[name] == "none"
    serving.control("PUT", path, before)


def test_the_language_is_changed_and_remembered(look: Look, serving: ServingLab) -> None:
    page = look()
    page.click("#language")
    page.until(
        "document.documentElement.lang === 'en' && document.getElementById('live').classList.contains('good')",
        WAIT_MS,
    )
    page.go(serving.link)
    page.until("document.documentElement.lang === 'en'", WAIT_MS)
    assert page.js("document.title") == "liantiao simulator"


def test_the_english_page_has_no_chinese_word_of_ours(look: Look, serving: ServingLab) -> None:
    page = look(language="en", view="messages")
    one = made(page, serving, "Bob")
    paid(page, serving, one)
    page.click("#confirm")
    serving.do(lambda _lab: serving.vendor.post("6201", b"{}"))
    serving.do(lambda _lab: serving.vendor.post("6201", b"{}", path="/org/local/api/hos/uldfeeinfo"))
    page.until(
        "document.querySelector('#diagram .now') && document.querySelector('#diagram .now').getAttribute('data-state') === '6'",
        WAIT_MS,
    )
    page.click("#list .row.v-refused")
    page.until("document.querySelector('#detail')", WAIT_MS)
    theirs = (one.name, serving.vendor.block["orgName"], "中文", "甲")
    for view in ("messages", "explain", "keys"):
        page.click(f"#tab-{view}")
        if view == "explain":
            page.enter("#pasted", "{}")
            page.click("#explain-go")
            page.until("document.querySelector('#explained .verdict')", WAIT_MS)
        shown = str(page.js("document.body.innerText"))
        shown += " ".join(page.js("[...document.querySelectorAll('option')].map(e => e.textContent)"))
        for known in theirs:
            shown = shown.replace(known, "")
        left = [line for line in shown.splitlines() if HAN.search(line) and '"' not in line]
        assert left == [], view


# how it looks


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1280, 900), NARROW, (1000, 700), (360, 640)])
def test_nothing_lies_outside_the_window(
    look: Look, serving: ServingLab, size: tuple[int, int], language: str
) -> None:
    page = look(size, language)
    if size[0] < 1000:
        page.click("#tab-people")
    one = made(page, serving)
    paid(page, serving, one)
    page.until("document.querySelector('#diagram .now')", WAIT_MS)
    serving.do(lambda _lab: serving.vendor.post("6201", b'{"appId":"' + b"x" * 300 + b'"}'))
    for view in ("people", "messages", "explain", "keys"):
        if view == "people" and size[0] >= 1000:
            continue
        page.click(f"#tab-{view}")
        if view == "messages":
            page.until("document.querySelector('#list .row')", WAIT_MS)
            page.click("#list .row")
        wide = page.js("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, view
        outside = page.js(
            "[...document.querySelectorAll('button, select, input, h2, dd')].filter(e => e.getClientRects().length && "
            "e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.id || e.className || e.textContent)"
        )
        assert [one for one in outside if not str(one).startswith("tab-")] == [], view


@pytest.mark.parametrize("language", ["zh", "en"])
def test_words_have_contrast(look: Look, serving: ServingLab, language: str) -> None:
    page = look(language=language, view="messages")
    one = made(page, serving)
    paid(page, serving, one)
    serving.do(lambda _lab: serving.vendor.post("6201", b"{}"))
    page.until("document.querySelector('#list .row.v-refused')", WAIT_MS)
    page.click("#list .row.v-refused")
    told = page.probe("contrasts", "header, nav, main > section, #told")
    assert len(told) > 60
    weak = sorted({(round(one["ratio"], 2), one["text"][:30]) for one in told if one["ratio"] < 4.5})
    assert weak == []
