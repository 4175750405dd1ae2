"""Give money back that the hospital cannot book: 6203 with the revsToken of the settlement (profile reversal.mode)."""

from __future__ import annotations

from conformance.reference import messages, visits
from conformance.reference.books import HospitalOrder, Refund
from conformance.reference.hospital import Hospital
from conformance.reference.hospital_values import OrderAmounts
from conformance.reference.registration_desk import release


async def reverse(hospital: Hospital, order: HospitalOrder, amounts: OrderAmounts) -> None:
    """Reverse a settlement once; without revsToken, or when it fails, a person must do it (`manual`)."""
    if order.state in ("refunding", "refunded"):
        return
    order.amounts = amounts
    if not order.revs_token:
        order.state = "manual"
        return
    order.state = "refunding"
    row = Refund(hospital.wire.number("R"), "ALL", amounts.cash, amounts.account, amounts.fund, reversal=True)
    order.refunds.append(row)
    identity = {"revsToken": order.revs_token}
    answer = await hospital.wire.sealed(
        "6203",
        lambda _: messages.refund(hospital, order, row, identity),
        hospital.practice.resending.attempts,
    )
    status = str(answer.data.get("refStatus") or "")
    if answer.outcome == "ok" and hospital.practice.refunding.results.get(status) == "success":
        row.state, row.booked, order.state = "success", True, "refunded"
        order.why = "院内登记失败, 款项已原路退回"
        for bill in order.bills:
            release(hospital.books, bill, "refunded")
            visits.let_go(hospital, bill)
        return
    row.state = "failed" if answer.outcome == "refused" or status == "FAIL" else "pending"
    order.state = "manual"
    hospital.alert(order, "冲正未成功, 转人工")
