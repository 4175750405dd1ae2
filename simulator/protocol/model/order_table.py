"""The states of an order (`ordStas`) and the transitions between them, as a table (sheet 8).

The names of the states 0-16 are what several integrations agree on; 17 has one source. No source states the
transitions: each row says what it rests on, and `states.extra_transitions` of the profile adds to or
replaces them. `docs/order-states.md` is drawn from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.protocol.model.profile import Profile
from simulator.protocol.text.said import Said

NEW: Final = ""
"""Before 6201: the order does not exist."""

STATES: Final[Mapping[str, Said]] = {
    "0": Said("已保存"),
    "1": Said("预结算完成"),
    "2": Said("结算中"),
    "3": Said("自费完成"),
    "4": Said("医保支付完成"),
    "5": Said("院内结算完成"),
    "6": Said("结算完成"),
    "7": Said("已退款"),
    "8": Said("已医保全部退款"),
    "9": Said("仅自费全部退款"),
    "10": Said("仅自费部分退款"),
    "11": Said("医保全部退、自费部分退款"),
    "12": Said("已撤销"),
    "13": Said("医保已撤销"),
    "14": Said("异常"),
    "15": Said("结算失败"),
    "16": Said("医保结算失败、自费冲正失败"),
    "17": Said("退款中"),
}
STATE_STATUS: Final[Mapping[str, str]] = {
    code: "vendor-code-single" if code == "17" else "vendor-code" for code in STATES
}
"""Confidence of each name. 2 is shown as 待支付 by one source; 18-25 exist somewhere, their meaning is unknown."""

EVENTS: Final[Mapping[str, Said]] = {
    "upload": Said("6201 上传成功"),
    "presettle": Said("6202 预结算成功"),
    "revoke": Said("6401 撤销"),
    "expire": Said("超时未支付"),
    "confirm": Said("患者确认支付"),
    "give_up": Said("患者取消或密码错误"),
    "cash_paid": Said("现金部分扣款成功"),
    "cash_failed": Said("现金部分扣款失败"),
    "medical_paid": Said("医保部分结算成功"),
    "medical_failed": Said("医保结算失败, 现金已冲回"),
    "cash_stuck": Said("医保结算失败, 现金冲回失败"),
    "undecided": Said("结果不明"),
    "institution_done": Said("院内结算完成"),
    "all_done": Said("全部完成(发 6302)"),
    "refund_started": Said("6203 已受理, 结果未定"),
    "refund_failed": Said("退费查明未成, 款项未动"),
    "refund_all": Said("6203 ALL 成功, 或余款退清"),
    "refund_hi": Said("6203 HI 成功"),
    "refund_cash": Said("6203 CASH 全额成功"),
    "refund_cash_part": Said("6203 CASH 部分成功"),
    "reverse": Said("冲正(revsToken)成功"),
    "reverse_medical": Said("只冲回医保部分"),
}


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: in state `before`, `event` leads to `after`. `status` is the ledger's word for its confidence."""

    before: str
    event: str
    after: str
    status: str
    source: str


