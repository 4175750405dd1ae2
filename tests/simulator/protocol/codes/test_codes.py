from __future__ import annotations

import re
from pathlib import Path

import pytest

import locales
from simulator.protocol.codes.family import FAMILIES, family_of, page_of
from simulator.protocol.codes.page_text import pages
from simulator.protocol.codes.table import BY_CODE, CODES, on_the_wire, refusal
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.said import Said, render
from simulator.protocol.wire.facts import Fact

ROOT = Path(__file__).parents[4]


def english(sentence: Said) -> str:
    return render(sentence, locales.lookup("en"))


def test_codes_are_unique_marked_as_ours_and_complete() -> None:
    assert len(BY_CODE) == len(CODES)
    facts = [name for code in CODES for name in code.facts]
    assert len(facts) == len(set(facts))
    for code in CODES:
        assert re.fullmatch(r"LT(-[A-Z]+[0-9]*){1,2}", code.code)
        for sentence in (code.sentence, code.cause, code.confirm, code.fix):
            assert re.search("[一-鿿]", str(sentence)), code.code
            assert english(sentence).isascii(), code.code
            assert "\n" not in str(sentence) + english(sentence)
        for sentence in (code.cause, code.confirm, code.fix):
            assert english(sentence).endswith("."), code.code
        assert code.interfaces


@pytest.mark.parametrize(
    "name",
    [
        "http.post",
        "http.json_type",
        "body.size",
        "body.utf8",
        "body.json",
        "body.depth",
        "body.unique_keys",
        "body.finite",
        "body.numbers",
        "env.fields",
        "env.version",
        "env.enc_type",
        "env.sign_type",
        "env.app_known",
        "env.plain_absent",
        "env.time_form",
        "env.time_window",
        "enc.hex",
        "enc.decrypt",
        "enc.json",
        "enc.unique_keys",
        "enc.finite",
        "enc.depth",
        "sign.present",
        "sign.encoding",
        "sign.verify",
        "sign.canonical",
        "sign.cause",
        "replay.fresh",
        "schema",
        "amounts.detail_sum",
        "amounts.split",
        "amounts.balance",
        "amounts.refund_sum",
        "amounts.form",
        "fsi.json",
        "fsi.header",
        "fsi.msgid",
        "fsi.institution",
        "portal.partner",
        "portal.signature",
        "portal.time",
        "http.status",
    ],
)
def test_every_stable_fact_has_a_code(name: str) -> None:
    code, message = refusal(Fact(name, False, ""))
    assert name in BY_CODE[code].facts
    assert message == BY_CODE[code].sentence


def test_the_sentence_of_the_fact_is_the_answer() -> None:
    assert refusal(Fact("body.json", False, "缺逗号")) == ("LT-BODY-JSON", "缺逗号")
    assert refusal(Fact("something.new", False, ""))[0] == "LT-MESSAGE"


def test_a_profile_may_put_the_local_code_in_its_place(profile: Profile) -> None:
    own = profile.with_overrides(
        {"codes.override": {"LT-A": "500", "LT-B": {"code": "114"}, "LT-C": {"message": "别的话"}}}
    )
    assert on_the_wire("LT-A", "话", own) == ("500", "话")
    assert on_the_wire("LT-B", "话", own) == ("114", "话")
    assert on_the_wire("LT-C", "话", own) == ("LT-C", "别的话")
    assert on_the_wire("LT-D", "话", own) == ("LT-D", "话")


def test_the_generated_pages_are_fresh() -> None:
    """After a change of a table: `python docs/generate.py`."""
    expected = pages(english)
    for name, text in expected.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, name
    found = {f"codes/{path.name}" for path in (ROOT / "docs" / "codes").glob("*.md")}
    assert found == {name for name in expected if name.startswith("codes/")}


def test_every_code_is_explained_once_where_it_is_said_to_be() -> None:
    texts = pages(english)
    for code in CODES:
        page, anchor = page_of(code.code).split("#")
        headings = [
            line.removeprefix("## ").lower() for line in texts[page].splitlines() if line.startswith("## ")
        ]
        assert headings.count(anchor) == 1, code.code
        assert sum(f"\n## {code.code}\n" in text for text in texts.values()) == 1
        assert f"({page_of(code.code).removeprefix('codes/')})" in texts["codes/README.md"]


def test_no_family_is_empty_and_no_group_is_in_two() -> None:
    groups = [group for family in FAMILIES for group in family.groups]
    assert len(groups) == len(set(groups))
    assert {code.code.split("-")[1] for code in CODES} == set(groups)
    assert {family_of(code.code).page for code in CODES} == {family.page for family in FAMILIES}


def test_every_code_that_the_simulator_answers_is_in_the_table() -> None:
    used = set()
    for path in (ROOT / "simulator").rglob("*.py"):
        if path.parent.name != "codes":
            used |= set(re.findall(r'"(LT-[A-Z0-9-]+)"', path.read_text(encoding="utf-8")))
    assert used
    prefixes = {"-".join(code.split("-")[:2]) for code in BY_CODE} | {"LT-PATIENT"}
    assert used - set(BY_CODE) - prefixes == set()
