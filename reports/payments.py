"""Orders, refunds and authorisations as the evidence shows them. Pure; nothing is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from reports.display import yuan
from reports.flows import SIMULATOR, business, outcome
from reports.shape_wire import Authorisation, Event, Order, Refund
from reports.values import members, number, text

ORDER_VALID = timedelta(days=3)
"""How long an order number may be handed in (acceptance sheet, W1)."""
_AMOUNTS = {"total": "feeSumamt", "fund": "fundPay", "account": "psnAcctPay", "cash": "ownPayAmt"}


def composition(fund: str, account: str, cash: str) -> str:
    """`insurance`, `mixed`, `cash` or empty when the amounts are not known."""
    parts = [yuan(part) for part in (fund, account, cash)]
    if any(part is None for part in parts):
        return ""
    insured = (parts[0] or 0) + (parts[1] or 0)
    if insured > 0:
        return "mixed" if (parts[2] or 0) > 0 else "insurance"
    return "cash"


def _valid_until(created: str) -> str:
    try:
        return (datetime.fromisoformat(created) + ORDER_VALID).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return ""


def _fen(value: Any) -> str:
    fen = number(value)
    return "" if fen is None else f"{fen / 100:.2f}"


def _world_amounts(event: Event) -> dict[str, str]:
    detail = members(event.detail.get("detail"))
    pairs = {name: _fen(detail.get(name)) for name in _AMOUNTS}
    return {name: value for name, value in pairs.items() if value}


def _wire_amounts(event: Event) -> dict[str, str]:
    data = business(event)
    pairs = {
        name: text(data.get(wire) or (data.get("ownpayAmt") if name == "cash" else None))
        for name, wire in _AMOUNTS.items()
    }
    return {name: value for name, value in pairs.items() if value}


def orders(flows: Mapping[str, Sequence[Event]]) -> tuple[Order, ...]:
    """Every order the centre opened: the centre's own records win over what a message said."""
    out: dict[str, dict[str, Any]] = {}
    for flow, events in flows.items():
        for event in events:
            if event.kind == "world" and event.what == "order":
                key = text(event.detail.get("key"))
                row = _order_row(out, key, flow, event)
                row["state"] = text(event.detail.get("after")) or row["state"]
                row["sure"].update(_world_amounts(event))
            elif event.kind == "message" and event.role == "centre" and event.lanes[0] == SIMULATOR:
                key = text(business(event).get("payOrdId"))
                row = _order_row(out, key, flow, event)
                if event.interface == "6202":
                    row["seen"] = {**_wire_amounts(event), **row["seen"]}
                    row["other"] = row["other"] or text(business(event).get("othFeeAmt"))
            else:
                key = event.ids.get("payOrdId", "")
            if key in out and event.ids.get("medOrgOrd"):
                out[key]["med"] = event.ids["medOrgOrd"]
    return tuple(_order(key, row) for key, row in out.items() if key)


def _balanced(amounts: Mapping[str, str], other: str) -> bool:
    """Whether the parts may be shown: a 6202 answer that a scenario tampered with must not stand for the order."""
    total = yuan(amounts["total"])
    parts = [yuan(amounts[name]) for name in ("fund", "account", "cash")]
    known = [part for part in (*parts, yuan(other)) if part is not None]
    return total is None or None in parts or sum(known) == total


def _order_row(out: dict[str, dict[str, Any]], key: str, flow: str, event: Event) -> dict[str, Any]:
    if not key:
        return {"state": "", "sure": {}, "seen": {}, "med": "", "other": ""}
    fresh = {
        "flow": flow,
        "at": event.wire,
        "seq": event.seq,
        "state": "",
        "sure": {},
        "seen": {},
        "med": "",
        "other": "",
    }
    row = out.setdefault(key, fresh)
    row["med"] = (
        row["med"]
        or event.ids.get("medOrgOrd", "")
        or text(members(event.detail.get("detail")).get("medOrgOrd"))
    )
    return row


def _order(key: str, row: Mapping[str, Any]) -> Order:
    amounts = dict.fromkeys(_AMOUNTS, "") | row["seen"] | row["sure"]
    return Order(
        pay_ord_id=key,
        med_org_ord=row["med"],
        flow=row["flow"],
        created=row["at"],
        valid_until=_valid_until(row["at"]),
        state=row["state"],
        seq=row["seq"],
        composition=composition(amounts["fund"], amounts["account"], amounts["cash"]),
        **amounts,
    )


def refunds(flows: Mapping[str, Sequence[Event]]) -> tuple[Refund, ...]:
    """Every 6203 request with the answer that followed it in its flow."""
    out: list[Refund] = []
    for flow, events in flows.items():
        for event in events:
            if event.kind != "message" or event.interface != "6203":
                continue
            data = business(event)
            if event.part == "request":
                out.append(
                    Refund(
                        pay_ord_id=text(data.get("payOrdId")) or event.ids.get("payOrdId", ""),
                        app_refd_sn=text(data.get("appRefdSn")) or event.ids.get("appRefdSn", ""),
                        flow=flow,
                        at=event.wire,
                        kind=text(data.get("refdType")),
                        answer="",
                        seq=event.seq,
                        total=text(data.get("totlRefdAmt")),
                        fund=text(data.get("fundRefdAmt")),
                        account=text(data.get("psnAcctRefdAmt")),
                        cash=text(data.get("cashRefdAmt")),
                    )
                )
            elif out and out[-1].flow == flow and not out[-1].answer:
                out[-1] = replace(out[-1], answer=text(data.get("refStatus")) or outcome(event))
    return tuple(out)


def authorisations(flows: Mapping[str, Sequence[Event]]) -> tuple[Authorisation, ...]:
    """Patient acts at the authorisation page and the exchanges of their codes, by business type."""
    out: list[Authorisation] = []
    for flow, events in flows.items():
        acted = any(event.kind == "world" and event.what == "auth" for event in events)
        biz = "04107"
        for event in events:
            act = _act(event, acted)
            if act:
                biz = act[0]
                out.append(Authorisation(biz, flow, act[1], "page", act[2], "", event.wire, event.seq))
            elif event.kind == "message" and event.role == "ecredential" and event.part == "response":
                answer = f"{event.interface}: {outcome(event) or '—'}"
                if out and out[-1].flow == flow and out[-1].what == "page" and not out[-1].answer:
                    out[-1] = replace(out[-1], answer=answer)
                else:
                    out.append(Authorisation(biz, flow, "", "exchange", "", answer, event.wire, event.seq))
    return tuple(out)


_DECISIONS = {"agreed": "agree", "refused": "refuse", "shown": "shown"}


def _act(event: Event, acted: bool) -> tuple[str, str, str] | None:
    """Business type, person and decision of an act of the patient; the world's own record wins over the step."""
    detail = event.detail
    if event.kind == "world" and event.what == "auth":
        decision = _DECISIONS.get(text(detail.get("after")))
        return (text(detail.get("key")), event.person, decision) if decision else None
    if acted or event.kind != "step" or event.what not in ("authorise", "show_code"):
        return None
    if event.what == "show_code":
        return "01301", event.person, "shown"
    decision = "refuse" if text(detail.get("decision")) == "refuse" else "agree"
    return text(detail.get("biz")) or "04107", event.person, decision
