"""Why a peer that was called gave no answer, in words: refused, unknown, out of reach, late, cut. Pure.

A client says of a connection that failed what the system said (`os_error`); anything else failed on a connection that stood.
"""

from __future__ import annotations

from simulator.protocol.text.said import Said

CONNECT_S = 8.0
"""Ample: on a busy machine (ours included) a connection of the same host was seen to take more than three seconds."""


def connect_s(within_s: float) -> float:
    """The limit of a connection: one that does not stand by then is out of reach, not late."""
    return min(CONNECT_S, within_s * 0.9)


def no_answer(error: BaseException, within_s: float) -> Said:
    """What kept the answer away; `within_s`: the limit of the whole call."""
    cause = getattr(error, "os_error", None)
    if unconnected(error):
        if isinstance(error, TimeoutError):
            return Said("{} 秒内连不上, 地址不通或被防火墙丢弃", f"{connect_s(within_s):g}")
        if isinstance(cause, ConnectionRefusedError):
            return Said("连接被拒绝, 该地址没有程序在监听")
        kinds = {kind.__name__ for kind in type(cause).__mro__}  # this ring knows no socket
        if "gaierror" in kinds:
            return Said("主机名解析不了")
        if "SSLError" in kinds:
            return Said("TLS 握手失败")
        return Said("连不上 ({})", type(cause or error).__name__)
    if isinstance(error, TimeoutError):
        return Said("连上了, 但 {} 秒内没有应答", f"{within_s:g}")
    return Said("连上了, 但没有给出完整的应答就断开 ({})", type(error).__name__)


def unconnected(error: BaseException) -> bool:
    """Whether no connection came about, so that the peer cannot have read anything."""
    late = isinstance(error, TimeoutError) and type(error).__name__.startswith("Connection")
    return late or hasattr(error, "os_error")
