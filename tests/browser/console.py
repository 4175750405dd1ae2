"""What the tests of the page do again and again: a person by the button, an order by the vendor, what the list shows."""

from __future__ import annotations

import json
from typing import Any

from page import Page
from serving_lab import HAND, ServingLab

WAIT_MS = 20_000
"""For what the page learns from the simulator."""


def made(page: Page, serving: ServingLab, alias: str = "A") -> Any:
    """A new person by the button; them as the vendor's client knows them."""
    before = page.js("document.getElementById('person').value")
    if not page.js("document.getElementById('make').open"):
        page.click("#make > summary")
    page.enter("#make-form [name=alias]", alias)
    page.click("#make-person")
    page.until(f"document.getElementById('person').value !== {json.dumps(before)} && !document.getElementById('chosen').hidden"
               " && document.querySelector('#identity code')", WAIT_MS)  # fmt: skip
    kept = json.loads(
        page.js(
            "sessionStorage.getItem('liantiao.person.' + document.getElementById('run').value + '.' + document.getElementById('person').value)"
        )
    )
    one = serving.person(kept["person"])
    one.name, one.id_no, one.openid, one.flow = kept["name"], kept["id_no"], kept["openid"], kept["flow"]
    return one


def paid(page: Page, serving: ServingLab, one: Any) -> dict[str, Any]:
    """The order of a person after 6202, as soon as the page shows it: until then what stands below it moves."""

    async def work(_lab: Any) -> Any:
        await serving.vendor.enrol(one)
        return (await serving.vendor.pay(one))[0]

    order: dict[str, Any] = serving.do(work)
    page.until(f"document.querySelector('#orders [data-order={json.dumps(order['payOrdId'])}]')", WAIT_MS)
    page.until("document.querySelector(\"#diagram .now[data-state='1']\")", WAIT_MS)
    return order


def records(serving: ServingLab, one: Any, **wanted: Any) -> list[dict[str, Any]]:
    told = serving.control("GET", f"/control/runs/{HAND}/records")["records"]
    return [r for r in told if r["person"] == one.person and wanted.items() <= r.items()]


def state_on_diagram(page: Page) -> str:
    return str(
        page.js(
            "(document.querySelector('#diagram .now') || {getAttribute: () => ''}).getAttribute('data-state')"
        )
    )


def rows(page: Page) -> list[str]:
    return [
        " ".join(text.split())
        for text in page.js("[...document.querySelectorAll('#list .row')].map(e => e.innerText)")
    ]
