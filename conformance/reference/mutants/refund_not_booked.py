"""Refund at the centre and forget it in the books (RFD-LEDGER-001)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "refund_not_booked",
    "退费成功但院内不冲红",
    caught_by=("RFD-LEDGER-001",),
    needs=("refund/all_mixed",),
    apply=with_points(books_refunds=False),
)
