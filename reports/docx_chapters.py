"""Chapters 0 to 6 of the Word report: what was tested, on what, with what, and how each case went."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from conformance.evidence.institution import InsuredRow, insured_rows
from reports import docx_parts as parts
from reports.display import clock_short, minute, part_shown
from reports.docx_parts import Column, Columns, Shaded
from reports.flows import business, envelope
from reports.observed_words import case_said
from reports.report_parts import Report, ReportCase
from reports.said_members import brief
from reports.shown_values import listed, members, text
from reports.timeline_parts import FlowTimeline, TimelineEvent
from reports.words import Words

ITEMS_LIMIT = 6
"""Lines of the prescriptions of one scenario; a bill of 200 lines is a test of its own."""


def chip(words: Words, verdict: str) -> Shaded:
    """A cell that says a verdict."""
    return Shaded(words.label("verdict", verdict), verdict)


def joined(words: Words, space: str, codes: tuple[str, ...]) -> str:
    """Codes by their names, or `无`."""
    return words.listed([words.label(space, code) for code in codes]) or words("doc.none")


def revisions(doc: Any, report: Report, words: Words) -> None:
    """0: who changed the report when."""
    run = report.run
    columns: Columns = (
        Column(words("doc.rev.version"), 2.0),
        Column(words("doc.rev.date"), 3.0),
        Column(words("doc.rev.author"), 3.0),
        Column(words("doc.rev.change"), 8.2),
    )
    first = words("doc.rev.first", tool=run.tool, version=run.version, run=run.id)
    parts.table(
        doc, columns, (("1.0", minute(run.ended)[:10], run.tool, first), ("", "", "", ""), ("", "", "", ""))
    )


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
    parts.paragraph(
        doc,
        words(
            "doc.1.scope.text",
            modes=joined(words, "mode", run.modes),
            services=joined(words, "service", run.services),
            ran=sum(one.outcome == "ran" for one in report.scenarios),
            cases=len(touched),
            all=len(report.cases),
        ),
    )
    parts.heading(doc, words("doc.1.out"), 2)
    parts.paragraph(doc, words("doc.1.out.text"))
    parts.heading(doc, words("doc.1.about"), 2)
    parts.paragraph(doc, words("head.preliminary"))
    if run.target == "simulator":
        parts.paragraph(doc, words("head.simulator"))


def access(doc: Any, report: Report, words: Words) -> None:
    """2: the institution and its access parameters; what only the institution knows stays blank."""
    run, blank = report.run, words("doc.blank")
    app = next(
        (
            text(envelope(event).get("appId"))
            for event in report.events.values()
            if event.lanes == (1, 2) and envelope(event).get("appId")
        ),
        "",
    )
    parts.pairs(
        doc,
        (
            (words("doc.cover.institution"), run.institution.get("name") or blank),
            (words("doc.cover.code"), run.institution.get("code") or blank),
            (words("doc.2.level"), blank),
            (words("doc.2.region"), run.institution.get("region") or blank),
            (words("head.modes"), joined(words, "mode", run.modes)),
            (words("env.services"), joined(words, "service", run.services)),
            (words("doc.2.app"), blank),
            (words("doc.2.appid"), part_shown(app) or blank),
            (words("doc.2.cert"), blank),
            (words("doc.2.biz"), words("doc.2.biz.text")),
            (words("doc.2.bank"), blank),
            (words("doc.2.vendor"), blank),
            (words("doc.2.contact"), blank),
        ),
    )
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
    parts.pairs(
        doc,
        (
            (words("doc.3.label"), target),
            (
                words("doc.3.flag"),
                words("doc.3.flag.simulator") if simulated else words("doc.3.flag.other", target=target),
            ),
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
        ),
    )


def _item(item: Any, words: Words) -> str:
    item = members(item)
    name = text(item.get("name")) or text(item.get("code"))
    price = words("yuan", n=text(item.get("price_text")) or text(item.get("price")))
    return words.joined(f"{name} × {text(item.get('cnt'))}", price)


def _items(event: TimelineEvent, words: Words) -> list[str]:
    """The lines of a prescription, equal ones once with their number, at most `ITEMS_LIMIT`."""
    count = Counter(_item(item, words) for item in listed(members(event.detail.get("args")).get("items")))
    said = [line if times == 1 else f"{line} (× {times})" for line, times in count.items()]
    return said if len(said) <= ITEMS_LIMIT else [*said[:ITEMS_LIMIT], f"… +{len(said) - ITEMS_LIMIT}"]


def _insured(event: TimelineEvent, words: Words) -> str:
    """Insurance type, region and account balance as 1101 told them."""
    first = next(iter(insured_rows(business(event))), InsuredRow("", "", ""))
    kind = first.insutype
    known = (
        words("doc.4.insured", name=words.label("insutype", kind), code=kind) if kind else "",
        f"{words('field.insuCode')} {first.region}" if first.region else "",
        f"{words('field.balc')} {words('yuan', n=first.balance)}" if first.balance else "",
    )
    return words.joined(*known)


def _tested_with(flow: FlowTimeline, words: Words) -> tuple[str, str]:
    """Who took part in a flow and what was prescribed."""
    persons: dict[str, str] = {}
    items: list[str] = []
    for event in flow.events:
        if event.kind == "scenario" and event.what == "begin":
            specs = members(event.detail.get("specs"))
            persons = {
                alias: brief(members(specs.get(alias)), words)
                for alias in members(event.detail.get("persons"))
            }
        elif event.kind == "call" and event.detail.get("action") == "prescribe":
            items += _items(event, words)
        elif event.interface == "1101" and event.part == "response" and not persons.get(event.person):
            persons[event.person] = _insured(event, words)
    return "\n".join(
        words.typed(f"{alias}: {said}") if said else alias for alias, said in persons.items()
    ), "\n".join(items)


def data(doc: Any, report: Report, words: Words) -> None:
    """4: synthetic persons by alias and what was prescribed for them, by scenario."""
    parts.paragraph(doc, words("doc.4.note"))
    rows = [(flow.id, *_tested_with(flow, words)) for flow in report.flows if flow.id]
    rows = [row for row in rows if row[1] or row[2]]
    if not rows:
        parts.paragraph(doc, words("doc.4.none"))
        return
    columns: Columns = (
        Column(words("id.flow"), 4.2),
        Column(words("doc.4.persons"), 6.2),
        Column(words("doc.4.items"), 5.8),
    )
    parts.table(doc, columns, rows)


def matrix(doc: Any, report: Report, words: Words) -> None:
    """5: scenario × composition × mode, and how much of the catalogue was covered."""
    parts.heading(doc, words("doc.5.matrix"), 2)
    columns: Columns = (
        Column(words("matrix.scenario"), 6.6),
        Column(words("doc.5.composition"), 2.8),
        Column(words("doc.5.mode"), 1.8),
        Column(words("doc.5.covers"), 6.2),
        Column(words("case.verdict"), 2.6),
        Column(words("find.reason"), 6.0),
    )
    parts.table(
        doc,
        columns,
        (
            (
                f"{words.pick(one.title, one.title_en)}\n{one.id}",
                words(f"comp.{one.composition or 'none'}"),
                report.run.plan,
                ", ".join(one.covers),
                chip(words, one.verdict),
                words.say(one.reason),
            )
            for one in report.scenarios
        ),
    )
    parts.heading(doc, words("doc.5.coverage"), 2)
    columns = (
        Column(words("case.group"), 6.0),
        Column(words("doc.5.all"), 3.0, number=True),
        Column(words("doc.5.applicable"), 3.0, number=True),
        Column(words("doc.5.executed"), 3.0, number=True),
        Column(words("doc.5.passed"), 3.0, number=True),
        Column(words("doc.5.share"), 3.0, number=True),
    )
    rows = [
        _coverage(f"{words.label('group', name)} ({name})", list(part))
        for name, part in groupby(report.cases, key=lambda case: case.group)
    ]
    parts.table(doc, columns, (*rows, _coverage(words("doc.5.total"), list(report.cases))))


def _coverage(name: str, cases: list[ReportCase]) -> tuple[str, ...]:
    applicable = [case for case in cases if case.verdict != "n/a"]
    done = [case for case in applicable if case.verdict != "skip"]
    passed = sum(case.verdict == "pass" for case in done)
    share = f"{100 * len(done) / len(applicable):.0f}%" if applicable else "—"
    return name, str(len(cases)), str(len(applicable)), str(len(done)), str(passed), share


def cases(doc: Any, report: Report, words: Words) -> None:
    """6: every executed case with expected, actual, verdict, time, evidence, order; then the others."""
    run = report.run
    parts.paragraph(
        doc, words("doc.6.note", tool=run.tool, version=run.version, target=words.label("target", run.target))
    )
    by_id = {one.id: one for one in report.scenarios}
    done = [case for case in report.cases if case.verdict not in ("skip", "n/a")]
    parts.heading(doc, words("doc.6.done"), 2)
    if done:
        columns: Columns = (
            Column(words("case.id"), 2.1),
            Column(words("case.name"), 3.6),
            Column(words("case.steps"), 4.2),
            Column(words("case.expected"), 4.2),
            Column(words("doc.6.actual"), 4.2),
            Column(words("case.verdict"), 1.9),
            Column(words("doc.6.when"), 1.9),
            Column(words("doc.6.refs"), 1.8),
            Column(words("doc.6.order"), 2.2, code=True),
        )
        parts.table(doc, columns, (_done(case, by_id, report, words) for case in done))
    else:
        parts.paragraph(doc, words("doc.6.nocases"))
    parts.heading(doc, words("doc.6.open"), 2)
    parts.paragraph(doc, words("doc.6.open.note"))
    columns = (
        Column(words("case.id"), 2.4),
        Column(words("case.level"), 1.6),
        Column(words("case.name"), 8.4),
        Column(words("case.verdict"), 2.2),
        Column(words("find.reason"), 11.4),
    )
    parts.table(
        doc,
        columns,
        (
            (
                case.id,
                words.label("level", case.level),
                case.title,
                chip(words, case.verdict),
                words.say(case.reason) or ", ".join(case.scenarios) or words("nil"),
            )
            for case in report.cases
            if case.verdict in ("skip", "n/a")
        ),
    )


def _done(case: ReportCase, by_id: dict[str, Any], report: Report, words: Words) -> tuple[str | Shaded, ...]:
    where = [by_id[name] for name in case.scenarios if name in by_id]
    spans = [f"#{one.span[0]}–{one.span[1]}" for one in where if one.span]
    return (
        f"{case.id}\n{words.label('level', case.level)}",
        words.typed(case.title),
        words.typed(case.steps),
        words.typed(case.expected),
        "\n".join(case_said(case, report, words)) or words.say(case.reason) or words("nil"),
        chip(words, case.verdict),
        clock_short(where[0].started)[:8] if where else "",
        "\n".join(spans[:3]),
        "\n".join(case.orders[:3]),
    )
