"""The request acts, then the connection is reset in place of an answer."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.faults.shape import Fault, Reset
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> Reset:
    """Reset the connection."""
    del raw, params, entropy
    return Reset()


FAULT = Fault(
    "reset",
    "after_seal",
    Said("请求已处理，连接被重置（RST）"),
    apply,
    ends=True,
)
