"""Pay: identify, upload (6201), order (6202), then wait for the patient. Uncertain is `accepted`, never refused."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from conformance.reference import cancellation, identity_desk, messages, received_notices, settlement_desk
from conformance.reference.answers import (
    DriverReply,
    Malformed,
    NotOffered,
    ReceivedCall,
    Refused,
    accepted,
    done,
)
from conformance.reference.books import OPEN, Bill, Books, HospitalOrder
from conformance.reference.hospital import Hospital, wall_ms
from conformance.reference.hospital_values import OrderAmounts
from conformance.reference.late_answers import within
from simulator.protocol.text.money import to_yuan

MODES: Final = ("A", "B1", "C")
KNOWN_MODES: Final = ("A", "B1", "B2", "C", "D")
CHANNELS: Final = ("wechat", "alipay", "bank", "insurance_app", "counter")
MAX_BILLS: Final = 50
LOOK_S: Final = 0.05


async def pay(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Everything up to the point where the patient must act (driver contract, "Who does what in a payment")."""
    mode, channel, acct_used = _asked(call)
    found = identity_desk.offered(call.args)
    bills = bills_of(hospital, call)
    for bill in hospital.practice.meanwhile.looked_at(bills):
        answered = _not_payable(hospital, bill)
        if answered is not None:
            return answered
    hospital.practice.doubting.claimed(bills, call.args.get("amount"))
    if hospital.practice.meanwhile.free_of_charge(sum(bill.total for bill in bills)):
        return _nothing_to_pay(hospital, call, bills, mode, channel)
    identity_desk.check_one(found)
    replies = []
    for group in hospital.practice.ordering.groups(bills):
        order = open_order(hospital, call, group, mode, channel, acct_used)
        replies.append(await within(hospital, _run(hospital, order, found), partial(reply_of, order)))
    return replies[0]


def _asked(call: ReceivedCall) -> tuple[str, str, bool | None]:
    mode, channel, acct_used = call.text("mode"), call.text("channel"), call.args.get("acct_used")
    if mode not in KNOWN_MODES:
        raise Malformed(f"args.mode: 应为 {', '.join(KNOWN_MODES)} 之一")
    if channel not in CHANNELS:
        raise Malformed(f"args.channel: 应为 {', '.join(CHANNELS)} 之一")
    if acct_used is not None and not isinstance(acct_used, bool):
        raise Malformed("args.acct_used: 应为 true 或 false")
    if mode not in MODES:
        raise NotOffered(f"未开通 {mode} 模式")
    return mode, channel, acct_used


def bills_of(hospital: Hospital, call: ReceivedCall) -> tuple[Bill, ...]:
    """The bills a call names, in its order. Raises Malformed, Refused."""
    names = call.args.get("bill_ids")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise Malformed("args.bill_ids: 应为非空的单号数组")
    if len(names) > MAX_BILLS:
        raise Malformed(f"args.bill_ids: 一次不超过 {MAX_BILLS} 张")
    return tuple(bill_of(hospital, call, name) for name in dict.fromkeys(names))


def bill_of(hospital: Hospital, call: ReceivedCall, name: str) -> Bill:
    """One bill of this run; of this patient when the call has one. Raises Refused."""
    bill = hospital.books.bills.get(name)
    if bill is None or bill.run != call.run:
        raise Refused("BILL_UNKNOWN", f"没有单据 {name[:40]}")
    if call.patient is not None and bill.id_no != call.patient.id_no:
        raise Refused("NOT_OWNER", "该单据不属于当前就诊人")
    return bill


def _not_payable(hospital: Hospital, bill: Bill) -> DriverReply | None:
    """The answer to a click on a bill that cannot be paid now; None when it can. Raises Refused."""
    order, showing = hospital.books.last_order_of_bill(bill), hospital.practice.showing
    if bill.state == "paid":
        return showing.already_paid(order)
    if bill.state != "unpaid":
        raise Refused("OTHER", "该单据已取消或已退费, 请重新开单")
    free = hospital.practice.ordering.bill_free(hospital.books, bill)
    return None if free else showing.busy(order)


def refuse_paid(order: HospitalOrder | None) -> DriverReply:
    """A paid bill is not paid again (MP-FLT-07). Raises Refused."""
    raise Refused("BILL_PAID", "该单据已支付", order)


def refuse_busy(order: HospitalOrder | None) -> DriverReply:
    """A bill that is being paid is not paid again (MP-FLT-13). Raises Refused."""
    raise Refused("BILL_BUSY", "该单据正在支付, 请勿重复操作", order)


def bill_free(books: Books, bill: Bill) -> bool:
    """No open order holds the bill."""
    order = books.last_order_of_bill(bill)
    return order is None or order.state not in OPEN


def one_order(bills: tuple[Bill, ...]) -> tuple[tuple[Bill, ...], ...]:
    """Bills paid together make one order (MP-PAY-12)."""
    return (bills,)


