"""Which person a `mdtrt_cert_type`/`mdtrt_cert_no` pair names (institution sheet 6.3, 9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.protocol.model.authorisation import check_auth
from simulator.protocol.model.insured import insured_region
from simulator.protocol.model.interface import Request
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Institution
from simulator.protocol.text.fields import Refusal, node, text
from simulator.protocol.text.idnumber import of_18, same_person
from simulator.protocol.text.said import Said
from simulator.protocol.wire.facts import named


def locate(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Attribution pairs of an fsi input: the visit, the person, then the certificate."""
    body = node(data, "data")
    found = [("mdtrtId", text(body, "mdtrt_id")), ("psnNo", text(body, "psn_no"))]
    number = text(body, "mdtrt_cert_no")
    if text(body, "mdtrt_cert_type") == "02":
        found += [("idNo", number), ("idNo", of_18(number))]
    else:
        found += [("payAuthNo", number), ("ecToken", number)]
    found += [("idNo", text(body, "certno")), ("idNo", of_18(text(body, "certno")))]
    return tuple(dict.fromkeys((kind, value) for kind, value in found if value))


def check_certificate(
    shard: Shard, body: Mapping[str, Any], institution: Institution, at: str, ctx: Context
) -> Refusal | None:
    """Why the certificate is not one of this person. 01 = payAuthNo or ecToken, 02 = identity number."""
    kind, number = text(body, "mdtrt_cert_type"), text(body, "mdtrt_cert_no")
    if kind == "02":
        if same_person(
            number, shard.core.identity.id_no, fifteen=ctx.profile["identity.fifteen_digits"] == "accept"
        ):
            return None
        return "LT-PERSON-MISMATCH", Said("mdtrt_cert_no 与参保人的证件号码不一致; 请核对证件")
    if kind != "01":
        return "LT-CERT-TYPE", Said(
            "mdtrt_cert_type={} 未模拟; 移动支付请写 01 并带授权码或令牌", kind or Said("空")
        )
    auth = shard.core.auths.get(number)
    wire = auth.kind if auth else "payAuthNo"
    refusal = check_auth(shard, wire, number, "", at, (), institution, ctx)
    return (
        None if refusal is None else (refusal[0], Said("无效token: {}", refusal[1]))
    )  # the words of sheet 16


def check_header(shard: Shard, request: Request, ctx: Context) -> Iterator[Refusal]:
    """What differs: the common header against the caller and, when `psn_no` is sent, the person's 参保地 (sheet 3)."""
    msgid = named(request.facts, "fsi.msgid")
    if msgid is not None and not msgid.ok and ctx.profile["fsi.msgid"] == "refuse":
        yield "LT-FSI-MSGID", Said("{}; 每次请求请生成新的 msgid", msgid.note)
    code = text(request.header, "fixmedins_code")
    if code and code != request.institution.code:
        yield (
            "LT-ORG-MISMATCH",
            Said("fixmedins_code={} 不是当前机构 {}; 请核对配置", code, request.institution.code),
        )
    area = text(request.header, "mdtrtarea_admvs")
    if area and area != request.institution.region:
        yield (
            "LT-REGION",
            Said("mdtrtarea_admvs={} 不是就医地区划 {}; 请核对配置", area, request.institution.region),
        )
    if text(node(request.data, "data"), "psn_no"):
        wanted = insured_region(shard, request.institution.region)
        sent = text(request.header, "insuplc_admdvs")
        if sent != wanted:
            yield (
                "LT-REGION",
                Said(
                    "insuplc_admdvs={} 不是 1101 给出的参保地 {}; 请按 1101 填写", sent or Said("空"), wanted
                ),
            )
