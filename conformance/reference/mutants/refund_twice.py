"""Refund a refunded order again (MP-RFD-13)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points
from conformance.reference.ledger import Order
from conformance.reference.refund import PARTS


def _original(order: Order) -> dict[str, int]:
    return {part: getattr(order.amounts, part, 0) for part in PARTS}


MUTANT = Mutant(
    "refund_twice",
    "已全额退费的订单可以再退",
    caught_by=("RFD-ONCE-001",),
    needs=("refund/twice",),
    apply=with_points(refund_checks=(), refundable=_original),
)
