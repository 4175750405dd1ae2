"""The business data of 6201, 6202, 6203, 6301 and 6401 as this hospital writes them (centre sheet 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.books import HospitalOrder, Refund
from conformance.reference.hospital import Hospital, wall_ms
from conformance.reference.hospital_values import Item, OrderAmounts
from conformance.reference.registration_desk import doctor_of
from simulator.protocol.text.money import MoneyError, to_fen

PLACE: Final = "118.096435,24.485407"
"""Longitude first (sheet 2.3)."""
FIRST_SELF_PAID: Final = {"B": 10, "C": 100}
"""Per cent that the person pays first, by catalogue class (甲 A, 乙 B, 丙 C); C is fully own-paid."""


def fee_upload(hospital: Hospital, order: HospitalOrder) -> dict[str, Any]:
    """6201: all bills of the order, one list of lines (sheet 6.1)."""
    yuan = hospital.practice.ordering.yuan
    bill = order.bills[0]
    doctor = doctor_of(bill.doctor_id)
    med_type = "12" if bill.kind == "registration" else "11"
    items = [item for each in order.bills for item in each.items]
    own, first = three_parts(items)
    data = {
        "orgCodg": hospital.config.code,
        **identity_member(order),
        "uldLatlnt": PLACE,
        "psnNo": order.psn_no,
        "insutype": order.insutype,
        "insuCode": order.insured_region,
        "medOrgOrd": order.med_org_ord,
        "rxCircFlag": "0",
        "begntime": order.begntime,
        "idNo": order.patient.id_no,
        "userName": order.patient.name,
        "idType": order.patient.id_type,
        "iptOtpNo": order.visit_no,
        "atddrNo": doctor.number,
        "drName": doctor.name,
        "deptCode": doctor.dept.dept_id,
        "deptName": doctor.dept.name,
        "caty": doctor.dept.caty,
        "mdtrtId": order.mdtrt_id,
        "mdtrtCertType": "01",
        "medType": med_type,
        "feeType": "01",
        "medfeeSumamt": yuan(order.total),
        "acctUsedFlag": hospital.practice.ordering.account_flag(order.acct_used),
        "mainCondDscr": "",
        "diseCodg": "",
        "diseName": "",
        "psnSetlway": "01",
        "chrgBchno": order.chrg_bchno,
        "pubHospRfomFlag": "0",
        "fulamtOwnpayAmt": yuan(own),
        "overlmtSelfpay": yuan(0),
        "preselfpayAmt": yuan(first),
        "inscpScpAmt": yuan(order.total - own - first),
        "diseinfoList": [_diagnosis(order)],
        "feedetailList": [
            _line(hospital, order, each.bill_id, item, med_type)
            for each in order.bills
            for item in each.items
        ],
    }
    return hospital.practice.ordering.upload_data(data)


def identity_member(order: HospitalOrder) -> dict[str, str]:
    """`payAuthNo` or `ecToken`, the one the patient brought (sheet 6.1)."""
    return {order.credential_kind: order.credential}


def three_parts(items: list[Item]) -> tuple[int, int]:
    """(fully own-paid, paid first by the person) in fen, line by line, half a fen up."""
    own = sum(item.amount for item in items if item.code.startswith("C"))
    first = sum(
        (item.amount * FIRST_SELF_PAID["B"] + 50) // 100 for item in items if item.code.startswith("B")
    )
    return own, first


def _diagnosis(order: HospitalOrder) -> dict[str, Any]:
    doctor = doctor_of(order.bills[0].doctor_id)
    return {
        "diagType": "1",
        "diagSrtNo": 1,
        "diagCode": "J06.900",
        "diagName": "急性上呼吸道感染",
        "diagDept": doctor.dept.name,
        "diseDorNo": doctor.number,
        "diseDorName": doctor.name,
        "diagTime": order.begntime,
        "valiFlag": "1",
    }


def _line(
    hospital: Hospital, order: HospitalOrder, bill_id: str, item: Item, med_type: str
) -> dict[str, Any]:
    doctor = doctor_of(order.bills[0].doctor_id)
    return {
        "feedetlSn": item.item_id,
        "mdtrtId": order.mdtrt_id,
        "psnNo": order.psn_no,
        "chrgBchno": order.chrg_bchno,
        "rxno": bill_id,
        "rxCircFlag": "0",
        "feeOcurTime": order.begntime,
        "medListCodg": item.code,
        "medinsListCodg": item.code,
        "medListName": item.name,
        "detItemFeeSumamt": hospital.practice.ordering.yuan(item.amount),
        "cnt": item.cnt,
        "pric": item.price,
        "bilgDeptCodg": doctor.dept.dept_id,
        "bilgDeptName": doctor.dept.name,
        "bilgDrCodg": doctor.number,
        "bilgDrName": doctor.name,
        "hospApprFlag": "1",
        "medType": med_type,
    }


def pay_order(hospital: Hospital, order: HospitalOrder) -> dict[str, Any]:
    """6202: the order's own numbers, and a serial of its own for every request (sheet 6.3)."""
    data = {
        **identity_member(order),
        "payOrdId": order.pay_ord_id,
        "payToken": order.pay_token,
        "orgCodg": hospital.config.code,
        "orgBizSer": hospital.wire.number("S"),
        "chrgBchno": order.chrg_bchno,
        "feeType": "01",
        "mdtrtId": order.mdtrt_id,
        "acctUsedFlag": hospital.practice.ordering.account_flag(order.acct_used),
        "setlLatlnt": PLACE,
    }
    return hospital.practice.ordering.order_data(data, tuple(hospital.books.orders.values()))


def refund(
    hospital: Hospital, order: HospitalOrder, row: Refund, identity: Mapping[str, str]
) -> dict[str, Any]:
    """6203: `identity` is one of payAuthNo, ecToken (a person's refund) or revsToken (a reversal) (sheet 6.5)."""
    yuan = hospital.practice.ordering.yuan
    data = {
        "payOrdId": order.pay_ord_id,
        "orgCodg": hospital.config.code,
        "appRefdSn": row.number,
        "appRefdTime": hospital.practice.refunding.time(wall_ms()),
        "totlRefdAmt": yuan(row.total),
        "cashRefdAmt": yuan(row.cash),
        "psnAcctRefdAmt": yuan(row.account),
        "fundRefdAmt": yuan(row.fund),
        "refdType": row.kind,
        **identity,
    }
    return hospital.practice.refunding.data(data)


def order_query(hospital: Hospital, order: HospitalOrder) -> dict[str, Any]:
    """6301 and 6401 carry the same members (sheet 6.7, 6.9)."""
    return hospital.practice.ordering.query_data(
        {
            "payOrdId": order.pay_ord_id,
            "payToken": order.pay_token,
            "orgCodg": hospital.config.code,
            "idNo": order.patient.id_no,
            "userName": order.patient.name,
            "idType": order.patient.id_type,
        }
    )


def amounts_in(data: Mapping[str, Any]) -> OrderAmounts | None:
    """The amounts of a 6202, 6301 or 6302, or None when one of the four is missing or no amount (sheet 6.7, 9)."""
    try:
        return OrderAmounts(
            total=to_fen(data.get("feeSumamt")),
            fund=to_fen(data.get("fundPay")),
            account=to_fen(data.get("psnAcctPay")),
            cash=to_fen(data.get("ownPayAmt", data.get("ownpayAmt"))),
            other=to_fen(data.get("othFeeAmt") or "0.00"),
        )
    except MoneyError:
        return None
