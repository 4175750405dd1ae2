"""6202 支付下单: split the order, fix its amounts (0/1 -> 1), and wait for the patient (sheet 6.3, 6.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.centre.moves import (
    check_org,
    check_owner,
    check_token,
    find_order,
    in_words,
    locate,
    move,
    own_number,
)
from simulator.centre.p6302_settle_notify import SETTLE_NOTICE
from simulator.centre.setl import pre_setl
from simulator.centre.settlement import AT_ONCE
from simulator.centre.state import CentreOrder, of, with_order
from simulator.centre.transport import SEALED
from simulator.centre.wire import amount_members
from simulator.protocol.model.authorisation import PAY_BIZ, check_auth
from simulator.protocol.model.endpoint import at
from simulator.protocol.model.insured import uses_account
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.keeps import Keeps
from simulator.protocol.model.leg import DONE, result_of, status_of
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Event, Index, Reply, Step, Tell, reply_only
from simulator.protocol.text.fields import Refusal, fen, text, together
from simulator.protocol.text.said import Said


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Answer `ordStas` and the amounts. Again in state 1, with a new `orgBizSer`: the same amounts (contracts 10)."""
    refusal = check_org(request)
    found = find_order(shard, request) if refusal is None else refusal
    if not isinstance(found, CentreOrder):
        return reply_only(shard, *found)
    refusal = _check(shard, found, request, ctx)
    if refusal:
        return reply_only(shard, *refusal)
    flag = text(request.data, "acctUsedFlag") or found.acct_used_flag
    bill = {
        "lines": found.lines,
        "use_account": uses_account(flag, ctx.profile),
        "deposit": fen(request.data, "deposit") or 0,
    }
    serial = text(request.data, "orgBizSer")
    back = Event("order.presettled", {"payOrdId": found.pay_ord_id, "flag": flag, "orgBizSer": serial})
    return Step(shard, (Tell("institution", Event("account.presettle", bill), back),))


def presettled(shard: Shard, event: Event, ctx: Context) -> Step:
    """The account core's answer `{amounts, balance}`: they are fixed by the first 6202, and the patient hears of it."""
    order, result = of(shard).orders[text(event.args, "payOrdId")], result_of(event)
    if status_of(event) != DONE:
        sentence = Said("本环境没有两定接口 institution, 无法预结算; 请启用它")
        return reply_only(shard, "LT-NOT-IMPLEMENTED", sentence)
    serial = text(event.args, "orgBizSer")
    fixed: dict[str, Any] = {
        "amounts": order.amounts if order.serials else result["amounts"],
        "acct_used_flag": text(event.args, "flag"),
        "serials": (*order.serials, serial),
    }
    moved = move(order, "presettle", Said("6202 支付下单"), ctx, **fixed)
    if moved is None:
        return reply_only(shard, *_wrong_state(order))
    order, changed = moved
    data = {
        "payOrdId": order.pay_ord_id,
        "ordStas": order.state,
        **amount_members(order.amounts, ctx.profile),
        "extData": {"preSetl": pre_setl(shard, order, result["balance"], ctx)},
    }
    policy = shard.core.policy
    first = (policy.before_reply or ctx.profile["notify.before_reply"]) and policy.confirm == "auto"
    number = {"payOrdId": order.pay_ord_id}
    follows = (
        Tell("centre", Event("order.confirmed", {**number, "at_once": AT_ONCE}))
        if first
        else Tell("patients", Event("patient.plan", number))
    )
    reply = Reply("0", Said("成功"), data, after_notice=first)
    return Step(with_order(shard, order), (Index("orgBizSer", serial), changed, follows, reply))


def _check(shard: Shard, order: CentreOrder, request: Request, ctx: Context) -> Refusal | None:
    data = request.data
    if order.state not in ctx.profile["presettle.states"]:
        return check_token(order, request) or _wrong_state(order)
    if order.state == "1" and ctx.profile["presettle.duplicate"] == "reject":
        return "LT-ORDER-STATE", Said(
            "订单 {} 已下单; 本地方版不接受再次 6202, 请用 6301 查询", order.pay_ord_id
        )
    return together(
        (
            check_token(order, request),
            _check_credential(shard, order, request, ctx),
            *_check_batch(order, data),
            _check_visit(shard, order, data),
            _check_serial(shard, order, data, ctx),
            check_owner(request, "orgBizSer", "LT-ORDER-SERIAL", ctx),
            _check_flags(data),
            _check_same_amounts(order, data, ctx),
        )
    )


def _check_credential(shard: Shard, order: CentreOrder, request: Request, ctx: Context) -> Refusal | None:
    """The credential is the one that made the order; its lifetime counts here too (contracts 10)."""
    sent = [(kind, text(request.data, kind)) for kind in ("payAuthNo", "ecToken") if text(request.data, kind)]
    if not sent:
        return "LT-AUTH-MISSING", Said("payAuthNo 与 ecToken 均为空; 请使用 6201 时的授权")
    use = f"6201:{order.med_org_ord}"
    for kind, number in sent:
        if ctx.profile["auth.single_use"] and shard.core.auths.get(number) and number != order.auth:
            bound = shard.core.auths[number].bound
            if bound != use:
                return (
                    "LT-ORDER-AUTH",
                    Said("{} 不是订单 {} 上传时使用的授权; 请使用 6201 的同一授权", kind, order.pay_ord_id),
                )
        found = check_auth(shard, kind, number, use, "6202", PAY_BIZ, request.institution, ctx)
        if found:
            return found
    return None


