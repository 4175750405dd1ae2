"""Judge evidence: records, ledger, declaration and plan in, verdict lines and conclusion out. Pure.

The same records under the same ledger give the same verdicts, whenever and wherever they are judged. A flow is judged
when it closes; only open ones are in memory. What a scenario adds is what its begin record says, so that an old run is
judged as it was meant, whatever became of the scenario's file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance import run_findings
from conformance.case_rows import CaseRow, cases_of
from conformance.conclusion import Circumstances, Conclusion, conclude
from conformance.declaration import Declaration
from conformance.evidence.carry import FlowIndex, carry_of
from conformance.evidence.flow_stream import ClosedFlow, FlowStream
from conformance.evidence.flow_view import FlowView
from conformance.evidence.hearing import HEARD, Hearing
from conformance.evidence.records import Record
from conformance.flow_judge import FlowJudge
from conformance.ledger import Ledger
from conformance.meant import Meant, by_record
from conformance.mistake import Mistake
from conformance.requirement_rows import requirement_rows
from conformance.root_causes import RootCauses
from conformance.run_noted import RunNoted
from conformance.scenario import Plan
from conformance.tally import Place, Tally
from simulator.protocol.text.said import Said, Text

Verdict = Mapping[str, Any]
MOST_WAITING = 1_000
"""Flows of which no request verified that wait for the end of the evidence; older ones are judged by what is known."""
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
    strangers: tuple[Mapping[str, Any], ...] = ()
    """Messages that count against nobody, by where they came from and why (contracts 10)."""
    root_causes: tuple[Mapping[str, Any], ...] = ()
    """What is behind the lines that do not pass, each once (`conformance.root_causes`)."""


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
    flows leave. `hearing`: whether anything of the vendor arrived at all. `problem` is asked at the end: why the
    evidence itself cannot be trusted, as one line, or empty. Raises Mistake as `look_up` does, and nothing on records of whatever content.
    """
    noted, tally, known, roots = RunNoted(), Tally(), dict[str, Meant](), RootCauses()
    stream = FlowStream(noted.each(records), declaration.quiet_ms, index.get)
    context = FlowJudge(ledger, declaration, plan, noted, hearing)
    for place, lines in _told(stream, context, meaning, known, index):
        tally.add(place, lines)
        roots.add(lines)
        put(place, lines)
    scenarios = [known[name] for name in dict.fromkeys((*meaning.flows.values(), *known))]
    told = tally.lines()
    missing = [one for one in meaning.planned if one.id not in known]
    cases = cases_of(ledger, scenarios, declaration, told, missing)
    rows = requirement_rows(ledger, declaration, plan, told)
    clock = run_findings.unsettled(noted.jumps, noted.excused)
    run = Circumstances(
        today=noted.today,
        harness=noted.own_failure,
        untrusted=problem(),
        left_out=_left_out(plan, scenarios, meaning.planned),
        set_up=run_findings.silence(hearing) if hearing.deaf else "",
        open=run_findings.silence(hearing) if hearing.idle else noted.stopped or clock,
        mode=plan.mode,
    )
    conclusion = conclude(rows, cases, told, declaration, run)
    apart = tuple(noted.strangers.rows())
    return Judgement(cases, rows, conclusion, tally.count, stream.most_held, apart, tuple(roots.rows()))


def _told(
    stream: FlowStream, context: FlowJudge, meaning: Meaning, known: dict[str, Meant], index: FlowIndex
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
