"""The doctor's and the cashier's side: patients, prescriptions, and the optional test actions."""

from __future__ import annotations

import re
from typing import Any, Final

from conformance.reference import cancellation, identity_desk, payment, registration_desk
from conformance.reference.answers import DriverReply, Malformed, ReceivedCall, Refused, done
from conformance.reference.books import OPEN, Bill, HospitalOrder
from conformance.reference.hospital import Hospital
from conformance.reference.hospital_values import Item
from simulator.protocol.text.money import MoneyError, to_fen

MAX_LINES: Final = 1000
MAX_FEN: Final = 10**15
MAX_ADVANCE_MS: Final = 366 * 24 * 3600 * 1000
_COUNT: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?\Z", re.ASCII)


def query_patient(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Whether the patient is on file in this run."""
    found = (call.run, call.who.id_no) in hospital.books.patients
    return done({"found": True, "patient_id": _patient_id(call)} if found else {"found": False})


def create_patient(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Put the patient on file, once."""
    place = (call.run, call.who.id_no)
    created = place not in hospital.books.patients
    hospital.books.patients[place] = call.who
    return done({"patient_id": _patient_id(call), "created": created})


def _patient_id(call: ReceivedCall) -> str:
    return f"P{call.who.id_no[-8:]}"


def book_appointment(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Lock a slot of any day."""
    return _booked(hospital, call, same_day=False)


def register_today(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Lock a slot of today."""
    return _booked(hospital, call, same_day=True)


def _booked(hospital: Hospital, call: ReceivedCall, *, same_day: bool) -> DriverReply:
    row = registration_desk.book(hospital, call.run, call.flow, call.who, call.args, same_day=same_day)
    cancellation.set_slot_expiry(hospital, row)
    return done(
        {
            "registration_id": row.registration_id,
            "slot_id": row.slot_id,
            "date": row.date,
            "fee": row.fee,
            "bill_id": row.bill_id,
        },
        {},
        "号源已锁定, 请在时限内支付",
        "pending",
    )


def prescribe(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Make a bill; prices and counts are taken over unchanged. Raises Malformed, Refused."""
    items = read_items(hospital, call.args.get("items"))
    doctor_id = call.args.get("doctor_id")
    bill = Bill(
        hospital.wire.number("B"),
        call.run,
        call.flow,
        call.who.id_no,
        "outpatient",
        registration_desk.doctor_of(str(doctor_id)).doctor_id,
        items,
        dispensed=call.args.get("dispensed") is True,
    )
    hospital.books.bills[bill.bill_id] = bill
    return done({"bill_id": bill.bill_id, "total": bill.total})


def read_items(hospital: Hospital, rows: object) -> tuple[Item, ...]:
    """The lines of a prescription, exactly as typed in. Raises Malformed, Refused AMOUNT."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Malformed("args.items: 应为非空的对象数组")
    if len(rows) > MAX_LINES:
        raise Malformed(f"args.items: 不超过 {MAX_LINES} 行")
    items = tuple(_item(hospital, n, row) for n, row in enumerate(rows))
    if sum(item.amount for item in items) >= MAX_FEN:
        raise Refused("AMOUNT", "总额超出可处理的范围")
    return items


def _item(hospital: Hospital, n: int, row: dict[str, Any]) -> Item:
    for name in ("code", "name", "price_text"):
        if not isinstance(row.get(name), str) or not row[name]:
            raise Malformed(f"args.items[{n}].{name}: 应为非空文本")
    cnt = row.get("cnt")
    if isinstance(cnt, bool) or not isinstance(cnt, (str, int)):
        raise Malformed(f"args.items[{n}].cnt: 应为数量")
    return Item(
        hospital.wire.number("I"),
        row["code"],
        row["name"],
        str(cnt),
        row["price_text"],
        hospital.practice.ordering.line_amount(row["price_text"], str(cnt)),
    )


def line_amount(price_text: str, cnt: str) -> int:
    """Price times count in whole fen, exactly: nothing is rounded (MP-PAY-16). Raises Refused AMOUNT."""
    try:
        price = to_fen(price_text)
    except MoneyError as problem:
        raise Refused("AMOUNT", str(problem)) from None
    if not _COUNT.match(cnt):
        raise Refused("AMOUNT", f"数量 {cnt[:20]} 应为至多四位小数的正数")
    whole, _, part = cnt.partition(".")
    ten_thousandths = int(whole) * 10_000 + int(part.ljust(4, "0") or 0)
    amount, rest = divmod(price * ten_thousandths, 10_000)
    if rest or not ten_thousandths:
        raise Refused("AMOUNT", "单价乘数量不是整分, 或数量为零")
    return amount


async def scan_code(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Decode a shown code; binds nothing. Raises Refused."""
    credential = await identity_desk.scan(hospital, call.text("ec_code"))
    hospital.books.exchanged[call.run, call.text("ec_code")] = credential
    return done({"accepted": True}, {}, "医保码识别成功", "success")


def suspend(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Suspend a slot: no more bookings, and it is listed."""
    hospital.books.suspended.add(
        (call.run, registration_desk.slot_of(hospital, call.run, {"slot_id": call.text("slot_id")}))
    )
    return done()


def set_slot(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Set how many may still be booked."""
    slot_id = registration_desk.slot_of(hospital, call.run, {"slot_id": call.text("slot_id")})
    hospital.books.left[call.run, slot_id] = call.whole("left")
    return done()


def dispense(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """The drugs of a bill were handed out."""
    payment.bill_of(hospital, call, call.text("bill_id")).dispensed = True
    return done()


def fail_booking(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """The next `times` bookings fail: of the flow if the call names one, else of the run."""
    hospital.books.broken_bookings[call.run, call.scope] = call.whole("times")
    return done()


async def amend_bill(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """The doctor changes a bill: an open order is revoked first (MP-PAY-14). Raises Refused."""
    bill = payment.bill_of(hospital, call, call.text("bill_id"))
    items = read_items(hospital, call.args.get("items"))
    await _free(hospital, bill)
    hospital.practice.meanwhile.amend(bill, items)
    return done({"bill_id": bill.bill_id, "total": bill.total})


async def counter_pay(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """The cashier takes cash for a bill: an open order is revoked first (MP-PAY-13). Raises Refused."""
    bill = payment.bill_of(hospital, call, call.text("bill_id"))
    await _free(hospital, bill)
    hospital.practice.meanwhile.takes_cash(bill)
    registration_desk.confirm(hospital.books, bill)
    return done()


def amend_lines(bill: Bill, items: tuple[Item, ...]) -> None:
    """The doctor's lines take the place of those before."""
    bill.items = items


def paid_in_cash(bill: Bill) -> None:
    """The bill is paid, by no order of ours."""
    bill.state, bill.order_no = "paid", ""


async def _free(hospital: Hospital, bill: Bill) -> None:
    order = hospital.books.last_order_of_bill(bill)
    meanwhile = hospital.practice.meanwhile
    if bill.state == "paid" and meanwhile.refuses_paid:
        raise Refused("BILL_PAID", "该单据已支付")
    if order is None or order.state not in OPEN or not meanwhile.revokes_first:
        return
    if order.lock.locked() and meanwhile.heeds_payment:
        raise Refused("IN_PAYMENT", "正在支付, 请稍后再试")
    if not order.lock.locked():
        async with order.lock:
            closed = await cancellation.close(hospital, order)
        if closed != "revoked":
            raise Refused("IN_PAYMENT", "正在支付, 不能修改")
    _reopen(order)


def _reopen(order: HospitalOrder) -> None:
    """The order is gone, its bills stay payable: not a cancellation of the registration."""
    order.state, order.why = "cancelled", "单据已变更, 原订单已撤销"


async def clock(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Move the hospital's timers; answers after all that is due has run."""
    advance = call.whole("advance_ms")
    if advance > MAX_ADVANCE_MS:
        raise Malformed(f"args.advance_ms: 不超过 {MAX_ADVANCE_MS}")
    count = await hospital.timers.advance(call.run, call.scope, advance)
    return done({"timers": count})


def reset(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Forget a run: orders, bills, timers, used credentials. Doing it twice changes nothing."""
    for order in hospital.books.orders.values():
        if order.run == call.run and order.polling is not None:
            order.polling.cancel()
    hospital.timers.drop_run(call.run)
    for key in [key for key in hospital.exchanging if key[0] == call.run]:
        del hospital.exchanging[key]
    return done({"removed": hospital.books.forget(call.run)})
