"""Bring the simulator's notes about its notices (kind, faults, accepted) to their message records. Pure.

A note names its message by `link`. A notice that never went out has notes with an empty link, and no message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conformance.evidence.records import Mark, Record
from conformance.evidence.values import child, text, whole
from simulator.protocol.text.said import said_in

BEFORE = ("before_open", "before_act")
"""Stages of faults that act on what we send; a later one acts on the answer and leaves the notice as it was."""


def notice_marks(records: Sequence[Record]) -> Mapping[int, Mark]:
    """The mark of every 6302 request of ours by its record number."""
    marks = {whole(record, "seq") or 0: Mark() for record in records if _is_notice(record)}
    for record in records:
        detail, seq = child(record, "d"), whole(record, "link")
        if record.get("kind") != "world" or seq not in marks:
            continue
        if record.get("what") == "fault" and detail.get("stage") in BEFORE:
            marks[seq] = replace(marks[seq], faults=(*marks[seq].faults, text(detail, "name")))
        elif record.get("what") == "notice" and "kind" in detail:
            marks[seq] = replace(
                marks[seq],
                kind=text(detail, "kind") or "plan",
                accepted=detail.get("accepted") is True,
                reached=detail.get("reached") is True,
                why=said_in(detail, "reason"),
            )
    return marks


def _is_notice(record: Record) -> bool:
    return (record.get("kind"), record.get("interface"), record.get("part"), record.get("dir")) == (
        "message",
        "6302",
        "request",
        "out",
    )
