"""The right practice: what `policy.Policy` holds in a healthy hospital."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from conformance.reference import (
    cancellation,
    identity,
    messages,
    notices,
    payment,
    reading,
    refund,
    registration,
    settlement,
)
from conformance.reference.ledger import Amounts, Ledger, Order
from conformance.reference.policy import Policy
from simulator.protocol.text.money import to_yuan
from simulator.protocol.text.times import beijing14, beijing_dt

UNPAID_MS: Final = 25 * 60 * 1000
"""Five minutes before the centre closes an unpaid order itself (contracts 10: 30 min)."""


def _pause_s(attempt: int) -> float:
    return 0.2 * attempt


def _same_number(number: str, fresh: Callable[[str], str]) -> str:
    del fresh
    return number


async def ask_before_second_order(ask: Callable[[], Awaitable[str]]) -> bool:
    """Another 6202 only when the centre says that the order still waits for one (contracts 10)."""
    return await ask() in ("0", "1")


def _account_flag(acct_used: bool | None) -> str:
    return {True: "1", False: "0", None: ""}[acct_used]


def _as_composed(data: dict[str, Any]) -> dict[str, Any]:
    return data


def _as_ordered(data: dict[str, Any], orders: tuple[Order, ...]) -> dict[str, Any]:
    del orders
    return data


def _settled_amounts(data: Mapping[str, Any], order: Order) -> Amounts | None:
    del order
    return messages.amounts_in(data)


def _booked_already(ledger: Ledger, order: Order) -> bool:
    return bool(ledger.booked(order))


def _never(state: str) -> bool:
    del state
    return False


HEALTHY: Final = Policy(
    style=reading.as_agreed,
    resend_body=reading.sealed_afresh,
    read_answer=reading.read_answer,
    attempts=3,
    order_attempts=2,
    pause_s=_pause_s,
    order_no_on_resend=_same_number,
    refund_no_on_resend=_same_number,
    may_order_again=ask_before_second_order,
    poll_pause_s=settlement.poll_pause_s,
    query_spacing_s=1.05,
    authorisation=identity.own_authorisation,
    claim=identity.claim,
    pay_credential=identity.brought,
    person_credential=identity.shown_credential,
    insurance=identity.best_insurance,
    begntime=beijing_dt,
    groups=payment.one_order,
    bill_free=payment.bill_free,
    yuan=to_yuan,
    account_flag=_account_flag,
    upload_data=_as_composed,
    order_data=_as_ordered,
    presettled_amounts=payment.presettled_amounts,
    agrees=settlement.agrees,
    says_settled="6".__eq__,
    settled_by_presettle=_never,
    settled_amounts=_settled_amounts,
    booked_already=_booked_already,
    booked_amounts=lambda amounts: amounts,
    booking_attempts=4,
    confirm=registration.confirm,
    shown_after_presettle="pending",
    declined=payment.as_refusal,
    sends_revocation=True,
    asks_before_revocation=True,
    may_cancel=cancellation.unpaid_only,
    unpaid_ms=UNPAID_MS,
    refund_checks=refund.CHECKS,
    refundable=refund.left_of,
    refund_identity=refund.fresh_identity,
    refund_time=beijing14,
    refund_data=_as_composed,
    refund_results={"SUCC": "success", "FAIL": "failed", "EXP": "pending"},
    books_refunds=True,
    release_refunded=registration.release_refunded,
    receives_notices=True,
    read_notice=notices.verified,
    notice_problem=notices.problem_with,
    keep_early=notices.keep_until_ordered,
    notice_answer=lambda answer: answer,
)
