"""Other right ways to be in doubt: revoke, or leave it to a person, and book nothing meanwhile."""

from __future__ import annotations

from typing import Final

from conformance.reference.answers import DriverReply, Refused
from conformance.reference.books import OPEN, HospitalOrder
from conformance.reference.cancellation import unpaid_only
from conformance.reference.change import Variant, with_points
from conformance.reference.payment import leave_to_a_person, revoke_at_once

UNATTENDED: Final = tuple(state for state in OPEN if state != "manual")


async def _never(_ask: object) -> bool:
    return False


def _refuse(order: HospitalOrder) -> DriverReply:
    raise Refused("OTHER", "医保系统繁忙, 未扣款, 请稍后再试", order)


def _by_a_person(order: HospitalOrder) -> None:
    unpaid_only(order)
    if order.state == "manual":
        raise Refused("IN_PAYMENT", "支付结果正在人工核对, 请稍后再试", order)


DOUBTING: Final = (
    # Revoke an order whose 6202 is unknown (FLT-QUERY-001: it needs no query).
    Variant(
        "revokes_in_doubt",
        "6202 结果未知时立即撤销",
        with_points(resending={"may_order_again": _never, "in_doubt": revoke_at_once}),
        decides=("resending", "unknown order"),
    ),
    # Ask once about an order whose 6202 is unknown, then leave it to a person (MP-FLT-03: 到时转人工).
    Variant(
        "manual_in_doubt",
        "6202 结果未知时查一次, 仍未定就转人工",
        with_points(resending={"order_attempts": 1, "in_doubt": leave_to_a_person, "polls_in": UNATTENDED}),
        decides=("resending", "unknown order", "manual"),
    ),
    # Leave an order that is settled without amounts to a person, for good (MP-FLT-04).
    Variant(
        "manual_without_amounts",
        "查询为结算完成而没有金额时转人工, 不再自动查询",
        with_points(settling={"missing_amounts": "manual"}, resending={"polls_in": UNATTENDED}),
        decides=("missing amounts", "manual"),
    ),
    # Leave an order to a person after three answers that cannot be believed (MP-SEC-03: 拒绝并告警).
    Variant(
        "manual_after_bad_answers",
        "三次查询应答不可信后转人工, 不再自动查询",
        with_points(settling={"bad_answers": 3}, resending={"polls_in": UNATTENDED}),
        decides=("bad answers", "manual"),
    ),
    # Leave an order that a verified notice contradicts to a person, who alone may cancel it (sheet 6.8; MP-NTF-06).
    Variant(
        "manual_in_conflict",
        "通知与本单不一致时转人工, 转人工的订单不受理取消",
        with_points(noticing={"in_conflict": "manual"}, cancelling={"may_cancel": _by_a_person}),
        decides=("contradicting notice",),
    ),
    # Refuse when 6201 stays unknown: without a 6202 nothing can move (driver contract, "The answer").
    Variant(
        "refuses_unknown_upload",
        "6201 始终没有应答时拒绝支付",
        with_points(showing={"upload_unknown": _refuse}),
        decides=("unknown upload",),
    ),
)
