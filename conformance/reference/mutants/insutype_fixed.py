"""Write 310 as kind of insurance into 6201 for everybody (IDV-MATCH-001)."""

from __future__ import annotations

from conformance.reference.change import Mutant, upload_with

MUTANT = Mutant(
    "insutype_fixed",
    "6201 的险种写死为 310",
    caught_by=("IDV-MATCH-001",),
    needs=("pay/resident",),
    apply=upload_with(lambda data: {**data, "insutype": "310"}),
)
