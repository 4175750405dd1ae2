"""The core's settlement records inside `extData`: `preSetl` of 6202, `setlinfo` and `setldetail` of 6301 and 6302.

Names of one client each (sheet 6.4 snake_case, 6.7 an older DTO). The amounts hold the invariants of the institution
sheet 10: total = pooled funds + account + cash + hospital part, where the pooled funds include `oth_pay`.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.centre.state import CentreOrder
from simulator.protocol.model.insured import person_members
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context
from simulator.protocol.text.money import to_yuan
from simulator.protocol.text.times import beijing_dt

FUND_TYPES: Mapping[str, tuple[str, str]] = {
    "310": ("310100", "职工基本医疗保险统筹基金"),
    "320": ("320100", "公务员医疗补助基金"),
    "330": ("330100", "大额医疗费用补助基金"),
    "340": ("340100", "离休人员医疗保障基金"),
    "350": ("350100", "一至六级残疾军人医疗补助基金"),
    "370": ("370100", "企业补充医疗保险基金"),
    "390": ("390100", "城乡居民基本医疗保险基金"),
    "392": ("390200", "城乡居民大病医疗保险基金"),
    "510": ("510100", "生育基金"),
}
"""insutype -> `fund_pay_type` (institution sheet 9)."""
OTHER_FUND = ("999997", "其他基金")


def pre_setl(shard: Shard, order: CentreOrder, balance: int, ctx: Context) -> dict[str, str]:
    """`extData.preSetl` of 6202: the core's pre-settlement, all forty names. `balance` of the account before it, in fen."""
    amounts, identity = order.amounts, shard.core.identity
    none = to_yuan(0)
    return {
        "mdtrt_id": order.mdtrt_id,
        "medins_setl_id": order.serials[-1] if order.serials else "",  # the sender's number
        "psn_no": shard.core.psn_no,
        "psn_name": identity.name,
        "psn_cert_type": identity.id_type,
        "certno": identity.id_no,
        **person_members(identity.id_no, ctx.wire_ms),
        "insutype": shard.core.plan.insutype,
        "psn_type": shard.core.plan.psn_type,
        "med_type": order.med_type,
        "mdtrt_cert_type": "01",
        "cvlserv_flag": "0",
        "setl_time": beijing_dt(ctx.wire_ms),
        "medfee_sumamt": to_yuan(amounts.total),
        "fulamt_ownpay_amt": to_yuan(amounts.fulamt_ownpay),
        "overlmt_selfpay": none,
        "preselfpay_amt": to_yuan(amounts.preselfpay),
        "inscp_scp_amt": to_yuan(amounts.inscp),
        "act_pay_dedc": to_yuan(min(shard.core.plan.deductible, amounts.inscp)),
        "pool_prop_selfpay": f"{shard.core.plan.ratio // 100}.{shard.core.plan.ratio % 100:02d}",
        "hifp_pay": to_yuan(amounts.fund),
        "cvlserv_pay": none,
        "hifes_pay": none,
        "hifmi_pay": none,
        "hifob_pay": none,
        "hifdm_pay": none,
        "maf_pay": none,
        "oth_pay": to_yuan(amounts.other - amounts.hosp_part),
        "fund_pay_sumamt": to_yuan(amounts.fund),
        "hosp_part_amt": to_yuan(amounts.hosp_part),
        "psn_part_amt": to_yuan(amounts.account + amounts.cash),
        "acct_pay": to_yuan(amounts.account),
        "acct_mulaid_pay": to_yuan(amounts.mulaid),
        "psn_cash_pay": to_yuan(amounts.cash),
        "balc": to_yuan(balance - amounts.account),
        "clr_type": "11",
        "exp_content": "",
    }


def setl_info(shard: Shard, order: CentreOrder) -> dict[str, str]:
    """One row of `extData.setlinfo`: the settlement as it was when the order was done."""
    amounts, identity = order.amounts, shard.core.identity
    person = person_members(identity.id_no, order.settled_wire_ms)
    return {
        "setlId": order.hi_doc_sn,
        "mdtrtId": order.mdtrt_id,
        "psnNo": shard.core.psn_no,
        "psnName": identity.name,
        "certno": identity.id_no,
        "gend": person["gend"],
        "brdy": person["brdy"],
        "age": person["age"] if order.settled_wire_ms else "",
        "insutype": shard.core.plan.insutype,
        "psnType": shard.core.plan.psn_type,
        "medType": order.med_type,
        "setltime": beijing_dt(order.settled_wire_ms) if order.settled_wire_ms else "",
        "medfeeSumamt": to_yuan(amounts.total),
        "hifpPay": to_yuan(amounts.fund),
        "fundPaySumamt": to_yuan(amounts.fund),
        "mafPay": to_yuan(0),
        "othPay": to_yuan(amounts.other - amounts.hosp_part),
        "acctPay": to_yuan(amounts.account),
        "psnCashPay": to_yuan(amounts.cash),
        "psnPartAmt": to_yuan(amounts.account + amounts.cash),
        "hospPartAmt": to_yuan(amounts.hosp_part),
        "psnSetlway": "01",
        "clrType": "11",
    }


def setl_detail(shard: Shard, order: CentreOrder) -> list[dict[str, str]]:
    """`extData.setldetail`: what each fund paid; their sum is `fundPaySumamt`. No row when no fund paid."""
    if not order.amounts.fund:
        return []
    kind, name = FUND_TYPES.get(shard.core.plan.insutype, OTHER_FUND)
    return [
        {
            "fundpaytype": kind,
            "inscpscpamt": to_yuan(order.amounts.inscp),
            "crtpayblmtamt": to_yuan(0),
            "fundpayamt": to_yuan(order.amounts.fund),
            "fundpaytypename": name,
            "setlprocinfo": "",
        }
    ]
