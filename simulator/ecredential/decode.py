"""1162 电子凭证解码: the code a patient shows on site becomes an ecToken (institution sheet 6.2 b).

The request is the bare business object without the common header (one client); an object wrapped as
`{"data": {...}}` or `{"input": {"data": {...}}}` is read too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.ecredential.state import of, with_code
from simulator.ecredential.transport import DECODE_PATH, PLAIN, under_fsi
from simulator.ecredential.user_query import check_code
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.leg import DONE, result_of, status_of
from simulator.protocol.model.shard import Auth, Shard
from simulator.protocol.model.step import Changed, Context, Event, Index, Reply, Step, Tell, reply_only
from simulator.protocol.text.fields import node, text
from simulator.protocol.text.said import Said


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
            shard, "LT-ORG-MISMATCH", Said("orgId={} 不是当前机构 {}; 请核对", org, request.institution.code)
        )
    code = of(shard).codes.get(text(body, "ecQrCode"))
    refusal = check_code(shard, code, "ecCode", request, ctx)
    if refusal or code is None:
        return reply_only(shard, *(refusal or ("LT-CODE-UNKNOWN", Said("展码不存在"))))
    institution = request.institution
    found = {
        "code": code.value,
        "biz": text(body, "businessType") or code.biz,
        "institution": institution.code,
        "app_id": institution.app_id,
    }
    nodes = Event("person.nodes", {"region": institution.region})
    return Step(shard, (Tell("institution", nodes, Event("code.decoded", found)),))


def decoded(shard: Shard, event: Event, ctx: Context) -> Step:
    """The insurance side's answer `{nodes}`: the code is spent, its token goes out with them."""
    if status_of(event) != DONE:
        sentence = Said("本环境没有两定接口 institution, 查不到参保信息, 不能解码; 请启用它")
        return reply_only(shard, "LT-NOT-IMPLEMENTED", sentence)
    args, code = event.args, of(shard).codes[text(event.args, "code")]
    token = Auth(
        kind="ecToken",
        number=ctx.ids("EC"),
        biz=text(args, "biz"),
        channel="counter",
        institution=text(args, "institution"),
        app_id=text(args, "app_id"),
        issued_ms=ctx.now_ms,
        expires_ms=ctx.now_ms + ctx.profile["ectoken.ttl_ms"],
    )
    data = {**result_of(event)["nodes"], "cardno": "", "card_sn": "", "ecToken": token.number}
    changed = Changed("auth", token.biz, "shown", "issued", Said("展码解码得到令牌"), {"biz": token.biz})
    known = with_code(shard, replace(code, used=True)).with_auth(token)
    return Step(known, (Index("ecToken", token.number, unique=True), changed, Reply("0", "success", data)))


DECODE = Interface(
    number="1162",
    role="ecredential",
    path=DECODE_PATH,
    name=Said("电子凭证解码"),
    transport=PLAIN,
    endpoints=under_fsi(DECODE_PATH),
    schema="ecredential/1162",
    locate=locate,
    act=act,
    source="designated-institution 6.2 b (M)",
    status="vendor-code-single",
)
