from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.text.jsontext import Num
from simulator.protocol.text.money import MoneyError, to_fen, to_yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("0.0", 0),
        ("12", 1200),
        ("12.5", 1250),
        ("12.50", 1250),
        ("0.01", 1),
        ("99999999999999.99", 9999999999999999),
        (Num("12.5"), 1250),
        (7, 700),
    ],
)
def test_yuan_is_read_exactly(text: object, fen: int) -> None:
    assert to_fen(text) == fen


@pytest.mark.parametrize(
    "value",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "-1",
        ".5",
        "5.",
        "1.234",
        "1.000",
        "1e2",
        "1E+2",
        "01",
        "1,000",
        "NaN",
        "１２",
        "1\n",
        "999999999999999",
        "9" * 5000,
        1.5,
        True,
        None,
        {},
        [],
        -3,
    ],
)
def test_anything_else_is_refused_in_one_chinese_line(value: object) -> None:
    with pytest.raises(MoneyError) as caught:
        to_fen(value)
    line = str(caught.value)
    assert "\n" not in line
    assert "金额" in line
    assert len(line) < 120


def test_a_negative_amount_is_read_where_it_is_asked_for() -> None:
    assert to_fen("-12.50", negative=True) == -1250


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_what_is_written_is_read_back(fen: int) -> None:
    assert to_fen(to_yuan(fen), negative=True) == fen


def test_yuan_has_two_decimals() -> None:
    assert [to_yuan(fen) for fen in (0, 1, 10, 1250, -5)] == ["0.00", "0.01", "0.10", "12.50", "-0.05"]
