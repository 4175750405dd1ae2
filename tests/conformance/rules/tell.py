"""What the rows of several families tell, and the words of a row: rule, wanted verdict, the flow it is held against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Tell = Callable[[Any], object]
Row = tuple[str, str, Tell]
GREEN, RED, NOTHING = "pass", "fail", "n/a"


def paid(s: Any) -> None:
    s.paid()


def with_facts(name: str, **d: Any) -> Tell:
    """A single sealed request with one bad fact."""

    def tell(s: Any) -> None:
        seen = [{"n": "sign.verify", "ok": True}, {"n": name, "ok": False, "note": f"{name} 不对", "d": d}]
        s.upload(facts=seen)

    return tell


def fresh_code(s: Any) -> None:
    s.authorise()
    s.pay()


def read_back(state: str, booked: int, **how: Any) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()), order="ORD1", shown="pending")
        s.settled()
        s.later(2_000).probe(state, booked, **how)

    return tell


ONE = {"bill_id": "B1", "auth_code": "11~r"}


def noted(s: Any) -> None:
    detail = {"total": 6000, "fund": 3000, "account": 900, "cash": 2100}
    s.add(
        "world",
        "P1",
        what="order",
        d={"key": "ORD1", "before": "5", "after": "6", "why": "", "detail": detail},
    )


def declined(**how: Any) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: s.upload(code="LT-INPATIENT"), **{"state": "refused", "shown": "failed", **how})

    return tell
