"""清算合作银行, first form: the cash account of a person (channels sheet 3b: no public text; every format is ours).

The centre's own cashier debits and credits the account (`shard.Bank`); here are the acts on the account itself.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.channels.bank import account
from simulator.protocol.model.shard import Shard
from simulator.protocol.model.step import Context, Event, Interface, Step

INTERFACES: tuple[Interface, ...] = ()
EVENTS: tuple[tuple[str, Callable[[Shard, Event, Context], Step]], ...] = (
    ("bank.bind", account.bind),
    ("bank.unbind", account.unbind),
    ("bank.deposit", account.deposit),
    ("bank.statement", account.statement),
)
