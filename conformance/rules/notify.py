"""Settlement notices 6302 (centre sheet 6.8, contracts 10). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conformance.evidence.calls import numbers
from conformance.evidence.centre import OrderView
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import amounts_of, child, text, whole
from conformance.finding import NONE, Finding, Rule, absent, failed, not_offered, passed
from conformance.rules.signs import doubted, final_reading, handed_over, premature, unbookable
from simulator.protocol.text.said import Said, Text, listed

FINAL = ("6", "7", "8", "9", "10", "11", "12", "13", "15")
SETTLED_WORDS = ("paid", "refunding", "part_refunded", "refunded")
OVER_WORDS = (*SETTLED_WORDS, "failed", "cancelled", "manual")
WAITING_WORDS = ("created", "presettled", "pending")
POLLS_ONLY = Said("声明 notify: none, 不接收通知")
LOGIN = (301, 302, 303, 307, 308, 401, 403)
"""What something before the notice's program answers: a login page, a gateway."""


def _sent(flow: FlowView, *kinds: str) -> tuple[Exchange, ...]:
    """The notices of these kinds that the institution answered."""
    return tuple(n for n in flow.notices if n.kind in kinds and n.response is not None)


def accepted(flow: FlowView) -> Finding:
    """NTF-ACK-001: of the deliveries of an order one must be accepted."""
    expected = Said("每笔订单的有效 6302 得到接受(2xx 且无失败标志)")
    if not flow.promise.notified:
        return not_offered(expected, POLLS_ONLY)
    found = [(o, [n for n in o.notices if n.genuine and n.kind == "plan"]) for o in flow.orders]
    found = [(order, plan) for order, plan in found if plan and not unbookable(flow, order)]
    for order, plan in found:
        if not any(notice.acknowledged or _page(notice) for notice in plan):
            statuses = listed("、", [_status(notice) for notice in plan])
            said = Said("订单 {} 的 {} 次通知均未被接受, 依次为: {}", order.pay_ord_id, len(plan), statuses)
            return failed(expected, said, numbers(plan), absence=True, kind=_how_not(plan))
    if not found:
        return absent(expected, Said("没有送出结算通知"))
    return passed(
        expected, Said("{} 笔订单的通知均被接受", len(found)), [s for _, plan in found for s in numbers(plan)]
    )


def _page(notice: Exchange) -> bool:
    """Whether a page came back with a status of success: NTF-PAGE-001 speaks of it, and no other rule."""
    response = notice.response
    return response is not None and response.bad("notice.page") is not None


def no_page(flow: FlowView) -> Finding:
    """NTF-PAGE-001: what answers a notice is the program that takes it."""
    expected = Said("6302 由接收程序应答, 不是网关的 HTML 网页")
    if not flow.promise.notified:
        return not_offered(expected, POLLS_ONLY)
    found = [
        notice for order in flow.orders for notice in order.notices if notice.genuine and notice.response
    ]
    pages = [notice for notice in found if _page(notice)]
    if pages:
        said = Said(
            "{} 次通知中 {} 次得到 HTML 网页, HTTP 状态 {}", len(found), len(pages), _status(pages[0])
        )
        return failed(expected, said, numbers(pages))
    if not found:
        return absent(expected, Said("没有得到应答的结算通知"))
    return passed(expected, Said("{} 次通知均不是网页", len(found)), numbers(found))


def _status(notice: Exchange) -> Text:
    """The HTTP status of an answer; without one what kept it away: refused, out of time …"""
    if notice.response:
        return str(notice.response.status)
    return (notice.mark.why if notice.mark else "") or Said("无应答")


def _how_not(plan: Sequence[Exchange]) -> str:
    """How the notices of an order failed: the best that came of one decides."""
    answered = [notice.response.status or 0 for notice in plan if notice.response]
    if any(status in LOGIN for status in answered):
        return "login"
    if answered:
        return "answered_no"
    return "late" if any(notice.may_be_read for notice in plan) else "unreachable"


def repeated_once(flow: FlowView) -> Finding:
    """NTF-ONCE-001: the byte-identical replay may be refused, but it must not book."""
    expected = Said("重复通知每次都应答成功, booked_count 为 1")
    if not flow.promise.notified:
        return not_offered(expected, POLLS_ONLY)
    repeats = _sent(flow, "repeat")
    if not repeats:
        return absent(expected, Said("没有送达重复通知"))
    refused = [n for n in repeats if not n.acknowledged and not _page(n)]
    if refused:
        said = Said("{} 次重复通知中 {} 次未被接受", len(repeats), len(refused))
        return failed(expected, said, numbers(refused), kind="refused")
    return _booked(flow, expected, repeats, 1, Said("{} 次重复通知均被接受", len(repeats)))


def _booked(
    flow: FlowView, expected: Text, notices: tuple[Exchange, ...], wanted: int, said: Text
) -> Finding:
    """Whether the last reading shows `wanted` bookings of the order that the notices are about."""
    order = next((o for o in flow.orders if o.person == notices[0].person and o.told), None)
    probe, reading = final_reading(flow, order) if order else (None, {})
    if probe is None:
        return absent(expected, Said("没有院内读数"))
    count = whole(reading, "booked_count") or 0
    records = [*numbers(notices), probe.seq]
    if count != wanted:
        kind = "never" if count < wanted else "twice"
        told = Said("{}, booked_count 为 {}", said, count)
        return failed(expected, told, records, absence=count < wanted, kind=kind)
    return passed(expected, Said("{}, booked_count 为 {}", said, count), records, absence=True)


