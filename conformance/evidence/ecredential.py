"""What evidence says about the patient's authorisations and the exchanges of their codes (channels sheet 1a). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from conformance.evidence.records import Message, Record
from conformance.evidence.values import child, text, whole

AUTHORISED, SHOWN = "04107", "01301"
"""The business type of a page that names none, and of a code that is shown."""
_DECISIONS: Mapping[str, str] = {"agreed": "agree", "refused": "refuse", "shown": "shown"}


@dataclass(frozen=True, slots=True)
class Authorisation:
    """One act of the patient on the authorisation page, or an exchange of a code without an act of its own.

    `step`: the record of the scenario's step, 0 when the world alone tells of the act; `seq` the first record of it.
    `code`: what the patient brought away, masked; `family`: the member it was given for. `answer`: the first
    exchange of a code after it.
    """

    seq: int
    wire: str
    biz: str
    person: str
    decision: str = ""
    page: bool = False
    step: int = 0
    code: str = ""
    family: str = ""
    answer: Message | None = None


def authorisations(records: Iterable[Record]) -> tuple[Authorisation, ...]:
    """The acts of a flow in their order, each with its exchange, and the further exchanges."""
    found: list[Authorisation] = []
    for record in records:
        kind, what = record.get("kind"), record.get("what")
        if (kind, what) == ("world", "auth"):
            found += _of_world(record)
        elif kind == "step" and what in ("authorise", "show_code"):
            _take_step(found, record)
        elif kind == "message" and (record.get("role"), record.get("part")) == ("ecredential", "response"):
            _take_answer(found, record)
    return tuple(found)


def _of_world(record: Record) -> list[Authorisation]:
    detail = child(record, "d")
    decision = _DECISIONS.get(text(detail, "after"))
    if decision is None:
        return []
    seq, wire = whole(record, "seq") or 0, text(child(record, "t"), "wire")
    return [Authorisation(seq, wire, text(detail, "key"), text(record, "person"), decision, page=True)]


def _take_step(found: list[Authorisation], record: Record) -> None:
    """A step names the act that the world has just told of; where the world tells of none it is the act."""
    detail, person, seq = child(record, "d"), text(record, "person"), whole(record, "seq") or 0
    shown = record.get("what") == "show_code"
    told = next((at for at in reversed(range(len(found))) if _fits(found[at], person, shown)), None)
    if told is None:
        biz = SHOWN if shown else text(detail, "biz") or AUTHORISED
        decision = "shown" if shown else "refuse" if text(detail, "decision") == "refuse" else "agree"
        found.append(Authorisation(seq, text(child(record, "t"), "wire"), biz, person, decision, page=True))
        told = len(found) - 1
    reply = child(detail, "reply")
    code, family = text(reply, "auth_code"), text(detail, "family_member")
    found[told] = replace(found[told], step=seq, code=code, family=family)


def _fits(one: Authorisation, person: str, shown: bool) -> bool:
    """Whether the world's act is the one that a step of this person performed."""
    return one.page and not one.step and one.person == person and (one.decision == "shown") == shown


def _take_answer(found: list[Authorisation], record: Record) -> None:
    answer = Message(record)
    last = found[-1] if found else None
    if last is not None and last.page and last.answer is None:
        found[-1] = replace(last, answer=answer)
        return
    biz = next((one.biz for one in reversed(found) if one.page), AUTHORISED)
    found.append(Authorisation(answer.seq, answer.wire, biz, "", answer=answer))
