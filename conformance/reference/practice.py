"""Every decision that a careless hospital gets wrong, as one replaceable value each, in families.

`healthy.HEALTHY` holds the right ones. A mutant replaces one of them and nothing else, so the hospital's
own code never asks which mutant it is; `mutants/<family>.py` holds the wrong ones of a family.
Pauses are in seconds, `unpaid_ms` is in milliseconds of timer time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.reference.answers import DriverReply, PeerAnswer, ReceivedCall, Refused
from conformance.reference.books import Bill, Books, HospitalOrder, Refund
from conformance.reference.config import Config
from conformance.reference.counter_practice import Meanwhile, Returning
from conformance.reference.doubts import Doubting
from conformance.reference.hospital_values import Asked, Credential, NoticeAnswer, OrderAmounts
from conformance.reference.logbook import LogEntry
from simulator.protocol.wire.envelope import ChannelKeys, Opened

Check = Callable[[HospitalOrder, Asked], None]
"""One reason against a refund: raises Refused when it holds."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of a peer. `data`: the business object by interface; `header`: that of a 两定 request by interface.

    `instead`: what is taken for the answer of an interface that is never asked.
    """

    data: Callable[[str, dict[str, Any]], dict[str, Any]]
    header: Callable[[str, dict[str, Any]], dict[str, Any]]
    instead: Mapping[str, Callable[[Mapping[str, Any]], PeerAnswer]]


@dataclass(frozen=True, slots=True)
class Sealing:
    """How a call is signed and encrypted, and its answer read."""

    style: Callable[[ChannelKeys, int], Mapping[str, Any]]
    resend_body: Callable[[list[bytes], Callable[[], bytes]], bytes]
    read_answer: Callable[[Opened, int], PeerAnswer]


@dataclass(frozen=True, slots=True)
class Resending:
    """What is sent again when an answer is lost, and how often 6301 is asked.

    `in_doubt(hospital, order)`: what is done and said once 6202 stays unknown; `polls_in`: order states that are asked about.
    """

    attempts: int
    order_attempts: int
    pause_s: Callable[[int], float]
    order_no: Callable[[str, Callable[[str], str]], str]
    refund_no: Callable[[str, Callable[[str], str]], str]
    may_order_again: Callable[[Callable[[], Awaitable[str]]], Awaitable[bool]]
    poll_pause_s: Callable[[int], float | None]
    query_spacing_s: float
    in_doubt: Callable[[Any, HospitalOrder], Awaitable[DriverReply]]
    polls_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identifying:
    """Who pays."""

    authorisation: Callable[[PeerAnswer, str], Credential]
    claim: Callable[[Books, HospitalOrder, Credential], None]
    pay_credential: Callable[[Books, HospitalOrder, Credential], tuple[str, str]]
    person_credential: Callable[[HospitalOrder], tuple[str, str]]
    insurance: Callable[[list[dict[str, Any]]], Mapping[str, Any]]
    also_by_id_card: bool


@dataclass(frozen=True, slots=True)
class Ordering:
    """What is paid: which bills make an order, and what 6201 and 6202 say of it."""

    begntime: Callable[[int], str]
    groups: Callable[[tuple[Bill, ...]], tuple[tuple[Bill, ...], ...]]
    bill_free: Callable[[Books, Bill], bool]
    yuan: Callable[[int], str]
    line_amount: Callable[[str, str], int]
    account_flag: Callable[[bool | None], str]
    upload_data: Callable[[dict[str, Any]], dict[str, Any]]
    order_data: Callable[[dict[str, Any], tuple[HospitalOrder, ...]], dict[str, Any]]
    query_data: Callable[[dict[str, Any]], dict[str, Any]]
    order_number: Callable[[str], str]
    shares_visit: bool


@dataclass(frozen=True, slots=True)
class Settling:
    """What is believed of an order, and booked.

    `missing_amounts`: the state of an order that is settled without amounts, empty: unchanged; `bad_answers`: after how
    many 6301 without a believable answer a person looks at it, None: never.
    """

    presettled_amounts: Callable[[Mapping[str, Any], HospitalOrder], OrderAmounts | None]
    agrees: Callable[[OrderAmounts, HospitalOrder], bool]
    says_settled: Callable[[str], bool]
    settled_by_presettle: Callable[[str], bool]
    settled_amounts: Callable[[Mapping[str, Any], HospitalOrder], OrderAmounts | None]
    booked_already: Callable[[Books, HospitalOrder], bool]
    booked_amounts: Callable[[OrderAmounts], OrderAmounts]
    booking_attempts: int
    confirm: Callable[[Books, Bill], None]
    missing_amounts: str
    bad_answers: int | None


@dataclass(frozen=True, slots=True)
class Showing:
    """What the patient is shown, and what a driver call is answered with, and when.

    A call that takes longer than `answer_within_s` is answered `accepted` and goes on; `pay` waits up to
    `waits_for_booking_s` for the booking. `already_paid`, `busy`: the answer, or Refused.
    """

    after_presettle: str
    declined: Callable[[Refused, HospitalOrder], DriverReply]
    answer_within_s: float
    waits_for_booking_s: float
    already_paid: Callable[[HospitalOrder | None], DriverReply]
    busy: Callable[[HospitalOrder | None], DriverReply]
    upload_unknown: Callable[[HospitalOrder], DriverReply]
    offers: Callable[[str], bool]
    body: Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Telling:
    """What leaves the hospital in words: every answer to its driver as it goes out, its log, the files it would go live with."""

    answer: Callable[[ReceivedCall, Books, DriverReply], DriverReply]
    line: Callable[[LogEntry], str]
    configuration: Callable[[Config], str]
    source: Callable[[Config], str]


@dataclass(frozen=True, slots=True)
class Cancelling:
    """How an unpaid order is given up. `unpaid_ms` None: never. `waits_for_payment`: a cancellation waits for a running `pay`."""

    sends_revocation: bool
    asks_before_revocation: bool
    may_cancel: Callable[[HospitalOrder], None]
    waits_for_payment: bool
    unpaid_ms: int | None


@dataclass(frozen=True, slots=True)
class Refunding:
    """What goes back, on whose word, and how it is booked. `results`: refStatus to refund state."""

    checks: tuple[Check, ...]
    refundable: Callable[[HospitalOrder], Mapping[str, int]]
    identity: Callable[[Books, HospitalOrder, Refund, Credential], Mapping[str, str]]
    time: Callable[[int], str]
    data: Callable[[dict[str, Any]], dict[str, Any]]
    results: Mapping[str, str]
    booked: bool
    release: Callable[[Books, Bill], None]
    attempts: int
    follows: bool


@dataclass(frozen=True, slots=True)
class Noticing:
    """How 6302 is received: verified, matched and acknowledged.

    `books`: `itself`, `asked` (6301 is asked before the answer) or `later` (it is acknowledged, 6301 books); `in_conflict`:
    the state of an order that a verified notice contradicts, empty: unchanged.
    """

    receives: bool
    find: Callable[[Books, Mapping[str, Any]], HospitalOrder | None]
    read: Callable[[Opened], Mapping[str, Any] | None]
    problem: Callable[[Mapping[str, Any], HospitalOrder, str], str]
    keep_early: Callable[[HospitalOrder, Mapping[str, Any]], NoticeAnswer]
    books: str
    in_conflict: str
    answer: Callable[[NoticeAnswer], NoticeAnswer]


@dataclass(frozen=True, slots=True)
class Practice:
    """One hospital's practice, a family of points each."""

    asking: Asking
    sealing: Sealing
    resending: Resending
    identifying: Identifying
    ordering: Ordering
    settling: Settling
    showing: Showing
    cancelling: Cancelling
    refunding: Refunding
    returning: Returning
    meanwhile: Meanwhile
    noticing: Noticing
    doubting: Doubting
    telling: Telling
