"""Which amounts a 6203 asks for, and whether its type allows them (sheet 9, contracts 10). Integer fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.centre.state import CentreOrder
from simulator.protocol.text.fields import Refusal, fen, text, together
from simulator.protocol.text.money import to_yuan
from simulator.protocol.text.said import Said

TYPES = ("ALL", "CASH", "HI")
_NAMES = {
    "cash": Said("现金 cashRefdAmt"),
    "account": Said("个人账户 psnAcctRefdAmt"),
    "fund": Said("基金 fundRefdAmt"),
}


@dataclass(frozen=True, slots=True)
class Parts:
    """What is asked back of each part; `total` as the vendor wrote it."""

    cash: int
    account: int
    fund: int
    total: int

    @property
    def sum(self) -> int:
        """The three parts together."""
        return self.cash + self.account + self.fund


def read_parts(data: Mapping[str, Any], order: CentreOrder) -> Parts | Refusal:
    """The parts in fen. With `ALL` an absent account or fund is the original one (sheet 6.5)."""
    whole = text(data, "refdType") == "ALL"
    cash = fen(data, "cashRefdAmt", order.cash_paid if whole else 0)
    account = fen(data, "psnAcctRefdAmt", order.account_paid if whole else 0)
    fund = fen(data, "fundRefdAmt", order.fund_paid if whole else 0)
    total = fen(data, "totlRefdAmt", None)
    if cash is None or account is None or fund is None or total is None:
        return "LT-AMOUNT-FORM", Said("退费金额应为非负、最多两位小数的元, 且 totlRefdAmt 必填; 请逐项核对")
    return Parts(cash, account, fund, total)


def check_parts(
    parts: Parts, refd_type: str, order: CentreOrder, strict: bool, with_other: bool
) -> Refusal | None:
    """Why the parts do not fit the type or the original order; None when they do.

    `strict`: the total is the sum of the parts. `with_other`: a total of ALL may also count othFeeAmt.
    """
    refusal = _check_type(parts, refd_type) or _check_over(parts, order)
    if refusal:
        return refusal
    totals = {parts.sum, parts.sum + order.amounts.other * (with_other and refd_type == "ALL")}
    if strict and parts.total not in totals:
        return (
            "LT-REFUND-SUM",
            Said(
                "totlRefdAmt {} 元不等于现金、个账、基金之和 {} 元; 请使两者相等",
                to_yuan(parts.total),
                to_yuan(parts.sum),
            ),
        )
    if parts.sum == 0:
        return "LT-REFUND-SUM", Said("退费金额为 0; 请至少退一项")
    return _check_whole(parts, refd_type, order)


def _check_type(parts: Parts, refd_type: str) -> Refusal | None:
    if refd_type not in TYPES:
        return "LT-REFUND-TYPE", Said(
            "refdType={} 不在取值范围; 请写 ALL、CASH 或 HI", refd_type or Said("空")
        )
    if refd_type == "CASH" and (parts.account or parts.fund):
        return "LT-REFUND-TYPE", Said("refdType=CASH 只能含现金, 不能含个账或基金金额; 请改类型或清空这两项")
    if refd_type == "HI" and parts.cash:
        return "LT-REFUND-TYPE", Said("refdType=HI 只退医保, 不能含现金金额; 请改类型或清空 cashRefdAmt")
    return None


def _check_over(parts: Parts, order: CentreOrder) -> Refusal | None:
    left = {
        "cash": order.cash_paid - order.cash_refunded,
        "account": order.account_paid - order.account_refunded,
        "fund": order.fund_paid - order.fund_refunded,
    }
    return together(
        (
            "LT-REFUND-OVER",
            Said(
                "{} 申请 {} 元, 超过可退的 {} 元; 请按原单未退金额填写",
                _NAMES[name],
                to_yuan(asked),
                to_yuan(most),
            ),
        )
        for name, most in left.items()
        if (asked := getattr(parts, name)) > most
    )


def _check_whole(parts: Parts, refd_type: str, order: CentreOrder) -> Refusal | None:
    medical = (parts.account, parts.fund)
    if refd_type in ("ALL", "HI") and medical != (order.account_paid, order.fund_paid):
        return (
            "LT-REFUND-TYPE",
            Said(
                "医保部分须整单退回(个账 {} 元, 基金 {} 元); 部分项目请整单退费后重新结算",
                to_yuan(order.account_paid),
                to_yuan(order.fund_paid),
            ),
        )
    if refd_type == "ALL" and parts.cash != order.cash_paid:
        return (
            "LT-REFUND-TYPE",
            Said("refdType=ALL 须退全部现金 {} 元; 部分现金请用 CASH", to_yuan(order.cash_paid)),
        )
    return None
