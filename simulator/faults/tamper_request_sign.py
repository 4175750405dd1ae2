"""One bit of the request's signature turns on the way: the centre must refuse (MP-SEC-04)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.faults.shape import Fault, edited
from simulator.faults.sign_bit import one_bit_off
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Turn one bit of `signData`."""
    del params, entropy

    def change(envelope: dict[str, Any]) -> None:
        if "signData" in envelope:
            envelope["signData"] = one_bit_off(str(envelope["signData"]))

    return edited(raw, change)


FAULT = Fault(
    "tamper_request_sign", "before_open", Said("请求签名在途中被改一位"), apply, transports=("sealed",)
)
