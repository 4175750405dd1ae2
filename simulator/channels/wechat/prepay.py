"""JSAPI prepay, query by either number, close (channels sheet 1c)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from simulator.channels.wechat import addresses, tell
from simulator.channels.wechat.errors import EXISTS, NOT_FOUND, OPENID, refuse
from simulator.channels.wechat.offered import called
from simulator.channels.wechat.state import WxOrder, of, put
from simulator.channels.wechat.written_numbers import fen_in, prepay_id, rfc_ms
from simulator.protocol.model.interface import Pairs, Request
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Event, Index, Reply, Schedule, Step
from simulator.protocol.text.fields import node, pairs, text
from simulator.protocol.text.jsontext import dumps
from simulator.protocol.text.said import Said
from simulator.protocol.text.times import beijing_rfc

SHORTEST: Final = 6
"""Characters of an order number (M)."""
SOURCE: Final = "payment-channels 1c (H)"
STATES: Final[Mapping[str, Said]] = {
    "NOTPAY": Said("订单未支付"), "SUCCESS": Said("支付成功"), "REFUND": Said("订单发生过退款"),
    "CLOSED": Said("订单已关闭"),
}  # fmt: skip


def locate(data: Mapping[str, Any]) -> Pairs:
    """Attribution pairs: the user's openid."""
    return pairs(node(data, "payer"), ("openid", "openid"))


def by_order(data: Mapping[str, Any]) -> Pairs:
    """Attribution pairs: the order by WeChat's number or the merchant's."""
    return pairs(data, ("transactionId", "transaction_id"), ("outTradeNo", "out_trade_no"))


def unique(data: Mapping[str, Any]) -> Pairs:
    """The merchant's order number: its own for ever (1b.11)."""
    return pairs(data, ("outTradeNo", "out_trade_no"))


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Answer `prepay_id`; equal content of an unpaid order gets the first one again (assumed)."""
    data, number = request.data, text(request.data, "out_trade_no")
    refused = _check(shard, request, ctx)
    if refused is not None:
        return refused
    total = fen_in(node(data, "amount"), "total")
    assert total is not None
    content = dumps({name: data[name] for name in sorted(data)})
    before = of(shard).orders.get(number)
    if before is not None:
        again = before.state == "NOTPAY" and before.content == content
        if not again:
            said = Said("out_trade_no {} 已用过; 请换新的单号", number)
            return refuse(shard, "ALREADY_EXISTS", said, EXISTS)
        return Step(shard, (Reply("0", Said("成功"), {"prepay_id": before.prepay_id}),))
    ends = rfc_ms(text(data, "time_expire"))
    lasts = ctx.profile["wechat.order_ttl_ms"] if ends is None else ends - ctx.wire_ms
    order = WxOrder(
        out_trade_no=number,
        mchid=text(request.header, "mchid"),
        appid=text(data, "appid"),
        openid=text(node(data, "payer"), "openid"),
        total=total,
        description=text(data, "description"),
        attach=text(data, "attach"),
        notify_url=text(data, "notify_url"),
        content=content,
        prepay_id=prepay_id(ctx),
        made_wire_ms=ctx.wire_ms,
        payable_until_ms=ctx.now_ms + min(ctx.profile["wechat.prepay_ttl_ms"], lasts),
        expires_ms=ctx.now_ms + lasts,
    )
    effects = (
        Index("outTradeNo", number),
        Index("prepayId", order.prepay_id, unique=True),
        Changed("wallet", number, "", order.state, Said("微信下单"), {"fen": total}),
        Schedule(
            order.expires_ms, Event("wechat.expire", {"out_trade_no": number}), f"wechat.expire:{number}"
        ),
        Reply("0", Said("成功"), {"prepay_id": order.prepay_id}),
    )
    return Step(put(shard, of(shard).with_order(order)), effects)


def _check(shard: Shard, request: Request, ctx: Context) -> Step | None:
    data, number = request.data, text(request.data, "out_trade_no")
    if text(data, "mchid") != text(request.header, "mchid"):
        return refuse(shard, "INVALID_REQUEST", Said("mchid 与签名的商户号不一致"))
    if text(data, "appid") != text(request.header, "appid"):
        return refuse(shard, "INVALID_REQUEST", Said("appid 与商户号 {} 未绑定", text(data, "mchid")))
    if text(node(data, "payer"), "openid") != shard.core.identity.openid:
        return refuse(shard, "PARAM_ERROR", Said("openid 不属于此 appid 的用户"), OPENID)
    if len(number) < SHORTEST:
        return refuse(shard, "PARAM_ERROR", Said("out_trade_no 至少 {} 个字符", SHORTEST))
    if ("outTradeNo", number) in ctx.taken:
        return refuse(shard, "ALREADY_EXISTS", Said("out_trade_no {} 已用过; 请换新的单号", number), EXISTS)
    if not fen_in(node(data, "amount"), "total"):
        return refuse(shard, "PARAM_ERROR", Said("amount.total 应为大于 0 的整数(分)"))
    ends = text(data, "time_expire")
    if ends and (rfc_ms(ends) or 0) <= ctx.wire_ms:
        return refuse(shard, "PARAM_ERROR", Said("time_expire 应为将来的 RFC 3339 时间, 以 +08:00 结尾"))
    return addresses.check(shard, "notify_url", text(data, "notify_url"), ctx)


def found(shard: Shard, data: Mapping[str, Any]) -> WxOrder | None:
    """The order that `transaction_id` or `out_trade_no` names."""
    number, own = text(data, "transaction_id"), of(shard).orders
    if number:
        return next((one for one in own.values() if one.transaction_id == number), None)
    return own.get(text(data, "out_trade_no"))


def unknown(shard: Shard) -> Step:
    """The refusal of a number that is no order's."""
    return refuse(shard, "ORDER_NOT_EXIST", Said("订单不存在"), NOT_FOUND)


