"""Whether a run can still succeed: nothing of a transport got through its envelope in the first flows, for one and the same cause. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.evidence.records import Exchange, Record
from conformance.evidence.values import child, rows, text, whole
from simulator.protocol.text.said import Text, said_in

ENVELOPE = ("body.", "env.", "enc.", "fsi.", "http.", "plain.", "portal.", "sign.")
"""What a fact about the envelope is called; the others are about what stands in it."""
FIRST = ("sign.cause", "sign.verify", "enc.decrypt")
"""The facts that say most about a request that is wrong in several ways."""
FLOWS = 3
"""How many flows (of messages that cannot be attributed: how many messages) have to fail, all alike."""
MOST_NAMED = 3


def stopped_at_envelope(exchange: Exchange) -> bool:
    """Whether a request was refused for its envelope."""
    return exchange.refused and any(
        exchange.request.bad(name) for name in exchange.request.facts if name.startswith(ENVELOPE)
    )


@dataclass(slots=True)
class _Failed:
    """What of one transport was refused at the envelope: its causes in common, flows, and the first records."""

    causes: frozenset[str]
    flows: dict[str, None] = field(default_factory=dict)
    unattributed: int = 0
    records: list[int] = field(default_factory=list)

    @property
    def hopeless(self) -> bool:
        return bool(self.causes) and max(len(self.flows), self.unattributed) >= FLOWS


@dataclass(slots=True)
class EnvelopeWatch:
    """Sees the records of a run go by. `cause`, `records`: what the first flows all failed at, once they did."""

    cause: Text = ""
    records: tuple[int, ...] = ()
    _open: dict[int, Record] = field(default_factory=dict)
    _through: set[str] = field(default_factory=set)
    _failed: dict[str, _Failed] = field(default_factory=dict)

    @property
    def hopeless(self) -> bool:
        """Whether nothing that is still to come can succeed."""
        return bool(self.records)

    def put(self, record: Record) -> None:
        """One record, in the order of the run."""
        kind, part, link = record.get("kind"), record.get("part"), whole(record, "link") or 0
        if (kind, part, text(record, "dir")) == ("message", "request", "in"):
            self._open[whole(record, "seq") or 0] = record
        elif (kind, record.get("what")) == ("world", "fault"):
            self._open.pop(link, None)  # ours to answer for
        elif (kind, part) == ("message", "response") and link in self._open:
            self._answered(self._open.pop(link), child(record, "outcome"))

    def _answered(self, request: Record, outcome: Mapping[str, object]) -> None:
        transport = text(request, "transport")
        bad = {text(fact, "n") for fact in rows(request, "facts") if fact.get("ok") is False}
        causes = frozenset(name for name in bad if name.startswith(ENVELOPE))
        if outcome.get("ok") is True or not causes:
            self._through.add(transport)
            self._failed.pop(transport, None)
        if self.hopeless or transport in self._through:
            return
        seen = self._failed.setdefault(transport, _Failed(causes))
        seen.causes &= causes
        if flow := text(request, "flow"):
            seen.flows[flow] = None
        else:
            seen.unattributed += 1
        seen.records.append(whole(request, "seq") or 0)
        if seen.hopeless:
            self.records, self.cause = tuple(seen.records[:MOST_NAMED]), _said(request, seen.causes)


def _said(request: Record, causes: frozenset[str]) -> Text:
    """What the request was refused for, in the words of its fact."""
    bad = {text(fact, "n"): fact for fact in rows(request, "facts") if fact.get("ok") is False}
    name = next((one for one in FIRST if one in causes), min(causes))
    return said_in(bad[name], "note") or name
