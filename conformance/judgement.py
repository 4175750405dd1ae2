"""Judge evidence: records, ledger, declaration and plan in, verdict lines and conclusion out. Pure.

The same records under the same ledger give the same verdicts, whenever and wherever they are judged. A flow is judged
when it closes; only open ones are in memory. What a scenario adds is what its begin record says, so that an old run is
judged as it was meant, whatever became of the scenario's file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from conformance import run_findings
from conformance.became import Became
from conformance.case_rows import CaseRow, cases_of
from conformance.conclusion import Circumstances, Conclusion, conclude
from conformance.declaration import Declaration
from conformance.evidence import run_view
from conformance.evidence.carry import FlowIndex, carry_of
from conformance.evidence.flow_stream import ClosedFlow, FlowStream
from conformance.evidence.flow_view import FlowView, Promise
from conformance.evidence.hearing import HEARD, Hearing
from conformance.evidence.records import Record
from conformance.evidence.values import child, text, whole
from conformance.finding import Finding, beyond_reach
from conformance.ledger import Ledger, Requirement
from conformance.meant import Meant, by_record
from conformance.mistake import Mistake
from conformance.requirement_rows import requirement_rows
from conformance.rules import RULES
from conformance.rules.expect import hindered
from conformance.scenario import Plan
from conformance.tally import Place, Tally
from simulator.protocol.text.said import Said, Text, said_in, stored

Verdict = Mapping[str, Any]
SECURITY = "SEC"
EXPECTATIONS = "EXP"
STRAYS, WHOLE_RUN = "未能归属的报文", "整次运行"
"""The titles of the lines of no scenario; titles are Chinese, as those of scenarios are."""
_RULES = dict(RULES)
BEHIND = 2**53
"""The place of flows without a scenario, then of messages of no flow, then of the run: behind every scenario."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The 219 cases, the requirement rows, the conclusion; how many verdict lines there are, how many flows were held."""

    cases: tuple[CaseRow, ...]
    requirements: tuple[Mapping[str, Any], ...]
    conclusion: Conclusion
    lines: int = 0
    most_held: int = 0


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a run was meant to execute. `flows`: flow -> scenario, in the order that the lines are to have.

    `look_up`: a scenario of which no flow began; raises Mistake when there is none of that name. `planned`: the
    scenarios of the mode's plan: a case that one covers which was not meant to run was executed in part only.
    """

    flows: Mapping[str, str]
    look_up: Callable[[str], Meant]
    planned: Sequence[Meant] = ()


def judge(
    records: Iterable[Record],
    ledger: Ledger,
    meaning: Meaning,
    declaration: Declaration,
    plan: Plan,
    put: Callable[[Place, Sequence[Verdict]], None],
    index: FlowIndex,
    problem: Callable[[], Text] = lambda: "",
    hearing: Hearing = HEARD,
) -> Judgement:
    """Judge a run, one record at a time. Verdict lines (one requirement in one flow) go to `put` as flows close.

    Flows close in any order: the place that `put` gets is that of the lines in the run. `index` keeps what closed
    flows leave. `hearing`: whether anything of the vendor arrived at all. `problem` is asked at the end: why the evidence itself cannot be trusted, as one line, or empty.
    Raises Mistake as `look_up` does, and nothing on records of whatever content.
    """
    noted, tally, known = _Noted(), Tally(), dict[str, Meant]()
    stream = FlowStream(noted.each(records), declaration.quiet_ms, index.get)
    context = _Context(ledger, declaration, plan, noted, hearing)
    for place, lines in _told(stream, context, meaning, known, index):
        tally.add(place, lines)
        put(place, lines)
    scenarios = [known[name] for name in dict.fromkeys((*meaning.flows.values(), *known))]
    told = tally.lines()
    missing = [one for one in meaning.planned if one.id not in known]
    cases = cases_of(ledger, scenarios, declaration, told, missing)
    rows = requirement_rows(ledger, declaration, plan, told)
    run = Circumstances(
        today=noted.today,
        harness=noted.own_failure,
        untrusted=problem(),
        left_out=_left_out(plan, scenarios, meaning.planned),
        set_up=run_findings.silence(hearing) if hearing.deaf else "",
        open=run_findings.silence(hearing) if hearing.idle else "",
        mode=plan.mode,
    )
    conclusion = conclude(rows, cases, told, declaration, run)
    return Judgement(cases, rows, conclusion, tally.count, stream.most_held)


def _told(
    stream: FlowStream, context: _Context, meaning: Meaning, known: dict[str, Meant], index: FlowIndex
) -> Iterator[tuple[Place, list[Verdict]]]:
    """The lines of each flow as it closes, then of those that were meant and did not begin; fills `known` and `index`."""
    places = {flow: at for at, flow in enumerate(meaning.flows)}
    unseen = dict(meaning.flows)
    for closed in stream:
        if not closed.id:
            yield (BEHIND + 1, closed.number), list(context.of_strays(closed))
            continue
        meant = _meant(closed, known, meaning)
        flow = context.view(closed, meant)
        late = closed.carry is not None
        lines = context.of_late(flow, meant) if late else context.of_flow(flow, meant, closed.near)
        at = places.get(closed.id, len(places)) if meant.id else BEHIND
        yield (at, closed.number), list(lines)
        index.put(carry_of(flow, meant.id, closed.carry))
        if meant.id:
            unseen.pop(closed.id, None)
    for name, scenario in unseen.items():
        meant = known.setdefault(scenario, known.get(scenario) or meaning.look_up(scenario))
        yield (places[name], 0), list(context.of_nothing(name, meant))
    yield (BEHIND + 2, 0), list(context.of_run())


def _meant(closed: ClosedFlow, known: dict[str, Meant], meaning: Meaning) -> Meant:
    """What the scenario of a flow adds: as its begin record says; without one as the scenario is known otherwise."""
    name = closed.scenario
    if not name:
        return Meant()
    begin = FlowView(closed.id, closed.records).scenario
    if begin:
        found = by_record(name, begin)
        known.setdefault(name, found)
        return found
    try:
        return known.setdefault(name, known.get(name) or meaning.look_up(name))
    except Mistake:
        return known.setdefault(name, Meant(name))


def _left_out(plan: Plan, scenarios: Sequence[Meant], planned: Sequence[Meant]) -> Text:
    """What of the mode's plan this run was not meant to execute, as one line, or the empty text."""
    named = {scenario.id for scenario in scenarios}
    whole_plan = tuple(dict.fromkeys((*(one.id for one in planned), *plan.scenarios)))
    left = [name for name in whole_plan if name not in named]
    if not left:
        return ""
    return Said(
        "模式 {} 的计划有 {} 个场景, 本次未选 {} 个, 例如 {}", plan.mode, len(whole_plan), len(left), left[0]
    )


