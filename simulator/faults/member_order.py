"""The outer members of the answer come in another order; a signature does not depend on it (MP-SEC-07)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.faults.shape import Fault, edited
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Turn the order of the outer members round."""
    del params, entropy

    def change(envelope: dict[str, Any]) -> None:
        for name in reversed(tuple(envelope)):
            envelope[name] = envelope.pop(name)

    return edited(raw, change)


FAULT = Fault(
    "member_order",
    "after_seal",
    Said("应答外层成员的次序颠倒, 内容与签名不变"),
    apply,
    transports=("sealed",),
)
