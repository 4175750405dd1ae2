"""微信支付 APIv3: the wallet of a person and its orders, in the form that WeChat's own client libraries speak."""

from __future__ import annotations

from simulator.channels.wechat import cash_refund, mix_leg, mix_order, prepay, state, tell, wallet
from simulator.channels.wechat.bill import WX_BILL_FILE, WX_TRADE_BILL
from simulator.channels.wechat.cash_refund import WX_REFUND, WX_REFUND_QUERY
from simulator.channels.wechat.certificates import WX_CERTIFICATES
from simulator.channels.wechat.mix_order import WX_MED_INS, WX_MED_INS_QUERY
from simulator.channels.wechat.mix_refund import WX_MED_INS_REFUND
from simulator.channels.wechat.prepay import WX_CLOSE, WX_PREPAY, WX_QUERY
from simulator.channels.wechat.tell import WX_MED_INS_PAID, WX_PAID, WX_REFUNDED
from simulator.channels.wechat.transport import WECHAT
from simulator.protocol.model.role import Role

ROLE = Role(
    state.NAME,
    interfaces=(
        WX_PREPAY,
        WX_QUERY,
        WX_CLOSE,
        WX_REFUND,
        WX_REFUND_QUERY,
        WX_MED_INS,
        WX_MED_INS_QUERY,
        WX_MED_INS_REFUND,
        WX_TRADE_BILL,
        WX_BILL_FILE,
        WX_CERTIFICATES,
        WX_PAID,
        WX_REFUNDED,
        WX_MED_INS_PAID,
    ),
    events=(
        ("wechat.pay", wallet.pay),
        ("wechat.expire", prepay.expire),
        ("wechat.refund_arrives", cash_refund.arrive),
        (tell.SEND, wallet.send),
        (tell.RESULT, wallet.result),
        (tell.DRAFT, wallet.draft),
        (tell.MIX_DRAFT, wallet.mix_draft),
    ),
    told=(
        ("cash.debit", mix_leg.debit),
        ("cash.reverse", mix_leg.reverse),
        ("cash.refund", mix_leg.refund),
        ("mix.asked", mix_order.asked),
        ("mix.settled", mix_leg.settled),
    ),
    transports=(WECHAT,),
    ids={
        "out_trade_no": "outTradeNo",
        "transaction_id": "transactionId",
        "out_refund_no": "outRefundNo",
        "mix_trade_no": "mixTradeNo",
        "pay_order_id": "payOrdId",
        "serial_no": "medOrgOrd",
    },
    acts=("wechat.pay",),
    part=state.part,
    spec=(state.NAME,),
    view=state.view,
)
