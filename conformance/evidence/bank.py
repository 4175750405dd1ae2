"""What evidence says of the cash of orders at the bank channel: what it took, gave back or refunded. Pure; amounts in fen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from conformance.evidence.records import Record
from conformance.evidence.values import child, text, whole

KINDS = ("debited", "reversed", "refunded")
"""A debit of an order; a debit that went back because the order failed; the cash of a refund."""


@dataclass(frozen=True, slots=True)
class CashMove:
    """One movement for order `order` of `fen` (positive), of a kind of KINDS, noted in record `seq`."""

    order: str
    kind: str
    fen: int
    seq: int


def cash_moves(records: Iterable[Record]) -> Iterator[CashMove]:
    """Every movement of an order's cash among records, in their order; deposits and cards are none."""
    for record in records:
        if (record.get("kind"), record.get("what")) == ("world", "bank"):
            detail = child(record, "d")
            kind, fen = text(detail, "after"), whole(child(detail, "detail"), "fen")
            if kind in KINDS and fen is not None:
                yield CashMove(text(detail, "key"), kind, fen, whole(record, "seq") or 0)
