"""Book whatever amounts a verified notice brings (MP-NTF-06)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "trust_notice",
    "直接采用通知里的金额",
    caught_by=("NTF-MATCH-001",),
    needs=("notify/altered",),
    apply=with_points(notice_problem=lambda _data, _order, _code: "", agrees=lambda _amounts, _order: True),
)
