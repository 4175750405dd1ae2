"""Judge evidence: records, ledger, declaration and plan in, verdict lines and conclusion out. Pure.

The same records under the same ledger give the same verdicts, whenever and wherever they are judged. A flow is judged
when it closes; only open ones are in memory. What a scenario adds is what its begin record says, so that an old run is
judged as it was meant, whatever became of the scenario's file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.case_rows import CaseRow, cases_of
from conformance.conclusion import Circumstances, Conclusion, conclude
from conformance.declaration import Declaration
from conformance.evidence import run_view
from conformance.evidence.carry import FlowIndex, carry_of
from conformance.evidence.flow_stream import ClosedFlow, FlowStream
from conformance.evidence.flow_view import FlowView, Promise
from conformance.evidence.records import Record
from conformance.evidence.strangers import Senders, Strangers, doubtful, of_nobody
from conformance.evidence.values import child, text, whole
from conformance.finding import Finding, beyond_reach
from conformance.ledger import Ledger, Requirement
from conformance.meant import Meant, by_record
from conformance.mistake import Mistake
from conformance.requirement_rows import requirement_rows
from conformance.rules import RULES
from conformance.scenario import Plan
from conformance.tally import Place, Tally
from simulator.protocol.text.said import Said, Text, said_in, stored

Verdict = Mapping[str, Any]
SECURITY = "SEC"
EXPECTATIONS = "EXP"
MOST_WAITING = 1_000
"""Flows of which no request verified that wait for the end of the evidence; older ones are judged by what is known."""
STRAYS = "未能归属的报文"
"""The title of the lines of no scenario; titles are Chinese, as those of scenarios are."""
_RULES = dict(RULES)
BEHIND = 2**53
"""The place of flows without a scenario, and after them of messages of no flow: behind every scenario."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The 219 cases, the requirement rows, the conclusion; how many verdict lines there are, how many flows were held."""

    cases: tuple[CaseRow, ...]
    requirements: tuple[Mapping[str, Any], ...]
    conclusion: Conclusion
    lines: int = 0
    most_held: int = 0
    strangers: tuple[Mapping[str, Any], ...] = ()
    """Messages that count against nobody, by where they came from and why (contracts 10)."""


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
) -> Judgement:
    """Judge a run, one record at a time. Verdict lines (one requirement in one flow) go to `put` as flows close.

    Flows close in any order: the place that `put` gets is that of the lines in the run. `index` keeps what closed
    flows leave. `problem` is asked at the end: why the evidence itself cannot be trusted, as one line, or empty.
    Raises Mistake as `look_up` does, and nothing on records of whatever content.
    """
    noted, tally, known = _Noted(), Tally(), dict[str, Meant]()
    stream = FlowStream(noted.each(records), declaration.quiet_ms, index.get)
    context = _Context(ledger, declaration, plan, noted)
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
        mode=plan.mode,
    )
    conclusion = conclude(rows, cases, told, declaration, run)
    apart = tuple(noted.strangers.rows())
    return Judgement(cases, rows, conclusion, tally.count, stream.most_held, apart)


