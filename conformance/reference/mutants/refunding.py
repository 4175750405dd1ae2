"""What goes back, how often and to whom, done wrong."""

from __future__ import annotations

from typing import Any, Final

from conformance.reference import refund_desk
from conformance.reference.careless_checks import original, without
from conformance.reference.change import Mutant, with_points
from simulator.protocol.text.times import beijing_dt


def _both(data: dict[str, Any]) -> dict[str, Any]:
    known = data.get("payAuthNo") or data.get("ecToken")
    return {**data, "payAuthNo": known, "ecToken": known}


REFUNDING: Final = (
    # Do not compare the refund type with its parts (MP-RFD-07, 08).
    Mutant(
        "cash_refund_with_account",
        "CASH 退费里带个账金额也照发",
        caught_by=("RFD-TYPE-001",),
        needs=("refund/cash_with_account",),
        apply=with_points(
            refunding={"checks": tuple(c for c in refund_desk.CHECKS if c is not refund_desk.check_kind)}
        ),
    ),
    # Refund part of a prescription (MP-RFD-11).
    Mutant(
        "partial_line_refund",
        "允许退处方中的一部分",
        caught_by=("RFD-WHOLE-001",),
        needs=("refund/partial_line",),
        apply=with_points(
            refunding={
                "checks": tuple(c for c in refund_desk.CHECKS if c is not refund_desk.check_prescription)
            }
        ),
    ),
    # Do not compare the refund with the original (MP-RFD-09).
    Mutant(
        "refund_over_original",
        "退费金额超过原额也照发",
        caught_by=("RFD-SUM-001",),
        needs=("refund/over_original",),
        apply=with_points(refunding={"checks": (refund_desk.check_state,)}),
    ),
    # Refund a refunded order again (MP-RFD-13).
    Mutant(
        "refund_twice",
        "已全额退费的订单可以再退",
        caught_by=("RFD-ONCE-001",),
        needs=("refund/twice",),
        apply=with_points(refunding={"checks": (), "refundable": original}),
    ),
    # Refund with the stored authorisation of the payment (MP-RFD-04).
    Mutant(
        "refund_stored_auth",
        "退费沿用支付时的授权码",
        caught_by=("RFD-FRESH-001",),
        needs=("refund/all_mixed",),
        apply=with_points(
            refunding={
                "identity": lambda _books, order, _row, _credential: {order.credential_kind: order.credential}
            }
        ),
    ),
    # Send both credentials in 6203 (MP-RFD-06).
    Mutant(
        "refund_both_credentials",
        "6203 同时带 payAuthNo 和 ecToken",
        caught_by=("RFD-AUTH-001",),
        needs=("refund/all_mixed",),
        apply=with_points(refunding={"data": _both}),
    ),
    # Write appRefdTime with dashes (MP-RFD-18).
    Mutant(
        "refund_time_dashed",
        "appRefdTime 带分隔符",
        caught_by=("RFD-TIME-001",),
        needs=("refund/all_mixed",),
        apply=with_points(refunding={"time": beijing_dt}),
    ),
    # Take EXP for success (MP-RFD-14).
    Mutant(
        "exp_is_success",
        "EXP 当作退费成功",
        caught_by=("RFD-EXP-001",),
        needs=("refund/exp",),
        apply=with_points(refunding={"results": {"SUCC": "success", "FAIL": "failed", "EXP": "success"}}),
    ),
    # Refund at the centre and forget it in the books (RFD-LEDGER-001).
    Mutant(
        "refund_not_booked",
        "退费成功但院内不冲红",
        caught_by=("RFD-LEDGER-001",),
        needs=("refund/all_mixed",),
        apply=with_points(refunding={"booked": False}),
    ),
    # Refund a registration and keep its slot (MP-REG-07).
    Mutant(
        "refund_keeps_slot",
        "退号退了费但没有放号",
        caught_by=("REG-REFUND-001",),
        needs=("register/refund",),
        apply=with_points(refunding={"release": lambda _books, _bill: None}),
    ),
    # Refund what was handed out (MP-RFD-12).
    Mutant(
        "dispensed_is_refunded",
        "已发药的处方照样退费",
        caught_by=("RFD-DISP-001",),
        needs=("refund/dispensed",),
        apply=with_points(refunding={"checks": without(refund_desk.check_dispensed)}),
    ),
    # Take EXP for a failure (MP-RFD-14).
    Mutant(
        "exp_is_failure",
        "EXP 当作退费失败",
        caught_by=("RFD-EXP-001",),
        needs=("refund/exp",),
        apply=with_points(refunding={"results": {"SUCC": "success", "FAIL": "failed", "EXP": "failed"}}),
        how="failed",
    ),
    # Never ask again after EXP (MP-RFD-14).
    Mutant(
        "exp_never_asked",
        "EXP 之后不再查询",
        caught_by=("RFD-EXP-001",),
        needs=("refund/exp",),
        apply=with_points(refunding={"follows": False}),
        how="never_asked",
    ),
)
