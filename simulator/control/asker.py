"""Whether a call of the control API or its page comes from a page of somebody else (DNS rebinding, other origins).

A name that an attacker owns may lead here; the browser then takes us for his site. Names of this machine are known, an
address as a number is nobody's name. The interfaces of the protocol are called by servers and stay open to every name.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from simulator.protocol.text.said import Said, listed

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
CHARS = 100  # of a name that is quoted


def hosts_of(*known: str) -> frozenset[str]:
    """The host names by which the simulator may be called: loopback, and those of these URLs or bare names."""
    found = {name for one in known if (name := _host(one.partition("://")[2] or one))}
    return LOOPBACK | found


def stranger(headers: Mapping[str, str], hosts: frozenset[str]) -> Said | None:
    """Why a request with these headers is refused, None when it is not. `hosts`: the names that are ours."""
    host = headers.get("Host", "")
    name = _host(host)
    if name not in hosts and not _number(name):
        return Said(
            "Host: {} 不是模拟器的名称，可用：{}；其他名称启动时用 --public 声明",
            host[:CHARS],
            listed("、", sorted(hosts)),
        )
    origin = headers.get("Origin")
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        return Said("Origin: {} 不是模拟器自己的页面", origin[:CHARS])
    return None


def _host(place: str) -> str:
    """The host of `host`, `host:port` or `[v6]:port`, in small letters; empty for anything else."""
    try:
        return (urlsplit(f"//{place}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
