"""The report model: what a run says, ready to be laid out. Frozen, without layout and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ORDER = ("waiting", "error", "fail", "review", "warn", "skip", "pass", "n/a")
"""Roll-up order of contracts 7, worst first."""
TROUBLE = ("waiting", "error", "fail", "review", "warn")
"""Verdicts that get a section of their own."""


def worst(verdicts: Any) -> str:
    """The worst of the verdicts by `ORDER`; of none at all `skip`: nothing judged is never a pass."""
    seen = set(verdicts)
    return next((verdict for verdict in ORDER if verdict in seen), "skip")


@dataclass(frozen=True, slots=True)
class Run:
    """Who was tested, by what, against what, when. Times are ISO texts of the manifest."""

    id: str
    started: str
    ended: str
    elapsed_s: float
    tool: str
    version: str
    ruleset: str
    target: str
    label: str
    institution: Mapping[str, str]
    modes: tuple[str, ...]
    services: tuple[str, ...]
    driver_kind: str
    driver_level: str
    profile: str
    overrides: tuple[tuple[str, str], ...]
    plan: str
    declaration: tuple[tuple[str, str], ...]
    deviations: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many MUST verdicts rest on one source status, and how many of them pass."""

    status: str
    must: int
    passed: int


@dataclass(frozen=True, slots=True)
class Conclusion:
    """As the judge wrote it in the manifest."""

    text: str
    exit: int
    must_executed: int
    must_applicable: int
    counts: tuple[tuple[str, int], ...]
    shares: tuple[Share, ...]
    notes: tuple[str, ...] = ()
    cases: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of verdicts.jsonl."""

    anchor: str
    scenario: str
    scenario_title: str
    flow: str
    requirement: str
    group: str
    level: str
    status: str
    origin: str
    source: str
    title: str
    title_en: str
    clause: str
    cases: tuple[str, ...]
    verdict: str
    expected: str
    observed: str
    records: tuple[int, ...]
    domain: str
    cause: str
    confirm: str
    fix: str
    patient: str
    replay: str
    deviation: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """Verdicts that share requirement, verdict and cause (what was skipped: and reason); `rows[0]` stands for all."""

    rows: tuple[Verdict, ...]

    @property
    def first(self) -> Verdict:
        """The occurrence that stands for all."""
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Cell:
    """One scenario × group: the roll-up, how many rows have that verdict, of how many, and where to go."""

    verdict: str
    count: int
    total: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario of the plan and how it went."""

    id: str
    folder: str
    anchor: str
    title: str
    title_en: str
    purpose: str
    covers: tuple[str, ...]
    outcome: str
    reason: str
    started: str
    ended: str
    flow: str
    verdict: str
    cells: Mapping[str, Cell]
    steps: tuple[tuple[str, str], ...]
    orders: tuple[str, ...] = ()
    composition: str = ""
    span: tuple[int, int] | None = None
    last_hash: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the acceptance catalogue. `actual`: verdict rows that speak for it."""

    id: str
    group: str
    title: str
    level: str
    modes: str
    steps: str
    expected: str
    source: str
    verdict: str
    reason: str
    scenarios: tuple[str, ...]
    actual: tuple[Verdict, ...] = ()
    orders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """One ledger row with the number of its verdicts of each kind."""

    id: str
    group: str
    level: str
    status: str
    origin: str
    source: str
    title: str
    title_en: str
    verdict: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing observed about a message."""

    name: str
    ok: bool
    note: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
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
    http: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    view: Any = None
    ids: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    digest: str = ""
    person: str = ""
    link: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bad(self) -> tuple[Fact, ...]:
        """The facts that are not as the protocol wants."""
        return tuple(fact for fact in self.facts if not fact.ok)


@dataclass(frozen=True, slots=True)
class Flow:
    """The timeline of one flow; `omitted` records were left out by the stated limit."""

    id: str
    anchor: str
    title: str
    title_en: str
    verdict: str
    events: tuple[Event, ...]
    omitted: int
    trouble: bool


@dataclass(frozen=True, slots=True)
class Order:
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
class Refund:
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
    answer: str
    seq: int


@dataclass(frozen=True, slots=True)
class Authorisation:
    """One act of the patient (`what` page) with the exchange of its code, or a further exchange alone."""

    biz: str
    flow: str
    person: str
    what: str
    decision: str
    answer: str
    at: str
    seq: int


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


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report shows."""

    run: Run
    conclusion: Conclusion
    groups: tuple[str, ...]
    scenarios: tuple[Scenario, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Finding, ...]
    cases: tuple[Case, ...]
    requirements: tuple[Requirement, ...]
    flows: tuple[Flow, ...]
    orders: tuple[Order, ...]
    refunds: tuple[Refund, ...]
    authorisations: tuple[Authorisation, ...]
    latencies: tuple[Latency, ...]
    facts: tuple[FactCount, ...]
    files: tuple[File, ...]
    writers: tuple[Writer, ...]
    problems: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    events: Mapping[int, Event]
    records: int
