"""What a flow showed, thing by thing with its records: orders, refunds, the hospital's own state, refusals, messages.

Pure; nothing is judged. Amounts are fen. `observed_words` says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.evidence import centre
from conformance.evidence.bank import KINDS
from conformance.evidence.calls import Call
from conformance.evidence.centre import OrderView
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import child, text, whole
from reports.flows import outcome_text

_PARTS = ("total", "fund", "account", "cash", "other")


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that was observed. `kind`: order, refund, cash, hospital, refused, declined or message."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
    records: tuple[int, ...] = ()


def observed(flow: FlowView) -> tuple[Seen, ...]:
    """What became of the orders of a flow at the centre, in the hospital and on the patient's screen, then how."""
    return (
        *(_order(order) for order in flow.orders if order.changes),
        *(_refund(one) for one in flow.exchanges("6203")),
        *_cash(flow),
        *_hospital(flow),
        *(_refused(call) for call in flow.calls if call.state == "refused"),
        *_authorised(flow),
        *_messages(flow),
    )


def _order(order: OrderView) -> Seen:
    values = {"number": order.pay_ord_id, "state": order.state, "amounts": _parts(order.amounts)}
    return Seen("order", values, (order.changes[-1].seq,))


def _parts(amounts: Any) -> dict[str, int]:
    """The amounts that are known, in the order in which people read them."""
    return {name: fen for name in _PARTS if (fen := whole(amounts, name)) is not None}


def _refund(refund: Exchange) -> Seen:
    status = centre.refund_status(refund)
    values = {
        "kind": centre.refund_type(refund),
        "status": status,
        "answer": "" if status else outcome_text(refund.outcome),
        "stated": centre.refund_stated(refund),
    }
    return Seen("refund", values, refund.records)


def _cash(flow: FlowView) -> Iterator[Seen]:
    """What the bank took and gave back, by kind, for the whole flow."""
    for kind in KINDS:
        moved = [one for one in flow.cash if one.kind == kind]
        if moved:
            yield Seen(
                "cash", {"kind": kind, "fen": sum(one.fen for one in moved)}, tuple(one.seq for one in moved)
            )


def _hospital(flow: FlowView) -> Iterator[Seen]:
    """The last reading of each person's orders, and what the person's screen showed then."""
    for person in dict.fromkeys(probe.person for probe in flow.probes):
        probe = flow.final(person)
        if probe is None or probe.unknown:
            continue
        for at, order in enumerate(probe.orders, 1):
            centre_has = flow.order(text(child(order, "refs"), "payOrdId"))
            amounts = _parts(child(order, "amounts"))
            values = {
                "state": text(order, "order_state"),
                "booked": whole(order, "booked_count"),
                "amounts": amounts,
                "same": bool(amounts)
                and centre_has is not None
                and _agree(amounts, _parts(centre_has.amounts)),
                "screen": probe.shown if at == len(probe.orders) else "",
            }
            yield Seen("hospital", values, (probe.seq,))


def _agree(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    """Whether two splits say the same of every part that both name."""
    both = one.keys() & other.keys()
    return bool(both) and all(one[name] == other[name] for name in both)


def _refused(call: Call) -> Seen:
    values = {"action": call.action, "code": call.code, "screen": call.shown}
    return Seen("refused", values, call.records)


def _authorised(flow: FlowView) -> Iterator[Seen]:
    for one in flow.authorisations:
        if one.page and one.decision == "refuse":
            yield Seen("declined", {"biz": one.biz}, (one.seq,))


def _messages(flow: FlowView) -> Iterator[Seen]:
    """The messages of each interface: how many, how many were accepted, and what the others were answered with."""
    by_name: dict[str, list[Exchange]] = {}
    for exchange in flow.all_exchanges:
        by_name.setdefault(exchange.interface, []).append(exchange)
    for name, exchanges in by_name.items():
        bad = [one for one in exchanges if not (one.accepted or one.acknowledged)]
        answers = (outcome_text(one.outcome) for one in bad)
        values = {
            "interface": name,
            "count": len(exchanges),
            "accepted": len(exchanges) - len(bad),
            "answer": next((said for said in answers if said), ""),
        }
        yield Seen("message", values, tuple(one.seq for one in exchanges))
