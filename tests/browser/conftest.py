"""One browser for the whole tier, the pages it shows, and the check that nothing went wrong while a test ran."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # tests are no package; devtools, page and samples are ours alone

import samples  # noqa: E402
from console import WAIT_MS  # noqa: E402
from devtools import Browser, find_browser  # noqa: E402
from page import Page  # noqa: E402
from serving_lab import ServingLab  # noqa: E402

Open = Callable[..., Page]
Look = Callable[..., Page]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        why = "no browser: set CHROMIUM to one, or put chromium on the path (Debian: apt install chromium)"
        (pytest.fail if os.environ.get("LIANTIAO_CI") == "1" else pytest.skip)(why)
    started = Browser(program, tmp_path_factory.mktemp("profile"))
    yield started
    started.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Report files by name."""
    folder = tmp_path_factory.mktemp("pages")
    texts = {
        "zh": samples.page(samples.sample()),
        "en": samples.page(samples.sample(), "en"),
        "english": samples.page(samples.without_chinese(samples.sample()), "en"),
        "hostile": samples.page(samples.hostile(samples.sample())),
        "nothing": samples.page(samples.nothing_executed(samples.sample())),
        "big": samples.page(samples.big(samples.sample())),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8", newline="\n")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.fixture(scope="session")
def only_tab(browser: Browser) -> Iterator[Page]:
    made = Page(browser)
    yield made
    made.close()


@pytest.fixture
def tab(only_tab: Page) -> Page:
    """An empty tab; whatever it complains about is the test's own business."""
    only_tab.reset()
    return only_tab


@pytest.fixture
def show(tab: Page, pages: dict[str, Path]) -> Iterator[Open]:
    """`show("zh", fragment="wire")` opens a report. Whatever the test did: no complaint, no request but the file."""

    def opened(name: str, fragment: str = "") -> Page:
        tab.open(pages[name], fragment)
        return tab

    yield opened
    assert tab.complaints() == []
    assert set(tab.requests()) == {tab.url}


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServingLab]:
    made = ServingLab(tmp_path_factory.mktemp("home"))
    yield made
    made.close()


@pytest.fixture
def look(tab: Page, serving: ServingLab) -> Iterator[Look]:
    """`look()` opens the page by the printed link. Whatever the test did: no complaint, nothing but our own addresses
    asked for, and the token in none of them."""
    expected: list[str] = []

    def opened(
        size: tuple[int, int] = (1280, 900), language: str = "zh", view: str = "", status: str = ""
    ) -> Page:
        expected.append(status)
        tab.resize(size)
        tab.go(serving.link + "page/page.css")  # the same storage, no script
        tab.js(f"sessionStorage.clear(); localStorage.setItem('liantiao.language', '{language}')")
        tab.go("about:blank")
        tab.go(serving.link, f"token={serving.token}")
        tab.until("document.getElementById('live').classList.contains('good')", WAIT_MS)
        if view:
            tab.click(f"#tab-{view}")
        return tab

    yield opened
    unexpected = [one for one in tab.complaints() if not any(status and status in one for status in expected)]
    assert unexpected == []
    asked = {url for url in tab.requests() if url != "about:blank"}
    assert {urlsplit(url).netloc for url in asked} <= {urlsplit(serving.base).netloc}
    assert not any(serving.token in url for url in asked)
