"""Chapters 0 to 6 of the Word report: what was tested, on what, with what, and how each case went."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from reports import decoded
from reports import docx_parts as parts
from reports.display import clock_short, minute
from reports.docx_parts import Column, Columns, Shaded
from reports.flows import envelope, listed, members, text
from reports.shape import TROUBLE, Case, Event, Report
from reports.words import Words

ACTUAL_LIMIT = 5
"""Findings named in the cell 实际结果; the others are in the HTML report."""


def chip(words: Words, verdict: str) -> Shaded:
    """A cell that says a verdict."""
    return Shaded(words.label("verdict", verdict), verdict)


def joined(words: Words, space: str, codes: tuple[str, ...]) -> str:
    """Codes by their names, or `无`."""
    return ", ".join(words.label(space, code) for code in codes) or words("doc.none")


def revisions(doc: Any, report: Report, words: Words) -> None:
    """0: who changed the report when."""
    run = report.run
    columns: Columns = (Column(words("doc.rev.version"), 2.0), Column(words("doc.rev.date"), 3.0),
               Column(words("doc.rev.author"), 3.0), Column(words("doc.rev.change"), 8.2))
    first = words("doc.rev.first", tool=run.tool, version=run.version, run=run.id)
    parts.table(doc, columns, (("1.0", minute(run.ended)[:10], run.tool, first), ("", "", "", ""), ("", "", "", "")))


def overview(doc: Any, report: Report, words: Words) -> None:
    """1: background, basis, scope, what is out of scope, what a pre-acceptance is."""
    run = report.run
    parts.heading(doc, words("doc.1.background"), 2)
    parts.paragraph(doc, words("doc.1.background.text", target=words.label("target", run.target)))
    parts.heading(doc, words("doc.1.basis"), 2)
    for number in (1, 2, 3):
        parts.paragraph(doc, words(f"doc.1.basis.{number}"), style="List Bullet")
    parts.heading(doc, words("doc.1.scope"), 2)
    touched = {case.id for case in report.cases if case.verdict not in ("skip", "n/a")}
    parts.paragraph(doc, words(
        "doc.1.scope.text", modes=joined(words, "mode", run.modes), services=joined(words, "service", run.services),
        ran=sum(one.outcome == "ran" for one in report.scenarios), cases=len(touched), all=len(report.cases)))
    parts.heading(doc, words("doc.1.out"), 2)
    parts.paragraph(doc, words("doc.1.out.text"))
    parts.heading(doc, words("doc.1.about"), 2)
    parts.paragraph(doc, words("head.preliminary"))
    if run.target == "simulator":
        parts.paragraph(doc, words("head.simulator"))


def access(doc: Any, report: Report, words: Words) -> None:
    """2: the institution and its access parameters; what only the institution knows stays blank."""
    run, blank = report.run, words("doc.blank")
    app = next((text(envelope(event).get("appId")) for event in report.events.values()
                if event.lanes == (1, 2) and envelope(event).get("appId")), "")
    parts.pairs(doc, (
        (words("doc.cover.institution"), run.institution.get("name") or blank),
        (words("doc.cover.code"), run.institution.get("code") or blank),
        (words("doc.2.level"), blank),
        (words("doc.2.region"), run.institution.get("region") or blank),
        (words("head.modes"), joined(words, "mode", run.modes)),
        (words("env.services"), joined(words, "service", run.services)),
        (words("doc.2.app"), blank),
        (words("doc.2.appid"), f"{app[:4]}****{app[-4:]}" if len(app) > 12 else app or blank),
        (words("doc.2.cert"), blank),
        (words("doc.2.biz"), words("doc.2.biz.text")),
        (words("doc.2.bank"), blank),
        (words("doc.2.vendor"), blank),
        (words("doc.2.contact"), blank),
    ))
    parts.paragraph(doc, words("doc.2.note"), size=9)


def environment(doc: Any, report: Report, words: Words) -> None:
    """3: topology, versions, counterpart, clock, network."""
    run = report.run
    parts.heading(doc, words("doc.3.topology"), 2)
    parts.paragraph(doc, words("doc.3.topology.text"))
    simulated = run.target == "simulator"
    target = words.label("target", run.target)
    addresses = "\n".join(f"{key}: {value}" for key, value in run.declaration if "://" in value)
    overrides = "\n".join(f"{key} = {value}" for key, value in run.overrides)
    parts.pairs(doc, (
        (words("doc.3.label"), target),
        (words("doc.3.flag"), words("doc.3.flag.simulator") if simulated else words("doc.3.flag.other", target=target)),
        (words("env.tool"), f"{run.tool} {run.version}; {words('sum.ruleset')} {run.ruleset}"),
        (words("env.driver"), f"{run.driver_kind}, L{run.driver_level}"),
        (words("env.plan"), run.plan),
        (words("env.profile"), run.profile),
        (words("env.overrides"), overrides or words("env.nooverrides")),
        (words("doc.3.urls"), addresses or words("doc.none")),
        (words("doc.3.phone"), words("doc.3.phone.text")),
        (words("env.clock"), words("env.clock.text")),
        (words("env.network"), words("env.network.simulator" if simulated else "env.network.other")),
        (words("sum.time"), f"{minute(run.started)} – {minute(run.ended)} ({run.elapsed_s:.1f} s)"),
    ))


def _events(report: Report, kind: str, what: str = "") -> Iterator[tuple[str, Event]]:
    for flow in report.flows:
        for event in flow.events:
            if event.kind == kind and (not what or event.what == what):
                yield flow.id, event


def _item(item: Any) -> str:
    item = members(item)
    name = text(item.get("name")) or text(item.get("code"))
    return f"{name} × {text(item.get('cnt'))}, {text(item.get('price_text')) or text(item.get('price'))}"


def data(doc: Any, report: Report, words: Words) -> None:
    """4: synthetic persons by alias and what was prescribed for them."""
    parts.paragraph(doc, words("doc.4.note"))
    parts.heading(doc, words("doc.4.persons"), 2)
    persons = []
    for flow, event in _events(report, "scenario", "begin"):
        specs = members(event.detail.get("specs"))
        for alias, value in members(event.detail.get("persons")).items():
            spec = members(specs.get(alias)) or members(value)
            persons.append((flow, alias, decoded.brief(spec) or words("doc.4.default")))
    if persons:
        columns: Columns = (Column(words("id.flow"), 5.0), Column(words("doc.4.alias"), 2.4), Column(words("doc.4.plan"), 8.8))
        parts.table(doc, columns, persons)
    else:
        parts.paragraph(doc, words("doc.4.nopersons"))
    parts.heading(doc, words("doc.4.bills"), 2)
    bills = []
    for flow, event in _events(report, "call"):
        args = members(event.detail.get("args"))
        if event.detail.get("action") == "prescribe":
            bills.append((flow, "\n".join(_item(item) for item in listed(args.get("items"))[:20]), f"#{event.seq}"))
    if bills:
        columns = (Column(words("id.flow"), 5.0), Column(words("doc.4.items"), 9.2), Column(words("id.record"), 2.0))
        parts.table(doc, columns, bills)
    else:
        parts.paragraph(doc, words("doc.4.nobills"))


def matrix(doc: Any, report: Report, words: Words) -> None:
    """5: scenario × composition × mode, and how much of the catalogue was covered."""
    parts.heading(doc, words("doc.5.matrix"), 2)
    columns: Columns = (Column(words("matrix.scenario"), 6.6), Column(words("doc.5.composition"), 2.8),
               Column(words("doc.5.mode"), 1.8), Column(words("doc.5.covers"), 6.2),
               Column(words("case.verdict"), 2.6), Column(words("find.reason"), 6.0))
    parts.table(doc, columns, (
        (f"{words.pick(one.title, one.title_en)}\n{one.id}", words(f"comp.{one.composition or 'none'}"),
         report.run.plan, ", ".join(one.covers), chip(words, one.verdict), one.reason)
        for one in report.scenarios
    ))
    parts.heading(doc, words("doc.5.coverage"), 2)
    columns = (Column(words("case.group"), 6.0), Column(words("doc.5.all"), 3.0, number=True),
               Column(words("doc.5.applicable"), 3.0, number=True), Column(words("doc.5.executed"), 3.0, number=True),
               Column(words("doc.5.passed"), 3.0, number=True), Column(words("doc.5.share"), 3.0, number=True))
    rows = [_coverage(f"{words.label('group', name)} ({name})", list(part))
            for name, part in groupby(report.cases, key=lambda case: case.group)]
    parts.table(doc, columns, (*rows, _coverage(words("doc.5.total"), list(report.cases))))


def _coverage(name: str, cases: list[Case]) -> tuple[str, ...]:
    applicable = [case for case in cases if case.verdict != "n/a"]
    done = [case for case in applicable if case.verdict != "skip"]
    passed = sum(case.verdict == "pass" for case in done)
    share = f"{100 * len(done) / len(applicable):.0f}%" if applicable else "—"
    return name, str(len(cases)), str(len(applicable)), str(len(done)), str(passed), share


def actual(case: Case, words: Words) -> str:
    """The cell 实际结果: what was observed where it did not pass, and how many verdicts passed."""
    rows = [row for row in case.actual if row.verdict in TROUBLE]
    said = [f"{row.requirement}: {row.observed or words.label('verdict', row.verdict)}"[:300] for row in rows[:ACTUAL_LIMIT]]
    if len(rows) > ACTUAL_LIMIT:
        said.append(f"… +{len(rows) - ACTUAL_LIMIT}")
    passed = sum(row.verdict == "pass" for row in case.actual)
    if passed:
        said.append(words("case.met", n=passed))
    return "\n".join(said) or case.reason or words("nil")


def cases(doc: Any, report: Report, words: Words) -> None:
    """6: every executed case with expected, actual, verdict, time, evidence, order; then the others."""
    run = report.run
    parts.paragraph(doc, words("doc.6.note", tool=run.tool, version=run.version, target=words.label("target", run.target)))
    by_id = {one.id: one for one in report.scenarios}
    done = [case for case in report.cases if case.verdict not in ("skip", "n/a")]
    parts.heading(doc, words("doc.6.done"), 2)
    if done:
        columns: Columns = (Column(words("case.id"), 2.1), Column(words("case.name"), 3.6), Column(words("case.steps"), 4.2),
                   Column(words("case.expected"), 4.2), Column(words("doc.6.actual"), 4.2),
                   Column(words("case.verdict"), 1.9), Column(words("doc.6.when"), 1.9),
                   Column(words("doc.6.refs"), 1.8), Column(words("doc.6.order"), 2.2, code=True))
        parts.table(doc, columns, (_done(case, by_id, words) for case in done))
    else:
        parts.paragraph(doc, words("doc.6.nocases"))
    parts.heading(doc, words("doc.6.open"), 2)
    parts.paragraph(doc, words("doc.6.open.note"))
    columns = (Column(words("case.id"), 2.4), Column(words("case.level"), 1.6), Column(words("case.name"), 8.4),
               Column(words("case.verdict"), 2.2), Column(words("find.reason"), 11.4))
    parts.table(doc, columns, (
        (case.id, words.label("level", case.level), case.title, chip(words, case.verdict),
         case.reason or ", ".join(case.scenarios) or words("nil"))
        for case in report.cases if case.verdict in ("skip", "n/a")
    ))


def _done(case: Case, by_id: dict[str, Any], words: Words) -> tuple[str | Shaded, ...]:
    where = [by_id[name] for name in case.scenarios if name in by_id]
    spans = [f"#{one.span[0]}–{one.span[1]}" for one in where if one.span]
    return (
        f"{case.id}\n{words.label('level', case.level)}", case.title, case.steps, case.expected, actual(case, words),
        chip(words, case.verdict), clock_short(where[0].started)[:8] if where else "", "\n".join(spans[:3]),
        "\n".join(case.orders[:3]),
    )
