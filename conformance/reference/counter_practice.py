"""More decisions that a careless hospital gets wrong: how refunds come back, and what the counter does meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conformance.reference.answers import PeerAnswer
from conformance.reference.books import Bill, Books, HospitalOrder, Refund
from conformance.reference.hospital_values import Item, OrderAmounts

Parts = Mapping[str, int]
Outcome = Callable[[PeerAnswer, Mapping[str, str], bool], str]
"""(answer to a 6203, `Refunding.results`, whether it is a repeat after an EXP) to the state of the refund."""


@dataclass(frozen=True, slots=True)
class Returning:
    """What becomes of a refund.

    `outcome`: what an answer makes of it. `number`: the number of a new refund, given a fresh one. `by_query`: the
    `ordStas` of 6301 that settle an undecided refund of this kind; empty: it is asked by repeating 6203. `typed`: the parts
    that are judged, given what a cashier typed in, the type, what is left of each part and what was paid of it.
    """

    outcome: Outcome
    number: Callable[[HospitalOrder, str], str]
    by_query: Callable[[Refund], tuple[str, ...]]
    typed: Callable[[Parts, str, Parts, Parts], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What the counter does to bills and slots while somebody pays by phone.

    `looked_at`: the bills whose state is looked at before a payment. `amend`: changes the lines of a bill. `takes_cash`:
    marks a bill as paid at the counter. `revokes_first`: an open order is revoked before its bill is changed. `heeds_payment`:
    a bill that is being paid at this moment is left alone. `refuses_paid`: a paid bill is not paid again at the counter.
    `bookable`: raises Refused when a slot cannot be booked. `suspended`: the slots listed as suspended. `free_of_charge`:
    whether a total is booked without any message, or Refused. `slip`: the amounts on the settlement slip. `lists`: whether a bill
    stands among those of a state. `detail`: the amounts that the detail of a paid bill shows.
    `returns_unbookable`: what cannot be booked is given back.
    """

    looked_at: Callable[[tuple[Bill, ...]], tuple[Bill, ...]]
    amend: Callable[[Bill, tuple[Item, ...]], None]
    takes_cash: Callable[[Bill], None]
    revokes_first: bool
    heeds_payment: bool
    refuses_paid: bool
    bookable: Callable[[Books, tuple[str, str], int], None]
    suspended: Callable[[Books], tuple[tuple[str, str], ...]]
    free_of_charge: Callable[[int], bool]
    slip: Callable[[OrderAmounts], OrderAmounts]
    lists: Callable[[Bill, str], bool]
    detail: Callable[[OrderAmounts], OrderAmounts]
    returns_unbookable: bool
