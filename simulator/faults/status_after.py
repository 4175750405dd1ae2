"""The request acts, then a gateway replaces the answer by an HTTP error (MP-FLT-14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from simulator.faults.shape import Fault, Param
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Replace the answer by the status."""
    del entropy
    return replace(raw, status=params["status"], headers=(), body=b"")


FAULT = Fault(
    "status_after",
    "after_seal",
    Said("请求已处理，应答被网关换成HTTP错误"),
    apply,
    (Param("status", 504, 400, 599, Said("HTTP状态码")),),
    ends=True,
)
