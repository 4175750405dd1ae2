"""The numbers that WeChat gives, in the shape of real ones, and the whole numbers that merchants send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.model.step import Context
from simulator.protocol.text.jsontext import Num
from simulator.protocol.text.times import beijing14

_FEN: Final = re.compile(r"(?:0|[1-9][0-9]{0,11})\Z")
_RFC: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,9})?\+08:00\Z"
)


def _drawn(ctx: Context) -> int:
    return int.from_bytes(sm3(ctx.ids("TOKEN").encode()), "big")


def prepay_id(ctx: Context) -> str:
    """36 characters, as those of real prepay ids."""
    return f"wx{beijing14(ctx.wire_ms)}{_drawn(ctx) % 16**20:020x}"


def digits(ctx: Context, first: str, size: int) -> str:
    """A number of `size` digits that begins with `first`: transaction_id, refund_id, mix_trade_no."""
    return f"{first}{_drawn(ctx) % 10 ** (size - len(first)):0{size - len(first)}d}"


def fen_in(data: Mapping[str, Any], name: str) -> int | None:
    """A JSON whole number of fen, not negative; None when absent, a text, a fraction or something else."""
    value = data.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value >= 0 else None
    return int(value) if isinstance(value, Num) and _FEN.match(value) else None


def rfc_ms(text: str) -> int | None:
    """Unix milliseconds of RFC 3339 with +08:00; None for any other text, `Z` among them (1b.1)."""
    from simulator.protocol.text.times import parse_timestamp

    match = _RFC.match(text)
    read = parse_timestamp("".join(match.groups())) if match else None
    return read[1] if read else None
