"""Evidence records as timelines, orders, authorisations and measured times. Pure; nothing is judged."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from reports.display import VALUE_LIMIT, clean, yuan
from reports.shape import Authorisation, Event, Fact, FactCount, Latency, Order, Refund

EVENTS_LIMIT = 600
"""Records of one flow that a report shows; flows of a functional run have about forty."""
ORDER_VALID = timedelta(days=3)
"""How long an order number may be handed in (acceptance sheet, W1)."""

HARNESS, VENDOR, SIMULATOR = 0, 1, 2
_AMOUNTS = {"total": "feeSumamt", "fund": "fundPay", "account": "psnAcctPay", "cash": "ownPayAmt"}


def members(value: Any) -> Mapping[str, Any]:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> Sequence[Any]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list | tuple) else ()


def text(value: Any) -> str:
    """`value` as text; None is empty; a container is empty too."""
    if value is None or isinstance(value, Mapping | list | tuple):
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def whole(value: Any, default: int = 0) -> int:
    """`value` if it is an integer, else `default`."""
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def number(value: Any) -> float | None:
    """`value` as a finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def anchor(writer: str, seq: int, main: str) -> str:
    """The HTML id of a record: `r12` for the main writer, `r-<writer>-12` for others."""
    return f"r{seq}" if writer == main else f"r-{re.sub(r'[^A-Za-z0-9]+', '-', writer)}-{seq}"


def _lanes(kind: str, what: str, direction: str) -> tuple[int, int]:
    if kind == "message":
        return (SIMULATOR, VENDOR) if direction == "out" else (VENDOR, SIMULATOR)
    if kind == "driver":
        return (VENDOR, HARNESS) if what == "answer" else (HARNESS, VENDOR)
    if kind == "probe":
        return (VENDOR, HARNESS)
    if kind == "world":
        return (SIMULATOR, SIMULATOR)
    return (HARNESS, HARNESS)


def _fact(raw: Any) -> Fact:
    raw = members(raw)
    return Fact(text(raw.get("n")), raw.get("ok") is True, text(raw.get("note")), members(raw.get("d")))


def _event(record: Mapping[str, Any], main: str) -> Event:
    kind, what = text(record.get("kind")), text(record.get("what"))
    writer, seq, times = text(record.get("writer")), whole(record.get("seq")), members(record.get("t"))
    return Event(
        seq=seq,
        writer=writer,
        anchor=anchor(writer, seq, main),
        kind=what if kind == "driver" and what in ("call", "answer") else kind,
        what=what,
        lanes=_lanes(kind, what, text(record.get("dir"))),
        wire=text(times.get("wire")),
        gap_ms=None,
        took_ms=None,
        role=text(record.get("role")),
        interface=text(record.get("interface")),
        part=text(record.get("part")),
        http=members(record.get("http")),
        facts=tuple(_fact(raw) for raw in listed(record.get("facts"))),
        view=record.get("view"),
        ids={key: text(value) for key, value in members(record.get("ids")).items() if text(value)},
        size=whole(record.get("size")),
        digest=text(record.get("c")),
        person=text(record.get("person")),
        link=whole(record.get("link")),
        detail=members(record.get("d")),
    )


def timeline(records: Iterable[Mapping[str, Any]], main: str) -> dict[str, list[Event]]:
    """The events of every flow in order of arrival, with the time since its first record."""
    out: dict[str, list[Event]] = {}
    began: dict[str, float] = {}
    mono: dict[tuple[str, int], float] = {}
    aliases: dict[tuple[str, str], str] = {}
    for raw in records:
        record = clean(members(raw), VALUE_LIMIT)
        event = _event(record, main)
        flow = text(record.get("flow"))
        if event.kind == "scenario":
            named = members(event.detail.get("persons")).items()
            aliases.update({(flow, text(person)): alias for alias, person in named if text(person)})
        event = replace(event, person=aliases.get((flow, event.person), event.person))
        now = number(members(record.get("t")).get("mono_ns"))
        if now is not None:
            mono[event.writer, event.seq] = now
            start = began.setdefault(flow, now)
            asked = mono.get((event.writer, whole(record.get("link"), -1)))
            event = replace(
                event,
                gap_ms=(now - start) / 1e6,
                took_ms=None if asked is None else (now - asked) / 1e6,
            )
        out.setdefault(flow, []).append(event)
    return out


