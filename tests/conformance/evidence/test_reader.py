"""Reading evidence: the chain, a torn tail, and what was altered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from evidence_writer import Writer
from hypothesis import given
from hypothesis import strategies as st

from conformance.evidence.reader import EvidenceStream, stream
from conformance.evidence.records import Record
from simulator.protocol.wire import chain


def lines(count: int = 3, writer: str = "sim-1") -> list[bytes]:
    told = Writer("r", writer)
    for _ in range(count):
        told.add("run", what="x", d={})
    return told.lines()


def read_lines(rows: list[bytes]) -> tuple[list[Record], EvidenceStream]:
    """The records that hold, and the stream, which says what became of the rest."""
    found = EvidenceStream(rows)
    return list(found), found


def test_a_whole_chain_is_read_and_its_head_stated(tmp_path: Path) -> None:
    file = tmp_path / "evidence.jsonl"
    file.write_bytes(b"".join(lines()))
    found = stream(file)
    records = list(found)
    assert [record["seq"] for record in records] == [1, 2, 3]
    assert (found.problem, found.torn) == ("", False)
    assert found.writers == ({"writer": "sim-1", "count": 3, "head": records[-1]["hash"]},)


def test_writers_have_chains_of_their_own() -> None:
    _, found = read_lines([*lines(2), *lines(2, "sim-2")])
    assert not found.problem
    assert [entry["count"] for entry in found.writers] == [2, 2]


def test_a_torn_tail_is_reported_and_left_out() -> None:
    records, found = read_lines([*lines(2), lines(3)[2][:25]])
    assert (len(records), found.torn, found.problem) == (2, True, "")


def altered(change: dict[str, Any]) -> list[bytes]:
    rows = lines()
    rows[1] = orjson.dumps(orjson.loads(rows[1]) | change) + b"\n"
    return rows


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (altered({"what": "y"}), "第 2 行: 哈希不符"),
        (altered({"prev": ""}), "第 2 行: 与前一条记录的哈希不相接"),
        (altered({"seq": 7}), "第 2 行: 记录号应为 2, 实为 7"),
        ([lines()[0], lines()[2]], "第 2 行: 记录号应为 2"),
        ([b"[1]\n"], "第 1 行: 不是 JSON 对象"),
        ([b"{nonsense}\n", *lines()], "第 1 行: 不是 JSON 对象"),
    ],
)
def test_what_does_not_hold_is_named_by_its_line(rows: list[bytes], says: str) -> None:
    records, found = read_lines(rows)
    assert says in str(found.problem)
    assert len(records) <= 1, "nothing behind the break is believed"


def test_blank_lines_do_not_matter() -> None:
    assert len(read_lines([b"\n", *lines(1), b"  \n"])[0]) == 1


def test_a_line_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "MOST_LINE_BYTES", 10)
    assert "不是 JSON 对象" in str(read_lines(lines())[1].problem)


@given(st.lists(st.binary(max_size=80), max_size=5))
def test_reading_never_raises(rows: list[bytes]) -> None:
    records, found = read_lines(rows)
    assert not records or found.writers


def test_a_stream_holds_one_line_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "evidence.jsonl"
    file.write_bytes(b"".join(lines(50)))
    found = stream(file)
    records = iter(found)
    assert next(records)["seq"] == 1
    assert found.writers[0]["count"] == 1, "nothing is read ahead"
    assert sum(1 for _ in records) == 49
    assert (found.problem, found.torn, found.writers[0]["count"]) == ("", False, 50)
