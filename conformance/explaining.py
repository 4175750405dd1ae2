"""Why an end was not reached: the last refusal before it, else the message that never came, after which record. Pure.

An expectation that was not met, and a precondition that did not come, say by themselves nothing of their cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from conformance.evidence.calls import Call
from conformance.evidence.centre import OrderView
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import child, text, whole
from conformance.finding import Finding
from simulator.protocol.text.said import Said, Text

STEPS = (("userQuery", "modeA", "1162"), ("1101",), ("2201",), ("6201",), ("6202",))
"""What a payment sends, in order (institution sheet 6, 7; centre sheet 6); each step by any of its interfaces."""
SENT_BY = {
    "refund_bill": "6203", "refund_registration": "6203", "cancel": "6401",
}  # fmt: skip
"""What the other actions about money send."""
TRIED = ("done", "accepted")
MOST_SAID = 120


@dataclass(frozen=True, slots=True)
class Because:
    """One thing that explains, and the records that show it."""

    records: tuple[int, ...]
    said: Text


def explained(flow: FlowView, found: Finding) -> Finding:
    """The finding with the last refusal before it, or with the silence; as it is where neither is seen."""
    last = max(found.records, default=flow.last)
    person = _person(flow, found.records)
    told = [one for one in _refusals(flow, person) if one.records[0] <= last and not _stands_in(one, found)]
    why = max(told, key=lambda one: one.records[0], default=None) or _silence(flow, person)
    if why is None:
        return found
    records = tuple(dict.fromkeys((*found.records, *why.records)))
    return replace(found, observed=Said("{}; {}", found.observed, why.said), records=records)


def missed(flow: FlowView, found: Finding) -> Text:
    """What was observed of something that never came: since which record, how long, until where."""
    since = min(found.records, default=0)
    if not since:
        return Said("{} (观察到记录 {}, 静止 {} 秒)", found.observed, flow.last, flow.window_s)
    waited = after(flow, since)
    return Said(
        "{} (记录 {} 之后观察了 {} 秒, 到记录 {}, 静止 {} 秒)", found.observed, since, waited, flow.last, flow.window_s
    )  # fmt: skip


def after(flow: FlowView, record: int) -> str:
    """How many seconds of measured time the flow goes on after a record, as text (`3.0`)."""
    times = {whole(one, "seq"): whole(child(one, "t"), "mono_ns") or 0 for one in flow.records}
    return f"{max(0, times.get(flow.last, 0) - times.get(record, 0)) / 1e9:.1f}"


def _stands_in(one: Because, found: Finding) -> bool:
    """Whether the finding speaks of these records already."""
    return set(one.records) <= set(found.records)


def _person(flow: FlowView, records: Sequence[int]) -> str:
    """Whose the records are, when they are of one person."""
    cited = {text(one, "person") for one in flow.records if whole(one, "seq") in records} - {""}
    return cited.pop() if len(cited) == 1 else ""


def _refusals(flow: FlowView, person: str) -> Iterator[Because]:
    """By their first record: what was refused during a call of the driver comes after the call and explains its answer."""
    for exchange in flow.all_exchanges:
        if person and exchange.person not in ("", person):
            continue
        if exchange.request.ours:
            if exchange.response is not None and not exchange.acknowledged and exchange.genuine:
                status = exchange.response.status or 0
                yield Because(exchange.records, Said("之前最后一次拒绝: 6302 未被接受, HTTP {}", status))
        elif exchange.refused:
            said = text(exchange.outcome, "message")[:MOST_SAID]
            yield Because(
                exchange.records,
                Said("之前最后一次拒绝: {} 被拒绝, {} {}", exchange.interface, exchange.code, said),
            )
    for call in flow.calls:
        if call.state == "refused" and person in ("", call.person):
            said = (text(call.answer, "message") or text(call.answer, "patient_message"))[:MOST_SAID]
            yield Because(
                call.records,
                Said("之前最后一次拒绝: {} 被被测系统拒绝, {} {}", call.action, call.code, said),
            )


def _silence(flow: FlowView, person: str) -> Because | None:
    """The message that the last action about money should have led to and that never came."""
    calls = [c for c in flow.calls if c.state in TRIED and person in ("", c.person)]
    call = next((c for c in reversed(calls) if c.action == "pay" or c.action in SENT_BY), None)
    if call is None:
        return None
    if call.action != "pay":
        return _never(flow, call, (SENT_BY[call.action],), call.end)
    at = call.seq
    for step in STEPS:
        sent = [e for e in _of(flow, call, step) if e.seq > call.seq]
        if not sent:
            return None if _later(flow, call, step) else _never(flow, call, step, at)
        at = sent[-1].end
    order = next(iter(reversed(flow.orders_of(call.person))), None)
    settled = order.reached("6") if order else None
    if order is None or settled is None:
        return None
    return _untold(flow, order, settled)


def _untold(flow: FlowView, order: OrderView, settled: int) -> Because | None:
    if order.told:
        first = order.told[0]
        said = Said("记录 {} 已告知结算完成, {} 秒之后仍是这样", first.end, after(flow, first.end))
        return Because(first.records, said)
    if any(query.seq > settled for query in order.queries):
        return None
    said = Said("记录 {} 结算完成, 之后 {} 秒内没有 6301, 也没有通知被接受", settled, after(flow, settled))
    return Because((settled,), said)


def _never(flow: FlowView, call: Call, step: Sequence[str], at: int) -> Because | None:
    if any(e.seq > call.seq for e in _of(flow, call, step)):
        return None
    return Because((at,), Said("记录 {} 之后 {} 秒内没有 {}", at, after(flow, at), "/".join(step)))


def _later(flow: FlowView, call: Call, step: Sequence[str]) -> bool:
    """Whether a later step came though this one did not: a stored person or visit is no silence."""
    rest = STEPS[STEPS.index(tuple(step)) + 1 :]
    return any(e.seq > call.seq for one in rest for e in _of(flow, call, one))


def _of(flow: FlowView, call: Call, step: Sequence[str]) -> Iterator[Exchange]:
    return (e for e in flow.exchanges(*step) if e.person in ("", call.person))
