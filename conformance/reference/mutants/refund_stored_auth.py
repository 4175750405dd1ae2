"""Refund with the stored authorisation of the payment (MP-RFD-04)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "refund_stored_auth",
    "退费沿用支付时的授权码",
    caught_by=("RFD-FRESH-001",),
    needs=("refund/all_mixed",),
    apply=with_points(
        refund_identity=lambda _ledger, order, _row, _credential: {order.credential_kind: order.credential}
    ),
)
