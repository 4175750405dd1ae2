"""Send the same account flag whatever the patient chose (MP-PAY-04)."""

from __future__ import annotations

from conformance.reference.change import Mutant, with_points

MUTANT = Mutant(
    "ignore_acct_flag",
    "个人账户使用标志写死",
    caught_by=("PAY-ACCT-001",),
    needs=("pay/account_unused",),
    apply=with_points(account_flag=lambda _used: "1"),
)
