"""The answer is signed, correctly, with a key that is not the platform's."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.faults.shape import Fault
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Leave the bytes alone: the shell has sealed them with the foreign key."""
    del params, entropy
    return raw


FAULT = Fault(
    "wrong_key",
    "after_seal",
    Said("应答由另一把私钥签名"),
    apply,
    foreign_key=True,
    transports=("sealed", "wechat"),
)
