"""A change of practice: a mutant (a fault on purpose) or a variant (another right way)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.reference.practice import Practice
from simulator.protocol.wire.envelope import ChannelKeys

Apply = Callable[[Practice], Practice]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault on purpose. `caught_by`: the requirements that must fail; `needs`: scenarios that show it.

    `how`: the kind of the ledger that one of them must name, so that the cause is the right one.
    """

    name: str
    about: str
    caught_by: tuple[str, ...]
    needs: tuple[str, ...]
    apply: Apply
    how: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """Another right way to do it: every rule must stay green.

    `decides`: the questions that it answers; two that answer the same one are not combined. `declares`: what the
    declaration says otherwise: `services`, `level`, `hooks`, `timers`, `persons` (a list of persons on file).
    """

    name: str
    about: str
    apply: Apply
    decides: tuple[str, ...]
    declares: Mapping[str, Any] = field(default_factory=dict)


def compatible(one: Variant, other: Variant) -> bool:
    """Whether two different variants can be combined."""
    return one is not other and not set(one.decides) & set(other.decides)


def with_points(**families: Mapping[str, Any]) -> Apply:
    """Replace points, by family: `with_points(refunding={"booked": False})`."""

    def apply(practice: Practice) -> Practice:
        changed = {
            family: dataclasses.replace(getattr(practice, family), **points)
            for family, points in families.items()
        }
        return dataclasses.replace(practice, **changed)

    return apply


def sealed_with(style: Callable[[ChannelKeys, int], Mapping[str, Any]]) -> Apply:
    """Seal every request with a departure from the agreed form (`simulator.protocol.wire.seal.SealStyle`)."""

    def apply(practice: Practice) -> Practice:
        before = practice.sealing.style
        return with_points(sealing={"style": lambda keys, now: {**before(keys, now), **style(keys, now)}})(
            practice
        )

    return apply


def asked_with(*interfaces: str, **members: Any) -> Apply:
    """Write these members into the business object of every request of these interfaces; None leaves one out."""

    def touch(interface: str, data: dict[str, Any]) -> dict[str, Any]:
        if interface not in interfaces:
            return data
        written = {**data, **members}
        return {name: value for name, value in written.items() if value is not None}

    return with_points(asking={"data": touch})


def upload_with(touch: Callable[[dict[str, Any]], dict[str, Any]]) -> Apply:
    """Change the business data of every 6201."""

    def apply(practice: Practice) -> Practice:
        before = practice.ordering.upload_data
        return with_points(ordering={"upload_data": lambda data: touch(before(data))})(practice)

    return apply


def business_with(touch: Callable[[dict[str, Any]], dict[str, Any]]) -> Apply:
    """Change the business data of every sealed request."""

    def apply(practice: Practice) -> Practice:
        upload, order = practice.ordering.upload_data, practice.ordering.order_data
        query, refund = practice.ordering.query_data, practice.refunding.data
        return with_points(
            ordering={
                "upload_data": lambda data: touch(upload(data)),
                "order_data": lambda data, orders: touch(order(data, orders)),
                "query_data": lambda data: touch(query(data)),
            },
            refunding={"data": lambda data: touch(refund(data))},
        )(practice)

    return apply
