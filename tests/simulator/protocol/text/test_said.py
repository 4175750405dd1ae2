"""A sentence is a value: rendered where it is shown, written to files and read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.protocol.text.said import (
    MAX_DEPTH,
    Said,
    chinese,
    from_json,
    listed,
    named,
    render,
    said_in,
    said_of,
    slots,
    stored,
)

ENGLISH = {
    "{} 超前 {:.1f} 秒": "{1:.1f} s ahead: {0}",
    "时钟": "the clock",
    "空对象 {}; 应保留": "keep empty objects {}",
    "写成 {{{}}}": "write {{{}}}",
}


def english(template: str) -> str:
    return ENGLISH.get(template, template)


def test_it_is_rendered_in_chinese_by_itself_and_in_another_language_by_a_lookup() -> None:
    one = Said("{} 超前 {:.1f} 秒", Said("时钟"), 2.25)
    assert str(one) == "时钟 超前 2.2 秒"
    assert render(one, english) == "2.2 s ahead: the clock"


def test_without_arguments_the_template_is_the_sentence_braces_and_all() -> None:
    assert str(Said("空对象 {}; 应保留")) == "空对象 {}; 应保留"
    assert render(Said("空对象 {}; 应保留"), english) == "keep empty objects {}"


def test_a_doubled_brace_is_a_brace_and_an_argument_is_never_a_template() -> None:
    assert str(Said("写成 {{{}}}", "{0} {{")) == "写成 {{0} {{}"
    assert render(Said("写成 {{{}}}", "时钟"), english) == "write {时钟}"


def test_words_that_are_no_sentence_stay() -> None:
    assert render("时钟", english) == "时钟"
    assert render(Said("{}", "时钟"), english) == "时钟"
    assert render(Said("{}", named("时钟")), english) == "the clock"


def test_equal_sentences_are_equal_and_hashable() -> None:
    assert {Said("{}", 1), Said("{}", 1)} == {Said("{}", 1)}
    assert Said("时钟") != "时钟"


def test_what_is_no_value_is_kept_as_its_text(tmp_path: Path) -> None:
    one = Said("{} {} {}", Path("a"), ValueError(Said("时钟")), True)
    assert one.arguments == ("a", Said("时钟"), "True")
    assert said_of(ValueError("x")) == "x"


def test_parts_are_joined_by_a_mark() -> None:
    assert str(listed(", ", ["a", Said("时钟")])) == "a, 时钟"
    assert render(listed("; ", ["a", Said("时钟")]), english) == "a; the clock"
    assert str(listed(", ", [])) == ""


@pytest.mark.parametrize("one", [Said("时钟"), Said("{} {}", Said("{}", 1), "x"), Said("{:.1f}", 1.25)])
def test_it_is_written_as_json_and_read_back(one: Said) -> None:
    assert from_json(json.loads(json.dumps(one.as_json()))) == one


def _deep(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"template": "x", "arguments": []}
    for _ in range(levels):
        inner = {"template": "{}", "arguments": [inner]}
    return inner


@pytest.mark.parametrize(
    "value",
    [
        None, "x", {}, {"template": 1, "arguments": []}, {"template": "x"}, {"template": "{}", "arguments": [None]},
        {"template": "{}", "arguments": [{"template": 1}]}, {"template": "{}", "arguments": [[1]]}, _deep(MAX_DEPTH),
    ],
)  # fmt: skip
def test_what_is_no_sentence_is_not_read(value: Any) -> None:
    assert from_json(value) is None


@pytest.mark.parametrize(
    "template", ["{5}", "{} {}", "{0.__class__}", "{0[0]}", "{:>999999999}", "{!r}", "{"]
)
def test_a_template_from_a_file_reaches_into_nothing_and_never_raises(template: str) -> None:
    said = from_json({"template": template, "arguments": ["x"]})
    assert said is not None
    assert len(str(said)) < 40
    assert "class" not in str(said).replace(template, "")


def test_a_format_that_does_not_fit_the_value_never_raises() -> None:
    assert str(Said("{:.1f}", "x")) == "x"
    assert str(Said("{:d}", 1.5)) == "1.5"


@pytest.mark.parametrize("text", ["", "words of others", Said("时钟"), Said("{} {}", Said("时钟"), 1)])
def test_a_sentence_is_stored_beside_its_text_and_found_there(text: Said | str) -> None:
    kept = json.loads(json.dumps(stored("why", text)))
    assert kept["why"] == str(text)
    assert said_in(kept, "why") == text


@pytest.mark.parametrize("holder", [None, [], {"why": 1}, {"why": None, "why_said": {"template": 1}}])
def test_where_there_is_no_sentence_there_is_none(holder: Any) -> None:
    assert said_in(holder, "why") == ""


def test_slots_are_numbered_and_doubled_braces_are_none() -> None:
    assert slots("{} {:.1f} {{}}") == ["0", "1"]
    assert slots("{1} {0}") == ["0", "1"]


def test_chinese_is_told_by_characters_and_full_width_marks() -> None:
    assert chinese("a，b")
    assert not chinese("é – …")
