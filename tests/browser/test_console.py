"""The page of serve in a real browser: the token, and every button about a person does what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from console import WAIT_MS, made, paid, records, state_on_diagram
from page import Page
from serving_lab import CODE, HAND, ServingLab

pytestmark = pytest.mark.browser

Look = Callable[..., Page]


# the token


def test_without_the_token_nothing_is_shown(tab: Page, serving: ServingLab) -> None:
    tab.go(serving.link + "page/page.css")
    tab.js("sessionStorage.clear()")
    tab.go(serving.link)
    tab.until("!document.getElementById('locked').hidden", WAIT_MS)
    assert tab.js("document.getElementById('world').hidden")
    assert CODE not in tab.text("body")
    asked = [urlsplit(url).path for url in tab.requests()]
    assert not [path for path in asked if path.startswith("/control/")]


def test_the_link_opens_the_page_and_the_token_leaves_the_address(look: Look, serving: ServingLab) -> None:
    page = look()
    assert page.js("location.href") == serving.link
    assert page.js("sessionStorage.getItem('liantiao.token')") == serving.token
    assert page.js("JSON.stringify(localStorage)").find(serving.token) < 0
    page.go(serving.link)
    page.until("document.getElementById('live').classList.contains('good')", WAIT_MS)


def test_a_wrong_token_is_told_and_a_right_one_can_be_entered(look: Look, serving: ServingLab) -> None:
    page = look(status="401")
    page.js("sessionStorage.setItem('liantiao.token', 'wrong')")
    page.go(serving.link)
    page.until("!document.getElementById('locked').hidden", WAIT_MS)
    page.enter("#token", serving.token)
    page.click("#unlock button")
    page.until(
        "!document.getElementById('world').hidden && document.getElementById('live').classList.contains('good')",
        WAIT_MS,
    )


# persons


def test_a_new_person_is_made_as_the_form_says(look: Look, serving: ServingLab) -> None:
    page = look()
    page.click("#make > summary")
    page.enter("#make-form [name=balance]", "12.345")
    page.click("#make-person")
    page.until("!document.getElementById('told').hidden", WAIT_MS)
    page.enter("#make-form [name=balance]", "16.50")
    one = made(page, serving, "Anna")
    assert page.text("#identity").find(one.id_no) > 0
    view = serving.control("GET", f"/control/runs/{HAND}/persons/{one.person}")
    assert (view["alias"], view["balance"]) == ("Anna", 1650)
    assert "16.50" in page.text("#identity")
    page.go(serving.link)
    page.until("document.querySelector('#identity code')", WAIT_MS)
    assert one.id_no in page.text("#identity"), "kept for this window"


def test_agreeing_gives_a_code_that_the_vendor_can_use_and_refusing_one_that_yields_nothing(
    look: Look, serving: ServingLab
) -> None:
    page = look()
    one = made(page, serving)
    for button, works in (("#agree", True), ("#refuse", False)):
        page.js("document.getElementById('code').hidden = true")
        page.click(button)
        page.until("!document.getElementById('code').hidden", WAIT_MS)
        code = page.js("document.querySelector('#code code').textContent")
        told = serving.do(lambda _lab, code=code: serving.vendor.user_query(code, one.openid))
        assert told.ok is works, button
    page.choose("#biz", "04106")
    page.click("#agree")
    page.until("document.querySelector('#code code')", WAIT_MS)
    assert records(serving, one, what="auth")[-1]["d"]["key"] == "04106"


def test_a_code_is_shown_at_the_counter(look: Look, serving: ServingLab) -> None:
    page = look()
    one = made(page, serving)
    page.click("#show-code")
    page.until("!document.getElementById('code').hidden", WAIT_MS)
    assert len(page.js("document.querySelector('#code code').textContent")) > 10
    assert records(serving, one, kind="world")[-1]["d"]["after"] == "shown"


def test_confirming_moves_the_order_over_the_diagram_to_its_end(look: Look, serving: ServingLab) -> None:
    page = look()
    one = made(page, serving)
    order = paid(page, serving, one)
    page.until("document.querySelector('#diagram .now')", WAIT_MS)
    page.until("document.querySelector('#diagram .now').getAttribute('data-state') === '1'", WAIT_MS)
    assert order["payOrdId"][-8:] in page.text("#orders")
    page.click("#confirm")
    page.until("document.querySelector('#diagram .now').getAttribute('data-state') === '6'", WAIT_MS)
    been = page.js("[...document.querySelectorAll('#diagram .been')].map(e => e.getAttribute('data-state'))")
    assert set(been) >= {"0", "1", "2", "5"}
    assert page.js("document.querySelectorAll('#diagram .arrow.walked').length") >= 5
    steps = page.js("[...document.querySelectorAll('#path li')].map(e => e.innerText)")
    assert steps[-1].find("5 → 6") >= 0
    assert "30.00" in page.text("#orders .order")


@pytest.mark.parametrize(
    ("button", "act"),
    [("#cancel", "cancel"), ("#wrong-password", "wrong_password"), ("#walk-away", "walk_away")],
)
def test_other_ends_at_the_cashier_leave_the_order_waiting(
    look: Look, serving: ServingLab, button: str, act: str
) -> None:
    page = look(status="409")
    one = made(page, serving)
    page.click(button)
    page.until(
        "document.getElementById('told').className === 'bad' && !document.getElementById('told').hidden",
        WAIT_MS,
    )
    paid(page, serving, one)
    page.until("document.querySelector('#diagram .now')", WAIT_MS)
    page.click(button)
    page.until(
        "document.getElementById('told').className === 'good' && !document.getElementById('told').hidden",
        WAIT_MS,
    )
    assert records(serving, one, what="patient")[-1]["d"]["after"] == act
    assert state_on_diagram(page) == "1"


def test_the_credential_is_unbound_and_bound_again(look: Look, serving: ServingLab) -> None:
    page = look()
    one = made(page, serving)
    for after in ("unbound", "bound"):
        before = page.text("#bind")
        page.click("#bind")
        page.until(f"document.getElementById('bind').textContent !== {json.dumps(before)}", WAIT_MS)
        assert records(serving, one, what="credential")[-1]["d"]["after"] == after


def test_the_notice_is_sent_again_in_the_chosen_way(look: Look, serving: ServingLab) -> None:
    page = look(status="409")
    one = made(page, serving)
    page.click("#send-notice")
    page.until(
        "document.getElementById('told').className === 'bad' && !document.getElementById('told').hidden",
        WAIT_MS,
    )
    paid(page, serving, one)
    page.click("#confirm")
    page.until(
        "document.querySelector('#diagram .now') && document.querySelector('#diagram .now').getAttribute('data-state') === '6'",
        WAIT_MS,
    )
    serving.do(lambda _lab: serving.vendor.until_notices(1))
    for kind in ("repeat", "forged"):
        before = len(serving.vendor.received)
        page.choose("#notice-kind", kind)
        page.js("document.getElementById('notice-answer').hidden = true")
        page.click("#send-notice")
        page.until("!document.getElementById('notice-answer').hidden", WAIT_MS)
        assert page.text("#notice-answer").startswith("200 ")
        assert len(serving.vendor.received) == before + 1
    _, opened = serving.vendor.received[-1]
    assert not opened.ok, "signed by a stranger"


def test_an_armed_fault_acts_on_the_next_message_with_the_parameters_of_the_form(
    look: Look, serving: ServingLab
) -> None:
    page = look()
    one = made(page, serving)
    page.choose("#fault", "status_before")
    page.choose("#fault-interface", "1101")
    names = page.js("[...document.querySelectorAll('[data-param]')].map(e => e.getAttribute('data-param'))")
    assert names
    page.enter("[data-param]", "502")
    page.click("#arm")
    page.until(
        "document.getElementById('told').className === 'good' && !document.getElementById('told').hidden",
        WAIT_MS,
    )

    async def ask(_lab: Any) -> int:
        code = (await one.act("authorise", {"biz": "04107"}))["auth_code"]
        auth = await serving.vendor.user_query(code, one.openid)
        cert = {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth.data["pay_auth_no"]}
        body = {**cert, "psn_cert_type": "01", "certno": one.id_no, "psn_name": one.name}
        sealed = json.dumps({**serving.vendor.header("1101", ""), "input": {"data": body}}).encode()
        return (await serving.vendor.post("1101", sealed))[0]

    assert serving.do(ask) == 502
    assert records(serving, one, what="fault")[-1]["d"]["with"] == {names[0]: 502}


def test_who_was_made_elsewhere_appears_and_the_chosen_one_stays(look: Look, serving: ServingLab) -> None:
    page = look()
    one = made(page, serving)
    page.click("#agree")
    page.until("!document.getElementById('code').hidden", WAIT_MS)
    other = serving.do(lambda lab: lab.person(HAND, serving.vendor, "hand/elsewhere"))
    serving.do(lambda _lab: other.act("authorise", {"biz": "04107"}))
    page.until(
        f"[...document.getElementById('person').options].some(o => o.value === '{other.person}')", WAIT_MS
    )
    assert page.js("document.getElementById('person').value") == one.person
    assert page.js("!document.getElementById('code').hidden"), "what was said to the chosen one stays"
    page.choose("#person", other.person)
    page.until("!document.querySelector('#identity code')", WAIT_MS)
    assert page.js("document.getElementById('code').hidden"), "it was not said to this one"
    assert other.id_no not in page.text("#people"), "the identity is shown where the person was made"


def test_a_run_that_begins_can_be_chosen_and_one_that_ends_is_gone(look: Look, serving: ServingLab) -> None:
    page = look(status="404")  # it may be asked for in the moment in which it ends
    serving.control("POST", "/control/runs", {"run": "ci-1", "institutions": [CODE]})
    there = "[...document.getElementById('run').options].some(o => o.value === 'ci-1')"
    page.until(there, WAIT_MS)
    page.choose("#run", "ci-1")
    page.until("!document.getElementById('nobody').hidden", WAIT_MS)
    serving.control("DELETE", "/control/runs/ci-1")
    page.until(f"!{there}", WAIT_MS)
    assert page.js("document.getElementById('run').value") == HAND
    assert page.js("document.getElementById('told').hidden"), "no complaint about what is gone"


def test_a_persons_time_is_moved(look: Look, serving: ServingLab) -> None:
    page = look()
    one = made(page, serving)
    paid(page, serving, one)
    page.enter("#minutes", "10080")
    page.click("#advance")
    page.until(
        "document.querySelector('#diagram .now') && document.querySelector('#diagram .now').getAttribute('data-state') === '12'",
        WAIT_MS,
    )
