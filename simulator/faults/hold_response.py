"""The answer comes late, by default later than a client waits."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.faults.shape import MAX_HOLD_MS, Fault, Hold, Param
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> Hold:
    """Keep the answer back for `ms`."""
    del entropy
    return Hold(raw, params["ms"])


FAULT = Fault(
    "hold_response",
    "after_seal",
    Said("请求已处理，应答推迟"),
    apply,
    (Param("ms", 12_000, 0, MAX_HOLD_MS, Said("推迟的毫秒数（真实时间）")),),
)
