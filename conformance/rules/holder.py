"""Whose authorisation pays: the holder that userQuery names, and the person that 1101 names (channels sheet 1a). Pure."""

from __future__ import annotations

from conformance.evidence.calls import Call, numbers
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Exchange
from conformance.evidence.values import child, text
from conformance.finding import Finding, Rule, absent, failed, passed
from conformance.rules.signs import window
from simulator.protocol.text.said import Said

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


def _exchanged(flow: FlowView, call: Call) -> Exchange | None:
    """The exchange of a payment made with the phone of another person, answered with that person's authorisation."""
    owner = text(child(call.asked, "d"), "openid_of")
    first, beyond = window(flow, call)
    made = (e for e in flow.exchanges(*EXCHANGES) if first < e.seq < beyond and e.accepted)
    return next((e for e in made if owner and e.person == owner != call.person), None)


RULES: tuple[tuple[str, Rule], ...] = (("holder.holder_is_patient", holder_is_patient),)
