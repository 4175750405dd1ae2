"""Other right ways to answer a driver call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from conformance.reference.answers import DriverReply, Refused
from conformance.reference.books import HospitalOrder
from conformance.reference.change import Variant, with_points
from conformance.reference.payment import reply_of


def _as_it_stands(order: HospitalOrder | None) -> DriverReply:
    """The answer of the payment that is done or under way."""
    if order is None:
        raise Refused("BILL_PAID", "该单据已在窗口支付", order)
    return reply_of(order)


def _failed(order: HospitalOrder | None) -> DriverReply:
    return replace(Refused("BILL_PAID", "该单据已支付, 本次未扣款", order).reply(), show="failed")


def _with_nulls(body: dict[str, Any]) -> dict[str, Any]:
    missing = {
        name: None for name in ("code", "message", "patient_message", "patient_state") if name not in body
    }
    return {**body, **missing, "trace": "T-1", "result": {**body["result"], "note": None, "vendor": {"v": 1}}}


def _fewer_amounts(body: dict[str, Any]) -> dict[str, Any]:
    """What a payment comes to is shown once it is paid."""
    result = body["result"]
    if result.get("order_state") in ("presettled", "pending") and "booked_count" not in result:
        return {**body, "result": {name: value for name, value in result.items() if name != "amounts"}}
    return body


ANSWERING: Final = (
    # Answer `accepted` at once and work in the background; what is refused then shows in order_state alone.
    Variant(
        "asynchronous",
        "支付、退费、取消都立即应答 accepted, 后台进行",
        with_points(showing={"answer_within_s": 0.0}, cancelling={"waits_for_payment": True}),
        decides=("answer time", "order_state"),
    ),
    # Answer when it is booked, or `accepted` after four seconds (driver contract: within 5 s).
    Variant(
        "waits_for_booking",
        "支付等到入账才应答 done, 最多等 4 秒",
        with_points(showing={"waits_for_booking_s": 4.0}),
        decides=("answer time",),
    ),
    # A paid bill that is paid again is done, with the numbers of its order.
    Variant(
        "paid_again_is_done",
        "已支付的单据再点支付时应答 done 与原订单号",
        with_points(showing={"already_paid": _as_it_stands}),
        decides=("paid again",),
    ),
    # A paid bill that is paid again is refused with a failed icon (driver contract: BILL_PAID may show either).
    Variant(
        "paid_again_shows_failed",
        "已支付的单据再点支付时拒绝, 图标为失败",
        with_points(showing={"already_paid": _failed}),
        decides=("paid again",),
    ),
    # A second click on a bill that is being paid gets the answer of the first.
    Variant(
        "second_click_joins",
        "支付中的单据再点支付时并入原来的支付",
        with_points(showing={"busy": _as_it_stands}),
        decides=("second click",),
    ),
    # Send members that the contract does not know, and null for what there is not.
    Variant(
        "answers_with_nulls",
        "驱动应答多带自己的字段, 没有的成员写 null",
        with_points(showing={"body": _with_nulls}),
        decides=("answer members",),
    ),
    # Show amounts when they are paid, not before.
    Variant(
        "amounts_when_paid",
        "入账之前的应答不带金额",
        with_points(showing={"body": _fewer_amounts}),
        decides=("answer members",),
    ),
)
