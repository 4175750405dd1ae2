"""What is asked of a peer, written wrongly: each is refused by it, and the rule of that step has to say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from conformance.reference.answers import PeerAnswer
from conformance.reference.change import Apply, Mutant, asked_with, with_points
from simulator.protocol.text.money import to_fen, to_yuan

OTHER_HOSPITAL: Final = "H00000000001"
CLINIC: Final = ("pay/clinic_mixed",)


def _with(interface: str, touch: Callable[[dict[str, Any]], dict[str, Any]]) -> Apply:
    """Change the business object of every request of one interface."""
    return with_points(
        asking={"data": lambda name, data: {**data, **touch(data)} if name == interface else data}
    )


def _in_fen(data: dict[str, Any]) -> dict[str, Any]:
    def hundredfold(member: str) -> str:
        return to_yuan(to_fen(data[member]) * 100)

    lines = [
        {**line, "detItemFeeSumamt": to_yuan(to_fen(line["detItemFeeSumamt"]) * 100)}
        for line in data["feedetailList"]
    ]
    parts = ("medfeeSumamt", "fulamtOwnpayAmt", "preselfpayAmt", "inscpScpAmt")
    return {"feedetailList": lines, **{member: hundredfold(member) for member in parts}}


def _one_line(data: dict[str, Any]) -> dict[str, Any]:
    return {"feedetailList": [{**data["feedetailList"][0], "detItemFeeSumamt": data["medfeeSumamt"]}]}


def _a_fen_more(data: dict[str, Any]) -> dict[str, Any]:
    return {"totlRefdAmt": to_yuan(to_fen(data["totlRefdAmt"]) + 1)}


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
    # Take the hospital's own region for the insured one (sheet 6.1 insuCode).
    Mutant(
        "insured_region_ours",
        "6201 的参保地写成就医地",
        caught_by=("IDV-MATCH-001",),
        needs=("remote/in_province",),
        apply=asked_with("6201", insuCode="509999"),
        how="insurance",
    ),
    # Use the id number as person number (sheet 6.1 psnNo).
    Mutant(
        "person_by_id_number",
        "6201 的人员编号写成证件号",
        caught_by=("IDV-MATCH-001",),
        needs=("pay/account_only",),
        apply=_with("6201", lambda data: {"psnNo": data["idNo"]}),
        how="person",
    ),
    # Write fen where yuan is wanted (sheet 2.3).
    Mutant(
        "total_in_fen",
        "6201 的金额以分为单位",
        caught_by=("PAY-BILL-001",),
        needs=("pay/all_own_pay",),
        apply=_with("6201", _in_fen),
        how="unit",
    ),
    # Write three decimals (sheet 2.3).
    Mutant(
        "three_decimals",
        "6201 的金额写三位小数",
        caught_by=("ENV-SCHEMA-001",),
        needs=("pay/resident",),
        apply=_with("6201", lambda data: {"medfeeSumamt": f"{data['medfeeSumamt']}0"}),
        how="fields",
    ),
    # Leave the serial of 6202 empty (sheet 6.3 orgBizSer).
    Mutant(
        "serial_empty",
        "6202 的 orgBizSer 为空",
        caught_by=("PAY-SER-001",),
        needs=("pay/account_only",),
        apply=asked_with("6202", orgBizSer=""),
        how="empty",
    ),
    # Order with another authorisation than the upload (sheet 6.3 payAuthNo).
    Mutant(
        "order_other_authorisation",
        "6202 的授权与 6201 的不同",
        caught_by=("PAY-TOKEN-001",),
        needs=("pay/resident",),
        apply=_with("6202", lambda data: {"payAuthNo": f"{data['payAuthNo'][:-4]}0000"}),
        how="credential",
    ),
    # Order the number of the hospital, not that of the centre (sheet 6.3 payOrdId).
    Mutant(
        "order_number_of_ours",
        "6202 的 payOrdId 写成院内号",
        caught_by=("PAY-TOKEN-001",),
        needs=("pay/merged",),
        apply=_with("6202", lambda data: {"payOrdId": data["chrgBchno"]}),
        how="order",
    ),
    # Leave out whether the account is used (sheet 6.3 acctUsedFlag).
    Mutant(
        "account_flag_missing",
        "6202 不送 acctUsedFlag",
        caught_by=("PAY-ACCT-001",),
        needs=("pay/account_unused",),
        apply=asked_with("6202", acctUsedFlag=""),
        how="missing",
    ),
    # Put the total of merged bills on their first line (MP-PAY-12).
    Mutant(
        "merged_lines_lost",
        "合并缴费只上传第一条明细",
        caught_by=("PAY-MERGE-001",),
        needs=("pay/merged",),
        apply=_with("6201", _one_line),
        how="lines",
    ),
    # Ask 6301 in another name than the order's (sheet 6.7).
    Mutant(
        "query_other_name",
        "6301 的姓名不是订单患者",
        caught_by=("REQ-QUERY-001",),
        needs=("fault/query_pending",),
        apply=asked_with("6301", userName="王小明"),
    ),
    # Refund without any credential (sheet 6.5).
    Mutant(
        "refund_without_credential",
        "6203 不带凭证",
        caught_by=("RFD-AUTH-001",),
        needs=("refund/cash_only",),
        apply=asked_with("6203", payAuthNo=None, ecToken=None),
        how="none",
    ),
    # Name a refund type of the hospital's own (sheet 6.5 refdType).
    Mutant(
        "refund_type_of_ours",
        "refdType 用了院内的写法",
        caught_by=("RFD-TYPE-001",),
        needs=("refund/insurance_only",),
        apply=asked_with("6203", refdType="FULL"),
        how="unknown",
    ),
    # Call every refund one of the insurance (sheet 9).
    Mutant(
        "refund_always_hi",
        "退费类型一律写 HI",
        caught_by=("RFD-TYPE-001",),
        needs=("refund/all_own_pay",),
        apply=asked_with("6203", refdType="HI"),
        how="hi",
    ),
    # The total of a refund is a fen off (sheet 9).
    Mutant(
        "refund_total_off",
        "totlRefdAmt 与分项之和差一分",
        caught_by=("RFD-SUM-001",),
        needs=("refund/next_day",),
        apply=_with("6203", _a_fen_more),
        how="sum",
    ),
)
