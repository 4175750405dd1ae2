"""Show a refusal as success (sheet 2.2: judge protocol, business, state)."""

from __future__ import annotations

from conformance.reference.answers import Refused, Reply, done
from conformance.reference.change import Mutant, with_points
from conformance.reference.ledger import Order


def _success(refusal: Refused, order: Order) -> Reply:
    del refusal
    return done({"order_state": "paid"}, order.refs, "支付成功", "success")


MUTANT = Mutant(
    "refusal_as_success",
    "被拒绝也显示支付成功",
    caught_by=("IDV-OWNER-001", "IDV-BIZ-001", "FLT-REFUSED-001", "FLT-UNKNOWN-001"),
    needs=("identity/foreign", "identity/biz_verify_only", "fault/inpatient", "fault/unknown_code"),
    apply=with_points(declined=_success),
)
