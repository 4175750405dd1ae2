"""What is not known yet is asked for, and not called finished: EXP of a refund, a 6401 that did not come through. Pure."""

from __future__ import annotations

from conformance.evidence.calls import numbers
from conformance.evidence.centre import OrderView, refund_serial, refund_status
from conformance.evidence.flow_view import FlowView
from conformance.evidence.values import text
from conformance.finding import EMPTY, Finding, Rule, absent, failed, passed
from conformance.rules.signs import final_reading
from simulator.protocol.text.said import Said

OVER = ("12", "13", "15")
"""States in which nothing can be settled any more (centre sheet 8)."""
OPEN = ("1", "2", "3", "4", "5")
GIVEN_UP = ("cancelled", "failed")
HANDED_OVER = "manual"


def exp_is_asked(flow: FlowView) -> Finding:
    """RFD-ASK-001: by the same number or by 6301; a vendor that handed the refund to a person asks no more."""
    expected, seen = Said("EXP 之后用同一 appRefdSn 或 6301 再查"), list[int]()
    for order in flow.orders:
        for first in (e for e in order.refunds if refund_status(e) == "EXP"):
            again = [
                e for e in order.refunds if e.seq > first.end and refund_serial(e) == refund_serial(first)
            ]
            asked = [*again, *(e for e in order.queries if e.seq > first.end)]
            state = text(final_reading(flow, order)[1], "order_state")
            if not asked and state != HANDED_OVER:
                said = Said(
                    "退费 {} 返回 EXP 之后没有再查, 院内状态 {}", refund_serial(first), state or EMPTY
                )
                return failed(expected, said, first.records, absence=True)
            seen += [*first.records, *numbers(asked[:1])]
            break
    if not seen:
        return absent(expected, Said("没有返回 EXP 的 6203"))
    return passed(expected, Said("EXP 之后再查了, 或转了人工"), seen)


def cancelled_is_revoked(flow: FlowView) -> Finding:
    """FLT-CANCEL-001: of an order with a 6202 the vendor says cancelled only when the centre cannot settle it any more."""
    expected, seen = Said("中心仍可结算的订单不算已取消: 6401 没有成功时仍为待定"), list[int]()
    for call in flow.calls_of("cancel"):
        order = next((o for o in reversed(flow.orders_of(call.person)) if _placed(o, call.seq)), None)
        if order is None:
            continue
        then = order.state_before(call.end)
        if call.state == "done" and then in OPEN:
            said = Said("取消应答 done, 中心状态为 {}", then)
            return failed(expected, said, [*call.records, *numbers(order.revokes)])
        probe, reading = final_reading(flow, order)
        state = text(reading, "order_state")
        if probe is not None and state in GIVEN_UP and order.state in OPEN:
            said = Said("院内状态 {}, 中心状态为 {}", state, order.state)
            return failed(expected, said, [*call.records, *numbers(order.revokes), probe.seq], absence=True)
        seen += call.records
    if not seen:
        return absent(expected, Said("没有对已下单订单的取消"))
    return passed(expected, Said("没有把仍可结算的订单当作已取消"), seen, absence=True)


def _placed(order: OrderView, before: int) -> bool:
    return any(place.accepted and place.seq < before for place in order.places)


RULES: tuple[tuple[str, Rule], ...] = (
    ("undecided.exp_is_asked", exp_is_asked),
    ("undecided.cancelled_is_revoked", cancelled_is_revoked),
)
