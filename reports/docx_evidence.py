"""Chapters 7 to 13 of the Word report: evidence by topic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from reports import decoded
from reports import docx_parts as parts
from reports.display import clock, scalar
from reports.docx_chapters import chip
from reports.docx_parts import Column, Columns, Shaded
from reports.flows import business, envelope
from reports.pretty import meaning, members_of
from reports.report_parts import Report, ReportRequirement
from reports.said_members import brief
from reports.shown_values import text
from reports.timeline_parts import AuthorisationRow, TimelineEvent
from reports.words import Words

VIEW_ROWS = 40
"""Members of one decoded message on paper; the HTML report shows more."""
VALUE_CHARACTERS = 200
FINDING_MESSAGES = 8
"""Messages of findings printed in chapter 8."""
RECORDS = 6
STEPS_SHOWN = ("fault", "reply", "notice", "advance", "policy", "patient")
ACTS_LIMIT = 200
"""Faults and scripted acts printed in chapter 11; equal ones of a flow are one row."""
PAGES = 8


def _requirements(
    doc: Any, report: Report, words: Words, wanted: Callable[[ReportRequirement], bool]
) -> None:
    """A table of ledger rows with their roll-up and counts."""
    columns: Columns = (
        Column(words("find.requirement"), 7.4),
        Column(words("case.level"), 1.6),
        Column(words("case.verdict"), 2.6),
        Column(words("req.counts"), 4.6),
    )
    parts.table(
        doc,
        columns,
        (
            (
                f"{one.id} {words.pick(one.title, one.title_en)}",
                words.label("level", one.level),
                chip(words, one.verdict),
                ", ".join(f"{words.label('short', name)} {count}" for name, count in one.counts),
            )
            for one in report.requirements
            if wanted(one)
        ),
    )


def _authorisations(doc: Any, rows: Sequence[AuthorisationRow], words: Words) -> None:
    if not rows:
        parts.paragraph(doc, words("id.none"))
        return
    columns: Columns = (
        Column(words("id.at"), 4.2),
        Column(words("id.flow"), 4.4),
        Column(words("id.act"), 2.6),
        Column(words("id.answer"), 3.8),
        Column(words("id.record"), 1.2),
    )
    parts.table(
        doc,
        columns,
        (
            (
                clock(one.at),
                one.flow,
                words.label("decision", one.decision) if one.what == "page" else words("id.exchange"),
                words.say(one.answer) or words("nil"),
                f"#{one.seq}",
            )
            for one in rows
        ),
    )


def identity(doc: Any, report: Report, words: Words) -> None:
    """7: the two online services apart, then every situation of the identity group."""
    parts.paragraph(doc, words("doc.7.intro"))
    for number, biz in ((1, "04106"), (2, "04107")):
        parts.heading(doc, f"7.{number} {words('id.' + biz)}", 2)
        _authorisations(doc, [one for one in report.authorisations if one.biz == biz], words)
    parts.heading(doc, words("doc.7.situations"), 2)
    parts.paragraph(doc, words("doc.7.situations.note"))
    _requirements(doc, report, words, lambda one: one.group == "IDV")
    columns: Columns = (
        Column(words("case.id"), 2.4),
        Column(words("case.name"), 6.0),
        Column(words("case.verdict"), 2.6),
        Column(words("case.where"), 5.2),
    )
    parts.table(
        doc,
        columns,
        (
            (
                case.id,
                case.title,
                chip(words, case.verdict),
                words.say(case.reason) or ", ".join(case.scenarios),
            )
            for case in report.cases
            if case.group == "IDV"
        ),
    )


def _message(doc: Any, event: TimelineEvent, words: Words) -> None:
    way = f"{words.label('lane', str(event.lanes[0]))} → {words.label('lane', str(event.lanes[1]))}"
    parts.heading(doc, decoded.title(event, words), 3)
    line = words(
        "doc.8.meta",
        seq=event.seq,
        way=way,
        time=clock(event.wire),
        size=f"{event.size:,}",
        checks=len(event.facts),
        bad=len(event.bad),
    )
    took = words("doc.8.took", ms=f"{event.took_ms:.1f}") if event.took_ms is not None else ""
    parts.paragraph(doc, " · ".join(piece for piece in (line, took) if piece), size=8.5)
    if event.digest:
        parts.paragraph(doc, words("doc.8.digest", c=event.digest), size=8)
    for fact in event.bad:
        said = f"{words('doc.8.bad')}: {words.label('fact', fact.name)} ({fact.name}) {words.say(fact.note)} {brief(fact.data, words)}"
        parts.paragraph(doc, said, size=9, bold=True)
    if not event.view:
        parts.paragraph(doc, words("msg.unopened"), size=9)
        return
    head = "  ".join(f"{key}={scalar(value)}" for key, value in envelope(event).items())
    if head:
        parts.paragraph(doc, head, size=8)
    rows = list(members_of(business(event) or event.view))
    columns: Columns = (
        Column(words("doc.8.field"), 5.6, code=True),
        Column(words("doc.8.meaning"), 3.6),
        Column(words("doc.8.value"), 7.0, code=True),
    )
    parts.table(
        doc,
        columns,
        (
            (path, meaning(event.interface, event.part, path, value, words), scalar(value)[:VALUE_CHARACTERS])
            for path, value in rows[:VIEW_ROWS]
        ),
    )
    if len(rows) > VIEW_ROWS:
        parts.paragraph(doc, words("doc.8.more", n=len(rows) - VIEW_ROWS), size=8)


def _exemplars(report: Report) -> list[TimelineEvent]:
    """One request and one response of each interface, opened and without anything bad if there is one."""
    best: dict[tuple[str, str], TimelineEvent] = {}
    for event in report.events.values():
        key = (event.interface, event.part)
        if event.kind == "message" and event.interface:
            held = best.get(key)
            if held is None or ((held.bad or not held.view) and event.view and not event.bad):
                best[key] = event
    return [best[key] for key in sorted(best)]


def messages(doc: Any, report: Report, words: Words) -> None:
    """8: a representative exchange of each interface, then the messages of findings."""
    found = _exemplars(report)
    parts.paragraph(doc, words("doc.8.note") if found else words("doc.8.none"))
    for event in found:
        _message(doc, event, words)
    cited = {seq for one in report.findings for seq in one.first.records}
    bad = [event for event in report.events.values() if event.seq in cited and event.bad][:FINDING_MESSAGES]
    if bad:
        parts.heading(doc, words("doc.8.findings"), 2)
        for event in bad:
            _message(doc, event, words)


def screenshots(doc: Any, _report: Report, words: Words) -> None:
    """9: none was taken; the list of pages that the real test needs."""
    parts.paragraph(doc, words("doc.9.text"))
    columns: Columns = (
        Column(words("doc.no"), 1.6),
        Column(words("doc.9.page"), 9.0),
        Column(words("doc.9.state"), 5.6),
    )
    parts.table(
        doc,
        columns,
        (
            (str(number), words(f"doc.9.{number}"), Shaded(words("doc.9.missing"), "skip"))
            for number in range(1, PAGES + 1)
        ),
    )


def refunds(doc: Any, report: Report, words: Words) -> None:
    """10: refunds as asked and answered, verdicts on them and on the ledgers, reconciliation."""
    parts.heading(doc, words("doc.10.refunds"), 2)
    if report.refunds:
        columns: Columns = (
            Column(words("ref.sn"), 3.0, code=True),
            Column(words("id.flow"), 3.2),
            Column(words("ref.kind"), 1.6),
            *(
                Column(words(f"ord.{name}"), 1.5, number=True)
                for name in ("total", "fund", "account", "cash")
            ),
            Column(words("ref.answer"), 2.4),
        )
        parts.table(
            doc,
            columns,
            (
                (
                    one.app_refd_sn,
                    one.flow,
                    one.kind,
                    one.total,
                    one.fund,
                    one.account,
                    one.cash,
                    words.say(one.answer),
                )
                for one in report.refunds
            ),
        )
    else:
        parts.paragraph(doc, words("ref.none"))
    parts.heading(doc, words("doc.10.verdicts"), 2)
    _requirements(
        doc, report, words, lambda one: one.group == "RFD" or "LEDGER" in one.id or "BOOK" in one.id
    )
    parts.heading(doc, words("doc.10.rec"), 2)
    ran = [case for case in report.cases if case.group == "REC" and case.verdict not in ("skip", "n/a")]
    parts.paragraph(doc, words("doc.10.rec.ran" if ran else "doc.10.rec.text"))
    if ran:
        columns = (
            Column(words("case.id"), 3.0),
            Column(words("case.name"), 9.4),
            Column(words("case.verdict"), 3.8),
        )
        parts.table(doc, columns, ((case.id, case.title, chip(words, case.verdict)) for case in ran))


def faults(doc: Any, report: Report, words: Words) -> None:
    """11: verdicts on faults and notices, and what was injected where."""
    parts.heading(doc, words("doc.11.verdicts"), 2)
    _requirements(doc, report, words, lambda one: one.group in ("FLT", "NTF"))
    parts.heading(doc, words("doc.11.faults"), 2)
    acts: dict[tuple[str, ...], list[TimelineEvent]] = {}
    for flow in report.flows:
        for event in flow.events:
            if (event.kind, event.what) == ("world", "fault") or (
                event.kind == "step" and event.what in STEPS_SHOWN
            ):
                named = text(event.detail.get("name")) or str(event.seq)
                acts.setdefault((flow.id, event.what, named, text(event.detail.get("interface"))), []).append(
                    event
                )
    if not acts:
        parts.paragraph(doc, words("doc.11.none"))
        return
    columns: Columns = (
        Column(words("id.flow"), 4.6),
        Column(words("doc.11.fault"), 3.0),
        Column(words("doc.11.detail"), 7.2),
        Column(words("id.record"), 1.4),
    )
    parts.table(
        doc,
        columns,
        (
            (
                key[0],
                words.label("what", key[1]),
                decoded.note(events[0], words) + (f"  × {len(events)}" if len(events) > 1 else ""),
                f"#{events[0].seq}",
            )
            for key, events in list(acts.items())[:ACTS_LIMIT]
        ),
    )


def security(doc: Any, report: Report, words: Words) -> None:
    """12: signing and encryption, every check on the vendor's messages, logs, key custody."""
    parts.heading(doc, words("doc.12.sign"), 2)
    _requirements(doc, report, words, lambda one: one.group in ("SEC", "ENV"))
    parts.heading(doc, words("doc.12.checks"), 2)
    columns: Columns = (
        Column(words("app.fact"), 8.6),
        Column(words("app.checked"), 2.6, number=True),
        Column(words("app.bad"), 5.0),
    )
    parts.table(
        doc,
        columns,
        (
            (
                f"{words.label('fact', one.name)} ({one.name})",
                str(one.checked),
                Shaded(_numbers(one.bad), "fail" if one.bad else "pass"),
            )
            for one in report.facts
        ),
    )
    parts.heading(doc, words("doc.12.log"), 2)
    parts.paragraph(doc, words("doc.12.log.text"))
    parts.heading(doc, words("doc.12.keys"), 2)
    parts.paragraph(doc, words("doc.12.keys.text") + words("doc.blank"))


def _numbers(records: Sequence[int]) -> str:
    more = f" … +{len(records) - RECORDS}" if len(records) > RECORDS else ""
    return f"{len(records)}: " + ", ".join(f"#{seq}" for seq in records[:RECORDS]) + more if records else "0"


def performance(doc: Any, report: Report, words: Words) -> None:
    """13: no load test was made; times of the functional run for information."""
    parts.paragraph(doc, words("doc.13.text"))
    if not report.latencies:
        parts.paragraph(doc, words("doc.13.none"))
        return
    columns: Columns = (
        Column(words("env.latency.kind"), 7.8),
        Column(words("env.count"), 2.1, number=True),
        Column("P50 ms", 2.1, number=True),
        Column("P95 ms", 2.1, number=True),
        Column(f"{words('env.worst')} ms", 2.1, number=True),
    )
    parts.table(
        doc,
        columns,
        (
            (
                f"{words.label('who', one.who)} {one.name} {words.known('interface', one.name)}",
                str(one.count),
                f"{one.p50:.1f}",
                f"{one.p95:.1f}",
                f"{one.worst:.1f}",
            )
            for one in report.latencies
        ),
    )
