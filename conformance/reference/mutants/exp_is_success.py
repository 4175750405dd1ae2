"""Take EXP for success (MP-RFD-14)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "exp_is_success",
    "EXP 当作退费成功",
    caught_by=("RFD-EXP-001",),
    needs=("refund/exp",),
    apply=with_points(refund_results={"SUCC": "success", "FAIL": "failed", "EXP": "success"}),
)
