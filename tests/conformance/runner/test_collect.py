"""Evidence is written as it comes, byte for byte in the chain's own form, and nothing stale is decided upon."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.runner.collect import Collector, write_private
from conformance.runner.control import ControlError


class Feed:
    """A simulator whose records arrive when the test says so."""

    def __init__(self) -> None:
        self.records_: list[dict[str, Any]] = []
        self.news = asyncio.Event()
        self.silent_from = 0

    def add(self, **record: Any) -> None:
        self.records_.append(
            {"seq": len(self.records_) + 1, "writer": "sim-1", "hash": f"h{len(self.records_) + 1}", **record}
        )
        self.news.set()

    async def records(self, _run: str, after: int, wait_ms: int = 0, limit: int = 500) -> dict[str, Any]:
        if wait_ms and len(self.records_) <= after:
            self.news.clear()
            await self.news.wait()
        return {
            "records": self.records_[after : after + limit],
            "next": min(len(self.records_), after + limit),
        }

    async def raws(self, _run: str, after: int) -> dict[str, Any]:
        """Two records at a time; the body of record 3 is not kept."""
        if self.silent_from and after + 2 >= self.silent_from:
            raise ControlError("GET raw", 0, "没有应答")
        asked = self.records_[after : after + 2]
        kept = [one["seq"] for one in asked if one["kind"] == "message" and one["seq"] != 3]
        return {
            "raw": [{"seq": seq, "salt": "00", "raw": "e30="} for seq in kept],
            "next": after + len(asked),
        }


def test_records_and_bodies_are_written(tmp_path: Path) -> None:
    async def work() -> Collector:
        feed = Feed()
        async with Collector(feed, "r1", tmp_path / "r1") as collector:  # type: ignore[arg-type]
            feed.add(kind="scenario", flow="f", z=1, a="中")
            feed.add(kind="message", flow="f")
            feed.add(kind="message", flow="")
            feed.add(kind="message", flow="f")
            feed.add(kind="scenario", flow="f")
            await collector.finish()
        return collector

    collector = asyncio.run(work())
    lines = (tmp_path / "r1" / "evidence.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines[0] == '{"a":"中","flow":"f","hash":"h1","kind":"scenario","seq":1,"writer":"sim-1","z":1}'
    assert (collector.count, collector.head, collector.writer) == (5, "h5", "sim-1")
    bodies = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "r1" / "raw").iterdir()}
    assert bodies == dict.fromkeys(("000002.json", "000004.json"), '{"salt":"00","raw":"e30="}')
    assert str(collector.problem) == "记录 3 没有保存原始报文"


def test_bodies_that_cannot_be_fetched_are_a_problem_and_no_exception(tmp_path: Path) -> None:
    async def work() -> Collector:
        feed = Feed()
        feed.silent_from = 3
        async with Collector(feed, "r1", tmp_path / "r1") as collector:  # type: ignore[arg-type]
            for _ in range(3):
                feed.add(kind="message", flow="f")
            await collector.finish()
        return collector

    collector = asyncio.run(work())
    assert sorted(path.name for path in (tmp_path / "r1" / "raw").iterdir()) == ["000001.json", "000002.json"]
    assert "没有应答" in str(collector.problem)


def test_a_wait_ends_with_the_record_it_waits_for(tmp_path: Path) -> None:
    async def work() -> bool:
        feed = Feed()
        async with Collector(feed, "r1", tmp_path) as collector:  # type: ignore[arg-type]
            waiting = asyncio.create_task(collector.until("f", lambda records: len(records) == 2, 5))
            feed.add(flow="f")
            feed.add(flow="other")
            feed.add(flow="f")
            return await waiting

    assert asyncio.run(work())


def test_a_wait_that_is_not_met_says_so(tmp_path: Path) -> None:
    async def work() -> bool:
        async with Collector(Feed(), "r1", tmp_path) as collector:  # type: ignore[arg-type]
            return await collector.until("f", bool, 0.05)

    assert not asyncio.run(work())


def test_nothing_is_decided_on_records_older_than_our_own_last(tmp_path: Path) -> None:
    async def work() -> tuple[bool, bool]:
        feed = Feed()
        async with Collector(feed, "r1", tmp_path) as collector:  # type: ignore[arg-type]
            feed.add(flow="f", state="1")
            assert await collector.until("f", bool, 5)
            collector.wrote(2)
            early = await collector.until("f", lambda records: records[-1]["state"] == "1", 0.05)
            feed.add(flow="f", state="2")
            late = await collector.until("f", lambda records: records[-1]["state"] == "2", 5)
            return early, late

    assert asyncio.run(work()) == (False, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no owner bits")
def test_what_is_private_is_the_owners(tmp_path: Path) -> None:
    write_private(tmp_path / "x.json", json.dumps({"a": 1}))
    assert (tmp_path / "x.json").stat().st_mode & 0o077 == 0
