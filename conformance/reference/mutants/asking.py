"""What is asked of a peer, written wrongly: each is refused by it, and the rule of that step has to say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.answers import PeerAnswer
from conformance.reference.change import Mutant, asked_with, with_points

OTHER_HOSPITAL: Final = "H00000000001"
CLINIC: Final = ("pay/clinic_mixed",)


def _from_file(asked: Mapping[str, Any]) -> PeerAnswer:
    row = {"insutype": "310", "insuplc_admdvs": "509999", "psn_insu_stas": "1"}
    return PeerAnswer("ok", {"baseinfo": {"psn_no": f"P{asked['certno']}"}, "insuinfo": [row]})


def _own_visit(asked: Mapping[str, Any]) -> PeerAnswer:
    return PeerAnswer("ok", {"data": {"mdtrt_id": f"LOCAL{asked['ipt_otp_no']}"}})


def _header(interface: str, **members: Any) -> Any:
    def touch(infno: str, header: dict[str, Any]) -> dict[str, Any]:
        return {**header, **members} if infno == interface else header

    return with_points(asking={"header": touch})


ASKING: Final = (
    # Exchange every authorisation with the openid of one account (channels 1a).
    Mutant(
        "openid_fixed",
        "换取授权时 openid 写死",
        caught_by=("REQ-AUTH-001",),
        needs=CLINIC,
        apply=asked_with("userQuery", "modeA", openid="oFixed0000000000000000000000"),
    ),
    # Take the person from the local file and never ask 1101 (institution sheet 6.3).
    Mutant(
        "person_query_skipped",
        "不调 1101, 人员编号取自本地档案",
        caught_by=("IDV-PERSON-001",),
        needs=CLINIC,
        apply=with_points(asking={"instead": {"1101": _from_file}}),
    ),
    # Say in 1101 that the authorisation is a social card (institution sheet 6.3).
    Mutant(
        "person_cert_type",
        "1101 的凭证类型填成社保卡",
        caught_by=("REQ-PERSON-001",),
        needs=CLINIC,
        apply=asked_with("1101", mdtrt_cert_type="03"),
    ),
    # Register a visit in another region than the hospital's (institution sheet 3).
    Mutant(
        "visit_region",
        "2201 的就医地区划写错",
        caught_by=("REQ-VISIT-001",),
        needs=CLINIC,
        apply=_header("2201", mdtrtarea_admvs="990100"),
    ),
    # Make up a visit and never ask 2201 (institution sheet 7.1).
    Mutant(
        "visit_made_up",
        "不调 2201, 就诊 ID 自编",
        caught_by=("IDV-MATCH-001",),
        needs=CLINIC,
        apply=with_points(asking={"instead": {"2201": _own_visit}}),
    ),
    # Upload in the name of another institution (sheet 6.1 orgCodg).
    Mutant(
        "upload_other_institution",
        "6201 的 orgCodg 是别家的",
        caught_by=("REQ-UPLOAD-001",),
        needs=CLINIC,
        apply=asked_with("6201", orgCodg=OTHER_HOSPITAL),
    ),
    # Upload with the name of the account, not of the patient (sheet 6.1 userName).
    Mutant(
        "upload_other_name",
        "6201 的姓名不是就诊人",
        caught_by=("REQ-UPLOAD-001",),
        needs=CLINIC,
        apply=asked_with("6201", userName="王小明"),
    ),
    # Order with the local visit number, not with mdtrtId (sheet 6.3).
    Mutant(
        "order_local_visit",
        "6202 的 mdtrtId 写成院内就诊号",
        caught_by=("REQ-ORDER-001",),
        needs=CLINIC,
        apply=asked_with("6202", mdtrtId="V00000001"),
    ),
    # Ask 6301 with a token that is not the order's (sheet 6.7).
    Mutant(
        "query_wrong_token",
        "6301 的 payToken 不是该订单的",
        caught_by=("REQ-QUERY-001",),
        needs=("notify/lost",),
        apply=asked_with("6301", payToken="0" * 32),
    ),
    # Revoke with a token that is not the order's (sheet 6.9).
    Mutant(
        "revoke_wrong_token",
        "6401 的 payToken 不是该订单的",
        caught_by=("REQ-REVOKE-001",),
        needs=("fault/revoke_unsettled",),
        apply=asked_with("6401", payToken="0" * 32),
    ),
    # Refund in the name of another institution (sheet 6.5).
    Mutant(
        "refund_other_institution",
        "6203 的 orgCodg 是别家的",
        caught_by=("REQ-REFUND-001",),
        needs=("refund/all_mixed",),
        apply=asked_with("6203", orgCodg=OTHER_HOSPITAL),
    ),
)
