"""Pay the next order with the stored authorisation of an earlier one (MP-IDV-05)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points
from conformance.reference.identity import Credential
from conformance.reference.ledger import Ledger, Order


def _stored(ledger: Ledger, order: Order, credential: Credential) -> tuple[str, str]:
    same = (o for o in ledger.orders.values() if o.patient == order.patient and o.credential)
    first = next(same, None)
    return (credential.kind, credential.value if first is None else first.credential)


MUTANT = Mutant(
    "reuse_pay_auth_no",
    "下一笔订单沿用旧的支付授权码",
    caught_by=("IDV-ONCE-001",),
    needs=("pay/two_orders",),
    apply=with_points(pay_credential=_stored),
)
