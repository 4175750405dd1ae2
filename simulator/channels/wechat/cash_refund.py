"""Refunds of the cash: accepted at once, arrived some time later (channels sheet 1c, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from simulator.channels.wechat import addresses, tell
from simulator.channels.wechat.errors import NOT_FOUND, refuse
from simulator.channels.wechat.mix_view import states
from simulator.channels.wechat.offered import called
from simulator.channels.wechat.prepay import by_order, found, unknown
from simulator.channels.wechat.state import WechatPart, WxRefund, of, put
from simulator.channels.wechat.written_numbers import digits, fen_in
from simulator.protocol.model.interface import Pairs, Request
from simulator.protocol.model.leg import DONE
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Effect, Event, Index, Reply, Schedule, Step, Tell
from simulator.protocol.text.fields import node, pairs, text
from simulator.protocol.text.jsontext import dumps
from simulator.protocol.text.said import Said
from simulator.protocol.text.times import beijing_rfc

SOURCE: Final = "payment-channels 1c (H)"
ACCOUNT: Final = Said("支付用户零钱")


def unique(data: Mapping[str, Any]) -> Pairs:
    """The merchant's refund number."""
    return pairs(data, ("outRefundNo", "out_refund_no"))


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Answer the refund; the same number with the same content refunds once."""
    data, number = request.data, text(request.data, "out_refund_no")
    own = of(shard)
    order = found(shard, data)
    if order is None:
        return unknown(shard)
    content = dumps({name: data[name] for name in sorted(data)})
    before = own.refunds.get(number)
    if before is not None and before.content == content:
        return Step(shard, (Reply("0", Said("成功"), refund_entity(own, before)),))
    if before is not None or ("outRefundNo", number) in ctx.taken:
        return refuse(shard, "INVALID_REQUEST", Said("out_refund_no {} 已用于另一笔退款", number))
    amount = node(data, "amount")
    fen, total = fen_in(amount, "refund"), fen_in(amount, "total")
    if not fen or total != order.total:
        said = Said("amount.refund 应为大于 0 的整数(分), amount.total 应为原订单金额 {}", order.total)
        return refuse(shard, "PARAM_ERROR", said)
    if order.state not in ("SUCCESS", "REFUND"):
        return refuse(shard, "INVALID_REQUEST", Said("订单 {} 未支付, 不能退款", order.out_trade_no))
    left = order.total - order.refunding
    if fen > left:
        return refuse(shard, "INVALID_REQUEST", Said("退款 {} 分超过可退余额 {} 分", fen, left))
    url = text(data, "notify_url")
    refused = addresses.check(shard, "notify_url", url, ctx) if url else None
    if refused is not None:
        return refused
    refund = WxRefund(
        out_refund_no=number,
        refund_id=digits(ctx, "50", 29),
        out_trade_no=order.out_trade_no,
        fen=fen,
        content=content,
        reason=text(data, "reason"),
        notify_url=url,
        made_wire_ms=ctx.wire_ms,
    )
    after = own.with_order(replace(order, state="REFUND", refunding=order.refunding + fen)).with_refund(
        refund
    )
    arrives = Event("wechat.refund_arrives", {"out_refund_no": number})
    effects = (
        Index("outRefundNo", number),
        Changed("refund", number, "", refund.status, Said("微信受理退款"), {"fen": fen}),
        Schedule(ctx.now_ms + ctx.profile["wechat.refund_after_ms"], arrives, f"wechat.refund:{number}"),
        Reply("0", Said("成功"), refund_entity(after, refund)),
    )
    return Step(put(shard, after), effects)


def arrive(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `wechat.refund_arrives {out_refund_no}`: the money is back; with policy `refund: cash_fail` it cannot be."""
    own = of(shard)
    refund = own.refunds.get(text(event.args, "out_refund_no"))
    if refund is None or refund.status != "PROCESSING":
        return Step(shard)
    failed = shard.core.policy.refund == "cash_fail"
    status = "ABNORMAL" if failed else "SUCCESS"
    done = replace(refund, status=status, done_wire_ms=ctx.wire_ms)
    back = own if failed else own.moved("refund", refund.out_refund_no, refund.fen, ctx.wire_ms)
    assert back is not None
    after = back.with_refund(done)
    why = Said("退款退不回原账户") if failed else Said("退款已到账")
    changed = Changed("refund", done.out_refund_no, refund.status, status, why, {"fen": done.fen})
    notice: tuple[Effect, ...] = ()
    if done.notify_url:
        told = refund_entity(after, done, notice=True)
        notice = tell.first("wxRefunded", done.out_refund_no, told, done.notify_url, ctx)
    whole = put(shard, after)
    return Step(whole, (changed, *notice, *cash_returned(whole, done.out_trade_no)))


def cash_returned(shard: Shard, out_trade_no: str) -> tuple[Effect, ...]:
    """What the centre hears when a refund has arrived: the cash of a failed order is back in full, or nothing yet."""
    own = of(shard)
    mix = own.mix_of(out_trade_no)
    if mix is None or not mix.failed or states(own, mix)[1] != "SELF_PAY_REFUND":
        return ()
    about = {"payOrdId": mix.pay_order_id, "result": {"status": DONE}}
    return (Tell("centre", Event("order.reversal", about)),)


def query(shard: Shard, request: Request, ctx: Context) -> Step:  # noqa: ARG001
    """Answer the refund as it stands."""
    own = of(shard)
    refund = own.refunds.get(text(request.data, "out_refund_no"))
    if refund is None:
        return refuse(shard, "RESOURCE_NOT_EXISTS", Said("退款单不存在"), NOT_FOUND)
    return Step(shard, (Reply("0", Said("成功"), refund_entity(own, refund)),))


def refund_entity(own: WechatPart, refund: WxRefund, notice: bool = False) -> dict[str, Any]:
    """A refund as answers show it, or with `notice` as the notice does."""
    order = own.orders[refund.out_trade_no]
    amount = {
        "total": order.total,
        "refund": refund.fen,
        "payer_total": order.total,
        "payer_refund": refund.fen,
    }
    out: dict[str, Any] = {
        "refund_id": refund.refund_id, "out_refund_no": refund.out_refund_no,
        "transaction_id": order.transaction_id, "out_trade_no": refund.out_trade_no,
        "user_received_account": str(ACCOUNT),
    }  # fmt: skip
    if refund.done_wire_ms:
        out["success_time"] = beijing_rfc(refund.done_wire_ms)
    if notice:
        return {"mchid": order.mchid, **out, "refund_status": refund.status, "amount": amount}
    more = {
        "settlement_total": order.total,
        "settlement_refund": refund.fen,
        "discount_refund": 0,
        "currency": "CNY",
    }
    return {
        **out, "channel": "ORIGINAL", "create_time": beijing_rfc(refund.made_wire_ms), "status": refund.status,
        "funds_account": "AVAILABLE", "amount": {**amount, **more}, "promotion_detail": [],
    }  # fmt: skip


PATH: Final = "/v3/refund/domestic/refunds"
WX_REFUND = called(
    "wxRefund", Said("申请微信退款"), "POST", (PATH,), SOURCE,
    schema="wechat/wxRefund", locate=by_order, act=act, unique=unique, notices=(tell.REFUNDED,),
)  # fmt: skip
WX_REFUND_QUERY = called(
    "wxRefundQuery", Said("查询微信退款"), "GET", (f"{PATH}/{{out_refund_no}}",), SOURCE,
    locate=unique, act=query,
)  # fmt: skip
