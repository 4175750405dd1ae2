"""Have no notice address and converge by 6301 alone (contracts 2: `notify: none`)."""

from __future__ import annotations

from conformance.reference.change import Variant, with_points

VARIANT = Variant("polling_only", "不收通知, 只靠 6301 查询收敛", with_points(receives_notices=False))
