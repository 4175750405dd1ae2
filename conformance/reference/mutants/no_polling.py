"""Wait for the notice and never ask (MP-NTF-02)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "no_polling",
    "只等通知, 从不查询",
    caught_by=("NTF-LOST-001",),
    needs=("notify/lost",),
    apply=with_points(poll_pause_s=lambda _count: None),
)
