"""Answers of 6201, 6202 and 6203 that may not be believed, and odd ones that must be (centre sheet 2.2, 3). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from conformance.evidence.calls import numbers
from conformance.evidence.centre import SETTLED, OrderView, refund_status, told_state
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import amounts_of, child, rows, text, whole
from conformance.finding import Finding, Rule, absent, failed, passed
from conformance.rules.doubt import given_up
from conformance.rules.security import BAD_CIPHER, BAD_SIGNATURE
from simulator.protocol.text.said import Said, Text

SPOILED = (*BAD_SIGNATURE, *BAD_CIPHER)
REFUNDED = ("7", "8", "9", "10", "11")
PLACED = ("payOrdId", "payToken", "extData", "cashierUrl")
AMOUNT_MEMBERS = ("feeSumamt", "fundPay", "psnAcctPay", "ownPayAmt")


def _spoiled(exchange: Exchange) -> bool:
    return exchange.response is not None and any(name in SPOILED for name in exchange.faults)


def _good(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.genuine


def _none_believed(expected: Text, spoiled: Sequence[Exchange]) -> Finding:
    said = Said("送出 {} 个这样的应答, 均未采信", len(spoiled))
    return passed(expected, said, numbers(spoiled), absence=True)


def upload_not_believed(flow: FlowView) -> Finding:
    """ENV-RESP-003: whoever orders with numbers out of an answer that does not verify has believed it."""
    expected = Said("验签不通过或解不开的 6201 应答不采信, 不用其中的 payOrdId、payToken")
    spoiled = [upload for order in flow.orders for upload in order.uploads if _spoiled(upload)]
    if not spoiled:
        return absent(expected, Said("没有送出这样的 6201 应答"))
    for order in flow.orders:
        bad = [upload for upload in order.uploads if _spoiled(upload)]
        known = min((upload.end for upload in order.uploads if _good(upload)), default=flow.last + 1)
        used = next((place for place in order.places if bad and bad[0].end < place.seq < known), None)
        if used:
            said = Said("6201 的应答不可信, 之后仍以其中的 payOrdId {} 发出 6202", order.pay_ord_id)
            return failed(expected, said, [*bad[0].records, used.seq])
    return _none_believed(expected, spoiled)


def order_not_believed(flow: FlowView) -> Finding:
    """ENV-RESP-004: its amounts, shown before any other message has stated them; its refusal, taken for the last word."""
    expected = Said("验签不通过或解不开的 6202 应答不采信: 不展示其中的金额, 不把其中的拒绝当真")
    spoiled = [place for order in flow.orders for place in order.places if _spoiled(place)]
    if not spoiled:
        return absent(expected, Said("没有送出这样的 6202 应答"))
    for order in flow.orders:
        bad = [place for place in order.places if _spoiled(place)]
        at, given = given_up(flow, order, bad[-1]) if bad and bad[-1] is order.places[-1] else ((), "")
        if given and bad[-1].refused:
            said = Said("没有验签的拒绝 {} 被当真: {}", bad[-1].code, given)
            return failed(expected, said, [*bad[-1].records, *at], kind="refusal")
        false = amounts_of(bad[0].answer) if bad else None
        known = min(_stated(order), default=flow.last + 1)
        for seq, person, held in _shown(flow) if false else ():
            if person == order.person and held == false and bad[0].end < seq < known:
                said = Said("6202 的应答不可信, 之后展示了其中的金额")
                return failed(expected, said, [*bad[0].records, seq])
    return _none_believed(expected, spoiled)


def _stated(order: OrderView) -> Iterable[int]:
    """Where messages to be believed state the amounts of an order."""
    answers = (e.end for e in (*order.places, *order.queries) if _good(e) and amounts_of(e.answer))
    return (*answers, *(notice.seq for notice in order.notices if notice.genuine))


def _shown(flow: FlowView) -> Iterable[tuple[int, str, dict[str, int | None]]]:
    """(record, person, the four amounts) of what the vendor showed."""
    calls = ((call.end, call.person, child(call.result, "amounts")) for call in flow.calls_of("pay"))
    probes = ((p.seq, p.person, child(row, "amounts")) for p in flow.probes for row in p.orders)
    for seq, person, held in (*calls, *probes):
        if held:
            yield seq, person, {name: whole(held, name) for name in ("total", "fund", "account", "cash")}


def refund_not_believed(flow: FlowView) -> Finding:
    """ENV-RESP-005: success before a message to be believed has said so; a 6301 may say it too."""
    expected = Said("验签不通过或解不开的 6203 应答不采信, 不显示退费成功")
    spoiled = [refund for order in flow.orders for refund in order.refunds if _spoiled(refund)]
    if not spoiled:
        return absent(expected, Said("没有送出这样的 6203 应答"))
    for order in flow.orders:
        bad = [refund for refund in order.refunds if _spoiled(refund)]
        done = [e.end for e in order.refunds if _good(e) and refund_status(e) == "SUCC"]
        told = [e.end for e in order.queries if _good(e) and told_state(e) in REFUNDED]
        known = min((*done, *told), default=flow.last + 1)
        early = [seq for seq, person in _refunded(flow) if person == order.person]
        early = [seq for seq in early if bad and bad[0].end < seq < known]
        if early:
            said = Said("6203 的应答不可信, 之后显示退费成功")
            return failed(expected, said, [*bad[0].records, early[0]])
    return _none_believed(expected, spoiled)


def _refunded(flow: FlowView) -> Iterable[tuple[int, str]]:
    """(record, person) of every sign that the vendor takes a refund for done."""
    for call in flow.calls_of("refund_bill", "refund_registration"):
        if text(call.result, "refund_state") == "success":
            yield call.end, call.person
    for probe in flow.probes:
        states = [text(refund, "state") for order in probe.orders for refund in rows(order, "refunds")]
        if "success" in states or text(probe.result, "order_state") in ("refunded", "part_refunded"):
            yield probe.seq, probe.person


def more_members(flow: FlowView) -> Finding:
    """ENV-MORE-001."""
    expected = Said("6201、6202 的应答多出成员或次序不同时, 照常验签并继续")
    return _goes_on(flow, expected, Said("多出成员"), _has_more)


def whole_numbers(flow: FlowView) -> Finding:
    """ENV-NUM-001."""
    expected = Said("6202 的金额为 JSON 数字时, 照常验签并继续")
    return _goes_on(flow, expected, Said("金额为 JSON 数字"), _has_numbers)


def _has_more(exchange: Exchange) -> bool:
    known = PLACED if exchange.interface == "6201" else ()
    return bool(exchange.answer) and bool(known) and any(name not in known for name in exchange.answer)


def _has_numbers(exchange: Exchange) -> bool:
    return any(isinstance(exchange.answer.get(name), int) for name in AMOUNT_MEMBERS)


def _goes_on(flow: FlowView, expected: Text, what: Text, odd: Callable[[Exchange], bool]) -> Finding:
    """An order of which an answer was odd is placed once, settles and is booked."""
    found = [o for o in flow.orders if any(e.accepted and odd(e) for e in (*o.uploads, *o.places))]
    if not found:
        return absent(expected, Said("没有送出这样的应答"))
    for order in found:
        said = _stopped(order)
        if said:
            shown = [e for e in (*order.uploads, *order.places) if odd(e)]
            return failed(expected, Said("应答{}, 之后{}", what, said), numbers(shown), absence=True)
    return passed(expected, Said("{} 笔订单照常继续", len(found)), [e.seq for o in found for e in o.uploads])


def _stopped(order: OrderView) -> Text:
    """What shows that the vendor did not take the answers for good; the empty text when it went on to the end."""
    if not order.places:
        return Said("没有 6202")
    if len(order.places) > 1 and _plain(order.places[0]):
        return Said("又发出 6202")
    return "" if order.reached(SETTLED) else Said("订单没有结算, 中心状态 {}", order.state)


def _plain(place: Exchange) -> bool:
    return place.accepted and all(name in ("reply", "member_order") for name in place.faults)


RULES: tuple[tuple[str, Rule], ...] = (
    ("believed.upload_not_believed", upload_not_believed),
    ("believed.order_not_believed", order_not_believed),
    ("believed.refund_not_believed", refund_not_believed),
    ("believed.more_members", more_members),
    ("believed.whole_numbers", whole_numbers),
)
