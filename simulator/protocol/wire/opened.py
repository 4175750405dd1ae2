"""What opening a message yields, whatever its form: the facts, and as much of the content as could be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from simulator.protocol.text.said import Said
from simulator.protocol.wire.facts import Fact, Facts

Kind = Literal["request", "response"]

ADVISORY: Final = frozenset(
    {
        "sign.canonical", "fsi.msgid", "amounts.refund_sum",
        "note.place", "note.line_total", "note.codes", "note.order_number", "note.decimals", "note.negative_line",
        "note.inf_time",
    }
)  # fmt: skip
"""Facts that are findings but no reason to refuse by themselves: the bare family where the profile accepts it, a
loose msgid, and the refund sum, on which 6203 decides by `refund.strict_sum` (ALL may leave parts out, sheet 6.5);
and the notes of `advice`, which never change a byte of an answer (contracts 10).
"""


def notes(facts: Facts) -> Facts:
    """What is to be shown beside an accepted message: advisory facts that are not as they should be."""
    return tuple(fact for fact in facts if not fact.ok and fact.name in ADVISORY)


@dataclass(frozen=True, slots=True)
class Opened:
    """`outer`: the outer object without the business data, or None. `data`: the business object, or None.

    `sender`: the known credential (appId, institution code, partner id …) that sent it, else the empty text.
    `replay_key`: what a byte-identical repeat would have again (a signature, a nonce), else the empty text; whether
    it was seen before is for whoever keeps the memory to say, with `freshness`.
    """

    facts: Facts
    outer: Mapping[str, Any] | None
    data: Any | None
    sender: str
    kind: Kind = "request"
    replay_key: str = ""

    @property
    def bads(self) -> Facts:
        """Every fact that is a reason to refuse, in the order they were observed."""
        return tuple(fact for fact in self.facts if not fact.ok and fact.name not in ADVISORY)

    @property
    def bad(self) -> Fact | None:
        """The first of them, or None."""
        return next(iter(self.bads), None)

    @property
    def ok(self) -> bool:
        """Whether the message may be acted upon."""
        return self.bad is None


def freshness(fresh: bool) -> Fact:
    """The fact `replay.fresh` about the replay key of a message: whether no accepted message had it before."""
    note = "" if fresh else Said("此签名已收到过: 每次发送都应重新取时间并重新签名")
    return Fact("replay.fresh", fresh, note)
