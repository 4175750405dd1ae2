"""What evidence says about one refund: what the centre did, and from which record on the vendor may know it. Pure.

A fact is known from any verified message that says it: the answer of the 6203, its repeat under the same number, or the
state of the order in a 6301 or 6302 (contracts 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from conformance.evidence.centre import (
    OrderView,
    known_from,
    refund_amounts,
    refund_serial,
    refund_status,
    refund_type,
    said_state,
)
from conformance.evidence.records import Exchange, Record
from conformance.evidence.values import child, key_of, text, whole

REFUNDED = ("7", "8", "9", "10", "11")
"""States of an order of which money went back (centre sheet 8)."""
UNDECIDED = ("14", "17")
"""States of an order that leave its refund open."""
DECIDED = ("SUCC", "FAIL")
PARTS = ("cash", "account", "fund")
Parts = tuple[int, int, int]
"""Cash, account, fund in fen."""


@dataclass(frozen=True)
class RefundView:
    """The refund `number` of an order: every 6203 that asked for it, and what the world noted of it."""

    order: OrderView
    number: str
    asked: tuple[Exchange, ...]
    noted: tuple[Record, ...] = ()

    @property
    def first(self) -> Exchange:
        """The request that asked for it first."""
        return self.asked[0]

    @cached_property
    def outcome(self) -> str:
        """SUCC, FAIL or EXP: as the centre noted it last, else as it was told; empty when it is not known here."""
        if self.noted:
            return text(child(self.noted[-1], "d"), "after")
        genuine = [status for one in self.asked if one.genuine and (status := refund_status(one))]
        decided = next((status for status in genuine if status in DECIDED), "")
        by_state = any(self._explains(one) for one in self._states())
        return decided or ("SUCC" if by_state else genuine[-1] if genuine else "")

    @cached_property
    def told(self) -> tuple[Exchange, ...]:
        """The genuine messages that tell the vendor how it ended, in the order in which they told it."""
        own = [one for one in self.asked if one.genuine and refund_status(one) in DECIDED]
        states = [one for one in self._states() if self._tells(one)]
        return tuple(sorted((*own, *states), key=known_from))

    @property
    def told_at(self) -> int | None:
        """The record from which on the vendor may know how it ended."""
        return known_from(self.told[0]) if self.told else None

    @cached_property
    def parts(self) -> Parts:
        """What goes back: what the centre noted each time money moved, else as asked.

        Parts left out of ALL are those of the order (sheet 6.5).
        """
        moved = [child(record, "d", "detail") for record in self.noted]
        moved = [one for one in moved if any(whole(one, name) is not None for name in PARTS)]
        if not moved:
            return asked_parts(self.order, self.first)
        cash, account, fund = (sum(whole(one, name) or 0 for one in moved) for name in PARTS)
        return cash, account, fund

    def _states(self) -> Iterable[Exchange]:
        """Genuine 6301 and 6302 with a state of the order that were said after it was asked for."""
        said = (*self.order.queries, *self.order.notices)
        return (one for one in said if one.genuine and said_state(one) and known_from(one) > self.first.seq)

    def _explains(self, one: Exchange) -> bool:
        """Whether the order was said to be in a state of refunded money that it was not in before."""
        state = said_state(one)
        return state in REFUNDED and state != self.order.state_before(self.first.seq)

    def _tells(self, one: Exchange) -> bool:
        """Whether the state that was said shows how this refund ended: another one, or the old one with nothing moved."""
        if self.outcome == "SUCC":
            return self._explains(one) and (self._noted_at or 0) < known_from(one)
        return said_state(one) not in UNDECIDED and self.outcome != "EXP" and known_from(one) > self._noted_at

    @property
    def _noted_at(self) -> int:
        return (whole(self.noted[-1], "seq") if self.noted else None) or 0


def asked_parts(order: OrderView, refund: Exchange) -> Parts:
    """Cash, account, fund of a 6203; parts left out of ALL are those of the order (sheet 6.5)."""
    paid: Mapping[str, int] = order.amounts or {}
    everything = refund_type(refund) == "ALL" and bool(paid)
    cash, account, fund = (
        paid.get(name, 0) if everything and amount is None else amount or 0
        for name, amount in refund_amounts(refund).items()
    )
    return cash, account, fund


def refund_views(orders: Sequence[OrderView], records: Iterable[Record]) -> tuple[RefundView, ...]:
    """Every refund that a readable 6203 asked for, in the order of the first requests."""
    noted: dict[str, list[Record]] = {}
    for record in records:
        if (record.get("kind"), record.get("what")) == ("world", "refund"):
            noted.setdefault(key_of(text(child(record, "d"), "key")), []).append(record)
    found: dict[tuple[str, str], list[Exchange]] = {}
    by_number = {order.pay_ord_id: order for order in orders}
    for order in orders:
        for refund in order.refunds:
            if refund.request.opened:
                found.setdefault((order.pay_ord_id, refund_serial(refund)), []).append(refund)
    views = (
        RefundView(by_number[order], number, tuple(asked), tuple(noted.get(key_of(number), ())))
        for (order, number), asked in found.items()
    )
    return tuple(sorted(views, key=lambda view: view.first.seq))
