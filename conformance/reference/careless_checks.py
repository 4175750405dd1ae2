"""Checks of a refund that look at too little, for mutants: each leaves out one thing that `refund_desk.CHECKS` looks at."""

from __future__ import annotations

from conformance.reference import refund_desk
from conformance.reference.books import HospitalOrder
from conformance.reference.practice import Check
from conformance.reference.refund_desk import PARTS


def original(order: HospitalOrder) -> dict[str, int]:
    """What was paid of each part."""
    return {part: getattr(order.amounts, part, 0) for part in PARTS}


def without(*left_out: Check) -> tuple[Check, ...]:
    """The right checks but for these."""
    return tuple(check for check in refund_desk.CHECKS if check not in left_out)
