"""Rows of the family `outcome`: what becomes of a refund."""

from __future__ import annotations

from typing import Any

from rows_refund import WHOLE
from tell import GREEN, NOTHING, ONE, RED, Row, Tell, noted

SECOND = {"bill_id": "B1", "auth_code": "11~s"}


def settled(s: Any) -> None:
    s.pay(during=lambda: (s.upload(), s.place()))
    s.settled()


def given_back(s: Any, serial: str = "R1") -> None:
    s.add(
        "world",
        "P1",
        what="refund",
        d={"key": serial, "before": "", "after": "SUCC", "why": "", "detail": {}},
    )


def asked(state: str, *during: Tell, **how: Any) -> Tell:
    """A paid order and one refund call during which these things happen."""

    def tell(s: Any) -> None:
        settled(s)
        s.call("refund_bill", ONE, state=state, during=lambda: [act(s) for act in during], **how)

    return tell


def spoiled(s: Any) -> None:
    s.refund(faults=("tamper_sign",))


def failed_then(*then: Tell, state: str = "refused", serial: str = "R2") -> Tell:
    """A refund answered FAIL, a later call that asks under `serial`, and what follows."""

    def tell(s: Any) -> None:
        settled(s)
        s.call("refund_bill", ONE, state=state, code="DECLINED", during=lambda: s.refund("FAIL"))
        s.call("refund_bill", SECOND, during=lambda: serial and s.refund(serial=serial))
        for act in then:
            act(s)

    return tell


def failed_after_exp(state: str, *, told: bool = True) -> Tell:
    """An undecided refund that failed at the centre; 6301 says that the order is as it was."""

    def tell(s: Any) -> None:
        settled(s)
        s.call("refund_bill", ONE, state="accepted", during=lambda: s.refund("EXP"))
        s.order("17")
        s.add("world", "P1", what="refund", d={"key": "R1", "before": "EXP", "after": "FAIL", "why": ""})
        s.order("6")
        if told:
            s.query("6")
        s.probe("paid", refunds=[{"refundNo": "R1", "state": state}])

    return tell


def books(*rows: dict[str, Any]) -> Tell:
    return lambda s: s.probe("paid", refunds=rows)


def at_once(*numbers: str, rows: Any = (), state: str = "done") -> Tell:
    """Two calls for the whole of one bill, the second begun before the first is answered."""

    def answer(number: str) -> dict[str, Any]:
        refs = {"refundNo": number} if number else {}
        return {
            "result": {"refund_state": "success"} if state == "done" else {},
            "state": state,
            "refs": refs,
        }

    def tell(s: Any) -> None:
        settled(s)
        one = s.add("driver", "P1", what="call", d={"action": "refund_bill", "call_id": "x1", "args": ONE})
        two = s.add("driver", "P1", what="call", d={"action": "refund_bill", "call_id": "x2", "args": SECOND})
        s.refund()
        given_back(s)
        for link, number in ((one, numbers[0]), (two, numbers[1])):
            s.add("driver", "P1", what="answer", link=link, d={"action": "refund_bill", **answer(number)})
        if rows:
            s.probe("refunded", refunds=rows)

    return tell


def dispensed(state: str, *during: Tell) -> Tell:
    def tell(s: Any) -> None:
        settled(s)
        s.call("dispense", {"bill_id": "B1"}, person="")
        s.call("refund_bill", ONE, state=state, during=lambda: [act(s) for act in during])

    return tell


def sent(s: Any) -> None:
    s.refund()


def typed(state: str = "refused", *during: Tell, kind: str = "ALL", **amounts: int) -> Tell:
    """Amounts that a cashier types in for a paid order whose parts the centre noted."""
    args = {**ONE, "refd_type": kind, "amounts": amounts}

    def tell(s: Any) -> None:
        settled(s)
        noted(s)
        s.call("refund_bill", args, state=state, during=lambda: [act(s) for act in during])

    return tell


def after_cash(state: str, cash: int) -> Tell:
    """Cash of 21.00 went back before; more is typed in."""
    gone = {
        "key": "R1",
        "before": "",
        "after": "SUCC",
        "why": "",
        "detail": {"cash": 2100, "account": 0, "fund": 0},
    }
    args = {**ONE, "refd_type": "CASH", "amounts": {"cash": cash}}

    def tell(s: Any) -> None:
        settled(s)
        noted(s)
        s.call(
            "refund_bill",
            ONE,
            during=lambda: (s.refund(kind="CASH"), s.add("world", "P1", what="refund", d=gone)),
        )
        s.call("refund_bill", args, state=state)

    return tell


TABLE: tuple[Row, ...] = (
    ("outcome.refused_moved_nothing", GREEN, asked("refused")),
    ("outcome.refused_moved_nothing", GREEN, asked("done", sent, given_back)),
    ("outcome.refused_moved_nothing", GREEN, asked("accepted", spoiled, given_back)),
    ("outcome.refused_moved_nothing", RED, asked("refused", spoiled, given_back, code="DECLINED")),
    ("outcome.failed_is_failed", GREEN, failed_then()),
    ("outcome.failed_is_failed", GREEN, failed_then(books({"refundNo": "R1", "state": "failed"}, {**WHOLE, "refundNo": "R2"}))),
    ("outcome.failed_is_failed", RED, failed_then(serial="R1")),
    ("outcome.failed_is_failed", RED, failed_then(books({**WHOLE, "refundNo": "R1"}), serial="")),
    ("outcome.failed_is_failed", RED, failed_then(books({"refundNo": "R1", "state": "pending"}), serial="")),
    ("outcome.failed_is_failed", NOTHING, asked("done", sent)),
    ("outcome.failed_is_failed", GREEN, failed_after_exp("failed")),
    ("outcome.failed_is_failed", RED, failed_after_exp("success")),
    ("outcome.failed_is_failed", NOTHING, failed_after_exp("pending", told=False)),
    ("outcome.asked_twice", GREEN, at_once("R1", "R1")),
    ("outcome.asked_twice", GREEN, at_once("R1", "R1", rows=[{**WHOLE, "refundNo": "R1"}])),
    ("outcome.asked_twice", RED, at_once("R1", "R2")),
    ("outcome.asked_twice", RED, at_once("R1", "R1", rows=[WHOLE, WHOLE])),
    ("outcome.asked_twice", NOTHING, asked("done", sent)),
    ("outcome.dispensed_is_kept", GREEN, dispensed("refused")),
    ("outcome.dispensed_is_kept", RED, dispensed("done", sent)),
    ("outcome.dispensed_is_kept", GREEN, dispensed("accepted")),
    ("outcome.dispensed_is_kept", RED, dispensed("accepted", sent)),
    ("outcome.dispensed_is_kept", RED, dispensed("refused", sent)),
    ("outcome.typed_amounts_are_judged", GREEN, typed(cash=2200, account=900, fund=3000)),
    ("outcome.typed_amounts_are_judged", GREEN, typed("accepted", kind="HI", cash=2100)),
    ("outcome.typed_amounts_are_judged", RED, typed("done", sent, given_back, cash=2000, account=900, fund=3000)),
    ("outcome.typed_amounts_are_judged", RED, typed("accepted", sent, given_back, kind="CASH", cash=2100, fund=1)),
    ("outcome.typed_amounts_are_judged", RED, after_cash("done", 100)),
    ("outcome.typed_amounts_are_judged", GREEN, after_cash("refused", 100)),
    ("outcome.typed_amounts_are_judged", NOTHING, typed("done", sent, given_back, cash=2100, account=900, fund=3000)),
    ("outcome.dispensed_is_kept", NOTHING, asked("refused")),
)  # fmt: skip
