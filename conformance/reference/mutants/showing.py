"""What the patient is shown, too good to be true."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from conformance.reference.answers import DriverReply, Refused, done
from conformance.reference.books import HospitalOrder
from conformance.reference.change import Mutant, with_points


def _success(refusal: Refused, order: HospitalOrder) -> DriverReply:
    del refusal
    return done({"order_state": "paid"}, order.refs, "支付成功", "success")


def _silent(refusal: Refused, order: HospitalOrder) -> DriverReply:
    del order
    return replace(refusal.reply(), text="")


SHOWING: Final = (
    # Show a refusal as success (sheet 2.2: judge protocol, business, state).
    Mutant(
        "refusal_as_success",
        "被拒绝也显示支付成功",
        caught_by=("IDV-OWNER-001", "IDV-BIZ-001", "FLT-REFUSED-001", "FLT-UNKNOWN-001"),
        needs=("identity/foreign", "identity/biz_verify_only", "fault/inpatient", "fault/unknown_code"),
        apply=with_points(showing={"declined": _success}),
    ),
    # Refuse, and leave the patient's screen empty (driver contract, "The answer").
    Mutant(
        "silent_refusal",
        "拒绝支付时屏幕上什么也不说",
        caught_by=("EXP-TOLD-001",),
        needs=("identity/foreign", "fault/inpatient"),
        apply=with_points(showing={"declined": _silent}),
    ),
    # Show success when the order is merely placed (MP-UIV-11).
    Mutant(
        "show_success_early",
        "下单成功就显示支付成功",
        caught_by=("PAY-SHOW-001",),
        needs=("pay/clinic_mixed",),
        apply=with_points(showing={"after_presettle": "success"}),
    ),
)
