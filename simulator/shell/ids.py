"""Identifiers that the world hands out, in the patterns of centre sheet 2.3 where one is known."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from itertools import count

from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.text.times import beijing14

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
    "MDTRT": lambda _region, now: f"{now[2:]}{_next(7)}",
    "SETL": lambda region, now: f"{region}{now}{_next(7)}",
    "REFD": lambda region, now: f"RFD{region}{now}{_next(7)}",
    "HIFEFD": lambda region, now: f"{region}{now}{_next(7)}",
    "REVS": lambda _region, _now: secrets.token_hex(16),
}


def psn_no(region: str, id_no: str) -> str:
    """The 人员编号 of the person with this identity number in this region; without one, a fresh number."""
    if not id_no:
        return region + _digits(14)
    digest = sm3(f"liantiao psn {region} {id_no.upper()}".encode())
    return f"{region}{int.from_bytes(digest, 'big') % 10**14:014d}"


def maker(region: str, wire_ms: int, id_no: str = "") -> Callable[[str], str]:
    """`Context.ids` for an institution of this 6-digit region at this instant. An unknown kind is our error (KeyError).

    A person keeps one 人员编号 for good: it follows from the identity number, so that a vendor that has the
    person on file may have the number on file too.
    """

    def ids(kind: str) -> str:
        return psn_no(region, id_no) if kind == "PSN" else _MAKERS[kind](region, beijing14(wire_ms))

    return ids
