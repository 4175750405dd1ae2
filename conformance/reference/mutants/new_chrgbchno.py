"""Make a new batch number for 6202 (sheet 6.3)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "new_chrgbchno",
    "6202 又生成了新的收费批次号",
    caught_by=("PAY-BATCH-001",),
    needs=("pay/clinic_mixed",),
    apply=with_points(order_data=lambda data, _orders: {**data, "chrgBchno": f"N{data['orgBizSer'][1:]}"}),
)
