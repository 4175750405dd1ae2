"""What evidence says about orders, refunds and amounts of the centre (centre sheet 6, 8, 9). Pure.

The one reconstruction of an order: rules judge it, reports list it, the runner waits for it. Each small reader below
takes an exchange of the interface that its name or docstring says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from conformance.evidence.records import Exchange, Record
from conformance.evidence.values import AMOUNTS, amounts_of, child, fen, text, whole

REFUND_AMOUNTS: tuple[tuple[str, str], ...] = (
    ("cash", "cashRefdAmt"),
    ("account", "psnAcctRefdAmt"),
    ("fund", "fundRefdAmt"),
)
"""Our words for what a refund gives back and their names on the wire (centre sheet 6.5)."""
SETTLED = "6"
"""The `ordStas` of a settled order (centre sheet 8)."""
PAID_STATES = (SETTLED, "7", "8", "9", "10", "11", "17")
"""States that only a settled order comes to: settled, or money of it went back or is on its way (centre sheet 8)."""

UNFINISHED = ("0", "1", "2", "3", "4", "5", "")
"""States in which an order is under way, or does not exist yet (centre sheet 8)."""


@dataclass(frozen=True)
class OrderChange:
    """The world moved order `key`: `before` -> `after`, in record `seq`, at Beijing time `wire`."""

    key: str
    person: str
    seq: int
    before: str
    after: str
    wire: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def amounts(self) -> dict[str, int] | None:
        """The amounts in fen that the world notes beside the change, when it notes all four."""
        known = {name: amount for name, _ in AMOUNTS if (amount := whole(self.detail, name)) is not None}
        return known if len(known) == len(AMOUNTS) else None


def order_changes(records: Iterable[Record]) -> Iterator[OrderChange]:
    """Every change of an order among records, in their order."""
    for record in records:
        if (record.get("kind"), record.get("what")) == ("world", "order"):
            detail, seq = child(record, "d"), whole(record, "seq") or 0
            yield OrderChange(
                text(detail, "key"), text(record, "person"), seq, text(detail, "before"), text(detail, "after"),
                text(child(record, "t"), "wire"), child(detail, "detail"),
            )  # fmt: skip


def latest_order(records: Iterable[Record], person: str = "") -> tuple[str, str]:
    """(key, state) of the order of `person` that was created last, or ("", "")."""
    changes = (one for one in order_changes(records) if not person or one.person in ("", person))
    states = {change.key: change.after for change in changes}
    return next(reversed(states.items())) if states else ("", "")


def latest_change(records: Iterable[Record], person: str = "") -> OrderChange | None:
    """The last change of the order of `person` that was created last."""
    changes = (one for one in order_changes(records) if not person or one.person in ("", person))
    last = {one.key: one for one in changes}  # the order of its keys is that of their creation
    return next(reversed(last.values())) if last else None


def settled_at(records: Iterable[Record], person: str = "") -> int | None:
    """The record in which the newest settlement of an order of `person` was noted."""
    changes = (one for one in order_changes(records) if not person or one.person in ("", person))
    return max((one.seq for one in changes if one.after == SETTLED), default=None)


def since_confirmed(records: Sequence[Record], person: str = "") -> Sequence[Record]:
    """The records after the last confirmation of `person` at the cashier; all of them when there was none."""
    for at in range(len(records) - 1, -1, -1):
        one = records[at]
        mine = not person or one.get("person") in ("", None, person)
        confirmed = text(child(one, "d"), "after") == "confirmed"
        if (one.get("kind"), one.get("what")) == ("world", "patient") and mine and confirmed:
            return records[at + 1 :]
    return records


@dataclass(frozen=True)
class OrderView:
    """What the evidence says about one order of the centre."""

    pay_ord_id: str
    person: str
    uploads: tuple[Exchange, ...] = ()
    places: tuple[Exchange, ...] = ()
    queries: tuple[Exchange, ...] = ()
    revokes: tuple[Exchange, ...] = ()
    refunds: tuple[Exchange, ...] = ()
    notices: tuple[Exchange, ...] = ()
    changes: tuple[OrderChange, ...] = ()

    @property
    def state(self) -> str:
        """Where the centre has it: the last `ordStas`, empty when it never existed."""
        return self.changes[-1].after if self.changes else ""

    def reached(self, *states: str) -> int | None:
        """The record number at which it first came into one of `states`."""
        return next((change.seq for change in self.changes if change.after in states), None)

    def state_before(self, seq: int) -> str:
        """Where the centre had it when record `seq` was written; empty when there was none yet."""
        return next((change.after for change in reversed(self.changes) if change.seq < seq), "")

    @property
    def med_org_ord(self) -> str:
        """The institution's number of it."""
        return med_org_ord(self.uploads[0]) if self.uploads else ""

    @cached_property
    def told(self) -> tuple[Exchange, ...]:
        """The genuine messages that tell the vendor of the settlement: 6302, and 6301 with such a state and its amounts.

        A notice counts once it was answered: only then has the vendor surely had it.
        """
        return tuple(one for one in self.heard if one.response is not None)

    @cached_property
    def heard(self) -> tuple[Exchange, ...]:
        """Those that the vendor may have had: also the notices that it was too slow to answer."""
        notices = (n for n in self.notices if n.genuine and n.may_be_read)
        queries = (
            q for q in self.queries if q.genuine and told_state(q) in PAID_STATES and amounts_of(q.answer)
        )
        return tuple(sorted((*notices, *queries), key=lambda one: one.seq))

    @property
    def noted(self) -> Mapping[str, int] | None:
        """The amounts in fen that the centre itself noted, whatever its messages were made to say."""
        return next((found for change in reversed(self.changes) if (found := change.amounts)), None)

    @property
    def amounts(self) -> Mapping[str, int] | None:
        """The centre's amounts in fen: its own note, or what a genuine message states."""
        notices = (amounts_of(n.data) for n in self.notices if n.genuine)
        answers = (amounts_of(e.answer) for e in (*self.queries, *self.places) if e.genuine)
        return next((found for found in chain((self.noted,), notices, answers) if found), None)


