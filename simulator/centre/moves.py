"""Move an order along the order table, and find it: what every interface of the centre shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from simulator.centre.state import CentreOrder, of
from simulator.protocol.model.interface import Pairs, Request
from simulator.protocol.model.order_table import STATES, next_state
from simulator.protocol.model.shard import Amounts, Shard
from simulator.protocol.model.step import Changed, Context
from simulator.protocol.text.fields import Refusal, pairs, text
from simulator.protocol.text.idnumber import of_18, same_person
from simulator.protocol.text.said import Said, Text


def locate(data: Mapping[str, Any]) -> Pairs:
    """Attribution pairs of a 6xxx `data`: the order, the visit, the person, the credential, then the institution's numbers."""
    found = pairs(
        data,
        ("payOrdId", "payOrdId"),
        ("mdtrtId", "mdtrtId"),
        ("psnNo", "psnNo"),
        ("idNo", "idNo"),
        ("payAuthNo", "payAuthNo"),
        ("ecToken", "ecToken"),
        ("medOrgOrd", "medOrgOrd"),
        ("appRefdSn", "appRefdSn"),
        ("orgBizSer", "orgBizSer"),
    )
    older = [
        ("idNo", of_18(number)) for kind, number in found if kind == "idNo"
    ]  # one of 15 digits has one of 18
    return tuple(dict.fromkeys((*found, *older)))


def own_number(kind: str) -> Callable[[Mapping[str, Any]], Pairs]:
    """`Interface.unique` of a message that carries this one number of the institution's own."""
    return lambda data: pairs(data, (kind, kind))


def move(
    order: CentreOrder, event: str, why: Text, ctx: Context, **changes: Any
) -> tuple[CentreOrder, Changed] | None:
    """The order after `event`, with the evidence of it; None when the order table has no such row."""
    after = next_state(order.state, event, ctx.profile)
    if after is None:
        return None
    moved = replace(order, state=after, why=why, **changes)
    detail = {"event": event, "medOrgOrd": order.med_org_ord, **in_fen(moved.amounts)}
    return moved, Changed("order", order.pay_ord_id, order.state, after, why, detail)


def in_fen(amounts: Amounts) -> dict[str, int]:
    """The parts of an order once 6202 has fixed them; empty before."""
    if not amounts.total:
        return {}
    return {
        "total": amounts.total,
        "fund": amounts.fund,
        "account": amounts.account,
        "cash": amounts.cash,
        "other": amounts.other,
    }


def in_words(state: str) -> Said:
    """`6 结算完成`: a state as people read it."""
    return Said("{} {}", state, STATES.get(state, Said("未知")))


def find_order(shard: Shard, request: Request) -> CentreOrder | Refusal:
    """The order that `payOrdId` names, or why there is none for this caller."""
    number = text(request.data, "payOrdId")
    order = of(shard).orders.get(number)
    if order is None or order.institution != request.institution.code:
        return (
            "LT-ORDER-UNKNOWN",
            Said("支付订单号 payOrdId={} 不存在或不属于本机构; 请使用 6201 返回的值", number or Said("空")),
        )
    return order


def check_owner(request: Request, kind: str, code: str, ctx: Context) -> Refusal | None:
    """The institution's own number `kind` is not already another person's: it is unique in the institution."""
    number = text(request.data, kind)
    if (kind, number) not in ctx.taken:
        return None
    return code, Said(
        "{}={} 已用于本机构另一位参保人的业务; 该号在机构内须唯一, 请换用新的号码", kind, number
    )


def check_org(request: Request) -> Refusal | None:
    """`orgCodg`, when sent, is the caller."""
    code = text(request.data, "orgCodg")
    if code and code != request.institution.code:
        return (
            "LT-ORG-MISMATCH",
            Said("orgCodg={} 与 appId 所属机构 {} 不一致; 请核对配置", code, request.institution.code),
        )
    return None


def check_token(order: CentreOrder, request: Request) -> Refusal | None:
    """`payToken` is the one that 6201 gave for this order."""
    if text(request.data, "payToken") != order.pay_token:
        return (
            "LT-ORDER-TOKEN",
            Said("payToken 不是订单 {} 的令牌; 请使用同一次 6201 返回的 payToken", order.pay_ord_id),
        )
    return None


def check_identity(shard: Shard, request: Request, ctx: Context) -> list[Refusal]:
    """`idNo`, `userName`, `idType` are the person's; all that are not."""
    data, identity = request.data, shard.core.identity
    found: list[Refusal] = []
    fifteen = ctx.profile["identity.fifteen_digits"] == "accept"
    same = same_person(text(data, "idNo"), identity.id_no, fifteen=fifteen)
    if not same or text(data, "userName") != identity.name:
        found.append(
            ("LT-PERSON-MISMATCH", Said("idNo/userName 与参保人不一致; 请核对就诊人的证件号码和姓名"))
        )
    if text(data, "idType") != identity.id_type:
        sent = text(data, "idType") or Said("空")
        found.append(
            ("LT-PERSON-MISMATCH", Said("idType={} 与参保人证件类别 {} 不一致", sent, identity.id_type))
        )
    return found
