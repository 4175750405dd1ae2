from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.text.jsontext import Num
from simulator.protocol.text.times import beijing14, beijing17, beijing_dt, parse_timestamp, wire_timestamp

NINE = 1_767_229_200_000  # 2026-01-01 09:00:00 +08:00


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("20260101090000", "14"),
        (Num("20260101090000"), "14"),
        (20260101090000, "14"),
        ("2026-01-01 09:00:00", "iso"),
        ("1767229200000", "13"),
        (1767229200000, "13"),
        ("1767229200", "10"),
    ],
)
def test_each_form_names_the_same_instant(value: object, form: str) -> None:
    assert parse_timestamp(value) == (form, NINE)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1.5,
        [],
        {},
        "",
        "x",
        "-1",
        "1",
        "123456789012",
        "20260230000000",
        "20261301000000",
        "00000000000000",
        "2026-01-01T09:00:00",
        "2026-02-30 00:00:00",
        "٢٠٢٦٠١٠١٠٩٠٠٠٠",
        "9" * 40,
        "20260101246000",
    ],
)
def test_what_is_no_time_is_none(value: object) -> None:
    assert parse_timestamp(value) is None


@given(st.integers(min_value=0, max_value=253_402_214_399))
def test_every_form_reads_back_what_it_wrote(second: int) -> None:
    assert parse_timestamp(wire_timestamp(second * 1000, "14")) == ("14", second * 1000)
    assert parse_timestamp(wire_timestamp(second * 1000, "iso")) == ("iso", second * 1000)


def test_the_forms_that_are_written() -> None:
    ms = NINE + 7
    assert [wire_timestamp(ms, form) for form in ("14", "13", "13n", "10", "iso")] == [
        "20260101090000",
        "1767229200007",
        1767229200007,
        "1767229200",
        "2026-01-01 09:00:00",
    ]
    assert (beijing14(ms), beijing17(ms), beijing_dt(ms)) == (
        "20260101090000",
        "20260101090000007",
        "2026-01-01 09:00:00",
    )
    with pytest.raises(ValueError, match="timestamp_out"):
        wire_timestamp(ms, "99")