_PLACES: Mapping[str, str] = {
    "6201": "uploads", "6202": "places", "6301": "queries", "6401": "revokes", "6203": "refunds", "6302": "notices",
}  # fmt: skip


def order_views(exchanges: Sequence[Exchange], records: Iterable[Record]) -> tuple[OrderView, ...]:
    """Every order that a message or the world names, in the order of its creation."""
    changes: dict[str, list[OrderChange]] = {}
    owner: dict[str, str] = {}
    for change in order_changes(records):
        owner.setdefault(change.key, change.person)
        changes.setdefault(change.key, []).append(change)
    found: dict[str, dict[str, list[Exchange]]] = {key: {} for key in changes}
    for exchange in exchanges:
        place = _PLACES.get(exchange.interface)
        key = _order_of(exchange, changes) if place else ""
        if place and key:
            owner.setdefault(key, exchange.person)
            found.setdefault(key, {}).setdefault(place, []).append(exchange)
    return tuple(
        OrderView(
            key,
            owner.get(key, ""),
            **{place: tuple(members) for place, members in places.items()},
            changes=tuple(changes.get(key, ())),
        )
        for key, places in found.items()
    )


def _order_of(exchange: Exchange, changes: Mapping[str, Sequence[OrderChange]]) -> str:
    """Which order a message is about; a 6201 without a readable answer by its medOrgOrd in the world's record."""
    if exchange.interface != "6201":
        return pay_ord_id(exchange)
    number = med_org_ord(exchange)
    made = (key for key, rows in changes.items() for row in rows if text(row.detail, "medOrgOrd") == number)
    return text(exchange.answer, "payOrdId") or (next(made, "") if number else "")


def pay_ord_id(exchange: Exchange) -> str:
    """The order that a 6202, 6203, 6301, 6302 or 6401 names."""
    return text(exchange.data, "payOrdId")


def med_org_ord(exchange: Exchange) -> str:
    """The institution's number that a 6201 gives an order."""
    return text(exchange.data, "medOrgOrd")


def told_state(query: Exchange) -> str:
    """The `ordStas` that a 6301 was answered with."""
    return text(query.answer, "ordStas")


def said_state(one: Exchange) -> str:
    """The `ordStas` that a 6301 or 6302 says; a 6302 without one speaks of a settled order (sheet 6.8)."""
    if one.request.ours:
        return text(one.data, "ordStas") or SETTLED
    return told_state(one)


def known_from(message: Exchange) -> int:
    """The record from which on the vendor may know what a message says: one of ours when sent, an answer when given."""
    return message.seq if message.request.ours else message.end


def refund_serial(refund: Exchange) -> str:
    """The institution's number of a 6203."""
    return text(refund.data, "appRefdSn")


def refund_type(refund: Exchange) -> str:
    """ALL, CASH or HI of a 6203."""
    return text(refund.data, "refdType")


def refund_status(refund: Exchange) -> str:
    """SUCC, FAIL or EXP of the answer to a 6203, empty when it has none."""
    return text(refund.answer, "refStatus")


def refund_stated(refund: Exchange) -> dict[str, str]:
    """total, cash, account and fund of a 6203 in yuan, as they were written."""
    return {name: text(refund.data, member) for name, member in (("total", "totlRefdAmt"), *REFUND_AMOUNTS)}


def refund_total(refund: Exchange) -> int | None:
    """What a 6203 asks for in all, in fen; None when it does not say."""
    return fen(refund.data, "totlRefdAmt")


def refund_amounts(refund: Exchange) -> dict[str, int | None]:
    """cash, account and fund that a 6203 asks for in fen, None where it does not say."""
    return {name: fen(refund.data, member) for name, member in REFUND_AMOUNTS}
