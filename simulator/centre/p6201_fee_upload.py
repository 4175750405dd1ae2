"""6201 费用明细上传: fee details make an order in state 0; the first accepted one binds the authorisation (sheet 6.1)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from simulator.centre.moves import check_identity, check_org, check_owner, locate, own_number
from simulator.centre.state import CentreOrder, of, with_order
from simulator.centre.transport import SEALED
from simulator.protocol.model.authorisation import PAY_BIZ, bind_to, check_auth
from simulator.protocol.model.endpoint import at
from simulator.protocol.model.insured import insured_region
from simulator.protocol.model.interface import Interface, Request, Total
from simulator.protocol.model.keeps import Keeps
from simulator.protocol.model.order_table import next_state
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Event, Index, Reply, Schedule, Step, reply_only
from simulator.protocol.text.fields import Refusal, fen, rows, text, together
from simulator.protocol.text.money import to_yuan
from simulator.protocol.text.said import Said

Check = Callable[[Shard, Request, Context], Iterable[Refusal | None]]
CREDENTIALS = ("payAuthNo", "ecToken")
Line = tuple[str, int]


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Answer `payOrdId` and `payToken`. The same `medOrgOrd` with equal content answers the first pair."""
    refusal = together(
        (
            check_org(request),
            _check_number(shard, request, ctx),
            check_owner(request, "medOrgOrd", "LT-ORDER-DUPLICATE", ctx),
        )
    )
    if refusal:
        return reply_only(shard, *refusal)
    known = _known(shard, request)
    if known is not None:
        return _again(shard, known, request, ctx)
    refusal = together(found for check in CHECKS for found in check(shard, request, ctx))
    state = next_state("", "upload", ctx.profile)
    if refusal or state is None:
        return reply_only(shard, *(refusal or ("LT-ORDER-STATE", Said("本地方版的状态表不允许 6201 建单"))))
    order = _order(request, state, ctx)
    sent = [text(request.data, kind) for kind in CREDENTIALS]
    detail = {"medOrgOrd": order.med_org_ord, "total": order.total, "event": "upload"}
    return Step(
        with_order(shard, order),
        (
            *(bind_to(number, f"6201:{order.med_org_ord}") for number in sent if number),
            Index("payOrdId", order.pay_ord_id, unique=True),
            Index("medOrgOrd", order.med_org_ord),
            Changed("order", order.pay_ord_id, "", state, Said("6201 费用明细上传"), detail),
            Schedule(
                order.expires_ms,
                Event("order.expire", {"payOrdId": order.pay_ord_id}),
                f"expire:{order.pay_ord_id}",
            ),
            _reply(order, ctx),
        ),
    )


def _reply(order: CentreOrder, ctx: Context) -> Reply:
    data = {"payOrdId": order.pay_ord_id, "payToken": order.pay_token, "extData": {"mdtrtId": order.mdtrt_id}}
    if ctx.profile["upload.cashier_url"]:
        data["cashierUrl"] = ctx.profile["upload.cashier_url"]
    return Reply("0", Said("成功"), data)


def _known(shard: Shard, request: Request) -> CentreOrder | None:
    number = text(request.data, "medOrgOrd")
    return next((order for order in of(shard).orders.values() if order.med_org_ord == number), None)


def _again(shard: Shard, known: CentreOrder, request: Request, ctx: Context) -> Step:
    if ctx.profile["order.duplicate"] == "reject":
        return reply_only(
            shard,
            "LT-ORDER-DUPLICATE",
            Said("medOrgOrd={} 已上传过; 请先 6401 撤销再用新号上传", known.med_org_ord),
        )
    if content_of(request.data) != known.content:
        return reply_only(
            shard,
            "LT-ORDER-DUPLICATE",
            Said(
                "medOrgOrd={} 已上传过且内容不同; 费用有变请先 6401 撤销, 再用新的 medOrgOrd 上传",
                known.med_org_ord,
            ),
        )
    return Step(shard, (_reply(known, ctx),))


def _order(request: Request, state: str, ctx: Context) -> CentreOrder:
    data = request.data
    lines = netted(data)
    return CentreOrder(
        pay_ord_id=ctx.ids("ORD"),
        pay_token=ctx.ids("TOKEN"),
        med_org_ord=text(data, "medOrgOrd"),
        state=state,
        institution=request.institution.code,
        org_name=request.institution.name,
        total=sum(amount for _, amount in lines),
        content=content_of(data),
        lines=lines,
        auth=text(data, "payAuthNo") or text(data, "ecToken"),
        chrg_bchno=text(data, "chrgBchno"),
        mdtrt_id=text(data, "mdtrtId"),
        fee_type=text(data, "feeType"),
        med_type=text(data, "medType"),
        acct_used_flag=text(data, "acctUsedFlag"),
        created_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + ctx.profile["order.ttl_ms"],
        why=Said("6201 费用明细上传"),
    )


