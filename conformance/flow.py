"""One scenario flow: its exchanges, calls, probes and orders; the one view that rules read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from conformance.notices import notice_marks
from conformance.reading import AMOUNTS, amounts_of, child, text, whole
from conformance.records import SEALED, Call, Exchange, Message, Probe, Record


@dataclass(frozen=True)
class Change:
    """The world moved an order: `before` -> `after`."""

    seq: int
    before: str
    after: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def _noted(change: Change) -> dict[str, int] | None:
    """The amounts that the world notes beside a change of an order."""
    known = {name: amount for name, _ in AMOUNTS if (amount := whole(change.detail, name)) is not None}
    return known if len(known) == len(AMOUNTS) else None


@dataclass(frozen=True)
class Order:
    """What the evidence says about one order of the centre."""

    pay_ord_id: str
    person: str
    uploads: tuple[Exchange, ...] = ()
    places: tuple[Exchange, ...] = ()
    queries: tuple[Exchange, ...] = ()
    revokes: tuple[Exchange, ...] = ()
    refunds: tuple[Exchange, ...] = ()
    notices: tuple[Exchange, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def state(self) -> str:
        """Where the centre has it: the last `ordStas`, empty when it never existed."""
        return self.changes[-1].after if self.changes else ""

    def reached(self, *states: str) -> int | None:
        """The record number at which it first came into one of `states`."""
        return next((change.seq for change in self.changes if change.after in states), None)

    @property
    def med_org_ord(self) -> str:
        """The institution's number of it."""
        return text(self.uploads[0].data, "medOrgOrd") if self.uploads else ""

    @cached_property
    def told(self) -> tuple[Exchange, ...]:
        """The genuine messages that tell the vendor of the settlement: 6302, and 6301 with state 6 and its amounts.

        A notice counts once it was answered: only then has the vendor surely had it.
        """
        return tuple(one for one in self.heard if one.response is not None)

    @cached_property
    def heard(self) -> tuple[Exchange, ...]:
        """Those that the vendor may have had: also the notices that it was too slow to answer."""
        notices = (n for n in self.notices if n.genuine and n.may_be_read)
        queries = (
            q for q in self.queries if q.genuine and text(q.answer, "ordStas") == "6" and amounts_of(q.answer)
        )
        return tuple(sorted((*notices, *queries), key=lambda one: one.seq))

    @property
    def noted(self) -> Mapping[str, int] | None:
        """The amounts in fen that the centre itself noted, whatever its messages were made to say."""
        return next((found for change in reversed(self.changes) if (found := _noted(change))), None)

    @property
    def amounts(self) -> Mapping[str, int] | None:
        """The centre's amounts in fen: its own note, or what a genuine message states."""
        notices = (amounts_of(n.data) for n in self.notices if n.genuine)
        answers = (amounts_of(e.answer) for e in (*self.queries, *self.places) if e.genuine)
        return next((found for found in chain((self.noted,), notices, answers) if found), None)


@dataclass(frozen=True)
class Promise:
    """What a rule may know of the declaration."""

    services: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    level: int = 2
    notified: bool = True
    converge_ms: int = 60_000


@dataclass(frozen=True)
class Flow:
    """One scenario flow: an immutable view. Records stand in the order of their numbers."""

    id: str
    records: tuple[Record, ...]
    promise: Promise = field(default_factory=Promise)
    local: bool = False
    """Whether a case of this flow demands that no message leaves the vendor (本地)."""

    def _of(self, kind: str, what: str = "") -> Iterator[Record]:
        for record in self.records:
            if record.get("kind") == kind and (not what or record.get("what") == what):
                yield record

    @cached_property
    def scenario(self) -> Mapping[str, Any]:
        """What the begin record says: id, title, covers, requirements, expect, persons …"""
        return child(next(self._of("scenario", "begin"), {}), "d")

    @cached_property
    def end(self) -> Record:
        """The end record; empty when the flow did not end."""
        return next(self._of("scenario", "end"), {})

    @property
    def last(self) -> int:
        """The number of the last record."""
        return max((whole(record, "seq") or 0 for record in self.records), default=0)

    @property
    def window_s(self) -> str:
        """How long nothing was seen at the end, as text (`3.0`)."""
        window = child(self.end, "d", "quiet").get("window_ms")
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

    def steps(self, what: str) -> tuple[Record, ...]:
        """The steps that the runner performed."""
        return tuple(self._of("step", what))

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """Every order that a message or the world names, in the order of its creation."""
        return _orders(self)

    def order(self, pay_ord_id: str) -> Order | None:
        """The order with this number."""
        return next((order for order in self.orders if order.pay_ord_id == pay_ord_id), None)

    def orders_of(self, person: str) -> tuple[Order, ...]:
        """The orders that the centre made for a person."""
        return tuple(order for order in self.orders if order.person == person and order.changes)


def _orders(flow: Flow) -> tuple[Order, ...]:
    changes: dict[str, list[Change]] = {}
    owner: dict[str, str] = {}
    for record in flow._of("world", "order"):
        detail = child(record, "d")
        key = text(detail, "key")
        owner.setdefault(key, text(record, "person"))
        seq = whole(record, "seq") or 0
        change = Change(seq, text(detail, "before"), text(detail, "after"), child(detail, "detail"))
        changes.setdefault(key, []).append(change)
    found: dict[str, dict[str, list[Exchange]]] = {key: {} for key in changes}
    for exchange in flow.all_exchanges:
        place = _PLACES.get(exchange.interface)
        key = text(exchange.answer if exchange.interface == "6201" else exchange.data, "payOrdId")
        if place and not key and exchange.interface == "6201":
            key = _uploaded_as(flow, exchange)
        if place and key:
            owner.setdefault(key, text(exchange.request.record, "person"))
            found.setdefault(key, {}).setdefault(place, []).append(exchange)
    return tuple(
        Order(
            key,
            owner.get(key, ""),
            **{place: tuple(exchanges) for place, exchanges in places.items()},
            changes=tuple(changes.get(key, ())),
        )
        for key, places in found.items()
    )


def _uploaded_as(flow: Flow, upload: Exchange) -> str:
    """The order that a 6201 without a readable answer made, by its medOrgOrd in the world's record."""
    number = text(upload.data, "medOrgOrd")
    for detail in flow.world("order"):
        if number and text(child(detail, "detail"), "medOrgOrd") == number:
            return text(detail, "key")
    return ""


_PLACES: Mapping[str, str] = {
    "6201": "uploads", "6202": "places", "6301": "queries", "6401": "revokes", "6203": "refunds", "6302": "notices",
}  # fmt: skip


def fold(records: Iterable[Record]) -> dict[str, tuple[Record, ...]]:
    """The records by flow, strays (undecryptable, unknown) adopted by the one flow they can belong to.

    A record of no flow goes to the only flow that was open at that time; with several open it stays with "".
    """
    listed = sorted((r for r in records if isinstance(r, Mapping)), key=lambda r: whole(r, "seq") or 0)
    flows: dict[str, list[Record]] = {}
    spans: dict[str, tuple[int, int]] = {}
    for record in listed:
        name, seq = text(record, "flow"), whole(record, "seq") or 0
        if name:
            first = spans.get(name, (seq, seq))[0]
            spans[name] = (first, seq)
    for record in listed:
        name, seq = text(record, "flow"), whole(record, "seq") or 0
        if not name and record.get("kind") == "message":
            open_then = [flow for flow, (first, last) in spans.items() if first < seq < last]
            name = open_then[0] if len(open_then) == 1 else ""
        flows.setdefault(name, []).append(record)
    return {name: tuple(found) for name, found in flows.items()}
