"""Registration (acceptance sheet 11.1). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.evidence.calls import Call
from conformance.evidence.centre import OrderView, refund_total
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange, Record
from conformance.evidence.values import child, rows, text, whole
from conformance.finding import EMPTY, Finding, Rule, absent, failed, passed, yuan
from conformance.rules.signs import sent, told_at
from simulator.protocol.text.said import Said, Text, listed
from simulator.protocol.text.times import beijing14, parse_timestamp


@dataclass(frozen=True, slots=True)
class TimeWent:
    """A real wait that ended in record `seq`, in the place of a moved clock."""

    seq: int

    @property
    def end(self) -> int:
        """The record in which it ended."""
        return self.seq

    @property
    def records(self) -> tuple[int, ...]:
        """What a finding cites."""
        return (self.seq,)


def _booked(flow: FlowView) -> tuple[Call, ...]:
    """The registrations that the vendor made."""
    calls = flow.calls_of("book_appointment", "register_today")
    return tuple(call for call in calls if text(call.result, "registration_id"))


def _state(flow: FlowView, registration: str, after: int) -> tuple[str, int]:
    """What the last `list_registrations` after a record says, and its record."""
    for call in reversed(flow.calls_of("list_registrations")):
        for row in rows(call.result, "registrations") if call.seq > after else ():
            if text(row, "registration_id") == registration:
                return text(row, "state"), call.end
    return "", 0


def _left(flow: FlowView, slot: str, after: int, before: int) -> int | None:
    """How many places the slot has by the last `list_doctors` between two records; one that is not listed has none."""
    for call in reversed(flow.calls_of("list_doctors")):
        if after < call.seq < before and call.state == "done":
            listed = (row for doctor in rows(call.result, "doctors") for row in rows(doctor, "slots"))
            return next((whole(row, "left") for row in listed if text(row, "slot_id") == slot), 0)
    return None


def _slot_free(flow: FlowView, booking: Call, act: Call | TimeWent) -> tuple[Text, bool]:
    """What the slot says before and after an act, and whether it contradicts that the place is free again."""
    slot = text(booking.result, "slot_id")
    then, now = _left(flow, slot, booking.end, act.seq), _left(flow, slot, act.end, flow.last + 1)
    if then is None or now is None:
        return "", False
    return Said("号源余数 {} -> {}", then, now), now <= then


def _orders(flow: FlowView, booking: Call) -> tuple[OrderView, ...]:
    """The orders that the payments of a registration made."""
    bill = text(booking.result, "bill_id")
    made: list[Exchange] = []
    for call in flow.calls_of("pay"):
        listed = call.args.get("bill_ids")
        if isinstance(listed, (list, tuple)) and bill in listed:
            made += sent(flow, call, "6201")
    return tuple(order for order in flow.orders if any(upload in made for upload in order.uploads))


def paid_is_confirmed(flow: FlowView) -> Finding:
    """REG-PAY-001."""
    expected, seen = Said("支付成功的挂号为 confirmed"), []
    for booking in _booked(flow):
        for order in _orders(flow, booking):
            at = told_at(order)
            state, where = _state(flow, text(booking.result, "registration_id"), at or 0)
            if at is None or not where:
                continue
            seen += [at, where]
            if state != "confirmed":
                return failed(
                    expected,
                    Said("订单 {} 已结算, 挂号状态为 {}", order.pay_ord_id, state),
                    [booking.seq, at, where],
                )
    if not seen:
        return absent(expected, Said("没有支付成功后查询的挂号"))
    return passed(expected, Said("挂号状态为 confirmed"), seen)


def cancel_revokes(flow: FlowView) -> Finding:
    """REG-CANCEL-001."""
    expected = Said("6401 撤销成功(中心状态 12), 挂号 cancelled, 号源释放")
    for booking in _booked(flow):
        cancels = [c for c in flow.calls_of("cancel") if c.seq > booking.end and c.person == booking.person]
        orders = [o for o in _orders(flow, booking) if o.changes]
        if not cancels or not orders or orders[-1].reached("6"):
            continue
        return _released(flow, expected, booking, cancels[0], orders[-1], "cancelled")
    return absent(expected, Said("没有对未支付挂号的取消"))


def _released(
    flow: FlowView, expected: Text, booking: Call, act: Call | TimeWent, order: OrderView, state: str
) -> Finding:
    wrong: list[tuple[str, Text]] = []
    if state == "cancelled" and order.state not in ("12", "13"):
        tried = Said(", 6401 {} 次", len(order.revokes)) if order.revokes else Said(", 没有 6401")
        wrong.append(("not_revoked", Said("中心状态为 {}{}", order.state, tried)))
    found, where = _state(flow, text(booking.result, "registration_id"), act.end)
    if found != state and where:
        wrong.append(("registration", Said("挂号状态为 {}", found)))
    said, kept = _slot_free(flow, booking, act)
    if kept:
        wrong.append(("slot", Said("{}, 号源没有释放", said)))
    records = [
        booking.seq,
        *act.records,
        *(seq for e in order.revokes for seq in e.records),
        *([where] if where else []),
    ]
    if wrong:
        told = listed("; ", [said for _, said in wrong])
        return failed(expected, told, records, absence=True, kind=wrong[0][0])
    if not where or not said:
        unread = (
            Said("没有读到号源余数, 是否释放看不出来")
            if where
            else Said("没有读到挂号状态, 是否释放看不出来")
        )
        return absent(expected, unread)
    return passed(expected, Said("中心状态 {}, 挂号 {}, {}", order.state, found, said), records)


def expires(flow: FlowView) -> Finding:
    """REG-EXPIRE-001."""
    expected = Said("到时限后自动 6401 撤销(中心状态 12), 挂号 cancelled")
    for booking in _booked(flow):
        clocks: list[Call | TimeWent] = [c for c in flow.calls_of("clock") if c.state == "done"]
        clocks += [TimeWent(whole(record, "seq") or 0) for record in flow.steps("real_wait")]
        clocks = [one for one in clocks if one.seq > booking.end]
        orders = [o for o in _orders(flow, booking) if o.changes]
        if not clocks or not orders or orders[-1].reached("6"):
            continue
        return _released(flow, expected, booking, clocks[0], orders[-1], "cancelled")
    return absent(expected, Said("没有在时限之后仍未支付的挂号(或时钟没有推进)"))


def same_day(flow: FlowView) -> Finding:
    """REG-DATE-001: and the day of the registration is the day on which it was made."""
    expected, seen = Said("6201 的 begntime 与当日挂号同日, 且是办理当天"), list[int]()
    said: Text = ""
    for booking in flow.calls_of("register_today"):
        for order in _orders(flow, booking):
            upload = order.uploads[0]
            day, begun = text(booking.result, "date"), text(upload.data, "begntime")
            made = {_date(record) for record in (booking.asked, booking.answered or {})}
            said = Said("办理日 {}, 挂号日 {}, begntime {}", listed("、", sorted(made)), day, begun or EMPTY)
            if day and (not _digits14(begun).startswith(day.replace("-", "")) or day not in made):
                kind = "begntime" if day in made else "day"
                return failed(expected, said, [booking.end, upload.seq], kind=kind)
            seen += [booking.end, upload.seq] if day else []
    if not seen:
        return absent(expected, Said("没有到达 6201 的当日挂号"))
    return passed(expected, said, seen)


def _digits14(time: str) -> str:
    """A time of 6201 as Beijing digits, whatever form `fields.date_forms` lets it have."""
    form = parse_timestamp(time)
    return beijing14(form[1]) if form and form[0] == "13" else time.replace("-", "")


def _date(record: Record) -> str:
    """The Beijing date of a record."""
    return text(child(record, "t"), "wire")[:10]


def refund_frees_slot(flow: FlowView) -> Finding:
    """REG-REFUND-001."""
    expected = Said("退号按原额全退(6203 成功), 挂号 refunded, 号源释放")
    for booking in _booked(flow):
        refunds = [c for c in flow.calls_of("refund_registration") if c.seq > booking.end]
        orders = [o for o in _orders(flow, booking) if o.told]
        if not refunds or not orders:
            continue
        views = [view for view in flow.refunds if view.order is orders[-1] and view.outcome == "SUCC"]
        done, total = [view.asked[-1] for view in views], sum(refund_total(view.first) or 0 for view in views)
        paid = (orders[-1].amounts or {}).get("total")
        if not done or total != paid:
            said = Said("6203 成功 {} 次, 合计 {}, 原额 {}", len(done), yuan(total), yuan(paid))
            records, kind = (
                [*refunds[0].records, *(e.seq for e in done)],
                "amount" if done else "not_refunded",
            )
            return failed(expected, said, records, absence=not done, kind=kind)
        return _released(flow, expected, booking, refunds[0], orders[-1], "refunded")
    return absent(expected, Said("没有对已支付挂号的退号"))


RULES: tuple[tuple[str, Rule], ...] = (
    ("registration.paid_is_confirmed", paid_is_confirmed),
    ("registration.cancel_revokes", cancel_revokes),
    ("registration.expires", expires),
    ("registration.same_day", same_day),
    ("registration.refund_frees_slot", refund_frees_slot),
)
