"""Chapters 7 to 13 of the Word report: evidence by topic, in brief; the rows stand in the annexes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from reports import docx_parts as parts
from reports import docx_tables as tables
from reports.docx_chapters import case_chip, chip
from reports.docx_paper import Paper
from reports.docx_tables import Column, Columns
from reports.faults_done import faults_done
from reports.observed_words import rest_said
from reports.report_parts import Report, ReportRequirement
from reports.timeline_parts import AuthorisationRow, TimelineEvent
from reports.words import Words

PAGES = 8
BY_SCAN = ("MP-PRV-01", "MP-PRV-02", "MP-PRV-04", "MP-SEC-12", "MP-SEC-13")
"""Cases that a scan of logs and files shows."""


def requirements(
    paper: Paper, report: Report, words: Words, wanted: Callable[[ReportRequirement], bool]
) -> None:
    """A table of ledger rows with their roll-up and counts."""
    columns: Columns = (
        Column(words("find.requirement"), 9.6),
        Column(words("case.level"), 1.2),
        Column(words("case.verdict"), 2.4),
        Column(words("req.counts"), 3.0),
    )
    tables.table(
        paper,
        columns,
        (
            (
                f"{one.id} {words.pick(words.typed(one.title), one.title_en)}",
                words.label("level", one.level),
                chip(words, one.verdict),
                words.joined(*(f"{words.label('short', name)} {count}" for name, count in one.counts)),
            )
            for one in report.requirements
            if wanted(one) and one.verdict != "n/a"
        ),
    )


def _authorised(rows: Sequence[AuthorisationRow], words: Words) -> str:
    if not rows:
        return words("id.none")
    acts = Counter(one.decision for one in rows if one.what == "page")
    exchanged = sum(bool(one.interface) for one in rows)
    said = words.joined(*(f"{words.label('decision', name)} {count}" for name, count in acts.items()))
    return words("doc.7.acts", acts=said or words("nil"), exchanged=exchanged, n=len(rows))


def identity(paper: Paper, report: Report, words: Words) -> None:
    """7: the two online services apart, then every situation of the identity group."""
    parts.paragraph(paper, words("doc.7.intro"))
    for biz in ("04106", "04107"):
        rows = [one for one in report.authorisations if one.biz == biz]
        parts.paragraph(paper, words("doc.7.of", name=words(f"id.{biz}"), said=_authorised(rows, words)))
    parts.heading(paper, words("doc.7.situations"), 2)
    columns: Columns = (
        Column(words("case.id"), 2.3),
        Column(words("case.name"), 5.4),
        Column(words("case.verdict"), 2.1),
        Column(words("case.where"), 6.4),
    )
    tables.table(
        paper,
        columns,
        (
            (
                case.id,
                words.either(case.title, case.title_en),
                case_chip(words, case),
                words.sentences(
                    (words.say(case.reason) or words.listed(case.scenarios), rest_said(case, words))
                ),
            )
            for case in report.cases
            if case.group == "IDV" and case.verdict != "n/a"
        ),
    )


def messages(paper: Paper, report: Report, words: Words) -> None:
    """8: how many messages of each interface there were and where one of each is printed."""
    if not report.events:
        parts.paragraph(paper, words("doc.8.none"))
        return
    parts.paragraph(paper, words("doc.8.note"), hold=True)
    columns: Columns = (
        Column(words("doc.8.interface"), 6.4),
        Column(words("doc.8.count"), 2.2, number=True),
        Column(words("doc.8.accepted"), 2.2, number=True),
        Column(words("doc.8.checks"), 2.2, number=True),
        Column(words("doc.8.badchecks"), 3.2),
    )
    by_name: dict[str, list[TimelineEvent]] = {}
    for event in report.events.values():
        if event.kind == "message" and event.interface:
            by_name.setdefault(event.interface, []).append(event)
    tables.table(paper, columns, (_interface(name, by_name[name], words) for name in sorted(by_name)))


def _interface(name: str, events: Sequence[TimelineEvent], words: Words) -> tuple[str, ...]:
    asked = [event for event in events if event.part == "request"]
    good = sum(event.outcome.get("ok") is True for event in events if event.part == "response")
    bad = [event.seq for event in events if event.bad]
    few = words.listed([f"#{seq}" for seq in bad[:3]]) + (
        words("doc.and", n=len(bad)) if len(bad) > 3 else ""
    )
    checks = sum(len(event.facts) for event in events)
    return words.interface(name), str(len(asked)), str(good), str(checks), few or words("doc.none")


def screenshots(paper: Paper, _report: Report, words: Words) -> None:
    """9: none was taken, and which pages the real test needs."""
    pages = words.listed([words(f"doc.9.{number}") for number in range(1, PAGES + 1)])
    parts.paragraph(paper, words("doc.9.text", pages=pages))


def refunds(paper: Paper, report: Report, words: Words) -> None:
    """10: refunds as asked and answered, verdicts on them and on the ledgers, reconciliation."""
    parts.heading(paper, words("doc.10.refunds"), 2)
    if report.refunds:
        columns: Columns = (
            Column(words("id.flow"), 4.6),
            Column(words("ref.kind"), 1.5),
            *(
                Column(words(f"ord.{name}"), 1.6, number=True)
                for name in ("total", "fund", "account", "cash")
            ),
            Column(words("ref.answer"), 3.7),
        )
        tables.table(
            paper,
            columns,
            (
                (
                    one.flow,
                    one.kind,
                    one.total,
                    one.fund,
                    one.account,
                    one.cash,
                    words("doc.10.answer", said=words.say(one.answer), seq=one.seq),
                )
                for one in report.refunds
            ),
        )
    else:
        parts.paragraph(paper, words("ref.none"))
    parts.heading(paper, words("doc.10.verdicts"), 2)
    requirements(
        paper, report, words, lambda one: one.group == "RFD" or "LEDGER" in one.id or "BOOK" in one.id
    )
    parts.heading(paper, words("doc.10.rec"), 2)
    ran = [case for case in report.cases if case.group == "REC" and case.verdict not in ("skip", "n/a")]
    parts.paragraph(paper, words("doc.10.rec.ran" if ran else "doc.10.rec.text"), hold=bool(ran))
    if ran:
        columns = (
            Column(words("case.id"), 3.0),
            Column(words("case.name"), 9.4),
            Column(words("case.verdict"), 3.8),
        )
        tables.table(
            paper,
            columns,
            ((case.id, words.either(case.title, case.title_en), case_chip(words, case)) for case in ran),
        )


def faults(paper: Paper, report: Report, words: Words) -> None:
    """11: verdicts on faults and notices, and how many were injected of each kind."""
    parts.heading(paper, words("doc.11.verdicts"), 2)
    requirements(paper, report, words, lambda one: one.group in ("FLT", "NTF"))
    parts.heading(paper, words("doc.11.faults"), 2)
    done = Counter(one.name for one in faults_done(report, words))
    said = words.joined(*(f"{name} {count}" for name, count in done.most_common()))
    parts.paragraph(paper, words("doc.11.counts", list=said) if said else words("doc.11.none"))


def security(paper: Paper, report: Report, words: Words) -> None:
    """12: signing and encryption, every check on the vendor's messages, logs, key custody."""
    parts.heading(paper, words("doc.12.sign"), 2)
    requirements(paper, report, words, lambda one: one.group in ("SEC", "ENV", "PRV"))
    checked, bad = sum(one.checked for one in report.facts), sum(len(one.bad) for one in report.facts)
    parts.paragraph(paper, words("doc.12.checks", kinds=len(report.facts), n=checked, bad=bad))
    scanned = any(case.id in BY_SCAN and case.verdict not in ("skip", "n/a") for case in report.cases)
    parts.paragraph(paper, words("doc.12.log.done" if scanned else "doc.12.log.text"))
    parts.paragraph(
        paper, words("doc.12.keys.text", said=words.typed(report.run.told("keys")) or words("doc.blank"))
    )


def performance(paper: Paper, _report: Report, words: Words) -> None:
    """13: no load test was made."""
    parts.paragraph(paper, words("doc.13.text"))
