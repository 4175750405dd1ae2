"""One detail line is a fen off (MP-PAY-09)."""

from __future__ import annotations

from typing import Any

from conformance.reference.change import Mutant, upload_with
from simulator.protocol.text.money import to_fen, to_yuan


def _a_fen_more(data: dict[str, Any]) -> dict[str, Any]:
    first, *rest = data["feedetailList"]
    more = {**first, "detItemFeeSumamt": to_yuan(to_fen(first["detItemFeeSumamt"]) + 1)}
    return {**data, "feedetailList": [more, *rest]}


MUTANT = Mutant(
    "detail_sum_off",
    "明细合计与总额差一分",
    caught_by=("PAY-SUM-001",),
    needs=("pay/clinic_mixed",),
    apply=upload_with(_a_fen_more),
)
