"""What an answer of a driver may put into evidence, whatever kind of driver gave it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.drivers.call import MOST_KEPT_BYTES, Answer, kept


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


WILD = {
    "surrogate": {"x": "\ud800"}, "whole": {"x": [2**53 + 1]}, "infinite": {"x": float("inf")}, "nan": {"x": float("nan")},
    "set": {"x": {1, 2}}, "bytes": {"x": b"1"}, "deep": {"x": nested(100_000)}, "bulky": {"x": "y" * MOST_KEPT_BYTES},
}  # fmt: skip


@pytest.mark.parametrize("name", WILD)
@pytest.mark.parametrize("where", ["result", "refs"])
def test_what_cannot_be_kept_is_a_broken_hook(name: str, where: str) -> None:
    answer = kept(Answer("done", 200, **{where: WILD[name]}))
    assert answer.state == "error"
    assert str(answer.problem)
    json.dumps(answer.as_json()).encode()


@pytest.mark.parametrize("text", ["message", "patient_message", "code"])
def test_a_text_with_half_a_character_is_a_broken_hook(text: str) -> None:
    assert kept(Answer("refused", 422, **{text: "\udfff"})).state == "error"


def test_any_other_answer_is_as_it_was() -> None:
    answer = Answer("done", 200, result={"bill_id": "B1", "total": 2**53}, patient_message="成功 😀")
    assert kept(answer) is answer
