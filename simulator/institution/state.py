"""The compartment of the insurance side: the person's insured account (个人账户), one for 6xxx and 22xx alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from simulator.protocol.model.shard import Shard
from simulator.protocol.model.spec import amount

NAME: Final = "institution"
BALANCE: Final = 50_000


@dataclass(frozen=True, slots=True)
class InsuredEntry:
    """One movement. `kind` settle|refund; `account` and `fund` in fen are positive; `key` is payOrdId or appRefdSn."""

    kind: str
    key: str
    account: int
    fund: int
    at_wire_ms: int


@dataclass(frozen=True, slots=True)
class InsuredAccount:
    """`balance` of the account in fen; the funds have no bound here, so they only leave entries."""

    balance: int = BALANCE
    entries: tuple[InsuredEntry, ...] = ()

    def settle(self, key: str, account: int, fund: int, at_wire_ms: int) -> InsuredAccount | None:
        """The account after a settlement took its part, or None when it is short of money."""
        if self.balance < account:
            return None
        entry = InsuredEntry("settle", key, account, fund, at_wire_ms)
        return replace(self, balance=self.balance - account, entries=(*self.entries, entry))

    def refund(self, key: str, account: int, fund: int, at_wire_ms: int) -> InsuredAccount:
        """The account after its part came back."""
        entry = InsuredEntry("refund", key, account, fund, at_wire_ms)
        return replace(self, balance=self.balance + account, entries=(*self.entries, entry))


def part(spec: Mapping[str, Any]) -> InsuredAccount:
    """A fresh account from `balance` of a person spec. Raises SpecError."""
    return InsuredAccount(amount(spec, "balance", BALANCE))


def view(account: InsuredAccount) -> dict[str, Any]:
    """What the control API shows."""
    return {"balance": account.balance}


def of(shard: Shard) -> InsuredAccount:
    """The account of this person."""
    account = shard.parts[NAME]
    assert isinstance(account, InsuredAccount)
    return account


def put(shard: Shard, account: InsuredAccount) -> Shard:
    """The shard with this account."""
    return shard.with_part(NAME, account)
