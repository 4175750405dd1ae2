"""A gateway in front answers with an HTTP error; the request never acts (MP-FLT-14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from simulator.faults.shape import Fault, Param
from simulator.protocol.text.said import Said
from simulator.protocol.wire.raw import RawMessage


def apply(raw: RawMessage, params: Mapping[str, int], entropy: bytes) -> RawMessage:
    """Answer with the status in the request's stead."""
    del entropy
    return replace(raw, status=params["status"], headers=(), body=b"")


FAULT = Fault(
    "status_before",
    "before_act",
    Said("网关直接返回HTTP错误，请求未处理"),
    apply,
    (Param("status", 502, 400, 599, Said("HTTP状态码")),),
    ends=True,
)
