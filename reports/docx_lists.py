"""Annexes J and K of the Word report, on lying pages: what each scenario showed, and every case of the catalogue."""

from __future__ import annotations

from reports import docx_parts as parts
from reports import docx_tables as tables
from reports.display import clock_short
from reports.docx_chapters import DONE, case_chip, chip
from reports.docx_paper import Paper
from reports.docx_tables import Column, Columns, Shaded
from reports.observed_words import case_said, flow_said, rest_said
from reports.report_parts import Report, ReportCase, ReportScenario
from reports.test_data import items_of, persons_of
from reports.words import Words


def scenarios(paper: Paper, report: Report, words: Words) -> None:
    """J: with whom, what was prescribed, what was seen, in which records."""
    columns: Columns = (
        Column(words("matrix.scenario"), 5.0),
        Column(words("doc.j.data"), 6.6),
        Column(words("doc.6.actual"), 9.4),
        Column(words("case.verdict"), 1.9),
        Column(words("doc.6.refs"), 3.2),
    )
    tables.table(paper, columns, (_scenario(one, report, words) for one in report.scenarios))


def _scenario(one: ReportScenario, report: Report, words: Words) -> tuple[str | Shaded, ...]:
    flow = next((flow for flow in report.flows if flow.id == one.flow), None)
    data: list[str] = []
    if flow is not None:
        data = [
            words("doc.j.person", alias=alias, said=said) for alias, said in persons_of(flow, words).items()
        ]
        data += items_of(flow, words)
    seen = flow_said(report.seen.get(one.flow, ()), words)
    return (
        f"{words.pick(words.typed(one.title), one.title_en)}\n{one.flow}",
        "\n".join(data) or words("nil"),
        "\n".join(seen) or words.say(one.reason) or words("nil"),
        chip(words, one.verdict),
        f"{clock_short(one.started)[:8]}\n#{one.span[0]}–{one.span[1]}" if one.span else words("nil"),
    )


def cases(paper: Paper, report: Report, words: Words) -> None:
    """K: every executed case with expected and actual; then the others."""
    done = [case for case in report.cases if case.verdict in DONE]
    parts.heading(paper, words("doc.k.done"), 2)
    if done:
        columns: Columns = (
            Column(words("case.id"), 2.3),
            Column(words("case.name"), 3.8),
            Column(words("case.steps"), 4.6),
            Column(words("case.expected"), 4.8),
            Column(words("doc.6.actual"), 8.7),
            Column(words("case.verdict"), 1.9),
        )
        tables.table(paper, columns, (_done(case, report, words) for case in done))
    else:
        parts.paragraph(paper, words("doc.6.nocases"))
    parts.heading(paper, words("doc.k.open"), 2)
    parts.paragraph(paper, words("doc.k.open.note"), hold=True)
    columns = (
        Column(words("case.id"), 2.3),
        Column(words("case.level"), 1.4),
        Column(words("case.name"), 8.4),
        Column(words("case.verdict"), 2.2),
        Column(words("find.reason"), 11.8),
    )
    tables.table(
        paper,
        columns,
        (
            (
                case.id,
                words.label("level", case.level),
                words.either(case.title, case.title_en),
                chip(words, case.verdict),
                words.say(case.reason) or words.listed(case.scenarios) or words("nil"),
            )
            for case in report.cases
            if case.verdict not in DONE
        ),
    )


def _done(case: ReportCase, report: Report, words: Words) -> tuple[str | Shaded, ...]:
    rest = rest_said(case, words)
    actual = case_said(case, report, words) or [words.say(case.reason) or words("nil")]
    return (
        f"{case.id}\n{words.label('level', case.level)}",
        words.either(case.title, case.title_en),
        words.either(case.steps, case.steps_en),
        words.either(case.expected, case.expected_en),
        "\n".join([*actual, rest] if rest else actual),
        case_chip(words, case),
    )
