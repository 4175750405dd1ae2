"""The endings that a correct hospital may reach, by name, and what a row of `expect` says of each. Pure.

A scenario demands a set of endings: those that contracts 10, the driver contract or the case allow. A row with a single
right ending states its members; a row with several lists them under `endings`, and what stands beside holds for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conformance.evidence.values import rows
from simulator.protocol.text.said import Said

ENDINGS: Mapping[str, Said] = {
    "paid": Said("已支付"),
    "not_booked_alarm": Said("未入账, 告警或转人工"),
    "revoked": Said("扣款前已撤销"),
    "refused": Said("被拒绝, 未扣款"),
    "failed": Said("支付失败, 未扣款"),
    "already_done": Said("按已完成应答"),
    "waiting": Said("仍在等待支付结果"),
    "refunded": Said("已退费"),
    "refund_refused": Said("退费被拒绝, 原单不变"),
    "refund_pending": Said("退费处理中"),
}
"""What a row of `endings` may be called (`is`)."""
MEMBERS = ("centre", "orders", "vendor", "booked", "patient_state", "refunds", "amounts")
"""What of an ending can be looked at; a member left out is not."""


def allowed(row: Mapping[str, Any]) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """(name, members) of every ending that a row of `expect` allows; a row without `endings` has one without a name."""
    shared = {name: row[name] for name in MEMBERS if name in row}
    found = rows(row, "endings")
    if not found:
        return (("", shared),)
    return tuple((str(one.get("is", "")), {**shared, **_members(one)}) for one in found)


def last_words(expect: Sequence[Mapping[str, Any]], alias: str) -> frozenset[str]:
    """Every `order_state` of the vendor that an ending of this person ends with."""
    stated = (
        members.get("vendor", ()) for row in expect if row["person"] == alias for _, members in allowed(row)
    )
    return frozenset(word for given in stated for word in ([given] if isinstance(given, str) else given))


def last_states(expect: Sequence[Mapping[str, Any]], alias: str) -> frozenset[str]:
    """Every state of the centre's order (`none`: there is none) that an ending of this person ends with."""
    stated = (
        members.get("centre", ()) for row in expect if row["person"] == alias for _, members in allowed(row)
    )
    return frozenset(word for given in stated for word in many(given))


def _members(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in MEMBERS if name in one}


def titled(name: str) -> Said:
    """What an ending is called; the name itself where a later version knows it."""
    return ENDINGS.get(name) or Said("{}", name)


def many(value: Any) -> tuple[Any, ...]:
    """A value or a list of values, as a tuple."""
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)
