"""One row of the table of refusal codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulator.protocol.text.said import Said

SEALED: Final = ("6201", "6202", "6203", "6301", "6302", "6401")
FSI: Final = ("1101", "2201", "2202")
PORTAL: Final = ("userQuery",)
ALL: Final = SEALED + FSI + PORTAL
CREDENTIAL: Final = ("1101", "6201", "6202", "6203")


@dataclass(frozen=True, slots=True)
class Code:
    """`sentence`: what an answer with this code says where nothing more particular is known.

    `cause`, `confirm`, `fix`: what happened, how to be sure, what to do. `facts`: the bad facts that are answered with it.
    """

    code: str
    sentence: Said
    cause: Said
    confirm: Said
    fix: Said
    interfaces: tuple[str, ...]
    facts: tuple[str, ...] = ()
