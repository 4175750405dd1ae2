"""Send 6202 again without asking 6301 (MP-FLT-02)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from conformance.reference.change import Mutant, with_points


async def _always(ask: Callable[[], Awaitable[str]]) -> bool:
    del ask
    return True


MUTANT = Mutant(
    "retry_6202_blind",
    "6202 结果未知时不查询就重发",
    caught_by=("FLT-QUERY-001",),
    needs=("fault/order_timeout_done",),
    apply=with_points(may_order_again=_always),
)
