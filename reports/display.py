"""Values made safe and readable: every text of a run passes through here before anything shows it.

Vendors write what they like into messages. A shown text therefore has no control, surrogate or
bidirectional character (they become `⟦U+202E⟧`), no text is longer than `TEXT_LIMIT`, no value
deeper or wider than the limits below; what was cut is stated in place as `〔+N〕`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

TEXT_LIMIT = 2000
"""Characters of one text that a report shows."""
VALUE_LIMIT = 400
"""Characters of one member of a decoded message that a report shows."""
DEPTH_LIMIT = 16
WIDTH_LIMIT = 400

STARS = 6
"""Asterisks for a masked value of unknown length."""
LENGTHS: Mapping[str, int] = {
    **dict.fromkeys(("name", "username", "psnname", "patientname", "familyname", "certname", "coner"), 3),
    **dict.fromkeys(("idno", "idnumber", "certno", "familyidno", "idcard", "usercardno", "cardno"), 18),
    **dict.fromkeys(("phone", "tel", "mobile", "conertel"), 11),
    **dict.fromkeys(("openid", "qrcode", "authcode", "eccode", "ecqrcode", "ectoken"), 28),
    **dict.fromkeys(("payauthno", "familypayauthno", "mdtrtcertno"), 32),
    **dict.fromkeys(("paytoken", "revstoken", "businesstoken"), 32),
    "psnno": 20, "brdy": 10, "addr": 16, "address": 16, "bankaccount": 19, "cardsn": 16, "signno": 16,
}  # fmt: skip
"""How long the values of a masked field are, by its name in lower case: what the asterisks stand for."""

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_TAIL = re.compile(r"~([0-9a-f]{10})(?![0-9a-f])")


def shown(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` without hidden characters, at most `limit` characters and the count of what was cut."""
    if len(text) <= limit and text.isprintable():
        return text
    cut = len(text) - limit
    if cut > 0:
        text = text[:limit]
    text = _HIDDEN.sub(lambda hit: f"⟦U+{ord(hit[0]):04X}⟧", text.replace("\r\n", "\n").replace("\r", "\n"))
    return f"{text}…〔+{cut}〕" if cut > 0 else text


def clean(value: Any, limit: int = TEXT_LIMIT, depth: int = DEPTH_LIMIT, key: str = "") -> Any:
    """A JSON value in which every text is `shown` and `starred` and depth and width have their limits; never raises."""
    if isinstance(value, str):
        return value if _plain(value, limit) else starred(shown(value, limit), key)
    if value is None or isinstance(value, bool):
        return value
    kind = type(value)
    if kind is dict and depth > 0 and len(value) <= WIDTH_LIMIT:  # what a record is made of
        return {
            _name(str(name)): member
            if type(member) is str and _plain(member, limit)
            else clean(member, limit, depth - 1, str(name))
            for name, member in value.items()
        }
    if kind is list and depth > 0 and len(value) <= WIDTH_LIMIT:
        return [clean(member, limit, depth - 1, key) for member in value]
    if isinstance(value, int):
        return value if abs(value) < 1 << 63 else shown(f"{value:x}", limit)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if depth <= 0:
        return "…〔+〕"
    if isinstance(value, Mapping):
        out = {
            _name(str(name)): clean(member, limit, depth - 1, str(name))
            for name, member in list(value.items())[:WIDTH_LIMIT]
        }
        if len(value) > WIDTH_LIMIT:
            out["…"] = f"〔+{len(value) - WIDTH_LIMIT}〕"
        return out
    if isinstance(value, Sequence):
        items = [clean(member, limit, depth - 1, key) for member in value[:WIDTH_LIMIT]]
        return [*items, f"〔+{len(value) - WIDTH_LIMIT}〕"] if len(value) > WIDTH_LIMIT else items
    return shown(str(value), limit)


def _plain(text: str, limit: int) -> bool:
    """Whether a text is shown as it is."""
    return len(text) <= limit and "~" not in text and text.isprintable()


@lru_cache(maxsize=4096)
def _name(text: str) -> str:
    """The name of a member as it is shown."""
    return shown(text, 120)


def starred(text: str, key: str = "") -> str:
    """`text` with an asterisk for each character that a masked value hides, as far as its field `key` tells.

    A value that the masker itself filled up stays as it is.
    """
    if "~" not in text:
        return text
    whole = LENGTHS.get(key.replace("_", "").replace("-", "").lower(), 0)

    def filled(hit: re.Match[str]) -> str:
        if text[: hit.start()].endswith("*"):
            return hit[0]
        alone = whole and hit.end() == len(text)
        return "*" * (max(2, whole - hit.start()) if alone else STARS) + hit[0]

    return _TAIL.sub(filled, text)


def part_shown(text: str, ends: int = 4) -> str:
    """An identifier with its ends, and an asterisk for each character between them."""
    hidden = len(text) - 2 * ends
    return f"{text[:ends]}{'*' * hidden}{text[-ends:]}" if hidden > 0 else text


def without_tails(text: str) -> str:
    """`text` without the pseudonym tails (`~` and 10 hex digits) of masked values."""
    return _TAIL.sub("", text)


def tails(text: str) -> list[tuple[str, str]]:
    """`text` in pieces `(plain text, mark after it)`; the mark is the first 4 hex of a pseudonym tail."""
    out: list[tuple[str, str]] = []
    at = 0
    for hit in _TAIL.finditer(text):
        out.append((text[at : hit.start()], hit[1][:4]))
        at = hit.end()
    if at < len(text) or not out:
        out.append((text[at:], ""))
    return out


def yuan(text: str) -> Decimal | None:
    """The amount written in `text` (yuan), or None when it is not one."""
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < Decimal(10) ** 14 else None


def scalar(value: Any) -> str:
    """One JSON scalar as a reader expects it: texts bare, true/false/null in JSON spelling."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def clock(wire: str) -> str:
    """`2026-11-22 15:00:00.123` out of an ISO time; other texts as they are."""
    return f"{wire[:10]} {wire[11:23]}" if re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", wire) else wire


def clock_short(wire: str) -> str:
    """`15:00:00.123` out of an ISO time; other texts as they are."""
    text = clock(wire)
    return text[11:] if text != wire else wire[:23]


def minute(wire: str) -> str:
    """`2026-11-22 15:00:00` out of an ISO time; other texts as they are."""
    return clock(wire)[:19]
