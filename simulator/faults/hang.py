"""The request acts, nothing is answered, and the connection stays open until the client gives up."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.faults.shape import MAX_HOLD_MS, Fault, Hang, Param
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> Hang:
    """Answer nothing for `ms`."""
    del raw, entropy
    return Hang(params["ms"])


FAULT = Fault(
    "hang",
    "after_seal",
    Said("应答一直不来，连接不断开"),
    apply,
    (Param("ms", 12_000, 0, MAX_HOLD_MS, Said("连接保持的毫秒数（真实时间）")),),
    ends=True,
)
