"""Records of a run as flows that open and close, in one pass; only open flows are held (design 9.3). Pure.

A flow opens with its first record. A scenario's flow closes at its end record; any other when nothing of it was seen
for `quiet_ms` of evidence time, never with an exchange open; what is left at the end of the evidence closes then, and was
quiet if nothing of it was news for so long: a vendor that asks the same again and again keeps its flow together, not unquiet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from conformance.evidence.records import Record
from conformance.evidence.stillness import Stillness
from conformance.evidence.strangers import doubtful
from conformance.evidence.values import child, text, whole

LOST_MS = 60_000
"""An answer that did not come within this is lost: an exchange without it no longer keeps its flow open."""
MOST_STRAYS = 10_000
"""Records of no flow that are held together; the next ones are judged apart."""
MOST_NEAR = 1_000
"""Messages of nobody that a flow keeps."""
Carry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClosedFlow:
    """One flow, or what came of it after it had closed: then `carry` is what it left, else None.

    `records`: in the order of their numbers; `number`: it was the how-manieth to open; `quiet`: how it was seen to be
    quiet (`{"quiet", "window_ms"}`), for a flow without an end record. `doubtful`: messages of nobody that may be the
    vendor's, with what speaks of them, that came while no other flow was open; `near`: those that came while others were
    open too, which stand in the flow "". Of either at most MOST_NEAR requests, the rest stands in the flow "".
    """

    id: str
    scenario: str
    records: tuple[Record, ...]
    number: int
    quiet: Mapping[str, Any] = field(default_factory=dict)
    near: tuple[Record, ...] = ()
    doubtful: tuple[Record, ...] = ()
    carry: Carry | None = None


@dataclass(slots=True)
class _Open:
    number: int
    carry: Carry | None = None
    records: list[Record] = field(default_factory=list)
    doubtful: list[Record] = field(default_factory=list)
    near: list[Record] = field(default_factory=list)
    scenario: str = ""
    last_ms: float = 0.0
    asked: dict[int, float] = field(default_factory=dict)
    news: Stillness = field(default_factory=Stillness)

    def due_ms(self, quiet_ms: float) -> float:
        """When it is quiet, if nothing more comes."""
        return self._due_ms(self.last_ms + quiet_ms)

    def still_ms(self, quiet_ms: float, now_ms: float) -> float:
        """How long it had no news, 0 when that is no quiet yet."""
        due_ms = self._due_ms(self.news.last_ms + quiet_ms)
        return now_ms - self.news.last_ms if due_ms <= now_ms else 0.0

    def _due_ms(self, at_ms: float) -> float:
        return max((at_ms, *(at + LOST_MS for at in self.asked.values())))

    def take(self, record: Record, now_ms: float) -> None:
        """Note a record of this flow and what it leaves open."""
        self.records.append(record)
        self.last_ms = now_ms
        if not self.scenario:
            self.news.take(record, now_ms)
        if (record.get("kind"), record.get("part")) == ("message", "request"):
            self.asked[whole(record, "seq") or 0] = now_ms
        elif record.get("kind") == "message" or (record.get("kind"), record.get("what")) == (
            "world",
            "notice",
        ):
            self.asked.pop(whole(record, "link") or 0, None)


class FlowStream:
    """Iterate it once for the closed flows, as they close. `held` are those open now, `most_held` the most so far.

    `left_by(flow)` is the carry of a flow that closed before, or None: a later record of it opens it again.
    """

    def __init__(
        self, records: Iterable[Record], quiet_ms: float, left_by: Callable[[str], Carry | None]
    ) -> None:
        self.held: dict[str, _Open] = {}
        self.most_held = 0
        self._records, self._quiet_ms, self._left_by = records, quiet_ms, left_by
        self._clock = _EvidenceClock()
        self._strays: list[Record] = []
        self._kept_in: dict[int, list[Record]] = {}
        self._due: list[tuple[float, str]] = []
        self._opened = 0

    def __iter__(self) -> Iterator[ClosedFlow]:
        for record in self._records:
            if not isinstance(record, Mapping):
                continue
            now_ms = self._clock.at(record)
            yield from self._quiet(now_ms)
            name = text(record, "flow")
            if not name:
                yield from self._of_nobody(record)
                continue
            self._flow(name, record).take(record, now_ms)
            if (record.get("kind"), record.get("what")) == ("scenario", "end"):
                yield self._close(name)
            elif not self.held[name].scenario and len(self.held[name].records) == 1:
                heappush(self._due, (now_ms + self._quiet_ms, name))
        yield from [self._close(name, self._still_ms(name)) for name in tuple(self.held)]
        yield from self._strays_so_far()

    def _flow(self, name: str, record: Record) -> _Open:
        found = self.held.get(name)
        if found is None:
            self._opened += 1
            found = self.held[name] = _Open(self._opened, self._left_by(name))
            self.most_held = max(self.most_held, len(self.held))
        if not found.scenario and found.carry is None:
            begins = (record.get("kind"), record.get("what")) == ("scenario", "begin")
            found.scenario = text(record, "scenario") or (name if begins else "")
        return found

    def _of_nobody(self, record: Record) -> Iterator[ClosedFlow]:
        """Keep a message that may be the vendor's, and what speaks of it; everything else of no flow is let go.

        It falls into the flows that are open and had not closed before: it is held with the only one, else apart.
        """
        if not doubtful(record):
            kept = self._kept_in.get(whole(record, "link") or 0)
            if kept is not None:
                kept.append(record)
            return
        seq = whole(record, "seq") or 0
        into = [flow for flow in self.held.values() if flow.carry is None]
        alone = len(into) == 1 and len(into[0].doubtful) < 2 * MOST_NEAR
        for flow in () if alone else into:
            flow.near += [record] if len(flow.near) < MOST_NEAR else []
        kept = into[0].doubtful if alone else self._strays
        kept.append(record)
        if len(self._kept_in) >= MOST_STRAYS:
            self._kept_in.clear()
        self._kept_in[seq] = kept
        if len(self._strays) >= MOST_STRAYS:
            yield from self._strays_so_far()

    def _quiet(self, now_ms: float) -> Iterator[ClosedFlow]:
        while self._due and self._due[0][0] <= now_ms:
            _, name = heappop(self._due)
            flow = self.held.get(name)
            if flow is None or flow.scenario:
                continue
            due_ms = flow.due_ms(self._quiet_ms)
            if due_ms <= now_ms:
                yield self._close(name, self._quiet_ms)
            else:
                heappush(self._due, (min(due_ms, now_ms + self._quiet_ms), name))  # an answer may come before

    def _still_ms(self, name: str) -> float:
        flow = self.held[name]
        return 0.0 if flow.scenario else flow.still_ms(self._quiet_ms, self._clock.now_ms)

    def _close(self, name: str, window_ms: float | None = None) -> ClosedFlow:
        flow = self.held.pop(name)
        records = tuple(sorted(flow.records, key=lambda record: whole(record, "seq") or 0))
        seen = {} if window_ms is None else {"quiet": window_ms > 0, "window_ms": window_ms}
        scenario = flow.scenario or text(flow.carry, "scenario")
        near, unsure = tuple(flow.near), tuple(flow.doubtful)
        return ClosedFlow(name, scenario, records, flow.number, seen, near, unsure, flow.carry)

    def _strays_so_far(self) -> Iterator[ClosedFlow]:
        strays, self._strays = tuple(self._strays), []
        if strays:
            self._opened += 1
            yield ClosedFlow("", "", strays, self._opened)


@dataclass(slots=True)
class _EvidenceClock:
    """Measured time of the records (contracts 3), which stands still where a writer began anew."""

    now_ms: float = 0.0
    by_writer: dict[str, tuple[float, float]] = field(default_factory=dict)

    def at(self, record: Record) -> float:
        """How much time had passed when `record` was written, in milliseconds; it never goes back."""
        mono_ns = whole(child(record, "t"), "mono_ns")
        if mono_ns is None:
            return self.now_ms
        writer, mono_ms = text(record, "writer"), mono_ns / 1e6
        before_ms, passed_ms = self.by_writer.get(writer, (mono_ms, self.now_ms))
        passed_ms += max(0.0, mono_ms - before_ms)
        self.by_writer[writer] = mono_ms, passed_ms
        self.now_ms = max(self.now_ms, passed_ms)
        return self.now_ms
