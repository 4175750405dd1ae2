"""The hospital's books: patients, bills, slots, orders, bookings. In memory only; a restart forgets them.

Money is integer fen. Times are Unix milliseconds of the hospital's timer clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from conformance.reference.hospital_values import Credential, HospitalVisit, Item, OrderAmounts, Patient

OPEN = ("created", "presettled", "pending", "manual")
"""Order states in which money may still move."""


@dataclass(slots=True)
class Bill:
    """One prescription or one registration fee. `state`: unpaid, paid, cancelled, refunded."""

    bill_id: str
    run: str
    flow: str
    id_no: str
    kind: str
    doctor_id: str
    items: tuple[Item, ...]
    registration_id: str = ""
    state: str = "unpaid"
    order_no: str = ""
    dispensed: bool = False

    @property
    def total(self) -> int:
        """The sum of the lines in fen."""
        return sum(item.amount for item in self.items)

    @property
    def visit_place(self) -> tuple[str, str, str, str]:
        """Bills of one patient and kind in a flow share a visit; a registration has its own."""
        return self.run, self.flow, self.id_no, self.registration_id or self.kind


@dataclass(slots=True)
class Registration:
    """A booked slot. `state`: unpaid, confirmed, cancelled, refunded."""

    registration_id: str
    run: str
    flow: str
    id_no: str
    slot_id: str
    date: str
    bill_id: str
    fee: int
    today: bool
    state: str = "unpaid"


@dataclass(slots=True)
class Refund:
    """One 6203. `state`: pending, success, failed."""

    number: str
    kind: str
    cash: int
    account: int
    fund: int
    state: str = "pending"
    reversal: bool = False
    booked: bool = False
    undecided: bool = False

    @property
    def total(self) -> int:
        """What goes back, in fen."""
        return self.cash + self.account + self.fund


@dataclass(slots=True)
class HospitalOrder:
    """One attempt to pay one or more bills, from the click on."""

    med_org_ord: str
    run: str
    flow: str
    patient: Patient
    bills: tuple[Bill, ...]
    mode: str
    channel: str
    acct_used: bool | None
    created_ms: int
    state: str = "created"
    why: str = ""
    credential: str = ""
    credential_kind: str = ""
    psn_no: str = ""
    insutype: str = ""
    insured_region: str = ""
    mdtrt_id: str = ""
    visit_no: str = ""
    begntime: str = ""
    chrg_bchno: str = ""
    pay_ord_id: str = ""
    pay_token: str = ""
    ord_stas: str = ""
    amounts: OrderAmounts | None = None
    revs_token: str = ""
    doc_sn: str = ""
    chrg_time: str = ""
    booking_failures: int = 0
    refunds: list[Refund] = field(default_factory=list)
    early: dict[str, Any] | None = None
    asked_at: float = 0.0
    bad_answers: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    polling: asyncio.Task[None] | None = None

    @property
    def total(self) -> int:
        """What the bills cost in fen."""
        return sum(bill.total for bill in self.bills)

    @property
    def refs(self) -> dict[str, str]:
        """The order's numbers, as far as they exist."""
        refund = self.refunds[-1].number if self.refunds else ""
        numbers = {"medOrgOrd": self.med_org_ord, "payOrdId": self.pay_ord_id, "refundNo": refund}
        return {name: number for name, number in numbers.items() if number}

    def refunded(self, part: str) -> int:
        """What of `cash`, `account` or `fund` went back or is on its way."""
        return sum(getattr(refund, part) for refund in self.refunds if refund.state != "failed")


@dataclass(frozen=True, slots=True)
class Booking:
    """One entry of the income journal."""

    order_no: str
    amounts: OrderAmounts


@dataclass(slots=True)
class Books:
    """Everything the hospital has on file, by its own numbers."""

    patients: dict[tuple[str, str], Patient] = field(default_factory=dict)
    bills: dict[str, Bill] = field(default_factory=dict)
    registrations: dict[str, Registration] = field(default_factory=dict)
    orders: dict[str, HospitalOrder] = field(default_factory=dict)
    bookings: list[Booking] = field(default_factory=list)
    visits: dict[tuple[str, str, str, str], HospitalVisit] = field(default_factory=dict)
    left: dict[tuple[str, str], int] = field(default_factory=dict)
    offered: dict[tuple[str, str], int] = field(default_factory=dict)
    suspended: set[tuple[str, str]] = field(default_factory=set)
    used: dict[str, str] = field(default_factory=dict)
    exchanged: dict[tuple[str, str], Credential] = field(default_factory=dict)
    broken_bookings: dict[tuple[str, str], int] = field(default_factory=dict)

    def book(self, order: HospitalOrder, amounts: OrderAmounts) -> None:
        """Enter the income of a settled order. Entering it twice is the caller's mistake and is visible."""
        self.bookings.append(Booking(order.med_org_ord, amounts))

    def rename(self, order: HospitalOrder, number: str) -> None:
        """Give an order another number of ours."""
        if number != order.med_org_ord:
            del self.orders[order.med_org_ord]
            order.med_org_ord = number
            self.orders[number] = order
            for bill in order.bills:
                bill.order_no = number

    def booked(self, order: HospitalOrder) -> list[Booking]:
        """The journal entries of an order; reversals do not remove them."""
        return [entry for entry in self.bookings if entry.order_no == order.med_org_ord]

    def orders_of(self, run: str, flow: str) -> list[HospitalOrder]:
        """The orders of a flow, oldest first."""
        return [order for order in self.orders.values() if (order.run, order.flow) == (run, flow)]

    def by_pay_ord_id(self, number: str) -> HospitalOrder | None:
        """The order with this number of the centre."""
        return next((o for o in self.orders.values() if number and o.pay_ord_id == number), None)

    def bills_of(self, run: str, id_no: str, *states: str) -> Iterator[Bill]:
        """A patient's bills in one of these states, oldest first."""
        return (
            bill
            for bill in self.bills.values()
            if (bill.run, bill.id_no) == (run, id_no) and bill.state in states
        )

    def last_order_of_bill(self, bill: Bill) -> HospitalOrder | None:
        """The order a bill was last part of."""
        return self.orders.get(bill.order_no)

    def forget(self, run: str) -> dict[str, int]:
        """Remove everything of a run and say how much of each kind."""
        gone = {o.med_org_ord for o in self.orders.values() if o.run == run}
        removed = {
            "patients": _drop(self.patients, lambda key, _: key[0] == run),
            "bills": _drop(self.bills, lambda _, bill: bill.run == run),
            "registrations": _drop(self.registrations, lambda _, row: row.run == run),
            "orders": _drop(self.orders, lambda key, _: key in gone),
            "credentials": _drop(self.exchanged, lambda key, _: key[0] == run),
        }
        removed["bookings"] = len(self.bookings)
        self.bookings = [entry for entry in self.bookings if entry.order_no not in gone]
        removed["bookings"] -= len(self.bookings)
        _drop(self.used, lambda _, owner: owner in gone)
        _drop(self.visits, lambda key, _: key[0] == run)
        _drop(self.left, lambda key, _: key[0] == run)
        _drop(self.offered, lambda key, _: key[0] == run)
        _drop(self.broken_bookings, lambda key, _: key[0] == run)
        self.suspended = {key for key in self.suspended if key[0] != run}
        return removed


def _drop(table: dict[Any, Any], gone: Any) -> int:
    keys = [key for key, value in table.items() if gone(key, value)]
    for key in keys:
        del table[key]
    return len(keys)
