"""Rows of the family `undecided`: EXP that nobody asks about, a 6401 that did not come through."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, ONE, RED, Row, Tell


def exp(*then: Tell) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.place()))
        s.settled()
        s.call("refund_bill", ONE, state="accepted", during=lambda: s.refund("EXP"))
        for act in then:
            act(s)

    return tell


def cancelled(state: str, *then: Tell, before: tuple[str, ...] = ("0", "1")) -> Tell:
    def tell(s: Any) -> None:
        s.pay(during=lambda: (s.upload(), s.order(*before), s.place()))
        s.call(
            "cancel",
            {"bill_id": "B1"},
            state=state,
            during=lambda: s.ask("6401", {"payOrdId": "ORD1"}, lost=True),
        )
        for act in then:
            act(s)

    return tell


def read(state: str) -> Tell:
    return lambda s: s.probe(state, 0)


ASK, CANCEL = "undecided.exp_is_asked", "undecided.cancelled_is_revoked"
TABLE: tuple[Row, ...] = (
    (ASK, GREEN, exp(lambda s: s.refund())),
    (ASK, GREEN, exp(lambda s: s.query("7"))),
    (ASK, GREEN, exp(read("manual"))),
    (ASK, RED, exp(read("refunding"))),
    (ASK, NOTHING, cancelled("done")),
    (CANCEL, GREEN, cancelled("accepted", read("presettled"))),
    (CANCEL, GREEN, cancelled("done", read("cancelled"), before=("0", "1", "12"))),
    (CANCEL, RED, cancelled("done")),
    (CANCEL, RED, cancelled("accepted", read("cancelled"))),
    (CANCEL, NOTHING, exp()),
)
