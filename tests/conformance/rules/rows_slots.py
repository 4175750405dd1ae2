"""Rows of the family `slots`: last places, suspensions, registrations that cannot be made or cost nothing."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell

SLOT = {"slot_id": "S1"}


def booked(n: int = 1, person: str = "P1", state: str = "done", fee: int = 6000) -> Tell:
    result = {
        "registration_id": f"G{n}",
        "slot_id": "S1",
        "fee": fee,
        "bill_id": f"B{n}",
        "date": "2026-11-22",
    }
    return lambda s: s.call(
        "book_appointment", SLOT, state=state, person=person, result=result if state == "done" else {}
    )


def paid(n: int = 1, person: str = "P1", *states: str) -> Tell:
    def tell(s: Any) -> None:
        order, ours = f"ORD{n}", f"M{n}"
        s.pay((f"B{n}",), person=person, during=lambda: s.upload(order, ours, person=person))
        s.order(*(states or ("0", "1", "2", "4", "6")), number=order, person=person, ours=ours)

    return tell


def limited(*then: Tell) -> Tell:
    def tell(s: Any) -> None:
        s.call("set_slot", {**SLOT, "left": 1}, person="")
        for act in then:
            act(s)

    return tell


def listed(n: int, state: str, person: str = "P1") -> Tell:
    rows = [{"registration_id": f"G{n}", "state": state}]
    return lambda s: s.call("list_registrations", person=person, result={"registrations": rows})


def suspended(*then: Tell) -> Tell:
    def tell(s: Any) -> None:
        booked()(s)
        paid()(s)
        s.call("suspend", SLOT, person="")
        for act in then:
            act(s)

    return tell


def suspensions(*slots: str) -> Tell:
    return lambda s: s.call(
        "list_suspensions", person="", result={"suspensions": [{"slot_id": one} for one in slots]}
    )


def refund(state: str) -> Tell:
    return lambda s: s.call(
        "refund_registration",
        {"registration_id": "G1"},
        state=state,
        code="OTHER" if state == "refused" else "",
    )


def broken(*then: Tell, states: tuple[str, ...] = ("0", "1", "2", "4", "6")) -> Tell:
    def tell(s: Any) -> None:
        s.call("fail_booking", {"times": 100}, person="")
        booked()(s)
        paid(1, "P1", *states)(s)
        for act in then:
            act(s)

    return tell


def read(state: str, count: int = 0, shown: str = "pending") -> Tell:
    return lambda s: s.probe(state, count, shown=shown)


def free(*then: Tell, fee: int = 0) -> Tell:
    def tell(s: Any) -> None:
        booked(fee=fee)(s)
        s.pay(("B1",), state="done")
        for act in then:
            act(s)

    return tell


LAST, SUSP, LOCK, FREE = (
    "slots.last_place",
    "slots.suspended_is_closed",
    "slots.unlocked_goes_back",
    "slots.nothing_is_free",
)
BACK = ("0", "1", "2", "4", "6", "7")
TABLE: tuple[Row, ...] = (
    (LAST, GREEN, limited(booked(), paid(), booked(2, "P2", "refused"))),
    (LAST, GREEN, limited(booked(), paid(), booked(2, "P2"), paid(2, "P2", *BACK))),
    (LAST, RED, limited(booked(), paid(), booked(2, "P2"), paid(2, "P2"))),
    (LAST, RED, limited(booked(), booked(2, "P2"), listed(1, "confirmed"), listed(2, "confirmed"))),
    (LAST, NOTHING, limited()),
    (SUSP, GREEN, suspended(suspensions("S1"), booked(2, "P2", "refused"), refund("done"))),
    (SUSP, RED, suspended(booked(2, "P2"))),
    (SUSP, RED, suspended(suspensions("S9"))),
    (SUSP, RED, suspended(refund("refused"))),
    (SUSP, NOTHING, booked()),
    (LOCK, GREEN, broken(read("refunded", shown="cancelled"), states=BACK)),
    (LOCK, GREEN, broken(read("manual"))),
    (LOCK, GREEN, broken(read("paid", 1, "success"))),
    (LOCK, GREEN, broken(read("pending"))),
    (LOCK, RED, broken(read("paid", shown="success"))),
    (LOCK, RED, broken(read("manual", shown="success"))),
    (LOCK, RED, broken(read("failed", shown="failed"))),
    (LOCK, NOTHING, broken(states=("0", "1"))),
    (FREE, GREEN, free(listed(1, "confirmed"))),
    (FREE, RED, free(listed(1, "unpaid"))),
    (FREE, "skip", free(fee=6000)),
)  # fmt: skip
