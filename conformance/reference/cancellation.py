"""Cancel and expire: ask, revoke by 6401, free the slot. A settled order is refunded, never revoked."""

from __future__ import annotations

from typing import Final, Literal

from conformance.reference import messages, registration_desk, settlement_desk, visits
from conformance.reference.answers import DriverReply, Malformed, ReceivedCall, Refused, accepted, done
from conformance.reference.books import OPEN, HospitalOrder, Registration
from conformance.reference.hospital import Hospital
from conformance.reference.late_answers import within

Closed = Literal["revoked", "settled", "in_payment", "unknown"]
EXPIRY_AGAIN_MS: Final = 60_000
EXPIRY_TRIES: Final = 5


async def revoke(hospital: Hospital, order: HospitalOrder) -> Literal["revoked", "refused", "unknown"]:
    """6401 (sheet 6.9); again after a lost answer, bounded."""
    if not hospital.practice.cancelling.sends_revocation:
        return "revoked"
    answer = await hospital.wire.sealed(
        "6401", lambda _: messages.order_query(hospital, order), hospital.practice.resending.attempts
    )
    if hospital.practice.doubting.revoked(answer):
        return "revoked"
    return "unknown" if answer.outcome == "unknown" else "refused"


async def close(hospital: Hospital, order: HospitalOrder) -> Closed:
    """End an unpaid order at the centre: ask 6301, revoke what is not in payment, ask again when in doubt."""
    if not order.pay_ord_id:
        return "revoked"  # without a payOrdId no 6202 was sent, so nothing can be paid
    if hospital.practice.cancelling.asks_before_revocation:
        known = _by_state(order, await settlement_desk.ask(hospital, order))
        if known is not None:
            return known
    outcome = await revoke(hospital, order)
    if outcome == "revoked":
        return "revoked"
    return _by_state(order, await settlement_desk.ask(hospital, order)) or "unknown"


def _by_state(order: HospitalOrder, state: str) -> Closed | None:
    if order.state in ("cancelled", "failed"):
        return "revoked"
    if order.state not in OPEN:
        return "settled"
    return "in_payment" if state in settlement_desk.RUNNING or state in settlement_desk.ABNORMAL else None


