"""What is sent again and how often is asked, done wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from conformance.reference.answers import Refused
from conformance.reference.change import Mutant, with_points


async def _always(ask: Callable[[], Awaitable[str]]) -> bool:
    del ask
    return True


async def _refuse_in_silence(ask: Callable[[], Awaitable[str]]) -> bool:
    state = await ask()
    if not state:
        raise Refused("OTHER", "支付失败, 请重新支付")
    return state in ("0", "1")


RESENDING: Final = (
    # Send a lost 6201 again under a new order number (MP-FLT-01).
    Mutant(
        "new_order_on_timeout",
        "6201 超时后换新订单号重发",
        caught_by=("FLT-RESEND-001",),
        needs=("fault/upload_timeout",),
        apply=with_points(resending={"order_no": lambda _number, fresh: fresh("L")}),
    ),
    # Make a new refund number for a repeat (MP-RFD-13).
    Mutant(
        "new_refund_sn_on_retry",
        "重试退费时换了退费流水号",
        caught_by=("RFD-SN-001",),
        needs=("refund/answer_lost",),
        apply=with_points(resending={"refund_no": lambda _number, fresh: fresh("R")}),
    ),
    # Send 6202 again without asking 6301 (MP-FLT-02).
    Mutant(
        "retry_6202_blind",
        "6202 结果未知时不查询就重发",
        caught_by=("FLT-QUERY-001",),
        needs=("fault/order_timeout_done",),
        apply=with_points(resending={"may_order_again": _always}),
    ),
    # Retry thirty times without a pause (MP-FLT-14).
    Mutant(
        "retry_storm",
        "失败后无间隔重试三十次",
        caught_by=("FLT-5XX-001",),
        needs=("fault/upload_5xx",),
        apply=with_points(resending={"attempts": 30, "pause_s": lambda _attempt: 0.01}),
    ),
    # Wait for the notice and never ask (MP-NTF-02).
    Mutant(
        "no_polling",
        "只等通知, 从不查询",
        caught_by=("NTF-LOST-001",),
        needs=("notify/lost",),
        apply=with_points(resending={"poll_pause_s": lambda _count: None}),
    ),
    # Ask 6301 ten times a second (contracts 10).
    Mutant(
        "poll_flood",
        "每秒查询十次",
        caught_by=("FLT-POLL-001",),
        needs=("notify/lost",),
        apply=with_points(
            resending={"query_spacing_s": 0.0, "poll_pause_s": lambda count: 0.1 if count < 100 else None}
        ),
    ),
    # Say no when neither 6202 nor 6301 was answered (MP-FLT-11).
    Mutant(
        "silence_is_refused",
        "下单与查询都没有应答就答复支付失败",
        caught_by=("FLT-UNSURE-001",),
        needs=("fault/network_break",),
        apply=with_points(resending={"may_order_again": _refuse_in_silence}),
    ),
)
