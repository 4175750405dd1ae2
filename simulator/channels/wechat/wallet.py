"""What the person does in the wallet, and the notices that follow from it (channels sheet 1c)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.channels.wechat import tell
from simulator.channels.wechat.cash_refund import refund_entity
from simulator.channels.wechat.errors import refuse
from simulator.channels.wechat.mix_view import mix_entity, states
from simulator.channels.wechat.prepay import entity
from simulator.channels.wechat.state import WxMix, WxOrder, of, put
from simulator.channels.wechat.written_numbers import digits
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Effect, Event, Index, Notify, Reply, Step, Tell
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said


def pay(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `wechat.pay {out_trade_no?}`: the password is entered for this order, else for the newest unpaid one.

    A mixed order with an insurance part is confirmed at the centre, which tells both legs; it replies what the patient's
    confirmation replies. Without a number one that has no cash is taken only where no cash order waits.
    """
    own, number = of(shard), text(event.args, "out_trade_no")
    waiting = [
        one for one in own.orders.values() if one.state == "NOTPAY" and number in ("", one.out_trade_no)
    ]
    insured = [
        one for one in own.mixes.values()
        if one.medical == "CREATED" and not one.failed and number in ("", one.out_trade_no)
    ]  # fmt: skip
    if waiting:
        insured = [one for one in insured if one.out_trade_no == waiting[-1].out_trade_no]
    if insured:
        confirm = Event("patient.confirm", {"payOrdId": insured[-1].pay_order_id})
        return Step(shard, (Tell("patients", confirm),))
    if not waiting:
        return refuse(shard, "INVALID_REQUEST", Said("没有待支付的微信订单 {}", number or Said("(最近一笔)")))
    order = waiting[-1]
    if ctx.now_ms > order.payable_until_ms:
        return refuse(shard, "INVALID_REQUEST", Said("订单 {} 的 prepay_id 已过有效期", order.out_trade_no))
    way = shard.core.policy.cash
    paid = taken(shard, order, ctx) if way == "ok" else None
    if paid is None:
        why = Said("现金扣款失败") if way == "fail" else Said("微信零钱余额不足")
        return refuse(shard, "INVALID_REQUEST", why)
    after, effects = paid
    alone = of(after).mix_of(order.out_trade_no)
    if alone is not None and not alone.medical:
        after, more = succeeded(after, alone, ctx)
        effects = (*effects, *more)
    return Step(after, (*effects, Reply("0", Said("参保人已支付"), {"out_trade_no": order.out_trade_no})))


def taken(shard: Shard, order: WxOrder, ctx: Context) -> tuple[Shard, tuple[Effect, ...]] | None:
    """The money of an order goes from the wallet, and its notice begins; None when there is not enough."""
    wallet = of(shard).moved("pay", order.out_trade_no, order.total, ctx.wire_ms)
    if wallet is None:
        return None
    paid = replace(order, state="SUCCESS", transaction_id=digits(ctx, "42000", 28), paid_wire_ms=ctx.wire_ms)
    effects = (
        Index("transactionId", paid.transaction_id, unique=True),
        Changed(
            "wallet", paid.out_trade_no, order.state, paid.state, Said("微信支付成功"), {"fen": paid.total}
        ),
        *tell.first("wxPaid", paid.out_trade_no, entity(paid), paid.notify_url, ctx),
    )
    return put(shard, wallet.with_order(paid)), effects


def succeeded(shard: Shard, mix: WxMix, ctx: Context) -> tuple[Shard, tuple[Effect, ...]]:
    """Both parts are paid: the mixed order is, and its notice begins."""
    paid = replace(mix, paid_wire_ms=ctx.wire_ms)
    own = of(shard).with_mix(paid)
    word = states(own, paid)[0]
    changed = Changed("mix", mix.mix_trade_no, "MIX_PAY_CREATED", word, Said("医保混合支付成功"))
    notice = tell.first("wxMedInsPaid", mix.mix_trade_no, mix_entity(own, paid), mix.callback_url, ctx)
    return put(shard, own), (changed, *notice)


