"""What a hospital shows of a payment afterwards: the settlement slip, paid bills, their details (case MP-PAY-20). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.evidence.calls import Call
from conformance.evidence.centre import OrderView
from conformance.evidence.flow_view import FlowView
from conformance.evidence.values import child, fen, rows, same, text, whole
from conformance.finding import EMPTY, Finding, Rule, absent, failed, passed, yuan
from conformance.rules.signs import sent, told_at
from simulator.protocol.text.said import Said, Text, listed

PARTS = (("total", Said("总额")), ("fund", Said("基金")), ("account", Said("个账")), ("cash", Said("现金")))
NUMBERS = ("hiDocSn", "hiChrgTime")
"""What a slip may quote of the settlement (centre sheet 6.8)."""


def _order_of(flow: FlowView, bill: str, before: int) -> OrderView | None:
    """The order that paid a bill and that the vendor knew to be settled before a record."""
    for call in flow.calls_of("pay"):
        names = call.args.get("bill_ids")
        if not isinstance(names, (list, tuple)) or bill not in names:
            continue
        made = sent(flow, call, "6201")
        for order in flow.orders:
            at = told_at(order)
            if any(upload in made for upload in order.uploads) and at is not None and at < before:
                return order
    return None


def _asked(flow: FlowView, action: str) -> Iterator[tuple[Call, OrderView]]:
    """The answered calls of an action about a bill that was paid before."""
    for call in flow.calls_of(action):
        order = (
            _order_of(flow, text(call.args, "bill_id"), call.seq)
            if call.state in ("done", "refused")
            else None
        )
        if order is not None and order.amounts and not order.refunds:
            yield call, order


def _unequal(held: Mapping[str, Any], amounts: Mapping[str, int]) -> list[Text]:
    return [
        Said("{} {} 中心 {}", title, yuan(whole(held, name)), yuan(amounts[name]))
        for name, title in PARTS
        if whole(held, name) != amounts[name]
    ]


def slip_equals_centre(flow: FlowView) -> Finding:
    """PAY-SLIP-001: numbers that the slip leaves out are not looked at; it may rest on any message that told them."""
    expected, seen = Said("支付成功后结算单可取, 金额与结算号与中心一致"), list[int]()
    for call, order in _asked(flow, "settlement_slip"):
        if call.state == "refused":
            said = Said("settlement_slip 以 {} 拒绝", call.code or EMPTY)
            return failed(expected, said, [told_at(order) or 0, *call.records])
        wrong = _unequal(child(call.result, "amounts"), order.amounts or {})
        wrong += [
            Said("{} 为 {}", name, text(call.result, name)) for name in NUMBERS if _foreign(call, order, name)
        ]
        if wrong:
            said = Said("订单 {}: {}", order.pay_ord_id, listed("; ", wrong))
            return failed(expected, said, [*call.records, told_at(order) or 0])
        seen += [*call.records, told_at(order) or 0]
    if not seen:
        return absent(expected, Said("没有在支付成功后取结算单"))
    return passed(expected, Said("结算单与中心一致"), seen)


def _foreign(call: Call, order: OrderView, name: str) -> bool:
    """Whether the slip states a number that no message about the order had."""
    stated = text(call.result, name)
    said = [text(e.data, name) for e in order.notices] + [
        text(e.answer, name) for e in (*order.queries, *order.places)
    ]
    known = [value for value in said if value]
    return bool(stated) and bool(known) and not any(_alike(stated, value) for value in known)


def _alike(one: str, other: str) -> bool:
    return same(one, other) or _digits(one) == _digits(other) != ""


def _digits(value: str) -> str:
    return "".join(letter for letter in value if letter.isdigit())


def paid_bills_are_listed(flow: FlowView) -> Finding:
    """PAY-PAID-001: a paid bill stands among the paid ones, with its amount, and no more among the unpaid ones."""
    expected, seen = Said("已缴费的单据在 list_paid 里, 不在 list_unpaid 里, 明细金额与中心一致"), list[int]()
    for call in (*flow.calls_of("list_paid"), *flow.calls_of("list_unpaid")):
        for bill, order in _paid_before(flow, call):
            row = next((one for one in rows(call.result, "bills") if text(one, "bill_id") == bill), None)
            problem = _misplaced(call, row, order)
            if problem:
                records = [told_at(order) or 0, *call.records]
                return failed(expected, Said("单据 {}: {}", bill, problem), records, kind="list")
            seen += call.records
    for call, order in _asked(flow, "paid_detail"):
        problem = _wrong_detail(call, order)
        if problem:
            return failed(expected, problem, [told_at(order) or 0, *call.records], kind="detail")
        seen += call.records
    if not seen:
        return absent(expected, Said("没有在支付成功后查询已缴费单据"))
    return passed(expected, Said("清单与明细和中心一致"), seen)


def _paid_before(flow: FlowView, call: Call) -> Iterator[tuple[str, OrderView]]:
    """The bills of the call's person that were paid before it, with their order."""
    for pay in flow.calls_of("pay") if call.state == "done" else ():
        names = pay.args.get("bill_ids")
        for bill in names if isinstance(names, (list, tuple)) and pay.person == call.person else ():
            order = _order_of(flow, str(bill), call.seq)
            if order is not None and not order.refunds:
                yield str(bill), order


def _misplaced(call: Call, row: Mapping[str, Any] | None, order: OrderView) -> Text:
    if call.action == "list_unpaid":
        return Said("仍在 list_unpaid 里") if row is not None else ""
    if row is None:
        return Said("不在 list_paid 里")
    stated, paid = whole(row, "total"), (order.amounts or {}).get("total")
    if stated is None or paid is None or stated <= paid:
        return ""
    return Said("list_paid 的总额 {} 超过订单的 {}", yuan(stated), yuan(paid))


def _wrong_detail(call: Call, order: OrderView) -> Text:
    if call.state == "refused":
        return Said("paid_detail 以 {} 拒绝", call.code or EMPTY)
    lines = [whole(row, "amount") for row in rows(call.result, "items")]
    known = [amount for amount in lines if amount is not None]
    total = whole(call.result, "total")
    if lines and len(known) == len(lines) and sum(known) != total:
        return Said("paid_detail 的明细合计 {}, 总额 {}", yuan(sum(known)), yuan(total))
    held = child(call.result, "amounts")
    alone = sum(bool(fen(e.data, "medfeeSumamt") == total) for e in order.uploads)
    wrong = _unequal(held, order.amounts or {}) if held and alone else []
    return Said("paid_detail: {}", listed("; ", wrong)) if wrong else ""


RULES: tuple[tuple[str, Rule], ...] = (
    ("slip.slip_equals_centre", slip_equals_centre),
    ("slip.paid_bills_are_listed", paid_bills_are_listed),
)
