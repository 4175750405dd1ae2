"""`POST /v3/med-ins/refunds/notify`: the merchant reports what the bureau has refunded (channels sheet 1b.9, H).

The name misleads: the direction is merchant to WeChat. The same refund number again replaces the report; whether several
numbers add up is unknown, option `wechat.med_refund_parts`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from simulator.channels.wechat.errors import refuse
from simulator.channels.wechat.mix_order import SOURCE, by_mix
from simulator.channels.wechat.mix_view import states
from simulator.channels.wechat.offered import called
from simulator.channels.wechat.prepay import unknown
from simulator.channels.wechat.state import WxMedRefund, of, put
from simulator.channels.wechat.written_numbers import fen_in, rfc_ms
from simulator.protocol.model.interface import Request
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Reply, Step
from simulator.protocol.text.fields import text
from simulator.protocol.text.said import Said

PARTS: Final = ("med_refund_gov_fee", "med_refund_self_fee", "med_refund_other_fee")


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Take the report: 204. Refused when the parts are not the total, are too much, or there was no insurance part."""
    data, own = request.data, of(shard)
    mix = own.mixes.get(text(data, "mix_trade_no"))
    if mix is None:
        return unknown(shard)
    if text(data, "sub_mchid"):
        return refuse(shard, "PARAM_ERROR", Said("直连商户不传 sub_mchid; 服务商模式尚未提供"))
    if rfc_ms(text(data, "refund_time")) is None:
        return refuse(shard, "PARAM_ERROR", Said("refund_time 应为 RFC 3339 时间, 以 +08:00 结尾"))
    if not mix.medical:
        return refuse(shard, "RULE_LIMIT", Said("订单没有医保部分, 不用上报医保退款"))
    gov, own_part, other = (fen_in(data, name) or 0 for name in PARTS)
    if fen_in(data, "med_refund_total_fee") != gov + own_part + other:
        said = Said("med_refund_total_fee 应等于 gov + self + other = {}", gov + own_part + other)
        return refuse(shard, "RULE_LIMIT", said)
    if mix.medical != "SUCCESS":
        return refuse(shard, "INVALID_REQUEST", Said("订单的医保部分未支付成功, 不能上报退款"))
    number = text(data, "out_refund_no")
    made = WxMedRefund(number, gov, own_part, other, text(data, "refund_time"))
    kept = mix.refunds if ctx.profile["wechat.med_refund_parts"] == "sum" else {}
    after = replace(mix, refunds={**kept, number: made})
    reported = sum(one.total for one in after.refunds.values())
    if reported > mix.insured:
        said = Said("上报的医保退款合计 {} 分, 超过已支付的 {} 分", reported, mix.insured)
        return refuse(shard, "PARAM_ERROR", said)
    whole = own.with_mix(after)
    changed = Changed("mix", mix.mix_trade_no, states(own, mix)[0], states(whole, after)[0], Said("商户上报医保退款"),
                      {"fen": made.total})  # fmt: skip
    return Step(put(shard, whole), (changed, Reply("0", Said("成功"))))


WX_MED_INS_REFUND = called(
    "wxMedInsRefund", Said("上报医保退款"), "POST", ("/v3/med-ins/refunds/notify",), SOURCE,
    schema="wechat/wxMedInsRefund", locate=by_mix, act=act,
)  # fmt: skip
