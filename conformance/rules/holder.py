"""Whose authorisation pays: the holder that userQuery names, and the person that 1101 names (channels sheet 1a). Pure."""

from __future__ import annotations

from conformance.evidence.calls import Call, numbers
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import child, text
from conformance.finding import NONE, Finding, Rule, absent, failed, passed
from conformance.rules.signs import sent, window
from simulator.protocol.text.said import Said

STEPS = (("1101", ("2201", "6201")), ("2201", ("6201",)))
"""A step, and those that may not follow when it did not succeed."""
EXCHANGES = ("userQuery", "modeA")


def holder_is_patient(flow: FlowView) -> Finding:
    """IDV-HOLDER-001: what was exchanged with the phone of somebody else pays no bill of the patient."""
    expected = Said("授权人不是就诊人且未开亲情时, 不建单、不扣款")
    tried = [(call, found) for call in flow.calls_of("pay") if (found := _exchanged(flow, call))]
    if not tried:
        return absent(expected, Said("没有以他人的手机换取授权并支付"))
    for call, exchange in tried:
        first, beyond = window(flow, call)
        uploads = (e for e in flow.exchanges("6201") if max(first, exchange.end) < e.seq < beyond)
        made = next((upload for upload in uploads if upload.accepted), None)
        if made:
            said = Said("换得的授权属于另一个人, 之后 6201 建单成功")
            return failed(expected, said, [*call.records, *exchange.records, made.seq])
    seen = [call for call, _ in tried]
    return passed(expected, Said("{} 次这样的支付没有建单", len(seen)), numbers(seen), absence=True)


def stops_at_refusal(flow: FlowView) -> Finding:
    """IDV-STOP-001: whatever the vendor knows of the person from elsewhere."""
    expected = Said("1101 没有成功不做 2201 与 6201, 2201 没有成功不做 6201")
    seen: list[int] = []
    for call in flow.calls_of("pay"):
        for interface, next_ones in STEPS:
            asked = sent(flow, call, interface)
            if not asked or any(e.accepted for e in asked):
                continue
            first, beyond = window(flow, call)
            later = flow.exchanges(*next_ones)
            after = next((e for e in later if max(first, asked[0].seq) < e.seq < beyond), None)
            if after:
                code = asked[0].code or NONE
                said = Said("{} 没有成功 ({}), 之后仍发出 {}", interface, code, after.interface)
                return failed(expected, said, [*asked[0].records, after.seq], kind=f"step_{interface}")
            seen += numbers(asked)
    if not seen:
        return absent(expected, Said("1101 与 2201 都成功了"))
    return passed(expected, Said("没有成功之后没有继续"), seen, absence=True)


def _exchanged(flow: FlowView, call: Call) -> Exchange | None:
    """The exchange of a payment made with the phone of another person, answered with that person's authorisation."""
    owner = text(child(call.asked, "d"), "openid_of")
    first, beyond = window(flow, call)
    made = (e for e in flow.exchanges(*EXCHANGES) if first < e.seq < beyond and e.accepted)
    return next((e for e in made if owner and e.person == owner != call.person), None)


RULES: tuple[tuple[str, Rule], ...] = (
    ("holder.holder_is_patient", holder_is_patient),
    ("holder.stops_at_refusal", stops_at_refusal),
)
