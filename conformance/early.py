"""What can be said of a scenario when it has just ended: a first judgement of its own records, for the progress lines. Pure.

The judgement of the run has the last word: it also knows what arrived outside of the flow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.declaration import Declaration
from conformance.evidence.flow_stream import FlowStream
from conformance.evidence.flow_view import FlowView
from conformance.evidence.hearing import HEARD
from conformance.evidence.records import Record
from conformance.finding import worst
from conformance.flow_judge import FlowJudge
from conformance.ledger import Ledger
from conformance.meant import by_record
from conformance.run_noted import RunNoted
from conformance.scenario import Plan
from simulator.protocol.text.said import Text, said_in

STATES = {
    "fail": "failed",
    "waiting": "blocked",
    "error": "blocked",
    "review": "review",
    "skip": "skipped",
    "n/a": "n/a",
}
"""Verdict -> how a scenario stands; any other is `passed`."""
OPTIONAL = ("SHOULD", "MAY")


@dataclass(frozen=True, slots=True)
class EarlyWord:
    """`state`: passed, failed, blocked, review, skipped or n/a; `requirement`, `observed`: the first that decides it."""

    state: str
    requirement: str = ""
    observed: Text = ""


def early(records: Iterable[Record], ledger: Ledger, declaration: Declaration, plan: Plan) -> EarlyWord:
    """The first judgement of one scenario's flow. What only a SHOULD asks for fails nothing here."""
    noted = RunNoted()
    judge = FlowJudge(ledger, declaration, plan, noted, HEARD)
    lines: list[Mapping[str, Any]] = []
    for closed in FlowStream(noted.each(records), declaration.quiet_ms, lambda _flow: None):
        begin = FlowView(closed.id, closed.records).scenario
        if closed.scenario and begin and closed.carry is None:
            meant = by_record(closed.scenario, begin)
            lines += judge.of_flow(judge.view(closed, meant), meant, ())
    decisive = [line for line in lines if line["verdict"] != "fail" or line["level"] not in OPTIONAL]
    verdict = (
        worst(line["verdict"] for line in decisive if line["verdict"] not in ("n/a", "skip"))
        if decisive
        else ""
    )
    if not any(line["verdict"] not in ("n/a", "skip") for line in decisive):
        verdict = worst(line["verdict"] for line in decisive) if decisive else "skip"
    deciding = [line for line in decisive if line["verdict"] == verdict]
    first = next((line for line in deciding if not line.get("consequence_of")), next(iter(deciding), None))
    if first is None or verdict in ("pass", "warn"):
        return EarlyWord(STATES.get(verdict, "passed"))
    return EarlyWord(STATES.get(verdict, "passed"), str(first["requirement"]), said_in(first, "observed"))
