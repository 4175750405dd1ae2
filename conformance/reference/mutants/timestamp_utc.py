"""Write the 14-digit timestamp in UTC (contracts 3: it is Beijing time)."""

from __future__ import annotations

from conformance.reference.change import Mutant, sealed_with
from simulator.protocol.text.times import beijing14

EIGHT_HOURS_MS = 8 * 3600 * 1000


MUTANT = Mutant(
    "timestamp_utc",
    "14 位时间戳用了 UTC 时间",
    caught_by=("ENV-TIME-001",),
    needs=("pay/clinic_mixed",),
    apply=sealed_with(lambda _keys, now: {"timestamp": beijing14(now - EIGHT_HOURS_MS)}),
)