def open_order(
    hospital: Hospital,
    call: ReceivedCall,
    bills: tuple[Bill, ...],
    mode: str,
    channel: str,
    acct_used: bool | None,
) -> HospitalOrder:
    """A new order that holds its bills until it is over; unpaid at the limit it is revoked."""
    now = hospital.timers.now(call.run, call.flow)
    order = HospitalOrder(
        hospital.practice.ordering.order_number(hospital.wire.number("L")),
        call.run,
        call.flow,
        call.who,
        bills,
        mode,
        channel,
        acct_used,
        now,
    )
    order.begntime = hospital.practice.ordering.begntime(wall_ms())
    order.chrg_bchno = hospital.wire.number("C")
    order.med_org_ord = hospital.practice.doubting.number(bills, order.med_org_ord)
    hospital.books.orders[order.med_org_ord] = order
    for bill in bills:
        bill.order_no = order.med_org_ord
    cancellation.set_expiry(hospital, order)
    return order


def _nothing_to_pay(
    hospital: Hospital, call: ReceivedCall, bills: tuple[Bill, ...], mode: str, channel: str
) -> DriverReply:
    """A free bill is booked without any message (MP-REG-11)."""
    order = open_order(hospital, call, bills, mode, channel, None)
    settlement_desk.settle(hospital, order, OrderAmounts(0, 0, 0, 0), {})
    return reply_of(order)


async def _run(hospital: Hospital, order: HospitalOrder, found: Mapping[str, str]) -> DriverReply:
    async with order.lock:
        try:
            credential = await identity_desk.credential_of(
                hospital, order.run, order.patient, found, order.mode
            )
            hospital.practice.identifying.claim(hospital.books, order, credential)
            order.credential_kind, order.credential = hospital.practice.identifying.pay_credential(
                hospital.books, order, credential
            )
            await identity_desk.identify(hospital, order)
            await identity_desk.open_visit(hospital, order)
            if not await _upload(hospital, order):
                return hospital.practice.showing.upload_unknown(order)
            reply = await _order(hospital, order)
        except Refused as refusal:
            settlement_desk.close_locally(hospital, order, "failed", refusal.text)
            return hospital.practice.showing.declined(refusal, order)
    return await _booking(hospital, order, reply)


async def _booking(hospital: Hospital, order: HospitalOrder, reply: DriverReply) -> DriverReply:
    """The answer once the order is booked; `reply` when that takes longer than the practice waits."""
    left = hospital.practice.showing.waits_for_booking_s
    while left > 0 and order.state in OPEN:
        await asyncio.sleep(LOOK_S)
        left -= LOOK_S
    return reply_of(order) if order.state == "paid" else reply


def upload_unknown(order: HospitalOrder) -> DriverReply:
    """A 6201 that stays unknown: nothing can have moved, the order is open until it expires (driver contract)."""
    return accepted({"order_state": order.state}, order.refs, "系统繁忙, 尚未扣款, 请稍后查看")


async def _upload(hospital: Hospital, order: HospitalOrder) -> bool:
    """6201; a lost one is sent again with the same order number and content. False when it stays unknown."""

    def compose(attempt: int) -> dict[str, object]:
        if attempt:
            number = hospital.practice.resending.order_no(order.med_org_ord, hospital.wire.number)
            hospital.books.rename(order, number)
        return messages.fee_upload(hospital, order)

    answer = await hospital.wire.sealed("6201", compose, hospital.practice.resending.attempts)
    if answer.outcome == "refused":
        hospital.books.used.pop(order.credential, None)
        raise Refused(
            answer.refusal_code, "医保费用上传未通过, 未扣款, 请重新授权或到窗口办理", why=answer.message
        )
    number, token = answer.data.get("payOrdId"), answer.data.get("payToken")
    if answer.outcome == "unknown" or not isinstance(number, str) or not isinstance(token, str):
        hospital.alert(order, "6201 没有可信应答")
        return False
    order.pay_ord_id, order.pay_token = number, token
    return True


async def _order(hospital: Hospital, order: HospitalOrder) -> DriverReply:
    """6202; unknown: ask 6301 first, and order again only when the centre still says 0 or 1 (FLT-QUERY-001)."""
    for _ in range(hospital.practice.resending.order_attempts):
        answer = await hospital.wire.sealed("6202", lambda _: messages.pay_order(hospital, order))
        if answer.outcome == "refused":
            said = "医保下单未通过, 未扣款, 请重新授权或到窗口办理"
            return await _give_up(hospital, order, Refused(answer.refusal_code, said, why=answer.message))
        if answer.outcome == "ok":
            return await _presettled(hospital, order, answer.data)
        if not await hospital.practice.resending.may_order_again(
            lambda: settlement_desk.ask(hospital, order)
        ):
            break
    closes = hospital.practice.doubting.unsure("6202")
    if closes is not None:
        raise Refused("DECLINED", closes[1])
    return await hospital.practice.resending.in_doubt(hospital, order)


