"""Every role of the simulated world. A new one is a package of its own and a line here."""

from __future__ import annotations

from simulator import centre, ecredential, institution, patients
from simulator.channels import bank, wechat
from simulator.protocol.model.role import Role

ROLES: tuple[Role, ...] = (
    centre.ROLE,
    institution.ROLE,
    ecredential.ROLE,
    patients.ROLE,
    bank.ROLE,
    wechat.ROLE,
)
