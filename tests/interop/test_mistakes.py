"""The mistakes that PHP and C# make by themselves are named, or said to be unknown; never something else.

`mistakes.json` holds the messages, so that the diagnosis is tried on them without either language; where both are
installed they make the same bytes again, and a real `serve` refuses each.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from by_path import module_at

mistakes = module_at(Path(__file__).with_name("mistakes.py"))
CASES = mistakes.cases()
RIGHT = "none"
UNKNOWN_BEFORE_THE_GRAMMAR = {
    ("php", "serialize_precision"), ("php", "array_filter"), ("php", "isset_only"), ("php", "cast_booleans"),
    ("php", "http_build_query"), ("php", "heredoc_tail"), ("php", "gbk"), ("php", "base64_of_hex"), ("php", "urldecoded"),
    ("csharp", "append_line"), ("csharp", "base64_of_hex"), ("csharp", "bit_converter"),
    ("csharp", "bool_to_string"), ("csharp", "data_serialized_twice"), ("csharp", "decimal_f2"), ("csharp", "defaults_ignored"),
    ("csharp", "html_encoded"), ("csharp", "key_little_endian"), ("csharp", "key_signed"), ("csharp", "lower_case"),
    ("csharp", "nulls_included"), ("csharp", "rs_little_endian"), ("csharp", "rs_sign_byte"), ("csharp", "rs_swapped"),
    ("csharp", "text_json_encoder"), ("csharp", "unicode"), ("csharp", "user_id_unicode"), ("csharp", "utf8_preamble"),
}  # fmt: skip
"""May be unknown as long as only a list of mistakes is tried; whoever lands the search takes out what it names."""


@pytest.mark.parametrize("case", CASES, ids=lambda one: f"{one['language']}-{one['name']}")
def test_a_mistake_is_named_and_nothing_else(case: dict[str, Any]) -> None:
    found = mistakes.explained(case)
    judged = mistakes.judged(case, found)
    allowed = {"named"} | (
        {"unknown"} if (case["language"], case["name"]) in UNKNOWN_BEFORE_THE_GRAMMAR else set()
    )
    assert judged in allowed, (mistakes.causes(found), case["causes"], mistakes.says(found))
    assert bool(found.reasons) is (case["name"] != RIGHT)


def test_the_file_has_both_languages_and_no_exception_is_left_over() -> None:
    names = {(one["language"], one["name"]) for one in CASES}
    assert {language for language, _ in names} == set(mistakes.LANGUAGES)
    assert {(language, RIGHT) for language in mistakes.LANGUAGES} <= names
    assert names >= UNKNOWN_BEFORE_THE_GRAMMAR
    assert all(one["causes"] for one in CASES if one["name"] != RIGHT)


@pytest.mark.interop
@pytest.mark.parametrize("language", mistakes.LANGUAGES)
def test_the_language_makes_these_bytes(language: str, built: Callable[[str], None]) -> None:
    built(language)
    kept = {one["name"]: one["message"] for one in CASES if one["language"] == language}
    assert {one["name"]: one["message"] for one in mistakes.made(language)} == kept


@pytest.mark.interop
def test_a_serve_refuses_each(built: Callable[[str], None]) -> None:
    for language in mistakes.LANGUAGES:
        built(language)
    answers = {(case["language"], case["name"]): answer for case, answer in mistakes.send()}
    assert set(answers) == {(one["language"], one["name"]) for one in CASES}
    refused = {
        key
        for key, answer in answers.items()
        if str(answer["code"]).startswith(("LT-SIGN", "LT-ENC", "LT-DECRYPT"))
    }
    assert set(answers) - refused == {(language, RIGHT) for language in mistakes.LANGUAGES}
    assert all(answer["message"] for answer in answers.values())
