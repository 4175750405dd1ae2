"""`POST /v3/med-ins/orders`, and its queries by both numbers (channels sheet 1b.1 to 1b.6, 1b.10, 1b.11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator.channels.wechat import addresses, tell
from simulator.channels.wechat.card_holder import check_person
from simulator.channels.wechat.errors import (
    AUTH_CHECK,
    AUTH_UNKNOWN,
    BUREAU,
    CASH,
    EXISTS,
    OPENID,
    RELATION,
    UNBOUND,
    refuse,
)
from simulator.channels.wechat.mix_rules import amounts_of, fields, formulas
from simulator.channels.wechat.mix_view import mix_entity
from simulator.channels.wechat.offered import called
from simulator.channels.wechat.prepay import unknown
from simulator.channels.wechat.state import WxMix, of, put
from simulator.channels.wechat.written_numbers import digits, rfc_ms
from simulator.protocol.model.interface import Pairs, Request
from simulator.protocol.model.leg import ABSENT, DONE, result_of, status_of
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Event, Index, Reply, Step, Tell
from simulator.protocol.text.fields import pairs, text
from simulator.protocol.text.said import Said, said_in

SOURCE: Final = "payment-channels 1b (H)"
PATH: Final = "/v3/med-ins/orders"
PERSONS: Final = ("payer", "relative")
INSIDE: Final = ("payAuthNo", "payOrdId", "setlLatlnt")


def locate(data: Mapping[str, Any]) -> Pairs:
    """Attribution pairs: the openid, then the numbers of the centre and of the cash order."""
    return pairs(data, ("openid", "openid"), ("payOrdId", "pay_order_id"), ("payAuthNo", "pay_auth_no"),
                 ("outTradeNo", "out_trade_no"))  # fmt: skip


def by_mix(data: Mapping[str, Any]) -> Pairs:
    """Attribution pairs: the mixed order by WeChat's number or the merchant's."""
    return pairs(data, ("mixTradeNo", "mix_trade_no"), ("outTradeNo", "out_trade_no"))


def unique(data: Mapping[str, Any]) -> Pairs:
    """The merchant's order number, the one of the cash order too."""
    return pairs(data, ("outTradeNo", "out_trade_no"))


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Check, ask the centre about its part, and answer the order. Field rules first, then amounts, then the bureau."""
    refused = (
        _caller(shard, request, ctx) or _rules(shard, request.data, ctx) or check_person(shard, request.data)
        or _cash(shard, request.data, ctx) or _authorised(shard, request.data, request, ctx)
    )  # fmt: skip
    if refused is not None:
        return refused
    if request.data["mix_pay_type"] == "CASH_ONLY":
        return _made(shard, request.data, text(request.header, "mchid"), ctx)
    amounts = amounts_of(request.data)
    asked = {
        "payOrdId": text(request.data, "pay_order_id"), "medOrgOrd": text(request.data, "serial_no"),
        "institution": request.institution.code, "channel": "wechat", "back": "mix.settled",
        "fund": amounts.gov, "account": amounts.self, "other": amounts.other, "cash": amounts.cash,
    }  # fmt: skip
    back = {"data": dict(request.data), "mchid": text(request.header, "mchid")}
    return Step(shard, (Tell("centre", Event("order.by_channel", asked), Event("mix.asked", back)),))


def asked(shard: Shard, event: Event, ctx: Context) -> Step:
    """The centre's answer: its order is the wallet's now, or why not."""
    if status_of(event) != DONE:
        missing = Said("本环境没有移动支付中心 centre, 不能下医保订单")
        why = missing if status_of(event) == ABSENT else said_in(result_of(event), "why")
        return refuse(shard, "INVALID_REQUEST", why, BUREAU)
    return _made(shard, event.args["data"], text(event.args, "mchid"), ctx)


def _made(shard: Shard, data: Mapping[str, Any], mchid: str, ctx: Context) -> Step:
    own, amounts = of(shard), amounts_of(data)
    insured = data["mix_pay_type"] != "CASH_ONLY"
    mix = WxMix(
        mix_trade_no=digits(ctx, "1", 30),
        out_trade_no=text(data, "out_trade_no"),
        mix_pay_type=text(data, "mix_pay_type"),
        serial_no=text(data, "serial_no"),
        pay_order_id=text(data, "pay_order_id"),
        callback_url=text(data, "callback_url"),
        mchid=mchid,
        insured=amounts.gov + amounts.self + amounts.other,
        cash_fee=amounts.wallet,
        sent={name: value for name, value in data.items() if name not in PERSONS},
        medical="CREATED" if insured else "",
    )
    after = own.with_mix(mix)
    effects = (
        Index("outTradeNo", mix.out_trade_no),
        Index("mixTradeNo", mix.mix_trade_no, unique=True),
        Changed("mix", mix.mix_trade_no, "", "MIX_PAY_CREATED", Said("医保混合下单"),
                {"payOrdId": mix.pay_order_id, "cash": mix.cash_fee, "insured": mix.insured}),
        Reply("0", Said("成功"), mix_entity(after, mix)),
    )  # fmt: skip
    return Step(put(shard, after), effects)


def _caller(shard: Shard, request: Request, ctx: Context) -> Step | None:
    data, number = request.data, text(request.data, "out_trade_no")
    if text(data, "sub_mchid") or text(data, "sub_appid"):
        return refuse(shard, "PARAM_ERROR", Said("直连商户不传 sub_mchid、sub_appid; 服务商模式尚未提供"))
    if text(data, "appid") != text(request.header, "appid"):
        return refuse(
            shard, "INVALID_REQUEST", Said("appid 与商户号 {} 未绑定", text(request.header, "mchid"))
        )
    if text(data, "openid") != shard.core.identity.openid:
        return refuse(shard, "PARAM_ERROR", Said("openid 不属于此 appid 的用户"), OPENID)
    if text(data, "med_inst_no") != request.institution.code:
        said = Said("med_inst_no 应为 6201 的机构编码 {}", request.institution.code)
        return refuse(shard, "PARAM_ERROR", said)
    made = text(data, "med_ins_order_create_time")
    if made and rfc_ms(made) is None:
        said = Said("med_ins_order_create_time 应为 RFC 3339 时间, 以 +08:00 结尾, 不能用 Z")
        return refuse(shard, "PARAM_ERROR", said)
    if of(shard).mix_of(number) is not None or ("outTradeNo", number) in ctx.taken:
        return refuse(shard, "ALREADY_EXISTS", Said("out_trade_no {} 已用过; 请换新的单号", number), EXISTS)
    return addresses.check(shard, "callback_url", text(data, "callback_url"), ctx)


def _rules(shard: Shard, data: Mapping[str, Any], ctx: Context) -> Step | None:
    broken = fields(data, ctx.profile["wechat.insurance_only_zero"]) or formulas(data)
    return refuse(shard, "RULE_LIMIT", broken[1], broken[0]) if broken else None


def _cash(shard: Shard, data: Mapping[str, Any], ctx: Context) -> Step | None:
    """The cash order is the one of `prepay_id`, has the same number, is unpaid and of the same amount."""
    if data["mix_pay_type"] == "INSURANCE_ONLY":
        return None
    order = of(shard).orders.get(text(data, "out_trade_no"))
    if order is None or order.prepay_id != text(data, "prepay_id"):
        said = Said("prepay_id 不是 out_trade_no {} 的预支付单; 两处单号应相同", text(data, "out_trade_no"))
        return refuse(shard, "PARAM_ERROR", said)
    if order.state != "NOTPAY" or ctx.now_ms > order.payable_until_ms:
        return refuse(shard, "INVALID_REQUEST", Said("预支付单已支付、已关闭或已过有效期"))
    if order.total != amounts_of(data).wallet:
        said = Said("wechat_pay_cash_fee 应等于预支付单金额 {} 分", order.total)
        return refuse(shard, "RULE_LIMIT", said, CASH)
    open_ones = [
        one.out_trade_no
        for one in of(shard).mixes.values()
        if one.serial_no == text(data, "serial_no") and one.out_trade_no in of(shard).orders
        and of(shard).orders[one.out_trade_no].state == "NOTPAY"
    ]  # fmt: skip
    if open_ones:
        said = Said("同一 serial_no 的上一笔预支付单 {} 尚未关闭", open_ones[0])
        return refuse(shard, "INVALID_REQUEST", said, EXISTS)
    return None


def _authorised(shard: Shard, data: Mapping[str, Any], request: Request, ctx: Context) -> Step | None:
    if data["mix_pay_type"] == "CASH_ONLY":
        return None
    if not shard.core.credential:
        return refuse(shard, "INVALID_REQUEST", Said("付款人未绑定医保电子凭证"), UNBOUND)
    auth = shard.core.auths.get(text(data, "pay_auth_no"))
    if auth is None or auth.kind != "payAuthNo":
        return refuse(shard, "INVALID_REQUEST", Said("pay_auth_no 在医保局查不到"), AUTH_UNKNOWN)
    if bool(data.get("pay_for_relatives")) != bool(auth.family):
        said = Said("pay_for_relatives 应与 userQuery 给出的是否亲情授权一致")
        return refuse(shard, "INVALID_REQUEST", said, RELATION)
    used = f"6201:{text(data, 'serial_no')}"
    if auth.institution != request.institution.code or auth.bound not in ("", used):
        return refuse(shard, "INVALID_REQUEST", Said("pay_auth_no 已用于其他业务"), AUTH_CHECK)
    if ctx.now_ms > auth.expires_ms:
        return refuse(shard, "INVALID_REQUEST", Said("pay_auth_no 已过有效期; 请重新授权"), AUTH_CHECK)
    return _passed_through(shard, data, ctx)


def _passed_through(shard: Shard, data: Mapping[str, Any], ctx: Context) -> Step | None:
    """Whether the three numbers stand in the pass-through text: WeChat's own pages disagree (1b.1)."""
    content, rule = text(data, "passthrough_request_content"), ctx.profile["wechat.passthrough"]
    inside = [name for name in INSIDE if f'"{name}"' in content]
    if rule == "required" and len(inside) < len(INSIDE):
        said = Said("passthrough_request_content 应含 payAuthNo、payOrdId、setlLatlnt")
        return refuse(shard, "INVALID_REQUEST", said, AUTH_UNKNOWN)
    if rule == "forbidden" and inside:
        said = Said("passthrough_request_content 不应重复 payAuthNo、payOrdId、setlLatlnt")
        return refuse(shard, "PARAM_ERROR", said)
    return None


def query(shard: Shard, request: Request, ctx: Context) -> Step:  # noqa: ARG001
    """Answer the mixed order as it stands."""
    own, number = of(shard), text(request.data, "mix_trade_no")
    mix = own.mixes.get(number) if number else own.mix_of(text(request.data, "out_trade_no"))
    if mix is None:
        return unknown(shard)
    return Step(shard, (Reply("0", Said("成功"), mix_entity(own, mix)),))


WX_MED_INS = called(
    "wxMedIns", Said("医保混合下单"), "POST", (PATH,), SOURCE,
    schema="wechat/wxMedIns", locate=locate, act=act, unique=unique, notices=(tell.MED_INS_PAID,),
)  # fmt: skip
WX_MED_INS_QUERY = called(
    "wxMedInsQuery", Said("查询医保混合订单"), "GET",
    (f"{PATH}/mix-trade-no/{{mix_trade_no}}", f"{PATH}/out-trade-no/{{out_trade_no}}"), SOURCE,
    locate=by_mix, act=query,
)  # fmt: skip
