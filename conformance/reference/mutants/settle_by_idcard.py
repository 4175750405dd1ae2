"""Ask 1101 by identity card instead of the e-credential (institution sheet 6.3)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "settle_by_idcard",
    "1101 用身份证而不是电子凭证",
    caught_by=("IDV-PERSON-001",),
    needs=("pay/clinic_mixed",),
    apply=with_points(person_credential=lambda order: ("02", order.patient.id_no)),
)
