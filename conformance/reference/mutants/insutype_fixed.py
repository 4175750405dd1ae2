"""Write 310 as kind of insurance for everybody (IDV-MATCH-001)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points
from conformance.reference.identity import best_insurance

MUTANT = Mutant(
    "insutype_fixed",
    "险种写死为 310",
    caught_by=("IDV-MATCH-001",),
    needs=("pay/resident",),
    apply=with_points(insurance=lambda rows: {**best_insurance(rows), "insutype": "310"}),
)
