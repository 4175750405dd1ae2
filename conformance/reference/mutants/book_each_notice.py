"""Book on every notice (MP-NTF-04)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "book_each_notice",
    "每收到一次通知就入账一次",
    caught_by=("PAY-BOOK-001", "NTF-ONCE-001"),
    needs=("notify/duplicate",),
    apply=with_points(booked_already=lambda _ledger, _order: False),
)
