"""The signed text: the sheet's vectors, the corners that our own vectors fix, and the wrong styles."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.text import jsontext
from simulator.protocol.text.canonical import Style, canonical, sign_text, through_double, write
from simulator.protocol.text.jsontext import Num

Vectors = Callable[[str], dict[str, Any]]


def read(text: str) -> Any:
    return jsontext.parse(text.encode(), jsontext.Limits()).value


def test_the_vector_files_explain_every_flag(vectors: Vectors) -> None:
    for name in ("hostile_envelopes",):
        file = vectors(name)
        tests = [test for group in file["groups"] for test in group["tests"]]
        assert [test["id"] for test in tests] == list(range(1, len(tests) + 1))
        assert {flag for test in tests for flag in test["flags"]} == set(file["notes"])
        assert all(set(note) == {"bug", "effect", "ref"} for note in file["notes"].values())
        assert {test["result"] for test in tests} <= {"valid", "invalid"}


def test_values_of_our_own_are_written_like_read_ones() -> None:
    ours = {"n": 12, "t": True, "x": None, "l": (1, "a"), "m": Num("1.50")}
    assert canonical(ours) == '{"l":["1","a"],"m":"1.50","n":"12","t":"true"}'


def test_an_option_drops_empty_objects_in_the_sdk_family() -> None:
    data = {"a": {}, "b": {"c": ""}, "d": "1"}
    assert sign_text({}, data, "S") == 'data={"a":{},"b":{},"d":"1"}&key=S'
    assert sign_text({}, data, "S", drop_empty_object=True) == 'data={"d":"1"}&key=S'


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (Style(), 'A=1&data={"B":"2","a":"汉/","n":"1.50","o":{"t":"true"}}&key=S'),
        (Style(order="nocase"), 'A=1&data={"a":"汉/","B":"2","n":"1.50","o":{"t":"true"}}&key=S'),
        (Style(order="wire"), 'A=1&data={"n":"1.50","a":"汉/","B":"2","o":{"t":"true"}}&key=S'),
        (Style(order="top"), 'A=1&data={"n":"1.50","a":"汉/","B":"2","o":{"t":"true"}}&key=S'),
        (Style(quote_scalars=False), 'A=1&data={"B":"2","a":"汉/","n":1.50,"o":{"t":true}}&key=S'),
        (Style(ascii_only=True), 'A=1&data={"B":"2","a":"\\u6c49/","n":"1.50","o":{"t":"true"}}&key=S'),
        (Style(escape_slash=True), 'A=1&data={"B":"2","a":"汉\\/","n":"1.50","o":{"t":"true"}}&key=S'),
        (Style(spaces="after"), 'A=1&data={"B": "2", "a": "汉/", "n": "1.50", "o": {"t": "true"}}&key=S'),
        (Style(doubles="js"), 'A=1&data={"B":"2","a":"汉/","n":"1.5","o":{"t":"true"}}&key=S'),
        (Style(tail="none"), 'A=1&data={"B":"2","a":"汉/","n":"1.50","o":{"t":"true"}}'),
        (Style(tail="raw"), 'A=1&data={"B":"2","a":"汉/","n":"1.50","o":{"t":"true"}}S'),
        (
            Style(empties="keep"),
            'A=1&data={"B":"2","a":"汉/","e":"","l":[],"n":"1.50","o":{"t":"true"},"x":null}&m=&u=null&key=S',
        ),
        (
            Style(empties="keep_text"),
            'A=1&data={"B":"2","a":"汉/","e":"","n":"1.50","o":{"t":"true"}}&m=&key=S',
        ),
    ],
)
def test_each_wrong_style_writes_what_its_name_says(style: Style, text: str) -> None:
    data = read('{"n":1.50,"a":"汉/","B":"2","e":"","l":[],"x":null,"o":{"t":true}}')
    assert write({"A": "1", "m": "", "u": None}, data, "S", style) == text


def test_indented_text_is_what_json_libraries_print() -> None:
    data = {"a": "1", "b": [{"c": "2"}], "d": {}}
    for style, width in ((Style(spaces="indent2"), 2), (Style(spaces="indent4"), 4)):
        assert canonical(data, style) == json.dumps(data, indent=width)


@pytest.mark.parametrize(
    ("text", "js", "java"),
    [
        ("12.50", "12.5", "12.5"),
        ("12", "12", "12.0"),
        ("0", "0", "0.0"),
        ("0.001", "0.001", "0.001"),
        ("0.0001", "0.0001", "1.0E-4"),
        ("10000000", "10000000", "1.0E7"),
        ("1e21", "1e+21", "1.0E21"),
        ("1.5e-9", "1.5e-9", "1.5E-9"),
        ("123456789.125", "123456789.125", "1.23456789125E8"),
        ("1e999", "1e999", "1e999"),
        ("NaN", "NaN", "NaN"),
        ("-0.10", "-0.1", "-0.1"),
        ("?", "?", "?"),
    ],
)
def test_numbers_through_a_double(text: str, js: str, java: str) -> None:
    assert (through_double(text, "js"), through_double(text, "java")) == (js, java)


VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | st.integers().map(lambda n: Num(str(n))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=5))
def test_the_sdk_text_is_json_of_texts_that_does_not_change_again(data: dict[str, Any]) -> None:
    text = canonical(data)
    assert text is not None
    again = json.loads(text)
    assert canonical(again) == text


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=5), st.randoms(use_true_random=False))
def test_the_order_on_the_wire_does_not_matter(data: dict[str, Any], random: Any) -> None:
    names = list(data)
    random.shuffle(names)
    shuffled = {name: data[name] for name in names}
    for family in ("sdk", "bare"):
        assert sign_text(shuffled, shuffled, "S", family) == sign_text(data, data, "S", family)
