"""Every rule by the name that the ledger cites. A new family is a file and a line here. Pure."""

from __future__ import annotations

from conformance.finding import Rule
from conformance.rules import (
    expect,
    fault,
    identity,
    notify,
    pay,
    privacy,
    refund,
    registration,
    security,
    told,
)

RULES: tuple[tuple[str, Rule], ...] = (
    *security.RULES,
    *identity.RULES,
    *pay.RULES,
    *registration.RULES,
    *refund.RULES,
    *notify.RULES,
    *fault.RULES,
    *privacy.RULES,
    *told.RULES,
    *expect.RULES,
)
