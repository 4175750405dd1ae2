"""Give money back that the hospital cannot book: 6203 with the revsToken of the settlement (profile reversal.mode)."""

from __future__ import annotations

from conformance.reference import messages, visits
from conformance.reference.hospital import Hospital
from conformance.reference.ledger import Amounts, Order, Refund
from conformance.reference.registration import release


async def reverse(hospital: Hospital, order: Order, amounts: Amounts) -> None:
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
        "6203", lambda _: messages.refund(hospital, order, row, identity), hospital.policy.attempts
    )
    status = str(answer.data.get("refStatus") or "")
    if answer.outcome == "ok" and hospital.policy.refund_results.get(status) == "success":
        row.state, row.booked, order.state = "success", True, "refunded"
        order.why = "院内登记失败, 款项已原路退回"
        for bill in order.bills:
            release(hospital.ledger, bill, "refunded")
            visits.let_go(hospital, bill)
        return
    row.state = "failed" if answer.outcome == "refused" or status == "FAIL" else "pending"
    order.state = "manual"
    hospital.alert(order, "冲正未成功, 转人工")
