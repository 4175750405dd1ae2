"""The answer comes drop by drop."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.faults.shape import MAX_HOLD_MS, Drip, Fault, Param
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> Drip:
    """Send the body in pieces over `ms`."""
    del entropy
    return Drip(raw, params["ms"])


FAULT = Fault(
    "slow_drip",
    "after_seal",
    Said("应答逐段到达，拖得很慢"),
    apply,
    (Param("ms", 12_000, 0, MAX_HOLD_MS, Said("整个应答用去的毫秒数（真实时间）")),),
    ends=True,
)