_S8 = "centre 8 (I)"
_ROWS: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    (NEW, "upload", "0", "assumed", _S8),
    ("0", "presettle", "1", "assumed", _S8),
    ("1", "presettle", "1", "assumed", "contracts 10: 6202 again"),
    ("0", "revoke", "12", "assumed", "centre 6.9 (I)"),
    ("1", "revoke", "12", "assumed", "centre 6.9 (I)"),
    ("0", "expire", "12", "assumed", "contracts 10"),
    ("1", "expire", "12", "assumed", "contracts 10"),
    ("1", "confirm", "2", "assumed", _S8),
    ("2", "give_up", "1", "assumed", "liantiao: nothing moved"),
    ("2", "cash_failed", "1", "assumed", "liantiao: nothing moved"),
    ("2", "cash_paid", "3", "assumed", _S8),
    ("2", "medical_paid", "4", "assumed", _S8),
    ("3", "medical_paid", "4", "assumed", _S8),
    ("2", "medical_failed", "15", "assumed", _S8),
    ("3", "medical_failed", "15", "assumed", _S8),
    ("3", "cash_stuck", "16", "assumed", _S8),
    ("2", "undecided", "14", "assumed", _S8),
    ("3", "undecided", "14", "assumed", _S8),
    ("4", "undecided", "14", "assumed", _S8),
    ("3", "institution_done", "5", "assumed", _S8),
    ("4", "institution_done", "5", "assumed", _S8),
    ("5", "all_done", "6", "assumed", _S8),
    ("6", "refund_started", "17", "assumed", _S8),
    ("6", "refund_all", "7", "assumed", _S8),
    ("6", "refund_hi", "8", "assumed", _S8),
    ("6", "refund_cash", "9", "assumed", _S8),
    ("6", "refund_cash_part", "10", "assumed", _S8),
    ("17", "refund_all", "7", "assumed", _S8),
    ("17", "refund_hi", "8", "assumed", _S8),
    ("17", "refund_cash", "9", "assumed", _S8),
    ("17", "refund_cash_part", "10", "assumed", _S8),
    ("17", "refund_failed", "6", "assumed", "liantiao: nothing moved"),
    ("8", "refund_cash_part", "11", "assumed", _S8),
    ("8", "refund_cash", "7", "assumed", "liantiao: both parts refunded"),
    ("9", "refund_hi", "7", "assumed", "liantiao: both parts refunded"),
    ("11", "refund_cash", "7", "assumed", "liantiao: both parts refunded"),
    ("8", "refund_all", "7", "assumed", "liantiao: both parts refunded"),
    ("9", "refund_all", "7", "assumed", "liantiao: both parts refunded"),
    ("10", "refund_cash_part", "10", "assumed", "liantiao: more of the cash"),
    ("10", "refund_cash", "9", "assumed", "liantiao: the rest of the cash"),
    ("10", "refund_hi", "11", "assumed", "liantiao: both kinds, cash in part"),
    ("10", "refund_all", "7", "assumed", "liantiao: both parts refunded"),
    ("11", "refund_cash_part", "11", "assumed", "liantiao: more of the cash"),
    ("11", "refund_all", "7", "assumed", "liantiao: both parts refunded"),
    ("6", "reverse", "7", "assumed", "centre 8, contracts 10: 6203+revsToken"),
    ("4", "reverse_medical", "13", "assumed", _S8),
    ("5", "reverse_medical", "13", "assumed", _S8),
    ("6", "reverse_medical", "13", "assumed", _S8),
)
TRANSITIONS: Final[tuple[Transition, ...]] = tuple(Transition(*row) for row in _ROWS)
_NEXT: Final[Mapping[tuple[str, str], str]] = {(row.before, row.event): row.after for row in TRANSITIONS}

PROCESSING: Final = frozenset(("0", "1", "2"))
SETTLED: Final = frozenset(("3", "4", "5", "6"))
"""Settlement candidates of one client (sheet 8); only 6 is booked on."""
CANCELLED: Final = frozenset(("7", "8", "9", "10", "11", "12", "13"))
FAILED: Final = frozenset(("14", "15", "16"))


def arrows(profile: Profile) -> dict[tuple[str, str], list[str]]:
    """The diagram under a profile: (before, after) -> the events that lead there."""
    rows = dict(_NEXT)
    for extra in profile["states.extra_transitions"]:
        rows[(str(extra["before"]), str(extra["event"]))] = str(extra["after"])
    found: dict[tuple[str, str], list[str]] = {}
    for (before, event), after in rows.items():
        if after:
            found.setdefault((before, after), []).append(event)
    return found


def next_state(before: str, event: str, profile: Profile) -> str | None:
    """The state that `event` leads to from `before`, or None when the table and the profile have no such row.

    An entry of `states.extra_transitions` is `{before, event, after}`; it wins over the table, a later entry over an
    earlier; an empty `after` takes the row away.
    """
    after = _NEXT.get((before, event))
    for row in profile["states.extra_transitions"]:
        if (str(row["before"]), row["event"]) == (before, event):
            after = str(row["after"]) or None
    return after
