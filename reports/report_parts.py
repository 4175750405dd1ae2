"""The report model: what a run says, ready to be laid out. Frozen, without layout and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reports.observations import Seen
from reports.timeline_parts import (
    AuthorisationRow,
    FactCount,
    File,
    FlowTimeline,
    Latency,
    OrderRow,
    RefundRow,
    TimelineEvent,
    Writer,
)
from simulator.protocol.text.said import Text

ORDER = ("fail", "waiting", "error", "review", "warn", "skip", "pass", "n/a")
"""Roll-up order of contracts 7, worst first."""
TROUBLE = ("fail", "waiting", "error", "review", "warn")
"""Verdicts that get a section of their own."""


def worst(verdicts: Any) -> str:
    """The worst of the verdicts by `ORDER`; of none at all `skip`: nothing judged is never a pass."""
    seen = set(verdicts)
    return next((verdict for verdict in ORDER if verdict in seen), "skip")


@dataclass(frozen=True, slots=True)
class ReportRun:
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
    about: Mapping[str, Any] = field(default_factory=dict)
    """What the declaration states for the report alone: channel, vendor, contacts, authors …"""

    def told(self, name: str) -> str:
        """One text of `about`; empty when it was not stated."""
        found = self.about.get(name)
        return found if isinstance(found, str) else ""


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
    notes: tuple[Text, ...] = ()
    cases: Mapping[str, int] = field(default_factory=dict)
    """Required cases: `must`, `covered`, `executed`, `pass`, `partial`, `not_executed`."""
    id: str = ""
    """pass, reserved, selected, conditional, fail, incomplete, error (contracts 7)."""
    musts: Mapping[str, int] = field(default_factory=dict)
    """Required requirements: `applicable`, `executed`, `not_offered`, `open`."""

    @property
    def cases_open(self) -> int:
        """必 cases of the declared modes that were not executed."""
        known = self.cases.get("not_executed")
        return (
            known if known is not None else max(0, self.cases.get("must", 0) - self.cases.get("executed", 0))
        )

    @property
    def musts_open(self) -> int:
        """MUSTs that apply and were not executed."""
        return max(0, self.must_applicable - self.must_executed)

    @property
    def partial(self) -> int:
        """必 cases of which a part was not looked at."""
        return self.cases.get("partial", 0)


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
    expected: Text
    observed: Text
    records: tuple[int, ...]
    domain: str
    cause: str
    confirm: str
    fix: str
    patient: str
    replay: str
    deviation: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    consequence_of: str = ""
    """The id of the line that this one follows from; empty for a root."""
    quote: str = ""
    """What the vendor answered, masked, in its own words."""
    quote_record: int = -1
    clause_en: str = ""
    cause_en: str = ""
    confirm_en: str = ""
    fix_en: str = ""
    patient_en: str = ""


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """Verdicts that share requirement, verdict and cause (what was skipped: and reason); `rows[0]` stands for all.

    `consequences`: lines that follow from these and are no findings of their own, by requirement.
    """

    rows: tuple[Verdict, ...]
    consequences: Mapping[str, tuple[Verdict, ...]] = field(default_factory=dict)

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
class ReportScenario:
    """One scenario of the plan and how it went."""

    id: str
    folder: str
    anchor: str
    title: str
    title_en: str
    purpose: str
    covers: tuple[str, ...]
    outcome: str
    reason: Text
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
class ReportCase:
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
    reason: Text
    scenarios: tuple[str, ...]
    actual: tuple[Verdict, ...] = ()
    orders: tuple[str, ...] = ()
    rest: tuple[Text, ...] = ()
    """What of the expectation nobody looked at."""

    @property
    def partial(self) -> bool:
        """Whether it passed as far as it was looked at, and no further (部分核对)."""
        return bool(self.rest) and self.verdict in ("pass", "warn")


@dataclass(frozen=True, slots=True)
class ReportRequirement:
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


@dataclass(frozen=True)
class Report:
    """Everything a report shows."""

    run: ReportRun
    conclusion: Conclusion
    groups: tuple[str, ...]
    scenarios: tuple[ReportScenario, ...]
    findings: tuple[ReportFinding, ...]
    skipped: tuple[ReportFinding, ...]
    cases: tuple[ReportCase, ...]
    requirements: tuple[ReportRequirement, ...]
    flows: tuple[FlowTimeline, ...]
    orders: tuple[OrderRow, ...]
    refunds: tuple[RefundRow, ...]
    authorisations: tuple[AuthorisationRow, ...]
    latencies: tuple[Latency, ...]
    facts: tuple[FactCount, ...]
    files: tuple[File, ...]
    writers: tuple[Writer, ...]
    problems: tuple[Text, ...]
    verdicts: tuple[Verdict, ...]
    events: Mapping[int, TimelineEvent]
    records: int
    seen: Mapping[str, tuple[Seen, ...]] = field(default_factory=dict)
    """What each flow showed, by its id."""

    @cached_property
    def flows_of(self) -> Mapping[str, tuple[str, ...]]:
        """The flows of each scenario."""
        found: dict[str, list[str]] = {}
        for one in self.scenarios:
            found.setdefault(one.id, []).append(one.flow)
        return {name: tuple(flows) for name, flows in found.items()}
