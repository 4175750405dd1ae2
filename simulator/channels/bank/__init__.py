"""清算合作银行, first form: the cash account of a person (channels sheet 3b: no public text; every format is ours).

The centre tells it the cash leg of an order; the acts on the account itself come from the control API.
"""

from __future__ import annotations

from simulator.channels.bank import card, cash, state
from simulator.protocol.model.role import Role

ROLE = Role(
    state.NAME,
    events=(
        ("bank.bind", card.bind),
        ("bank.unbind", card.unbind),
        ("bank.deposit", card.deposit),
        ("bank.statement", card.statement),
    ),
    told=(
        ("cash.debit", cash.debit),
        ("cash.reverse", cash.reverse),
        ("cash.refund", cash.refund),
    ),
    acts=("bank.bind", "bank.unbind", "bank.deposit", "bank.statement"),
    part=state.part,
    spec=("bank",),
    view=state.view,
)
