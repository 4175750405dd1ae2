"""移动支付中心: one module per interface; the registries are the tuples below."""

from __future__ import annotations

from simulator.centre import notice, refund_events, settlement
from simulator.centre.p6201_fee_upload import P6201
from simulator.centre.p6202_pay_order import P6202
from simulator.centre.p6203_refund import P6203
from simulator.centre.p6301_query import P6301
from simulator.centre.p6302_settle_notify import P6302
from simulator.centre.p6401_revoke import P6401
from simulator.protocol.model.role import Role

ROLE = Role(
    "centre",
    interfaces=(P6201, P6202, P6203, P6301, P6302, P6401),
    events=(
        ("order.confirmed", settlement.confirmed),
        ("order.settle", settlement.settle),
        ("order.expire", settlement.expire),
        ("refund.resolve", refund_events.resolve),
        ("notice.send", notice.send),
        ("notice.result", notice.result),
    ),
)
