"""定点医药机构接口 (两定接口): one module per transaction, and the account core that serves 6xxx as well."""

from __future__ import annotations

from simulator.institution import account, nodes, state, t2202_cancel_register
from simulator.institution.single_entry import SINGLE
from simulator.institution.t1101_person import T1101
from simulator.institution.t2201_register import T2201
from simulator.institution.t2202_cancel_register import T2202
from simulator.institution.transport import FSI
from simulator.protocol.model.role import Role

ROLE = Role(
    state.NAME,
    interfaces=(T1101, T2201, T2202, SINGLE),
    transports=(FSI,),
    ids={"mdtrt_id": "mdtrtId"},
    told=(
        ("account.presettle", account.presettle),
        ("account.settle", account.settle),
        ("account.refund", account.refund),
        ("person.nodes", nodes.told),
        ("visit.cancel", t2202_cancel_register.cancel),
    ),
    part=state.part,
    spec=("balance",),
    view=state.view,
    publishes=("psn_no", "visits"),
)

__all__ = ["ROLE", "SINGLE", "T1101", "T2201", "T2202"]
