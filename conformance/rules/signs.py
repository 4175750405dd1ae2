"""What shows that the vendor believes an order to be paid, and the time a driver call owns. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.evidence.calls import Call, Probe
from conformance.evidence.centre import OrderView, known_from
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import HARMLESS, Exchange
from conformance.evidence.values import child, text, whole
from simulator.protocol.text.said import Said, Text

BOOKED, SHOWN = Said("入账"), Said("显示成功")


@dataclass(frozen=True, slots=True)
class Sign:
    """In record `seq` the vendor shows that it takes order `pay_ord_id` (may be empty) of `person` for paid."""

    seq: int
    kind: Said
    what: Text
    person: str
    pay_ord_id: str


def signs(flow: FlowView) -> Iterator[Sign]:
    """Every such sign: a finished `pay`, a success icon, a booking in a reading."""
    for call in flow.calls_of("pay"):
        if _free_of_charge(flow, call):
            continue
        if call.state == "done":
            yield Sign(call.end, BOOKED, Said("pay 应答 done(已入账)"), call.person, call.pay_ord_id)
        if call.state in ("done", "accepted") and call.shown == "success":
            yield Sign(
                call.end, SHOWN, Said("pay 应答的 patient_state 为 success"), call.person, call.pay_ord_id
            )
    for probe in flow.probes:
        for order in (one for one in probe.orders if whole(child(one, "amounts"), "total") != 0):
            number, count = text(child(order, "refs"), "payOrdId"), whole(order, "booked_count") or 0
            if count > 0:
                yield Sign(
                    probe.seq, BOOKED, Said("order_state 的 booked_count 为 {}", count), probe.person, number
                )
        if probe.shown == "success" and whole(child(probe.result, "amounts"), "total") != 0:
            number = text(child(probe.record, "d", "refs"), "payOrdId")
            yield Sign(
                probe.seq, SHOWN, Said("order_state 的 patient_state 为 success"), probe.person, number
            )


def _free_of_charge(flow: FlowView, call: Call) -> bool:
    """Whether a payment is of registrations that cost nothing: there is nothing to settle (MP-REG-11)."""
    booked = flow.calls_of("book_appointment", "register_today")
    free = {text(one.result, "bill_id") for one in booked if whole(one.result, "fee") == 0}
    names = call.args.get("bill_ids")
    return isinstance(names, (list, tuple)) and bool(names) and set(map(str, names)) <= free


def told_at(order: OrderView) -> int | None:
    """The record in which the vendor first got a message to be believed that says settled."""
    return _first(order.told)


def heard_at(order: OrderView) -> int | None:
    """The same, counting what the vendor may have read without answering it."""
    return _first(order.heard)


def _first(messages: tuple[Exchange, ...]) -> int | None:
    return known_from(messages[0]) if messages else None


def premature(flow: FlowView, *kinds: Said) -> tuple[Sign, ...]:
    """The signs of these kinds (all when none is given) that no genuine message of settlement precedes."""
    told: dict[str, list[int]] = {}
    for order in flow.orders:
        at = heard_at(order)
        if at is not None:
            told.setdefault(order.pay_ord_id, []).append(at)
            told.setdefault(order.person, []).append(at)
    return tuple(
        sign
        for sign in signs(flow)
        if (not kinds or sign.kind in kinds)
        and not any(at < sign.seq for at in told.get(sign.pay_ord_id or sign.person, ()))
    )


def window(flow: FlowView, call: Call) -> tuple[int, int]:
    """The records that belong to a call: up to the next call of the same action, or the end of the flow."""
    later = (other.seq for other in flow.calls_of(call.action) if other.seq > call.end)
    return call.seq, min(later, default=flow.last + 1)


def sent(flow: FlowView, call: Call, *interfaces: str) -> tuple[Exchange, ...]:
    """The vendor's requests of these interfaces in the time that a call owns, of its person."""
    first, beyond = window(flow, call)
    return tuple(
        exchange
        for exchange in flow.exchanges(*interfaces)
        if first < exchange.seq < beyond and exchange.person in ("", call.person)
    )


def lost(exchange: Exchange) -> bool:
    """Whether the vendor cannot know the outcome: no answer, or one that was spoiled on the way."""
    scripted = ("reply", "tamper_request_sign", "tamper_request_cipher", *HARMLESS)
    return exchange.response is None or any(name not in scripted for name in exchange.faults)


def doubted(order: OrderView) -> bool:
    """Whether the vendor had a reason to doubt an order: an answer or a notice of it was lost, spoiled or scripted."""
    asked = (*order.uploads, *order.places, *order.queries, *order.revokes, *order.refunds)
    return any(one.response is None or not one.genuine for one in asked) or any(
        one.response is not None and not one.genuine for one in order.notices
    )


def handed_over(order: OrderView, reading: Mapping[str, Any]) -> bool:
    """Whether the vendor gave a doubtful order to a person instead of booking it: safe, and the last word it has to say."""
    booked = whole(reading, "booked_count") or 0
    return booked == 0 and text(reading, "order_state") == "manual" and doubted(order)


def unbookable(flow: FlowView, order: OrderView) -> bool:
    """Whether the scenario lets every booking of an order fail (driver contract, `fail_booking`): no notice of it is
    acknowledged then, and a vendor that never books gives the order to a person or pays it back."""
    at = told_at(order)
    before = [call for call in flow.calls_of("fail_booking") if at is not None and call.seq < at]
    return bool(before) and (whole(before[-1].args, "times") or 0) > len(order.notices)


def final_reading(flow: FlowView, order: OrderView) -> tuple[Probe | None, Mapping[str, Any]]:
    """The last reading of the order's person, and what it says about the order.

    A vendor with a single order may leave the order's numbers out; numbers of another order are no reading of it.
    """
    probe = flow.final(order.person)
    if probe is None:
        return None, {}
    alone = len(flow.orders_of(order.person)) == 1
    bare = (row for row in probe.orders if alone and not text(child(row, "refs"), "payOrdId"))
    return probe, probe.of(order.pay_ord_id) or next(bare, {})