async def cancel(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Cancel an order or a registration (driver contract `cancel`). Raises Malformed, Refused."""
    order, registration_id = _target(hospital, call)
    if order is None or (order.state in ("failed", "cancelled")):
        return _without_order(hospital, order, registration_id)
    hospital.practice.cancelling.may_cancel(order)
    if order.lock.locked() and not hospital.practice.cancelling.waits_for_payment:
        raise Refused("IN_PAYMENT", "正在支付, 请稍后再试", order)
    return await within(hospital, _cancel(hospital, order), lambda: _confirming(order))


async def _cancel(hospital: Hospital, order: HospitalOrder) -> DriverReply:
    async with order.lock:
        closed = await close(hospital, order)
    if closed == "settled":
        raise Refused("USE_REFUND", "订单已支付, 请申请退费", order)
    if closed == "in_payment":
        raise Refused("IN_PAYMENT", "正在支付, 请等待支付结果", order)
    if closed == "unknown":
        settlement_desk.start_polling(hospital, order)
        return _confirming(order)
    settlement_desk.close_locally(hospital, order, "cancelled", "已取消, 未扣款")
    return _cancelled(order)


def _confirming(order: HospitalOrder) -> DriverReply:
    return accepted({"order_state": order.state}, order.refs, "取消结果正在确认, 请稍后查看")


def unpaid_only(order: HospitalOrder) -> None:
    """A paid order goes by refund (FLT-REVOKE-002). Raises Refused."""
    if order.state not in OPEN:
        raise Refused("USE_REFUND", "订单已支付, 请申请退费", order)


def _target(hospital: Hospital, call: ReceivedCall) -> tuple[HospitalOrder | None, str]:
    order, registration_id = order_named(hospital, call), ""
    row = hospital.books.registrations.get(str(call.args.get("registration_id") or ""))
    if row is not None and row.run == call.run:
        registration_id = row.registration_id
        order = hospital.books.last_order_of_bill(hospital.books.bills[row.bill_id])
    bill = hospital.books.bills.get(str(call.args.get("bill_id") or ""))
    if bill is not None and bill.run == call.run:
        registration_id = registration_id or bill.registration_id
    elif order is None and not registration_id:
        raise Refused("BILL_UNKNOWN", "没有这笔订单")
    return order, registration_id


def order_named(hospital: Hospital, call: ReceivedCall) -> HospitalOrder | None:
    """The order that `refs` or `bill_id` names, of this run. Raises Malformed."""
    books, refs = hospital.books, call.args.get("refs")
    if refs is not None and not isinstance(refs, dict):
        raise Malformed("args.refs: 应为对象")
    order: HospitalOrder | None = None
    if refs:
        order = books.orders.get(str(refs.get("medOrgOrd"))) or books.by_pay_ord_id(
            str(refs.get("payOrdId") or "")
        )
    elif call.args.get("bill_id") is not None:
        bill = books.bills.get(call.text("bill_id"))
        order = books.last_order_of_bill(bill) if bill is not None else None
    return order if order is not None and order.run == call.run else None


def _without_order(hospital: Hospital, order: HospitalOrder | None, registration_id: str) -> DriverReply:
    row = hospital.books.registrations.get(registration_id)
    if row is not None:
        bill = hospital.books.bills[row.bill_id]
        registration_desk.release(hospital.books, bill, "cancelled")
        visits.let_go(hospital, bill)
    elif order is None:
        raise Refused("NOT_PAID", "该单据没有进行中的订单, 无需取消")
    if order is not None:
        return _cancelled(order)
    return done({"order_state": "cancelled"}, {}, "已取消, 未扣款", "cancelled")


def _cancelled(order: HospitalOrder) -> DriverReply:
    return done({"order_state": "cancelled"}, order.refs, "已取消, 未扣款", "cancelled")


def set_expiry(hospital: Hospital, order: HospitalOrder, tries: int = 0) -> None:
    """Unpaid at the limit the order is revoked (REG-EXPIRE-001); tried again each minute, bounded."""
    if hospital.practice.cancelling.unpaid_ms is None or tries >= EXPIRY_TRIES:
        return
    due = order.created_ms + hospital.practice.cancelling.unpaid_ms + tries * EXPIRY_AGAIN_MS

    async def expire() -> None:
        if order.state not in OPEN or order.state == "manual":
            return
        async with order.lock:
            closed = await close(hospital, order)
        if closed == "revoked" and order.state in OPEN:
            state = "cancelled" if order.pay_ord_id else "failed"
            settlement_desk.close_locally(hospital, order, state, "超时未支付, 订单已关闭, 未扣款")
            for bill in order.bills:
                registration_desk.release(hospital.books, bill, "cancelled")
                visits.let_go(hospital, bill)
        elif order.state in OPEN:
            set_expiry(hospital, order, tries + 1)

    hospital.timers.set(f"expire:{order.med_org_ord}", order.run, order.flow, due, expire)


def set_slot_expiry(hospital: Hospital, row: Registration) -> None:
    """A locked slot that nobody pays is given back at the same limit."""
    if hospital.practice.cancelling.unpaid_ms is None:
        return

    async def give_back() -> None:
        bill = hospital.books.bills[row.bill_id]
        order = hospital.books.last_order_of_bill(bill)
        if row.state == "unpaid" and (order is None or order.state not in OPEN):
            registration_desk.release(hospital.books, bill, "cancelled")
            visits.let_go(hospital, bill)

    due = hospital.timers.now(row.run, row.flow) + hospital.practice.cancelling.unpaid_ms
    hospital.timers.set(f"slot:{row.registration_id}", row.run, row.flow, due, give_back)
