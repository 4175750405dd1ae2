"""The codec of evidence lines: what was altered is named by its line, chains of several writers stand side by side."""

from __future__ import annotations

import pytest
from evidence_writer import Writer, walked
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.wire.chain import Head, Walk, canonical, chained, line_of, walk


def lines(count: int = 3, writer: str = "sim-1") -> list[bytes]:
    told = Writer("r", writer)
    for number in range(count):
        told.add("run", what="x", d={"n": number})
    return told.lines()


def test_a_line_is_its_hashed_text_with_the_hash_put_in() -> None:
    record = chained({"b": 1, "a": "字"}, "")
    assert (
        sm3(line_of(record).strip().replace(f',"hash":"{record["hash"]}"'.encode(), b"")).hex()
        == record["hash"]
    )
    assert canonical({"b": 1, "a": "字"}) == '{"a":"字","b":1}'.encode()


def test_writers_have_chains_of_their_own() -> None:
    one, other = lines(2), lines(2, "sim-2")
    found = walked([one[0], other[0], other[1], one[1]])
    assert (found.problem, {name: head.count for name, head in found.heads.items()}) == (
        "",
        {"sim-1": 2, "sim-2": 2},
    )


def test_records_come_one_by_one_with_the_chain_as_far_as_it_was_read() -> None:
    found = Walk()
    records = walk(iter(lines()), found)
    assert next(records)["seq"] == 1
    assert found.heads["sim-1"].count == 1, "nothing is read ahead"
    assert [record["seq"] for record in records] == [2, 3]


@pytest.mark.parametrize(
    ("rows", "line", "says"),
    [
        ([lines()[0], lines()[2]], 2, "记录号应为 2, 实为 3"),
        ([lines()[0], lines()[1].replace(b'"n":1', b'"n":9')], 2, "哈希不符"),
        ([b"[]\n"], 1, "不是 JSON 对象"),
        ([lines()[0], *lines(2, "sim-1")[1:], lines()[2].replace(b'"prev":"', b'"prev":"0')], 3, "不相接"),
    ],
)
def test_the_first_line_that_does_not_hold_is_named(rows: list[bytes], line: int, says: str) -> None:
    found = walked(rows)
    assert found.line == line
    assert says in str(found.problem)


def test_a_torn_tail_is_no_break() -> None:
    found = walked([*lines(2), lines()[2][:20]])
    assert (found.torn, found.problem, found.heads["sim-1"].count) == (True, "", 2)


def test_hostile_values_have_one_canonical_form() -> None:
    record = chained({"writer": "w", "seq": 1, "big": 10**30, "lone": "\ud800", "nan": float("nan")}, "")
    assert walked([line_of(record)]).heads == {"w": Head(1, record["hash"])}


@given(st.lists(st.binary(max_size=80), max_size=5))
def test_reading_never_raises(rows: list[bytes]) -> None:
    assert walked(rows).line <= len(rows)