def forged_refused(flow: FlowView) -> Finding:
    """NTF-SIGN-001: signed by a foreign key, or not signed at all."""
    expected = Said("伪造或没有签名的通知不被接受, 之后不入账")
    if not flow.promise.notified:
        return not_offered(expected, POLLS_ONLY)
    forged = _sent(flow, "forged", "unsigned", "hostile")
    if not forged:
        return absent(expected, Said("没有送达伪造的通知"))
    taken = [n for n in forged if n.acknowledged]
    if taken:
        kind = "unsigned" if taken[0].kind == "unsigned" else "forged"
        return failed(expected, Said("伪造的通知被应答为成功"), numbers(taken), kind=kind)
    return _not_booked(flow, expected, forged, Said("伪造的通知未被接受"))


def _not_booked(flow: FlowView, expected: Text, notices: tuple[Exchange, ...], said: Text) -> Finding:
    early = [sign for sign in premature(flow) if sign.seq > notices[0].seq]
    if early:
        told = Said("{}, 但之后{}", said, early[0].what)
        return failed(expected, told, [*numbers(notices), early[0].seq], kind="booked")
    return passed(expected, Said("{}, 没有因此入账", said), numbers(notices), absence=True)


def altered_not_booked(flow: FlowView) -> Finding:
    """NTF-MATCH-001: nor may the altered amounts reach the books of an order that did settle."""
    expected = Said("与 6202 不一致的通知不入账, 账上不出现通知里的金额")
    if not flow.promise.notified:
        return not_offered(expected, POLLS_ONLY)
    altered = _sent(flow, "altered")
    if not altered:
        return absent(expected, Said("没有送达被改动的通知"))
    false = [amounts_of(notice.data) for notice in altered]
    for probe in flow.probes:
        for row in probe.orders if probe.seq > altered[0].seq else ():
            books = child(row, "amounts")
            held = {name: whole(books, name) for name in ("total", "fund", "account", "cash")}
            if whole(row, "booked_count") and held in false:
                said = Said("院内账上是通知里被改动的金额")
                return failed(expected, said, [*numbers(altered), probe.seq], kind="amounts")
    return _not_booked(flow, expected, altered, Said("{} 次被改动的通知", len(altered)))


def lost_converges(flow: FlowView) -> Finding:
    """NTF-LOST-001: also for a hospital without notices at all; measured from the final state of the centre."""
    expected = Said("通知未送达时, 中心终态后 {} 秒内院内订单到终态", flow.promise.converge_ms // 1000)
    dropped = any(
        text(d, "interface") == "6302" and text(d, "name") == "drop_request" for d in flow.world("fault")
    )
    found = [o for o in flow.orders if o.state in FINAL and not any(n.response for n in o.notices)]
    found = [o for o in found if dropped or not flow.promise.notified or o.state == "15"]
    readings = [(order, *final_reading(flow, order)) for order in found]
    readings = [(order, probe, reading) for order, probe, reading in readings if probe is not None]
    if not readings:
        return absent(expected, Said("没有通知未送达而中心已到终态的订单"))
    seen: list[int] = []
    for order, probe, reading in readings:
        word = text(reading, "order_state")
        seen += [order.changes[-1].seq, probe.seq if probe else 0]
        if not _converged(order, word) and not _left_in_doubt(order, reading):
            asked = Said("其间 6301 {} 次", len(order.queries))
            said = Said(
                "中心状态 {}, 院内状态 {}, {}, 观察到记录 {} 为止",
                order.state,
                word or NONE,
                asked,
                flow.last,
            )
            kind = "not_converged" if order.queries else "never_asked"
            return failed(expected, said, seen, absence=True, kind=kind)
    return passed(expected, Said("{} 笔订单均已收敛", len(readings)), seen)


def _converged(order: OrderView, word: str) -> bool:
    return word in (SETTLED_WORDS if order.state in FINAL[:6] else OVER_WORDS)


def _left_in_doubt(order: OrderView, reading: Mapping[str, Any]) -> bool:
    """Whether nothing is booked of an order of which no message could be believed in full: an alarm is all there can be."""
    waits = text(reading, "order_state") in WAITING_WORDS and not whole(reading, "booked_count")
    return handed_over(order, reading) or (waits and doubted(order) and not order.told)


def early_converges(flow: FlowView) -> Finding:
    """NTF-EARLY-001."""
    expected = Said("先于 6202 应答到达的通知不丢失, 订单入账一次")
    if not flow.promise.notified:
        return not_offered(expected, POLLS_ONLY)
    early = tuple(
        notice
        for order in flow.orders
        for notice in order.notices
        for place in order.places
        if notice.response and place.response and place.seq < notice.seq < place.end
    )
    if not early:
        return absent(expected, Said("没有先于 6202 应答送达的通知"))
    return _booked(flow, expected, early, 1, Said("通知先于 6202 应答"))


def unknown_fields(flow: FlowView) -> Finding:
    """NTF-FIELD-001."""
    expected = Said("带未知字段的通知被接受")
    if not flow.promise.notified:
        return not_offered(expected, POLLS_ONLY)
    found = _sent(flow, "unknown_fields")
    if not found:
        return absent(expected, Said("没有送达带未知字段的通知"))
    refused = [n for n in found if not n.acknowledged and not _page(n)]
    if refused:
        return failed(expected, Said("带未知字段的通知未被接受"), numbers(refused))
    return passed(expected, Said("{} 次均被接受", len(found)), numbers(found))


RULES: tuple[tuple[str, Rule], ...] = (
    ("notify.accepted", accepted),
    ("notify.no_page", no_page),
    ("notify.repeated_once", repeated_once),
    ("notify.forged_refused", forged_refused),
    ("notify.altered_not_booked", altered_not_booked),
    ("notify.lost_converges", lost_converges),
    ("notify.early_converges", early_converges),
    ("notify.unknown_fields", unknown_fields),
)
