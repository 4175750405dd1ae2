"""Do not compare the refund type with its parts (MP-RFD-07, 08)."""

from __future__ import annotations

from conformance.reference import refund
from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "cash_refund_with_account",
    "CASH 退费里带个账金额也照发",
    caught_by=("RFD-TYPE-001",),
    needs=("refund/cash_with_account",),
    apply=with_points(refund_checks=tuple(c for c in refund.CHECKS if c is not refund.check_kind)),
)
