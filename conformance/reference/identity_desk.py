"""Who pays: from the code the patient brought to a credential, a person (1101) and a visit (2201)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.answers import Malformed, NotOffered, PeerAnswer, Refused
from conformance.reference.books import Books, HospitalOrder
from conformance.reference.hospital import Hospital, wall_ms
from conformance.reference.hospital_values import Credential, HospitalVisit, Patient
from conformance.reference.registration_desk import doctor_of

CREDENTIALS: Final = ("auth_code", "pay_auth_no", "ec_code", "face_token")


def offered(args: Mapping[str, Any], names: tuple[str, ...] = CREDENTIALS) -> dict[str, str]:
    """The credentials a call brought along. Raises Malformed for one that is not text."""
    found = {name: args[name] for name in names if args.get(name) is not None}
    for name, value in found.items():
        if not isinstance(value, str) or not value:
            raise Malformed(f"args.{name}: 应为非空文本")
    return found


def check_one(found: Mapping[str, str]) -> None:
    """Exactly one credential, before anything is sent (MP-RFD-06: 本地即拒绝). Raises Refused."""
    if not found:
        raise Refused("IDENTITY_REQUIRED", "请先完成医保线上身份核验")
    if len(found) > 1:
        raise Refused("CREDENTIAL", "身份凭据只能提供一种, 请重新核验")


async def credential_of(
    hospital: Hospital, run: str, patient: Patient, found: Mapping[str, str], mode: str
) -> Credential:
    """Turn exactly one offered credential into what 6201 or 6203 wants. Raises Refused."""
    check_one(found)
    ((name, value),) = found.items()
    if name == "face_token":
        raise NotOffered("未开通刷脸核验")
    if name == "pay_auth_no":
        return Credential("payAuthNo", value)
    async with hospital.exchanging.setdefault((run, value), asyncio.Lock()):
        known = hospital.books.exchanged.get((run, value))
        if known is not None:
            return known
        if name == "ec_code":
            credential = await scan(hospital, value)
        else:
            credential = await exchange(hospital, patient, value, mode)
        hospital.books.exchanged[run, value] = credential
        return credential


async def exchange(hospital: Hospital, patient: Patient, code: str, mode: str) -> Credential:
    """authCode -> payAuthNo by userQuery; the holder must be the patient. Raises Refused."""
    path = "modeA" if mode == "A" and "modeA" in hospital.config.paths else "userQuery"
    answer = await hospital.wire.user_query(path, code, patient.openid)
    credential = hospital.practice.identifying.authorisation(answer, code)
    if credential.holder and credential.holder.upper() != patient.id_no.upper():
        raise Refused("NOT_OWNER", "授权人与就诊人不一致, 请由就诊人本人授权")
    return credential


def own_authorisation(answer: PeerAnswer, code: str) -> Credential:
    """Exactly one of own and family authorisation, and the family service is not offered (channels 1a)."""
    del code
    if answer.outcome == "unknown":
        raise Refused("OTHER", "医保授权服务暂时无法连接, 请稍后再试")
    if answer.outcome == "refused":
        raise Refused("CREDENTIAL", "医保授权未通过, 请重新授权", why=answer.message)
    own, family = str(answer.data.get("pay_auth_no") or ""), str(answer.data.get("family_pay_auth_no") or "")
    if family and not own:
        raise Refused("FAMILY_NOT_OFFERED", "本院未开通亲情代付, 请由本人授权或选择自费")
    if not own or family:
        raise Refused("CREDENTIAL", "授权结果不完整, 请重新授权")
    return Credential("payAuthNo", own, str(answer.data.get("user_card_no") or ""))


async def scan(hospital: Hospital, code: str) -> Credential:
    """Decode a shown code (1162) -> ecToken. Raises Refused."""
    if "1162" not in hospital.config.paths:
        raise NotOffered("未配置电子凭证解码服务")
    data = {
        "orgId": hospital.config.code,
        "businessType": "01301",
        "operatorId": "C001",
        "operatorName": "收费窗口",
        "officeId": "A03",
        "officeName": "收费处",
        "ecQrCode": code,
    }
    answer = await hospital.wire.fsi("1162", data)
    if answer.outcome == "unknown":
        raise Refused("OTHER", "电子凭证解码服务暂时无法连接, 请稍后再试")
    token = str(answer.data.get("ecToken") or "")
    if answer.outcome == "refused" or not token:
        raise Refused("CREDENTIAL", "医保码无效, 请刷新后重试", why=answer.message)
    holder = answer.data.get("baseinfo")
    return Credential("ecToken", token, str(holder.get("certno") or "") if isinstance(holder, dict) else "")


def claim(books: Books, order: HospitalOrder, credential: Credential) -> None:
    """One authorisation, one order: remember what this credential was brought for. Raises Refused."""
    owner = books.used.get(credential.value, order.med_org_ord)
    if owner != order.med_org_ord:
        raise Refused("AUTH_USED", "该授权已用于另一笔订单, 请重新授权")
    books.used[credential.value] = order.med_org_ord


def brought(books: Books, order: HospitalOrder, credential: Credential) -> tuple[str, str]:
    """The order is paid with what the patient brought for it, nothing older."""
    del books, order
    return credential.kind, credential.value


async def identify(hospital: Hospital, order: HospitalOrder) -> None:
    """1101 with the credential: person number, kind of insurance and insured region. Raises Refused."""
    if hospital.practice.identifying.also_by_id_card:
        await hospital.wire.fsi("1101", _person_query(order, "02", order.patient.id_no))
    data = _person_query(order, *hospital.practice.identifying.person_credential(order))
    answer = await hospital.wire.fsi("1101", data)
    _declined(answer, "医保身份查询")
    base, rows = answer.data.get("baseinfo"), answer.data.get("insuinfo")
    if not isinstance(base, dict) or not isinstance(rows, list) or not rows:
        raise Refused("DECLINED", "未查到参保信息, 请选择自费")
    row = hospital.practice.identifying.insurance([row for row in rows if isinstance(row, dict)])
    order.psn_no = str(base.get("psn_no") or "")
    order.insutype, order.insured_region = str(row.get("insutype")), str(row.get("insuplc_admdvs"))


def _person_query(order: HospitalOrder, kind: str, number: str) -> dict[str, str]:
    patient = order.patient
    return {
        "mdtrt_cert_type": kind,
        "mdtrt_cert_no": number,
        "card_sn": "",
        "begntime": "",
        "psn_cert_type": patient.id_type,
        "certno": patient.id_no,
        "psn_name": patient.name,
    }


def shown_credential(order: HospitalOrder) -> tuple[str, str]:
    """Type 01: the e-credential, with the token or authorisation as its number (institution sheet 6.3)."""
    return "01", order.credential


def best_insurance(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """310 first, then 390, active ones before paused ones (institution sheet 6.3)."""
    rank = {"310": 0, "390": 1}
    return min(
        rows,
        key=lambda row: (
            row.get("psn_insu_stas") not in ("1", 1, None),
            rank.get(str(row.get("insutype")), 2),
        ),
    )


async def open_visit(hospital: Hospital, order: HospitalOrder) -> None:
    """2201, once per visit: the bills of one patient and kind in a flow share it. Raises Refused."""
    bill = order.bills[0]
    known = hospital.books.visits.get(bill.visit_place)
    if known is not None and hospital.practice.ordering.shares_visit:
        order.mdtrt_id, order.visit_no = known.mdtrt_id, known.number
        return
    doctor = doctor_of(bill.doctor_id)
    order.visit_no = hospital.wire.number("V")
    kind, number = hospital.practice.identifying.person_credential(order)
    data = {
        "psn_no": order.psn_no,
        "insutype": order.insutype,
        "begntime": hospital.practice.ordering.begntime(wall_ms()),
        "mdtrt_cert_type": kind,
        "mdtrt_cert_no": number,
        "ipt_otp_no": order.visit_no,
        "atddr_no": doctor.number,
        "dr_name": doctor.name,
        "dept_code": doctor.dept.dept_id,
        "dept_name": doctor.dept.name,
        "caty": doctor.dept.caty,
    }
    answer = await hospital.wire.fsi("2201", data, order.insured_region)
    _declined(answer, "医保挂号登记")
    result = answer.data.get("data")
    order.mdtrt_id = str((result if isinstance(result, dict) else answer.data).get("mdtrt_id") or "")
    if not order.mdtrt_id:
        raise Refused("DECLINED", "医保挂号登记没有返回就诊ID")
    hospital.books.visits[bill.visit_place] = HospitalVisit(
        order.mdtrt_id, order.visit_no, order.psn_no, order.insured_region
    )


def _declined(answer: PeerAnswer, what: str) -> None:
    if answer.outcome == "unknown":
        raise Refused("OTHER", f"{what}暂时无法连接, 请稍后再试")
    if answer.outcome == "refused":
        raise Refused("DECLINED", f"{what}未通过, 未扣款, 请到窗口办理", why=answer.message)
