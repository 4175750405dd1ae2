"""The contract of a leg: money that one role moves in its own compartment because another told it to.

Every cash channel answers three told events, whatever its name: `cash.debit`, `cash.reverse` and `cash.refund`,
each with `{key, fen, way}`; the account core answers `account.settle` and `account.refund` with `{key, account,
fund, way}`. `way` is how the policy of the person scripts the leg; anything but `ok` moves nothing. The result is
`{status, why?}`. A channel that needs time answers PENDING, keeps the movement under its key, and later tells the
teller's `back` event itself, with the same `key` as `payOrdId` or `appRefdSn` and the result then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator.protocol.model.step import Event

DONE: Final = "done"
FAILED: Final = "failed"
PENDING: Final = "pending"
ABSENT: Final = "absent"
"""No such role in this world: the engine's own result, so that a deleted role is an answer and not an accident."""


def result_of(event: Event) -> Mapping[str, Any]:
    """What the told handler gave back; empty when it gave nothing."""
    result = event.args.get("result")
    return result if isinstance(result, Mapping) else {}


def status_of(event: Event) -> str:
    """How the leg went: DONE, FAILED, PENDING, ABSENT, or a word of the leg's own."""
    return str(result_of(event).get("status", ""))
