"""Acknowledge the notice although the booking failed (MP-NTF-15)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points
from conformance.reference.notices import OK

MUTANT = Mutant(
    "ack_before_booking",
    "入账失败也应答成功",
    caught_by=("FLT-BOOK-001",),
    needs=("fault/booking_fails_once",),
    apply=with_points(notice_answer=lambda _answer: OK),
)