def query(shard: Shard, request: Request, ctx: Context) -> Step:  # noqa: ARG001
    """Answer the order as it stands; `mchid` in the query is the caller's."""
    order = found(shard, request.data)
    if order is None:
        return unknown(shard)
    if text(request.data, "mchid") != order.mchid:
        return refuse(shard, "PARAM_ERROR", Said("查询参数 mchid 应为签名的商户号"))
    return Step(shard, (Reply("0", Said("成功"), entity(order)),))


def entity(order: WxOrder) -> dict[str, Any]:
    """An order as query and notice show it."""
    out: dict[str, Any] = {
        "appid": order.appid, "mchid": order.mchid, "out_trade_no": order.out_trade_no,
        "trade_state": order.state, "trade_state_desc": str(STATES[order.state]), "attach": order.attach,
    }  # fmt: skip
    amount: dict[str, Any] = {"total": order.total, "currency": "CNY"}
    if order.transaction_id:
        out |= {
            "transaction_id": order.transaction_id, "trade_type": "JSAPI", "bank_type": "OTHERS",
            "success_time": beijing_rfc(order.paid_wire_ms),
        }  # fmt: skip
        amount |= {"payer_total": order.total, "payer_currency": "CNY"}
    return {**out, "payer": {"openid": order.openid}, "amount": amount}


def close(shard: Shard, request: Request, ctx: Context) -> Step:  # noqa: ARG001
    """Close an unpaid order: 204. A closed one stays closed, a paid one is refused."""
    order = found(shard, request.data)
    if order is None:
        return unknown(shard)
    if text(request.data, "mchid") != order.mchid:
        return refuse(shard, "PARAM_ERROR", Said("mchid 应为签名的商户号"))
    if order.state not in ("NOTPAY", "CLOSED"):
        return refuse(shard, "INVALID_REQUEST", Said("订单 {} 已支付, 不能关闭", order.out_trade_no))
    done = Reply("0", Said("成功"))
    if order.state == "CLOSED":
        return Step(shard, (done,))
    return closed(shard, order, Said("商户关闭订单"), done)


def expire(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Event `wechat.expire {out_trade_no}`: an order that nobody paid is closed."""
    order = of(shard).orders.get(text(event.args, "out_trade_no"))
    if order is None or order.state != "NOTPAY":
        return Step(shard)
    return closed(shard, order, Said("超时未支付"))


def closed(shard: Shard, order: WxOrder, why: Said, *more: Reply) -> Step:
    """The order closed, for this reason."""
    changed = Changed("wallet", order.out_trade_no, order.state, "CLOSED", why)
    return Step(put(shard, of(shard).with_order(replace(order, state="CLOSED"))), (changed, *more))


PATH: Final = "/v3/pay/transactions"
WX_PREPAY = called(
    "wxPrepay", Said("JSAPI 下单"), "POST", (f"{PATH}/jsapi",), SOURCE,
    schema="wechat/wxPrepay", locate=locate, act=act, unique=unique, notices=(tell.PAID,),
)  # fmt: skip
WX_QUERY = called(
    "wxQuery", Said("查询微信订单"), "GET",
    (f"{PATH}/out-trade-no/{{out_trade_no}}", f"{PATH}/id/{{transaction_id}}"), SOURCE,
    locate=by_order, act=query,
)  # fmt: skip
WX_CLOSE = called(
    "wxClose", Said("关闭微信订单"), "POST", (f"{PATH}/out-trade-no/{{out_trade_no}}/close",), SOURCE,
    locate=by_order, act=close,
)  # fmt: skip
