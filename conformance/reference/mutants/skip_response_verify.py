"""Use an answer without verifying its signature (MP-SEC-03)."""

from __future__ import annotations

from conformance.reference.answers import Answer
from conformance.reference.change import Mutant, with_points
from conformance.reference.reading import business_answer
from simulator.protocol.wire.envelope import Opened


def _unverified(opened: Opened, status: int) -> Answer:
    if status != 200 or opened.data is None:
        return Answer("unknown")
    return business_answer(opened)


MUTANT = Mutant(
    "skip_response_verify",
    "应答不验签就使用",
    caught_by=("ENV-RESP-001",),
    needs=("fault/order_answer_tampered",),
    apply=with_points(read_answer=_unverified),
)
