"""Split a bill into fund, account, cash and other: integers of fen only, and the parts always sum to the total.

Rule of this simulator (assumed; real plans differ by region): the class of each line gives what is
in scope; fund = (in scope - deductible) x ratio; the account pays the rest up to its balance when it
is used; cash pays what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from simulator.institution.state import of
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.shard import Amounts, InsurancePlan, Shard

Line = tuple[str, int]
"""(medListCodg, fen)"""


def percent(fen: int, rate: int) -> int:
    """`rate` per cent of `fen`, half a fen rounded up."""
    return (fen * rate + 50) // 100


def self_paid(line: Line, classes: Mapping[str, Mapping[str, int]]) -> tuple[int, int]:
    """(fully own-paid, paid first by the person) of one line, by the longest prefix of its catalogue code.

    A code of no class is fully in scope. `classes`: prefix -> {"ownpay": per cent, "preselfpay": per cent}.
    """
    code, fen = line
    prefix = max((p for p in classes if code.startswith(p)), key=len, default=None)
    if prefix is None:
        return 0, 0
    own = percent(fen, classes[prefix].get("ownpay", 0))
    return own, min(percent(fen, classes[prefix].get("preselfpay", 0)), fen - own)


def split_bill(
    shard: Shard, lines: Sequence[Line], use_account: bool, deposit: int, profile: Profile
) -> Amounts:
    """The amounts of this person's bill under their plan and the balance of their account. `deposit` in fen."""
    plan = shard.core.plan
    if profile["amounts.total_parts"] != "four":
        plan = replace(plan, other=0)
    return split(lines, plan, of(shard).balance, use_account, profile["catalogue.classes"], deposit)


def split(
    lines: Sequence[Line],
    plan: InsurancePlan,
    balance: int,
    use_account: bool,
    classes: Mapping[str, Mapping[str, int]],
    deposit: int = 0,
) -> Amounts:
    """The amounts of a bill whose `lines` sum to the total. `balance` and `deposit` in fen."""
    total = sum(fen for _, fen in lines)
    parts = [self_paid(line, classes) for line in lines]
    own, first = sum(part[0] for part in parts), sum(part[1] for part in parts)
    inscp = total - own - first
    fund = percent(max(inscp - plan.deductible, 0), plan.ratio)
    account = min(total - fund, balance) if use_account else 0
    other = min(plan.other, total - fund - account)
    cash = total - fund - account - other
    return Amounts(
        total=total,
        fund=fund,
        account=account,
        cash=cash,
        other=other,
        hosp_part=min(plan.hosp_part, other),
        deposit=min(deposit or plan.deposit, cash),
        mulaid=min(plan.mulaid, account),
        fulamt_ownpay=own,
        preselfpay=first,
        inscp=inscp,
    )
