"""Chapters 0 to 6 of the Word report: what was tested, on what, with what, and how each case went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from reports import docx_parts as parts
from reports import docx_tables as tables
from reports.display import minute, part_shown
from reports.docx_paper import Paper
from reports.docx_tables import Column, Columns, Shaded
from reports.flows import envelope
from reports.observed_words import rest_said
from reports.report_parts import Report, ReportCase, ReportScenario, worst
from reports.shown_values import listed, members, text
from reports.test_data import kinds_of_persons
from reports.words import Words

COMPOSITIONS = ("insurance", "mixed", "cash", "")
SCENARIOS_NAMED = 3
RECORDS_NAMED = 2
DONE = ("pass", "warn", "fail", "error", "waiting", "review")
"""Verdicts of a case that was begun."""


def chip(words: Words, verdict: str) -> Shaded:
    """A cell that says a verdict."""
    return Shaded(words.label("verdict", verdict), verdict)


def case_chip(words: Words, case: ReportCase) -> Shaded:
    """A cell that says the verdict of a case; one with a rest passed in part only."""
    return Shaded(words("verdict.partial"), "warn") if case.partial else chip(words, case.verdict)


def joined(words: Words, space: str, codes: tuple[str, ...]) -> str:
    """Codes by their names, or `无`."""
    return words.listed([words.label(space, code) for code in codes]) or words("doc.none")


def revisions(paper: Paper, report: Report, words: Words) -> None:
    """0: who changed the report when."""
    run = report.run
    columns: Columns = (
        Column(words("doc.rev.version"), 2.0),
        Column(words("doc.rev.date"), 3.0),
        Column(words("doc.rev.author"), 3.0),
        Column(words("doc.rev.change"), 8.2),
    )
    first = words("doc.rev.first", tool=run.tool, version=run.version, run=run.id)
    date = run.told("date") or minute(run.ended)[:10]
    tables.table(paper, columns, ((run.told("version") or "1.0", date, run.tool, first), ("", "", "", "")))


def overview(paper: Paper, report: Report, words: Words) -> None:
    """1: background, basis, scope, what is out of scope, what a pre-acceptance is."""
    run = report.run
    parts.heading(paper, words("doc.1.background"), 2)
    parts.paragraph(paper, words("doc.1.background.text", target=words.label("target", run.target)))
    parts.heading(paper, words("doc.1.basis"), 2)
    guide = words.typed(run.told("guide")) or words("doc.1.basis.2")
    for basis in (words("doc.1.basis.1"), guide, words("doc.1.basis.3")):
        parts.paragraph(paper, basis, style="List Bullet")
    parts.heading(paper, words("doc.1.scope"), 2)
    touched = {case.id for case in report.cases if case.verdict not in ("skip", "n/a")}
    parts.paragraph(
        paper,
        words(
            "doc.1.scope.text",
            modes=joined(words, "mode", run.modes),
            services=joined(words, "service", run.services),
            ran=sum(one.outcome == "ran" for one in report.scenarios),
            cases=len(touched),
            all=len(report.cases),
        ),
    )
    parts.heading(paper, words("doc.1.out"), 2)
    parts.paragraph(paper, words("doc.1.out.text"))
    parts.heading(paper, words("doc.1.about"), 2)
    parts.paragraph(paper, words("head.preliminary"))
    if run.target == "simulator":
        parts.paragraph(paper, words("head.simulator"))


def access(paper: Paper, report: Report, words: Words) -> None:
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
    tables.pairs(
        paper,
        (
            (words("doc.cover.institution"), run.institution.get("name") or blank),
            (words("doc.cover.code"), run.institution.get("code") or blank),
            (words("doc.2.level"), run.told("institution_level") or blank),
            (words("doc.2.region"), run.institution.get("region") or blank),
            (words("head.modes"), joined(words, "mode", run.modes)),
            (words("env.services"), joined(words, "service", run.services)),
            (words("doc.2.app"), words.typed(run.told("application")) or blank),
            (words("doc.2.appid"), part_shown(app) or blank),
            (words("doc.2.cert"), run.told("channel_code") or blank),
            (words("doc.2.biz"), words("doc.2.biz.text")),
            (words("doc.2.bank"), run.told("merchant") or blank),
            (words("doc.2.vendor"), words.typed(run.told("vendor")) or blank),
            (words("doc.2.contact"), _contacts(run.about, words) or blank),
        ),
    )
    parts.paragraph(paper, words("doc.2.note"), size=9)


def _contacts(about: Mapping[str, Any], words: Words) -> str:
    """One line for each person to ask."""
    people = (members(one) for one in listed(about.get("contacts")))
    return "\n".join(
        words.joined(*(text(one.get(name)) for name in ("name", "role", "phone"))) for one in people
    )


def environment(paper: Paper, report: Report, words: Words) -> None:
    """3: topology, versions, counterpart, clock, network."""
    run = report.run
    parts.paragraph(paper, words("doc.3.topology.text"), hold=True)
    simulated = run.target == "simulator"
    target = words.label("target", run.target)
    addresses = "\n".join(f"{key}: {value}" for key, value in run.declaration if "://" in value)
    overrides = "\n".join(f"{key} = {value}" for key, value in run.overrides)
    tables.pairs(
        paper,
        (
            (words("doc.3.label"), target),
            (
                words("doc.3.flag"),
                words("doc.3.flag.simulator") if simulated else words("doc.3.flag.other", target=target),
            ),
            (
                words("env.tool"),
                words.sentences((f"{run.tool} {run.version}", f"{words('sum.ruleset')} {run.ruleset}")),
            ),
            (words("env.driver"), words.joined(run.driver_kind, f"L{run.driver_level}")),
            (words("env.plan"), run.plan),
            (words("env.profile"), run.profile),
            (words("env.overrides"), overrides or words("env.nooverrides")),
            (words("doc.3.urls"), addresses or words("doc.none")),
            (words("doc.3.phone"), words.typed(run.told("environment")) or words("doc.3.phone.text")),
            (words("env.clock"), words("env.clock.text")),
            (
                words("env.network"),
                words.typed(run.told("network"))
                or words("env.network.simulator" if simulated else "env.network.other"),
            ),
            (
                words("sum.time"),
                words(
                    "doc.3.time", start=minute(run.started), end=minute(run.ended), s=f"{run.elapsed_s:.1f}"
                ),
            ),
        ),
    )


def data(paper: Paper, report: Report, words: Words) -> None:
    """4: the kinds of synthetic persons and in how many scenarios each took part; each scenario's own stand in annex J."""
    kinds = kinds_of_persons(report, words)
    if not kinds:
        parts.paragraph(paper, words("doc.4.none"))
        return
    parts.paragraph(paper, words("doc.4.note"), hold=True)
    columns: Columns = (
        Column(words("doc.4.persons"), 8.8),
        Column(words("doc.4.count"), 1.8, number=True),
        Column(words("doc.4.where"), 5.6),
    )
    tables.table(
        paper,
        columns,
        ((said, str(len(flows)), _few(flows, words)) for said, flows in kinds.items()),
    )


