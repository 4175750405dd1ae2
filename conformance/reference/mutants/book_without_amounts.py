"""Book the amounts of 6202 when 6301 brings none (MP-FLT-04)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.reference.change import Mutant, with_points
from conformance.reference.ledger import Amounts, Order
from conformance.reference.messages import amounts_in


def _known_amounts(data: Mapping[str, Any], order: Order) -> Amounts | None:
    return amounts_in(data) or order.amounts


MUTANT = Mutant(
    "book_without_amounts",
    "查询没有金额时用预结算金额入账",
    caught_by=("FLT-NOAMT-001",),
    needs=("fault/settled_without_amounts",),
    apply=with_points(settled_amounts=_known_amounts),
)
