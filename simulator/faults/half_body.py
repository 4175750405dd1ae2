"""The answer breaks off in the middle of its body."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.faults.shape import Fault, Half
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> Half:
    """Cut the body short of the length that the head promises."""
    del params, entropy
    return Half(raw)


FAULT = Fault(
    "half_body",
    "after_seal",
    Said("应答只到一半，连接断开"),
    apply,
    ends=True,
)
