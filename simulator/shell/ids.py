"""Identifiers that the world hands out, in the patterns of centre sheet 2.3 where one is known."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from itertools import count

from simulator.protocol.times import beijing14

_serial = count(secrets.randbelow(1_000_000))


def serial() -> int:
    """The next number of this process, for message ids."""
    return next(_serial)


def _next(digits: int) -> str:
    return f"{serial() % 10**digits:0{digits}d}"


def _digits(number: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(number))


_MAKERS: Mapping[str, Callable[[str, str], str]] = {
    "ORD": lambda region, now: f"ORD{region}{now}{_next(7)}",
    "AUTH": lambda region, now: f"AUTH{region}{now}{_next(7)}",
    "TOKEN": lambda _region, _now: secrets.token_hex(16),
    "EC": lambda region, _now: f"{region}ec{secrets.token_hex(12)}",
    "CODE": lambda _region, _now: "1" + _digits(17),
    "PSN": lambda region, _now: f"{region}{_digits(14)}",
    "MDTRT": lambda _region, now: f"{now[2:]}{_next(7)}",
    "SETL": lambda region, now: f"{region}{now}{_next(7)}",
    "REFD": lambda region, now: f"RFD{region}{now}{_next(7)}",
    "HIFEFD": lambda region, now: f"{region}{now}{_next(7)}",
    "REVS": lambda _region, _now: secrets.token_hex(16),
}


def maker(region: str, wire_ms: int) -> Callable[[str], str]:
    """`Context.ids` for an institution of this 6-digit region at this instant. An unknown kind is our error (KeyError)."""

    def ids(kind: str) -> str:
        return _MAKERS[kind](region, beijing14(wire_ms))

    return ids
