"""The words of a schema complaint: one sentence a keyword, the same for every user of it."""

from __future__ import annotations

import jsonschema
import pytest

from conformance.complaint import validator
from simulator.control import openapi
from simulator.profiles.build import ProfileError, checked_overrides
from simulator.protocol.model.person import new_shard
from simulator.protocol.model.spec import SpecError
from simulator.protocol.text.unfit import (
    HIDDEN,
    Unfit,
    dotted,
    has_kind,
    line,
    of_error,
    of_errors,
    sentence,
    several,
    unknown,
)
from simulator.protocol.wire.schema_facts import schema_fact
from simulator.shell.profiles import load_profile


@pytest.mark.parametrize(("keyword", "limit", "says"), [
    ("type", "integer", "写成整数"),
    ("type", ["string", "null"], "写成文本(加引号) 或 空"),
    ("type", "weekday", "写成weekday"),
    ("enum", ["A", 2, ""], "写成 A | 2 之一 或留空"),
    ("const", "x", '写成 "x"'),
    ("pattern", "^a$", "写成 形如 ^a$"),
    ("minimum", 1, "不能小于 1"),
    ("exclusiveMinimum", 1, "要大于 1"),
    ("maximum", 1, "不能大于 1"),
    ("exclusiveMaximum", 1, "要小于 1"),
    ("minLength", 2, "字数不能少于 2"),
    ("minLength", 1, "不能为空"),
    ("maxLength", 1, "字数不能多于 1"),
    ("minItems", 2, "项数不能少于 2"),
    ("minItems", 1, "不能为空"),
    ("maxItems", 1, "项数不能多于 1"),
    ("minProperties", 1, "项数不能少于 1"),
    ("maxProperties", 1, "项数不能多于 1"),
    ("format", "regex", "写成正则表达式"),
    ("format", "date", "写成date"),
    ("uniqueItems", True, "同一项写了两次, 只保留一处"),
    ("required", "a", "缺少, 请补上"),
    ("additionalProperties", ("a", "b"), "不认识的键: a, b"),
    ("oneOf", [], "不符合要求 (oneOf)"),
])  # fmt: skip
def test_each_keyword_has_its_sentence(keyword: str, limit: object, says: str) -> None:
    assert str(sentence(Unfit(keyword, limit))) == says


def test_an_example_and_what_stands_there_follow() -> None:
    schema = {"examples": ["5"]}
    assert str(sentence(Unfit("type", "integer", (), schema, "x"))) == '写成整数, 例如 5 (现在是 "x")'
    assert str(sentence(Unfit("pattern", "^[0-9]$", (), schema, "x"))) == '写成 5 (现在是 "x")'
    assert str(sentence(Unfit("minimum", 1, (), {}, None))) == "不能小于 1 (现在是 null)"
    long = str(sentence(Unfit("maxLength", 1, (), {}, "x" * 100)))
    assert long == f'字数不能多于 1 (现在是 "{"x" * 56}...)'


def test_all_differences_are_named_what_is_wrong_first_and_rows_that_are_alike_once() -> None:
    cnt = {"title": "数量"}
    rows = [Unfit("required", "cnt", ("list", row, "cnt"), cnt) for row in range(3)]
    wrong = Unfit("pattern", "^[0-9]+$", ("total",), {"title": "总额", "x-form": "整数元", "examples": ["5"]})
    found = [*rows, Unfit("required", "a", ("a",), {"title": "甲"}), wrong]
    assert str(several(found)) == "total(总额): 写成 整数元, 例如 5; 缺少 list[1].cnt(数量) 等 3 处, a(甲)"
    assert str(several(found[3:4])) == "a(甲): 缺少, 请补上"


def test_twenty_are_named_and_the_rest_is_counted() -> None:
    found = [Unfit("required", f"m{at}", (f"m{at}",)) for at in range(25)]
    assert str(several(found)) == f"缺少 {', '.join(f'm{at}' for at in range(20))}; 另有 5 处"


def test_the_library_tells_each_missing_and_each_unknown_member() -> None:
    schema = {
        "required": ["a", "b", "c"],
        "properties": {"a": {"title": "甲"}, "b": {}, "c": {}},
        "additionalProperties": False,
    }
    errors = jsonschema.Draft202012Validator(schema).iter_errors({"c": 1, "x": 1, "y": 2})
    assert str(several(of_errors(errors))) == (
        "x: 不认识的键, 可用的键: a, b, c; y: 不认识的键, 可用的键: a, b, c; 缺少 a(甲), b"
    )


