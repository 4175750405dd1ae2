"""The bank's compartment: the bound account of a person (synthetic; no bank's real interface is public)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from simulator.protocol.model.shard import Shard
from simulator.protocol.model.spec import amount, flag, member

NAME: Final = "bank"
BALANCE: Final = 100_000


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One movement of the bank account. `kind` debit|reversal|refund|deposit; `fen` is positive."""

    kind: str
    key: str
    fen: int
    at_wire_ms: int


@dataclass(frozen=True, slots=True)
class BankAccount:
    """The account: `balance` in fen is what the first balance and the entries come to."""

    bound: bool = True
    balance: int = BALANCE
    entries: tuple[BankEntry, ...] = ()

    def debit(self, key: str, fen: int, at_wire_ms: int) -> BankAccount | None:
        """The account after `fen` were taken, or None when unbound or short of money."""
        if not self.bound or self.balance < fen:
            return None
        entry = BankEntry("debit", key, fen, at_wire_ms)
        return replace(self, balance=self.balance - fen, entries=(*self.entries, entry))

    def credit(self, kind: str, key: str, fen: int, at_wire_ms: int) -> BankAccount:
        """The account after `fen` came in; also when unbound (money goes back where it came from)."""
        entry = BankEntry(kind, key, fen, at_wire_ms)
        return replace(self, balance=self.balance + fen, entries=(*self.entries, entry))


def part(spec: Mapping[str, Any]) -> BankAccount:
    """A fresh account from `bank: {bound, balance}` of a person spec. Raises SpecError."""
    bank = member(spec, "bank")
    return BankAccount(flag(bank, "bound", True, "bank"), amount(bank, "balance", BALANCE, "bank"))


def view(account: BankAccount) -> dict[str, Any]:
    """What the control API shows."""
    return {
        "bank": {"bound": account.bound, "balance": account.balance, "entries": len(account.entries)},
    }


def of(shard: Shard) -> BankAccount:
    """The account of this person."""
    account = shard.parts[NAME]
    assert isinstance(account, BankAccount)
    return account


def put(shard: Shard, account: BankAccount) -> Shard:
    """The shard with this account."""
    return shard.with_part(NAME, account)
