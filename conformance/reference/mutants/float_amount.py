"""Turn fen to yuan through a binary double and cut it off (MP-PAY-16)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points


def _by_double(fen: int) -> str:
    return f"{int(fen / 100 * 100) / 100:.2f}"


MUTANT = Mutant(
    "float_amount",
    "金额经过浮点数再截断",
    caught_by=("PAY-BILL-001",),
    needs=("pay/amount_edges",),
    apply=with_points(yuan=_by_double),
)
