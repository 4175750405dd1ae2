"""The part of the report model that comes from evidence records: timelines, orders, times, files. Frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.protocol.text.said import Text
from simulator.protocol.wire.opened import ADVISORY


@dataclass(frozen=True, slots=True)
class TimelineFact:
    """One thing observed about a message."""

    name: str
    ok: bool
    note: Text
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One evidence record on the timeline of its flow.

    `kind`: message, call, answer, step, probe, world, scenario, run. `lanes`: from, to
    (0 harness and patient, 1 vendor, 2 simulator); equal when nothing travels. `gap_ms`: since the
    first record of the flow. `took_ms`: since the request it answers. `person`: the alias in the
    scenario, else the simulator's id. `link`: the record it answers, 0 when none.
    """

    seq: int
    writer: str
    anchor: str
    kind: str
    what: str
    lanes: tuple[int, int]
    wire: str
    gap_ms: float | None
    took_ms: float | None
    role: str = ""
    interface: str = ""
    part: str = ""
    transport: str = ""
    outcome: Mapping[str, Any] = field(default_factory=dict)
    http: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[TimelineFact, ...] = ()
    view: Any = None
    ids: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    digest: str = ""
    person: str = ""
    link: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bad(self) -> tuple[TimelineFact, ...]:
        """The facts that are not as the protocol wants."""
        return tuple(fact for fact in self.facts if not fact.ok and fact.name not in ADVISORY)

    @property
    def notes(self) -> tuple[TimelineFact, ...]:
        """What is said beside a message and no reason to refuse it (contracts 10)."""
        return tuple(fact for fact in self.facts if not fact.ok and fact.name in ADVISORY)


@dataclass(frozen=True, slots=True)
class FlowTimeline:
    """The timeline of one flow; `omitted` records were left out by the stated limit."""

    id: str
    anchor: str
    title: str
    title_en: str
    verdict: str
    events: tuple[TimelineEvent, ...]
    omitted: int
    trouble: bool


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order of the centre as the messages showed it; amounts are wire texts in yuan."""

    pay_ord_id: str
    med_org_ord: str
    flow: str
    created: str
    valid_until: str
    state: str
    total: str
    fund: str
    account: str
    cash: str
    composition: str
    seq: int


@dataclass(frozen=True, slots=True)
class RefundRow:
    """One 6203: what was asked and what the centre answered; amounts are wire texts in yuan."""

    pay_ord_id: str
    app_refd_sn: str
    flow: str
    at: str
    kind: str
    total: str
    fund: str
    account: str
    cash: str
    answer: Text
    seq: int


@dataclass(frozen=True, slots=True)
class AuthorisationRow:
    """One act of the patient (`what` page) with the exchange of its code, or a further exchange alone."""

    biz: str
    flow: str
    person: str
    what: str
    decision: str
    answer: Text
    at: str
    seq: int
    interface: str = ""


@dataclass(frozen=True, slots=True)
class Latency:
    """Measured time of one kind of exchange, milliseconds."""

    who: str
    name: str
    count: int
    p50: float
    p95: float
    worst: float


@dataclass(frozen=True, slots=True)
class FactCount:
    """How often one fact was observed on messages of the vendor, and where it was not as wanted."""

    name: str
    checked: int
    bad: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file of the run folder with its SM3."""

    name: str
    size: int
    sm3: str


@dataclass(frozen=True, slots=True)
class Writer:
    """One evidence chain: what the manifest states and what the file holds."""

    name: str
    count: int
    head: str
    read: int
    last: str

    @property
    def agrees(self) -> bool:
        """Number and last hash of the file are those of the manifest."""
        return self.count == self.read and self.head == self.last
