"""docs/protocol/ teaches what the schemas and the code say, and every citation leads to a page that the user has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import schemas
from conformance import ledger, vectors
from simulator.protocol.codes.citation import cited, unresolved
from simulator.protocol.model.order_table import TRANSITIONS
from simulator.protocol.model.role import interfaces_of
from simulator.protocol.wire.schema_facts import page_of
from simulator.roles import ROLES
from simulator.shell import profiles

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def fields(part: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, one in part.get("properties", {}).items():
        yield f"{path}/{name}", one
        yield from fields(one, f"{path}/{name}")
        yield from fields(one.get("items", {}), f"{path}/{name}[]")


EVERY = [pair for name in schemas.messages() for pair in fields(schemas.load(f"messages/{name}"), name)]


def test_there_are_field_tables() -> None:
    assert len(schemas.messages()) == 34
    assert len(EVERY) > 400


def test_every_field_has_its_names_a_confidence_a_source_and_an_example_that_fits() -> None:
    for where, one in EVERY:
        assert one.get("title"), where
        assert re.search("[a-zA-Z]", one.get("x-title-en", "")), where
        assert one["x-title-en"].isascii(), where
        if "properties" not in one:
            assert one.get("x-confidence"), where
            assert one.get("x-source"), where
        if one["description"] != one["title"] and re.search("[;,(（]", one["description"]):
            assert one.get("x-note-en"), f"{where}: {one['description']}"
        if "pattern" in one:
            assert one.get("x-form"), where
            assert one.get("x-form-en"), where
        assert set(one.get("x-codes", {})) == set(one.get("x-codes-en", {})), where
        if "properties" not in one and "items" not in one and "array" not in one.get("type", ""):
            assert one.get("examples"), where
        for example in one.get("examples", ()):
            assert Draft202012Validator(dict(one)).is_valid(example), f"{where}: {example}"


def test_one_word_has_one_english_word() -> None:
    said: dict[str, set[str]] = {}
    for _, one in EVERY:
        said.setdefault(one["title"], set()).add(one["x-title-en"])
    assert {word: both for word, both in said.items() if len(both) > 1} == {}


@pytest.mark.parametrize("name", schemas.messages())
def test_a_refusal_links_a_table_that_is_there(name: str) -> None:
    page, _, anchor = page_of(name).partition("#")
    text = (DOCS / page).read_text(encoding="utf-8")
    assert f"\n## {anchor}\n" in text
    prefix = "response." if anchor == "response" else ""
    for path, _ in fields(schemas.load(f"messages/{name}"), ""):
        assert f'<a id="{prefix}{path[1:].replace("/", ".").replace("[]", "")}"></a>' in text


def test_what_we_assume_says_so() -> None:
    page = (DOCS / "protocol/6203.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if '<a id="revsToken"></a>' in line)
    assert "assumed" in row


def test_the_vectors_stand_in_the_page_and_the_corners_are_those_of_the_tests() -> None:
    page = (DOCS / "protocol/signing.md").read_text(encoding="utf-8")
    sealed = vectors.load("known_answers")["testGroups"][1]
    for test in sealed["tests"]:
        for name in ("data", "text", "nonce", "signData", "encData", "z", "e"):
            assert test.get(name, "") in page
    corners = (DOCS / "protocol/canonical.md").read_text(encoding="utf-8")
    groups = [
        group for group in vectors.load("canonical_text")["testGroups"][:4] if group["key"]["family"] == "sdk"
    ]
    assert len(groups) == 2
    for group in groups:
        for test in group["tests"]:
            wanted = test["text"].removesuffix("key=S").removesuffix("&")
            if wanted.isprintable():
                assert wanted.replace("|", "\\|") in corners, test["comment"]


def test_the_order_is_told_to_its_end() -> None:
    page = (DOCS / "protocol/order.md").read_text(encoding="utf-8")
    steps = re.findall(r"^## \d+\. (\w+)", page, re.MULTILINE)
    assert steps == ["userQuery", "1101", "2201", "6201", "6202", "6302", "6301", "userQuery", "6203", "2202"]
    assert '"ordStas": "6"' in page
    assert '"refStatus": "SUCC"' in page


def citations() -> Iterator[tuple[str, str]]:
    for row in ledger.load().requirements:
        yield f"{row.id} source", row.source
        yield f"{row.id} origin", row.origin
        yield f"{row.id} clause", row.clause
    for case in ledger.load().cases:
        yield case.id, f"acceptance {case.source}"
    for name, option in profiles.load_profile().options.items():
        yield f"profile {name}", option.source
        if option.origin:
            yield f"profile {name} origin", option.origin
    for interface in interfaces_of(ROLES):
        yield f"interface {interface.number}", interface.source
    for row in TRANSITIONS:
        yield f"order state {row.before} {row.event}", row.source
    for name in schemas.messages():
        schema = schemas.load(f"messages/{name}")
        yield name, schema["x-source"]
        yield f"{name} marks", f"{schema['x-source']} {schema['x-confidence']}"
    for where, one in EVERY:
        if "x-source" in one:
            yield where, one["x-source"]


ALL = sorted(set(citations()))


def test_every_citation_leads_to_a_page_that_is_there() -> None:
    assert len(ALL) > 900
    lost = [(where, text, unresolved(text)) for where, text in ALL if unresolved(text)]
    assert not lost
    pages = {one.page for _, text in ALL for one in cited(text)}
    for page in pages:
        file, _, anchor = page.partition("#")
        text = (DOCS / file).read_text(encoding="utf-8")
        assert not anchor or f'<a id="{anchor}"></a>' in text or f"\n## {anchor}\n" in text, page


def test_a_citation_that_leads_nowhere_is_found() -> None:
    assert unresolved("mobile-payment-centre 99.1") == ("mobile-payment-centre 99.1",)
    assert unresolved("centre/M [77]") == ("mobile-payment-centre [77]",)
    assert unresolved("the sheet") == ("the sheet",)
    assert unresolved("6.1 alone") == ("6.1 alone",)
    first, second = cited("centre/M [1]; acceptance S0")
    assert (first.title_en[:9], second.body_en[:9]) == ("Insurance", "Qianjiang")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/guide.md", "docs/guide.zh-CN.md"])
def test_the_protocol_is_reachable(name: str) -> None:
    assert "protocol/README.md" in (ROOT / name).read_text(encoding="utf-8")
    index = (DOCS / "protocol/README.md").read_text(encoding="utf-8")
    assert sorted(
        page.name for page in (DOCS / "protocol").glob("*.md") if page.name != "README.md"
    ) == sorted(set(re.findall(r"\]\(([\w.]+\.md)\)", index)))


def test_no_schema_names_a_document_of_ours_that_nobody_has() -> None:
    for name in ("base", *profiles.names()):
        for option in profiles.load_profile(name).options.values():
            assert "issue " not in option.source
    assert yaml.safe_load("a: 1") == {"a": 1}
