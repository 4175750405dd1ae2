"""Take one leg for the whole: ordStas 3, 4 or 5 counts as paid (contracts 10)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "settling_is_paid",
    "自费完成或医保支付完成就当已支付",
    caught_by=("FLT-PENDING-001",),
    needs=("fault/query_settling",),
    apply=with_points(says_settled=lambda state: state in ("3", "4", "5", "6")),
)
