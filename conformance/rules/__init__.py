"""Every rule by the name that the ledger cites. A new family is a file and a line here. Pure."""

from __future__ import annotations

from conformance.finding import Rule
from conformance.rules import (
    attempts,
    believed,
    changed_bill,
    doubt,
    expect,
    fault,
    holder,
    identity,
    matching,
    notify,
    pay,
    prices,
    privacy,
    refund,
    refund_outcome,
    registration,
    request,
    scanned,
    security,
    slip,
    slots,
    told,
)

RULES: tuple[tuple[str, Rule], ...] = (
    *security.RULES,
    *believed.RULES,
    *request.RULES,
    *identity.RULES,
    *holder.RULES,
    *pay.RULES,
    *changed_bill.RULES,
    *slip.RULES,
    *prices.RULES,
    *registration.RULES,
    *slots.RULES,
    *refund.RULES,
    *refund_outcome.RULES,
    *notify.RULES,
    *matching.RULES,
    *fault.RULES,
    *doubt.RULES,
    *attempts.RULES,
    *privacy.RULES,
    *scanned.RULES,
    *told.RULES,
    *expect.RULES,
)
