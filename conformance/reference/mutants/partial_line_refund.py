"""Refund part of a prescription (MP-RFD-11)."""

from __future__ import annotations

from conformance.reference import refund
from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "partial_line_refund",
    "允许退处方中的一部分",
    caught_by=("RFD-WHOLE-001",),
    needs=("refund/partial_line",),
    apply=with_points(refund_checks=tuple(c for c in refund.CHECKS if c is not refund.check_prescription)),
)
