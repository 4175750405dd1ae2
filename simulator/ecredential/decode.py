"""1162 电子凭证解码: the code a patient shows on site becomes an ecToken (institution sheet 6.2 b).

The request is the bare business object without the common header (one client); an object wrapped as
`{"data": {...}}` or `{"input": {"data": {...}}}` is read too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.ecredential.user_query import check_code
from simulator.protocol.model.insured import insured_nodes, with_psn_no
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.shard import Auth, Shard
from simulator.protocol.model.step import Changed, Context, Index, Reply, Step, reply_only
from simulator.protocol.text.fields import node, text


def body_of(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The business object, whatever it is wrapped in."""
    return node(node(data, "input"), "data") or node(data, "data") or data


def locate(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Attribution pairs: the scanned code."""
    value = text(body_of(data), "ecQrCode")
    return (("ecCode", value),) if value else ()


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Answer the 1101 nodes plus `cardno`, `card_sn`, `ecToken`; the code is spent."""
    body = body_of(request.data)
    org = text(body, "orgId")
    if org and org != request.institution.code:
        return reply_only(
            shard, "LT-ORG-MISMATCH", f"orgId={org} 不是当前机构 {request.institution.code}; 请核对"
        )
    code = shard.codes.get(text(body, "ecQrCode"))
    refusal = check_code(shard, code, "ecCode", request, ctx)
    if refusal or code is None:
        return reply_only(shard, *(refusal or ("LT-CODE-UNKNOWN", "展码不存在")))
    token = Auth(
        kind="ecToken",
        number=ctx.ids("EC"),
        biz=text(body, "businessType") or code.biz,
        channel="counter",
        institution=request.institution.code,
        app_id=request.institution.app_id,
        issued_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + ctx.profile["ectoken.ttl_ms"],
    )
    known, effects = with_psn_no(shard.with_code(replace(code, used=True)).with_auth(token), ctx)
    nodes = insured_nodes(known, request.institution.region, ctx)
    data = {**nodes, "cardno": "", "card_sn": "", "ecToken": token.number}
    changed = Changed("auth", token.biz, "shown", "issued", "展码解码得到令牌", {"biz": token.biz})
    return Step(known, (*effects, Index("ecToken", token.number), changed, Reply("0", "success", data)))


DECODE = Interface(
    number="1162",
    role="ecredential",
    path="/fsi/api/hsecfc/localQrCodeQuery",
    name="电子凭证解码",
    form="plain",
    schema="1162",
    locate=locate,
    act=act,
    source="designated-institution 6.2 b (M)",
    status="vendor-code-single",
)
