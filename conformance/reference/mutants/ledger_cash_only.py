"""Book only the cash (MP-PAY-17)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points
from conformance.reference.ledger import Amounts

MUTANT = Mutant(
    "ledger_cash_only",
    "院内账只记现金",
    caught_by=("PAY-LEDGER-001",),
    needs=("pay/clinic_mixed",),
    apply=with_points(booked_amounts=lambda known: Amounts(known.cash, 0, 0, known.cash)),
)
