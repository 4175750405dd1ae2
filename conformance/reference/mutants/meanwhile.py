"""What the counter does to bills and slots meanwhile, done wrong."""

from __future__ import annotations

from typing import Final

from conformance.reference.answers import Refused
from conformance.reference.books import Bill
from conformance.reference.change import Mutant, with_points
from conformance.reference.hospital_values import OrderAmounts
from conformance.reference.registration_desk import not_full, not_suspended


def _no_cash(known: OrderAmounts) -> OrderAmounts:
    return OrderAmounts(known.total, known.fund + known.cash, known.account, 0)


def _unmarked(bill: Bill) -> None:
    """The cash goes into the drawer and nothing else happens."""
    bill.order_no = ""


def _not_payable(total: int) -> bool:
    """Nothing cannot be paid, and so the registration is never made."""
    if not total:
        raise Refused("AMOUNT", "支付金额须大于 0")
    return False


MEANWHILE: Final = (
    # Change a bill, or take cash for it, and leave its open order alone (MP-PAY-13, 14).
    Mutant(
        "change_leaves_order_open",
        "改单和窗口收费时不撤销未支付的订单",
        caught_by=("PAY-CHANGE-001",),
        needs=("pay/amended_pending", "pay/counter_pending"),
        apply=with_points(meanwhile={"revokes_first": False}),
    ),
    # Change a bill that is being uploaded at this moment (MP-PAY-14).
    Mutant(
        "change_during_upload",
        "6201 上传途中照样改单",
        caught_by=("PAY-CHANGE-001",),
        needs=("pay/amended_uploading",),
        apply=with_points(meanwhile={"heeds_payment": False}),
    ),
    # Pay the bill as it was when the page was opened (MP-PAY-14).
    Mutant(
        "amendment_not_seen",
        "改单之后仍按旧单据收费",
        caught_by=("PAY-AMEND-001",),
        needs=("pay/amended_before",),
        apply=with_points(meanwhile={"amend": lambda _bill, _items: None}),
    ),
    # Take cash at the counter and let the bill be paid by phone all the same (MP-PAY-13).
    Mutant(
        "counter_not_seen",
        "窗口已收的单据仍可移动支付",
        caught_by=("PAY-COUNTER-001",),
        needs=("pay/counter_first", "pay/counter_pending"),
        apply=with_points(meanwhile={"takes_cash": _unmarked}),
    ),
    # Look at the first bill of a merged payment only (MP-PAY-13).
    Mutant(
        "merged_first_bill_only",
        "合并缴费只检查第一张单据的状态",
        caught_by=("PAY-COUNTER-001",),
        needs=("pay/counter_merged",),
        apply=with_points(meanwhile={"looked_at": lambda bills: bills[:1]}),
    ),
    # Take cash at the counter for a bill that was paid by phone (MP-PAY-13).
    Mutant(
        "counter_charges_again",
        "已移动支付的单据窗口还能收费",
        caught_by=("PAY-COUNTER-001",),
        needs=("pay/counter_after",),
        apply=with_points(meanwhile={"refuses_paid": False}),
    ),
    # Show the own cash as paid by the fund on the slip (MP-PAY-20).
    Mutant(
        "slip_without_cash",
        "结算单把现金并入基金",
        caught_by=("PAY-SLIP-001",),
        needs=("pay/slip",),
        apply=with_points(meanwhile={"slip": _no_cash}),
    ),
    # Keep a paid bill among the unpaid ones (MP-PAY-20).
    Mutant(
        "paid_stays_unpaid",
        "已缴费的单据仍在待缴清单里",
        caught_by=("PAY-PAID-001",),
        needs=("pay/paid_lists",),
        apply=with_points(
            meanwhile={
                "lists": lambda bill, state: bill.state == state or (state, bill.state) == ("unpaid", "paid")
            }
        ),
    ),
    # Show other amounts in the detail of a paid bill than were settled (MP-PAY-20).
    Mutant(
        "paid_detail_without_cash",
        "已缴费明细把现金并入基金",
        caught_by=("PAY-PAID-001",),
        needs=("pay/paid_lists",),
        apply=with_points(meanwhile={"detail": _no_cash}),
    ),
    # Refuse the payment of a registration that costs nothing, and leave it unpaid (MP-REG-11).
    Mutant(
        "free_is_not_booked",
        "0 元的挂号付不了, 也就约不上",
        caught_by=("REG-FREE-001",),
        needs=("register/free_of_charge",),
        apply=with_points(meanwhile={"free_of_charge": _not_payable}),
    ),
    # Call a registration paid that the hospital could not make, and keep the money (MP-REG-08).
    Mutant(
        "unbookable_is_paid",
        "院内登记不了的挂号仍显示支付成功, 不退费",
        caught_by=("REG-LOCK-001",),
        needs=("register/booking_fails",),
        apply=with_points(meanwhile={"returns_unbookable": False}),
    ),
    # Let more people book a slot than it has places (MP-REG-09).
    Mutant(
        "slot_overbooked",
        "号源余数为 0 也照样预约",
        caught_by=("REG-LAST-001",),
        needs=("register/last_slot",),
        apply=with_points(meanwhile={"bookable": lambda books, place, _left: not_suspended(books, place)}),
    ),
    # Book a suspended slot (MP-REG-10).
    Mutant(
        "suspended_is_booked",
        "停诊的号源照样预约",
        caught_by=("REG-SUSP-001",),
        needs=("register/suspended",),
        apply=with_points(meanwhile={"bookable": lambda _books, _place, left: not_full(left)}),
    ),
    # Never list what is suspended (MP-REG-10).
    Mutant(
        "suspension_not_listed",
        "停诊列表总是空的",
        caught_by=("REG-SUSP-001",),
        needs=("register/suspended",),
        apply=with_points(meanwhile={"suspended": lambda _books: ()}),
    ),
)
