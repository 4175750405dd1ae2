"""Evidence records as timelines of flows, measured times and counted checks. Pure; nothing is judged."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reports.shown_values import listed, members, number, text, whole
from reports.timeline_parts import FactCount, Latency, TimelineEvent, TimelineFact
from simulator.protocol.text.said import Said, Text, said_in

EVENTS_LIMIT = 600
"""Records of one flow that a report shows; flows of a functional run have about forty."""

HARNESS, VENDOR, SIMULATOR = 0, 1, 2
_SENDERS = {"6302": "centre"}
"""Whose an interface is where the record names another: the centre tells the settlement."""


def anchor(writer: str, seq: int, main: str) -> str:
    """The HTML id of a record: `r12` for the main writer, `r-<writer>-12` for others."""
    return f"r{seq}" if writer == main else f"r-{re.sub(r'[^A-Za-z0-9]+', '-', writer)}-{seq}"


def _lanes(kind: str, what: str, direction: str) -> tuple[int, int]:
    if kind == "message":
        return (SIMULATOR, VENDOR) if direction == "out" else (VENDOR, SIMULATOR)
    if kind == "driver":
        return (VENDOR, HARNESS) if what == "answer" else (HARNESS, VENDOR)
    if kind == "probe":
        return (VENDOR, HARNESS)
    if kind == "world":
        return (SIMULATOR, SIMULATOR)
    return (HARNESS, HARNESS)


def _fact(raw: Any) -> TimelineFact:
    raw = members(raw)
    return TimelineFact(
        text(raw.get("n")), raw.get("ok") is True, said_in(raw, "note"), members(raw.get("d"))
    )


def _event(record: Mapping[str, Any], main: str) -> TimelineEvent:
    kind, what = text(record.get("kind")), text(record.get("what"))
    writer, seq, times = text(record.get("writer")), whole(record.get("seq")), members(record.get("t"))
    return TimelineEvent(
        seq=seq,
        writer=writer,
        anchor=anchor(writer, seq, main),
        kind=what if kind == "driver" and what in ("call", "answer") else kind,
        what=what,
        lanes=_lanes(kind, what, text(record.get("dir"))),
        wire=text(times.get("wire")),
        gap_ms=None,
        took_ms=None,
        role=_SENDERS.get(text(record.get("interface")), text(record.get("role"))),
        interface=text(record.get("interface")),
        part=text(record.get("part")),
        transport=text(record.get("transport")),
        outcome=members(record.get("outcome")),
        http=members(record.get("http")),
        facts=tuple(_fact(raw) for raw in listed(record.get("facts"))),
        view=record.get("view"),
        ids={key: text(value) for key, value in members(record.get("ids")).items() if text(value)},
        size=whole(record.get("size")),
        digest=text(record.get("c")),
        person=text(record.get("person")),
        link=whole(record.get("link")),
        detail=members(record.get("d")),
    )


def timeline(records: Iterable[Mapping[str, Any]], main: str) -> dict[str, list[TimelineEvent]]:
    """The events of every flow in order of arrival, with the time since its first record. Records are clean."""
    out: dict[str, list[TimelineEvent]] = {}
    began: dict[str, float] = {}
    mono: dict[tuple[str, int], float] = {}
    aliases: dict[tuple[str, str], str] = {}
    for record in records:
        event = _event(record, main)
        flow = text(record.get("flow"))
        if event.kind == "scenario":
            named = members(event.detail.get("persons")).items()
            aliases.update({(flow, text(person)): alias for alias, person in named if text(person)})
        event = replace(event, person=aliases.get((flow, event.person), event.person))
        now = number(members(record.get("t")).get("mono_ns"))
        if now is not None:
            mono[event.writer, event.seq] = now
            start = began.setdefault(flow, now)
            asked = mono.get((event.writer, whole(record.get("link"), -1)))
            event = replace(
                event,
                gap_ms=(now - start) / 1e6,
                took_ms=None if asked is None else (now - asked) / 1e6,
            )
        out.setdefault(flow, []).append(event)
    return out


def business(event: TimelineEvent) -> Mapping[str, Any]:
    """The decoded business object of a message, or an empty one."""
    return members(members(event.view).get("data"))


def envelope(event: TimelineEvent) -> Mapping[str, Any]:
    """The envelope or common header of a message, or an empty one."""
    return members(members(event.view).get("outer"))


def outcome_text(outcome: Mapping[str, Any]) -> Text:
    """Code and message of an answer in one line, as its transport understands it; empty when it has neither."""
    code, message = text(outcome.get("code")), said_in(outcome, "message")
    return Said("{} {}", code, message) if code and message else code or message


def _percentile(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, max(0, math.ceil(share * len(values)) - 1))]


def latencies(flows: Mapping[str, Sequence[TimelineEvent]]) -> tuple[Latency, ...]:
    """Times of the vendor's answers (notices, driver calls) and of the simulator's, by kind."""
    seen: dict[tuple[str, str], list[float]] = {}
    for events in flows.values():
        for event in events:
            if event.took_ms is None or event.took_ms < 0:
                continue
            if event.kind == "message" and event.part == "response":
                who = "vendor" if event.lanes[0] == VENDOR else "simulator"
                seen.setdefault((who, event.interface), []).append(event.took_ms)
            elif event.kind == "answer":
                name = text(event.detail.get("action"))
                seen.setdefault(("driver", name), []).append(event.took_ms)
    out = []
    for (who, name), values in sorted(seen.items()):
        values.sort()
        p50, p95 = _percentile(values, 0.5), _percentile(values, 0.95)
        out.append(Latency(who, name, len(values), round(p50, 1), round(p95, 1), round(values[-1], 1)))
    return tuple(out)


def fact_counts(flows: Mapping[str, Sequence[TimelineEvent]]) -> tuple[FactCount, ...]:
    """For every fact on messages sent by the vendor: how often looked at, and where it was bad."""
    checked: dict[str, int] = {}
    bad: dict[str, list[int]] = {}
    for events in flows.values():
        for event in events:
            if event.kind != "message" or event.lanes[0] != VENDOR:
                continue
            for fact in event.facts:
                checked[fact.name] = checked.get(fact.name, 0) + 1
                if not fact.ok:
                    bad.setdefault(fact.name, []).append(event.seq)
    return tuple(FactCount(name, count, tuple(bad.get(name, ()))) for name, count in checked.items())
