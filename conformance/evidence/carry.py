"""What a closed flow leaves behind: per order its amounts, state, bookings, refunds and own numbers; at most 1 KB."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import IO, Any

import orjson

from conformance.evidence.centre import OrderView, refund_serial, refund_status, refund_total
from conformance.evidence.flow_stream import Carry
from conformance.evidence.flow_view import FlowView
from conformance.evidence.values import rows, text, whole

FILE = "flows.idx.jsonl"
MOST_BYTES = 1024
SUCCEEDED = "SUCC"


def carry_of(flow: FlowView, scenario: str, before: Carry | None = None) -> Carry:
    """`{flow, scenario, last, orders, left_out}` of a flow that closes, on top of what it left `before`.

    An order: `{order, state, amounts, booked, refunded, numbers}`, amounts in fen by our words, `booked` as the last
    reading that names it says, `numbers` the institution's own (medOrgOrd, appRefdSn). The oldest orders are left out
    where all of them do not fit; `left_out` counts them.
    """
    known = {text(row, "order"): row for row in rows(before, "orders")}
    for order in flow.orders:
        known[order.pay_ord_id] = _order(flow, order, known.get(order.pay_ord_id, {}))
    kept = list(known.values())
    gone = whole(before, "left_out") or 0
    head = {"flow": flow.id, "scenario": scenario, "last": flow.last}
    while True:
        found = {**head, "orders": kept, "left_out": gone}
        if len(orjson.dumps(found)) < MOST_BYTES or not kept:
            return found
        kept, gone = kept[1:], gone + 1


def _order(flow: FlowView, order: OrderView, before: Mapping[str, Any]) -> Mapping[str, Any]:
    readings = (row for probe in reversed(flow.probes) if (row := probe.of(order.pay_ord_id)))
    booked = whole(next(readings, {}), "booked_count")
    given = [one for one in order.refunds if one.accepted and refund_status(one) == SUCCEEDED]
    numbers = (order.med_org_ord, *map(refund_serial, order.refunds))
    return {
        "order": order.pay_ord_id,
        "state": order.state or text(before, "state"),
        "amounts": dict(order.amounts or before.get("amounts") or {}),
        "booked": (whole(before, "booked") or 0) if booked is None else booked,
        "refunded": (whole(before, "refunded") or 0) + sum(_once(given)),
        "numbers": list(dict.fromkeys(filter(None, (*(before.get("numbers") or ()), *numbers)))),
    }


def _once(refunds: Iterable[Any]) -> Iterable[int]:
    """What each refund gave back; one that was sent twice under its number counts once."""
    return {refund_serial(one): refund_total(one) or 0 for one in refunds}.values()


class FlowIndex:
    """Carries of closed flows in a file (bytes, read and written); memory holds where each flow's last one begins."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._at: dict[str, int] = {}

    def put(self, carry: Carry) -> None:
        """Write down what a flow left; a later one of the same flow is the one that counts."""
        self._at[text(carry, "flow")] = self._file.seek(0, os.SEEK_END)
        self._file.write(orjson.dumps(carry) + b"\n")

    def get(self, flow: str) -> Carry | None:
        """What a flow left when it closed last; None when it did not close yet."""
        if flow not in self._at:
            return None
        self._file.seek(self._at[flow])
        found: Carry = orjson.loads(self._file.readline())
        return found
