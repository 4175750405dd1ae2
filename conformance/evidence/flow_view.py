"""One flow: its exchanges, calls, probes, orders and authorisations; what rules and reports read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conformance.evidence.bank import CashMove, cash_moves
from conformance.evidence.calls import Call, Probe
from conformance.evidence.centre import OrderView, order_views
from conformance.evidence.ecredential import Authorisation, authorisations
from conformance.evidence.marks import notice_marks
from conformance.evidence.records import SEALED, Exchange, Message, Record
from conformance.evidence.refund_view import RefundView, refund_views
from conformance.evidence.values import child, text, whole


@dataclass(frozen=True)
class Promise:
    """What a rule may know of the declaration."""

    services: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    level: int = 2
    notified: bool = True
    converge_ms: int = 60_000
    code_ttl_ms: int = 600_000
    tries: int = 4
    tries_within_ms: int = 10_000
    poll_ms: int = 1_000
    screen: bool = True
    """Whether answers quote the patient's screen; a person who types answers does not."""


OF_PROFILE = (
    ("auth.code_ttl_ms", "code_ttl_ms"),
    ("habits.tries", "tries"),
    ("habits.tries_within_ms", "tries_within_ms"),
    ("habits.poll_ms", "poll_ms"),
)
"""Profile options that rules know, and their names in a promise; a test holds the defaults against profiles/base.yaml."""


def by_profile(profile: Mapping[str, Any]) -> dict[str, int]:
    """What the options of a declaration say of them."""
    found = ((name, whole(profile, option)) for option, name in OF_PROFILE)
    return {name: value for name, value in found if value is not None}


@dataclass(frozen=True)
class FlowView:
    """One flow: an immutable view. Records stand in the order of their numbers."""

    id: str
    records: tuple[Record, ...]
    promise: Promise = field(default_factory=Promise)
    local: bool = False
    """Whether a case of this flow demands that no message leaves the vendor (本地)."""
    seen_quiet: Mapping[str, Any] = field(default_factory=dict)
    """How a flow without an end record was seen to be quiet: `{"quiet", "window_ms"}`."""

    def _of(self, kind: str, what: str = "") -> Iterator[Record]:
        for record in self.records:
            if record.get("kind") == kind and (not what or record.get("what") == what):
                yield record

    @cached_property
    def cash(self) -> tuple[CashMove, ...]:
        """What the bank channel moved for orders of this flow."""
        return tuple(cash_moves(self.records))

    @cached_property
    def scenario(self) -> Mapping[str, Any]:
        """What the begin record says: id, title, covers, requirements, expect, persons …"""
        return child(next(self._of("scenario", "begin"), {}), "d")

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """What the scenario calls its persons, by the simulator's ids."""
        return {str(person): str(alias) for alias, person in child(self.scenario, "persons").items()}

    @cached_property
    def end(self) -> Record:
        """The end record; empty when the flow did not end."""
        return next(self._of("scenario", "end"), {})

    @property
    def last(self) -> int:
        """The number of the last record."""
        return max((whole(record, "seq") or 0 for record in self.records), default=0)

    @property
    def quiet(self) -> Mapping[str, Any]:
        """Whether nothing more was to come, and how long nothing was seen: `{"quiet", "window_ms"}`."""
        return child(self.end, "d", "quiet") if self.end else self.seen_quiet

    @property
    def window_s(self) -> str:
        """How long nothing was seen at the end, as text (`3.0`)."""
        window = self.quiet.get("window_ms")
        return f"{window / 1000:.1f}" if isinstance(window, (int, float)) else "0.0"

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """Every message."""
        return tuple(Message(record) for record in self._of("message"))

    @cached_property
    def all_exchanges(self) -> tuple[Exchange, ...]:
        """Every request with its answer, the vendor's and ours, in order."""
        requests = [m for m in self.messages if text(m.record, "part") == "request"]
        answers = {m.link: m for m in self.messages if text(m.record, "part") == "response"}
        faults: dict[int | None, list[str]] = {}
        marks = notice_marks(self.records)
        for record in self._of("world", "fault"):
            link = whole(record, "link")
            if link not in marks:  # the mark of a notice says what spoiled it
                faults.setdefault(link, []).append(text(child(record, "d"), "name"))
        return tuple(
            Exchange(m, answers.get(m.seq), tuple(faults.get(m.seq, ())), marks.get(m.seq)) for m in requests
        )

    def exchanges(self, *interfaces: str) -> tuple[Exchange, ...]:
        """The vendor's requests of these interfaces."""
        return tuple(e for e in self.all_exchanges if e.interface in interfaces and not e.request.ours)

    @cached_property
    def sealed(self) -> tuple[Exchange, ...]:
        """The vendor's sealed requests."""
        return self.exchanges(*SEALED)

    @cached_property
    def notices(self) -> tuple[Exchange, ...]:
        """Our 6302, every attempt."""
        return tuple(e for e in self.all_exchanges if e.interface == "6302" and e.request.ours)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every driver call."""
        answers = {whole(r, "link"): r for r in self._of("driver", "answer")}
        return tuple(Call(r, answers.get(whole(r, "seq"))) for r in self._of("driver", "call"))

    def calls_of(self, *actions: str) -> tuple[Call, ...]:
        """The driver calls of these actions."""
        return tuple(call for call in self.calls if call.action in actions)

    @cached_property
    def readings(self) -> tuple[Probe, ...]:
        """Every `order_state` reading, answered or not. Below level 2 nothing is promised of it: none."""
        return tuple(Probe(r) for r in self._of("probe", "order_state")) if self.promise.level >= 2 else ()

    @cached_property
    def probes(self) -> tuple[Probe, ...]:
        """The readings that the vendor answered."""
        return tuple(probe for probe in self.readings if probe.readable)

    def final(self, person: str) -> Probe | None:
        """The last reading of a person; none when the vendor did not answer that one: older ones are outdated."""
        last = next((probe for probe in reversed(self.readings) if probe.person == person), None)
        return last if last is not None and last.readable else None

    def world(self, what: str) -> tuple[Mapping[str, Any], ...]:
        """The details of what the world did."""
        return tuple(child(record, "d") for record in self._of("world", what))

    @cached_property
    def authorisations(self) -> tuple[Authorisation, ...]:
        """The patient's acts on the authorisation page, and the exchanges of their codes."""
        return authorisations(self.records)

    def steps(self, what: str) -> tuple[Record, ...]:
        """The steps that the runner performed."""
        return tuple(self._of("step", what))

    @cached_property
    def orders(self) -> tuple[OrderView, ...]:
        """Every order that a message or the world names, in the order of its creation."""
        return order_views(self.all_exchanges, self.records)

    @cached_property
    def refunds(self) -> tuple[RefundView, ...]:
        """Every refund that a readable 6203 asked for, in their order."""
        return refund_views(self.orders, self.records)

    def order(self, pay_ord_id: str) -> OrderView | None:
        """The order with this number."""
        return next((order for order in self.orders if order.pay_ord_id == pay_ord_id), None)

    def orders_of(self, person: str) -> tuple[OrderView, ...]:
        """The orders that the centre made for a person."""
        return tuple(order for order in self.orders if order.person == person and order.changes)
