"""The words of the answer that decided a finding, at most 200 characters; evidence has them masked already. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.evidence.flow_view import FlowView
from conformance.evidence.values import text
from conformance.finding import Finding

MOST = 200
SAYING = ("refused", "error", "not_offered")


def quoted(flow: FlowView, found: Finding) -> Mapping[str, Any]:
    """`{quote, quote_record}` of a finding that does not pass: what the vendor answered, else how its request was refused."""
    cited = set(found.records)
    if found.verdict in ("pass", "n/a") or not cited:
        return {}
    for seq, words in (*_vendors(flow), *_ours(flow)):
        if seq in cited and words:
            return {"quote": " ".join(words.split())[:MOST], "quote_record": seq}
    return {}


def _vendors(flow: FlowView) -> Iterator[tuple[int, str]]:
    """The vendor's answers that do not say yes: to our notices, and of its driver."""
    for exchange in flow.all_exchanges:
        if exchange.request.ours and exchange.response is not None and not exchange.acknowledged:
            view = exchange.response.record.get("view")
            yield exchange.response.seq, _words(view.get("data") if isinstance(view, Mapping) else None)
    for call in flow.calls:
        if call.state in SAYING:
            said = text(call.answer, "message") or text(call.answer, "patient_message")
            yield call.end, " ".join(filter(None, (call.code, said)))


def _ours(flow: FlowView) -> Iterator[tuple[int, str]]:
    """How the vendor's requests were refused; cited by the request or by the answer."""
    for exchange in flow.all_exchanges:
        if not exchange.request.ours and exchange.refused:
            words = f"{exchange.code} {text(exchange.outcome, 'message')}"
            yield from ((seq, words) for seq in exchange.records)


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
