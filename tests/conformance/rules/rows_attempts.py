"""Rows of the family `attempts`: one bill paid again."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell


def again(
    *before: str, bills: tuple[str, str] = ("B1", "B1"), state: str = "accepted", new: bool = True
) -> Tell:
    """A second payment after the first order went through `before`; `new`: it makes an order."""

    def first(s: Any) -> None:
        s.upload()
        s.order(*before)

    def second(s: Any) -> None:
        if new:
            s.upload("ORD2", "M2", "AUTH~a2")
            s.order("0", "1", number="ORD2", ours="M2")

    def tell(s: Any) -> None:
        s.pay((bills[0],), during=lambda: first(s))
        s.pay((bills[1],), during=lambda: second(s), state=state)

    return tell


def same_number(number: str, *before: str) -> Tell:
    """The second payment uploads under `number` after the first order went through `before`."""

    def tell(s: Any) -> None:
        s.pay(("B1",), during=lambda: (s.upload(), s.order(*before)))
        s.pay(("B1",), during=lambda: s.upload("ORD2", number, "AUTH~a2"))

    return tell


TABLE: tuple[Row, ...] = (
    ("attempts.one_live_order", GREEN, again("0", "1", new=False, state="refused")),
    ("attempts.one_live_order", GREEN, again("0", "1", "12")),
    ("attempts.one_live_order", GREEN, again("0", "1", "2", "15")),
    ("attempts.one_live_order", RED, again("0", "1")),
    ("attempts.one_live_order", RED, again("0", "1", "6")),
    ("attempts.one_live_order", NOTHING, again("0", "1", bills=("B1", "B2"))),
    ("attempts.new_number", GREEN, same_number("M2", "0", "1", "15")),
    ("attempts.new_number", RED, same_number("M1", "0", "1", "15")),
    ("attempts.new_number", NOTHING, same_number("M1", "0", "1")),
)
