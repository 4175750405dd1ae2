"""Do not compare the refund with the original (MP-RFD-09)."""

from __future__ import annotations

from conformance.reference import refund
from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "refund_over_original",
    "退费金额超过原额也照发",
    caught_by=("RFD-SUM-001",),
    needs=("refund/over_original",),
    apply=with_points(refund_checks=(refund.check_state,)),
)
