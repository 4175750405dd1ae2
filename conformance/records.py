"""Evidence records as messages, exchanges, driver calls and probes. Pure.

Whatever stands in a record, reading never raises: members that are missing or of another type read as empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conformance.reading import child, rows, text, whole

Record = Mapping[str, Any]

SEALED = ("6201", "6202", "6203", "6301", "6401")
ANSWERED = ("done", "accepted", "refused")
"""States of a driver answer that come from the vendor's own logic."""
HARMLESS = ("hold_response",)
"""Faults that leave what a message says as it was."""
GENUINE = ("", "plan", "repeat", "unknown_fields")
"""Kinds of notices that tell the truth about their order, sealed by the platform afresh."""


@dataclass(frozen=True)
class Message:
    """One message record."""

    record: Record

    @cached_property
    def seq(self) -> int:
        """The record number."""
        return whole(self.record, "seq") or 0

    @property
    def ours(self) -> bool:
        """Whether we sent it."""
        return text(self.record, "dir") == "out"

    @property
    def interface(self) -> str:
        """6201 … or userQuery."""
        return text(self.record, "interface")

    @property
    def link(self) -> int | None:
        """The number of the request that a response answers."""
        return whole(self.record, "link")

    @property
    def status(self) -> int | None:
        """The HTTP status of a response."""
        return whole(child(self.record, "http"), "status")

    @cached_property
    def head(self) -> Mapping[str, Any]:
        """The outer object: the envelope, the common header, or code and message of the portal."""
        return child(self.record, "view", "outer")

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The business object; the inner `data`, `input` or `output` of the 两定 interfaces."""
        found = child(self.record, "view", "data")
        for name in ("input", "output"):
            found = child(found, name) or found
        return found

    @property
    def opened(self) -> bool:
        """Whether a business object could be read."""
        return bool(child(self.record, "view", "data"))

    @cached_property
    def facts(self) -> Mapping[str, Record]:
        """The facts by name; of two with one name the bad one."""
        found: dict[str, Record] = {}
        for fact in rows(self.record, "facts"):
            name = text(fact, "n")
            if name not in found or fact.get("ok") is False:
                found[name] = fact
        return found

    def bad(self, name: str) -> Record | None:
        """The fact `name` when it was observed and is not as the protocol wants."""
        fact = self.facts.get(name)
        return fact if fact is not None and fact.get("ok") is False else None

    def good(self, name: str) -> bool:
        """Whether the fact `name` was observed and is as the protocol wants."""
        return name in self.facts and self.facts[name].get("ok") is True

    @property
    def mono_ms(self) -> float:
        """Measured time in milliseconds (contracts 3)."""
        return (whole(child(self.record, "t"), "mono_ns") or 0) / 1e6

    @property
    def timer_ms(self) -> int:
        """Timer time in Unix milliseconds (contracts 3)."""
        return whole(child(self.record, "t"), "timer_ms") or 0


@dataclass(frozen=True)
class Mark:
    """What the simulator noted about one notice: why it was sent, what spoiled it, whether it was accepted.

    `reached`: whether the institution may have read it, answered or not.
    """

    kind: str = "plan"
    faults: tuple[str, ...] = ()
    accepted: bool = False
    reached: bool = False


@dataclass(frozen=True)
class Exchange:
    """A request with its answer. `faults`: the names of those that fired on it; `mark` of a notice of ours."""

    request: Message
    response: Message | None = None
    faults: tuple[str, ...] = ()
    mark: Mark | None = None

    @property
    def seq(self) -> int:
        """The number of the request."""
        return self.request.seq

    @property
    def end(self) -> int:
        """The number of the answer, or of the request when there was none."""
        return self.response.seq if self.response else self.request.seq

    @property
    def interface(self) -> str:
        """Which interface."""
        return self.request.interface

    @property
    def data(self) -> Mapping[str, Any]:
        """What was asked."""
        return self.request.data

    @property
    def answer(self) -> Mapping[str, Any]:
        """What was answered."""
        return self.response.data if self.response else {}

    @property
    def records(self) -> tuple[int, ...]:
        """The numbers of request and answer."""
        return (self.request.seq, self.response.seq) if self.response else (self.request.seq,)

    @property
    def outcome(self) -> Mapping[str, Any]:
        """`{ok, code, message}` of the answer, empty without one."""
        return child(self.response.record, "outcome") if self.response else {}

    @property
    def code(self) -> str:
        """The answered code, as the transport understands it; empty when there was no readable answer."""
        return text(self.outcome, "code")

    @property
    def accepted(self) -> bool:
        """Whether the answer says yes."""
        return self.outcome.get("ok") is True

    @property
    def refused(self) -> bool:
        """Whether a readable answer says no."""
        return bool(self.code) and not self.accepted

    @property
    def kind(self) -> str:
        """Why we sent this notice: `plan`, or the kind that a scenario injected; empty for the vendor's requests."""
        return self.mark.kind if self.mark else ""

    @property
    def acknowledged(self) -> bool:
        """Whether the institution accepted this notice (contracts 10)."""
        return self.mark is not None and self.mark.accepted

    @property
    def may_be_read(self) -> bool:
        """Whether the institution may have read this notice: it answered, or was too slow to answer."""
        return self.response is not None or (self.mark is not None and self.mark.reached)

    @property
    def genuine(self) -> bool:
        """Whether nothing was scripted or spoiled on it."""
        faults = (*self.faults, *(self.mark.faults if self.mark else ()))
        return all(name in HARMLESS for name in faults) and self.kind in GENUINE

    @property
    def verified(self) -> bool:
        """Whether the request opened and its signature verified."""
        return self.request.good("sign.verify")


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
