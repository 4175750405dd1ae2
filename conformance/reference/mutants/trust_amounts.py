"""Use the amounts of 6202 without adding them up (MP-PAY-11)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points
from conformance.reference.messages import amounts_in

MUTANT = Mutant(
    "trust_amounts",
    "6202 返回的金额不核对就使用",
    caught_by=("PAY-BALANCE-001",),
    needs=("pay/unbalanced",),
    apply=with_points(
        presettled_amounts=lambda data, _order: amounts_in(data), agrees=lambda _amounts, _order: True
    ),
)
