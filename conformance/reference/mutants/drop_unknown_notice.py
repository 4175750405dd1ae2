"""Acknowledge and drop a notice that comes before the 6202 answer (MP-NTF-07)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points
from conformance.reference.notices import OK

MUTANT = Mutant(
    "drop_unknown_notice",
    "先到的通知应答成功后丢弃",
    caught_by=("NTF-EARLY-001",),
    needs=("notify/early",),
    apply=with_points(keep_early=lambda _hospital, _order, _data: OK, poll_pause_s=lambda _count: None),
)
