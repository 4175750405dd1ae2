"""More decisions that a careless hospital gets wrong: how refunds come back, and what the counter does meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conformance.reference.answers import PeerAnswer
from conformance.reference.books import HospitalOrder, Refund

Outcome = Callable[[PeerAnswer, Mapping[str, str], bool], str]
"""(answer to a 6203, `Refunding.results`, whether it is a repeat after an EXP) to the state of the refund."""


@dataclass(frozen=True, slots=True)
class Returning:
    """What becomes of a refund.

    `outcome`: what an answer makes of it. `number`: the number of a new refund, given a fresh one. `by_query`: the
    `ordStas` of 6301 that settle an undecided refund of this kind; empty: it is asked by repeating 6203.
    """

    outcome: Outcome
    number: Callable[[HospitalOrder, str], str]
    by_query: Callable[[Refund], tuple[str, ...]]
