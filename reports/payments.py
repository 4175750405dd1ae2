"""Orders, refunds and authorisations of a run as rows of the report. Pure; nothing is judged.

What evidence says of them is read through the views of `conformance.evidence`, as rules read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from conformance.evidence import centre
from conformance.evidence.centre import OrderView
from conformance.evidence.ecredential import Authorisation
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import text
from reports.flows import outcome_text
from reports.timeline_parts import AuthorisationRow, OrderRow, RefundRow

ORDER_VALID = timedelta(days=3)
"""How long an order number may be handed in (acceptance sheet, W1)."""
_PARTS = ("total", "fund", "account", "cash")


def composition(amounts: Mapping[str, int]) -> str:
    """`insurance`, `mixed`, `cash` or empty when the amounts are not known; amounts in fen."""
    if not amounts:
        return ""
    if amounts["fund"] + amounts["account"] > 0:
        return "mixed" if amounts["cash"] > 0 else "insurance"
    return "cash"


def orders(flows: Mapping[str, FlowView]) -> tuple[OrderRow, ...]:
    """Every order that the centre opened."""
    return tuple(_order(flow.id, order) for flow in flows.values() for order in flow.orders if _opened(order))


def _opened(order: OrderView) -> bool:
    """Whether the centre itself speaks of the order: a number that only a vendor names is none."""
    answered = (exchange.answer for exchange in (*order.uploads, *order.places, *order.queries))
    return bool(order.changes or order.notices) or any(text(said, "payOrdId") for said in answered)


def _order(flow: str, order: OrderView) -> OrderRow:
    amounts = order.amounts or {}
    seq, created = min(_first(order), default=(0, ""))
    return OrderRow(
        pay_ord_id=order.pay_ord_id,
        med_org_ord=order.med_org_ord or next(_noted_numbers(order), ""),
        flow=flow,
        created=created,
        valid_until=_valid_until(created),
        state=order.state,
        seq=seq,
        composition=composition(amounts),
        **{name: _yuan(amounts.get(name)) for name in _PARTS},
    )


def _first(order: OrderView) -> Iterator[tuple[int, str]]:
    """(record, Beijing time) of what the centre said of the order; the least is its birth."""
    yield from ((change.seq, change.wire) for change in order.changes[:1])
    exchanges = (*order.uploads, *order.places, *order.queries, *order.revokes, *order.refunds)
    yield from ((e.response.seq, e.response.wire) for e in exchanges if e.response)
    yield from ((notice.seq, notice.request.wire) for notice in order.notices)


def _noted_numbers(order: OrderView) -> Iterator[str]:
    """The institution's number where no readable 6201 gives it: as the world, a notice or an answer names it."""
    yield from (number for one in order.changes if (number := text(one.detail, "medOrgOrd")))
    for exchange in (*order.notices, *order.places, *order.queries):
        yield from (
            number for said in (exchange.data, exchange.answer) if (number := text(said, "medOrgOrd"))
        )


def _valid_until(created: str) -> str:
    try:
        return (datetime.fromisoformat(created) + ORDER_VALID).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return ""


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen / 100:.2f}"


def refunds(flows: Mapping[str, FlowView]) -> tuple[RefundRow, ...]:
    """Every 6203 request with its answer."""
    return tuple(_refund(flow.id, one) for flow in flows.values() for one in flow.exchanges("6203"))


def _refund(flow: str, refund: Exchange) -> RefundRow:
    return RefundRow(
        pay_ord_id=centre.pay_ord_id(refund),
        app_refd_sn=centre.refund_serial(refund),
        flow=flow,
        at=refund.request.wire,
        kind=centre.refund_type(refund),
        answer=centre.refund_status(refund) or outcome_text(refund.outcome),
        seq=refund.seq,
        **centre.refund_stated(refund),
    )


def authorisations(flows: Mapping[str, FlowView]) -> tuple[AuthorisationRow, ...]:
    """Patient acts at the authorisation page and the exchanges of their codes, by business type."""
    return tuple(_authorisation(flow, one) for flow in flows.values() for one in flow.authorisations)


def _authorisation(flow: FlowView, one: Authorisation) -> AuthorisationRow:
    said = outcome_text(one.answer.outcome) if one.answer else ""
    what = "page" if one.page else "exchange"
    return AuthorisationRow(
        one.biz,
        flow.id,
        flow.aliases.get(one.person, one.person),
        what,
        one.decision,
        said,
        one.wire,
        one.seq,
        one.answer.interface if one.answer else "",
    )
