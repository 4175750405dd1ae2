"""A bill that the doctor changes, or the counter takes cash for, while it is paid by phone (cases MP-PAY-13, 14). Pure."""

from __future__ import annotations

from conformance.evidence.calls import Call
from conformance.evidence.centre import SETTLED, OrderView, med_org_ord
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import fen, text
from conformance.finding import EMPTY, Finding, Rule, absent, failed, passed, yuan
from conformance.rules.pay import bill_totals
from conformance.rules.signs import sent
from simulator.protocol.text.said import Said, Text

CHANGES = ("amend_bill", "counter_pay")
GONE = ("12", "13", "15")
"""States in which an order that nobody paid is over (centre sheet 8)."""
WORDS = {"amend_bill": Said("改单"), "counter_pay": Said("窗口收费")}


def _bills(call: Call) -> tuple[str, ...]:
    listed = call.args.get("bill_ids")
    return tuple(str(name) for name in listed) if isinstance(listed, (list, tuple)) else ()


def _changes(flow: FlowView, *actions: str) -> tuple[Call, ...]:
    return tuple(c for c in flow.calls_of(*actions) if c.state in ("done", "accepted", "refused"))


def _orders(flow: FlowView, change: Call) -> tuple[OrderView, ...]:
    """The orders of the changed bill that payments begun before the end of the change made."""
    bill, made = text(change.args, "bill_id"), list[Exchange]()
    for call in flow.calls_of("pay"):
        if bill in _bills(call) and call.seq < change.end:
            made += sent(flow, call, "6201")
    names = {med_org_ord(upload) for upload in made}
    return tuple(o for o in flow.orders if o.changes and o.med_org_ord in names)


def old_order_is_revoked(flow: FlowView) -> Finding:
    """PAY-CHANGE-001: a change that was taken ends the order before it; one that is refused leaves it as it is."""
    expected = Said("改单或窗口收费成功时, 该单据未支付的旧订单已撤销, 之后不再结算")
    seen = list[int]()
    for change in _changes(flow, *CHANGES):
        if change.state == "refused":
            seen += change.records
            continue
        for order in _orders(flow, change):
            settled = order.reached(SETTLED)
            if settled and settled < change.seq:
                continue  # paid before: PAY-COUNTER-001
            if settled or order.state not in GONE:
                state: Text = Said("之后结算完成") if settled else Said("仍为状态 {}", order.state)
                said = Said("{}已办, 旧订单 {} {}", WORDS[change.action], order.pay_ord_id, state)
                at = settled or order.changes[-1].seq
                return failed(expected, said, [*change.records, at], absence=not settled)
            seen += [*change.records, order.changes[-1].seq]
    if not seen:
        return absent(expected, Said("没有在支付途中改单或窗口收费"))
    return passed(expected, Said("旧订单都已撤销, 或变更被拒绝"), seen, absence=True)


def changed_lines_are_paid(flow: FlowView) -> Finding:
    """PAY-AMEND-001: what is uploaded after the doctor's change is what the doctor left."""
    expected, seen = Said("改单之后的 6201 按改后的金额上传"), list[int]()
    for change in _changes(flow, "amend_bill"):
        if change.state == "refused":
            seen += change.records
            continue
        bill, after = text(change.args, "bill_id"), bill_totals(flow, change.end + 1)
        for call in flow.calls_of("pay"):
            if call.seq < change.end or bill not in _bills(call) or any(b not in after for b in _bills(call)):
                continue
            wanted = sum(after[name] for name in _bills(call))
            for upload in (e for e in sent(flow, call, "6201") if e.request.opened):
                if fen(upload.data, "medfeeSumamt") != wanted:
                    stated = text(upload.data, "medfeeSumamt") or EMPTY
                    said = Said("medfeeSumamt 为 {}, 改后的单据为 {}", stated, yuan(wanted))
                    return failed(expected, said, [*change.records, call.seq, upload.seq])
                seen += [change.end, upload.seq]
            seen += call.records if call.state == "refused" else ()
    if not seen:
        return absent(expected, Said("没有改单之后的支付"))
    return passed(expected, Said("按改后的金额上传, 或改单被拒绝"), seen)


def not_paid_twice(flow: FlowView) -> Finding:
    """PAY-COUNTER-001: a bill that the counter took cash for is in no 6201 after it, and the counter takes no paid bill."""
    expected, seen = Said("窗口已收的单据不再进入 6201, 已支付的单据窗口不再收"), list[int]()
    for change in _changes(flow, "counter_pay"):
        bill = text(change.args, "bill_id")
        paid = next(
            (o for o in _orders(flow, change) if (o.reached(SETTLED) or change.seq) < change.seq), None
        )
        if change.state != "refused" and paid and not paid.reached("7"):
            said = Said("订单 {} 已结算, 窗口收费仍应答 {}", paid.pay_ord_id, change.state)
            return failed(expected, said, [paid.reached(SETTLED) or 0, *change.records])
        seen += change.records if paid or change.state == "refused" else ()
        for call in flow.calls_of("pay") if change.state == "done" else ():
            if call.seq < change.end or bill not in _bills(call):
                continue
            wrong = _still_in(flow, call, bill)
            if wrong:
                said = Said(
                    "窗口已收的单据仍在 6201 里, medfeeSumamt 为 {}", yuan(fen(wrong.data, "medfeeSumamt"))
                )
                return failed(expected, said, [*change.records, *call.records, wrong.seq])
            seen += [change.end, *call.records]
    if not seen:
        return absent(expected, Said("没有窗口收费"))
    return passed(expected, Said("没有重复收费"), seen, absence=True)


def _still_in(flow: FlowView, call: Call, bill: str) -> Exchange | None:
    """The 6201 of a payment that asks for more than the other bills come to."""
    totals = bill_totals(flow, call.seq)
    others = [totals.get(name, 0) for name in _bills(call) if name != bill]
    uploads = (e for e in sent(flow, call, "6201") if e.request.opened)
    return next((e for e in uploads if (fen(e.data, "medfeeSumamt") or 0) > sum(others)), None)


RULES: tuple[tuple[str, Rule], ...] = (
    ("changed.old_order_is_revoked", old_order_is_revoked),
    ("changed.changed_lines_are_paid", changed_lines_are_paid),
    ("changed.not_paid_twice", not_paid_twice),
)
