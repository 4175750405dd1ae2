"""How the orders of a person ended, against the endings that the scenario allows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.endings import allowed, many, titled
from conformance.evidence.calls import Probe
from conformance.evidence.flow_view import FlowView
from conformance.evidence.values import child, rows, text, whole
from conformance.finding import NONE, yuan
from simulator.protocol.text.said import Said, Text, listed


@dataclass(frozen=True, slots=True)
class Compared:
    """One member of an ending beside what was seen of it in record `seq`."""

    what: Text
    wanted: Text
    got: Text
    fits: bool
    seq: int


@dataclass(frozen=True, slots=True)
class Reached:
    """An ending that a row of `expect` allows, and what was seen of its members; `name` is empty for a row that allows one."""

    name: str
    seen: tuple[Compared, ...]

    @property
    def departs(self) -> Compared | None:
        """The first member that is otherwise than this ending wants it."""
        return next((one for one in self.seen if not one.fits), None)

    @property
    def _distance(self) -> tuple[int, int]:
        wrong = sum(not one.fits for one in self.seen)
        return wrong, wrong - len(self.seen)


def nearest(flow: FlowView, person: str, row: Mapping[str, Any]) -> Reached:
    """The ending that fits wholly, else the one with the fewest members that depart.

    Of several the one of which most was seen, then the first: an ending of which nothing can be seen here proves nothing.
    """
    found = [Reached(name, tuple(_states(flow, person, members))) for name, members in allowed(row)]
    return min(found, key=lambda one: one._distance)


def other_ending(flow: FlowView) -> str:
    """The ending that a person of the scenario reached instead of the first one that its row allows, or the empty text.

    What the scenario was written to show in its first ending need not occur in the others.
    """
    persons = child(flow.scenario, "persons")
    for row in rows(flow.scenario, "expect"):
        reached = nearest(flow, text(persons, text(row, "person")), row)
        if reached.seen and not reached.departs and reached.name not in ("", allowed(row)[0][0]):
            return reached.name
    return ""


def wanted(row: Mapping[str, Any], alias: str, reached: Reached, what: Compared) -> Said:
    """What should have been seen: the member of the nearest ending, and which other endings would have been right."""
    if not reached.name:
        return Said("{}: {}为 {}", alias, what.what, what.wanted)
    others = [titled(name) for name, _ in allowed(row) if name != reached.name]
    near = titled(reached.name)
    return Said(
        "{}: 最近的终态「{}」要求{}为 {}; 也可以是: {}",
        alias,
        near,
        what.what,
        what.wanted,
        listed("、", others),
    )


def departure(what: Compared) -> Said:
    """What was seen instead."""
    return Said("{}为 {}", what.what, what.got or NONE)


def one_of(value: Any) -> str:
    """A value or a list of values as people read it: `6/12`."""
    return "/".join(str(item) for item in many(value))


def _states(flow: FlowView, person: str, row: Mapping[str, Any]) -> Iterator[Compared]:
    orders = flow.orders_of(person)
    last = orders[-1] if orders else None
    probe = flow.final(person)
    at = last.changes[-1].seq if last else 0
    if "centre" in row:
        state = last.state if last else "none"
        yield Compared(Said("中心状态"), one_of(row["centre"]), state, state in many(row["centre"]), at)
    if "orders" in row:
        count = len(orders)
        yield Compared(
            Said("中心订单数"), one_of(row["orders"]), str(count), count in many(row["orders"]), at
        )
    amounts = child(row, "amounts")
    known = last.amounts if last else None
    if amounts and known:
        yield _amounts(Said("中心金额"), amounts, known, at)
    if probe is not None:
        yield from _readings(row, probe, amounts)


def _readings(row: Mapping[str, Any], probe: Probe, amounts: Mapping[str, Any]) -> Iterator[Compared]:
    refunds = [r for r in rows(probe.result, "refunds") if text(r, "state") == "success"]
    observed: Sequence[tuple[str, Text, Any]] = (
        ("vendor", Said("院内状态"), text(probe.result, "order_state")),
        ("booked", "booked_count", probe.booked),
        ("patient_state", Said("页面"), probe.shown),
        ("refunds", Said("成功的退费笔数"), len(refunds)),
    )
    for name, title, got in observed:
        if name in row and not (probe.unknown and name in ("vendor", "patient_state")):
            yield Compared(title, one_of(row[name]), str(got), got in many(row[name]), probe.seq)
    held = {name: whole(child(probe.result, "amounts"), name) for name in amounts}
    if amounts and probe.booked:
        yield _amounts(Said("院内金额"), amounts, held, probe.seq)


def _amounts(title: Text, wanted: Mapping[str, Any], got: Mapping[str, Any], seq: int) -> Compared:
    fits = all(got.get(name) == value for name, value in wanted.items())
    said = listed(" ", [Said("{} {}", name, yuan(value)) for name, value in wanted.items()])
    held = listed(" ", [Said("{} {}", name, yuan(got.get(name))) for name in wanted])
    return Compared(title, said, held, fits, seq)
