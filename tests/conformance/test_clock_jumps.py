"""A clock that jumps during a run is the environment's: said once, and no rule blames the vendor for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from judged_records import Judged, judge_records

from conformance.declaration import Declaration, Driver
from conformance.evidence.clock_jumps import ClockJumps
from conformance.ledger import load
from conformance.scenario import Plan

LEDGER = load()
PLAN = Plan("A", "甲", "A", "insurance_app", ())
VENDOR = Declaration("vendor.yaml", "H1", "院", "509999", ("A",), (), ("outpatient",), Driver("http", 2))
HOUR_S = 3600.0


def even(records: list[dict[str, Any]], jump_at: int = 0, seconds: float = 0.0) -> list[dict[str, Any]]:
    """The records by a clock that goes with measured time, and is set by `seconds` before record `jump_at`."""
    start = datetime.fromisoformat("2026-11-22T15:00:00.000+08:00")
    for record in records:
        passed = timedelta(milliseconds=record["t"]["mono_ns"] / 1e6)
        passed += timedelta(seconds=seconds if jump_at and record["seq"] >= jump_at else 0)
        record["t"] = {**record["t"], "wire": (start + passed).isoformat(timespec="milliseconds")}
    return records


def judged(records: list[dict[str, Any]]) -> Judged:
    return judge_records(records, LEDGER, [], VENDOR, PLAN)


def failing(found: Judged) -> set[str]:
    return {row["requirement"] for row in rows(found, "fail")}


def rows(found: Judged, *verdicts: str) -> list[Any]:
    return [row for row in found.verdicts if row["verdict"] in verdicts]


def expired(story: Any) -> Any:
    """The order expires though the patient was about to pay, and the vendor still says pending."""
    told = story(expect=[{"person": "甲", "centre": "6"}])
    told.pay(during=lambda: (told.upload(), told.place()), order="ORD1", state="accepted", shown="pending")
    told.order("1", "12")
    return told.end()


@pytest.mark.parametrize("seconds", [HOUR_S, -HOUR_S, 8 * HOUR_S])
def test_what_went_wrong_across_a_jump_is_nobodys_and_said_once(story: Any, seconds: float) -> None:
    assert "EXP-STATE-001" in failing(judged(even(expired(story).records)))
    told = expired(story)
    found = judged(even(told.records, told.records[-2]["seq"], seconds))
    assert rows(found, "fail", "waiting") == []
    (line,) = rows(found, "error")
    assert (line["requirement"], line["domain"]) == ("RUN-CLOCK-001", "environment")
    assert f"{seconds:+.1f}" in line["observed"]
    assert line["records"] == [told.records[-2]["seq"]]
    skipped = {row["requirement"] for row in rows(found, "skip") if row["domain"] == "environment"}
    assert "EXP-STATE-001" in skipped
    assert found.conclusion["id"] == "incomplete"


def test_after_a_jump_a_timestamp_out_of_the_window_blames_nobody(story: Any, bad: Any) -> None:
    def told() -> Any:
        one = story()
        one.add("world", what="tick", d={})
        one.upload(facts=bad("env.time_window", "偏差 1 小时"), code="LT-TIME-WINDOW")
        return one.end()

    assert "ENV-TIME-001" in failing(judged(even(told().records)))
    found = judged(even(told().records, 2, HOUR_S))
    assert rows(found, "fail") == []


def test_what_hangs_on_no_clock_stays_a_fail(story: Any, bad: Any) -> None:
    told = story()
    told.upload(facts=bad("env.plain_absent", "外层有明文 data"))
    told.add("world", what="tick", d={})
    found = judged(even(told.end().records, 4, HOUR_S))
    assert failing(found) == {"ENV-ENC-002"}


def test_a_flow_that_ended_before_the_jump_is_judged_as_ever(story: Any) -> None:
    told = expired(story)
    told.add("run", flow="", what="note", d={})
    records = even(told.records, told.records[-1]["seq"], HOUR_S)
    found = judged(records)
    assert "EXP-STATE-001" in failing(found)
    (line,) = [row for row in found.verdicts if row["requirement"] == "RUN-CLOCK-001"]
    assert (line["verdict"], line["domain"]) == ("warn", "environment")


def heard(*pairs: tuple[float, float], writers: str = "") -> ClockJumps:
    """(seconds by the clock, measured seconds) of records, one after the other."""
    start, jumps = datetime.fromisoformat("2026-11-22T15:00:00+08:00"), ClockJumps()
    for seq, (wire_s, mono_s) in enumerate(pairs, 1):
        t = {"wire": (start + timedelta(seconds=wire_s)).isoformat(), "mono_ns": round(mono_s * 1e9)}
        jumps.hear({"seq": seq, "writer": writers[seq - 1 : seq] or "a", "t": t})
    return jumps


def test_a_clock_that_is_disciplined_or_a_writer_that_began_anew_is_no_jump() -> None:
    assert heard((0, 100), (10, 110), (20.9, 120), (30, 130)).count == 0
    assert heard((0, 100), (3600, 5)).count == 0, "another process, or another boot"
    assert heard((0, 100), (3600, 7000), writers="ab").count == 0, "two writers, two clocks"
    jumps = heard((0, 100), (3610, 110), (10, 120))
    assert [(one.seq, one.seconds) for one in jumps.found] == [(2, "+3600.0"), (3, "-3610.0")]


@pytest.mark.parametrize("t", [{}, {"wire": "?", "mono_ns": 1}, {"wire": "9999-99-99", "mono_ns": "x"}, None])
def test_whatever_stands_there_nothing_raises(t: Any) -> None:
    jumps = ClockJumps()
    jumps.hear({"seq": 1, "t": t})
    assert jumps.count == 0
