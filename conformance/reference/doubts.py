"""What is made of an answer that says nothing or something odd, as points of practice (contracts 10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from conformance.reference.answers import PeerAnswer
from conformance.reference.books import Bill, HospitalOrder
from simulator.protocol.wire.opened import Opened

Closes = tuple[str, str] | None
"""(state, why) that an order is closed with here, or None."""


@dataclass(frozen=True, slots=True)
class Doubting:
    """How far the peer, and our own front end, are believed.

    `trusted`: the answer of an interface as it is used. `about`: whether a 6301 answer is about this order.
    `unknown_state`, `unanswered`: what an `ordStas` that nobody knows, and a 6301 without a good answer, end the order with;
    `asks_on`: whether the poll goes on after what 6301 said ("" for nothing). `unsure`: what a 6202 without a good answer
    ends it with. `claimed`: what the amount that the front end claims (fen, or None) does to the bills.
    `number`: the order number of a further attempt at bills, given a fresh one. `revoked`: whether an answer of 6401
    says that the order is revoked. `instead`: what stands in for the refused answer of a 两定 interface.
    """

    trusted: Callable[[str, Opened, int, PeerAnswer], PeerAnswer]
    about: Callable[[Mapping[str, Any], HospitalOrder], bool]
    unknown_state: Callable[[str], Closes]
    unanswered: Callable[[PeerAnswer], Closes]
    asks_on: Callable[[str], bool]
    unsure: Callable[[str], Closes]
    claimed: Callable[[tuple[Bill, ...], object], None]
    number: Callable[[tuple[Bill, ...], str], str]
    revoked: Callable[[PeerAnswer], bool]
    instead: Mapping[str, Callable[[Mapping[str, Any]], PeerAnswer]]


def verified(interface: str, opened: Opened, status: int, answer: PeerAnswer) -> PeerAnswer:
    """As it was read: what does not verify says nothing."""
    del interface, opened, status
    return answer


def about(data: Mapping[str, Any], order: HospitalOrder) -> bool:
    """Both numbers are the order's, as far as the answer has them."""
    numbers = {"payOrdId": order.pay_ord_id, "medOrgOrd": order.med_org_ord}
    return all(data.get(name) in (None, "", ours) for name, ours in numbers.items())


def revoked(answer: PeerAnswer) -> bool:
    """Accepted, and `success` of the business object is not false (contracts 10)."""
    return answer.outcome == "ok" and str(answer.data.get("success", "true")).lower() != "false"


def _goes_on(_said: object) -> Closes:
    return None


AS_IT_SHOULD: Final = Doubting(
    trusted=verified,
    about=about,
    unknown_state=_goes_on,
    unanswered=_goes_on,
    asks_on=lambda _said: True,
    unsure=_goes_on,
    claimed=lambda _bills, _claimed: None,
    number=lambda _bills, fresh: fresh,
    revoked=revoked,
    instead={},
)
"""Doubt closes nothing, and the bill costs what its lines cost."""
