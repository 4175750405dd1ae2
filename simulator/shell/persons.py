"""Synthetic persons: a name by faker, an identity number that no living person can have."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache
from typing import Any

from simulator.protocol.text.idnumber import COUNTY, ID_CARD, check_digit

PROVINCES = (
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41",
    "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65",
)  # fmt: skip
PHONE_PREFIX = "199000"  # the range that this project writes synthetic phones in


NAME_CHARS = 3
DRAWS = 50


def id_number() -> str:
    """A well-formed identity number in a county that does not exist."""
    birth = f"{1950 + secrets.randbelow(55)}{1 + secrets.randbelow(12):02d}{1 + secrets.randbelow(28):02d}"
    first17 = secrets.choice(PROVINCES) + COUNTY + birth + f"{secrets.randbelow(1000):03d}"
    return first17 + check_digit(first17)


def new_identity(taken: Callable[[str], bool]) -> dict[str, str]:
    """Name, id_no, id_type, openid and phone of a person whose number is not `taken`."""
    number = id_number()
    while taken(number):
        number = id_number()
    return {
        "name": _name(),
        "id_no": number,
        "id_type": ID_CARD,
        "openid": "o" + secrets.token_urlsafe(21)[:27],
        "phone": PHONE_PREFIX + f"{secrets.randbelow(10**5):05d}",
    }


def _name() -> str:
    """A name of three characters or more where one comes: of two, many are words too, and are looked for in logs."""
    drawn = (_faker().name() for _ in range(DRAWS))
    return next((name for name in drawn if len(name) >= NAME_CHARS), "") or str(_faker().name())


@cache
def _faker() -> Any:
    from faker import Faker  # 0.3 s: only when the first person is made

    return Faker("zh_CN")
