"""1101 人员基本信息获取: the person behind a certificate. Never binds an authorisation (contracts 10)."""

from __future__ import annotations

from simulator.institution.certificate import check_certificate, check_header, locate
from simulator.institution.nodes import insured_nodes, with_psn_no
from simulator.institution.transport import FSI, served
from simulator.protocol.model.interface import Interface, Request
from simulator.protocol.model.keeps import Keeps
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Reply, Step, reply_only
from simulator.protocol.text.fields import node, text, together
from simulator.protocol.text.idnumber import same_person
from simulator.protocol.text.said import Said


def act(shard: Shard, request: Request, ctx: Context) -> Step:
    """Answer `baseinfo`, `insuinfo[]`, `idetinfo[]`; the first answer gives the person a `psn_no`."""
    body = node(request.data, "data")
    certificate = check_certificate(shard, body, request.institution, "1101", ctx)
    refusal = together((*check_header(shard, request, ctx), certificate))
    if refusal is None:
        name, number = text(body, "psn_name"), text(body, "certno")
        fifteen = ctx.profile["identity.fifteen_digits"] == "accept"
        if (name and name != shard.core.identity.name) or (
            number and not same_person(number, shard.core.identity.id_no, fifteen=fifteen)
        ):
            refusal = "LT-PERSON-MISMATCH", Said("psn_name/certno 与凭证所属人不一致; 请核对就诊人信息")
    if refusal:
        return reply_only(shard, *refusal)
    known, effects = with_psn_no(shard, ctx)
    nodes = insured_nodes(known, request.institution.region, ctx)
    return Step(known, (*effects, Reply("0", "success", nodes)))


PATH = "/fsi/api/fsiPsnInfoService/queryPsnInfo"

T1101 = Interface(
    number="1101",
    role="institution",
    path=PATH,
    name=Said("人员基本信息获取"),
    transport=FSI,
    endpoints=served("1101", PATH),
    schema="institution/1101",
    locate=locate,
    act=act,
    keeps=Keeps(
        ("mdtrt_cert_type", "mdtrt_cert_no", "data.mdtrt_cert_type", "data.mdtrt_cert_no"),
        ("baseinfo.psn_no", "insuinfo[].insutype", "insuinfo[].insuplc_admdvs"),
    ),
    source="designated-institution 6.3 (H)",
    status="vendor-code",
    nobody=Said("该参保人的基本信息为空"),  # sheet 16
)
