"""Slots: the last place of one, one that is suspended, one that the hospital cannot lock after the payment (cases MP-REG-08 to 11). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.evidence.calls import Call
from conformance.evidence.centre import SETTLED, OrderView
from conformance.evidence.flow_view import FlowView
from conformance.evidence.values import rows, text, whole
from conformance.finding import EMPTY, NONE, Finding, Rule, absent, beyond_reach, failed, passed, several
from conformance.rules.signs import sent
from simulator.protocol.text.said import Said

BOOKING = ("book_appointment", "register_today")
GIVEN_BACK = ("7",)
FINAL = ("paid", "failed", "cancelled")
"""States of the vendor that are none for an order whose money it has and cannot book."""


def _booked(flow: FlowView, slot: str, after: int) -> tuple[Call, ...]:
    """The bookings of a slot that were asked for after a record and made."""
    calls = (c for c in flow.calls_of(*BOOKING) if c.seq > after and c.state == "done")
    return tuple(c for c in calls if text(c.result, "slot_id") == slot)


def _order(flow: FlowView, booking: Call) -> OrderView | None:
    """The order that a payment of a booking made last."""
    bill, found = text(booking.result, "bill_id"), None
    for call in flow.calls_of("pay"):
        names = call.args.get("bill_ids")
        if isinstance(names, (list, tuple)) and bill in names:
            made = sent(flow, call, "6201")
            found = next((o for o in flow.orders if any(u in made for u in o.uploads)), found)
    return found


def _registration(flow: FlowView, booking: Call) -> str:
    """What the last list of registrations says of a booking."""
    number = text(booking.result, "registration_id")
    for call in reversed(flow.calls_of("list_registrations")):
        for row in rows(call.result, "registrations") if call.seq > booking.end else ():
            if text(row, "registration_id") == number:
                return text(row, "state")
    return ""


def last_place(flow: FlowView) -> Finding:
    """REG-LAST-001: who is one too many is refused before the charge, or gets everything back."""
    expected, seen = Said("号源只剩的名额之外的人在扣款前被拒绝, 或自动全退"), list[int]()
    for limit in flow.calls_of("set_slot"):
        slot, left = text(limit.args, "slot_id"), whole(limit.args, "left") or 0
        until = next((c.seq for c in flow.calls_of("set_slot") if c.seq > limit.end), flow.last + 1)
        made = [c for c in _booked(flow, slot, limit.end) if c.seq < until] if limit.state == "done" else []
        charged = [
            o for c in made if (o := _order(flow, c)) and o.reached(SETTLED) and o.state not in GIVEN_BACK
        ]
        held = [c for c in made if _registration(flow, c) == "confirmed"]
        if len(charged) > left or len(held) > left:
            said = Said(
                "号源 {} 余 {}, 约到 {} 人, 收费 {} 笔, 已预约 {} 个",
                slot,
                left,
                len(made),
                len(charged),
                len(held),
            )
            return failed(
                expected, said, [*limit.records, *(seq for c in made for seq in c.records)], absence=True
            )
        seen += [seq for c in made for seq in c.records]
    if not seen:
        return absent(expected, Said("没有约到限了名额的号源"))
    return passed(expected, Said("没有超出名额"), seen, absence=True)


def suspended_is_closed(flow: FlowView) -> Finding:
    """REG-SUSP-001: listed, not booked any more; what was paid before can go back whole."""
    expected, seen = Said("停诊的号源列入停诊清单, 不能再约, 已付的可以全退"), list[int]()
    for stop in flow.calls_of("suspend"):
        slot = text(stop.args, "slot_id")
        if stop.state != "done":
            continue
        again = _booked(flow, slot, stop.end)
        if again:
            return failed(expected, Said("停诊之后仍约到号源 {}", slot), [*stop.records, *again[0].records])
        for call in flow.calls_of("list_suspensions"):
            listed = [text(row, "slot_id") for row in rows(call.result, "suspensions")]
            if call.seq > stop.end and call.state == "done" and slot not in listed:
                said = Said("停诊清单里没有 {}: {}", slot, several(listed, NONE))
                return failed(expected, said, [*stop.records, *call.records])
        wrong = next(_kept(flow, stop), None)
        if wrong:
            return failed(
                expected,
                Said("停诊的挂号退费被拒绝, 代码 {}", wrong.code or EMPTY),
                [*stop.records, *wrong.records],
            )
        seen += stop.records
    if not seen:
        return absent(expected, Said("没有停诊"))
    return passed(expected, Said("停诊的号源不再可约"), seen, absence=True)


def _kept(flow: FlowView, stop: Call) -> Iterator[Call]:
    """The refused refunds of registrations after a suspension whose order was settled and never refunded."""
    for call in flow.calls_of("refund_registration"):
        orders = [o for o in flow.orders_of(call.person) if o.reached(SETTLED)]
        if call.seq > stop.end and call.state == "refused" and orders and orders[-1].state == SETTLED:
            yield call


def unlocked_goes_back(flow: FlowView) -> Finding:
    """REG-LOCK-001: judged by the last reading while booking failed; a vendor that still tries is pending."""
    expected, seen = (
        Said("医保成功而院内登记失败的挂号自动退费、转人工或仍待登记, 不显示成功或失败"),
        list[int](),
    )
    broken = [c for c in flow.calls_of("fail_booking") if c.state == "done"]
    until = next((c.seq for c in broken if not whole(c.args, "times")), flow.last + 1)
    for booking in flow.calls_of(*BOOKING) if broken else ():
        order = _order(flow, booking)
        at = order.reached(SETTLED) if order else None
        probes = [p for p in flow.probes if p.person == booking.person and (at or until) < p.seq < until]
        if order is None or at is None or not probes:
            continue
        probe = probes[-1]
        reading = probe.of(order.pay_ord_id) or probe.orders[0]
        state, centre = text(reading, "order_state"), order.state_before(probe.seq)
        booked = (whole(reading, "booked_count") or 0) > 0
        if (
            not booked
            and centre not in GIVEN_BACK
            and (state in FINAL or probe.shown in ("success", "failed"))
        ):
            said = Said("中心状态 {}, 院内状态 {}, 页面 {}", centre, state or EMPTY, probe.shown or EMPTY)
            return failed(expected, said, [*broken[0].records, at, probe.seq])
        seen += [at, probe.seq]
    if not seen:
        return absent(expected, Said("没有院内登记失败的已付挂号"))
    return passed(expected, Said("已退费、转人工或仍待登记"), seen)


def nothing_is_free(flow: FlowView) -> Finding:
    """REG-FREE-001: a registration that costs nothing is made; what a vendor uploads of it is its local practice."""
    expected, seen = Said("0 元挂号不收费即可预约"), list[int]()
    bookings = [c for c in flow.calls_of(*BOOKING) if c.state == "done"]
    free = [c for c in bookings if whole(c.result, "fee") == 0]
    if bookings and not free:
        return replace(beyond_reach(Said("被测系统自定挂号费, 约不到 0 元的号")), expected=expected)
    for booking in free:
        paid = [
            c
            for c in flow.calls_of("pay")
            if text(booking.result, "bill_id") in (c.args.get("bill_ids") or ())
        ]
        order, state = _order(flow, booking), _registration(flow, booking)
        cash = [move for move in flow.cash if order and move.order == order.pay_ord_id]
        if cash or (state and state != "confirmed"):
            why = Said("收了现金") if cash else Said("挂号状态为 {}", state)
            return failed(
                expected,
                why,
                [booking.seq, *(seq for c in paid for seq in c.records), *(m.seq for m in cash)],
            )
        seen += booking.records if state else ()
    if not seen:
        return absent(expected, Said("没有 0 元的挂号"))
    return passed(expected, Said("0 元挂号已预约, 没有收费"), seen, absence=True)


RULES: tuple[tuple[str, Rule], ...] = (
    ("slots.last_place", last_place),
    ("slots.suspended_is_closed", suspended_is_closed),
    ("slots.unlocked_goes_back", unlocked_goes_back),
    ("slots.nothing_is_free", nothing_is_free),
)
