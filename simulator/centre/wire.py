"""Our amounts as the centre writes them: yuan text with two decimals, names of sheet 6.4, 6.7, 6.8."""

from __future__ import annotations

from typing import Any

from simulator.centre.setl import setl_detail, setl_info
from simulator.centre.state import CentreOrder
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.shard import Amounts, Shard
from simulator.protocol.text.money import to_yuan
from simulator.protocol.text.times import beijing_dt


def amount_members(amounts: Amounts, profile: Profile) -> dict[str, str]:
    """The amount members of 6202, 6301 and 6302; the older three-part form has no details (sheet 6.7, 9)."""
    members = {
        "feeSumamt": to_yuan(amounts.total),
        "ownPayAmt": to_yuan(amounts.cash),
        "psnAcctPay": to_yuan(amounts.account),
        "fundPay": to_yuan(amounts.fund),
    }
    if profile["amounts.total_parts"] == "three":
        return members
    return {
        **members,
        "othFeeAmt": to_yuan(amounts.other),
        "hospPartAmt": to_yuan(amounts.hosp_part),
        "deposit": to_yuan(amounts.deposit),
        "acctMulaidPay": to_yuan(amounts.mulaid),
        "selfAcctPay": to_yuan(amounts.account - amounts.mulaid),
        "delvFee": to_yuan(0),
    }


def setl_type(amounts: Amounts) -> str:
    """`ALL` both legs, `CASH` only cash, `HI` only the insurance side."""
    if amounts.cash and amounts.medical:
        return "ALL"
    return "CASH" if amounts.cash else "HI"


def settled_members(shard: Shard, order: CentreOrder, profile: Profile) -> dict[str, Any]:
    """The field set that a settled 6301 and every 6302 share (sheet 6.7, 6.8), without `ordStas`."""
    at = beijing_dt(order.settled_wire_ms) if order.settled_wire_ms else ""
    members: dict[str, Any] = {
        "callType": "02",
        "payOrdId": order.pay_ord_id,
        "medOrgOrd": order.med_org_ord,
        "traceTime": at,
        **amount_members(order.amounts, profile),
        "hiChrgTime": at,
        "hiDocSn": order.hi_doc_sn,
        "hiRgstSn": order.mdtrt_id,
        "orgName": order.org_name,
        "orgCode": order.institution,
        "setlType": setl_type(order.amounts),
        "revsToken": order.revs_token,
    }
    if order.hi_doc_sn:
        members["extData"] = {"setlinfo": [setl_info(shard, order)], "setldetail": setl_detail(shard, order)}
    return {name: value for name, value in members.items() if value != ""}
