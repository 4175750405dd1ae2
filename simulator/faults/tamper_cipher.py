"""The last block of the answer's ciphertext is damaged: it cannot be decrypted (MP-SEC-05)."""

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


FAULT = Fault("tamper_cipher", "after_seal", Said("应答密文被改，无法解密"), apply, transports=("sealed",))
