"""What the vendor says the patient sees, and what it tells the tester: every answer that has a screen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance.drivers.call import has_screen
from conformance.evidence.calls import ANSWERED, Call
from conformance.evidence.centre import OrderView, told_state
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import HARMLESS, Exchange, Record
from conformance.evidence.values import child, rows, text, whole

READING = "order_state"
MAY_MOVE = ("1", "2", "3", "4", "5", "6")
"""States of an order of the centre in which money may still move, or has (centre sheet 8)."""
CLOSED = ("7", "8", "9", "10", "11", "12", "13", "14", "15", "16")
"""States after which nothing moves any more, or what moved went back, or a person looks at it."""
SCRIPTED = ("reply", "tamper_request_sign", "tamper_request_cipher", *HARMLESS)
"""Faults that leave an answer believable: it says what was scripted, or refuses what was spoiled on the way to us."""


@dataclass(frozen=True)
class Screen:
    """One answer of an action that has a screen; `call` is None for a reading. `record` holds the answer."""

    action: str
    record: Record
    person: str
    call: Call | None = None

    @property
    def seq(self) -> int:
        """The number of the answer."""
        return whole(self.record, "seq") or 0

    @property
    def records(self) -> tuple[int, ...]:
        """The numbers of call and answer."""
        return self.call.records if self.call else (self.seq,)

    @property
    def state(self) -> str:
        """done, accepted or refused."""
        return text(child(self.record, "d"), "state")

    @property
    def code(self) -> str:
        """The refusal code."""
        return text(child(self.record, "d"), "code")

    @property
    def icon(self) -> str:
        """success, failed, pending, cancelled, or empty."""
        return text(child(self.record, "d"), "patient_state")

    @property
    def words(self) -> str:
        """What the screen says, masked."""
        return text(child(self.record, "d"), "patient_message")

    @property
    def order_state(self) -> str:
        """Where the vendor has the order, as it says beside the icon."""
        return text(child(self.record, "d", "result"), "order_state")

    @property
    def pay_ord_id(self) -> str:
        """The order that it is about; may be empty."""
        return text(child(self.record, "d", "refs"), "payOrdId")

    @property
    def med_org_ord(self) -> str:
        """The same by the institution's number."""
        return text(child(self.record, "d", "refs"), "medOrgOrd")

    @property
    def refund_state(self) -> str:
        """pending or success of a refund."""
        return text(child(self.record, "d", "result"), "refund_state")


def screens(flow: FlowView) -> tuple[Screen, ...]:
    """Every such answer of a flow, in order; none where a person types the answers."""
    return tuple(sorted(_screens(flow), key=lambda one: one.seq)) if flow.promise.screen else ()


def _screens(flow: FlowView) -> Iterator[Screen]:
    for call in flow.calls:
        if call.answered is not None and call.state in ANSWERED and has_screen(call.action):
            yield Screen(call.action, call.answered, call.person, call)
    for probe in flow.readings:
        if text(child(probe.record, "d"), "state") in ANSWERED and not probe.unknown:
            yield Screen(READING, probe.record, probe.person)


def order_shown(flow: FlowView, screen: Screen) -> OrderView | None:
    """The order that a screen is about: the one it names, else the only one that its person had and paid for by then."""
    if screen.pay_ord_id:
        return flow.order(screen.pay_ord_id)
    if screen.med_org_ord:
        return next((one for one in flow.orders if one.med_org_ord == screen.med_org_ord), None)
    if sum(call.person == screen.person and call.seq < screen.seq for call in flow.calls_of("pay")) > 1:
        return None
    had = [one for one in flow.orders_of(screen.person) if one.changes[0].seq < screen.seq]
    return had[0] if len(had) == 1 else None


def last_word(order: OrderView, before: int) -> Exchange | None:
    """The newest message before record `before` that told the vendor something about its order and can be believed."""
    heard = (
        one
        for one in (*order.places, *order.queries, *order.revokes, *order.notices, *order.refunds)
        if one.end < before and believable(one)
    )
    return max(heard, key=lambda one: one.end, default=None)


def believable(exchange: Exchange) -> bool:
    """Whether what it says reached the vendor and can be believed; a notice of ours if it was genuine."""
    if exchange.request.ours:
        return exchange.genuine and exchange.may_be_read
    return exchange.response is not None and all(name in SCRIPTED for name in exchange.faults)


def says_closed(exchange: Exchange) -> bool:
    """Whether a message says that nothing of the order moves any more: refused, revoked, or in a state of CLOSED."""
    if exchange.request.ours:
        return False
    if exchange.interface == "6401":
        return exchange.accepted
    if exchange.interface == "6301":
        return told_state(exchange) in CLOSED
    return exchange.refused


def in_doubt(order: OrderView, before: int) -> Exchange | None:
    """The message that may have moved the order and whose outcome the vendor could not know at record `before`; else None."""
    word = last_word(order, before)
    known = word.end if word else 0
    sent = (
        one
        for one in (*order.places, *order.revokes)
        if one.seq < before and not believable(one) and not one.refused
    )
    doubt = max(sent, key=lambda one: one.seq, default=None)
    return doubt if doubt is not None and doubt.seq > known and order.places else None


def leaked(record: Record, field: str) -> Mapping[str, int]:
    """kind -> how often a value of this run stood in a text of a record; `field` as in `d.message`."""
    found: dict[str, int] = {}
    for fact in rows(record, "facts"):
        detail = child(fact, "d")
        if text(fact, "n") == "leak" and text(detail, "field") == field:
            kind = text(detail, "kind")
            found[kind] = found.get(kind, 0) + (whole(detail, "count") or 1)
    return found
