"""Annexes A to I of the Word report: what the main part refers to, row by row, on upright pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reports import decoded
from reports import docx_parts as parts
from reports import docx_tables as tables
from reports.citations import citations
from reports.display import clock, minute, scalar
from reports.docx_paper import Paper
from reports.docx_tables import Column, Columns, Shaded
from reports.faults_done import faults_done
from reports.flows import business, envelope
from reports.observed_words import exchanged
from reports.pretty import meaning, members_of
from reports.report_parts import Report
from reports.said_members import brief
from reports.timeline_parts import TimelineEvent
from reports.words import Words

VIEW_ROWS = 40
"""Members of one decoded message on paper; the HTML report shows more."""
VALUE_CHARACTERS = 200
FINDING_MESSAGES = 8
"""Messages of findings printed in annex E."""
RECORDS = 6
ACTS_LIMIT = 200
"""Faults and scripted acts printed in annex F; equal ones of a flow are one row."""


def evidence(paper: Paper, report: Report, words: Words) -> None:
    """A: files with their digests, chains with their heads."""
    columns: Columns = (
        Column(words("app.file"), 3.6),
        Column(words("app.size"), 2.2, number=True),
        Column("SM3", 10.4, code=True),
    )
    tables.table(
        paper, columns, ((one.name, f"{one.size:,}", one.sm3 or words("nil")) for one in report.files)
    )
    parts.paragraph(paper, words("app.chain.note"), size=9, hold=True)
    columns = (
        Column(words("app.writer"), 1.7),
        Column(words("app.count"), 2.2),
        Column(words("app.head"), 10.4, code=True),
        Column(words("app.state"), 1.9),
    )
    tables.table(
        paper,
        columns,
        (
            (
                one.name,
                f"{one.count} / {one.read}",
                one.head,
                Shaded(
                    words("app.agrees" if one.agrees else "app.differs"), "pass" if one.agrees else "fail"
                ),
            )
            for one in report.writers
        ),
    )
    for problem in report.problems:
        parts.paragraph(paper, words.say(problem), style="List Bullet")


def orders(paper: Paper, report: Report, words: Words) -> None:
    """B: every order number with its state and how long it may be handed in."""
    if not report.orders:
        parts.paragraph(paper, words("ord.none"))
        return
    parts.paragraph(paper, words("ord.note"), size=9, hold=True)
    columns: Columns = (
        Column(words("ord.pay"), 5.0, code=True),
        Column(words("ord.med"), 3.3, code=True),
        Column(words("ord.state"), 2.9),
        Column(words("ord.total"), 1.5, number=True),
        Column(words("ord.until"), 3.5, size=8),
    )
    tables.table(
        paper,
        columns,
        (
            (
                one.pay_ord_id,
                one.med_org_ord,
                f"{one.state} {words.known('state', one.state)}",
                one.total,
                f"{minute(one.valid_until)[5:16]} {_left(one.valid_until, report.run.ended, words)}".strip(),
            )
            for one in report.orders
        ),
    )


def _left(until: str, ended: str, words: Words) -> str:
    try:
        hours = (datetime.fromisoformat(until) - datetime.fromisoformat(ended)).total_seconds() / 3600
    except (ValueError, TypeError, OverflowError):
        return words("nil")
    return words("doc.b.left", n=int(hours)) if hours > 0 else words("doc.b.lapsed")


def videos(paper: Paper, _report: Report, words: Words) -> None:
    """C: no video was made; a table to register those of the real test."""
    parts.paragraph(paper, words("doc.c.text"), hold=True)
    names = ("doc.c.file", "doc.c.hash", "doc.c.length", "doc.c.cases", "doc.c.marks")
    tables.table(paper, [Column(words(name), 3.24) for name in names], [("", "", "", "", "")] * 2)


def authorisations(paper: Paper, report: Report, words: Words) -> None:
    """D: every act of a patient at the authorisation page and every exchange of a code."""
    if not report.authorisations:
        parts.paragraph(paper, words("id.none"))
        return
    columns: Columns = (
        Column(words("id.at"), 2.1),
        Column(words("id.flow"), 4.7),
        Column(words("doc.d.biz"), 1.5),
        Column(words("id.act"), 2.2),
        Column(words("id.answer"), 4.3),
        Column(words("id.record"), 1.4),
    )
    tables.table(
        paper,
        columns,
        (
            (
                clock(one.at)[11:19],
                one.flow,
                one.biz,
                words.label("decision", one.decision) if one.what == "page" else words("id.exchange"),
                exchanged(one, words),
                f"#{one.seq}",
            )
            for one in report.authorisations
        ),
    )


def messages(paper: Paper, report: Report, words: Words) -> None:
    """E: a representative exchange of each interface, then the messages of findings."""
    found = _exemplars(report)
    parts.paragraph(paper, words("doc.e.note") if found else words("doc.8.none"))
    for event in found:
        _message(paper, event, words)
    cited = {seq for one in report.findings for seq in one.first.records}
    bad = [event for event in report.events.values() if event.seq in cited and event.bad][:FINDING_MESSAGES]
    if bad:
        parts.heading(paper, words("doc.8.findings"), 2)
        for event in bad:
            _message(paper, event, words)


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


def _message(paper: Paper, event: TimelineEvent, words: Words) -> None:
    way = f"{words.label('lane', str(event.lanes[0]))} → {words.label('lane', str(event.lanes[1]))}"
    parts.heading(paper, decoded.title(event, words), 3)
    took = words("doc.8.took", ms=f"{event.took_ms:.1f}") if event.took_ms is not None else ""
    line = words(
        "doc.8.meta",
        seq=event.seq,
        way=way,
        time=clock(event.wire),
        size=f"{event.size:,}",
        checks=len(event.facts),
        bad=len(event.bad),
    )
    parts.paragraph(paper, " · ".join(piece for piece in (line, took) if piece), size=8.5, hold=True)
    if event.digest:
        parts.paragraph(paper, words("doc.8.digest", c=event.digest), size=8, hold=bool(event.view))
    for fact in event.bad:
        name = words("doc.named", name=words.label("fact", fact.name), id=fact.name)
        said = f"{words('doc.8.bad')}：{name} {words.say(fact.note)} {brief(fact.data, words)}"
        parts.paragraph(paper, said, size=9, bold=True)
    for fact in event.notes:
        name = words("doc.named", name=words.label("fact", fact.name), id=fact.name)
        parts.paragraph(paper, f"{words('msg.fact.note')}：{name} {words.say(fact.note)}", size=9)
    if not event.view:
        parts.paragraph(paper, words("msg.unopened"), size=9)
        return
    head = [(key, scalar(value)) for key, value in envelope(event).items() if value not in (None, "")]
    rows = list(members_of(business(event) or event.view))
    columns: Columns = (
        Column(words("doc.8.field"), 5.2, code=True),
        Column(words("doc.8.meaning"), 4.6),
        Column(words("doc.8.value"), 6.4, code=True),
    )
    outer = [(key, _outer_meaning(event, key, words), value[:VALUE_CHARACTERS]) for key, value in head]
    inner = [
        (path, meaning(event.interface, event.part, path, value, words), scalar(value)[:VALUE_CHARACTERS])
        for path, value in rows[:VIEW_ROWS]
    ]
    tables.table(paper, columns, [*outer, *inner])
    if len(rows) > VIEW_ROWS:
        parts.paragraph(paper, words("doc.8.more", n=len(rows) - VIEW_ROWS), size=8)


def _outer_meaning(event: TimelineEvent, key: str, words: Words) -> str:
    """The name of a member of the envelope or the common header."""
    form = "envelope" if event.transport == "sealed" else event.transport
    return meaning(form, event.part, key, None, words) or words("msg.header")


def faults(paper: Paper, report: Report, words: Words) -> None:
    """F: what was injected where."""
    done = faults_done(report, words)
    if not done:
        parts.paragraph(paper, words("doc.11.none"))
        return
    columns: Columns = (
        Column(words("id.flow"), 4.7),
        Column(words("doc.11.fault"), 4.2),
        Column(words("doc.11.detail"), 5.9),
        Column(words("id.record"), 1.4),
    )
    tables.table(
        paper,
        columns,
        (
            (
                one.flow,
                f"{one.name}：{one.what}" if one.what else one.name,
                one.detail + (f" × {one.times}" if one.times > 1 else ""),
                f"#{one.seq}",
            )
            for one in done[:ACTS_LIMIT]
        ),
    )


def measures(paper: Paper, report: Report, words: Words) -> None:
    """G: every check on the vendor's messages and the times that were measured."""
    columns: Columns = (
        Column(words("app.fact"), 8.6),
        Column(words("app.checked"), 2.6, number=True),
        Column(words("app.bad"), 5.0),
    )
    parts.heading(paper, words("app.facts"), 2)
    tables.table(
        paper,
        columns,
        (
            (
                words("doc.named", name=words.label("fact", one.name), id=one.name),
                str(one.checked),
                Shaded(_numbers(one.bad), "fail" if one.bad else "pass"),
            )
            for one in report.facts
        ),
    )
    parts.heading(paper, words("env.latency"), 2)
    if not report.latencies:
        parts.paragraph(paper, words("doc.13.none"))
        return
    columns = (
        Column(words("env.latency.kind"), 8.2),
        Column(words("env.count"), 2.0, number=True),
        Column("P50 ms", 2.0, number=True),
        Column("P95 ms", 2.0, number=True),
        Column(f"{words('env.worst')} ms", 2.0, number=True),
    )
    tables.table(
        paper,
        columns,
        (
            (
                f"{words.label('who', one.who)} {_measured(one.who, one.name, words)}",
                str(one.count),
                f"{one.p50:.1f}",
                f"{one.p95:.1f}",
                f"{one.worst:.1f}",
            )
            for one in report.latencies
        ),
    )


