"""What became of a scenario, as its end record says. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.evidence.flow_view import FlowView
from conformance.evidence.values import child, text
from simulator.protocol.text.said import Said, Text, said_in


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a scenario, as its end record says: `ran`, `skipped`, `n/a`, `error`; why, and whose it is."""

    outcome: str = "ran"
    reason: Text = ""
    offered: bool = True
    domain: str = "inconclusive"

    @staticmethod
    def of(flow: FlowView) -> Became:
        """Without an end record it was cut short."""
        end = child(flow.end, "d")
        reason = said_in(end, "reason") or Said("场景没有执行到结束")
        offered = end.get("offered") is not False
        return Became(text(end, "outcome") or "error", reason, offered, text(end, "domain") or "inconclusive")
