"""Revoke a settled order (MP-FLT-09)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "revoke_after_settle",
    "已结算的订单还发 6401",
    caught_by=("FLT-REVOKE-002",),
    needs=("fault/revoke_settled",),
    apply=with_points(may_cancel=lambda _order: None, asks_before_revocation=False),
)
