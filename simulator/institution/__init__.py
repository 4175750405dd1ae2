"""定点医药机构接口 (两定接口): one module per transaction."""

from __future__ import annotations

from simulator.institution.single_entry import SINGLE
from simulator.institution.t1101_person import T1101
from simulator.institution.t2201_register import T2201
from simulator.institution.t2202_cancel_register import T2202
from simulator.protocol.model.role import Role

ROLE = Role("institution", interfaces=(T1101, T2201, T2202))

__all__ = ["ROLE", "SINGLE", "T1101", "T2201", "T2202"]
