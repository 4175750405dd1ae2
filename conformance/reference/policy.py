"""Every decision that a careless hospital gets wrong, as one replaceable value each.

`practice.HEALTHY` holds the right ones. A mutant replaces one of them and nothing else, so the hospital's
own code never asks which mutant it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.reference.answers import Answer, Refused, Reply
    from conformance.reference.hospital import Hospital
    from conformance.reference.identity import Credential
    from conformance.reference.ledger import Amounts, Bill, Ledger, Order, Refund
    from conformance.reference.notices import NoticeAnswer
    from conformance.reference.refund import Check
    from simulator.protocol.wire.envelope import ChannelKeys, Opened


@dataclass(frozen=True, slots=True)
class Policy:
    """One hospital's practice. Pauses in seconds, `unpaid_ms` in milliseconds of timer time."""

    # sealing and reading
    style: Callable[[ChannelKeys, int], Mapping[str, Any]]
    resend_body: Callable[[list[bytes], Callable[[], bytes]], bytes]
    read_answer: Callable[[Opened, int], Answer]
    # resending
    attempts: int
    order_attempts: int
    pause_s: Callable[[int], float]
    order_no_on_resend: Callable[[str, Callable[[str], str]], str]
    refund_no_on_resend: Callable[[str, Callable[[str], str]], str]
    may_order_again: Callable[[Callable[[], Awaitable[str]]], Awaitable[bool]]
    poll_pause_s: Callable[[int], float | None]
    query_spacing_s: float
    # who pays
    authorisation: Callable[[Answer, str], Credential]
    claim: Callable[[Ledger, Order, Credential], None]
    pay_credential: Callable[[Ledger, Order, Credential], tuple[str, str]]
    person_credential: Callable[[Order], tuple[str, str]]
    insurance: Callable[[list[dict[str, Any]]], Mapping[str, Any]]
    # what is paid
    begntime: Callable[[int], str]
    groups: Callable[[tuple[Bill, ...]], tuple[tuple[Bill, ...], ...]]
    bill_free: Callable[[Ledger, Bill], bool]
    yuan: Callable[[int], str]
    account_flag: Callable[[bool | None], str]
    upload_data: Callable[[dict[str, Any]], dict[str, Any]]
    order_data: Callable[[dict[str, Any], tuple[Order, ...]], dict[str, Any]]
    # what is believed, booked and shown
    presettled_amounts: Callable[[Mapping[str, Any], Order], Amounts | None]
    agrees: Callable[[Amounts, Order], bool]
    says_settled: Callable[[str], bool]
    settled_by_presettle: Callable[[str], bool]
    settled_amounts: Callable[[Mapping[str, Any], Order], Amounts | None]
    booked_already: Callable[[Ledger, Order], bool]
    booked_amounts: Callable[[Amounts], Amounts]
    booking_attempts: int
    confirm: Callable[[Ledger, Bill], None]
    shown_after_presettle: str
    declined: Callable[[Refused, Order], Reply]
    # giving up
    sends_revocation: bool
    asks_before_revocation: bool
    may_cancel: Callable[[Order], None]
    unpaid_ms: int | None
    # refund
    refund_checks: tuple[Check, ...]
    refundable: Callable[[Order], Mapping[str, int]]
    refund_identity: Callable[[Ledger, Order, Refund, Credential], Mapping[str, str]]
    refund_time: Callable[[int], str]
    refund_data: Callable[[dict[str, Any]], dict[str, Any]]
    refund_results: Mapping[str, str]
    books_refunds: bool
    release_refunded: Callable[[Ledger, Bill], None]
    # notices
    receives_notices: bool
    read_notice: Callable[[Opened], Mapping[str, Any] | None]
    notice_problem: Callable[[Mapping[str, Any], Order, str], str]
    keep_early: Callable[[Hospital, Order, Mapping[str, Any]], NoticeAnswer]
    notice_answer: Callable[[NoticeAnswer], NoticeAnswer]
