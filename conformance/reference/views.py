"""What the hospital shows of its books: lists, details, slip, order state. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.reference import payment
from conformance.reference.answers import DriverReply, ReceivedCall, Refused, done
from conformance.reference.books import Bill, HospitalOrder
from conformance.reference.cancellation import order_named
from conformance.reference.hospital import Hospital
from conformance.reference.registration_desk import a_date, registration_row

SERVICES = ("registration", "outpatient", "refund", "cancel", "merge", "settlement_slip")


def hospital_info(hospital: Hospital) -> DriverReply:
    """Who we are and what we offer."""
    config = hospital.config
    return done(
        {
            "code": config.code,
            "name": config.name,
            "region": config.region,
            "services": list(SERVICES),
            "contract": 1,
        }
    )


def list_registrations(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """The patient's registrations between two days."""
    first, last = a_date(call.args, "from", "0001-01-01"), a_date(call.args, "to", "9999-12-31")
    rows = [
        registration_row(row)
        for row in hospital.books.registrations.values()
        if (row.run, row.id_no) == (call.run, call.who.id_no) and first <= row.date <= last
    ]
    return done({"registrations": rows})


def list_unpaid(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """The patient's bills that wait for payment."""
    return done({"bills": _bill_rows(hospital, call, "unpaid")})


def list_paid(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """The patient's bills that were paid."""
    return done({"bills": _bill_rows(hospital, call, "paid")})


def _bill_rows(hospital: Hospital, call: ReceivedCall, state: str) -> list[dict[str, Any]]:
    a_date(call.args, "from", ""), a_date(call.args, "to", "")
    states, shows = ("unpaid", "paid", "cancelled", "refunded"), hospital.practice.meanwhile.lists
    bills = hospital.books.bills_of(call.run, call.who.id_no, *states)
    return [bill_row(hospital, bill) for bill in bills if shows(bill, state)]


def bill_row(hospital: Hospital, bill: Bill) -> dict[str, Any]:
    """The row of `list_unpaid` and `list_paid`."""
    order = hospital.books.last_order_of_bill(bill)
    refs = order.refs if order is not None else {}
    return {"bill_id": bill.bill_id, "kind": bill.kind, "total": bill.total, "refs": refs}


def detail(hospital: Hospital, call: ReceivedCall, states: tuple[str, ...]) -> DriverReply:
    """`unpaid_detail` and `paid_detail`. Raises Refused for a bill in another state."""
    bill = payment.bill_of(hospital, call, call.text("bill_id"))
    if bill.state not in states:
        raise Refused("BILL_UNKNOWN", "没有这张单据")
    order = hospital.books.last_order_of_bill(bill)
    result: dict[str, Any] = {
        "bill_id": bill.bill_id,
        "total": bill.total,
        "items": [
            {
                "item_id": item.item_id,
                "code": item.code,
                "name": item.name,
                "cnt": item.cnt,
                "price_text": item.price,
                "amount": item.amount,
            }
            for item in bill.items
        ],
        "refs": order.refs if order is not None else {},
    }
    if order is not None and order.amounts is not None:
        result["amounts"] = hospital.practice.meanwhile.detail(order.amounts).as_json()
    return done(result, result["refs"])


def settlement_slip(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """The slip of a settled order, from what 6302 or 6301 brought (MP-PAY-20). Raises Refused."""
    order = order_named(hospital, call)
    if order is None:
        raise Refused("BILL_UNKNOWN", "没有这笔订单")
    if not hospital.books.booked(order) or order.amounts is None:
        raise Refused("NOT_PAID", "该订单未支付, 没有结算单")
    result: dict[str, Any] = {
        "amounts": hospital.practice.meanwhile.slip(order.amounts).as_json(),
        "bills": [bill_row(hospital, bill) for bill in order.bills],
    }
    extra = {"hiDocSn": order.doc_sn, "hiChrgTime": order.chrg_time}
    result.update({name: value for name, value in extra.items() if value})
    return done(result, order.refs)


def order_state(hospital: Hospital, call: ReceivedCall) -> DriverReply:
    """Level 2: the order named, or the last one of the flow, and all of the flow. Raises Refused."""
    orders = hospital.books.orders_of(call.run, call.flow)
    named = call.args.get("refs") or call.args.get("bill_id")
    order = order_named(hospital, call) if named else (orders[-1] if orders else None)
    if order is None:
        raise Refused("BILL_UNKNOWN", "没有这笔订单")
    result = dict(_state_row(hospital, order))
    if len(orders) > 1:
        result["orders"] = [_state_row(hospital, each) for each in orders]
    shown = payment.reply_of(order, hospital.practice.showing.after_presettle)
    return done(result, order.refs, shown.text, shown.show)


def _state_row(hospital: Hospital, order: HospitalOrder) -> Mapping[str, Any]:
    entries = hospital.books.booked(order)
    known = entries[-1].amounts if entries else order.amounts
    row: dict[str, Any] = {
        "refs": order.refs,
        "order_state": order.state,
        "booked_count": len(entries),
        "amounts": known.as_json() if known is not None else {"total": order.total},
        "refunds": [
            {
                "refundNo": refund.number,
                "type": refund.kind,
                "state": refund.state,
                "cash": refund.cash,
                "account": refund.account,
                "fund": refund.fund,
            }
            for refund in order.refunds
            if refund.booked or refund.state != "success"
        ],
    }
    return row
