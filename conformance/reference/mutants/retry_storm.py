"""Retry thirty times without a pause (MP-FLT-14)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "retry_storm",
    "失败后无间隔重试三十次",
    caught_by=("FLT-5XX-001",),
    needs=("fault/upload_5xx",),
    apply=with_points(attempts=30, pause_s=lambda _attempt: 0.01),
)
