from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import display

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


def test_direction_and_control_characters_become_visible():
    assert display.shown("a\u202eb\x00c\u200bd") == "a⟦U+202E⟧b⟦U+0000⟧c⟦U+200B⟧d"
    assert display.shown("行一\r\n行二\t完") == "行一\n行二\t完"


def test_what_is_cut_is_counted():
    said = display.shown("x" * 1_000_000, 400)
    assert said == "x" * 400 + "…〔+999600〕"


def test_a_lone_surrogate_can_be_written():
    assert display.shown("\ud800").encode("utf-8") == "⟦U+D800⟧".encode()


@given(JSON)
def test_a_clean_value_is_writable_json_without_hidden_characters(value):
    out = json.dumps(display.clean(value), ensure_ascii=False, allow_nan=False)
    out.encode("utf-8")
    for char in out:
        assert unicodedata.category(char) not in ("Cs",)
        assert char not in "\u202e\u2066\u200f\ufeff\x00"


def test_depth_and_width_have_limits():
    deep: object = "x"
    for _ in range(5000):
        deep = [deep]
    assert "〔+〕" in json.dumps(display.clean(deep), ensure_ascii=False)
    wide = display.clean({str(n): n for n in range(10_000)})
    assert len(wide) == display.WIDTH_LIMIT + 1
    assert wide["…"] == f"〔+{10_000 - display.WIDTH_LIMIT}〕"
    assert display.clean(list(range(10_000)))[-1] == f"〔+{10_000 - display.WIDTH_LIMIT}〕"


@pytest.mark.parametrize(
    "text,plain,pieces",
    [
        ("张*~1a2b3c4d5e", "张*", [("张*", "1a2b")]),
        ("a~0000000001,b~0000000002 c", "a,b c", [("a", "0000"), (",b", "0000"), (" c", "")]),
        ("~12345", "~12345", [("~12345", "")]),
        ("", "", [("", "")]),
    ],
)
def test_pseudonym_tails(text, plain, pieces):
    assert display.without_tails(text) == plain
    assert display.tails(text) == pieces


@pytest.mark.parametrize("text", ["", "x", "NaN", "Infinity", "1e400", "--1", "9" * 30])
def test_what_is_no_amount_is_none(text):
    assert display.yuan(text) is None


def test_times():
    assert display.clock("2026-11-22T15:00:00.123+08:00") == "2026-11-22 15:00:00.123"
    assert display.clock_short("2026-11-22T15:00:00.123+08:00") == "15:00:00.123"
    assert display.clock("soon") == "soon"
