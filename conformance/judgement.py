"""Judge evidence: records, ledger, scenarios, declaration and plan in, verdicts and conclusion out. Pure.

The same records under the same ledger give the same verdicts, whenever and wherever they are judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance.conclusion import CaseRow, Conclusion, cases_of, conclude, requirement_rows
from conformance.declaration import Declaration
from conformance.evidence import run_view
from conformance.evidence.flow_view import FlowView, Promise, fold
from conformance.evidence.records import Record
from conformance.evidence.values import child, text, whole
from conformance.finding import Finding
from conformance.ledger import Ledger, Requirement
from conformance.rules import RULES
from conformance.scenario import Plan, Scenario
from simulator.protocol.text.said import Said, Text, said_in, stored

Verdict = Mapping[str, Any]
SECURITY = "SEC"
EXPECTATIONS = "EXP"
STRAYS = "未能归属的报文"
"""The title of the lines of no scenario; titles are Chinese, as those of scenarios are."""
_RULES = dict(RULES)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Verdict lines (one requirement in one flow), the 219 cases, the requirement rows, the conclusion."""

    verdicts: tuple[Verdict, ...]
    cases: tuple[CaseRow, ...]
    requirements: tuple[Mapping[str, Any], ...]
    conclusion: Conclusion


def judge(
    records: Iterable[Record],
    ledger: Ledger,
    scenarios: Sequence[Scenario],
    declaration: Declaration,
    plan: Plan,
    *,
    problem: Text = "",
    planned: Sequence[Scenario] = (),
) -> Judgement:
    """Judge a run. `problem`: why the evidence itself cannot be trusted, as one line, or empty.

    `planned`: the other scenarios of the plan; a case that one of them covers too was executed in part only.

    Never raises on records of whatever content.
    """
    flows = fold(records)
    context = _Context(ledger, declaration, plan, _promise(declaration, flows), flows)
    verdicts: list[Verdict] = []
    for scenario in scenarios:
        verdicts += context.of_scenario(scenario)
    verdicts += context.of_strays()
    cases = cases_of(ledger, scenarios, declaration, verdicts, planned)
    rows = requirement_rows(ledger, declaration, plan, verdicts)
    conclusion = conclude(
        rows,
        cases,
        verdicts,
        declaration,
        today=_today(flows),
        harness=_own_failure(flows),
        untrusted=problem,
        left_out=_left_out(plan, scenarios),
        mode=plan.mode,
    )
    return Judgement(tuple(verdicts), cases, rows, conclusion)


def _left_out(plan: Plan, scenarios: Sequence[Scenario]) -> Text:
    """What of the plan this run was not meant to execute, as one line, or the empty text."""
    named = {scenario.id for scenario in scenarios}
    left = [name for name in plan.scenarios if name not in named]
    return (
        Said(
            "计划 {} 有 {} 个场景, 本次未选 {} 个, 例如 {}", plan.id, len(plan.scenarios), len(left), left[0]
        )
        if left
        else ""
    )


def _promise(declaration: Declaration, flows: Mapping[str, Sequence[Record]]) -> Promise:
    unsent = run_view.notice_unsent(_every(flows))
    return Promise(
        services=declaration.services,
        modes=declaration.modes,
        level=declaration.driver.level,
        notified=declaration.notify_6302 != "none" and not unsent,
        converge_ms=declaration.timers.get("converge_ms", Promise().converge_ms),
    )


def _every(flows: Mapping[str, Sequence[Record]]) -> Iterator[Record]:
    return (record for records in flows.values() for record in records)


def _own_failure(flows: Mapping[str, Sequence[Record]]) -> Text:
    record = run_view.own_failure(_every(flows))
    if record is None:
        return ""
    where, error = text(child(record, "d"), "where"), said_in(child(record, "d"), "error")
    return Said("模拟器自身错误(记录 {}): {} {}", whole(record, "seq") or 0, where, error)


def _today(flows: Mapping[str, Sequence[Record]]) -> str:
    """The date of the newest record: judging an old run again gives the same conclusion."""
    return run_view.last_day(_every(flows))