async def ask_on(hospital: Hospital, order: HospitalOrder) -> DriverReply:
    """Ask 6301 until it is known (FLT-QUERY-001)."""
    settlement_desk.start_polling(hospital, order)
    return reply_of(order)


async def revoke_at_once(hospital: Hospital, order: HospitalOrder) -> DriverReply:
    """Revoke an order whose 6202 is unknown. Raises Refused: once it is revoked, nothing can move any more."""
    return await _give_up(hospital, order, Refused("OTHER", "医保下单没有结果, 订单已撤销, 未扣款"))


async def leave_to_a_person(hospital: Hospital, order: HospitalOrder) -> DriverReply:
    """An order whose 6202 is unknown waits for a person, or for a notice."""
    if order.state in OPEN:
        order.state = "manual"
        hospital.alert(order, "医保下单结果未知, 转人工核对")
    return reply_of(order)


async def _presettled(hospital: Hospital, order: HospitalOrder, data: Mapping[str, Any]) -> DriverReply:
    """Take the amounts over if they add up (sheet 9), show them, and wait for the patient."""
    amounts = hospital.practice.settling.presettled_amounts(data, order)
    if amounts is None:
        hospital.alert(order, "6202 金额不守恒或与单据不符, 不入账不展示")
        return await _give_up(
            hospital, order, Refused("AMOUNT", "医保返回的金额核对不一致, 未扣款, 请稍后再试")
        )
    order.amounts, order.ord_stas = amounts, str(data.get("ordStas") or "")
    if order.state == "created":
        order.state = "presettled"
    received_notices.take_early(hospital, order)
    if hospital.practice.settling.settled_by_presettle(order.ord_stas):
        settlement_desk.settle(hospital, order, amounts, data)
    settlement_desk.start_polling(hospital, order)
    return reply_of(order, hospital.practice.showing.after_presettle)


def presettled_amounts(data: Mapping[str, Any], order: HospitalOrder) -> OrderAmounts | None:
    """The amounts of a 6202 answer, or None unless they are ours, balanced, and make the bill (sheet 9)."""
    amounts = messages.amounts_in(data)
    if amounts is None or data.get("payOrdId") not in (None, "", order.pay_ord_id):
        return None
    return amounts if amounts.balanced and amounts.total == order.total else None


async def _give_up(hospital: Hospital, order: HospitalOrder, refusal: Refused) -> DriverReply:
    """Make sure that nothing can be settled any more before saying no; if that cannot be known, stay pending."""
    if await cancellation.close(hospital, order) == "revoked":
        raise refusal
    settlement_desk.start_polling(hospital, order)
    return reply_of(order)


def as_refusal(refusal: Refused, order: HospitalOrder) -> DriverReply:
    """A refusal is a refusal."""
    refusal.order = order
    return refusal.reply()


SHOWN: Final[Mapping[str, tuple[str, str]]] = {
    "created": ("pending", "正在处理, 尚未扣款"),
    "presettled": ("pending", "请确认支付"),
    "pending": ("pending", "支付处理中, 请勿重复支付"),
    "paid": ("success", "支付成功"),
    "failed": ("failed", "支付未成功, 未扣款"),
    "cancelled": ("cancelled", "订单已取消, 未扣款"),
    "refunding": ("pending", "退费处理中"),
    "part_refunded": ("success", "支付成功, 已部分退费"),
    "refunded": ("cancelled", "已全额退回"),
    "manual": ("pending", "支付结果正在核对, 请勿重复支付"),
}
"""order state -> icon and sentence on the patient's screen."""


def reply_of(order: HospitalOrder, presettled_icon: str = "pending") -> DriverReply:
    """What the patient sees of an order now."""
    icon, text = SHOWN[order.state]
    if order.state == "presettled":
        icon = presettled_icon
    if order.state in ("cancelled", "failed") and order.why:
        text = order.why
    result: dict[str, object] = {"order_state": order.state}
    if order.amounts is not None and order.state in ("presettled", "pending", "paid"):
        result["amounts"] = order.amounts.as_json()
        text = f"{text}: {sentence(order.amounts)}"
    if order.state == "paid":
        return done(result, order.refs, text, icon)
    return accepted(result, order.refs, text, icon)


def sentence(amounts: OrderAmounts) -> str:
    """The amounts as a patient reads them."""
    text = f"总额{to_yuan(amounts.total)}元, 医保基金{to_yuan(amounts.fund)}元, 个人账户{to_yuan(amounts.account)}元, "
    other = f"其他抵扣{to_yuan(amounts.other)}元, " if amounts.other else ""
    return f"{text}{other}现金{to_yuan(amounts.cash)}元"
