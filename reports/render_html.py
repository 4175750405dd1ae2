"""The report as one HTML file: no external resource, works offline, every value escaped."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Mapping
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports import decoded
from reports.citations import citations
from reports.display import VALUE_LIMIT, clock, clock_short, minute, without_tails
from reports.flows import EVENTS_LIMIT
from reports.headline import left_open
from reports.observed_words import exchanged, rest_said
from reports.report_parts import ORDER, TROUBLE, Report, Verdict
from reports.timeline_parts import FlowTimeline, TimelineEvent
from reports.words import Words

VIEW_BUDGET = 2_800_000
"""Bytes of decoded messages embedded, so that a whole report stays below 5 MB: findings come first, then the wire
log of flows with findings, then the others while it lasts."""
FULL_ROWS = 3
"""Occurrences of one finding shown in full; the others are rows."""
MESSAGES = 4
"""Records of one occurrence shown decoded; the others are links into the wire log."""


def _finalize(value: Any) -> Any:
    """Whatever a template prints: None is empty, masked values lose their tails to a small mark."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return decoded.marked(value) if "~" in value else value
    return "" if value is None else value


def attribute(said: str) -> Markup:
    """Text for the inside of a quoted attribute. Every attribute that holds a run's words needs it: `_finalize`
    makes elements of masked values.
    """
    return Markup(html.escape(without_tails(said)))


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.filters["attr"] = attribute
    return made


def _asset(name: str) -> str:
    return resources.files("reports").joinpath("templates", name).read_text(encoding="utf-8")


def _full_bodies(
    report: Report, words: Words, flows: Mapping[str, FlowTimeline]
) -> tuple[dict[str, Markup], int]:
    """The opened form of each record shown inside a finding, by anchor, and the bytes of all its showings."""
    out: dict[str, Markup] = {}
    spent = 0
    for row in (row for one in report.findings for row in one.rows[:FULL_ROWS]):
        for event in _cited(report, row, flows):
            if event.anchor not in out:
                out[event.anchor] = decoded.body(event, words, named=True)
            spent += len(out[event.anchor].encode("utf-8"))
    return out, spent


def _bodies(report: Report, words: Words, spent: int) -> dict[str, Markup]:
    """The opened form of each record by anchor, within what is left of the budget; what is left out says so."""
    out: dict[str, Markup] = {}
    for flow in sorted(report.flows, key=lambda one: not one.trouble):
        for event in flow.events:
            said = decoded.body(event, words)
            size = len(said.encode("utf-8"))
            if spent + size > VIEW_BUDGET:
                said, size = Markup('<p class="none">{}</p>').format(words("msg.omitted", n=event.seq)), 0
            spent += size
            out[event.anchor] = said
    return out


def _cited(report: Report, row: Verdict, flows: Mapping[str, FlowTimeline]) -> list[TimelineEvent]:
    """The records that explain a verdict: those cited, what is bad first, each with the other half of its exchange.

    A verdict about something that never happened cites nothing: then what is bad in its flow, and its last messages.
    """
    cited = [report.events[seq] for seq in row.records if seq in report.events]
    if not cited and row.flow in flows:
        told = [event for event in flows[row.flow].events if event.kind in ("message", "answer", "probe")]
        cited = [*[event for event in told if event.bad][:2], *told[-2:]]
    chosen = sorted(cited, key=lambda event: (not event.bad, event.kind != "message", event.seq))[:MESSAGES]
    for event in tuple(chosen):
        if len(chosen) < MESSAGES and event.kind == "message":
            chosen += [other for other in _other_half(event, flows.get(row.flow)) if other not in chosen]
    return list({event.seq: event for event in chosen}.values())[:MESSAGES]


def _other_half(event: TimelineEvent, flow: FlowTimeline | None) -> list[TimelineEvent]:
    if flow is None:
        return []
    return [
        other
        for other in flow.events
        if other.kind == "message" and (other.link == event.seq or (event.link and other.seq == event.link))
    ]


def _duration(ms: float | None) -> str:
    if ms is None:
        return ""
    return f"{ms:,.0f}" if ms >= 10 else f"{ms:.1f}"


def render(report: Report, lang: str = "zh") -> str:
    """The HTML text of the report in `lang` (zh or en)."""
    words = Words(lang)
    script = _asset("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    by_flow = {flow.id: flow for flow in report.flows}
    full, spent = _full_bodies(report, words, by_flow)
    bodies = _bodies(report, words, spent)
    flow_anchor = {flow.id: flow.anchor for flow in report.flows}
    shown = {seq: event.anchor for seq, event in report.events.items() if event.anchor in bodies}
    return (
        _templates()
        .get_template("report.html.j2")
        .render(
            r=report,
            w=words,
            t=words,
            label=words.label,
            ORDER=ORDER,
            TROUBLE=TROUBLE,
            FULL_ROWS=FULL_ROWS,
            EVENTS_LIMIT=EVENTS_LIMIT,
            VALUE_LIMIT=VALUE_LIMIT,
            clock=clock,
            clock_short=clock_short,
            minute=minute,
            duration=_duration,
            title_of=lambda event: decoded.title(event, words),
            note_of=lambda event: decoded.note(event, words),
            body_of=lambda event: bodies.get(event.anchor, Markup()),
            full_body=lambda event: full[event.anchor],
            citations=citations(report, words),
            left_open=left_open(report, words),
            rest_said=lambda case: rest_said(case, words),
            exchanged=lambda row: exchanged(row, words),
            cited=lambda row: _cited(report, row, by_flow),
            record_anchor=lambda seq: shown.get(seq, ""),
            flow_anchor=lambda flow: flow_anchor.get(flow, ""),
            folders=[
                (name, list(part)) for name, part in groupby(report.scenarios, key=lambda one: one.folder)
            ],
            deviations={row.get("requirement", ""): row for row in report.run.deviations},
            style=Markup(_asset("report.css")),
            script=Markup(script),
            script_hash=digest,
        )
    )