def _check_batch(order: CentreOrder, data: Mapping[str, Any]) -> list[Refusal]:
    return [
        (
            "LT-ORDER-BATCH",
            Said(
                "{}={} 与 6201 的 {} 不一致; 请使用 6201 的同一个值",
                name,
                text(data, name) or Said("空"),
                wanted,
            ),
        )
        for name, wanted in (("chrgBchno", order.chrg_bchno), ("feeType", order.fee_type))
        if text(data, name) != wanted
    ]


def _check_visit(shard: Shard, order: CentreOrder, data: Mapping[str, Any]) -> Refusal | None:
    if text(data, "mdtrtId") != order.mdtrt_id:
        return (
            "LT-ORDER-VISIT",
            Said(
                "mdtrtId={} 与 6201 的 {} 不一致; 请使用同一就诊 ID",
                text(data, "mdtrtId") or Said("空"),
                order.mdtrt_id,
            ),
        )
    visit = shard.core.visits.get(order.mdtrt_id)
    if visit is None or visit.cancelled:
        return "LT-VISIT-CLOSED", Said("就诊 {} 已由 2202 撤销; 请重新挂号并重新上传", order.mdtrt_id)
    if shard.core.inpatient:
        return "LT-PERSON-INPATIENT", Said("参保人处于在院状态, 不能做门诊移动支付; 请到窗口办理")
    return None


def _check_serial(shard: Shard, order: CentreOrder, data: Mapping[str, Any], ctx: Context) -> Refusal | None:
    serial = text(data, "orgBizSer")
    if not serial:
        return "LT-FIELD-MISSING", Said("orgBizSer 为空; 每次 6202 请求都要有唯一的机构业务流水")
    if serial == order.med_org_ord and ctx.profile["presettle.serial_as_order"] == "refuse":
        return "LT-ORDER-SERIAL", Said("orgBizSer={} 就是 medOrgOrd; 每次 6202 请求请另取新的流水", serial)
    if any(serial in order.serials for order in of(shard).orders.values()):
        return "LT-ORDER-SERIAL", Said("orgBizSer={} 已用过; 每次 6202 请求请使用新的流水", serial)
    return None


def _check_flags(data: Mapping[str, Any]) -> Refusal | None:
    if text(data, "acctUsedFlag") not in ("", "0", "1"):
        return "LT-FIELD-VALUE", Said(
            "acctUsedFlag={} 不在取值范围; 请写 0、1 或空", text(data, "acctUsedFlag")
        )
    if fen(data, "deposit") is None:
        return "LT-AMOUNT-FORM", Said("deposit 应为非负、最多两位小数的元")
    return None


def _check_same_amounts(order: CentreOrder, data: Mapping[str, Any], ctx: Context) -> Refusal | None:
    """What fixed the amounts stays as it was in the first 6202 (contracts 10)."""
    flag = text(data, "acctUsedFlag")
    before, now = (uses_account(one, ctx.profile) for one in (order.acct_used_flag, flag))
    if order.serials and flag and before != now:
        return (
            "LT-ORDER-STATE",
            Said(
                "金额已由上一次 6202 固定, acctUsedFlag 不能改为 {}; 要改请先 6401 撤销, 再用新的 medOrgOrd 上传",
                flag,
            ),
        )
    return None


def _wrong_state(order: CentreOrder) -> Refusal:
    advice = {
        "12": Said("订单已撤销或已过期, 请用新的 medOrgOrd 重新上传"),
        "2": Said("参保人正在支付, 请用 6301 查询结果"),
    }.get(order.state, Said("请用 6301 查询结果, 不要重复下单"))
    code = "LT-ORDER-EXPIRED" if order.expired else "LT-ORDER-STATE"
    return code, Said("订单 {} 状态为 {}, 不能 6202; {}", order.pay_ord_id, in_words(order.state), advice)


P6202 = Interface(
    number="6202",
    role="centre",
    path="/org/local/api/hos/pay_order",
    name=Said("支付下单"),
    transport=SEALED,
    endpoints=at("/org/local/api/hos/pay_order"),
    schema="centre/6202",
    locate=locate,
    unique=own_number("orgBizSer"),
    act=act,
    keeps=Keeps(
        ("payOrdId", "payToken", "payAuthNo", "ecToken", "orgBizSer", "chrgBchno", "acctUsedFlag"),
        ("feeSumamt", "fundPay", "psnAcctPay", "ownPayAmt", "othFeeAmt"),
    ),
    source="mobile-payment-centre 6.3, 6.4 (M [1][6])",
    status="vendor-code",
    notices=(SETTLE_NOTICE,),
)