def netted(data: Mapping[str, Any]) -> tuple[Line, ...]:
    """(medListCodg, fen) of each line; where a line is negative, all lines of its item as one (`fields.negative_lines`)."""
    lines = [(text(row, "medListCodg"), _line_fen(row) or 0) for row in rows(data, "feedetailList")]
    taken_back = {code for code, amount in lines if amount < 0}
    kept = [line for line in lines if line[0] not in taken_back]
    return (
        *kept,
        *((one, sum(amount for code, amount in lines if code == one)) for one in sorted(taken_back)),
    )


def _line_fen(row: Mapping[str, Any]) -> int | None:
    return fen(row, "detItemFeeSumamt", None, negative=True)


def content_of(data: Mapping[str, Any]) -> str:
    """SHA-256 over the object in one spelling: equal content is the same upload, whatever its key order or empties."""
    return hashlib.sha256(
        json.dumps(_clean(data), ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    ).hexdigest()


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        items = {str(name): _clean(item) for name, item in value.items()}
        return {name: item for name, item in items.items() if item not in (None, "", [], {})}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    return value


def _check_number(shard: Shard, request: Request, ctx: Context) -> Refusal | None:  # noqa: ARG001
    number, pattern = text(request.data, "medOrgOrd"), ctx.profile["order.med_org_ord"]
    if re.fullmatch(pattern, number):
        return None
    return "LT-FIELD-VALUE", Said(
        "medOrgOrd={} 不符合 {}; 请只用允许的字符和长度", number[:64] or Said("空"), pattern
    )


def _check_person(shard: Shard, request: Request, ctx: Context) -> Iterator[Refusal]:  # noqa: ARG001
    data = request.data
    if not shard.core.psn_no:
        yield "LT-PERSON-UNKNOWN", Said("此参保人尚未做 1101 人员信息获取; 请先用授权码调用 1101")
    elif text(data, "psnNo") != shard.core.psn_no:
        yield "LT-PERSON-MISMATCH", Said("psnNo 不是 1101 给出的人员编号; 请使用 1101 返回的 psn_no")
    if text(data, "insutype") != shard.core.plan.insutype:
        sent = text(data, "insutype") or Said("空")
        yield (
            "LT-PERSON-INSUTYPE",
            Said("insutype={} 不是 1101 给出的险种 {}; 请按 insuinfo 选择", sent, shard.core.plan.insutype),
        )
    region = insured_region(shard, request.institution.region)
    if text(data, "insuCode") != region:
        yield (
            "LT-PERSON-REGION",
            Said(
                "insuCode={} 不是 1101 给出的参保地 {}; 请使用 insuplc_admdvs",
                text(data, "insuCode") or Said("空"),
                region,
            ),
        )


def _check_visit(shard: Shard, request: Request, ctx: Context) -> Refusal | None:  # noqa: ARG001
    number = text(request.data, "mdtrtId")
    visit = shard.core.visits.get(number)
    if visit is None or visit.institution != request.institution.code:
        return (
            "LT-VISIT-UNKNOWN",
            Said(
                "mdtrtId={} 不是 2201 给出的就诊 ID; 请先做 2201 门诊挂号并使用其返回值", number or Said("空")
            ),
        )
    if visit.cancelled:
        return "LT-VISIT-CLOSED", Said("就诊 {} 已由 2202 撤销; 请重新做 2201 挂号", number)
    live = {v.mdtrt_id for v in shard.core.visits.values() if not v.cancelled}
    for row in rows(request.data, "feedetailList"):
        if text(row, "mdtrtId") and text(row, "mdtrtId") not in live:
            return "LT-VISIT-UNKNOWN", Said("费用明细的 mdtrtId 不是此参保人的有效就诊; 请与 2201 返回值一致")
        if text(row, "psnNo") and text(row, "psnNo") != shard.core.psn_no:
            return "LT-PERSON-MISMATCH", Said("费用明细的 psnNo 与单头不一致; 请使用 1101 返回的 psn_no")
    return None


def _check_inpatient(shard: Shard, request: Request, ctx: Context) -> Refusal | None:  # noqa: ARG001
    if shard.core.inpatient:
        return "LT-PERSON-INPATIENT", Said("参保人处于在院状态, 不能做门诊移动支付; 请到窗口办理")
    return None


def _check_credential(shard: Shard, request: Request, ctx: Context) -> Refusal | None:
    sent = [(kind, text(request.data, kind)) for kind in CREDENTIALS if text(request.data, kind)]
    if not sent:
        return "LT-AUTH-MISSING", Said("payAuthNo 与 ecToken 均为空; 请先取得授权, 二者必填其一")
    use = f"6201:{text(request.data, 'medOrgOrd')}"
    for kind, number in sent:
        found = check_auth(shard, kind, number, use, "6201", PAY_BIZ, request.institution, ctx)
        if found:
            return found
    return None


def _check_amounts(shard: Shard, request: Request, ctx: Context) -> Refusal | None:  # noqa: ARG001
    data = request.data
    total = fen(data, "medfeeSumamt", None)
    amounts = [_line_fen(row) for row in rows(data, "feedetailList")]
    if total is None or not amounts or any(amount is None for amount in amounts):
        return "LT-AMOUNT-FORM", Said("medfeeSumamt/detItemFeeSumamt 应为非负、最多两位小数的元; 请逐行核对")
    found = sum(amount or 0 for amount in amounts)
    if found != total:
        return (
            "LT-AMOUNT-DETAIL",
            Said(
                "明细合计 {} 元与总额 medfeeSumamt {} 元不一致; 请使两者相等", to_yuan(found), to_yuan(total)
            ),
        )
    over = [code for code, amount in netted(data) if amount < 0]
    if over:
        return "LT-AMOUNT-FORM", Said(
            "medListCodg={} 的负数明细多于它的正数明细; 冲销不能超过已有的费用", over[0][:50]
        )
    if total == 0 and ctx.profile["order.zero_total"] == "reject":
        return "LT-AMOUNT-LIMIT", Said("总额为 0, 无需上传医保订单; 请按免费业务处理")
    serials = [text(row, "feedetlSn") for row in rows(data, "feedetailList")]
    if len(set(serials)) != len(serials):
        return "LT-FIELD-VALUE", Said("feedetlSn 在同一次上传中重复; 请为每行使用唯一流水号")
    return None


def _check_catalogue(shard: Shard, request: Request, ctx: Context) -> Refusal | None:  # noqa: ARG001
    if ctx.profile["catalogue.check"] != "strict":
        return None
    accepted = set(ctx.profile["catalogue.accepted"])
    for row in rows(request.data, "feedetailList"):
        code = text(row, "medListCodg")
        if code not in accepted:
            return (
                "LT-FIELD-VALUE",
                Said("medListCodg={} 不在本次发放的目录里; 请使用目录中的医疗目录编码", code[:50]),
            )
    return None


def _check_identity(shard: Shard, request: Request, ctx: Context) -> list[Refusal]:
    return check_identity(shard, request, ctx)


def one(check: Callable[[Shard, Request, Context], Refusal | None]) -> Check:
    """A check that finds at most one thing, as one of many."""
    return lambda shard, request, ctx: (check(shard, request, ctx),)


CHECKS: tuple[Check, ...] = (
    _check_person,
    _check_identity,
    one(_check_visit),
    one(_check_inpatient),
    one(_check_credential),
    one(_check_amounts),
    one(_check_catalogue),
)

P6201 = Interface(
    number="6201",
    role="centre",
    path="/org/local/api/hos/uldFeeInfo",
    name=Said("费用明细上传"),
    transport=SEALED,
    endpoints=at("/org/local/api/hos/uldFeeInfo"),
    schema="centre/6201",
    locate=locate,
    unique=own_number("medOrgOrd"),
    act=act,
    keeps=Keeps(
        (
            "medOrgOrd",
            "payAuthNo",
            "ecToken",
            "psnNo",
            "insutype",
            "insuCode",
            "mdtrtId",
            "medfeeSumamt",
            "begntime",
            "chrgBchno",
            "acctUsedFlag",
            "feedetailList[]",
        ),
        ("payOrdId", "payToken"),
    ),
    source="mobile-payment-centre 6.1, 6.2 (M [1][3])",
    status="vendor-code",
    total=Total("medfeeSumamt", "medOrgOrd"),
)
