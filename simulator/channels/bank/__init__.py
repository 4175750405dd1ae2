"""清算合作银行, first form: the cash account of a person (channels sheet 3b: no public text; every format is ours).

The centre's own cashier debits and credits the account (`shard.Bank`); here are the acts on the account itself.
"""

from __future__ import annotations

from simulator.channels.bank import account
from simulator.protocol.model.role import Role

ROLE = Role(
    "bank",
    events=(
        ("bank.bind", account.bind),
        ("bank.unbind", account.unbind),
        ("bank.deposit", account.deposit),
        ("bank.statement", account.statement),
    ),
)
