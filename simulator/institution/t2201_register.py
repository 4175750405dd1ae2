"""2201 门诊挂号: opens a visit and gives its `mdtrt_id`. Never binds an authorisation (contracts 10)."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.institution.certificate import check_certificate, check_header, locate
from simulator.institution.transport import FSI, served
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.keeps import Keeps
from simulator.protocol.model.shard import Shard, Visit
from simulator.protocol.model.step import Changed, Context, Index, Reply, Step, reply_only
from simulator.protocol.text.fields import Refusal, node, text, together
from simulator.protocol.text.said import Said


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Answer `mdtrt_id`. The same `ipt_otp_no` again answers the first visit (a repeated click, assumed)."""
    body = node(request.data, "data")
    refusal = together(
        (
            *check_header(shard, request, ctx),
            *check_person(shard, text(body, "psn_no"), text(body, "insutype")),
            check_certificate(shard, body, request.institution, "2201", ctx),
        )
    )
    if refusal:
        return reply_only(shard, *refusal)
    number = text(body, "ipt_otp_no")
    first = next((v for v in shard.core.visits.values() if v.ipt_otp_no == number and not v.cancelled), None)
    if first is not None:
        return Step(shard, (_reply(shard, first),))
    visit = Visit(
        mdtrt_id=ctx.ids("MDTRT"),
        ipt_otp_no=number,
        insutype=text(body, "insutype"),
        institution=request.institution.code,
        begntime=text(body, "begntime"),
    )
    changed = Changed("visit", visit.mdtrt_id, "", "open", Said("2201 挂号"), {"ipt_otp_no": number})
    return Step(
        shard.with_visit(visit),
        (Index("mdtrtId", visit.mdtrt_id, unique=True), changed, _reply(shard, visit)),
    )


def check_person(shard: Shard, psn_no: str, insutype: str) -> Iterator[Refusal]:
    """`psn_no` and `insutype` must be those that 1101 gave; all that are not."""
    if not shard.core.psn_no:
        yield "LT-PERSON-UNKNOWN", Said("此参保人尚未做 1101 人员信息获取; 请先调用 1101")
    elif psn_no != shard.core.psn_no:
        yield "LT-PERSON-MISMATCH", Said("psn_no 不是 1101 给出的人员编号; 请使用 1101 返回的 psn_no")
    if insutype != shard.core.plan.insutype:
        yield (
            "LT-PERSON-INSUTYPE",
            Said(
                "insutype={} 不是 1101 给出的险种 {}; 请按 insuinfo 选择",
                insutype or Said("空"),
                shard.core.plan.insutype,
            ),
        )


def _reply(shard: Shard, visit: Visit) -> Reply:
    node = {"mdtrt_id": visit.mdtrt_id, "psn_no": shard.core.psn_no, "ipt_otp_no": visit.ipt_otp_no}
    return Reply("0", "success", {"data": node})


PATH = "/fsi/api/outpatientDocInfoService/outpatientRregistration"  # double r as in the interface

T2201 = Interface(
    number="2201",
    role="institution",
    path=PATH,
    name=Said("门诊挂号"),
    transport=FSI,
    endpoints=served("2201", PATH),
    schema="institution/2201",
    locate=locate,
    act=act,
    keeps=Keeps(
        ("psn_no", "insutype", "data.psn_no", "data.insutype"),
    ),
    source="designated-institution 7.1 (H)",
    status="vendor-code",
)
