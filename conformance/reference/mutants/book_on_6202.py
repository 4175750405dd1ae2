"""Book when 6202 answers (sheet 8: 1 is only pre-settled)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "book_on_6202",
    "6202 一返回就入账",
    caught_by=("PAY-BOOK-002",),
    needs=("pay/clinic_mixed",),
    apply=with_points(settled_by_presettle=lambda _state: True),
)
