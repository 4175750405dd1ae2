"""Rows of the family `registration`: slots and registrations."""

from __future__ import annotations

from typing import Any

from tell import GREEN, NOTHING, RED, Row, Tell


def booked_slot(s: Any, left: int = 5, action: str = "book_appointment", day: str = "2026-11-22") -> None:
    result = {"registration_id": "G1", "bill_id": "B1", "slot_id": "SL1", "fee": 6000, "date": day}
    s.call(action, result=result)
    slots(s, left)


def slots(s: Any, left: int) -> None:
    other = {"slots": [{"slot_id": "SL0", "left": 9}]}
    rows = [other, {"slots": [{"slot_id": "SL1", "left": left}]}]
    s.call("list_doctors", result={"doctors": rows}, person="")


def registrations(s: Any, state: str) -> None:
    rows = [{"registration_id": "G0", "state": "unpaid"}, {"registration_id": "G1", "state": state}]
    s.call("list_registrations", result={"registrations": rows})


def registration_paid(state: str) -> Tell:
    def tell(s: Any) -> None:
        booked_slot(s)
        s.pay(during=lambda: (s.upload(), s.place()))
        s.settled()
        registrations(s, state)

    return tell


def cancelled(centre: str = "12", state: str = "cancelled", left: int = 6, *, revoke: bool = True) -> Tell:
    def tell(s: Any) -> None:
        booked_slot(s)
        s.pay(during=lambda: (s.upload(), s.order("0", "1"), s.place()))
        s.call(
            "cancel", {"registration_id": "G1"}, during=lambda: revoke and s.ask("6401", {"payOrdId": "ORD1"})
        )
        s.order(centre)
        registrations(s, state)
        slots(s, left)

    return tell


def cancelled_unseen(s: Any) -> None:
    s.call("book_appointment", result={"registration_id": "G1", "bill_id": "B1", "slot_id": "SL1"})
    s.pay(during=lambda: (s.upload(), s.order("0", "1")))
    s.call("cancel", {"registration_id": "G1"})
    s.order("12")


def cancelled_after_payment(s: Any) -> None:
    booked_slot(s)
    s.pay(during=lambda: (s.upload(), s.order("0", "1", "6")))
    s.call("cancel", {"registration_id": "G1"}, state="refused")


def cancelled_unlisted(s: Any) -> None:
    """The slot is gone from the list after the cancellation: nobody else can book it."""
    booked_slot(s)
    s.pay(during=lambda: (s.upload(), s.order("0", "1")))
    s.call("cancel", {"registration_id": "G1"})
    s.order("12")
    registrations(s, "cancelled")
    s.call("list_doctors", result={"doctors": [{"slots": [{"slot_id": "SL0", "left": 9}]}]}, person="")


def last_place_freed(s: Any) -> None:
    """A vendor that lists only slots with places: the last one comes back."""
    s.call(
        "book_appointment", result={"registration_id": "G1", "bill_id": "B1", "slot_id": "SL1", "fee": 6000}
    )
    s.call("list_doctors", result={"doctors": [{"slots": []}]}, person="")
    s.pay(during=lambda: (s.upload(), s.order("0", "1")))
    s.call("cancel", {"registration_id": "G1"})
    s.order("12")
    registrations(s, "cancelled")
    slots(s, 1)


def expired_registration(centre: str, state: str = "", left: int = 6) -> Tell:
    def tell(s: Any) -> None:
        booked_slot(s)
        s.pay(during=lambda: (s.upload(), s.order("0", "1")))
        s.call("clock", {"advance_ms": 1_860_000}, person="")
        s.order(centre)
        registrations(s, state or ("cancelled" if centre == "12" else "unpaid"))
        slots(s, left)

    return tell


def today(begun: str, day: str = "2026-11-22") -> Tell:
    def tell(s: Any) -> None:
        booked_slot(s, action="register_today", day=day)
        s.pay(during=lambda: s.upload(begntime=begun))

    return tell


def registration_refunded(left: int = 6, state: str = "refunded", **refund: Any) -> Tell:
    def tell(s: Any) -> None:
        booked_slot(s)
        s.pay(during=lambda: s.upload())
        s.settled()
        s.call("refund_registration", {"registration_id": "G1"}, during=lambda: s.refund(**refund))
        s.order("7")
        registrations(s, state)
        slots(s, left)

    return tell


def registered_unpaid_and_paid(s: Any) -> None:
    """Another registration, never settled and never listed, stands beside the paid one."""
    s.call("register_today", result={"registration_id": "G9", "bill_id": "B9"})
    s.call("register_today", state="refused")
    s.pay(("B9",), during=lambda: s.upload("ORD9", "M9"))
    registration_paid("confirmed")(s)


def registration_without_slots(s: Any) -> None:
    s.call("list_doctors", result={"doctors": [{"slots": []}]}, person="")
    cancelled_unseen(s)
    s.call("list_doctors", result={"doctors": [{"slots": []}]}, person="")
    s.call("list_registrations", result={"registrations": []})


def expiry_after_payment(s: Any) -> None:
    booked_slot(s)
    s.pay(during=lambda: s.upload())
    s.settled()
    s.call("clock", {"advance_ms": 1_860_000}, person="")


def undated(s: Any) -> None:
    s.call("register_today", result={"registration_id": "G1", "bill_id": "B1"})
    s.pay(during=lambda: s.upload())


def refund_unpaid_registration(s: Any) -> None:
    booked_slot(s)
    s.call("refund_registration", {"registration_id": "G1"}, state="refused")


TABLE: tuple[Row, ...] = (
    ("registration.paid_is_confirmed", GREEN, registration_paid("confirmed")),
    ("registration.paid_is_confirmed", RED, registration_paid("unpaid")),
    ("registration.cancel_revokes", GREEN, cancelled()),
    ("registration.cancel_revokes", GREEN, last_place_freed),
    ("registration.cancel_revokes", NOTHING, cancelled_unseen),
    ("registration.cancel_revokes", RED, cancelled_unlisted),
    ("registration.cancel_revokes", RED, cancelled("1", revoke=False)),
    ("registration.cancel_revokes", RED, cancelled(state="unpaid")),
    ("registration.cancel_revokes", RED, cancelled(left=5)),
    ("registration.cancel_revokes", NOTHING, cancelled_after_payment),
    ("registration.expires", GREEN, expired_registration("12")),
    ("registration.expires", RED, expired_registration("1")),
    ("registration.expires", RED, expired_registration("12", "unpaid")),
    ("registration.expires", RED, expired_registration("12", left=5)),
    ("registration.refund_frees_slot", RED, registration_refunded(state="confirmed")),
    ("registration.same_day", GREEN, today("2026-11-22 09:00:00")),
    ("registration.same_day", GREEN, today("20261122090000")),
    ("registration.same_day", RED, today("2026-11-21 09:00:00")),
    ("registration.same_day", RED, today("2026-11-21 09:00:00", "2026-11-21")),
    ("registration.refund_frees_slot", GREEN, registration_refunded()),
    ("registration.refund_frees_slot", RED, registration_refunded(left=5)),
    ("registration.refund_frees_slot", RED, registration_refunded(status="FAIL")),
    ("registration.refund_frees_slot", RED, registration_refunded(total="10.00")),
    ("registration.paid_is_confirmed", GREEN, registered_unpaid_and_paid),
    ("registration.cancel_revokes", NOTHING, registration_without_slots),
    ("registration.expires", NOTHING, expiry_after_payment),
    ("registration.same_day", NOTHING, undated),
    ("registration.refund_frees_slot", NOTHING, refund_unpaid_registration),
)  # fmt: skip
