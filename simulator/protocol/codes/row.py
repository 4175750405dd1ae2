"""One row of the table of refusal codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SEALED: Final = ("6201", "6202", "6203", "6301", "6302", "6401")
FSI: Final = ("1101", "2201", "2202")
PORTAL: Final = ("userQuery",)
ALL: Final = SEALED + FSI + PORTAL
CREDENTIAL: Final = ("1101", "6201", "6202", "6203")


@dataclass(frozen=True, slots=True)
class Code:
    """`name` and `zh` are the short name and the sentence in Chinese, `en` the sentence in English.

    `cause`, `confirm`, `fix`: what happened, how to be sure, what to do (Chinese); `help_en` says the three in
    English. `facts`: the bad facts that are answered with this code.
    """

    code: str
    name: str
    zh: str
    en: str
    cause: str
    confirm: str
    fix: str
    help_en: str
    interfaces: tuple[str, ...]
    facts: tuple[str, ...] = ()
