"""The request acts, its answer is lost: the outcome is unknown to the caller (MP-FLT-02)."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.faults.shape import Drop, Fault
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> Drop:
    """Lose the answer."""
    del raw, params, entropy
    return Drop()


FAULT = Fault("drop_response", "after_seal", Said("请求已处理，应答丢失，连接断开"), apply, ends=True)
