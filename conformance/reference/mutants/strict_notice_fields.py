"""Refuse a notice with an unknown member (MP-NTF-11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.reference.change import Mutant, with_points
from conformance.reference.ledger import Order
from conformance.reference.notices import KNOWN, problem_with


def _strict(data: Mapping[str, Any], order: Order, code: str) -> str:
    return "通知有未知字段" if set(data) - KNOWN else problem_with(data, order, code)


MUTANT = Mutant(
    "strict_notice_fields",
    "通知里有未知字段就拒绝",
    caught_by=("NTF-FIELD-001",),
    needs=("notify/unknown_fields",),
    apply=with_points(notice_problem=_strict),
)
