"""Faults, time-outs, retries, revocation (centre sheet 6.7, 6.9, 8, 11; contracts 10). Pure."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from conformance.evidence.calls import numbers
from conformance.evidence.centre import SETTLED, med_org_ord, told_state
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import amounts_of, whole
from conformance.finding import NONE, Finding, Rule, absent, failed, passed
from conformance.rules.request import code_of
from conformance.rules.signs import final_reading, lost, premature, told_at
from simulator.protocol.text.said import Said, Text

UNFINISHED = ("0", "1", "2", "3", "4", "5")
ONE_LEG = ("3", "4", "5")
"""States in which a part is paid and not the whole (centre sheet 8)."""
STATUS_FAULTS = ("status_before", "status_after")
ROUNDING = 0.9
"""Timestamps of whole seconds are up to a tenth of the wanted pause off."""


def upload_not_renewed(flow: FlowView) -> Finding:
    """FLT-RESEND-001."""
    expected = Said("6201 超时后, 原订单撤销或过期之前不出现新的 medOrgOrd")
    found = flow.exchanges("6201")
    unknown = next((e for e in found if lost(e) and e.request.opened), None)
    if unknown is None:
        return absent(expected, Said("没有超时的 6201"))
    number = med_org_ord(unknown)
    closed = next((o.reached("12", "13") for o in flow.orders if o.med_org_ord == number), None)
    renewed = [e for e in found if e.seq > unknown.seq and e.request.opened and med_org_ord(e) != number]
    renewed = [e for e in renewed if e.person == unknown.person and not (closed and closed < e.seq)]
    if renewed:
        said = Said("{} 超时后又以 {} 上传", number, med_org_ord(renewed[0]))
        return failed(expected, said, [*unknown.records, renewed[0].seq])
    again = [e for e in found if e.seq > unknown.seq]
    said = Said("以同一 medOrgOrd 重发 {} 次", len(again)) if again else Said("没有重发")
    return passed(expected, said, [*unknown.records, *numbers(again)], absence=True)


def query_before_second_order(flow: FlowView) -> Finding:
    """FLT-QUERY-001: an order that the vendor revoked at once, or was told of by a notice, needs no query."""
    expected = Said("6202 结果未知后, 下一次 6202 之前有得到应答的 6301")
    found = [(order, place) for order in flow.orders for place in order.places if lost(place)]
    if not found:
        return absent(expected, Said("没有结果未知的 6202"))
    for order, place in found:
        again = next((p for p in order.places if p.seq > place.seq), None)
        asked = [
            q for q in order.queries if again and place.seq < q.seq < again.seq and q.response is not None
        ]
        if again and not asked:
            said = Said("再次 6202 之前没有得到应答的 6301")
            return failed(expected, said, [*place.records, again.seq], kind="blind")
    asked = [q for order, place in found for q in order.queries if q.seq > place.seq]
    known = any(told_at(order) or order.reached("12", "13") for order, _ in found)
    if not asked and not known:
        said = Said("6202 结果未知, 之后没有 6301")
        return failed(expected, said, numbers([p for _, p in found]), absence=True, kind="never_asked")
    return passed(expected, Said("其后查询 {} 次", len(asked)), numbers([*(p for _, p in found), *asked[:3]]))


def _not_believed(flow: FlowView, expected: Text, shown: list[Exchange], said: Text) -> Finding:
    """No sign of payment after these answers without a genuine message of settlement."""
    if not shown:
        return absent(expected, Said("没有{}", said))
    early = [sign for sign in premature(flow) if sign.seq > shown[0].end]
    if early:
        return failed(expected, Said("{}, 之后{}", said, early[0].what), [*shown[0].records, early[0].seq])
    return passed(
        expected, Said("{} {} 次, 没有因此入账或显示成功", said, len(shown)), numbers(shown), absence=True
    )


def pending_not_booked(flow: FlowView) -> Finding:
    """FLT-PENDING-001: 3, 4 and 5 are parts of a settlement and no settlement (contracts 10)."""
    found = [q for q in flow.exchanges("6301") if q.accepted and told_state(q) in UNFINISHED]
    said = _not_believed(
        flow, Said("6301 为 0 至 5 时不入账、不显示成功"), found, Said("6301 返回未结算完成的状态")
    )
    if said.verdict != "fail":
        return said
    leg = any(told_state(q) in ONE_LEG for q in found if q.end < max(said.records))
    return replace(said, kind="one_leg" if leg else "in_progress")


def no_amounts_not_booked(flow: FlowView) -> Finding:
    """FLT-NOAMT-001."""
    settled = [q for q in flow.exchanges("6301") if q.accepted and told_state(q) == SETTLED]
    found = [q for q in settled if amounts_of(q.answer) is None]
    return _not_believed(flow, Said("结算完成但缺少金额时不入账"), found, Said("6301 为结算完成而缺少金额"))


def unsettled_is_revoked(flow: FlowView) -> Finding:
    """FLT-REVOKE-001."""
    expected, seen = Said("取消未结算订单: 6401 成功, 中心状态 12, 应答 done"), list[int]()
    for call in flow.calls_of("cancel"):
        order = next((o for o in reversed(flow.orders_of(call.person)) if o.state_before(call.seq)), None)
        if order is None or order.state_before(call.seq) not in ("0", "1"):
            continue
        records = [*call.records, *numbers(order.revokes)]
        if order.state not in ("12", "13"):
            tried = Said("6401 {} 次", len(order.revokes)) if order.revokes else Said("没有 6401")
            return failed(
                expected,
                Said("{}, 中心状态 {}, 应答 {}", tried, order.state, call.state or NONE),
                records,
                absence=True,
                kind="not_revoked" if order.revokes else "not_sent",
            )
        if call.state not in ("done", "accepted"):
            said = Said("中心已撤销, 应答 {}", call.state or NONE)
            return failed(expected, said, records, kind="answered_no")
        seen += records
    if not seen:
        return absent(expected, Said("没有对未结算订单的取消"))
    return passed(expected, Said("均已撤销, 应答 done 或 accepted"), seen)


def settled_is_not_revoked(flow: FlowView) -> Finding:
    """FLT-REVOKE-002: a vendor that answers `accepted` to all refuses in the background; the screen does not say cancelled.

    One that was not told yet may try; the centre refuses it.
    """
    expected, seen = Said("已结算订单取消时拒绝, 得知结算完成之后没有 6401"), list[int]()
    for order in flow.orders:
        settled = told_at(order)
        late = [
            c for c in flow.calls_of("cancel") if settled and c.person == order.person and c.seq > settled
        ]
        if not late:
            continue
        revokes = [e for e in order.revokes if e.seq > (settled or 0)]
        taken = next((call for call in late if call.state not in ("refused", "accepted")), late[0])
        if revokes or taken.state not in ("refused", "accepted") or taken.shown == "cancelled":
            said = Said(
                "取消应答 {}{}",
                taken.state or NONE,
                Said(", 并发出 6401 {} 次", len(revokes)) if revokes else "",
            )
            kind = "sent" if revokes else "taken"
            return failed(expected, said, [settled or 0, *taken.records, *numbers(revokes)], kind=kind)
        seen += [settled or 0, *numbers(late)]
    if not seen:
        return absent(expected, Said("没有对已结算订单的取消"))
    return passed(expected, Said("取消被拒绝"), seen, absence=True)


def refusal_is_not_success(flow: FlowView) -> Finding:
    """FLT-REFUSED-001: an order that settled all the same (the refusal came late) is told by its own messages."""
    found = [e for e in flow.exchanges("6201", "6202") if e.refused]
    return _not_believed(flow, Said("被拒绝的 6201/6202 之后不入账、不显示成功"), found, Said("中心拒绝"))


def unknown_code_is_not_success(flow: FlowView) -> Finding:
    """FLT-UNKNOWN-001: a scripted code that is no code of ours."""
    found = [e for e in flow.exchanges("6201", "6202", "6301") if "reply" in e.faults and e.refused]
    found = [e for e in found if not e.code.startswith("LT-") and not code_of(e)]
    return _not_believed(flow, Said("未知返回码不当成功"), found, Said("返回未知代码"))


def bounded_retries(flow: FlowView) -> Finding:
    """FLT-5XX-001."""
    most, within_ms = flow.promise.tries, flow.promise.tries_within_ms
    expected = Said("同一接口 {} 秒内得到 5xx 的请求不超过 {} 次", within_ms // 1000, most)
    found = [
        e
        for e in flow.exchanges("6201", "6202", "6203", "6301", "6401")
        if set(STATUS_FAULTS) & set(e.faults)
    ]
    if not found:
        return absent(expected, Said("没有返回 5xx"))
    for first in found:
        near = [e for e in found if e.interface == first.interface]
        near = [e for e in near if 0 <= e.request.mono_ms - first.request.mono_ms <= within_ms]
        if len(near) > most:
            return failed(expected, Said("{} 得到 5xx {} 次", first.interface, len(near)), numbers(near))
    return passed(expected, Said("得到 5xx 共 {} 次", len(found)), numbers(found))


def polls_slowly(flow: FlowView) -> Finding:
    """FLT-POLL-001: by the vendor's own timestamps, so that a slow way or a slow simulator is no finding."""
    least = flow.promise.poll_ms
    expected = Said("同一订单相邻两次 6301 间隔不少于 {} 毫秒", least)
    pairs = [(a, b) for order in flow.orders for a, b in pairwise(order.queries)]
    asked = [q for order in flow.orders for q in order.queries]
    for first, second in pairs:
        apart = _apart_ms(first, second)
        if apart < least * ROUNDING:
            return failed(expected, Said("两次 6301 相隔 {:.0f} 毫秒", apart), [first.seq, second.seq])
    if not pairs:
        return absent(expected, Said("没有对同一订单的两次 6301"))
    return passed(expected, Said("{} 次 6301 间隔均不少于 {} 毫秒", len(asked), least), numbers(asked))


