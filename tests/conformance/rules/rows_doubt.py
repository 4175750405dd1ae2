"""Rows of the family `doubt`: answers that say nothing, or something odd."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell, paid

SETTLED = ("0", "1", "2", "4", "6")
FALSE = {"total": 6000, "fund": 9900, "account": 900, "cash": 2100}


def odd(
    spoil: Tell, *states: str, word: str = "paid", booked: int = 1, early: bool = False, amounts: Any = None
) -> Tell:
    """The centre goes through `states`, a spoiled 6301 comes, then (unless `early`) a true one."""

    def tell(s: Any) -> None:
        s.upload()
        s.place()
        s.order(*(states or SETTLED))
        spoil(s)
        if not (early or states):
            s.query()
        s.probe(word, booked, amounts=amounts)

    return tell


def unknown(s: Any) -> None:
    s.query("21", faults=("reply",))


def undecided(s: Any) -> None:
    s.query("14")


def refused(s: Any) -> None:
    s.query(code="LT-TIME-WINDOW", faults=("reply",))


def lost(s: Any) -> None:
    s.query(lost=True, faults=("drop_response",))


def unbalanced(s: Any) -> None:
    s.ask("6301", {"payOrdId": "ORD1"}, {"payOrdId": "ORD1", "ordStas": "6", "feeSumamt": "60.00", "fundPay": "99.00",
          "psnAcctPay": "9.00", "ownPayAmt": "21.00"}, faults=("reply",))  # fmt: skip


def another(s: Any) -> None:
    s.ask("6301", {"payOrdId": "ORD1"}, {"payOrdId": "ORD9", "ordStas": "6", "feeSumamt": "60.00", "fundPay": "30.00",
          "psnAcctPay": "9.00", "ownPayAmt": "21.00"}, faults=("reply",))  # fmt: skip


def ordered(state: str, *centre: str, code: str = "", lost: bool = True) -> Tell:
    """A payment whose 6202 acted; its answer was lost or came."""

    def tell(s: Any) -> None:
        def during() -> None:
            s.upload()
            s.place(lost=lost, faults=("drop_response",) if lost else ())
            s.order(*centre)

        s.pay(during=during, state=state, code=code)

    return tell


def revoke(
    state: str, *centre: str, code: str = "LT-BUSY", word: str = "pending", again: bool = False
) -> Tell:
    """A cancel whose 6401 was refused (`again`: and then accepted)."""

    def during(s: Any) -> None:
        s.ask("6401", {"payOrdId": "ORD1"}, code=code)
        if again:
            s.ask("6401", {"payOrdId": "ORD1"})

    def tell(s: Any) -> None:
        s.upload()
        s.order("0", "1")
        s.call("cancel", {"bill_id": "B1"}, state=state, during=lambda: during(s))
        s.order(*centre)
        s.probe(word, 0)

    return tell


def ordered_behind_the_answer(s: Any) -> None:
    """`accepted` was answered before the 6202 went out and got lost."""
    s.pay(order="ORD1", shown="pending")
    s.upload()
    s.order("0", "1")
    s.place(lost=True)
    s.query("1")


TABLE: tuple[Row, ...] = (
    ("doubt.unknown_state", GREEN, odd(unknown)),
    ("doubt.unknown_state", GREEN, odd(unknown, "0", "1", "12", word="cancelled", booked=0)),
    ("doubt.unknown_state", RED, odd(unknown, early=True)),
    ("doubt.unknown_state", RED, odd(unknown, word="failed", booked=0)),
    ("doubt.unknown_state", NOTHING, paid),
    ("doubt.abnormal", GREEN, odd(undecided, "0", "1", "14", word="manual", booked=0)),
    ("doubt.abnormal", RED, odd(undecided, "0", "1", "14")),
    ("doubt.abnormal", NOTHING, paid),
    ("doubt.failed_query", GREEN, odd(refused)),
    ("doubt.failed_query", GREEN, odd(lost, word="manual", booked=0)),
    ("doubt.failed_query", RED, odd(refused, word="failed", booked=0)),
    ("doubt.failed_query", RED, odd(lost, word="pending", booked=0, early=True)),
    ("doubt.failed_query", NOTHING, odd(refused, "0", "1", word="pending", booked=0)),
    ("doubt.unbalanced_query", GREEN, odd(unbalanced)),
    ("doubt.unbalanced_query", RED, odd(unbalanced, early=True)),
    ("doubt.unbalanced_query", RED, odd(unbalanced, amounts=FALSE)),
    ("doubt.unbalanced_query", NOTHING, paid),
    ("doubt.other_order", GREEN, odd(another)),
    ("doubt.other_order", RED, odd(another, early=True)),
    ("doubt.other_order", NOTHING, odd(refused)),
    ("doubt.unsure_is_not_refused", GREEN, ordered("accepted", "0", "1", "6")),
    ("doubt.unsure_is_not_refused", GREEN, ordered("refused", "0", "1", "12", code="DECLINED")),
    ("doubt.unsure_is_not_refused", RED, ordered("refused", "0", "1", code="DECLINED")),
    ("doubt.unsure_is_not_refused", GREEN, ordered_behind_the_answer),
    ("doubt.unrevoked", GREEN, revoke("accepted")),
    ("doubt.unrevoked", GREEN, revoke("done", "12", again=True, word="cancelled")),
    ("doubt.unrevoked", RED, revoke("done")),
    ("doubt.unrevoked", RED, revoke("accepted", word="cancelled")),
    ("doubt.unrevoked", NOTHING, revoke("done", code="0", word="cancelled")),
    ("doubt.unsure_is_not_refused", NOTHING, ordered("accepted", "0", "1", lost=False)),
)  # fmt: skip
