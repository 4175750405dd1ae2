"""The answer carries no signature, as some middle platforms send their failures (sheet 2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.faults.shape import Fault, edited
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Take `signData` out."""
    del params, entropy

    def change(envelope: dict[str, Any]) -> None:
        envelope.pop("signData", None)

    return edited(raw, change)


FAULT = Fault("unsigned", "after_seal", Said("应答不带签名"), apply, transports=("sealed",))
