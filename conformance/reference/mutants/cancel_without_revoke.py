"""Cancel in the hospital only, without 6401 (MP-REG-05, MP-FLT-08)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "cancel_without_revoke",
    "取消时不发 6401",
    caught_by=("REG-CANCEL-001", "FLT-REVOKE-001"),
    needs=("register/cancel_unpaid", "fault/revoke_unsettled"),
    apply=with_points(sends_revocation=False, asks_before_revocation=False),
)