def _apart_ms(first: Exchange, second: Exchange) -> float:
    """Between the timestamps of two requests; as measured here when one has none that can be read."""
    stamps = [e.request.stamped_ms for e in (first, second)]
    if stamps[0] is None or stamps[1] is None:
        return second.request.mono_ms - first.request.mono_ms
    return stamps[1] - stamps[0]


def failed_booking_made_up(flow: FlowView) -> Finding:
    """FLT-BOOK-001: the notice during the failure is not acknowledged, unless the vendor books by 6301: it may acknowledge
    first and ask afterwards, or have asked before, and who was faster is no matter (contracts 10).
    """
    expected = Said("入账失败期间的通知不应答成功, 之后补入账一次")
    broken = next((c for c in flow.calls_of("fail_booking") if c.state == "done"), None)
    order = next((o for o in flow.orders if broken and o.told and o.told[0].seq > broken.seq), None)
    probe, reading = final_reading(flow, order) if order else (None, {})
    if broken is None or order is None or probe is None:
        return absent(expected, Said("没有在入账失败期间结算的订单"))
    first, count = order.told[0], whole(reading, "booked_count") or 0
    records = [*broken.records, *numbers(order.told), probe.seq]
    by_query = any(not one.request.ours for one in order.told)
    if first.request.ours and first.acknowledged and not by_query:
        said = Said("入账失败期间的通知应答成功, booked_count 为 {}", count)
        return failed(expected, said, records, kind="acknowledged")
    if count != 1:
        kind = "twice" if count else "never"
        return failed(expected, Said("booked_count 为 {}", count), records, absence=count == 0, kind=kind)
    return passed(expected, Said("共得知结算 {} 次, booked_count 为 1", len(order.told)), records)


RULES: tuple[tuple[str, Rule], ...] = (
    ("fault.upload_not_renewed", upload_not_renewed),
    ("fault.query_before_second_order", query_before_second_order),
    ("fault.pending_not_booked", pending_not_booked),
    ("fault.no_amounts_not_booked", no_amounts_not_booked),
    ("fault.unsettled_is_revoked", unsettled_is_revoked),
    ("fault.settled_is_not_revoked", settled_is_not_revoked),
    ("fault.refusal_is_not_success", refusal_is_not_success),
    ("fault.bounded_retries", bounded_retries),
    ("fault.unknown_code_is_not_success", unknown_code_is_not_success),
    ("fault.polls_slowly", polls_slowly),
    ("fault.failed_booking_made_up", failed_booking_made_up),
)
