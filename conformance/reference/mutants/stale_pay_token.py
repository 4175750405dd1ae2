"""Take the pay token from the first order there ever was (sheet 6.2)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "stale_pay_token",
    "payToken 取自以前的订单",
    caught_by=("PAY-TOKEN-001",),
    needs=("pay/two_orders",),
    apply=with_points(order_data=lambda data, orders: {**data, "payToken": orders[0].pay_token}),
)
