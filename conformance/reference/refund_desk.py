"""Refund (6203): judge what was asked, check the identity afresh, send, and book what the centre says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference import identity_desk, messages, payment, settlement_desk, visits
from conformance.reference.answers import (
    DriverReply,
    Malformed,
    PeerAnswer,
    ReceivedCall,
    Refused,
    accepted,
    done,
)
from conformance.reference.books import Bill, Books, HospitalOrder, Refund
from conformance.reference.hospital import Hospital
from conformance.reference.hospital_values import Asked, Credential
from conformance.reference.late_answers import within
from conformance.reference.practice import Check
from simulator.protocol.text.money import to_yuan

KINDS: Final = ("ALL", "CASH", "HI")
PARTS: Final = ("cash", "account", "fund")
CREDENTIALS: Final = ("auth_code", "pay_auth_no", "ec_code")
ASK_AGAIN_S: Final = (1.5, 2.0, 3.0, 5.0, 8.0, 8.0)
"""Pauses before an undecided refund is asked again, by repeating it with the same number (contracts 10)."""


async def refund(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """`refund_bill` and `refund_registration` of the driver contract. Raises Malformed, Refused."""
    bills = _bills(hospital, call)
    order = hospital.books.last_order_of_bill(bills[0])
    if order is None or any(bill not in order.bills for bill in bills):
        raise Refused("NOT_PAID", "该单据没有已支付的订单")
    try:
        return await _judge(hospital, call, order, bills)
    except Refused as refusal:
        refusal.order = order
        raise


async def _judge(
    hospital: Hospital, call: ReceivedCall, order: HospitalOrder, bills: tuple[Bill, ...]
) -> DriverReply:
    """Judge what was asked, then check the identity, then send."""
    found = identity_desk.offered(call.args, CREDENTIALS)
    identity_desk.check_one(found)
    asked = _asked(hospital, call, order, bills)
    for check in hospital.practice.refunding.checks:
        check(order, asked)
    row = Refund(
        hospital.practice.returning.number(order, hospital.wire.number("R")),
        asked.kind,
        asked.parts["cash"],
        asked.parts["account"],
        asked.parts["fund"],
    )
    before, order.state = order.state, "refunding"
    order.refunds.append(row)

    async def work() -> DriverReply:
        try:
            credential = await identity_desk.credential_of(hospital, call.run, call.who, found, order.mode)
            fresh = hospital.practice.refunding.identity(hospital.books, order, row, credential)
        except BaseException:
            row.state, order.state = "failed", before
            raise
        return await _send(hospital, order, row, fresh, before)

    return await within(hospital, work(), lambda: _pending(order, row))


def _bills(hospital: Hospital, call: ReceivedCall) -> tuple[Bill, ...]:
    if call.action == "refund_registration":
        row = hospital.books.registrations.get(call.text("registration_id"))
        if row is None or row.run != call.run:
            raise Refused("BILL_UNKNOWN", "没有这笔挂号")
        return (payment.bill_of(hospital, call, row.bill_id),)
    if call.args.get("bill_ids") is not None:
        return payment.bills_of(hospital, call)
    return (payment.bill_of(hospital, call, call.text("bill_id")),)


def _asked(hospital: Hospital, call: ReceivedCall, order: HospitalOrder, bills: tuple[Bill, ...]) -> Asked:
    kind = call.args.get("refd_type")
    if kind is not None and kind not in KINDS:
        raise Refused("REFUND_TYPE", "退费类型应为 ALL、CASH 或 HI")
    left = hospital.practice.refunding.refundable(order)
    if kind is None:
        kind = _usual_kind(order, left)
    return Asked(
        kind=kind,
        parts=hospital.practice.returning.typed(_parts(call, kind, left), kind, left_of(order), _paid(order)),
        whole_bills=set(map(id, bills)) == set(map(id, order.bills)),
        whole_lines=_whole_lines(call, bills),
        dispensed=any(bill.dispensed for bill in order.bills),
    )


def left_of(order: HospitalOrder) -> dict[str, int]:
    """What of each part has not gone back yet."""
    known = order.amounts
    return {part: getattr(known, part) - order.refunded(part) if known else 0 for part in PARTS}


def _paid(order: HospitalOrder) -> dict[str, int]:
    return {part: getattr(order.amounts, part, 0) for part in PARTS}


def _usual_kind(order: HospitalOrder, left: Mapping[str, int]) -> str:
    if all(row.state == "failed" for row in order.refunds) or not (
        left["account"] or left["fund"] or left["cash"]
    ):
        return "ALL"
    return "CASH" if not (left["account"] or left["fund"]) else "HI"


def _parts(call: ReceivedCall, kind: str, left: Mapping[str, int]) -> dict[str, int]:
    typed = call.args.get("amounts")
    if typed is None:
        wanted = {"ALL": PARTS, "CASH": ("cash",), "HI": ("account", "fund")}[kind]
        return {part: left[part] if part in wanted else 0 for part in PARTS}
    if not isinstance(typed, dict):
        raise Malformed("args.amounts: 应为对象")
    parts = {part: typed.get(part) or 0 for part in PARTS}
    total = typed.get("total")
    for name, value in (*parts.items(), ("total", 0 if total is None else total)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise Malformed(f"args.amounts.{name}: 应为整数(分)")
        if value < 0:
            raise Refused("AMOUNT", "退费金额不能为负")
    if total is not None and total != sum(parts.values()):
        raise Refused("AMOUNT", "退费总额不等于各分项之和")
    return parts


def _whole_lines(call: ReceivedCall, bills: tuple[Bill, ...]) -> bool:
    lines = call.args.get("items")
    if lines is None:
        return True
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise Malformed("args.items: 应为对象数组")
    counts = {item.item_id: item.cnt for bill in bills for item in bill.items}
    named = {str(line.get("item_id")): line.get("cnt") for line in lines}
    if not set(named) <= set(counts):
        raise Refused("BILL_UNKNOWN", "退费明细不在该单据内")
    full = all(cnt is None or str(cnt) == counts[name] for name, cnt in named.items())
    return full and set(named) == set(counts)


def check_state(order: HospitalOrder, asked: Asked) -> None:
    """Only a paid order is refunded, one refund at a time, and no more once all has gone back."""
    del asked
    if order.state == "refunding" or any(row.state == "pending" for row in order.refunds):
        raise Refused("REFUND_PENDING", "已有退费在处理中, 请勿重复申请")
    if order.state == "refunded":
        raise Refused("OVER_PAID", "该订单已全额退费")
    if order.state not in ("paid", "part_refunded"):
        raise Refused("NOT_PAID", "该订单未支付")


def check_dispensed(order: HospitalOrder, asked: Asked) -> None:
    """What was dispensed or done is not refunded online (MP-RFD-12)."""
    del order
    if asked.dispensed:
        raise Refused("DISPENSED", "已发药或已执行, 请到窗口办理")


def check_prescription(order: HospitalOrder, asked: Asked) -> None:
    """A prescription goes back as a whole (MP-RFD-11)."""
    del order
    if not asked.whole_lines:
        raise Refused("WHOLE_PRESCRIPTION", "须整张处方退费, 退后由医生重新开单")


def check_order(order: HospitalOrder, asked: Asked) -> None:
    """The medical part goes back for the whole order (sheet 10.3; driver contract RFD-10)."""
    if not asked.whole_bills:
        raise Refused("WHOLE_ORDER", "合并支付的订单须整单退费, 其余处方退后重新支付")
    known = order.amounts
    medical = (known.account, known.fund) if known else (0, 0)
    if asked.kind != "CASH" and (asked.parts["account"], asked.parts["fund"]) != medical:
        raise Refused("WHOLE_ORDER", "医保部分须整单退费")
    if asked.kind == "ALL" and known and asked.parts["cash"] != known.cash:
        raise Refused("WHOLE_ORDER", "全部退费须等于原订单各分项")


def check_kind(order: HospitalOrder, asked: Asked) -> None:
    """CASH holds only cash, HI no cash (sheet 9)."""
    del order
    medical = asked.parts["account"] + asked.parts["fund"]
    if (asked.kind == "CASH" and medical) or (asked.kind == "HI" and asked.parts["cash"]):
        raise Refused("REFUND_TYPE", "退费类型与金额分项不符")


def check_limits(order: HospitalOrder, asked: Asked) -> None:
    """No part above what is left of it, and something to give back (sheet 9)."""
    left = left_of(order)
    if any(asked.parts[part] > left[part] for part in PARTS):
        raise Refused("OVER_PAID", "退费金额超过可退金额")
    if not sum(asked.parts.values()):
        raise Refused("AMOUNT", "没有可退的金额")


CHECKS: Final[tuple[Check, ...]] = (
    check_state,
    check_dispensed,
    check_prescription,
    check_kind,
    check_limits,
    check_order,
)


def fresh_identity(books: Books, order: HospitalOrder, row: Refund, credential: Credential) -> dict[str, str]:
    """Exactly one credential, brought for this refund and never used before (sheet 6.5, acceptance MP-RFD-04)."""
    if books.used.get(credential.value, row.number) != row.number or credential.value == order.credential:
        raise Refused("AUTH_USED", "该授权已使用过, 退费前请重新核验身份")
    books.used[credential.value] = order.med_org_ord
    return {credential.kind: credential.value}


async def _send(
    hospital: Hospital, order: HospitalOrder, row: Refund, fresh: Mapping[str, str], before: str
) -> DriverReply:
    answer = await _ask(hospital, order, row, fresh, hospital.practice.refunding.attempts)
    state = _apply(hospital, order, row, answer, before)
    if state == "pending":
        if hospital.practice.refunding.follows:
            hospital.spawn(_follow(hospital, order, row, fresh, before))
        return _pending(order, row)
    if state == "failed":
        raise Refused(
            answer.refusal_code, "退费未通过, 钱款没有变动, 请到窗口办理", why=answer.message or "FAIL"
        )
    return done(
        {"refund_state": "success", "amount": row.total},
        order.refs,
        f"退费成功: 现金{to_yuan(row.cash)}元, 个人账户{to_yuan(row.account)}元, 医保基金{to_yuan(row.fund)}元",
        "success",
    )


def _pending(order: HospitalOrder, row: Refund) -> DriverReply:
    text = f"退费处理中: {to_yuan(row.total)}元, 到账后会通知"
    return accepted({"refund_state": "pending", "amount": row.total}, order.refs, text)


async def _ask(
    hospital: Hospital, order: HospitalOrder, row: Refund, fresh: Mapping[str, str], attempts: int
) -> PeerAnswer:
    """6203; sent again with the same number when the answer was lost (RFD-SN-001)."""

    def compose(attempt: int) -> dict[str, Any]:
        if attempt:
            row.number = hospital.practice.resending.refund_no(row.number, hospital.wire.number)
        return messages.refund(hospital, order, row, fresh)

    return await hospital.wire.sealed("6203", compose, attempts)


def _apply(hospital: Hospital, order: HospitalOrder, row: Refund, answer: PeerAnswer, before: str) -> str:
    """SUCC, FAIL, EXP (sheet 6.6). A refusal is a failure; no believable answer is neither."""
    practice, later = hospital.practice, row.undecided
    row.state = practice.returning.outcome(answer, practice.refunding.results, later)
    row.undecided = row.state == "pending"
    if row.state == "failed":
        order.state = before
    elif row.state == "success":
        row.booked = hospital.practice.refunding.booked
        _booked(hospital, order, row, before)
    return row.state


def outcome(answer: PeerAnswer, results: Mapping[str, str], later: bool) -> str:
    """success, failed or pending: a refusal is a failure, and what cannot be believed decides nothing."""
    del later
    if answer.outcome == "refused":
        return "failed"
    return results.get(str(answer.data.get("refStatus")), "pending") if answer.outcome == "ok" else "pending"


def _booked(hospital: Hospital, order: HospitalOrder, row: Refund, before: str) -> None:
    if not row.booked:
        order.state = before
    elif any(left_of(order).values()):
        order.state = "part_refunded"
    else:
        order.state = "refunded"
        for bill in order.bills:
            bill.state = "refunded"
            hospital.practice.refunding.release(hospital.books, bill)
            visits.let_go(hospital, bill)


async def _follow(
    hospital: Hospital, order: HospitalOrder, row: Refund, fresh: Mapping[str, str], before: str
) -> None:
    for pause in ASK_AGAIN_S:
        await asyncio.sleep(pause)
        decisive = hospital.practice.returning.by_query(row)
        if decisive:
            answer = await _by_query(hospital, order, decisive)
        else:
            answer = await _ask(hospital, order, row, fresh, 1)
        if _apply(hospital, order, row, answer, before) != "pending":
            return
    hospital.alert(order, "退费结果未定, 转人工")
    order.state = "manual"


async def _by_query(hospital: Hospital, order: HospitalOrder, decisive: tuple[str, ...]) -> PeerAnswer:
    """What 6301 says of an undecided refund, in the words of 6203: 17 goes on, 6 says that it failed."""
    state = await settlement_desk.ask(hospital, order)
    status = "SUCC" if state in decisive else "FAIL" if state == "6" else "EXP"
    return PeerAnswer("ok" if state else "unknown", {"refStatus": status})
