"""Write appRefdTime with dashes (MP-RFD-18)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points
from simulator.protocol.text.times import beijing_dt

MUTANT = Mutant(
    "refund_time_dashed",
    "appRefdTime 带分隔符",
    caught_by=("RFD-TIME-001",),
    needs=("refund/all_mixed",),
    apply=with_points(refund_time=beijing_dt),
)
