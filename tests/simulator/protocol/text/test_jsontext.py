from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.text.jsontext import Limits, Num, dumps, parse
from simulator.protocol.wire.facts import named

LIMITS = Limits()


def bad(body: bytes, limits: Limits = LIMITS) -> str:
    fact = parse(body, limits).bad
    return fact.name if fact else ""


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.integers(-(10**20), 10**20).map(lambda number: Num(str(number)))
    | st.decimals(-(10**20), 10**20, places=4).map(lambda number: Num(str(number))),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_what_is_written_is_read_back(value: Any) -> None:
    text = dumps(value)
    try:
        body = text.encode("utf-8")
    except UnicodeEncodeError:  # a name with a surrogate: not writable as UTF-8
        return
    parsed = parse(body, LIMITS)
    assert parsed.bad is None
    assert parsed.value == value
    assert dumps(parsed.value) == text


def test_numbers_keep_their_text() -> None:
    text = '{"a":12.50,"b":1E+2,"c":-0,"d":123456789012345678901234567890}'
    parsed = parse(text.encode(), LIMITS)
    assert all(isinstance(value, Num) for value in parsed.value.values())
    assert dumps(parsed.value) == text


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    parsed = parse(body, LIMITS)
    assert parsed.facts
    assert parsed.read or parsed.bad is not None


@given(st.text(alphabet='{}[]",:\\ud8c0 0123456789eE.+-tnfaNIy', max_size=60))
def test_any_text_near_json_is_read_or_refused_like_the_standard_library(text: str) -> None:
    parsed = parse(text.encode(), LIMITS)
    try:
        json.loads(text)
    except ValueError:
        assert not parsed.read
    else:
        assert parsed.read or parsed.bad is not None


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "body.json"),
        (b"{", "body.json"),
        (b"\xef\xbb\xbf{}", "body.json"),
        (b"\xff{}", "body.utf8"),
        (b'"\\ud800"', "body.utf8"),
        (b'"\\uD800\\uD800\\uDC00"', "body.utf8"),
        (b'"\\udc00"', "body.utf8"),
        (b'"\\ud800\\u0041"', "body.utf8"),
        (b'"\\\\ud800"', ""),
        (b'"\\ud842\\udfb7"', ""),
        (b'"\\uDBFF\\uDFFF\\ud842\\udfb7"', ""),
        (b'"\\\\\\ud842\\udfb7"', ""),
        (b'{"a":1,"a":1}', "body.unique_keys"),
        (b"[NaN]", "body.finite"),
        (b"-Infinity", "body.finite"),
        (b"[" * 33 + b"]" * 33, "body.depth"),
        (b"[" * 32 + b"]" * 32, ""),
        (b"[" * 100_000, "body.depth"),
        (b'{"a":' * 40_000, "body.depth"),
        (b'{"a":' * 100_000, "body.tokens"),
        (b'["' + b"[" * 500 + b'"]', ""),
        (b'["]]]]",' * 40 + b"1" + b"]" * 40, "body.depth"),
        (b'["\\"]]",' * 40 + b"1" + b"]" * 40, "body.depth"),
        (b'["' + b"[" * 40, "body.json"),
        (b"9" * 41, "body.numbers"),
        (b"9" * 40, ""),
        (b"9" * 100_000, "body.numbers"),
        (b"1e400", ""),
        (b"[" + b"1," * 19_999 + b"1]", ""),
        (b"[" + b"1," * 20_001 + b"1]", "body.members"),
        (b'{"a":"' + b"," * 20_001 + b'"}', ""),  # commas of a text are no members
        (b"[" + b"1," * 200_001 + b"1]", "body.tokens"),
        (b'{"a":"' + b"," * 200_001 + b'"}', "body.tokens"),
        (b'"' * 4_000_000, "body.tokens"),
        (b'["' + b"\\u0041" * 50_000 + b'\\ud842"]', "body.utf8"),
        (b'["\\\\\\udc00"]', "body.utf8"),
        (b'["\\\\\\\\udc00"]', ""),
        (b"null", ""),
    ],
)
def test_each_oddity_has_its_fact(body: bytes, name: str) -> None:
    assert bad(body) == name


def test_a_repeated_name_is_named_and_keeps_its_last_value() -> None:
    parsed = parse(b'{"a":1,"b":{"c":1,"c":2},"a":3}', LIMITS)
    assert parsed.value == {"a": "3", "b": {"c": "2"}}
    fact = named(parsed.facts, "body.unique_keys")
    assert fact is not None
    assert fact.data["names"] == ["c", "a"]


def test_lists_in_facts_are_bounded() -> None:
    many = ",".join(f'"{index}":0,"{index}":0' for index in range(50))
    parsed = parse(f"{{{many}}}".encode(), LIMITS)
    fact = named(parsed.facts, "body.unique_keys")
    assert fact is not None
    assert len(fact.data["names"]) == 8


def test_a_byte_order_mark_is_stated_and_read_past() -> None:
    parsed = parse(b'\xef\xbb\xbf{"a":1}', LIMITS)
    assert parsed.value == {"a": "1"}
    assert parsed.bad is not None
    assert parsed.bad.data == {"form": "bom"}


def test_a_recursion_error_of_the_library_is_a_fact() -> None:
    deep = Limits(depth=10**9, members=10**9)
    assert bad(b"[" * 100_000 + b"]" * 100_000, deep) == "body.depth"


def test_the_prefix_names_the_text() -> None:
    assert parse(b"{", LIMITS, "enc").facts[-1].name == "enc.json"


@pytest.mark.parametrize("value", [1.5, b"x", {1, 2}, object()])
def test_what_is_no_json_value_here_is_our_mistake(value: object) -> None:
    with pytest.raises(TypeError, match="not a JSON value"):
        dumps({"a": value})


def test_writing_is_compact_and_raw() -> None:
    value = {"a": [1, Num("1.50"), True, False, None, '汉/"\n'], "b": (), "c": {}}
    assert dumps(value) == '{"a":[1,1.50,true,false,null,"汉/\\"\\n"],"b":[],"c":{}}'
