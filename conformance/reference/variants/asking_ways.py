"""Other right ways to ask, to send again and to be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.reference.change import Variant, with_points
from conformance.reference.received_notices import refuse


def _slowly(count: int) -> float | None:
    return 12.0 if count < 30 else None


def _by_and_by(count: int) -> float | None:
    return min(1.5**count, 20.0) if count < 15 else None


REFUNDED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "ALL": ("7",),
    "HI": ("7", "8", "11"),
    "CASH": ("7", "9", "10", "11"),
}
"""The states that an order comes to by a refund of a kind (sheet 8)."""


ASKING: Final = (
    # Have no notice address and converge by 6301 alone (contracts 2: `notify: none`).
    Variant(
        "polling_only",
        "不收通知, 只靠 6301 查询收敛",
        with_points(noticing={"receives": False}),
        decides=("notice", "notice answer", "early notice"),
    ),
    # Ask first after twelve seconds, then every twelve (contracts 10: first within 30 s after 6202).
    Variant(
        "slow_polling",
        "每 12 秒查询一次",
        with_points(resending={"poll_pause_s": _slowly}),
        decides=("polling",),
        declares={"timers": {"converge_ms": 30_000}},
    ),
    # Ask again later and later.
    Variant(
        "polling_with_back_off",
        "查询间隔逐次加长",
        with_points(resending={"poll_pause_s": _by_and_by}),
        decides=("polling",),
        declares={"timers": {"converge_ms": 15_000}},
    ),
    # Wait longer before each repeat of a lost request (MP-FLT-14).
    Variant(
        "retry_with_back_off",
        "重发之间逐次加长等待",
        with_points(resending={"pause_s": lambda attempt: 0.4 * 2**attempt}),
        decides=("resending",),
    ),
    # Send nothing twice but a refund: a lost 6201 is given up, a lost 6202 asked about (FLT-01, FLT-02).
    Variant(
        "never_resends",
        "6201、6202 没有应答时不再重发",
        with_points(resending={"attempts": 1, "order_attempts": 1}),
        decides=("resending",),
    ),
    # Take a notice for a call to ask: book when 6301 says 6, and acknowledge only then (contracts 10).
    Variant(
        "books_after_query",
        "收到通知先查 6301, 查得结算完成才入账并应答",
        with_points(noticing={"books": "asked"}),
        decides=("notice",),
    ),
    # Acknowledge a notice at once, then ask, and book when 6301 says 6 (contracts 10: so is waiting for 6301).
    Variant(
        "acknowledges_then_asks",
        "收到通知先应答, 再查 6301, 查得结算完成才入账",
        with_points(noticing={"books": "later"}),
        decides=("notice",),
    ),
    # Do not accept a notice that comes before the 6202 answer: it is sent again (contracts 10).
    Variant(
        "early_notice_refused",
        "先于 6202 应答的通知不接受, 等它重发",
        with_points(
            noticing={"keep_early": lambda _order, _data: refuse(409, "订单尚未下单完成, 请稍后重发")}
        ),
        decides=("early notice",),
    ),
    # Accept a notice with plain text (contracts 10: any 2xx whose body, if JSON, is no failure).
    Variant(
        "notice_plain_text",
        "通知以纯文本 success 应答",
        with_points(noticing={"answer": lambda given: (200, "success") if given[0] == 200 else given}),
        decides=("notice answer",),
    ),
    # Accept a notice with 204 and no body (contracts 10).
    Variant(
        "notice_no_content",
        "通知以 204 无正文应答",
        with_points(noticing={"answer": lambda given: (204, None) if given[0] == 200 else given}),
        decides=("notice answer",),
    ),
    # Look the person up by identity card before asking with the credential (institution sheet 6.3).
    Variant(
        "also_by_id_card",
        "用电子凭证查询之前先用身份证查一次 1101",
        with_points(identifying={"also_by_id_card": True}),
        decides=("person query",),
    ),
    # Register a visit (2201) for every order (contracts 10: a 2201 at payment is allowed).
    Variant(
        "new_visit_per_order",
        "每笔订单各做一次 2201",
        with_points(ordering={"shares_visit": False}),
        decides=("visit",),
    ),
    # Ask an undecided refund by the state of its order first (sheet 6.7, 8).
    Variant(
        "refund_by_query",
        "退费没有结果时先查 6301 的订单状态",
        with_points(
            refunding={"attempts": 1}, returning={"by_query": lambda refund: REFUNDED_BY[refund.kind]}
        ),
        decides=("undecided refund",),
    ),
    # Leave a lost refund to a later repeat (contracts 10: repeating it is the legal query).
    Variant(
        "refund_asked_later",
        "6203 没有应答先答处理中, 稍后以同号再发",
        with_points(refunding={"attempts": 1}),
        decides=("undecided refund",),
    ),
    # Revoke without asking first (sheet 6.9).
    Variant(
        "revokes_without_asking",
        "撤销之前不查 6301",
        with_points(cancelling={"asks_before_revocation": False}),
        decides=("revocation",),
    ),
)