@dataclass(slots=True)
class _Noted:
    """What is seen of a run as a whole while its records go by.

    `today`: the date of the newest record, so that judging an old run again gives the same conclusion.
    """

    today: str = ""
    own_failure: Text = ""

    def each(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records that are some, each looked at."""
        for record in records:
            if isinstance(record, Mapping):
                self.today = max(self.today, run_view.day_of(record))
                if not self.own_failure and run_view.own_failure(record):
                    self.own_failure = _own_failure(record)
                yield record


def _own_failure(record: Record) -> Text:
    where, error = text(child(record, "d"), "where"), said_in(child(record, "d"), "error")
    return Said("模拟器自身错误(记录 {}): {} {}", whole(record, "seq") or 0, where, error)


@dataclass(frozen=True, slots=True)
class _Context:
    ledger: Ledger
    declaration: Declaration
    plan: Plan
    noted: _Noted
    hearing: Hearing

    def view(self, closed: ClosedFlow, meant: Meant) -> FlowView:
        """A flow as rules read it."""
        declared = self.declaration
        promise = Promise(
            services=declared.services,
            modes=declared.modes,
            level=declared.driver.level,
            notified=declared.notify_6302 != "none" and not run_view.notice_unsent(closed.records),
            converge_ms=declared.timers.get("converge_ms", Promise().converge_ms),
        )
        local = any(case.local and case.id in meant.covers for case in self.ledger.cases)
        return FlowView(closed.id, closed.records, promise, local, closed.quiet)

    def of_flow(self, flow: FlowView, meant: Meant, near: Sequence[int]) -> Iterator[Verdict]:
        """The verdict lines of one flow; one that no scenario opened gets what always holds and occurred in it."""
        became = Became.of(flow) if meant.id else Became()
        blocked = self._blocked(flow, near) if became.outcome in ("ran", "error") else ""
        yield from self._judged(flow, meant, became, blocked)

    def of_nothing(self, name: str, meant: Meant) -> Iterator[Verdict]:
        """The verdict lines of a flow that was meant and did not begin."""
        yield from self._judged(FlowView(name, ()), meant, Became("skipped", Said("本次没有执行")), "")

    def of_late(self, flow: FlowView, meant: Meant) -> Iterator[Verdict]:
        """What messages that came after a flow had closed say about the envelope: each stands for itself."""
        yield from self._envelopes(flow, meant)

    def of_strays(self, closed: ClosedFlow) -> Iterator[Verdict]:
        """What the messages that belong to no flow say about the envelope."""
        yield from self._envelopes(FlowView("", closed.records), Meant("", STRAYS))

    def _envelopes(self, flow: FlowView, meant: Meant) -> Iterator[Verdict]:
        for row in self.ledger.requirements:
            if row.group == SECURITY and row.always and flow.sealed:
                found = _RULES[row.rule](flow)
                if found.verdict == "fail":
                    yield self._line(row, meant.id, meant.title, flow.id, self._pinned(row, found))

    def _judged(self, flow: FlowView, meant: Meant, became: Became, blocked: Text) -> Iterator[Verdict]:
        for row in self.ledger.requirements:
            named = row.id in meant.requirements
            if not named and not row.always:
                continue
            found = self._find(row, flow, became, blocked, named)
            if found is not None:
                found = self._pinned(row, run_findings.instead(found, self.hearing))
                yield self._line(row, meant.id, meant.title, flow.id, found)

    def _find(
        self, row: Requirement, flow: FlowView, became: Became, blocked: Text, named: bool
    ) -> Finding | None:
        """The finding of one requirement in one flow; None when there is nothing to say."""
        if became.outcome in ("n/a", "skipped"):
            verdict = "n/a" if became.outcome == "n/a" else "skip"
            return Finding(verdict, "", became.reason, offered=became.offered) if named else None
        out = self._out_of_scope(row)
        if out is not None:
            return out if named else None
        found = _RULES[row.rule](flow)
        if blocked and (row.group != SECURITY or not found.ready):
            said = Finding("skip", Said("至少一个请求验签通过"), blocked, (), "inconclusive")
            return said if named or found.ready else None
        if became.outcome == "error":
            if found.verdict == "fail" and not found.absence:
                return found
            expected = found.expected or Said("场景执行到结束")
            return (
                Finding("error", expected, became.reason, (), became.domain)
                if named or row.group == EXPECTATIONS
                else None
            )
        return self._settled(flow, found, named)

    def of_run(self) -> Iterator[Verdict]:
        """What is found of the run as a whole."""
        for row, found in run_findings.found_of(self.hearing):
            yield self._line(row, "", WHOLE_RUN, "", found)

    def _settled(self, flow: FlowView, found: Finding, named: bool) -> Finding | None:
        if not found.ready:
            if named:
                said = Said("前提没有出现: {}", found.observed)
                return replace(found, verdict="error", observed=said, domain="inconclusive")
            return None
        if found.verdict == "n/a" and not named:
            return None
        if found.absence and found.verdict == "fail" and (hindrance := hindered(flow)):
            return replace(hindrance, expected=found.expected, offered=True)
        if found.absence and flow.quiet.get("quiet") is False:
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
        missing = [name for name in row.services if name not in self.declaration.services]
        if self.plan.mode not in row.modes:
            return Finding("n/a", "", Said("不适用于模式 {}", self.plan.mode))
        if missing:
            return Finding("n/a", "", Said("声明未提供服务: {}", ", ".join(missing)))
        if row.vendor_level > self.declaration.driver.level:
            return beyond_reach(
                Said("需要驱动级别 {}, 声明为 {}", row.vendor_level, self.declaration.driver.level)
            )
        return None

    def _blocked(self, flow: FlowView, near: Sequence[int]) -> Text:
        """Why nothing else can be said of a flow of which no request verified, or the empty text."""
        if any(exchange.verified for exchange in flow.sealed):
            return ""
        bad = [*(exchange.seq for exchange in flow.sealed), *near]
        if not bad:
            return ""
        return Said("本流程没有一个加密请求验签通过, 先解决信封问题(记录 {})", bad[0])

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
            **({} if found.offered else {"offered": False}),
            **self._deviation(row, found),
        }

    def _deviation(self, row: Requirement, found: Finding) -> dict[str, Any]:
        """The declared known deviation that stands beside a fail, and whether its time is over."""
        declared = (item for item in self.declaration.deviations if item.get("requirement") == row.id)
        known = next(declared, None) if found.verdict == "fail" else None
        if known is None:
            return {}
        shown = {name: known[name] for name in ("owner", "until", "comment") if name in known}
        return {"deviation": {**shown, "expired": str(known.get("until", "")) < self.noted.today}}