def business(event: Event) -> Mapping[str, Any]:
    """The decoded business object of a message, or an empty one."""
    return members(members(event.view).get("data"))


def envelope(event: Event) -> Mapping[str, Any]:
    """The envelope or common header of a message, or an empty one."""
    view = members(event.view)
    return members(view.get("envelope") or view.get("header"))


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
    pairs = {name: text(data.get(wire) or (data.get("ownpayAmt") if name == "cash" else None))
             for name, wire in _AMOUNTS.items()}
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
    fresh = {"flow": flow, "at": event.wire, "seq": event.seq, "state": "", "sure": {}, "seen": {}, "med": "", "other": ""}
    row = out.setdefault(key, fresh)
    row["med"] = row["med"] or event.ids.get("medOrgOrd", "") or text(
        members(event.detail.get("detail")).get("medOrgOrd")
    )
    return row


def _order(key: str, row: Mapping[str, Any]) -> Order:
    amounts = dict.fromkeys(_AMOUNTS, "") | row["seen"] | row["sure"]
    return Order(
        pay_ord_id=key, med_org_ord=row["med"], flow=row["flow"], created=row["at"],
        valid_until=_valid_until(row["at"]), state=row["state"], seq=row["seq"],
        composition=composition(amounts["fund"], amounts["account"], amounts["cash"]), **amounts,
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
                        flow=flow, at=event.wire, kind=text(data.get("refdType")), answer="", seq=event.seq,
                        total=text(data.get("totlRefdAmt")), fund=text(data.get("fundRefdAmt")),
                        account=text(data.get("psnAcctRefdAmt")), cash=text(data.get("cashRefdAmt")),
                    )
                )
            elif out and out[-1].flow == flow and not out[-1].answer:
                out[-1] = replace(out[-1], answer=text(data.get("refStatus")) or outcome(event))
    return tuple(out)


def outcome(event: Event) -> str:
    """Code and message of an answer in one line, empty when it has neither."""
    head = {**business(event), **envelope(event)}
    code = text(head.get("code")) or text(head.get("infcode"))
    words = text(head.get("message")) or text(head.get("err_msg"))
    return " ".join(part for part in (code, words) if part)


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


def _percentile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, max(0, math.ceil(share * len(values)) - 1))]


def latencies(flows: Mapping[str, Sequence[Event]]) -> tuple[Latency, ...]:
    """Times of the vendor's answers (notices, driver calls) and of the simulator's, by kind."""
    seen: dict[tuple[str, str], list[float]] = {}
    for events in flows.values():
        for event in events:
            if event.took_ms is None or event.took_ms < 0:
                continue
            if event.kind == "message" and event.part == "response":
                who = "vendor" if event.lanes[0] == VENDOR else "simulator"
                seen.setdefault((who, event.interface), []).append(event.took_ms)
            elif event.kind == "answer":
                name = text(event.detail.get("action"))
                seen.setdefault(("driver", name), []).append(event.took_ms)
    out = []
    for (who, name), values in sorted(seen.items()):
        values.sort()
        p50, p95 = _percentile(values, 0.5), _percentile(values, 0.95)
        out.append(Latency(who, name, len(values), round(p50, 1), round(p95, 1), round(values[-1], 1)))
    return tuple(out)


def fact_counts(flows: Mapping[str, Sequence[Event]]) -> tuple[FactCount, ...]:
    """For every fact on messages sent by the vendor: how often looked at, and where it was bad."""
    checked: dict[str, int] = {}
    bad: dict[str, list[int]] = {}
    for events in flows.values():
        for event in events:
            if event.kind != "message" or event.lanes[0] != VENDOR:
                continue
            for fact in event.facts:
                checked[fact.name] = checked.get(fact.name, 0) + 1
                if not fact.ok:
                    bad.setdefault(fact.name, []).append(event.seq)
    return tuple(FactCount(name, count, tuple(bad.get(name, ()))) for name, count in checked.items())
