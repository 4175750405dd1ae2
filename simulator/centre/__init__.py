"""移动支付中心: one module per interface; the registries are the tuples below."""

from __future__ import annotations

from simulator.centre import asked, handed_over, notice, p6202_pay_order, refund_events, settlement, state
from simulator.centre.p6201_fee_upload import P6201
from simulator.centre.p6202_pay_order import P6202
from simulator.centre.p6203_refund import P6203
from simulator.centre.p6301_query import P6301
from simulator.centre.p6302_settle_notify import P6302
from simulator.centre.p6401_revoke import P6401
from simulator.centre.transport import SEALED
from simulator.protocol.model.role import Role

ROLE = Role(
    state.NAME,
    interfaces=(P6201, P6202, P6203, P6301, P6302, P6401),
    events=(
        ("order.confirmed", settlement.confirmed),
        ("order.settle", settlement.settle),
        ("order.expire", settlement.expire),
        ("refund.resolve", refund_events.resolve),
        ("notice.send", notice.send),
        ("notice.result", notice.result),
        ("notice.draft", notice.draft),
    ),
    transports=(SEALED,),
    ids={name: name for name in ("medOrgOrd", "payOrdId", "appRefdSn", "orgBizSer", "mdtrtId")},
    told=(
        ("order.presettled", p6202_pay_order.presettled),
        ("order.cash_leg", settlement.cash_leg),
        ("order.medical_leg", settlement.medical_leg),
        ("order.reversal", settlement.reversed_cash),
        ("order.waiting", asked.waiting),
        ("order.by_channel", handed_over.take),
        ("refund.medical_leg", refund_events.medical_leg),
        ("refund.cash_leg", refund_events.cash_leg),
        ("notice.drafted", notice.drafted),
        ("visit.orders", asked.of_visit),
    ),
    part=state.part,
    view=state.view,
)
