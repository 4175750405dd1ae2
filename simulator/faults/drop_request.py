"""The request is lost on the way: nothing acts, nothing is answered (MP-FLT-01)."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.faults.shape import Drop, Fault
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> Drop:
    """Lose the request."""
    del raw, params, entropy
    return Drop()


FAULT = Fault("drop_request", "before_act", Said("请求未到达：不处理、不应答，连接断开"), apply, ends=True)
