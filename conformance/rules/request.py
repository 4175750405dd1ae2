"""Every business request is accepted by the peer, unless the scenario provoked its refusal. Pure.

A refusal is the vendor's own when the code says that it wrote the request wrongly, whatever state the world was in; or,
for a credential, when the payment or refund that it belongs to had to succeed and nothing was scripted before it. Of a
state of the world (an inpatient, an order that is over, an account without money) no request is to blame.
"""

from __future__ import annotations

from dataclasses import replace

from conformance.evidence.calls import Call, numbers
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import SEALED, Exchange
from conformance.evidence.values import child, text
from conformance.finding import Finding, Rule, absent, failed, passed
from simulator.protocol.codes.message import MESSAGE
from simulator.protocol.codes.table import BY_CODE
from simulator.protocol.text.said import Said, listed

WRITTEN = frozenset(
    (
        "LT-FIELD-MISSING", "LT-FIELD-VALUE", "LT-PERSON-UNKNOWN", "LT-PERSON-MISMATCH", "LT-PERSON-INSUTYPE",
        "LT-PERSON-REGION", "LT-CERT-TYPE", "LT-VISIT-UNKNOWN", "LT-ORG-MISMATCH", "LT-REGION", "LT-AUTH-MISSING",
        "LT-ORDER-UNKNOWN", "LT-ORDER-TOKEN", "LT-ORDER-AUTH", "LT-ORDER-PERSON", "LT-ORDER-DUPLICATE",
        "LT-ORDER-SERIAL", "LT-ORDER-BATCH", "LT-ORDER-VISIT", "LT-REFUND-DUPLICATE", "LT-REFUND-TIME", "LT-SCHEMA",
        *(row.code for row in MESSAGE if not row.code.startswith("LT-HTTP")),
    )
)  # fmt: skip
"""Codes of a request that is written wrongly, whatever state the world is in."""
BROUGHT = frozenset(
    (
        "LT-CODE-UNKNOWN", "LT-CODE-USED", "LT-CODE-OPENID", "LT-AUTH-UNKNOWN", "LT-AUTH-USED", "LT-AUTH-PERSON",
        "LT-AUTH-INSTITUTION", "LT-AUTH-BOTH", "LT-AMOUNT-FORM", "LT-AMOUNT-DETAIL", "LT-AMOUNT-SPLIT",
        "LT-AMOUNT-LIMIT", "LT-REFUND-SUM", "LT-REFUND-OVER", "LT-REFUND-TYPE", "LT-REFUND-FRESH",
    )
)  # fmt: skip
"""Codes of what a patient brings or a cashier types in: the vendor's own only where the action had to succeed."""
SCRIPTED = ("fault", "reply", "advance", "patient", "policy")
"""Steps of a scenario after which a refused credential may be its doing."""
MISLED = ("reply",)


def code_of(exchange: Exchange) -> str:
    """Our code of a refusal; forms without codes of their own have it before the sentence."""
    first = text(exchange.outcome, "message").split(" ", 1)[0]
    return exchange.code if exchange.code in BY_CODE else first if first in BY_CODE else ""


def own_refusals(flow: FlowView, *interfaces: str) -> tuple[Exchange, ...]:
    """The refused requests of these interfaces that nobody but the vendor is to blame for, in order."""
    return tuple(e for e in flow.exchanges(*interfaces) if e.refused and e.genuine and _own(flow, e))


def _own(flow: FlowView, refused: Exchange) -> bool:
    code = code_of(refused)
    if refused.interface in SEALED and not refused.verified:
        return False  # the envelope: rules of its own
    if any(name in MISLED for e in flow.all_exchanges if e.seq < refused.seq for name in e.faults):
        return False  # what it goes by was made up by the scenario
    if any(call.seq < refused.seq and child(call.asked, "d").get("openid_of") for call in flow.calls):
        return False  # the phone of somebody else: whose identity goes where is the scenario's doing
    return code in WRITTEN or (code in BROUGHT and _had_to_succeed(flow, refused))


def _had_to_succeed(flow: FlowView, refused: Exchange) -> bool:
    """Whether the driver call that a request belongs to leaves the vendor no refusal, and nothing was scripted before."""
    calls = [c for c in flow.calls if c.seq < refused.seq and refused.person in ("", c.person)]
    scripted = any(record for what in SCRIPTED for record in flow.steps(what) if record["seq"] < refused.seq)
    return bool(calls) and not scripted and bool(calls[-1].expect) and not _may_refuse(calls[-1])


def _may_refuse(call: Call) -> bool:
    wanted = child(call.asked, "d", "expect").get("state")
    return "refused" in (wanted if isinstance(wanted, (list, tuple)) else (wanted,))


def _accepted(*interfaces: str) -> Rule:
    """The rule of these interfaces: REQ-*."""

    def rule(flow: FlowView) -> Finding:
        expected = Said("{} 请求被接受, 场景安排的拒绝除外", listed("、", interfaces))
        wrong = own_refusals(flow, *interfaces)
        if wrong:
            first, row = wrong[0], BY_CODE[code_of(wrong[0])]
            again = Said(", 共 {} 次", len(wrong)) if len(wrong) > 1 else ""
            said = Said("{} 被拒绝: {} {}{}", first.interface, row.code, row.sentence, again)
            found = failed(expected, said, numbers(wrong))
            return replace(found, fact="refusal", named=row.code, cause=row.cause, fix=row.fix)
        seen = [e for e in flow.exchanges(*interfaces) if e.accepted]
        if not seen:
            return absent(expected, Said("没有被接受的 {}", listed("、", interfaces)))
        return passed(expected, Said("{} 次均被接受", len(seen)), numbers(seen))

    return rule


RULES: tuple[tuple[str, Rule], ...] = (
    ("request.authorisation", _accepted("userQuery", "modeA", "1162")),
    ("request.person", _accepted("1101")),
    ("request.visit", _accepted("2201", "2202")),
    ("request.upload", _accepted("6201")),
    ("request.order", _accepted("6202")),
    ("request.query", _accepted("6301")),
    ("request.revoke", _accepted("6401")),
    ("request.refund", _accepted("6203")),
)