def _measured(who: str, name: str, words: Words) -> str:
    return words.label("action", name) if who == "driver" else words.interface(name)


def _numbers(records: Sequence[int]) -> str:
    more = f" … +{len(records) - RECORDS}" if len(records) > RECORDS else ""
    return f"{len(records)}：" + "、".join(f"#{seq}" for seq in records[:RECORDS]) + more if records else "0"


def requirements(paper: Paper, report: Report, words: Words) -> None:
    """H: every requirement of the rule set with what it rests on."""
    columns: Columns = (
        Column(words("find.requirement"), 8.0),
        Column(words("case.level"), 1.2),
        Column(words("sum.source"), 3.4),
        Column(words("req.source"), 3.6),
    )
    tables.table(
        paper,
        columns,
        (
            (
                f"{one.id} {words.pick(words.typed(one.title), one.title_en)}",
                words.label("level", one.level),
                words.label("status", one.status),
                one.origin or one.source,
            )
            for one in report.requirements
        ),
    )


def sources(paper: Paper, report: Report, words: Words) -> None:
    """I: what each citation means."""
    found = citations(report, words)
    if not found:
        parts.paragraph(paper, words("doc.i.none"))
        return
    parts.paragraph(paper, words("doc.i.note"), size=9, hold=True)
    columns: Columns = (
        Column(words("doc.i.key"), 4.4),
        Column(words("doc.i.title"), 7.4),
        Column(words("doc.i.body"), 4.4),
    )
    tables.table(paper, columns, found)
