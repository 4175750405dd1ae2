"""What evidence says of the cash of orders."""

from __future__ import annotations

import pytest

from conformance.evidence.bank import CashMove, cash_moves
from conformance.evidence.flow_view import FlowView


def noted(seq: int, after: object, fen: object, what: str = "bank") -> dict[str, object]:
    return {
        "kind": "world",
        "what": what,
        "seq": seq,
        "d": {"key": "O1", "after": after, "detail": {"fen": fen}},
    }


def test_debits_reversals_and_refunds_are_movements_of_an_order() -> None:
    records = (noted(3, "debited", 2100), noted(5, "reversed", 2100), noted(8, "refunded", 500))
    moves = [("debited", 2100, 3), ("reversed", 2100, 5), ("refunded", 500, 8)]
    assert FlowView("f", records).cash == tuple(CashMove("O1", *one) for one in moves)


@pytest.mark.parametrize(
    "record",
    [noted(1, "deposited", 5), noted(1, "unbound", None), noted(1, "debited", "x"), noted(1, None, 1), {}, noted(1, "debited", 1, "order")],
)  # fmt: skip
def test_anything_else_is_none(record: dict[str, object]) -> None:
    assert list(cash_moves([record])) == []
