"""What closed flows leave: amounts, state, bookings, refunds, numbers; on disk, at most 1 KB a flow."""

from __future__ import annotations

import io
from typing import Any

import orjson

from conformance.evidence.carry import MOST_BYTES, FlowIndex, carry_of


def test_a_carry_says_what_became_of_an_order(story: Any) -> None:
    told = story()
    told.paid()
    told.refund("SUCC", "R1", kind="CASH", total="5.00")
    told.refund("SUCC", "R1", kind="CASH", total="5.00")
    told.refund("FAIL", "R2", kind="CASH", total="7.00")
    told.probe("paid", 1)
    (order,) = carry_of(told.flow(), "pay/tiny")["orders"]
    assert order == {
        "order": "ORD1", "state": "6", "amounts": {"total": 6000, "fund": 3000, "account": 900, "cash": 2100},
        "booked": 1, "refunded": 500, "numbers": ["M1", "R1", "R2"],
    }  # fmt: skip


def test_what_comes_late_is_put_on_top_of_what_was_left(story: Any) -> None:
    first = story()
    first.paid()
    late = story()
    late.refund("SUCC", "R9", total="60.00")
    late.order("8")
    left = carry_of(late.flow(), "pay/tiny", carry_of(first.flow(), "pay/tiny"))
    (order,) = left["orders"]
    assert (order["state"], order["booked"], order["refunded"]) == ("8", 1, 6000)
    assert (order["amounts"]["total"], order["numbers"]) == (6000, ["M1", "R9"])


def test_a_carry_has_at_most_a_kilobyte_and_says_what_it_left_out(story: Any) -> None:
    told = story()
    for number in range(40):
        told.order("0", "6", number=f"ORD{number}", ours=f"M{number}")
    found = carry_of(told.flow(), "pay/tiny")
    assert len(orjson.dumps(found)) < MOST_BYTES
    assert found["left_out"] + len(found["orders"]) == 40
    assert found["orders"][-1]["order"] == "ORD39"


def test_the_index_gives_the_last_carry_of_a_flow() -> None:
    file = io.BytesIO()
    index = FlowIndex(file)
    for flow, last in (("a", 1), ("b", 2), ("a", 3)):
        index.put({"flow": flow, "last": last})
    assert [index.get(flow) for flow in ("a", "b", "c")] == [
        {"flow": "a", "last": 3}, {"flow": "b", "last": 2}, None,
    ]  # fmt: skip
    index.put({"flow": "c", "last": 4})
    assert len(file.getvalue().splitlines()) == 4, "reading does not lose the place to write at"
