"""The files of the page: served by us, light, for old browsers, complete in both languages, nothing of a run in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.control import page_files
from simulator.protocol.text.said import chinese

HOME = Path(page_files.__file__).parent / "page"
SCRIPTS = sorted(HOME.glob("*.js"))
TEXTS = [*SCRIPTS, *HOME.glob("*.html"), *HOME.glob("*.css")]
LIGHT = 110_000
"""Bytes of the whole page, words in two languages included."""
LINES = 350
NEWER = {
    "optional chaining": r"\?\.[A-Za-z_(\[]",
    "nullish": r"\?\?",
    "spread in an object or a call": r"\.\.\.",
    "catch without a name": r"catch\s*\{",
    "a class field or private name": r"\bstatic\b|\bthis\.#",
    "ES2018 to ES2021 methods": r"(?<!page)\.(?:flat|flatMap|matchAll|replaceAll|at|fromEntries|finally|allSettled|trimEnd)\(",
    "look-behind or a named group": r"\(\?<",
    "for await": r"for await",
    "import": r"^\s*import\b",
    "a numeric separator": r"\d_\d",
}
UNSAFE = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(\"on"


def served(text: str) -> str:
    """A script without its comments."""
    return re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", text, flags=re.DOTALL)


def used() -> set[str]:
    """The keys of words that page and scripts name; of a key that is put together its beginning and `*`."""
    found: set[str] = set()
    for file in TEXTS:
        text = file.read_text(encoding="utf-8")
        found |= set(re.findall(r'data-(?:word|name)="([^"]+)"', text))
        if file.suffix == ".js":
            found |= {f"{start}*" for start in re.findall(r'say\("([a-z.]+\.)" \+', text)}
            for call in re.findall(r"say\(((?:[^()]|\([^()]*\))*)\)", text):
                found |= set(re.findall(r'"([a-z]+(?:\.[a-z0-9]+)*)"', call.split(",")[0]))
            found |= set(re.findall(r'\["([a-z]+\.[a-z]+)",', text)) - {"identity.x"}
            found |= set(re.findall(r'"((?:fact|identity)\.[a-z]+)"', text))
    return found


def test_every_word_of_the_page_stands_in_both_languages_and_no_other() -> None:
    words, names = page_files.words(), used()
    starts = tuple(one[:-1] for one in names if one.endswith("*"))
    missing = {one for one in names if not one.endswith("*") and one not in words}
    assert missing == set()
    assert {key for key in words if key not in names and not key.startswith(starts)} == set()
    assert all(any(key.startswith(start) for key in words) for start in starts)
    for key, (zh, en) in words.items():
        assert sorted(re.findall(r"\{\d\}", zh)) == sorted(re.findall(r"\{\d\}", en)), key
        if key != "other.language":
            assert not chinese(en), key
            assert chinese(zh) or not re.search("[a-z]{3}", zh), key


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_scripts_run_in_browsers_of_2017_and_put_texts_in_as_texts(file: Path) -> None:
    text = served(file.read_text(encoding="utf-8"))
    newer = [name for name, form in NEWER.items() if re.search(form, text, re.MULTILINE)]
    assert newer == []
    assert re.findall(UNSAFE, text) == []
    assert len(text.splitlines()) <= LINES
    assert not chinese(text), "words stand in words.yaml"


def test_what_is_looked_for_is_found() -> None:
    assert re.search(NEWER["optional chaining"], "a?.b")
    assert not re.search(NEWER["optional chaining"], "a ? .5 : 1")
    assert re.search(UNSAFE, "x.innerHTML = 1")
    assert {"title", "verdict.*", "diff.signed", "fact.bad"} <= used()


def test_the_page_needs_nothing_from_elsewhere_and_is_light() -> None:
    for file in TEXTS:
        text = file.read_text(encoding="utf-8")
        elsewhere = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", served(text)))
        assert elsewhere <= {"http://www.w3.org", "http://127.0.0.1"}, file.name
        assert "url(" not in text.replace("url(#tip", ""), file.name
    assert sum(len(page_files.content(name)) for name, _ in page_files.FILES.values()) < LIGHT
    assert {f"{file.name}" for file in TEXTS} == {name for name, _ in page_files.FILES.values()} - {
        page_files.WORDS
    }


def test_the_page_is_open_but_shows_nothing_of_a_run(play):
    async def main(lab):
        vendor = await lab.vendor()
        for path, (_, form) in page_files.FILES.items():
            async with lab.client.get(lab.base + path) as got:
                text = await got.text()
                assert (got.status, got.content_type) == (200, form)
                assert "default-src 'none'" in got.headers["Content-Security-Policy"]
                assert "unsafe" not in got.headers["Content-Security-Policy"]
                assert "Access-Control-Allow-Origin" not in got.headers
            for secret in (lab.token, vendor.block["appSecret"], vendor.code):
                assert secret not in text
            async with lab.client.get(lab.base + path, headers={"Host": "evil.test"}) as got:
                assert got.status == 403
            async with lab.client.post(lab.base + path) as got:
                assert got.status == 404
        async with lab.client.get(lab.base + "/page/../page_files.py") as got:
            assert got.status == 404

    play(main)
