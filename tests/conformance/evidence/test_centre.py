"""Orders and refunds: one reconstruction for rules, reports and the runner."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.evidence import centre
from conformance.evidence.centre import latest_order


def test_the_latest_order_is_the_one_created_last_in_its_present_state(story: Any) -> None:
    told = story()
    told.order("0", "1", number="ORD1")
    told.order("0", number="ORD2", person="P2")
    told.order("6", number="ORD1")
    assert latest_order(told.records) == ("ORD2", "0")
    assert latest_order(told.records, "P1") == ("ORD1", "6")
    assert latest_order([], "P1") == ("", "")


def test_an_order_knows_where_it_was_before_a_record(story: Any) -> None:
    told = story()
    first = told.order("0")
    second = told.order("1", "6")
    (order,) = told.flow().orders
    assert [order.state_before(seq) for seq in (first, first + 1, second + 1)] == ["", "0", "6"]
    assert (order.reached("6"), order.reached("7")) == (second, None)


def test_a_refund_is_read_as_written_and_in_fen(story: Any) -> None:
    told = story()
    told.refund("EXP", "R7", kind="CASH", account="", fund="x")
    (refund,) = told.flow().exchanges("6203")
    assert centre.refund_stated(refund) == {"total": "60.00", "cash": "21.00", "account": "", "fund": "x"}
    assert centre.refund_amounts(refund) == {"cash": 2100, "account": None, "fund": None}
    assert (centre.refund_serial(refund), centre.refund_status(refund), centre.refund_type(refund)) == (
        "R7", "EXP", "CASH",
    )  # fmt: skip


@pytest.mark.parametrize(("code", "head", "said"), [
    ("0", None, (True, False, "0")),
    ("LT-ORDER-STATE", None, (False, True, "LT-ORDER-STATE")),
    ("0", {"code": "0", "success": False}, (False, True, "0")),
    ("0", {"nothing": 1}, (False, False, "")),
])  # fmt: skip
def test_an_answer_says_yes_no_or_nothing(story: Any, code: str, head: Any, said: tuple[Any, ...]) -> None:
    told = story()
    told.ask("6301", {"payOrdId": "ORD1"}, {}, code=code, head=head)
    (query,) = told.flow().exchanges("6301")
    assert (query.accepted, query.refused, query.code) == said
