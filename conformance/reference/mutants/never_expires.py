"""Never give up on an unpaid order (MP-REG-06)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "never_expires",
    "超时未支付的订单从不关闭",
    caught_by=("REG-EXPIRE-001",),
    needs=("register/expire",),
    apply=with_points(unpaid_ms=None),
)
