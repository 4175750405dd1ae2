"""What of the centre's answers reaches the caller: a refusal as a refusal, an unknown outcome as accepted. Pure."""

from __future__ import annotations

from conformance.evidence.calls import Call
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import whole
from conformance.finding import Finding, Rule, absent, failed, passed
from conformance.rules.signs import lost
from simulator.protocol.text.said import Said

ASKED = ("userQuery", "modeA", "1101", "1162", "2201", "2202", "6201", "6202", "6203", "6301", "6401")
"""What a driver call may ask of a peer before it is answered."""


def ended_as_inner_error(flow: FlowView) -> Finding:
    """FLT-HOOK-001: the last answer of a peer within the call says which of the two it was."""
    expected = Said("中心拒绝时答 refused, 结果未知时答 accepted, 不答 5xx")
    seen: list[int] = []
    for call in flow.calls:
        last = max(_within(flow, call), key=lambda one: one.seq, default=None)
        if last is None or not (last.refused or lost(last)):
            continue
        status = whole(call.answer, "http_status") or 0
        if call.state == "error" and status // 100 == 5:
            kind = "unknown" if lost(last) else "refused"
            happened = Said("没有可信的应答") if lost(last) else Said("被拒绝")
            said = Said("{} {}, 之后 {} 的应答为 HTTP {}", last.interface, happened, call.action, status)
            return failed(expected, said, [*last.records, *call.records], kind=kind)
        seen += [*last.records, *call.records]
    if not seen:
        return absent(expected, Said("没有以拒绝或结果未知告终的调用"))
    return passed(expected, Said("这样的调用都按约定应答"), seen)


def _within(flow: FlowView, call: Call) -> list[Exchange]:
    """What the vendor asked of a peer, for this person, while a call was being answered."""
    return [
        one
        for one in flow.exchanges(*ASKED)
        if call.seq < one.seq < call.end and one.person in ("", call.person)
    ]


RULES: tuple[tuple[str, Rule], ...] = (("answered.ended_as_inner_error", ended_as_inner_error),)
