"""An answer that says nothing, or something odd, believed or taken for the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from conformance.reference.answers import PeerAnswer
from conformance.reference.books import Bill
from conformance.reference.change import Mutant, with_points
from conformance.reference.doubts import Closes

KNOWN: Final = tuple(str(state) for state in range(17))
FAILED: Final = ("failed", "支付失败, 请重新支付")


def _unknown_is_failed(state: str) -> Closes:
    return None if state in KNOWN else FAILED


def _refused_is_failed(answer: PeerAnswer) -> Closes:
    return FAILED if answer.outcome == "refused" else None


def _lost_is_failed(answer: PeerAnswer) -> Closes:
    return FAILED if answer.outcome == "unknown" else None


async def _never_again(ask: Callable[[], Awaitable[str]]) -> bool:
    del ask
    return False


def _as_claimed(bills: tuple[Bill, ...], claimed: object) -> None:
    if isinstance(claimed, int):
        first = bills[0]
        first.items = (replace(first.items[0], amount=claimed),)


DOUBTING: Final = (
    # Take a state that nobody knows for a failure (sheet 8: 17 to 25 are not final).
    Mutant(
        "unknown_state_is_failed",
        "不认识的订单状态当作支付失败",
        caught_by=("FLT-STATE-001",),
        needs=("fault/query_unknown_state",),
        apply=with_points(doubting={"unknown_state": _unknown_is_failed}),
    ),
    # Use a 6301 answer that is about another order (MP-NTF-06).
    Mutant(
        "query_number_ignored",
        "查询应答的单号不比对",
        caught_by=("FLT-ANSWER-001",),
        needs=("fault/query_other_order",),
        apply=with_points(doubting={"about": lambda _data, _order: True}),
    ),
    # Take a refused query for a failed order (MP-SEC-10).
    Mutant(
        "refused_query_is_failed",
        "查询被拒绝就当订单失败",
        caught_by=("FLT-ASK-001",),
        needs=("fault/query_refused",),
        apply=with_points(doubting={"unanswered": _refused_is_failed}),
    ),
    # Stop asking after the first query without an answer (MP-FLT-15).
    Mutant(
        "throttled_stops_polling",
        "查询没有可信应答就不再查询",
        caught_by=("FLT-ASK-001",),
        needs=("fault/query_throttled",),
        apply=with_points(doubting={"asks_on": lambda said: said != ""}),
    ),
    # Answer a lost 6202 with a refusal, the order being placed (contracts 10: unknown is accepted).
    Mutant(
        "lost_order_is_refused",
        "6202 结果不明就答复支付失败",
        caught_by=("FLT-UNSURE-001",),
        needs=("fault/order_timeout_done",),
        apply=with_points(
            doubting={"unsure": lambda _interface: FAILED},
            resending={"may_order_again": _never_again, "poll_pause_s": lambda _count: None},
        ),
    ),
    # Upload what the front end says the bill costs (MP-SEC-19).
    Mutant(
        "front_end_amount_used",
        "按前端传来的金额上传",
        caught_by=("PAY-BILL-001",),
        needs=("pay/front_end_amount",),
        apply=with_points(doubting={"claimed": _as_claimed}),
    ),
)
