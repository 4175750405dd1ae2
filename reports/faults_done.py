"""Faults that fired and acts that a scenario scripted, as rows of the reports. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from reports import decoded
from reports.report_parts import Report
from reports.shown_values import text
from reports.timeline_parts import TimelineEvent
from reports.words import Words
from simulator.faults import FAULTS

STEPS_SHOWN = ("reply", "notice", "advance", "policy", "patient")
_TITLES = {fault.name: fault.about for fault in FAULTS}


@dataclass(frozen=True, slots=True)
class FaultDone:
    """One fault or act of a flow; `times` it was seen, `seq` where first."""

    flow: str
    name: str
    what: str
    detail: str
    times: int
    seq: int


def fault_title(name: str, words: Words) -> str:
    """What a fault does, in the reader's language where it is known."""
    known = _TITLES.get(name)
    return words.say(known) if known else name


def faults_done(report: Report, words: Words) -> list[FaultDone]:
    """Every fault that fired and every scripted act, equal ones of a flow once."""
    acts: dict[tuple[str, ...], list[TimelineEvent]] = {}
    for flow in report.flows:
        for event in flow.events:
            fired = (event.kind, event.what) == ("world", "fault")
            if fired or (event.kind == "step" and event.what in STEPS_SHOWN):
                named = text(event.detail.get("name")) or str(event.seq)
                key = (flow.id, event.what, named, text(event.detail.get("interface")))
                acts.setdefault(key, []).append(event)
    return [
        FaultDone(
            flow=key[0],
            name=words.label("what", key[1]),
            what=fault_title(key[2], words) if key[1] == "fault" else "",
            detail=decoded.note(events[0], words),
            times=len(events),
            seq=events[0].seq,
        )
        for key, events in acts.items()
    ]