def _few(names: Sequence[str], words: Words) -> str:
    few = words.listed(list(names[:SCENARIOS_NAMED]))
    return few + words("doc.and", n=len(names)) if len(names) > SCENARIOS_NAMED else few


def matrix(paper: Paper, report: Report, words: Words) -> None:
    """5: scenarios × composition × mode, and how much of the catalogue was covered."""
    parts.heading(paper, words("doc.5.matrix"), 2)
    columns: Columns = (
        Column(words("doc.5.kind"), 4.2),
        *(Column(words(f"comp.{name or 'none'}"), 1.9, number=True) for name in COMPOSITIONS),
        Column(words("doc.5.all.scenarios"), 1.8, number=True),
        Column(words("case.verdict"), 2.6),
    )
    tables.table(paper, columns, _matrix_rows(report, words))
    parts.paragraph(paper, words("doc.5.note", mode=report.run.plan), size=9)
    parts.heading(paper, words("doc.5.coverage"), 2)
    columns = (
        Column(words("case.group"), 4.2),
        Column(words("doc.5.all"), 2.4, number=True),
        Column(words("doc.5.applicable"), 2.4, number=True),
        Column(words("doc.5.executed"), 2.4, number=True),
        Column(words("doc.5.passed"), 2.4, number=True),
        Column(words("doc.5.share"), 2.4, number=True),
    )
    rows = [
        _coverage(words("doc.named", name=words.label("group", name), id=name), list(part))
        for name, part in groupby(report.cases, key=lambda case: case.group)
    ]
    tables.table(paper, columns, (*rows, _coverage(words("doc.5.total"), list(report.cases))))