def send(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Event `notice.wechat {name, key, attempt}`: one delivery, unless a 2xx came meanwhile."""
    name, key = text(event.args, "name"), text(event.args, "key")
    what = _subject(shard, name, key)
    if what is None or what[2]:
        return Step(shard)
    number = int(event.args.get("attempt", 1))
    return Step(shard, (Notify(name, key, what[0], number, tell.RESULT, what[1]),))


def result(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `notice.wechat_result {name, key, attempt, accepted}`: note it, or plan the next one."""
    name, key = text(event.args, "name"), text(event.args, "key")
    what = _subject(shard, name, key)
    if what is None or what[2]:
        return Step(shard)
    if event.args.get("accepted"):
        return Step(_told(shard, name, key))
    number = int(event.args.get("attempt", 1))
    again = tell.attempt(name, key, number + 1, lambda: (what[0], what[1]), ctx)
    return Step(shard, (*tell.given_up(name, event, ctx), *again))


def draft(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `notice.wechat_draft {key, as_settled}`: replies `{key, data, url}` of a payment notice.

    `as_settled`: complete also where nobody has paid, and then untrue: for notices that somebody else invents.
    """
    own, key = of(shard).orders, text(event.args, "key")
    order = own.get(key) if key else next(reversed(list(own.values())), None)
    if order is None or not (order.transaction_id or event.args.get("as_settled")):
        return refuse(shard, "ORDER_NOT_EXIST", Said("还没有已支付的微信订单 {}", key[:40]))
    if not order.transaction_id:
        order = replace(
            order, state="SUCCESS", transaction_id=digits(ctx, "42000", 28), paid_wire_ms=ctx.wire_ms
        )
    data = {"key": order.out_trade_no, "data": entity(order), "url": order.notify_url}
    return Step(shard, (Reply("0", Said("成功"), data),))


def mix_draft(shard: Shard, event: Event, ctx: Context) -> Step:
    """Event `notice.wechat_mix_draft {key, as_settled}`: the same of a mixed order, `key` its mix_trade_no."""
    own, key = of(shard), text(event.args, "key")
    mix = own.mixes.get(key) if key else next(reversed(list(own.mixes.values())), None)
    if mix is None or not (mix.paid_wire_ms or event.args.get("as_settled")):
        return refuse(shard, "ORDER_NOT_EXIST", Said("还没有已支付的医保混合订单 {}", key[:40]))
    entity_now = mix_entity(own, mix if mix.paid_wire_ms else replace(mix, paid_wire_ms=ctx.wire_ms))
    if not mix.paid_wire_ms:
        paid = {"mix_pay_status": "MIX_PAY_SUCCESS"}
        paid |= {"self_pay_status": "SELF_PAY_SUCCESS"} if mix.cash_fee else {}
        paid |= {"med_ins_pay_status": "MED_INS_PAY_SUCCESS"} if mix.medical else {}
        entity_now = {**entity_now, **paid}
    data = {"key": mix.mix_trade_no, "data": entity_now, "url": mix.callback_url}
    return Step(shard, (Reply("0", Said("成功"), data),))


def _subject(shard: Shard, name: str, key: str) -> tuple[Mapping[str, Any], str, bool] | None:
    """What a notice says, where it goes, and whether it was taken already."""
    own = of(shard)
    if name == "wxPaid" and key in own.orders:
        order = own.orders[key]
        return entity(order), order.notify_url, order.told
    if name == "wxRefunded" and key in own.refunds:
        refund = own.refunds[key]
        return refund_entity(own, refund, notice=True), refund.notify_url, refund.told
    if name == "wxMedInsPaid" and key in own.mixes:
        mix = own.mixes[key]
        return mix_entity(own, mix), mix.callback_url, mix.told
    return None


def _told(shard: Shard, name: str, key: str) -> Shard:
    own = of(shard)
    if name == "wxPaid":
        return put(shard, own.with_order(replace(own.orders[key], told=True)))
    if name == "wxMedInsPaid":
        return put(shard, own.with_mix(replace(own.mixes[key], told=True)))
    return put(shard, own.with_refund(replace(own.refunds[key], told=True)))
