"""Book the money but leave the registration unpaid (MP-REG-01)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "registration_stays_unpaid",
    "挂号费已入账, 号源仍是未支付",
    caught_by=("REG-PAY-001",),
    needs=("register/mixed",),
    apply=with_points(confirm=lambda _ledger, _bill: None),
)
