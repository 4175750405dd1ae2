"""The other end of a connection as evidence names it: `ip:port`, `[ip]:port` for IPv6 (contracts 10)."""

from __future__ import annotations

import asyncio
from typing import Any

from yarl import URL


def peer_of(transport: asyncio.BaseTransport | None) -> str:
    """The address that a connection came from; empty when it is gone or has none."""
    name: Any = transport.get_extra_info("peername") if transport is not None else None
    return _shown(str(name[0]), int(name[1])) if isinstance(name, (tuple, list)) and len(name) >= 2 else ""


def host_of(transport: asyncio.BaseTransport | None) -> str:
    """The host of `peer_of`: what connections are counted by. Empty when there is none."""
    name: Any = transport.get_extra_info("peername") if transport is not None else None
    return str(name[0]) if isinstance(name, (tuple, list)) and len(name) >= 2 else ""


def peer_at(url: str) -> str:
    """Where a message of ours goes: the host and port of its address, as it is written there."""
    where = URL(url)
    return _shown(where.host or "", where.port or 0)


def host_in(peer: str) -> str:
    """The host of an address as evidence names it."""
    return peer.rpartition(":")[0]


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
