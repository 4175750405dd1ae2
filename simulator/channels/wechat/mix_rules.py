"""Which members a mixed order has, and how its amounts belong together (channels sheet 1b.2, 1b.4, H). Pure values in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.channels.wechat.errors import CASH, FIELDS_CASH, FIELDS_INSURANCE, MIXED, TOTAL
from simulator.channels.wechat.written_numbers import fen_in
from simulator.protocol.text.fields import rows
from simulator.protocol.text.said import Said, listed

PARTS: Final = ("med_ins_gov_fee", "med_ins_self_fee", "med_ins_other_fee", "med_ins_cash_fee")
INSURANCE: Final = ("pay_order_id", "pay_auth_no", "geo_location", "med_ins_order_create_time")
Broken = tuple[int, Said]
"""(internal number, sentence)."""


@dataclass(frozen=True, slots=True)
class MixAmounts:
    """The amounts of a mixed order in fen; `added` and `reduced` are the sums of the two detail lists."""

    total: int
    gov: int
    self: int
    other: int
    cash: int
    wallet: int
    added: int
    reduced: int

    @property
    def insured(self) -> int:
        """What 6202 has split: the four insurance amounts together."""
        return self.gov + self.self + self.other + self.cash


def amounts_of(data: Mapping[str, Any]) -> MixAmounts:
    """The amounts as sent; what is absent counts as 0 (the schema has seen to their form)."""
    gov, own, other, cash = (fen_in(data, name) or 0 for name in PARTS)
    added = sum(fen_in(row, "cash_add_fee") or 0 for row in rows(data, "cash_add_detail"))
    reduced = sum(fen_in(row, "cash_reduce_fee") or 0 for row in rows(data, "cash_reduce_detail"))
    total, wallet = fen_in(data, "total_fee") or 0, fen_in(data, "wechat_pay_cash_fee") or 0
    return MixAmounts(total, gov, own, other, cash, wallet, added, reduced)


def fields(data: Mapping[str, Any], zero: bool) -> Broken | None:
    """Why the set of members does not fit `mix_pay_type`. `zero`: INSURANCE_ONLY may have a sum of 0 (ICBC says no)."""
    kind, amounts = data.get("mix_pay_type"), amounts_of(data)
    has_cash, wallet = bool(data.get("prepay_id")), amounts.wallet
    if kind == "CASH_ONLY":
        forbidden = [name for name in (*INSURANCE, *PARTS) if _there(data, name)]
        missing = [name for name in ("prepay_id", "wechat_pay_cash_fee") if not data.get(name)]
        number = FIELDS_CASH
    else:
        both = kind == "CASH_AND_INSURANCE"
        wanted = (*INSURANCE, *PARTS, *(("prepay_id", "wechat_pay_cash_fee") if both else ()))
        missing = [name for name in wanted if not _there(data, name) or data.get(name) == ""]
        forbidden = [] if both or not has_cash else ["prepay_id"]
        forbidden += [] if both or not wallet else ["wechat_pay_cash_fee"]
        number = FIELDS_INSURANCE
    if missing or forbidden:
        said = Said("{} 缺少 [{}], 不应有 [{}]", str(kind), listed(", ", missing), listed(", ", forbidden))
        return number, said
    if kind != "INSURANCE_ONLY" and not wallet:
        return number, Said("{} 的 wechat_pay_cash_fee 应大于 0; 没有现金时用 INSURANCE_ONLY", str(kind))
    if kind == "CASH_AND_INSURANCE" and not amounts.insured:
        return MIXED, Said("CASH_AND_INSURANCE 的四项医保金额之和不能为 0")
    if kind == "INSURANCE_ONLY" and not amounts.insured and not zero:
        return MIXED, Said("INSURANCE_ONLY 的四项医保金额之和不能为 0")
    return None


def formulas(data: Mapping[str, Any]) -> Broken | None:
    """Which of the formulas (1) and (2) does not hold, with the values that were compared."""
    one = amounts_of(data)
    wallet = one.cash + one.added - one.reduced
    if data.get("mix_pay_type") == "CASH_ONLY":  # its four insurance amounts are not there
        wallet = one.wallet
    if one.wallet != wallet:
        said = Said("wechat_pay_cash_fee={} 应等于 med_ins_cash_fee + 加收 - 减免 = {}", one.wallet, wallet)
        return CASH, said
    total = one.gov + one.self + one.other + one.wallet + one.reduced
    if one.total != total:
        said = Said(
            "total_fee={} 应等于 gov + self + other + wechat_pay_cash_fee + 减免 = {}", one.total, total
        )
        return TOTAL, said
    return None


def _there(data: Mapping[str, Any], name: str) -> bool:
    return data.get(name) is not None
