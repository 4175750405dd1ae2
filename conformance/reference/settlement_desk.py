"""From what the centre says to what the hospital books: 6301, the poll, the one place that books."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final, Literal

from conformance.reference import messages, registration_desk, reversal, visits
from conformance.reference.books import OPEN, HospitalOrder
from conformance.reference.doubts import Closes
from conformance.reference.hospital import Hospital
from conformance.reference.hospital_values import OrderAmounts

Settled = Literal["booked", "already", "mismatch", "failed", "late"]

REVOKED: Final = ("12", "13")
FAILED: Final = ("15",)
ABNORMAL: Final = ("7", "8", "9", "10", "11", "14", "16")
RUNNING: Final = ("2", "3", "4", "5")


def agrees(amounts: OrderAmounts, order: HospitalOrder) -> bool:
    """Balanced, the bill's total, and what 6202 said if it said anything (sheet 9; contracts 10)."""
    return amounts.balanced and amounts.total == order.total and order.amounts in (None, amounts)


def settle(
    hospital: Hospital, order: HospitalOrder, amounts: OrderAmounts, data: Mapping[str, Any]
) -> Settled:
    """Book a settled order exactly once. Runs to its end without giving way, so two callers cannot both book."""
    if hospital.practice.settling.booked_already(hospital.books, order):
        return "already"
    order.revs_token = str(data.get("revsToken") or order.revs_token)
    if order.state not in OPEN and order.state != "paid":
        hospital.alert(order, "订单已关闭后收到结算成功, 自动冲正")
        hospital.spawn(reversal.reverse(hospital, order, amounts))
        return "late"
    if not hospital.practice.settling.agrees(amounts, order):
        hospital.alert(order, "结算金额与预结算不一致, 不入账, 以查询为准")
        return "mismatch"
    if _booking_fails(hospital, order):
        order.booking_failures += 1
        hospital.alert(order, f"入账失败第 {order.booking_failures} 次")
        if not hospital.practice.meanwhile.returns_unbookable:
            order.state = "paid"
        elif order.booking_failures >= hospital.practice.settling.booking_attempts:
            hospital.spawn(reversal.reverse(hospital, order, amounts))
        return "failed"
    order.amounts = amounts
    order.doc_sn = str(data.get("hiDocSn") or "")
    order.chrg_time = str(data.get("hiChrgTime") or data.get("traceTime") or "")
    hospital.books.book(order, hospital.practice.settling.booked_amounts(amounts))
    order.state = "paid"
    hospital.timers.drop(f"expire:{order.med_org_ord}")
    for bill in order.bills:
        bill.state = "paid"
        hospital.practice.settling.confirm(hospital.books, bill)
    return "booked"


def _booking_fails(hospital: Hospital, order: HospitalOrder) -> bool:
    """Whether the test action `fail_booking` makes this booking fail; uses one of its times up."""
    for place in ((order.run, order.flow), (order.run, "")):
        times = hospital.books.broken_bookings.get(place, 0)
        if times > 0:
            hospital.books.broken_bookings[place] = times - 1
            return True
    return False


async def ask(hospital: Hospital, order: HospitalOrder) -> str:
    """6301, at most one per order and second (contracts 10). Returns ordStas, or "" when nothing was learnt."""
    async with order.asking:
        wait = order.asked_at + hospital.practice.resending.query_spacing_s - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        answer = await hospital.wire.sealed("6301", lambda _: messages.order_query(hospital, order))
        order.asked_at = (
            time.monotonic()
        )  # from the answer on, so that the centre, too, sees a second between them
    if answer.outcome != "ok":
        if answer.outcome == "unknown":
            _doubt(hospital, order)
        _ended(hospital, order, hospital.practice.doubting.unanswered(answer))
        return ""
    return take(hospital, order, answer.data)


def _doubt(hospital: Hospital, order: HospitalOrder) -> None:
    """Too many answers that cannot be believed: a person looks at it, if the practice says so."""
    order.bad_answers += 1
    if order.bad_answers == hospital.practice.settling.bad_answers and order.state in OPEN:
        order.state = "manual"
        hospital.alert(order, f"查询 {order.bad_answers} 次没有可信应答, 转人工核对")


def take(hospital: Hospital, order: HospitalOrder, data: Mapping[str, Any]) -> str:
    """Apply a 6301 answer. The hospital's own state never goes backwards."""
    if not hospital.practice.doubting.about(data, order):
        hospital.alert(order, "查询应答的订单号与本单不一致")
        return ""
    state = str(data.get("ordStas") or "")
    order.ord_stas = state
    if hospital.practice.settling.says_settled(state):
        amounts = hospital.practice.settling.settled_amounts(data, order)
        if amounts is None:
            order.state = hospital.practice.settling.missing_amounts or order.state
            hospital.alert(order, "查询为结算完成但没有金额, 不入账")
        elif settle(hospital, order, amounts, data) == "mismatch":
            order.state = "manual"
    elif order.state in OPEN:
        if state in REVOKED:
            close_locally(hospital, order, "cancelled", "医保订单已撤销")
        elif state in FAILED:
            close_locally(hospital, order, "failed", "医保结算失败, 未扣款")
        elif state in ABNORMAL:
            order.state = "manual"
            hospital.alert(order, f"医保订单状态 {state}, 转人工核对")
        elif state in RUNNING:
            order.state = "pending"
        elif state not in ("0", "1"):
            _ended(hospital, order, hospital.practice.doubting.unknown_state(state))
    return state


def _ended(hospital: Hospital, order: HospitalOrder, closes: Closes) -> None:
    if closes is not None and order.state in OPEN:
        close_locally(hospital, order, *closes)


def close_locally(hospital: Hospital, order: HospitalOrder, state: str, why: str) -> None:
    """The order is over without payment: a registration gives its slot back, other bills may be paid again."""
    order.state, order.why = state, why
    hospital.timers.drop(f"expire:{order.med_org_ord}")
    if state == "cancelled":
        for bill in order.bills:
            registration_desk.release(hospital.books, bill, "cancelled")
            visits.let_go(hospital, bill)


def start_polling(hospital: Hospital, order: HospitalOrder) -> None:
    """Ask until the order is final, by the plan of the practice, which ends."""
    if order.polling is None or order.polling.done():
        order.polling = hospital.spawn(_poll(hospital, order))


async def _poll(hospital: Hospital, order: HospitalOrder) -> None:
    count = 0
    states = hospital.practice.resending.polls_in
    while order.state in states:
        pause = hospital.practice.resending.poll_pause_s(count)
        if pause is None:
            return
        await asyncio.sleep(pause)
        count += 1
        if order.state in states and not hospital.practice.doubting.asks_on(await ask(hospital, order)):
            return


def poll_pause_s(count: int) -> float | None:
    """First after 1 s, then each second, slower from the 15th on, 60 in all (contracts 10: first within 30 s)."""
    if count >= 60:
        return None
    return 1.0 if count < 15 else 2.0 if count < 25 else 5.0
