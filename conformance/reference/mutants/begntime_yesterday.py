"""Write yesterday as the begin of today's visit (MP-REG-04)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points
from simulator.protocol.text.times import beijing_dt

DAY_MS = 24 * 3600 * 1000


MUTANT = Mutant(
    "begntime_yesterday",
    "当日挂号的 begntime 写成昨天",
    caught_by=("REG-DATE-001",),
    needs=("register/today",),
    apply=with_points(begntime=lambda now: beijing_dt(now - DAY_MS)),
)
