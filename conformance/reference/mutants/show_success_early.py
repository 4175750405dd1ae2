"""Show success when the order is merely placed (MP-UIV-11)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "show_success_early",
    "下单成功就显示支付成功",
    caught_by=("PAY-SHOW-001",),
    needs=("pay/clinic_mixed",),
    apply=with_points(shown_after_presettle="success"),
)
