"""Send the same serial with every 6202 (sheet 6.3)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "reuse_orgbizser",
    "每次 6202 都用同一个 orgBizSer",
    caught_by=("PAY-SER-001",),
    needs=("pay/two_orders",),
    apply=with_points(order_data=lambda data, _orders: {**data, "orgBizSer": f"S{data['orgCodg']}"}),
)
