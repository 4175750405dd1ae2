"""What opening a message yields, whatever its form: the facts, and as much of the content as could be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from simulator.protocol.wire.facts import Fact, Facts

Kind = Literal["request", "response"]

ADVISORY: Final = frozenset({"sign.canonical", "fsi.msgid", "amounts.refund_sum"})
"""Facts that are findings but no reason to refuse by themselves: the bare family where the profile accepts it, a
loose msgid, and the refund sum, on which 6203 decides by `refund.strict_sum` (ALL may leave parts out, sheet 6.5).
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """`envelope`: the outer object without the business data, or None. `data`: the business object, or None.

    `app_id`: the known app (sealed), institution (fsi) or partner (portal) that sent it, else the empty text.
    """

    facts: Facts
    envelope: Mapping[str, Any] | None
    data: Any | None
    app_id: str
    kind: Kind = "request"

    @property
    def bad(self) -> Fact | None:
        """The first fact that is a reason to refuse, or None."""
        return next((fact for fact in self.facts if not fact.ok and fact.name not in ADVISORY), None)

    @property
    def ok(self) -> bool:
        """Whether the message may be acted upon."""
        return self.bad is None
