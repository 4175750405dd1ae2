"""Take HTTP 200 for success, also when the answer cannot be decrypted (MP-SEC-05)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.reference.answers import Answer
from conformance.reference.change import Mutant, with_points
from conformance.reference.ledger import Amounts, Order
from conformance.reference.messages import amounts_in
from conformance.reference.reading import read_answer
from simulator.protocol.wire.envelope import Opened


def _http_only(opened: Opened, status: int) -> Answer:
    if status == 200 and opened.data is None and opened.outer is not None:
        return Answer("ok", {"ordStas": "6"})
    return read_answer(opened, status)


def _amounts_or_known(data: Mapping[str, Any], order: Order) -> Amounts | None:
    return amounts_in(data) or order.amounts


MUTANT = Mutant(
    "http_200_is_success",
    "HTTP 200 就当成功",
    caught_by=("ENV-RESP-002",),
    needs=("fault/order_answer_undecryptable",),
    apply=with_points(read_answer=_http_only, settled_amounts=_amounts_or_known),
)