def _matrix_rows(report: Report, words: Words) -> list[tuple[str | Shaded, ...]]:
    by_folder: dict[str, list[ReportScenario]] = {}
    for one in report.scenarios:
        by_folder.setdefault(one.folder, []).append(one)
    rows: list[tuple[str | Shaded, ...]] = []
    for folder, ones in by_folder.items():
        counts = [sum(one.composition == name for one in ones) for name in COMPOSITIONS]
        rows.append(
            (
                words.label("folder", folder),
                *(str(count) if count else "" for count in counts),
                str(len(ones)),
                chip(words, worst(one.verdict for one in ones)),
            )
        )
    return rows


def _coverage(name: str, cases: list[ReportCase]) -> tuple[str, ...]:
    applicable = [case for case in cases if case.verdict != "n/a"]
    done = [case for case in applicable if case.verdict != "skip"]
    passed = sum(case.verdict == "pass" for case in done)
    share = f"{100 * len(done) / len(applicable):.0f}%" if applicable else "—"
    return name, str(len(cases)), str(len(applicable)), str(len(done)), str(passed), share


def cases(paper: Paper, report: Report, words: Words) -> None:
    """6: the required cases with their verdicts and evidence; every case with its observations stands in annex K."""
    run = report.run
    parts.paragraph(
        paper,
        words("doc.6.note", tool=run.tool, version=run.version, target=words.label("target", run.target)),
    )
    must = [case for case in report.cases if case.level == "必"]
    done = [case for case in must if case.verdict in DONE]
    parts.heading(paper, words("doc.6.done"), 2)
    if done:
        columns: Columns = (
            Column(words("case.id"), 2.3),
            Column(words("case.name"), 6.3),
            Column(words("case.verdict"), 2.0),
            Column(words("doc.6.where"), 5.6),
        )
        tables.table(paper, columns, (_done(case, report, words) for case in done))
    else:
        parts.paragraph(paper, words("doc.6.nocases"))
    open_ones = [case for case in must if case.verdict == "skip"]
    parts.heading(paper, words("doc.6.open"), 2)
    if not open_ones:
        parts.paragraph(paper, words("doc.6.allran"))
        return
    parts.paragraph(paper, words("doc.6.open.note", n=len(open_ones)), hold=True)
    columns = (
        Column(words("case.id"), 2.3),
        Column(words("case.name"), 5.7),
        Column(words("find.reason"), 8.2),
    )
    tables.table(
        paper,
        columns,
        (
            (case.id, words.either(case.title, case.title_en), words.say(case.reason) or words("nil"))
            for case in open_ones
        ),
    )


def _done(case: ReportCase, report: Report, words: Words) -> tuple[str | Shaded, ...]:
    spans = {one.id: one.span for one in report.scenarios if one.span}
    where = [
        f"{name} #{spans[name][0]}–{spans[name][1]}" if name in spans else name
        for name in case.scenarios[:RECORDS_NAMED]
    ]
    if len(case.scenarios) > RECORDS_NAMED:
        where.append(words("more.scenarios", n=len(case.scenarios) - RECORDS_NAMED))
    rest = rest_said(case, words)
    title = words.either(case.title, case.title_en)
    return case.id, f"{title}\n{rest}" if rest else title, case_chip(words, case), "\n".join(where)
