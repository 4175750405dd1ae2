"""Our amounts as the centre writes them: yuan text with two decimals, names of sheet 6.4, 6.7, 6.8."""

from __future__ import annotations

from typing import Any

from simulator.protocol.money import to_yuan
from simulator.protocol.shard import Amounts, Order, Shard
from simulator.protocol.times import beijing_dt


def amount_members(amounts: Amounts) -> dict[str, str]:
    """The amount members of 6202, 6301 and 6302."""
    return {
        "feeSumamt": to_yuan(amounts.total),
        "ownPayAmt": to_yuan(amounts.cash),
        "psnAcctPay": to_yuan(amounts.account),
        "fundPay": to_yuan(amounts.fund),
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


def settled_members(shard: Shard, order: Order) -> dict[str, Any]:
    """The field set that a settled 6301 and every 6302 share (sheet 6.7, 6.8), without `ordStas`."""
    at = beijing_dt(order.settled_wire_ms) if order.settled_wire_ms else ""
    members: dict[str, Any] = {
        "callType": "02",
        "payOrdId": order.pay_ord_id,
        "medOrgOrd": order.med_org_ord,
        "traceTime": at,
        **amount_members(order.amounts),
        "hiChrgTime": at,
        "hiDocSn": order.hi_doc_sn,
        "hiRgstSn": order.mdtrt_id,
        "orgName": order.org_name,
        "orgCode": order.institution,
        "setlType": setl_type(order.amounts),
        "revsToken": order.revs_token,
    }
    if order.hi_doc_sn:
        members["extData"] = {"setlinfo": [setl_info(shard, order, at)]}
    return {name: value for name, value in members.items() if value != ""}


def setl_info(shard: Shard, order: Order, at: str) -> dict[str, str]:
    """One row of `extData.setlinfo` (a DTO of the older dialect; the names without a second source)."""
    amounts = order.amounts
    return {
        "setlId": order.hi_doc_sn,
        "mdtrtId": order.mdtrt_id,
        "psnNo": shard.psn_no,
        "psnName": shard.identity.name,
        "certno": shard.identity.id_no,
        "insutype": shard.plan.insutype,
        "psnType": shard.plan.psn_type,
        "setltime": at,
        "medfeeSumamt": to_yuan(amounts.total),
        "fundPaySumamt": to_yuan(amounts.fund),
        "acctPay": to_yuan(amounts.account),
        "psnCashPay": to_yuan(amounts.cash),
        "hospPartAmt": to_yuan(amounts.hosp_part),
        "clrType": "11",
    }


def pre_setl(shard: Shard, order: Order, med_type: str, at: str) -> dict[str, str]:
    """`extData.preSetl` of 6202: the core's pre-settlement in snake_case (sheet 6.4, one client)."""
    amounts, identity = order.amounts, shard.identity
    none = to_yuan(0)
    return {
        "mdtrt_id": order.mdtrt_id,
        "psn_no": shard.psn_no,
        "psn_name": identity.name,
        "psn_cert_type": identity.id_type,
        "certno": identity.id_no,
        "insutype": shard.plan.insutype,
        "psn_type": shard.plan.psn_type,
        "med_type": med_type,
        "mdtrt_cert_type": "01",
        "cvlserv_flag": "0",
        "setl_time": at,
        "medfee_sumamt": to_yuan(amounts.total),
        "fulamt_ownpay_amt": to_yuan(amounts.fulamt_ownpay),
        "overlmt_selfpay": none,
        "preselfpay_amt": to_yuan(amounts.preselfpay),
        "inscp_scp_amt": to_yuan(amounts.inscp),
        "act_pay_dedc": to_yuan(min(shard.plan.deductible, amounts.inscp)),
        "pool_prop_selfpay": f"{shard.plan.ratio // 100}.{shard.plan.ratio % 100:02d}",
        "hifp_pay": to_yuan(amounts.fund),
        "cvlserv_pay": none,
        "hifes_pay": none,
        "hifmi_pay": none,
        "hifob_pay": none,
        "hifdm_pay": none,
        "maf_pay": none,
        "oth_pay": none,
        "fund_pay_sumamt": to_yuan(amounts.fund),
        "hosp_part_amt": to_yuan(amounts.hosp_part),
        "psn_part_amt": to_yuan(amounts.account + amounts.cash),
        "acct_pay": to_yuan(amounts.account),
        "acct_mulaid_pay": to_yuan(amounts.mulaid),
        "psn_cash_pay": to_yuan(amounts.cash),
        "balc": to_yuan(shard.balance - amounts.account),
        "clr_type": "11",
    }
