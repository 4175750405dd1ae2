"""Make a new refund number for a repeat (MP-RFD-13)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "new_refund_sn_on_retry",
    "重试退费时换了退费流水号",
    caught_by=("RFD-SN-001",),
    needs=("refund/answer_lost",),
    apply=with_points(refund_no_on_resend=lambda _number, fresh: fresh("R")),
)
