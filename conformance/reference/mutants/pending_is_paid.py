"""Take any answered 6301 for paid (MP-FLT-03)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.reference.change import Mutant, with_points
from conformance.reference.ledger import Amounts, Order
from conformance.reference.messages import amounts_in


def _known_amounts(data: Mapping[str, Any], order: Order) -> Amounts | None:
    return amounts_in(data) or order.amounts


MUTANT = Mutant(
    "pending_is_paid",
    "6301 有应答就当已支付",
    caught_by=("FLT-PENDING-001",),
    needs=("fault/query_pending",),
    apply=with_points(says_settled=lambda _state: True, settled_amounts=_known_amounts),
)
