"""Evidence records as driver calls and readings of the vendor's order state. Pure; whatever stands there, nothing raises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conformance.evidence.records import Exchange, Record
from conformance.evidence.values import child, rows, text, whole

ANSWERED = ("done", "accepted", "refused")
"""States of a driver answer that come from the vendor's own logic."""


@dataclass(frozen=True)
class Call:
    """A driver call with its answer."""

    asked: Record
    answered: Record | None = None

    @property
    def seq(self) -> int:
        """The number of the call."""
        return whole(self.asked, "seq") or 0

    @property
    def end(self) -> int:
        """The number of the answer; of the call when there was none."""
        return (whole(self.answered, "seq") if self.answered else None) or self.seq

    @property
    def records(self) -> tuple[int, ...]:
        """The numbers of call and answer."""
        return (self.seq, self.end) if self.answered else (self.seq,)

    @property
    def person(self) -> str:
        """Whose call."""
        return text(self.asked, "person")

    @property
    def action(self) -> str:
        """pay, cancel …"""
        return text(child(self.asked, "d"), "action")

    @property
    def args(self) -> Mapping[str, Any]:
        """What was asked, masked."""
        return child(self.asked, "d", "args")

    @property
    def expect(self) -> Mapping[str, Any]:
        """What the scenario expects of the answer."""
        return child(self.asked, "d", "expect")

    @property
    def answer(self) -> Mapping[str, Any]:
        """state, code, result, refs, patient_message, patient_state."""
        return child(self.answered, "d")

    @property
    def state(self) -> str:
        """done, accepted, refused, not_offered, error, or empty without an answer."""
        return text(self.answer, "state")

    @property
    def code(self) -> str:
        """The refusal code."""
        return text(self.answer, "code")

    @property
    def result(self) -> Mapping[str, Any]:
        """The result."""
        return child(self.answer, "result")

    @property
    def shown(self) -> str:
        """The icon on the patient's screen."""
        return text(self.answer, "patient_state")

    @property
    def pay_ord_id(self) -> str:
        """The order that the answer refers to."""
        return text(child(self.answer, "refs"), "payOrdId")


@dataclass(frozen=True)
class Probe:
    """One `order_state` reading."""

    record: Record

    @property
    def seq(self) -> int:
        """The record number."""
        return whole(self.record, "seq") or 0

    @property
    def person(self) -> str:
        """Whose order."""
        return text(self.record, "person")

    @property
    def unknown(self) -> bool:
        """Whether the vendor knows of no such order: nothing is booked then (driver contract, "The answer")."""
        detail = child(self.record, "d")
        return (text(detail, "state"), text(detail, "code")) == ("refused", "BILL_UNKNOWN")

    @property
    def readable(self) -> bool:
        """Whether the vendor gave a reading."""
        return self.unknown or (text(child(self.record, "d"), "state") == "done" and bool(self.result))

    @property
    def result(self) -> Mapping[str, Any]:
        """The answered members of the last order."""
        return child(self.record, "d", "result")

    @property
    def shown(self) -> str:
        """The icon on the patient's screen."""
        return text(child(self.record, "d"), "patient_state")

    @cached_property
    def orders(self) -> tuple[Mapping[str, Any], ...]:
        """Every order of the reading as `{refs, order_state, booked_count, amounts, refunds}`."""
        return rows(self.result, "orders") or ({"refs": child(self.record, "d", "refs"), **self.result},)

    @property
    def booked(self) -> int:
        """How many bookings the reading shows in all its orders."""
        return sum(whole(order, "booked_count") or 0 for order in self.orders)

    def of(self, pay_ord_id: str) -> Mapping[str, Any]:
        """The order with this number; empty when the reading has none."""
        for order in self.orders:
            if text(child(order, "refs"), "payOrdId") == pay_ord_id:
                return order
        return {}


def numbers(items: Sequence[Exchange | Call]) -> tuple[int, ...]:
    """The record numbers of several exchanges or calls."""
    return tuple(seq for item in items for seq in item.records)
