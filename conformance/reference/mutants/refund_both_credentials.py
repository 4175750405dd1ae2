"""Send both credentials in 6203 (MP-RFD-06)."""

from __future__ import annotations

from typing import Any

from conformance.reference.change import Mutant, with_points


def _both(data: dict[str, Any]) -> dict[str, Any]:
    known = data.get("payAuthNo") or data.get("ecToken")
    return {**data, "payAuthNo": known, "ecToken": known}


MUTANT = Mutant(
    "refund_both_credentials",
    "6203 同时带 payAuthNo 和 ecToken",
    caught_by=("RFD-AUTH-001",),
    needs=("refund/all_mixed",),
    apply=with_points(refund_data=_both),
)
