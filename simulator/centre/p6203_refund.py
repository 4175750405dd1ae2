"""6203 医保退费: give back all, the cash or the insurance side of a settled order (sheet 6.5, 6.6; contracts 10).

A person's refund needs a fresh identity; a reversal by `revsToken` (assumed, `reversal.mode`) needs none.
A known `appRefdSn` answers the first result as it now stands: repeating it is the legal query.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.centre.moves import check_org, check_owner, find_order, in_words, locate, own_number
from simulator.centre.refund_events import FIRST, first_leg, insurance_side, may, reply_of, undecided
from simulator.centre.refund_sums import Parts, check_parts, read_parts
from simulator.centre.state import CentreOrder, CentreRefund, of, with_order, with_refund
from simulator.centre.transport import SEALED
from simulator.protocol.model.authorisation import bind_to, check_auth
from simulator.protocol.model.endpoint import at
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.keeps import Keeps
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Index, Step, reply_only
from simulator.protocol.text.fields import Refusal, text
from simulator.protocol.text.said import Said, stored
from simulator.protocol.text.times import parse_timestamp

STATUS = {"ok": "SUCC", "fail": "FAIL", "exp": "EXP", "cash_fail": "EXP"}


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Answer `refdSn`, `refStatus` and, when the insurance side moved, `hiFefdSn` with its date and time."""
    refusal = check_org(request)
    found = find_order(shard, request) if refusal is None else refusal
    if not isinstance(found, CentreOrder):
        return reply_only(shard, *found)
    parts = read_parts(request.data, found)
    if not isinstance(parts, Parts):
        return reply_only(shard, *parts)
    content = _content(request, parts)
    known = of(shard).refunds.get(text(request.data, "appRefdSn"))
    if known is not None:
        return _again(shard, known, content, ctx)
    refusal = _check(shard, found, parts, request, ctx)
    if refusal:
        return reply_only(shard, *refusal)
    return _perform(shard, found, parts, content, request, ctx)


def _perform(
    shard: Shard, order: CentreOrder, parts: Parts, content: str, request: Request, ctx: Context
) -> Step:
    data = request.data
    token, policy = text(data, "revsToken"), shard.core.policy
    refund = CentreRefund(
        app_refd_sn=text(data, "appRefdSn"),
        pay_ord_id=order.pay_ord_id,
        refd_type=text(data, "refdType"),
        content=content,
        cash=parts.cash,
        account=parts.account,
        fund=parts.fund,
        refd_sn=ctx.ids("REFD"),
        hi_refd_sn=ctx.ids("HIFEFD") if parts.account or parts.fund else "",
        at_wire_ms=ctx.wire_ms,
        status=STATUS[policy.refund],
        reversal=bool(token),
    )
    made = [Index("refdSn", refund.refd_sn, unique=True)]
    made += [Index("hiRefdSn", refund.hi_refd_sn, unique=True)] if refund.hi_refd_sn else []
    taken = (Index("appRefdSn", refund.app_refd_sn), *made)
    bound = bind_to(text(data, "payAuthNo") or text(data, "ecToken"), f"6203:{order.pay_ord_id}")
    if refund.status == "FAIL":  # nothing moved: a reversal token may be used again
        failed = Changed("refund", refund.app_refd_sn, "", "FAIL", Said("中心退费失败"))
        return Step(with_refund(shard, refund), (bound, *taken, failed, reply_of(refund)))
    if token:
        order = replace(order, revs_used=True)
    half = policy.refund == "cash_fail" and parts.cash and parts.account + parts.fund
    if refund.status == "EXP" and not half:
        step = undecided(shard, order, refund, ctx)
        return Step(step.shard, (bound, *taken, *step.effects))
    if not may(order, insurance_side(refund) if half else refund, ctx):
        return reply_only(shard, *_wrong_state(order))
    why = Said("冲正") if token else Said("6203 退费 {}", refund.refd_type)
    leg = first_leg(order, refund, {"by": FIRST, **stored("why", why), "way": "fail" if half else "ok"})
    return Step(with_refund(with_order(shard, order), refund), (bound, *taken, leg))


def _again(shard: Shard, known: CentreRefund, content: str, ctx: Context) -> Step:
    if ctx.profile["refund.duplicate"] == "reject":
        return reply_only(
            shard,
            "LT-REFUND-DUPLICATE",
            Said("appRefdSn={} 已提交过; 本地方版不接受重复提交", known.app_refd_sn),
        )
    if known.content != content:
        return reply_only(
            shard,
            "LT-REFUND-DUPLICATE",
            Said("appRefdSn={} 已用于另一笔内容不同的退费; 新的退费请用新的流水号", known.app_refd_sn),
        )
    return Step(shard, (reply_of(known),))


def _content(request: Request, parts: Parts) -> str:
    data = request.data
    return "|".join(
        (
            text(data, "payOrdId"),
            text(data, "refdType"),
            str(parts.cash),
            str(parts.account),
            str(parts.fund),
            str(parts.total),
        )
    )


def _check(shard: Shard, order: CentreOrder, parts: Parts, request: Request, ctx: Context) -> Refusal | None:
    data = request.data
    if not text(data, "appRefdSn"):
        return "LT-FIELD-MISSING", Said("appRefdSn 为空; 每笔退费要有唯一的应用退款流水号")
    refusal = check_owner(request, "appRefdSn", "LT-REFUND-DUPLICATE", ctx)
    if refusal:
        return refusal
    form = parse_timestamp(text(data, "appRefdTime"))
    if form is None or form[0] != "14":
        return "LT-REFUND-TIME", Said("appRefdTime 应为 14 位 yyyyMMddHHmmss (北京时间)")
    sent = [kind for kind in ("payAuthNo", "ecToken") if text(data, kind)]
    refusal = (
        _check_reversal(order, request, ctx)
        if text(data, "revsToken")
        else _check_identity(shard, order, sent, request, ctx)
    )
    return refusal or _check_state(shard, order) or _check_amounts(order, parts, request, ctx)


