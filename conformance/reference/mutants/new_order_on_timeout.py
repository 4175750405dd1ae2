"""Send a lost 6201 again under a new order number (MP-FLT-01)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "new_order_on_timeout",
    "6201 超时后换新订单号重发",
    caught_by=("FLT-RESEND-001",),
    needs=("fault/upload_timeout",),
    apply=with_points(order_no_on_resend=lambda _number, fresh: fresh("L")),
)
