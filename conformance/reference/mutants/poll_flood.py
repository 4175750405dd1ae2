"""Ask 6301 ten times a second (contracts 10)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "poll_flood",
    "每秒查询十次",
    caught_by=("FLT-POLL-001",),
    needs=("notify/lost",),
    apply=with_points(query_spacing_s=0.0, poll_pause_s=lambda count: 0.1 if count < 100 else None),
)
