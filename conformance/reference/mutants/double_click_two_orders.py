"""Let two clicks make two orders of one bill (MP-FLT-13)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "double_click_two_orders",
    "连点两次产生两笔订单",
    caught_by=("PAY-TWICE-001",),
    needs=("pay/double_click",),
    apply=with_points(bill_free=lambda _ledger, _bill: True, claim=lambda _ledger, _order, _credential: None),
)
