"""Act on whatever looks like a notice, without verifying it (MP-NTF-05)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.reference.change import Mutant, with_points
from simulator.protocol.wire.envelope import Opened


def _unverified(opened: Opened) -> Mapping[str, Any] | None:
    return opened.data if isinstance(opened.data, Mapping) else None


MUTANT = Mutant(
    "skip_notice_verify",
    "通知不验签就处理",
    caught_by=("NTF-SIGN-001",),
    needs=("notify/forged",),
    apply=with_points(read_notice=_unverified),
)
