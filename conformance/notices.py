"""Bring the simulator's notes about its notices (kind, faults, accepted) to their message records. Pure.

A note names its message by `link` where it can. Otherwise notes and messages of one person are paired in the
order in which they stand: a dropped notice has a note and no message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from conformance.reading import child, text, whole
from conformance.records import Mark, Record

LOST = ("drop_request",)
BEFORE = ("before_open", "before_act")


@dataclass
class _Queue:
    """What one person's notices still wait for."""

    messages: list[int] = field(default_factory=list)
    lost: int = 0
    spoiled: list[str] = field(default_factory=list)


def notice_marks(records: Iterable[Record]) -> Mapping[int, Mark]:
    """The mark of every 6302 request of ours by its record number."""
    marks: dict[int, Mark] = {}
    queues: dict[str, _Queue] = {}
    for record in records:
        queue = queues.setdefault(text(record, "person"), _Queue())
        detail = child(record, "d")
        if _is_notice(record):
            seq = whole(record, "seq") or 0
            marks[seq] = Mark(faults=tuple(queue.spoiled))
            queue.messages.append(seq)
            queue.spoiled.clear()
        elif record.get("kind") != "world":
            continue
        elif record.get("what") == "fault" and detail.get("interface") == "6302":
            _spoil(queue, detail)
        elif record.get("what") == "notice" and detail.get("sent") is not False and "kind" in detail:
            _note(queue, detail, marks)
    return marks


def _is_notice(record: Record) -> bool:
    return (record.get("kind"), record.get("interface"), record.get("part"), record.get("dir")) == (
        "message",
        "6302",
        "request",
        "out",
    )


def _spoil(queue: _Queue, detail: Record) -> None:
    if detail.get("name") in LOST:
        queue.lost += 1
    elif detail.get("stage") in BEFORE:
        queue.spoiled.append(text(detail, "name"))


def _note(queue: _Queue, detail: Record, marks: dict[int, Mark]) -> None:
    seq = whole(detail, "link")
    if seq is None and queue.lost:
        queue.lost -= 1
        return
    if seq is None:
        seq = queue.messages[0] if queue.messages else 0
    if seq in queue.messages:
        queue.messages.remove(seq)
    if seq in marks:
        accepted, reached = detail.get("accepted") is True, detail.get("reached") is True
        marks[seq] = Mark(text(detail, "kind") or "plan", marks[seq].faults, accepted, reached)
