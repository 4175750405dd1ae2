"""An order whose cash part a wallet collects: the channel that will be told its legs, and that is told its end.

A wallet's mixed order names an order of the centre; from then on the wallet is its cash channel (channels sheet 1b).
The centre compares what the wallet was told with what 6202 fixed, as the bureau does at settlement (centre sheet 10.1).
"""

from __future__ import annotations

from dataclasses import replace

from simulator.centre.moves import in_words
from simulator.centre.state import CentreOrder, of, with_order
from simulator.protocol.model.leg import DONE, FAILED
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Event, Step, Tell
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said, stored

ENDS = ("6", "15", "16")
"""States in which the channel is told that both legs are settled, or that they will not be."""
PARTS = {"fund": Said("基金"), "account": Said("个账"), "other": Said("其他"), "cash": Said("现金")}


def take(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Told `{payOrdId, medOrgOrd, institution, channel, back, fund, account, other, cash}`: the order is the channel's now.

    The result is `{status, why?}`; the end of the order comes to the channel as event `back` `{payOrdId, ordStas}`.
    """
    args = event.args
    order = of(shard).orders.get(text(args, "payOrdId"))
    if order is None or order.institution != text(args, "institution"):
        return _refused(shard, Said("支付订单号不存在或不属于本机构"))
    if order.med_org_ord != text(args, "medOrgOrd"):
        return _refused(shard, Said("机构订单号与 6201 的 medOrgOrd 不一致"))
    if order.state != "1":
        return _refused(shard, Said("中心订单状态为 {}, 应为 1 预结算完成", in_words(order.state)))
    differ = [
        Said("{} 中心 {} 分, 报文 {} 分", title, getattr(order.amounts, name), args[name])
        for name, title in PARTS.items()
        if getattr(order.amounts, name) != args[name]
    ]
    if differ:
        return _refused(shard, Said("金额与 6202 预结算不一致: {}", differ[0]))
    taken = replace(order, channel=text(args, "channel"), back=text(args, "back"))
    changed = Changed(
        "order", order.pay_ord_id, order.state, order.state, Said("现金部分改由渠道 {} 收取", taken.channel)
    )
    plan = Tell("patients", Event("patient.plan", {"payOrdId": order.pay_ord_id}))
    return Step(with_order(shard, taken), (changed, plan), {"status": DONE})


def ended(order: CentreOrder) -> tuple[Tell, ...]:
    """What the channel hears when the order has come to its end; nothing of an order that nobody took over."""
    if not order.back or order.state not in ENDS:
        return ()
    about = {"payOrdId": order.pay_ord_id, "ordStas": order.state, **stored("why", order.why)}
    return (Tell(order.channel, Event(order.back, about)),)


def _refused(shard: Shard, why: Said) -> Step:
    return Step(shard, (), {"status": FAILED, **stored("why", why)})
