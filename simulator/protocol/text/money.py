"""Every amount is an integer number of fen inside; yuan text is read and written here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from simulator.protocol.text.said import Said, Text

MAX_YUAN_DIGITS: Final = 14
"""Digits before the point: the sheet's decimals are 16,2."""

_YUAN: Final = re.compile(r"(-?)(0|[1-9][0-9]{0,13})(?:\.([0-9]{1,2})(0{0,2}))?\Z")


class MoneyError(ValueError):
    """The text is not an amount in yuan with at most two decimals; the text is one line."""


def to_fen(value: object, *, negative: bool = False, places: int = 2) -> int:
    """Read yuan (`"12.50"`, `Num("12.5")`, or an int of whole yuan) as fen, exactly.

    Plain decimals only: no exponent, no sign unless `negative`, no leading zeros, at most two
    decimals and 14 digits before the point (sheet 9: non-negative, at most 2 decimals). Raises MoneyError.
    `places` 4: also `12.5000`, as a column of four decimals writes it (sheet 22); what no fen can hold stays an error.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise MoneyError(Said("金额应为元的十进制数, 收到的是 {}", _kind(value)))
    text = str(value)
    match = _YUAN.match(text)
    if match is None or len(match[3] or "") + len(match[4] or "") > places:
        raise MoneyError(Said("金额 {} 应为元, 最多两位小数, 如 12.50", repr(text[:40])))
    sign, yuan, cents, _ = match.groups()
    fen = int(yuan) * 100 + int((cents or "0").ljust(2, "0"))
    if sign and not negative:
        raise MoneyError(Said("金额 {} 不能为负", repr(text[:40])))
    return -fen if sign else fen


def to_yuan(fen: int) -> str:
    """Write fen as yuan with exactly two decimals: `1250 -> "12.50"`."""
    sign = "-" if fen < 0 else ""
    yuan, cents = divmod(abs(fen), 100)
    return f"{sign}{yuan}.{cents:02d}"


_KINDS: Final[Mapping[str, Text]] = {
    "bool": Said("布尔值"), "float": Said("浮点数"), "NoneType": "null", "dict": Said("对象"), "list": Said("数组"),
}  # fmt: skip


def _kind(value: object) -> Text:
    name = type(value).__name__
    return _KINDS.get(name, name)
