"""Several payments of one bill, one after the other (acceptance 11.7, 11.8). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.evidence.calls import Call, numbers
from conformance.evidence.centre import OrderView, med_org_ord
from conformance.evidence.flow_view import FlowView
from conformance.finding import Finding, Rule, absent, failed, passed
from conformance.rules.signs import sent, window
from simulator.protocol.text.said import Said

OVER = ("12", "13", "15")
"""States in which an order is over without payment."""
LIVE = ("0", "1", "2", "3", "4", "5", "6")
"""States in which an order can still be paid, is being paid or is paid."""


def one_live_order(flow: FlowView) -> Finding:
    """PAY-OPEN-001: revoking the first order before the second is made is as right as refusing the second click."""
    expected = Said("同一单据再次支付时, 前一笔订单已撤销、已失败或已退费才建新单")
    seen: list[int] = []
    for first, second in _again(flow):
        earlier = [order for order in _made(flow, first) if order.changes]
        for later in _made(flow, second):
            at = later.changes[0].seq if later.changes else 0
            alive = [one for one in earlier if one is not later and at and one.state_before(at) in LIVE]
            if alive:
                said = Said(
                    "建订单 {} 时, 同一单据的订单 {} 中心状态为 {}",
                    later.pay_ord_id, alive[0].pay_ord_id, alive[0].state_before(at),
                )  # fmt: skip
                return failed(expected, said, [*first.records, *second.records, at])
        seen += [*first.records, *second.records]
    if not seen:
        return absent(expected, Said("没有先后两次支付同一单据"))
    return passed(expected, Said("再次支付时没有两笔可支付的订单"), seen, absence=True)


def new_number(flow: FlowView) -> Finding:
    """PAY-AGAIN-001."""
    expected = Said("前一笔订单结束之后再次支付, 用新的 medOrgOrd")
    seen: list[int] = []
    for first, second in _again(flow):
        over = {o.med_org_ord for o in _made(flow, first) if o.state_before(second.seq) in OVER}
        uploads = [e for e in sent(flow, second, "6201") if e.request.opened]
        same = next((e for e in uploads if med_org_ord(e) in over), None)
        if same:
            said = Said("再次支付仍以已结束订单的 medOrgOrd {} 上传", med_org_ord(same))
            return failed(expected, said, [*first.records, same.seq])
        seen += numbers(uploads) if over else ()
    if not seen:
        return absent(expected, Said("没有在前一笔订单结束之后再次支付"))
    return passed(expected, Said("再次支付用了新的 medOrgOrd"), seen)


def _again(flow: FlowView) -> Iterator[tuple[Call, Call]]:
    """Pairs of payments of a common bill that do not overlap, the first having reached 6201."""
    calls = flow.calls_of("pay")
    for first in calls:
        for second in calls:
            if first.end < second.seq and set(_bills(first)) & set(_bills(second)) and _made(flow, first):
                yield first, second


def _made(flow: FlowView, call: Call) -> tuple[OrderView, ...]:
    """The orders first uploaded in the time that a payment owns."""
    begin, beyond = window(flow, call)
    mine = flow.orders_of(call.person)
    return tuple(order for order in mine if order.uploads and begin < order.uploads[0].seq < beyond)


def _bills(call: Call) -> tuple[str, ...]:
    named: object = call.args.get("bill_ids") if isinstance(call.args, Mapping) else ()
    return tuple(str(name) for name in named) if isinstance(named, (list, tuple)) else ()


RULES: tuple[tuple[str, Rule], ...] = (
    ("attempts.one_live_order", one_live_order),
    ("attempts.new_number", new_number),
)
