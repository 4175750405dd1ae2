"""2202 门诊挂号撤销: closes a visit; fails while money of that visit is with the centre (sheet 7.2, L)."""

from __future__ import annotations

from dataclasses import replace

from simulator.institution.certificate import check_header, locate
from simulator.institution.transport import FSI, served
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.leg import result_of
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Changed, Context, Event, Reply, Step, Tell, reply_only
from simulator.protocol.text.fields import node, text, together
from simulator.protocol.text.said import Said


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Close the visit `mdtrt_id`. A visit already closed is answered again."""
    body = node(request.data, "data")
    refusal = together(check_header(shard, request, ctx))
    if refusal:
        return reply_only(shard, *refusal)
    visit = shard.core.visits.get(text(body, "mdtrt_id"))
    if visit is None or visit.institution != request.institution.code:
        return reply_only(shard, "LT-VISIT-UNKNOWN", Said("mdtrt_id 不是本机构 2201 给出的就诊 ID; 请核对"))
    if text(body, "psn_no") != shard.core.psn_no or text(body, "ipt_otp_no") != visit.ipt_otp_no:
        return reply_only(
            shard, "LT-PERSON-MISMATCH", Said("psn_no/ipt_otp_no 与该次挂号不一致; 请使用 2201 的原值")
        )
    asked = {"mdtrtId": visit.mdtrt_id}
    return Step(shard, (Tell("centre", Event("visit.orders", asked), Event("visit.cancel", asked)),))


def cancel(shard: Shard, event: Event, ctx: Context) -> Step:  # noqa: ARG001
    """The centre's answer `{busy?: {payOrdId, ordStas}}`: close the visit unless its money is there."""
    visit = shard.core.visits[text(event.args, "mdtrtId")]
    busy = result_of(event).get("busy")
    if busy is not None:
        return reply_only(
            shard,
            "LT-VISIT-BUSY",
            Said("该次就诊的订单 {} 未退费(状态 {}); 请先退费再撤销挂号", busy["payOrdId"], busy["ordStas"]),
        )
    if visit.cancelled:
        return Step(shard, (Reply("0", "success", {}),))
    changed = Changed("visit", visit.mdtrt_id, "open", "cancelled", Said("2202 挂号撤销"))
    return Step(shard.with_visit(replace(visit, cancelled=True)), (changed, Reply("0", "success", {})))


PATH = "/fsi/api/outpatientDocInfoService/outpatientRegistrationCancel"

T2202 = Interface(
    number="2202",
    role="institution",
    path=PATH,
    name=Said("门诊挂号撤销"),
    transport=FSI,
    endpoints=served("2202", PATH),
    schema="institution/2202",
    locate=locate,
    act=act,
    source="designated-institution 7.2 (H; path M)",
    status="vendor-code",
)
