"""The right practice: what `practice.Practice` holds in a healthy hospital."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from conformance.reference import (
    cancellation,
    counter,
    doubts,
    identity_desk,
    logbook,
    messages,
    payment,
    received_notices,
    refund_desk,
    registration_desk,
    sealed_calls,
    settlement_desk,
)
from conformance.reference.books import OPEN, Books, HospitalOrder
from conformance.reference.counter_practice import Meanwhile, Returning
from conformance.reference.hospital import ANSWER_WITHIN_S
from conformance.reference.hospital_values import OrderAmounts
from conformance.reference.practice import (
    Asking,
    Cancelling,
    Identifying,
    Noticing,
    Ordering,
    Practice,
    Refunding,
    Resending,
    Sealing,
    Settling,
    Showing,
    Telling,
)
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


def _of_interface(interface: str, data: dict[str, Any]) -> dict[str, Any]:
    del interface
    return data


def _as_composed(data: dict[str, Any]) -> dict[str, Any]:
    return data


def _as_ordered(data: dict[str, Any], orders: tuple[HospitalOrder, ...]) -> dict[str, Any]:
    del orders
    return data


def _settled_amounts(data: Mapping[str, Any], order: HospitalOrder) -> OrderAmounts | None:
    del order
    return messages.amounts_in(data)


def _booked_already(books: Books, order: HospitalOrder) -> bool:
    return bool(books.booked(order))


def _never(state: str) -> bool:
    del state
    return False


HEALTHY: Final = Practice(
    asking=Asking(data=_of_interface, header=_of_interface, instead={}),
    sealing=Sealing(
        style=sealed_calls.as_agreed,
        resend_body=sealed_calls.sealed_afresh,
        read_answer=sealed_calls.read_answer,
    ),
    resending=Resending(
        attempts=3,
        order_attempts=2,
        pause_s=_pause_s,
        order_no=_same_number,
        refund_no=_same_number,
        may_order_again=ask_before_second_order,
        poll_pause_s=settlement_desk.poll_pause_s,
        query_spacing_s=1.05,
        in_doubt=payment.ask_on,
        polls_in=OPEN,
    ),
    identifying=Identifying(
        authorisation=identity_desk.own_authorisation,
        claim=identity_desk.claim,
        pay_credential=identity_desk.brought,
        person_credential=identity_desk.shown_credential,
        insurance=identity_desk.best_insurance,
        also_by_id_card=False,
    ),
    ordering=Ordering(
        begntime=beijing_dt,
        groups=payment.one_order,
        bill_free=payment.bill_free,
        yuan=to_yuan,
        line_amount=counter.line_amount,
        account_flag=_account_flag,
        upload_data=_as_composed,
        order_data=_as_ordered,
        query_data=_as_composed,
        order_number=lambda number: number,
        shares_visit=True,
    ),
    settling=Settling(
        presettled_amounts=payment.presettled_amounts,
        agrees=settlement_desk.agrees,
        says_settled="6".__eq__,
        settled_by_presettle=_never,
        settled_amounts=_settled_amounts,
        booked_already=_booked_already,
        booked_amounts=lambda amounts: amounts,
        booking_attempts=4,
        confirm=registration_desk.confirm,
        missing_amounts="",
        bad_answers=None,
    ),
    showing=Showing(
        after_presettle="pending",
        declined=payment.as_refusal,
        answer_within_s=ANSWER_WITHIN_S,
        waits_for_booking_s=0.0,
        already_paid=payment.refuse_paid,
        busy=payment.refuse_busy,
        upload_unknown=payment.upload_unknown,
        offers=lambda _action: True,
        body=_as_composed,
    ),
    cancelling=Cancelling(
        sends_revocation=True,
        asks_before_revocation=True,
        may_cancel=cancellation.unpaid_only,
        waits_for_payment=False,
        unpaid_ms=UNPAID_MS,
    ),
    refunding=Refunding(
        checks=refund_desk.CHECKS,
        refundable=refund_desk.left_of,
        identity=refund_desk.fresh_identity,
        time=beijing14,
        data=_as_composed,
        results={"SUCC": "success", "FAIL": "failed", "EXP": "pending"},
        booked=True,
        release=registration_desk.release_refunded,
        attempts=3,
        follows=True,
    ),
    returning=Returning(
        outcome=refund_desk.outcome,
        number=lambda _order, fresh: fresh,
        by_query=lambda _refund: (),
        typed=lambda parts, _kind, _left, _paid: dict(parts),
    ),
    meanwhile=Meanwhile(
        looked_at=lambda bills: bills,
        amend=counter.amend_lines,
        takes_cash=counter.paid_in_cash,
        revokes_first=True,
        heeds_payment=True,
        refuses_paid=True,
        bookable=registration_desk.bookable,
        suspended=lambda books: tuple(sorted(books.suspended)),
        free_of_charge=lambda total: total == 0,
        slip=lambda amounts: amounts,
        lists=lambda bill, state: bill.state == state,
        detail=lambda amounts: amounts,
        returns_unbookable=True,
    ),
    noticing=Noticing(
        receives=True,
        find=received_notices.by_pay_ord_id,
        read=received_notices.verified,
        problem=received_notices.problem_with,
        keep_early=received_notices.keep_until_ordered,
        books="itself",
        in_conflict="",
        answer=lambda answer: answer,
    ),
    doubting=doubts.AS_IT_SHOULD,
    telling=Telling(
        answer=lambda _call, _books, reply: reply,
        line=logbook.masked_line,
        configuration=logbook.production,
        source=logbook.code,
    ),
)
