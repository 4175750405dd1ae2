"""Flows as they open and close: ends, quiet, exchanges under way, strays, what comes late, how many are held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from conformance.evidence import flow_stream
from conformance.evidence.flow_stream import LOST_MS, ClosedFlow, FlowStream

QUIET_MS = 3000


def at(seq: int, flow: str, ms: float = 0, kind: str = "message", **more: Any) -> dict[str, Any]:
    t = {"t": {"mono_ns": int(ms * 1e6)}}
    return {"seq": seq, "flow": flow, "kind": kind, "writer": "sim-1", **t, **more}


def begin(seq: int, flow: str, ms: float = 0) -> dict[str, Any]:
    return at(seq, flow, ms, "scenario", what="begin", scenario=flow.partition("#")[0])


def end(seq: int, flow: str, ms: float = 0) -> dict[str, Any]:
    return at(seq, flow, ms, "scenario", what="end", scenario=flow.partition("#")[0])


def closed(*records: Any, left: Any = None) -> list[ClosedFlow]:
    return list(FlowStream(records, QUIET_MS, (left or {}).get))


def told(found: list[ClosedFlow]) -> list[tuple[str, list[Any]]]:
    return [(one.id, [record["seq"] for record in one.records]) for one in found]


def unread(seq: int, **more: Any) -> dict[str, Any]:
    """A request of nobody with known credentials, of which nothing could be read."""
    return at(seq, "", part="request", dir="in", interface="6201", institution="H1", **more)


def numbers(records: Any) -> list[int]:
    return [record["seq"] for record in records]


def test_what_may_be_the_vendors_goes_to_the_only_open_flow_and_the_rest_to_nobody() -> None:
    found = closed(
        begin(1, "a"), unread(2), at(3, "", part="response", link=2), at(4, ""), end(5, "a"), begin(6, "b"),
        unread(7), begin(8, "c"), at(9, "", kind="run"), unread(10), at(11, "", 0, "world", what="fault", link=10),
        end(12, "b"), end(13, "c"), unread(14), "not a record",
    )  # fmt: skip
    assert told(found) == [("a", [1, 5]), ("b", [6, 12]), ("c", [8, 13]), ("", [10, 11, 14])]
    assert [numbers(one.doubtful) for one in found] == [[2, 3], [7], [], []]
    assert [numbers(one.near) for one in found] == [[], [10], [10], []]


@pytest.mark.parametrize("more", [
    {"institution": ""}, {"dir": "out"}, {"part": "response"}, {"view": {"outer": {}, "data": {"a": "1"}}},
    {"keep": {}}, {"facts": [{"n": "sign.verify", "ok": True}]}, {"person": "P1"},
])  # fmt: skip
def test_who_is_unknown_or_could_be_read_is_not_the_vendor(more: Any) -> None:
    (found,) = closed(begin(1, "a"), {**unread(2), **more}, end(3, "a"))
    assert numbers(found.doubtful) == []


def test_a_scenario_flow_closes_at_its_end_record_however_long_it_was_silent() -> None:
    found = closed(begin(1, "a"), at(2, "b", 1), at(3, "b", 90_000), end(4, "a", 99_000))
    assert told(found) == [("b", [2]), ("b", [3]), ("a", [1, 4])]
    assert [one.scenario for one in found] == ["", "", "a"]


def test_a_flow_without_a_scenario_closes_when_it_was_quiet() -> None:
    found = closed(at(1, "x", 0), at(2, "x", 2900), at(3, "y", 5899), at(4, "y", 5900))
    assert told(found) == [("x", [1, 2]), ("y", [3, 4])]
    assert found[0].quiet == {"quiet": True, "window_ms": QUIET_MS}
    assert found[1].quiet["quiet"] is False, "the evidence ended: nobody saw it quiet"


def test_an_open_exchange_keeps_its_flow_open_until_its_answer_or_until_it_is_lost() -> None:
    asked = at(1, "x", 0, part="request")
    answered = closed(asked, at(2, "y", 9000), at(3, "x", 9500, part="response", link=1), at(4, "y", 20_000))
    assert sorted(told(answered)) == [("x", [1, 3]), ("y", [2]), ("y", [4])]
    noted = at(2, "x", 10, "world", what="notice", link=1)
    assert told(closed(asked, noted, at(3, "y", 4000)))[0] == ("x", [1, 2])
    silent = closed(asked, at(2, "z", 1), at(3, "y", LOST_MS - 1), at(4, "y", LOST_MS))
    assert told(silent) == [("z", [2]), ("x", [1]), ("y", [3, 4])]


def test_a_late_record_opens_its_flow_again_with_what_it_left() -> None:
    left = {"pay/a": {"flow": "pay/a", "scenario": "pay/a", "orders": []}}
    (late,) = closed(at(7, "pay/a"), left=left)
    assert (late.carry, late.scenario) == (left["pay/a"], "pay/a")
    assert closed(at(7, "pay/b"), left=left)[0].carry is None


def test_evidence_time_stands_still_where_a_writer_began_anew() -> None:
    found = closed(at(1, "x", 80_000), at(2, "y", 5), at(3, "y", 2000), at(4, "x", 2900))
    assert told(found) == [("x", [1, 4]), ("y", [2, 3])]


def test_records_of_a_flow_stand_in_the_order_of_their_numbers() -> None:
    assert told(closed(begin(1, "a"), at(3, "a"), at(2, "a"), end(4, "a"))) == [("a", [1, 2, 3, 4])]


def test_a_flow_knows_the_requests_that_may_be_its_own_and_came_while_others_were_open() -> None:
    found = closed(
        begin(1, "a"),
        begin(2, "b"),
        unread(3),
        end(4, "a"),
        begin(5, "c"),
        unread(6),
        end(7, "b"),
        end(8, "c"),
    )
    assert {one.id: numbers(one.near) for one in found} == {"a": [3], "b": [3, 6], "c": [6], "": []}


def test_strays_are_held_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_stream, "MOST_STRAYS", 2)
    assert told(closed(*(unread(n) for n in range(1, 6)))) == [("", [1, 2]), ("", [3, 4]), ("", [5])]
    monkeypatch.setattr(flow_stream, "MOST_NEAR", 1)
    found = closed(
        begin(1, "a"), *(unread(n) for n in range(2, 6)), begin(6, "b"), *(unread(n) for n in range(7, 10))
    )
    kept = {one.id: (numbers(one.doubtful), numbers(one.near)) for one in found if one.id}
    assert kept == {"a": ([2, 3], [4]), "b": ([], [7])}


def test_only_open_flows_are_held() -> None:
    """20,000 flows one after another, every third one a scenario, of which a few overlap."""

    def traffic() -> Iterator[dict[str, Any]]:
        for number in range(20_000):
            name, ms = f"load#{number}", number * 1000.0
            yield begin(2 * number + 1, name, ms) if number % 3 == 0 else at(2 * number + 1, name, ms)
            more = ms + 500
            yield end(2 * number + 2, name, more) if number % 3 == 0 else at(2 * number + 2, name, more)

    stream = FlowStream(traffic(), QUIET_MS, dict[str, Any]().get)
    held = [len(stream.held) for _ in stream]
    assert len(held) == 20_000
    assert max(held) <= stream.most_held <= 5


def test_what_came_late_adopts_nothing() -> None:
    found = closed(begin(1, "a"), at(2, "b"), unread(3), end(4, "a"), left={"b": {"scenario": "b"}})
    assert told(found) == [("a", [1, 4]), ("b", [2])]
    assert numbers(found[0].doubtful) == [3]