@dataclass(frozen=True, slots=True)
class _Context:
    ledger: Ledger
    declaration: Declaration
    plan: Plan
    promise: Promise
    flows: Mapping[str, tuple[Record, ...]]

    def of_scenario(self, scenario: Scenario) -> Iterator[Verdict]:
        """The verdict lines of one scenario."""
        local_cases = {case.id for case in self.ledger.cases if case.local}
        records = self.flows.get(scenario.id, ())
        flow = FlowView(scenario.id, records, self.promise, bool(local_cases & set(scenario.covers)))
        outcome = text(child(flow.end, "d"), "outcome") or "error"
        reason = said_in(child(flow.end, "d"), "reason") or Said("场景没有执行到结束")
        if not records:
            outcome, reason = "skipped", Said("本次没有执行")
        blocked = self._blocked(flow) if outcome in ("ran", "error") else ""
        for row in self.ledger.requirements:
            named = row.id in scenario.requirements
            if not named and not row.always:
                continue
            found = self._find(row, flow, outcome, reason, blocked, named)
            if found is not None:
                yield self._line(row, scenario.id, scenario.title, flow.id, self._pinned(row, found))

    def of_strays(self) -> Iterator[Verdict]:
        """What the messages that belong to no flow say about the envelope."""
        flow = FlowView("", self.flows.get("", ()), self.promise)
        for row in self.ledger.requirements:
            if row.group == SECURITY and row.always and flow.sealed:
                found = _RULES[row.rule](flow)
                if found.verdict == "fail":
                    yield self._line(row, "", STRAYS, "", self._pinned(row, found))

    def _find(
        self, row: Requirement, flow: FlowView, outcome: str, reason: Text, blocked: Text, named: bool
    ) -> Finding | None:
        """The finding of one requirement in one flow; None when there is nothing to say."""
        if outcome in ("n/a", "skipped"):
            return Finding("n/a" if outcome == "n/a" else "skip", "", reason) if named else None
        out = self._out_of_scope(row)
        if out is not None:
            return out if named else None
        found = _RULES[row.rule](flow)
        if blocked and (row.group != SECURITY or not found.ready):
            said = Finding("skip", Said("至少一个请求验签通过"), blocked, (), "inconclusive")
            return said if named or found.ready else None
        if outcome == "error":
            if found.verdict == "fail" and not found.absence:
                return found
            expected = found.expected or Said("场景执行到结束")
            return (
                Finding("error", expected, reason, (), "inconclusive")
                if named or row.group == EXPECTATIONS
                else None
            )
        return self._settled(flow, found, named)

    def _settled(self, flow: FlowView, found: Finding, named: bool) -> Finding | None:
        if not found.ready:
            if named:
                said = Said("前提没有出现: {}", found.observed)
                return replace(found, verdict="error", observed=said, domain="inconclusive")
            return None
        if found.verdict == "n/a" and not named:
            return None
        if found.absence and child(flow.end, "d", "quiet").get("quiet") is False:
            said = Said("{}; 但流程在时限内没有静止, 不能下结论", found.observed)
            return replace(found, verdict="waiting", observed=said, domain="inconclusive")
        if found.absence:
            said = Said("{} (观察到记录 {}, 静止 {} 秒)", found.observed, flow.last, flow.window_s)
            found = replace(found, observed=said)
        return found

    def _pinned(self, row: Requirement, found: Finding) -> Finding:
        """A rule newer than the pinned rule set never does more than warn (contracts 2)."""
        pin = self.declaration.ruleset
        if row.since <= pin or found.verdict not in ("fail", "error", "waiting", "review"):
            return found
        said = Said("{} (第 {} 版的新规则, 声明锁定在第 {} 版)", found.observed, row.since, pin)
        return replace(found, verdict="warn", observed=said)

    def _out_of_scope(self, row: Requirement) -> Finding | None:
        """n/a for what the declaration does not offer, skip for what the driver level cannot reach."""
        missing = [name for name in row.services if name not in self.promise.services]
        if self.plan.mode not in row.modes:
            return Finding("n/a", "", Said("不适用于模式 {}", self.plan.mode))
        if missing:
            return Finding("n/a", "", Said("声明未提供服务: {}", ", ".join(missing)))
        if row.vendor_level > self.promise.level:
            return Finding(
                "skip", "", Said("需要驱动级别 {}, 声明为 {}", row.vendor_level, self.promise.level)
            )
        return None

    def _blocked(self, flow: FlowView) -> Text:
        """Why nothing else can be said of a flow of which no request verified, or the empty text."""
        if any(exchange.verified for exchange in flow.sealed):
            return ""
        numbers = [whole(record, "seq") or 0 for record in flow.records]
        strays = FlowView("", self.flows.get("", ())).sealed
        near = [e for e in strays if min(numbers) < e.seq < max(numbers)]
        bad = [*flow.sealed, *near]
        if not bad:
            return ""
        return Said("本流程没有一个加密请求验签通过, 先解决信封问题(记录 {})", bad[0].seq)

    def _line(self, row: Requirement, scenario: str, title: str, flow: str, found: Finding) -> Verdict:
        only = f" --only {scenario}" if scenario else ""
        return {
            "schema": 1,
            "scenario": scenario,
            "scenario_title": title,
            "flow": flow,
            "requirement": row.id,
            "group": row.group,
            "level": row.level,
            "status": row.status,
            "origin": row.origin,
            "source": row.source,
            "title": row.title,
            "title_en": row.title_en,
            "clause": row.clause,
            "cases": list(row.cases),
            "verdict": found.verdict,
            **stored("expected", found.expected),
            **stored("observed", found.observed),
            "records": [seq for seq in found.records if seq > 0],
            "domain": found.domain,
            "cause": row.cause,
            "confirm": row.confirm,
            "fix": row.fix,
            "patient": row.patient,
            "replay": f"liantiao run --declaration {self.declaration.file or 'vendor.yaml'}{only}",
            "since": row.since,
            **self._deviation(row, found),
        }

    def _deviation(self, row: Requirement, found: Finding) -> dict[str, Any]:
        """The declared known deviation that stands beside a fail, and whether its time is over."""
        declared = (item for item in self.declaration.deviations if item.get("requirement") == row.id)
        known = next(declared, None) if found.verdict == "fail" else None
        if known is None:
            return {}
        shown = {name: known[name] for name in ("owner", "until", "comment") if name in known}
        return {"deviation": {**shown, "expired": str(known.get("until", "")) < _today(self.flows)}}