def _told(
    stream: FlowStream, context: _Context, meaning: Meaning, known: dict[str, Meant], index: FlowIndex
) -> Iterator[tuple[Place, list[Verdict]]]:
    """The lines of each flow as it closes, then of those that were meant and did not begin; fills `known` and `index`.

    A flow of which no request verified, and messages of nobody, wait for the end: only then it is known whether those
    messages come from where the institution is.
    """
    places = {flow: at for at, flow in enumerate(meaning.flows)}
    unseen = dict(meaning.flows)
    waiting: list[tuple[ClosedFlow, Meant]] = []
    strays: list[ClosedFlow] = []

    def place(closed: ClosedFlow, meant: Meant) -> Place:
        return (places.get(closed.id, len(places)) if meant.id else BEHIND), closed.number

    for closed in stream:
        if not closed.id:
            strays.append(closed)
            while len(strays) > 1:
                one = strays.pop(0)
                yield (BEHIND + 1, one.number), list(context.of_strays(one))
            continue
        meant = _meant(closed, known, meaning)
        flow = context.view(closed, meant)
        index.put(carry_of(flow, meant.id, closed.carry))
        unseen.pop(closed.id if meant.id else "", None)
        if closed.carry is not None:
            yield place(closed, meant), list(context.of_late(flow, meant))
        elif context.unsettled(closed, flow):
            waiting.append((closed, meant))
        else:
            yield place(closed, meant), list(context.of_flow(flow, meant, ()))
        while len(waiting) > MOST_WAITING:
            one, what = waiting.pop(0)
            yield place(one, what), list(context.of_unsettled(one, what))
    for one, what in waiting:
        yield place(one, what), list(context.of_unsettled(one, what))
    for closed in strays:
        yield (BEHIND + 1, closed.number), list(context.of_strays(closed))
    for name, scenario in unseen.items():
        meant = known.setdefault(scenario, known.get(scenario) or meaning.look_up(scenario))
        yield (places[name], 0), list(context.of_nothing(name, meant))


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
    senders: Senders = field(default_factory=Senders)
    strangers: Strangers = field(default_factory=Strangers)
    fell: set[int] = field(default_factory=set)
    """The messages of nobody that fell into a flow of which no request verified, while others were open too."""

    def each(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records that are some, each looked at."""
        for record in records:
            if isinstance(record, Mapping):
                self.today = max(self.today, run_view.day_of(record))
                self.senders.hear(record)
                if of_nobody(record) and not doubtful(record):
                    self.strangers.put(record)
                if not self.own_failure and run_view.own_failure(record):
                    self.own_failure = _own_failure(record)
                yield record


def _own_failure(record: Record) -> Text:
    where, error = text(child(record, "d"), "where"), said_in(child(record, "d"), "error")
    return Said("模拟器自身错误(记录 {}): {} {}", whole(record, "seq") or 0, where, error)


@dataclass(frozen=True, slots=True)
class _Became:
    """What became of a scenario, as its end record says: `ran`, `skipped`, `n/a`, `error`; why, and whose it is."""

    outcome: str = "ran"
    reason: Text = ""
    offered: bool = True
    domain: str = "inconclusive"

    @staticmethod
    def of(flow: FlowView) -> _Became:
        """Without an end record it was cut short."""
        end = child(flow.end, "d")
        reason = said_in(end, "reason") or Said("场景没有执行到结束")
        offered = end.get("offered") is not False
        return _Became(
            text(end, "outcome") or "error", reason, offered, text(end, "domain") or "inconclusive"
        )


@dataclass(frozen=True, slots=True)
class _Context:
    ledger: Ledger
    declaration: Declaration
    plan: Plan
    noted: _Noted

    def view(self, closed: ClosedFlow, meant: Meant, more: Sequence[Record] = ()) -> FlowView:
        """A flow as rules read it, with `more` records that count as its own."""
        declared = self.declaration
        promise = Promise(
            services=declared.services,
            modes=declared.modes,
            level=declared.driver.level,
            notified=declared.notify_6302 != "none" and not run_view.notice_unsent(closed.records),
            converge_ms=declared.timers.get("converge_ms", Promise().converge_ms),
        )
        local = any(case.local and case.id in meant.covers for case in self.ledger.cases)
        records = closed.records
        if more:
            records = tuple(sorted((*records, *more), key=lambda record: whole(record, "seq") or 0))
        return FlowView(closed.id, records, promise, local, closed.quiet)

    def unsettled(self, closed: ClosedFlow, flow: FlowView) -> bool:
        """Whether messages of nobody may count in this flow; where one of its own verified they do not."""
        if not closed.doubtful and not closed.near:
            return False
        if any(exchange.verified for exchange in flow.sealed):
            self._apart(closed.doubtful)
            return False
        self.noted.fell.update(whole(one, "seq") or 0 for one in closed.near)
        return True

    def of_unsettled(self, closed: ClosedFlow, meant: Meant) -> Iterator[Verdict]:
        """The verdict lines of a flow of which no request verified, with what of nobody counts in it."""
        mine = [seq for one in closed.doubtful if self._vendors(one) and (seq := whole(one, "seq"))]
        more = [one for one in closed.doubtful if (whole(one, "link") or whole(one, "seq")) in mine]
        self._apart(one for one in closed.doubtful if one not in more)
        near = [whole(one, "seq") or 0 for one in closed.near if self._vendors(one)]
        return self.of_flow(self.view(closed, meant, more), meant, near)

    def _vendors(self, record: Record) -> bool:
        return doubtful(record) and self.noted.senders.may_have_sent(record)

    def _apart(self, records: Iterable[Record]) -> None:
        for record in records:
            if doubtful(record):
                self.noted.strangers.put(record)

    def of_flow(self, flow: FlowView, meant: Meant, near: Sequence[int]) -> Iterator[Verdict]:
        """The verdict lines of one flow; one that no scenario opened gets what always holds and occurred in it."""
        became = _Became.of(flow) if meant.id else _Became()
        blocked = self._blocked(flow, near) if became.outcome in ("ran", "error") else ""
        yield from self._judged(flow, meant, became, blocked)

    def of_nothing(self, name: str, meant: Meant) -> Iterator[Verdict]:
        """The verdict lines of a flow that was meant and did not begin."""
        yield from self._judged(FlowView(name, ()), meant, _Became("skipped", Said("本次没有执行")), "")

    def of_late(self, flow: FlowView, meant: Meant) -> Iterator[Verdict]:
        """What messages that came after a flow had closed say about the envelope: each stands for itself."""
        yield from self._envelopes(flow, meant)

    def of_strays(self, closed: ClosedFlow) -> Iterator[Verdict]:
        """What the messages of nobody that count say about the envelope; the others are put apart."""
        mine = {
            whole(one, "seq")
            for one in closed.records
            if self._vendors(one) and whole(one, "seq") in self.noted.fell
        }
        more = tuple(one for one in closed.records if (whole(one, "link") or whole(one, "seq")) in mine)
        self._apart(one for one in closed.records if one not in more)
        yield from self._envelopes(FlowView("", more), Meant("", STRAYS))

    def _envelopes(self, flow: FlowView, meant: Meant) -> Iterator[Verdict]:
        for row in self.ledger.requirements:
            if row.group == SECURITY and row.always and flow.sealed:
                found = _RULES[row.rule](flow)
                if found.verdict == "fail":
                    yield self._line(row, meant.id, meant.title, flow.id, self._pinned(row, found))

    def _judged(self, flow: FlowView, meant: Meant, became: _Became, blocked: Text) -> Iterator[Verdict]:
        for row in self.ledger.requirements:
            named = row.id in meant.requirements
            if not named and not row.always:
                continue
            found = self._find(row, flow, became, blocked, named)
            if found is not None:
                yield self._line(row, meant.id, meant.title, flow.id, self._pinned(row, found))

    def _find(
        self, row: Requirement, flow: FlowView, became: _Became, blocked: Text, named: bool
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

    def _settled(self, flow: FlowView, found: Finding, named: bool) -> Finding | None:
        if not found.ready:
            if named:
                said = Said("前提没有出现: {}", found.observed)
                return replace(found, verdict="error", observed=said, domain="inconclusive")
            return None
        if found.verdict == "n/a" and not named:
            return None
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
