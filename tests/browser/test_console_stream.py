"""The page of serve in a real browser: what it does when the simulator goes away, comes back, or was too fast."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from console import WAIT_MS, rows
from page import Page
from serving_lab import CODE, HAND, ServingLab

pytestmark = pytest.mark.browser


def until(page: Page, live: bool) -> None:
    page.until(
        f"document.getElementById('live').classList.contains('{'good' if live else 'bad'}')", 2 * WAIT_MS
    )


def test_the_page_goes_on_after_the_simulator_was_started_again(tab: Page, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    first = ServingLab(tmp_path, port)
    try:
        tab.go(first.link, f"token={first.token}")
        until(tab, True)
        tab.click("#tab-messages")
        first.do(lambda _lab: first.vendor.post("6201", b"{}"))
        tab.until("document.querySelectorAll('#list .row.v-refused').length === 1", WAIT_MS)
    finally:
        first.close()
    until(tab, False)
    second = ServingLab(tmp_path, port)
    try:
        until(tab, True)
        second.do(lambda _lab: second.vendor.post("6301", b"{}"))
        tab.until(
            "[...document.querySelectorAll('#list .row b')].some(e => e.textContent === '6301')", WAIT_MS
        )
        assert not any("6201" in row for row in rows(tab)), "those of the process before are in its evidence"
        assert not [one for one in tab.complaints() if "exception" in one]
    finally:
        second.close()


def test_what_was_too_fast_is_said(tab: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.shell.feed.FEED_RECORDS", 5)
    serving = ServingLab(tmp_path)
    try:
        tab.go(serving.link, f"token={serving.token}")
        until(tab, True)
        serving.control("POST", "/control/runs", {"run": HAND, "institutions": [CODE]})

        async def burst(_lab: object) -> None:  # in one turn of the loop: no window is told between
            run = await serving.world.runs.named(HAND)
            for number in range(50):
                run.record("step", {"what": str(number)})

        serving.do(burst)
        tab.click("#tab-messages")
        tab.until("!document.getElementById('missed').hidden", WAIT_MS)
        assert "45" in tab.text("#missed")
    finally:
        serving.close()
