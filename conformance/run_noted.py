"""What is seen of a run as a whole while its records go by, one pass. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from conformance.evidence import run_view
from conformance.evidence.clock_jumps import ClockJumps
from conformance.evidence.records import Record
from conformance.evidence.strangers import Senders, Strangers, doubtful, of_nobody
from conformance.evidence.values import child, text, whole
from simulator.protocol.text.said import Said, Text, said_in

MOST_SCANS = 1_000
"""Scan records that are looked at; a declaration names a few artefacts."""


@dataclass(slots=True)
class RunNoted:
    """What is seen of a run as a whole while its records go by.

    `today`: the date of the newest record, so that judging an old run again gives the same conclusion.
    """

    today: str = ""
    own_failure: Text = ""
    stopped: Text = ""
    """Why the run ended before everything was run."""
    senders: Senders = field(default_factory=Senders)
    strangers: Strangers = field(default_factory=Strangers)
    jumps: ClockJumps = field(default_factory=ClockJumps)
    scans: list[Record] = field(default_factory=list)
    """What was found in the vendor's logs and files (`conformance.rules.scanned`)."""
    excused: int = 0
    """Verdicts that were not given because the clock jumped."""
    fell: set[int] = field(default_factory=set)
    """The messages of nobody that fell into a flow of which no request verified, while others were open too."""

    def each(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records that are some, each looked at."""
        for record in records:
            if isinstance(record, Mapping):
                self.today = max(self.today, run_view.day_of(record))
                self.senders.hear(record)
                self.jumps.hear(record)
                if of_nobody(record) and not doubtful(record):
                    self.strangers.put(record)
                if record.get("kind") == "scan" and len(self.scans) < MOST_SCANS:
                    self.scans.append(record)
                if not self.own_failure and run_view.own_failure(record):
                    self.own_failure = _own_failure(record)
                if not self.stopped and run_view.stopped(record):
                    self.stopped = said_in(child(record, "d"), "why")
                yield record


def _own_failure(record: Record) -> Text:
    where, error = text(child(record, "d"), "where"), said_in(child(record, "d"), "error")
    return Said("模拟器自身错误(记录 {}): {} {}", whole(record, "seq") or 0, where, error)
