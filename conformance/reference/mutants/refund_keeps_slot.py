"""Refund a registration and keep its slot (MP-REG-07)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "refund_keeps_slot",
    "退号退了费但没有放号",
    caught_by=("REG-REFUND-001",),
    needs=("register/refund",),
    apply=with_points(release_refunded=lambda _ledger, _bill: None),
)
