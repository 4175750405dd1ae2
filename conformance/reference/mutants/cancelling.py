"""Giving up an unpaid order, done wrong."""

from __future__ import annotations

from typing import Final

from conformance.reference.change import Mutant, with_points

CANCELLING: Final = (
    # Cancel in the hospital only, without 6401 (MP-REG-05, MP-FLT-08).
    Mutant(
        "cancel_without_revoke",
        "取消时不发 6401",
        caught_by=("REG-CANCEL-001", "FLT-REVOKE-001"),
        needs=("register/cancel_unpaid", "fault/revoke_unsettled"),
        apply=with_points(cancelling={"sends_revocation": False, "asks_before_revocation": False}),
    ),
    # Never give up on an unpaid order (MP-REG-06).
    Mutant(
        "never_expires",
        "超时未支付的订单从不关闭",
        caught_by=("REG-EXPIRE-001",),
        needs=("register/expire",),
        apply=with_points(cancelling={"unpaid_ms": None}),
    ),
    # Revoke a settled order (MP-FLT-09).
    Mutant(
        "revoke_after_settle",
        "已结算的订单还发 6401",
        caught_by=("FLT-REVOKE-002",),
        needs=("fault/revoke_settled",),
        apply=with_points(cancelling={"may_cancel": lambda _order: None, "asks_before_revocation": False}),
    ),
)
