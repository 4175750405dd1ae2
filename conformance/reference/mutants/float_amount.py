"""Multiply price and count as binary doubles and cut the fen off (MP-PAY-16)."""

from __future__ import annotations

from typing import Any

from conformance.reference.change import Mutant, upload_with


def _by_double(data: dict[str, Any]) -> dict[str, Any]:
    lines = [
        {**line, "detItemFeeSumamt": _cut(float(line["pric"]) * float(line["cnt"]))}
        for line in data["feedetailList"]
    ]
    total = sum(float(line["detItemFeeSumamt"]) for line in lines)
    return {**data, "feedetailList": lines, "medfeeSumamt": _cut(total)}


def _cut(yuan: float) -> str:
    return f"{int(yuan * 100) / 100:.2f}"


MUTANT = Mutant(
    "float_amount",
    "金额用浮点数相乘再截断",
    caught_by=("PAY-BILL-001",),
    needs=("pay/amount_edges",),
    apply=upload_with(_by_double),
)
