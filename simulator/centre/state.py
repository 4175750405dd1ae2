"""The centre's compartment: orders and refunds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from simulator.protocol.model.shard import Amounts, Shard
from simulator.protocol.text.said import Text, stored

NAME: Final = "centre"
CASH_CHANNEL: Final = "bank"
"""The role that moves the cash of an order: so far always the clearing bank."""


@dataclass(frozen=True, slots=True)
class CentreRefund:
    """One 6203. `status` SUCC|FAIL|EXP as it now stands; `content` tells a repeat from another refund."""

    app_refd_sn: str
    pay_ord_id: str
    refd_type: str
    content: str
    cash: int
    account: int
    fund: int
    refd_sn: str
    hi_refd_sn: str
    at_wire_ms: int
    status: str
    reversal: bool = False
    half: bool = False
    """The insurance side has moved, the cash is still owed (EXP of one leg)."""


@dataclass(frozen=True, slots=True)
class CentreOrder:
    """One order. `state` is ordStas; `amounts` are fixed by 6202; `channel` is the role that moves its cash,
    `back` the event that tells it the end of the order, empty when it did not ask."""

    pay_ord_id: str
    pay_token: str
    med_org_ord: str
    state: str
    institution: str
    org_name: str
    total: int
    content: str
    lines: tuple[tuple[str, int], ...]
    auth: str
    chrg_bchno: str
    mdtrt_id: str
    fee_type: str
    med_type: str
    acct_used_flag: str
    created_ms: int
    expires_ms: int
    channel: str = CASH_CHANNEL
    back: str = ""
    amounts: Amounts = field(default_factory=Amounts)
    serials: tuple[str, ...] = ()
    cash_way: str = "ok"
    medical_way: str = "ok"
    cash_paid: int = 0
    account_paid: int = 0
    fund_paid: int = 0
    cash_refunded: int = 0
    account_refunded: int = 0
    fund_refunded: int = 0
    hi_doc_sn: str = ""
    settled_ms: int = 0
    settled_wire_ms: int = 0
    revs_token: str = ""
    revs_used: bool = False
    notice_id: str = ""
    notice_accepted: bool = False
    expired: bool = False
    why: Text = ""


@dataclass(frozen=True, slots=True)
class CentrePart:
    """`orders` by payOrdId and `refunds` by appRefdSn, oldest first. Never changed in place."""

    orders: Mapping[str, CentreOrder] = field(default_factory=dict)
    refunds: Mapping[str, CentreRefund] = field(default_factory=dict)

    @property
    def last_order(self) -> CentreOrder | None:
        """The order made last, or None."""
        return next(reversed(list(self.orders.values())), None)


def part(_spec: Mapping[str, Any]) -> CentrePart:
    """Nothing yet; a person spec says nothing about orders."""
    return CentrePart()


def of(shard: Shard) -> CentrePart:
    """The compartment of this person."""
    found = shard.parts[NAME]
    assert isinstance(found, CentrePart)
    return found


def with_order(shard: Shard, order: CentreOrder) -> Shard:
    """The shard with this order added or replaced."""
    own = of(shard)
    return shard.with_part(NAME, replace(own, orders={**own.orders, order.pay_ord_id: order}))


def with_refund(shard: Shard, refund: CentreRefund) -> Shard:
    """The shard with this refund added or replaced."""
    own = of(shard)
    return shard.with_part(NAME, replace(own, refunds={**own.refunds, refund.app_refd_sn: refund}))


def view(own: CentrePart) -> dict[str, Any]:
    """What the control API shows: orders and refunds in fen; no token."""
    return {
        "orders": [_order_view(order) for order in own.orders.values()],
        "refunds": [_refund_view(refund) for refund in own.refunds.values()],
    }


def _order_view(order: CentreOrder) -> dict[str, Any]:
    return {
        "payOrdId": order.pay_ord_id,
        "medOrgOrd": order.med_org_ord,
        "ordStas": order.state,
        "total": order.total,
        "fund": order.amounts.fund,
        "account": order.amounts.account,
        "cash": order.amounts.cash,
        "other": order.amounts.other,
        "cash_refunded": order.cash_refunded,
        "account_refunded": order.account_refunded,
        "fund_refunded": order.fund_refunded,
        "notice_accepted": order.notice_accepted,
        **stored("why", order.why),
    }


def _refund_view(refund: CentreRefund) -> dict[str, Any]:
    return {
        "appRefdSn": refund.app_refd_sn,
        "payOrdId": refund.pay_ord_id,
        "refdType": refund.refd_type,
        "refStatus": refund.status,
        "cash": refund.cash,
        "account": refund.account,
        "fund": refund.fund,
        "reversal": refund.reversal,
    }