def test_profiles_persons_and_the_control_api_say_everything_at_once() -> None:
    """Issue 6, 8: one mechanism, so that each of its users names all."""
    with pytest.raises(ProfileError) as profile:
        checked_overrides({"order.ttl_ms": "5", "order.dublicate": "reject"}, load_profile())
    assert str(profile.value).startswith("profile.order.ttl_ms: 写成整数")
    assert "profile.order.dublicate: 不认识的键, 是不是 order.duplicate?" in str(profile.value)
    with pytest.raises(SpecError) as person:
        new_shard({"raito": 1, "balanse": 2}, "r", "f", ())
    assert "raito" in str(person.value)
    assert "balanse" in str(person.value)
    persons = next(route for route in openapi.ROUTES if route.name == "add_person")
    said = str(openapi.complaint(persons, {"institution": "h", "alias": 5}))
    for part in ("institution: 写成 形如 H50999900001", "alias: 写成文本", "缺少 flow"):
        assert part in said


def test_a_choice_says_what_its_codes_mean() -> None:
    schema = {"x-codes": {"0": "否", "1": "是"}}
    assert str(sentence(Unfit("enum", ["0", "1", None], (), schema))) == "写成 0(否) | 1(是) 之一 或留空"


def test_a_misspelt_word_of_a_list_gets_the_one_that_was_meant() -> None:
    assert str(sentence(Unfit("enum", ["refund", "merge"], (), {}, "refunds"))).endswith(", 是不是 refund?")
    assert "是不是" not in str(sentence(Unfit("enum", ["refund", "merge"], (), {}, "family")))
    assert "是不是" not in str(sentence(Unfit("enum", ["01", "02"], (), {"x-codes": {"01": "身份证"}}, "1")))


def test_a_hidden_value_leaves_no_trace_and_an_example_is_called_one() -> None:
    assert str(sentence(Unfit("pattern", "^[0-9]$", (), {"examples": ["5"]}, HIDDEN))) == "写成 形如 5"
    assert str(sentence(Unfit("type", "integer", (), {"examples": ["5"]}))) == "写成整数, 例如 5"


def test_an_unknown_member_gets_the_name_that_was_meant_or_all_there_are() -> None:
    assert (
        str(line(unknown(("bank", "blance"), ("bound", "balance"))))
        == "bank.blance: 不认识的键, 是不是 balance?"
    )
    assert str(line(unknown(("x",), ("b", "a")))) == "x: 不认识的键, 可用的键: a, b"


def test_the_path_leads_to_what_is_to_be_mended() -> None:
    schema = {
        "properties": {"rows": {"items": {"required": ["n"], "properties": {"n": {"examples": ["7"]}}, "additionalProperties": False}}}
    }  # fmt: skip
    found = jsonschema.Draft202012Validator(schema).iter_errors({"rows": [{"n": 1}, {"m": 1}]})
    assert sorted(str(line(of_error(error))) for error in found) == [
        "rows[2].m: 不认识的键, 可用的键: n",
        "rows[2].n: 缺少, 请补上, 例如 7",
    ]
    assert dotted(()) == ""


@pytest.mark.parametrize(
    ("value", "kind", "fits"),
    [(1, "integer", True), (True, "integer", False), (1.0, "integer", False), (True, "boolean", True),
     (1, "boolean", False), ("", "string", True), ((), "array", True), ({}, "object", True), (None, "object", False)],
)  # fmt: skip
def test_kinds_are_strict(value: object, kind: str, fits: bool) -> None:
    assert has_kind(value, kind) is fits


def test_declaration_control_profile_person_and_message_say_the_same_of_the_same() -> None:
    """One fault each, a text where an integer belongs; only the place and whether the value may be quoted differ."""
    ms = openapi.named("advance")
    with pytest.raises(ProfileError) as profile:
        checked_overrides({"order.ttl_ms": "5"}, load_profile())
    with pytest.raises(SpecError) as person:
        new_shard({"ratio": "5"}, "r", "f", ())
    assert str(openapi.complaint(ms, {"ms": "5"})) == "ms: 写成整数"
    assert str(profile.value) == 'profile.order.ttl_ms: 写成整数 (现在是 "5")'
    assert str(person.value) == 'ratio: 写成整数 (现在是 "5")'
    declared = [
        str(line(of_error(one))) for one in validator("declaration").iter_errors({"retain_days": "5"})
    ]
    assert 'retain_days: 写成整数, 例如 30 (现在是 "5")' in declared
    fact = schema_fact("centre/6201.request", {"orgCodg": []})
    assert "orgCodg(定点机构编码): 写成文本(加引号), 例如 H50999900001" in [
        error["message"] for error in fact.data["errors"]
    ]