def _check_amounts(order: CentreOrder, parts: Parts, request: Request, ctx: Context) -> Refusal | None:
    refd_type = text(request.data, "refdType")
    strict, with_other = ctx.profile["refund.strict_sum"], ctx.profile["refund.oth_via_6203"]
    refusal = check_parts(parts, refd_type, order, strict, with_other)
    if refusal:
        return refusal
    reversal = bool(text(request.data, "revsToken"))
    draft = CentreRefund(
        "", "", refd_type, "", parts.cash, parts.account, parts.fund, "", "", 0, "", reversal
    )
    if not may(order, draft, ctx):
        return _wrong_state(order)
    return None


def _check_state(shard: Shard, order: CentreOrder) -> Refusal | None:
    if order.state in ("0", "1", "2", "3", "4", "5"):
        return (
            "LT-REFUND-STATE",
            Said(
                "订单 {} 状态为 {}, 尚未结算完成; 未支付请用 6401 撤销, 支付中请用 6301 查询",
                order.pay_ord_id,
                in_words(order.state),
            ),
        )
    waiting = any(r.pay_ord_id == order.pay_ord_id and r.status == "EXP" for r in of(shard).refunds.values())
    if order.state == "17" or waiting:
        return (
            "LT-REFUND-STATE",
            Said("订单 {} 有一笔退费结果未定; 请用原 appRefdSn 重发查询, 不要另发新的退费", order.pay_ord_id),
        )
    if order.state in ("7", "12", "13", "15"):
        return _wrong_state(order)
    return None


def _wrong_state(order: CentreOrder) -> Refusal:
    return (
        "LT-REFUND-STATE",
        Said(
            "订单 {} 状态为 {}, 不能再做这种退费; 请用 6301 核对已退部分",
            order.pay_ord_id,
            in_words(order.state),
        ),
    )


def _check_identity(
    shard: Shard, order: CentreOrder, sent: list[str], request: Request, ctx: Context
) -> Refusal | None:
    if len(sent) != 1:
        code, had = ("LT-AUTH-BOTH", Said("均已填写")) if sent else ("LT-AUTH-MISSING", Said("均为空"))
        return code, Said("payAuthNo 与 ecToken {}; 退费须二者恰填其一", had)
    kind = sent[0]
    number = text(request.data, kind)
    own = number == order.auth
    if own and ctx.profile["refund.fresh_auth"]:
        return (
            "LT-REFUND-FRESH",
            Said("{} 是原订单支付时的授权; 退费须由参保人重新核验身份, 请使用新的授权", kind),
        )
    if own:
        return None
    use = f"6203:{order.pay_ord_id}"
    biz = tuple(ctx.profile["refund.auth_biz"])
    return check_auth(shard, kind, number, use, "6203", biz, request.institution, ctx)


def _check_reversal(order: CentreOrder, request: Request, ctx: Context) -> Refusal | None:
    if ctx.profile["reversal.mode"] != "6203+revsToken":
        return "LT-NOT-IMPLEMENTED", Said(
            "本地方版不支持用 revsToken 自动冲正; 请走人工或由参保人核验身份后退费"
        )
    if text(request.data, "revsToken") != order.revs_token or not order.revs_token:
        return "LT-REVS-TOKEN", Said(
            "revsToken 不是订单 {} 的冲正授权; 请使用 6302/6301 给出的值", order.pay_ord_id
        )
    if order.revs_used:
        return "LT-REVS-TOKEN", Said("revsToken 已使用过; 一次冲正只能用一次, 再次退费须由参保人核验身份")
    if ctx.now_ms > order.settled_ms + ctx.profile["reversal.ttl_ms"]:
        return "LT-REVS-TOKEN", Said("revsToken 已过冲正时限; 请由参保人核验身份后走 6203 退费")
    if text(request.data, "refdType") == "CASH":
        return "LT-REFUND-TYPE", Said("冲正用于撤销整笔结算, refdType 请写 ALL; 没有现金的订单也可写 HI")
    if text(request.data, "refdType") == "HI" and order.cash_paid:
        return "LT-REFUND-TYPE", Said("订单含现金部分, 只冲正医保会留下现金单边账; refdType 请写 ALL")
    return None


P6203 = Interface(
    number="6203",
    role="centre",
    path="/org/local/api/hos/refund_Order",  # capital O as in the interface
    name=Said("医保退费"),
    transport=SEALED,
    endpoints=at("/org/local/api/hos/refund_Order"),
    schema="centre/6203",
    locate=locate,
    unique=own_number("appRefdSn"),
    act=act,
    keeps=Keeps(
        (
            "payOrdId",
            "appRefdSn",
            "appRefdTime",
            "refdType",
            "totlRefdAmt",
            "cashRefdAmt",
            "psnAcctRefdAmt",
            "fundRefdAmt",
            "payAuthNo",
            "ecToken",
            "revsToken",
        ),
        ("refStatus",),
    ),
    source="mobile-payment-centre 6.5, 6.6 (M [1][3][6b][12])",
    status="vendor-code",
)
