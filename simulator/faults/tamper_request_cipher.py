"""The last block of the request's ciphertext is damaged on the way (MP-SEC-05)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.faults.shape import Fault, edited, other_digit
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Change the last hex digit of `encData`: the padding no longer fits."""
    del params, entropy

    def change(envelope: dict[str, Any]) -> None:
        if envelope.get("encData"):
            envelope["encData"] = other_digit(str(envelope["encData"]), -1)

    return edited(raw, change)


FAULT = Fault(
    "tamper_request_cipher", "before_open", Said("请求密文在途中被改"), apply, transports=("sealed",)
)
