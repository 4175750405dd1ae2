"""The cash leg of a mixed order as the centre tells it, and its end (`protocol/model/leg.py`; channels sheet 1b.5, 6).

WeChat takes the cash after one password; when the bureau then refuses, the cash stays with the merchant, who has to
refund it: the reversal waits until that refund has arrived.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.channels.wechat.state import WxMix, of, put
from simulator.channels.wechat.wallet import succeeded, taken
from simulator.protocol.model.leg import DONE, FAILED, PENDING
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Effect, Event, Step
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said, stored


def debit(shard: Shard, event: Event, ctx: Context) -> Step:
    """Told `{key, fen, way}`, `key` the centre's order: the wallet pays the cash order of the mixed one."""
    mix = _of(shard, text(event.args, "key"))
    if mix is None:
        return _failed(shard, Said("没有此订单的医保混合订单"))
    if event.args["way"] not in ("ok", "insufficient"):
        return _failed(shard, Said("现金扣款失败"))
    if not mix.cash_fee:  # reductions have cancelled the cash
        return Step(shard, (), {"status": DONE})
    order = of(shard).orders[mix.out_trade_no]
    if order.state != "NOTPAY" or ctx.now_ms > order.payable_until_ms:
        return _failed(shard, Said("预支付单已关闭或已过有效期"))
    paid = taken(shard, order, ctx) if event.args["way"] == "ok" else None
    if paid is None:
        return _failed(shard, Said("微信零钱余额不足"))
    return Step(paid[0], paid[1], {"status": DONE})


def reverse(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Told `{key, fen, way}` after a failed medical leg: the merchant has to refund, so the answer waits for that."""
    mix = _of(shard, text(event.args, "key"), failed=True)
    if mix is None:
        return _failed(shard, Said("没有此订单的医保混合订单"))
    after, changed = _fail(shard, mix, Said("医保结算失败, 现金由商户退回"))
    if event.args["way"] != "ok":
        return replace(_failed(after, Said("现金冲正失败")), effects=changed)
    status = PENDING if mix.cash_fee else DONE
    return Step(after, changed, {"status": status})


def refund(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """Told `{key, fen, way}` by a 6203 with cash: the cash of a wallet is refunded by the merchant at the wallet."""
    return _failed(shard, Said("微信收取的现金由商户经微信退款接口退回, 6203 只退医保部分"))


def settled(shard: Shard, event: Event, ctx: Context) -> Step:
    """Told `{payOrdId, ordStas}`: the centre's order has ended, 6 settled on both sides, else failed."""
    mix = _of(shard, text(event.args, "payOrdId"), failed=True)
    if mix is None or mix.medical != "CREATED":
        return Step(shard)
    if text(event.args, "ordStas") != "6":
        after, changed = _fail(shard, mix, Said("医保结算失败"))
        return Step(after, changed)
    return Step(*succeeded(shard, replace(mix, medical="SUCCESS"), ctx))


def _of(shard: Shard, pay_order_id: str, failed: bool = False) -> WxMix | None:
    """The newest mixed order of the centre's order, one that failed only if asked for."""
    found = [
        one for one in of(shard).mixes.values()
        if one.pay_order_id == pay_order_id and (failed or not one.failed)
    ]  # fmt: skip
    return found[-1] if found else None


def _fail(shard: Shard, mix: WxMix, why: Said) -> tuple[Shard, tuple[Effect, ...]]:
    if mix.failed:
        return shard, ()
    failed = replace(mix, failed=True, medical="FAIL", fail_reason=str(Said("医保结算失败")))
    own = of(shard).with_mix(failed)
    changed = Changed("mix", mix.mix_trade_no, "MIX_PAY_CREATED", "MIX_PAY_FAIL", why)
    return put(shard, own), (changed,)


def _failed(shard: Shard, why: Said) -> Step:
    return Step(shard, (), {"status": FAILED, **stored("why", why)})
