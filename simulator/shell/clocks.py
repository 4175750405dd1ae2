"""The clocks of the shell: wire time and measured time. Timer time is wire time plus a person's offset."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def monotonic_ns() -> int:
    """Measured time: a clock that never jumps."""
    return time.monotonic_ns()


def wall_ms() -> int:
    """Wire time: the machine's clock in Unix milliseconds."""
    return time.time_ns() // 1_000_000


def iso(unix_ms: int) -> str:
    """Beijing time as `2026-11-22T15:00:00.123+08:00`, whatever the machine's zone."""
    return datetime.fromtimestamp(unix_ms / 1000, BEIJING).isoformat(timespec="milliseconds")
