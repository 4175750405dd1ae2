"""Make an order for each of the merged bills (MP-PAY-12)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "split_merged_bills",
    "合并缴费拆成多笔订单",
    caught_by=("PAY-MERGE-001",),
    needs=("pay/merged",),
    apply=with_points(
        groups=lambda bills: tuple((bill,) for bill in bills),
        claim=lambda _ledger, _order, _credential: None,
    ),
)
