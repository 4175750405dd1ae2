"""The English catalogue is complete and nothing else: every sentence has its English, none is left over, the .mo is fresh."""

from __future__ import annotations

import ast
import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import locales
from locales.extract import calls
from reports.words import table
from simulator.protocol.text.said import chinese, slots

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "locales/en/LC_MESSAGES/liantiao.po"
NAME = re.compile(r"\{[a-z]\w*\}")
IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
"""Reports explain marks such as 〔+N〕, which are full-width; their English has no word in Chinese."""
PACKAGES = ("simulator", "conformance", "reports")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with PO.open("rb") as stream:
        return read_po(stream, locale="en", abort_invalid=True)


@pytest.fixture(scope="module")
def said() -> set[tuple[str, str]]:
    """(key or nothing, template) of everything in the code and the reports' tables, as `make texts` finds it."""
    with (ROOT / "locales/babel.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)
    found = extract_from_dir(ROOT, methods, options, keywords={"Said": None, "Words": ((1, "c"), 2)})
    return {(str(row[4] or ""), str(row[2])) for row in found}


def names(text: str) -> set[str]:
    """The named slots of a text of the reports."""
    return set(NAME.findall(text))


def test_every_sentence_has_english_and_none_is_left_over(
    catalogue: Catalog, said: set[tuple[str, str]]
) -> None:
    known = {(str(message.context or ""), str(message.id)) for message in catalogue if message.id}
    assert {key for key, _ in said} - {""} == table().keys()
    assert not said - known, "run make texts and write the English of these"
    assert not known - said, "run make texts: nobody says these any more"
    assert not [message.id for message in catalogue if message.id and not message.string]


def test_no_sentence_is_fuzzy_or_obsolete(catalogue: Catalog) -> None:
    assert not [message.id for message in catalogue if message.id and message.fuzzy]
    assert not catalogue.fuzzy, "pybabel compile skips such a file"
    assert not catalogue.obsolete


def test_english_has_no_chinese_and_fills_every_slot(catalogue: Catalog) -> None:
    for message in catalogue:
        text = str(message.string)
        assert not (IDEOGRAPH.search(text) if message.context else chinese(text)), message.id
        assert slots(str(message.id)) == slots(str(message.string)), message.id
        assert names(str(message.id)) == names(str(message.string)), message.id


def test_the_compiled_catalogue_is_that_of_the_text(catalogue: Catalog) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, catalogue)
    fresh.seek(0)
    with PO.with_suffix(".mo").open("rb") as stream:
        committed = gettext.GNUTranslations(stream)
    again = gettext.GNUTranslations(fresh)
    for message in catalogue:
        if message.id:
            asked = (message.context, message.id) if message.context else (message.id,)
            say = "pgettext" if message.context else "gettext"
            assert getattr(committed, say)(*asked) == getattr(again, say)(*asked) == message.string, asked
    assert committed._catalog.keys() == again._catalog.keys()  # type: ignore[attr-defined]


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if file.name != "said.py":
                for call in calls(ast.parse(file.read_text(encoding="utf-8"))):
                    yield f"{file.relative_to(ROOT)}:{call.lineno}", call


def test_a_template_is_a_literal_and_has_as_many_slots_as_arguments() -> None:
    """No f-string, no variable: a template that is put together can never be found in a catalogue."""
    seen = 0
    for place, call in _calls():
        template, *arguments = call.args
        assert isinstance(template, ast.Constant), f"{place}: the template is not a literal"
        assert isinstance(template.value, str), place
        assert not call.keywords, place
        assert not any(isinstance(one, ast.Starred) for one in arguments), place
        if arguments:
            assert len(slots(template.value)) == len(arguments), place
        seen += 1
    assert seen > 400


def test_what_the_catalogue_does_not_know_stays_with_its_marks_in_ascii() -> None:
    say = locales.lookup("en")
    assert say("") == ""
    assert say("{}、{}") == "{}, {}"
    assert say("没有这一句") == "没有这一句"
    assert say("不是 JSON") == "not JSON"
    assert locales.lookup("zh")("不是 JSON") == "不是 JSON"
