"""The values that books, practice and work pass to each other. Frozen; money is integer fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NoticeAnswer = tuple[int, dict[str, Any] | str | bytes | None]
"""What a notice is answered: HTTP status and JSON body; bytes: a page as it stands; None: no body."""


@dataclass(frozen=True, slots=True)
class Patient:
    """Who is treated (`id_no`) and who uses the app (`openid`)."""

    name: str
    id_type: str
    id_no: str
    openid: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Credential:
    """`kind` is the wire member: `payAuthNo` or `ecToken`. `holder` is the card holder's number if known."""

    kind: str
    value: str
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bill. `price` and `cnt` as they were typed in; `amount` in fen."""

    item_id: str
    code: str
    name: str
    cnt: str
    price: str
    amount: int


@dataclass(frozen=True, slots=True)
class HospitalVisit:
    """What 2201 opened: `mdtrt_id` is the centre's, `number` (ipt_otp_no) ours; the rest as 1101 gave it."""

    mdtrt_id: str
    number: str
    psn_no: str
    insured_region: str


@dataclass(frozen=True, slots=True)
class OrderAmounts:
    """A settled or presettled order: `total = fund + account + cash + other` (sheet 9)."""

    total: int
    fund: int
    account: int
    cash: int
    other: int = 0

    @property
    def balanced(self) -> bool:
        """Whether the parts make the total and none is negative."""
        parts = (self.fund, self.account, self.cash, self.other)
        return min(self.total, *parts) >= 0 and sum(parts) == self.total

    def as_json(self) -> dict[str, int]:
        """The members of the driver contract."""
        return {
            "total": self.total,
            "cash": self.cash,
            "account": self.account,
            "fund": self.fund,
            "other": self.other,
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """What a refund call asks for. `whole_bills`: all bills of the order; `whole_lines`: no line left out."""

    kind: str
    parts: Mapping[str, int]
    whole_bills: bool
    whole_lines: bool
    dispensed: bool
