"""The arithmetic of sheet 9 as facts: details, split, four parts of the total, refund."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.protocol.model.profile import Profile
from simulator.protocol.text.money import MoneyError, to_fen, to_yuan
from simulator.protocol.text.said import Said, listed
from simulator.protocol.wire.facts import Fact, Facts

MONEY_FIELDS: Final = (
    "medfeeSumamt", "fulamtOwnpayAmt", "overlmtSelfpay", "preselfpayAmt", "inscpScpAmt",
    "feeSumamt", "ownPayAmt", "psnAcctPay", "fundPay", "othFeeAmt", "hospPartAmt", "acctMulaidPay",
    "selfAcctPay", "deposit", "delvFee", "totlRefdAmt", "cashRefdAmt", "psnAcctRefdAmt", "fundRefdAmt",
)  # fmt: skip
"""Top-level amounts of the 6xxx interfaces, two decimals each (`pric` and `cnt` are no amounts)."""
PATHS_LISTED: Final = 20

_SPLIT: Final = ("fulamtOwnpayAmt", "preselfpayAmt", "inscpScpAmt")
_PARTS: Final = ("ownPayAmt", "psnAcctPay", "fundPay", "othFeeAmt")
_REFUND: Final = ("cashRefdAmt", "psnAcctRefdAmt", "fundRefdAmt")


def amount_facts(interface: str, part: str, data: Any, profile: Profile | None = None) -> Facts:
    """The `amounts.*` facts that apply to the business object of a message; `part` is `request` or `response`.

    A sum is stated only when all it needs is there and well formed; `amounts.form` names the rest. In
    `d`, fen. Null and "" are absent, an absent part counts as 0 (sheet 6.8). The `fields.*` options of a profile say how
    amounts may be written; without one as sheet 9 has it.
    """
    how = Written.of(profile)
    if not isinstance(data, Mapping):
        return ()
    amounts: dict[str, int] = {}
    wrong: list[str] = []
    for name in MONEY_FIELDS:
        _read(data.get(name), name, name, amounts, wrong, how.places)
    lines = data.get("feedetailList")
    details = _details(lines if isinstance(lines, (list, tuple)) else (), wrong, how)
    facts = [_form(wrong)] if amounts or wrong else []
    if interface == "6201" and part == "request":
        if details is not None and "medfeeSumamt" in amounts:
            facts.append(_detail_sum(details, amounts["medfeeSumamt"]))
        if all(name in amounts for name in (*_SPLIT, "medfeeSumamt")):
            facts.append(_sum("amounts.split", "medfeeSumamt", _SPLIT, amounts))
    elif interface == "6203" and part == "request":
        if "totlRefdAmt" in amounts and not set(wrong) & set(_REFUND):
            facts.append(_sum("amounts.refund_sum", "totlRefdAmt", _REFUND, amounts))
    elif "feeSumamt" in amounts and not set(wrong) & set(_PARTS):
        facts.append(_sum("amounts.balance", "feeSumamt", _PARTS, amounts))
    return tuple(facts)


@dataclass(frozen=True, slots=True)
class Written:
    """How amounts may be written: decimals, and whether lines of a bill may be negative."""

    places: int = 2
    negative_lines: bool = False

    @classmethod
    def of(cls, profile: Profile | None) -> Written:
        """As the profile says; sheet 9 without one."""
        if profile is None:
            return cls()
        return cls(profile["fields.decimals"], profile["fields.negative_lines"] == "allow")


def _read(
    value: Any, name: str, path: str, amounts: dict[str, int], wrong: list[str], places: int, *,
    negative: bool = False,
) -> None:  # fmt: skip
    if value is None or value == "":
        return
    try:
        amounts[name] = to_fen(value, places=places, negative=negative)
    except MoneyError:
        wrong.append(path)


def _details(lines: Iterable[Any], wrong: list[str], how: Written) -> int | None:
    """The sum of the lines in fen, or None when there is no line or one has no readable amount."""
    total, count, before = 0, 0, len(wrong)
    for index, line in enumerate(lines):
        one: dict[str, int] = {}
        value = line.get("detItemFeeSumamt") if isinstance(line, Mapping) else None
        found, path = "?" if value in (None, "") else value, f"feedetailList[{index}].detItemFeeSumamt"
        _read(found, "", path, one, wrong, how.places, negative=how.negative_lines)
        total += one.get("", 0)
        count += 1
    return total if count and len(wrong) == before else None


def _form(wrong: list[str]) -> Fact:
    if not wrong:
        return Fact("amounts.form", True)
    shown = wrong[:PATHS_LISTED]
    note = Said("金额应为非负、最多两位小数的元: {}", listed(", ", shown))
    return Fact("amounts.form", False, note, {"fields": shown, "count": len(wrong)})


def _detail_sum(details: int, total: int) -> Fact:
    same = details == total
    apart = to_yuan(details - total)
    said = Said("明细合计 {} 元, medfeeSumamt {} 元, 相差 {} 元", to_yuan(details), to_yuan(total), apart)
    return Fact("amounts.detail_sum", same, "" if same else said, {"details": details, "total": total})


def _sum(name: str, whole: str, parts: tuple[str, ...], amounts: Mapping[str, int]) -> Fact:
    total = sum(amounts.get(part, 0) for part in parts)
    same = total == amounts[whole]
    note = (
        ""
        if same
        else Said(
            "{} = {} 元, {} = {} 元", listed(" + ", parts), to_yuan(total), whole, to_yuan(amounts[whole])
        )
    )
    found = {part: amounts[part] for part in parts if part in amounts}
    return Fact(name, same, note, {"total": amounts[whole], "sum": total, "parts": found})
