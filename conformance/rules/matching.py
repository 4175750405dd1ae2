"""Members of a 6302 that differ from the order on their own, the seal being right (centre sheet 6.8; MP-NTF-06). Pure."""

from __future__ import annotations

from collections.abc import Callable

from conformance.evidence.calls import numbers
from conformance.evidence.centre import SETTLED, med_org_ord, pay_ord_id
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import text
from conformance.finding import Finding, Rule, absent, failed, not_offered, passed
from conformance.rules.notify import POLLS_ONLY
from conformance.rules.signs import premature
from simulator.protocol.text.said import Said, Text

Departs = Callable[[FlowView, Exchange], Text]
"""What of a notice is not the order's, as a sentence; the empty text when nothing is."""


def _not_used(flow: FlowView, expected: Said, departs: Departs) -> Finding:
    """No sign of payment after such a notice without a genuine message of settlement."""
    if not flow.promise.notified:
        return not_offered(expected, POLLS_ONLY)
    sent = [n for n in flow.notices if n.kind == "altered" and n.response is not None]
    found = [(notice, said) for notice in sent if (said := departs(flow, notice))]
    if not found:
        return absent(expected, Said("没有送达这样的通知"))
    notices, said = [notice for notice, _ in found], found[0][1]
    early = next((sign for sign in premature(flow) if sign.seq > notices[0].seq), None)
    if early:
        return failed(expected, Said("{}, 之后{}", said, early.what), [*numbers(notices), early.seq])
    return passed(expected, Said("{}, 没有因此入账", said), numbers(notices), absence=True)


def order_number(flow: FlowView) -> Finding:
    """NTF-ORDER-001."""
    return _not_used(flow, Said("单号不是本单的通知不入账"), _other_order)


def _other_order(flow: FlowView, notice: Exchange) -> Text:
    mine = flow.orders_of(notice.person)
    order = next((one for one in mine if one.pay_ord_id == pay_ord_id(notice)), None)
    if order is None:
        return Said("通知的 payOrdId 为 {}, 没有这笔订单", pay_ord_id(notice))
    if order.med_org_ord and med_org_ord(notice) != order.med_org_ord:
        return Said("通知的 medOrgOrd 为 {}, 本单为 {}", med_org_ord(notice), order.med_org_ord)
    return ""


def institution(flow: FlowView) -> Finding:
    """NTF-ORG-001."""
    return _not_used(flow, Said("机构编号不是本机构的通知不入账"), _other_institution)


def _other_institution(_flow: FlowView, notice: Exchange) -> Text:
    stated, mine = text(notice.data, "orgCode"), text(notice.request.record, "institution")
    return Said("通知的 orgCode 为 {}, 本机构为 {}", stated, mine) if stated and stated != mine else ""


def state(flow: FlowView) -> Finding:
    """NTF-STATE-001."""
    return _not_used(flow, Said("自己写明未结算完成的通知不入账"), _other_state)


def _other_state(_flow: FlowView, notice: Exchange) -> Text:
    stated = text(notice.data, "ordStas")
    return Said("通知的 ordStas 为 {}", stated) if stated not in ("", SETTLED) else ""


RULES: tuple[tuple[str, Rule], ...] = (
    ("matching.order_number", order_number),
    ("matching.institution", institution),
    ("matching.state", state),
)
