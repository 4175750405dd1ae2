"""Rows of the family `matching`: members of a notice that are not the order's."""

from __future__ import annotations

from typing import Any

from rows_notify import strange_notice
from tell import GREEN, NOTHING, RED, Row, Tell, paid


def told_apart(booked: int, **changes: Any) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
        s.order("0", "1")
        seq = s.notice(kind="altered", accepted=False, **changes)
        s.records[seq - 1]["institution"] = "H1"
        s.probe("paid" if booked else "pending", booked)

    return tell


TABLE: tuple[Row, ...] = (
    ("matching.order_number", GREEN, told_apart(0, medOrgOrd="M9")),
    ("matching.order_number", RED, told_apart(1, medOrgOrd="M9")),
    ("matching.order_number", RED, told_apart(1, payOrdId="ORD9")),
    ("matching.order_number", NOTHING, told_apart(1, fundPay="1.00")),
    ("matching.order_number", NOTHING, paid),
    ("matching.institution", GREEN, told_apart(0, orgCode="H9")),
    ("matching.institution", RED, told_apart(1, orgCode="H9")),
    ("matching.institution", NOTHING, told_apart(1, orgCode="H1")),
    ("matching.state", GREEN, told_apart(0, ordStas="15")),
    ("matching.state", RED, told_apart(1, ordStas="15")),
    ("matching.state", NOTHING, told_apart(1, ordStas="6")),
    ("matching.state", NOTHING, strange_notice("forged", accepted=False)),
)
