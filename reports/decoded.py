"""One evidence record for readers: its title, the line that sums it up, its checklist and content."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from reports.display import clock, scalar
from reports.flows import business, envelope, outcome_text
from reports.pretty import compact, pretty, safe
from reports.said_members import brief
from reports.shown_values import listed, members, text
from reports.timeline_parts import TimelineEvent
from reports.words import Words
from simulator.protocol.text.said import said_in


def marked(said: str) -> Markup:
    """Escaped text in which the tail of a masked value is a small equality mark."""
    return Markup(safe(said))


def title(event: TimelineEvent, words: Words) -> str:
    """What the record is, in a few words."""
    if event.kind == "message":
        part = words.label("part", event.part)
        return f"{words.interface(event.interface)} {part}".strip()
    if event.kind in ("call", "answer"):
        return f"{words.label('event', event.kind)} {text(event.detail.get('action')) or event.what}"
    kind = words.label("event", event.kind)
    return f"{kind} · {words.label('what', event.what)}"


def note(event: TimelineEvent, words: Words) -> str:
    """The line under the title: identifiers, outcome, state change, what the patient saw."""
    told = _NOTES.get(event.kind)
    return told(event, words) if told else brief(event.detail, words)


def _message_note(event: TimelineEvent, words: Words) -> str:
    state = text(business(event).get("ordStas"))
    status = event.http.get("status")
    answer = event.part == "response"
    return _line(
        f"HTTP {status}" if answer and status not in (None, 200) else "",
        words.say(outcome_text(event.outcome)) if answer else "",
        f"ordStas={state} {words.known('state', state)}" if state else "",
        *(f"{key}={value}" for key, value in event.ids.items() if key != "mdtrtId" and not answer),
    )


def _call_note(event: TimelineEvent, words: Words) -> str:
    return brief(members(event.detail.get("args")), words)


def _answer_note(event: TimelineEvent, words: Words) -> str:
    detail = event.detail
    screen = text(detail.get("patient_state"))
    seen = f"[{words.label('screen', screen)}] {text(detail.get('patient_message'))}" if screen else ""
    return _line(
        text(detail.get("state")), text(detail.get("code")), words.say(said_in(detail, "problem")), seen
    )


def _probe_note(event: TimelineEvent, words: Words) -> str:
    found = {**event.detail, **members(event.detail.get("result"))}
    wanted = {key: found.get(key) for key in ("order_state", "booked_count", "amounts")}
    return _line(
        brief(wanted, words), _answer_note(event, words) if event.detail.get("state") != "done" else ""
    )


def _world_note(event: TimelineEvent, words: Words) -> str:
    detail = event.detail
    if event.what == "notice" and "accepted" in detail:
        said = words("event.accepted" if detail.get("accepted") is True else "event.notaccepted")
        return _line(
            f"{text(detail.get('kind'))} #{text(detail.get('attempt'))}",
            said,
            f"HTTP {text(detail.get('status'))}",
            words.say(said_in(detail, "reason")),
        )
    if detail.get("after") is None and detail.get("before") is None:
        return brief(detail, words)
    space = "state" if event.what == "order" else "world"
    ends = [text(detail.get(end)) for end in ("before", "after")]
    if event.what == "order":
        names = [f"{end} {words.known(space, end)}".strip() or "∅" for end in ends]
    else:
        names = [words.label(space, end) or "∅" for end in ends]
    return _line(f"{names[0]} → {names[1]}", words.say(said_in(detail, "why")), text(detail.get("key")))


def _scenario_note(event: TimelineEvent, words: Words) -> str:
    detail = event.detail
    if event.what == "begin":
        return ", ".join(text(one) for one in listed(detail.get("covers"))) or text(detail.get("id"))
    return _line(words.label("outcome", text(detail.get("outcome"))), words.say(said_in(detail, "reason")))


def _step_note(event: TimelineEvent, words: Words) -> str:
    return brief(event.detail, words, skip=("reply",))


def _line(*pieces: str) -> str:
    return "  ".join(piece for piece in pieces if piece)


_NOTES: Mapping[str, Callable[[TimelineEvent, Words], str]] = {
    "message": _message_note,
    "call": _call_note,
    "answer": _answer_note,
    "probe": _probe_note,
    "world": _world_note,
    "scenario": _scenario_note,
    "step": _step_note,
}


def facts(event: TimelineEvent, words: Words, named: bool = False) -> Markup:
    """The checklist of a message, what is bad first; what is good is counted, and `named` in a folded line."""
    if not event.facts:
        return Markup()
    good = [fact for fact in event.facts if fact.ok]
    out = []
    marked = [(fact, "bad") for fact in event.bad] + [(fact, "note") for fact in event.notes]
    for fact, mark in marked:
        said = f" <q>{safe(words.say(fact.note))}</q>" if fact.note else ""
        data = f" <code>{safe(brief(fact.data, words))}</code>" if fact.data and mark == "bad" else ""
        out.append(
            f'<li class="{mark}"><b>{safe(words(f"msg.fact.{mark}"))}</b> {safe(words.label("fact", fact.name))} '
            f"<code>{safe(fact.name)}</code>{said}{data}</li>"
        )
    if good:
        said = safe(words("msg.facts.ok" if marked else "msg.facts.allok", n=len(good)))
        if named:
            names = safe(" · ".join(words.label("fact", fact.name) for fact in good))
            said = f"<details><summary>{said}</summary>{names}</details>"
        out.append(f'<li class="good">{said}</li>')
    return Markup(f'<ul class="facts">{"".join(out)}</ul>')


def body(event: TimelineEvent, words: Words, named: bool = False) -> Markup:
    """Everything a record shows when opened: its line of numbers, the checklist, the decoded content.

    `named`: with the names of the checks that agree (in findings); the wire log only counts them.
    """
    if event.kind != "message":
        return compact(event.detail, words) if event.detail else Markup()
    meta = (
        clock(event.wire),
        " ".join(text(event.http.get(key)) for key in ("method", "target", "status")).strip(),
        words.label("role", event.role),
        words("msg.size", n=f"{event.size:,}"),
        f"{words('msg.digest')} {event.digest[:16]}…" if event.digest else "",
        words("msg.took", n=f"{event.took_ms:.1f}") if event.took_ms is not None else "",
    )
    out = Markup('<p class="meta">{}</p>').format(" · ".join(part for part in meta if part)) + facts(
        event, words, named
    )
    head, data = envelope(event), members(event.view).get("data")
    if head:
        line = "  ".join(f"{key}={scalar(value)}" for key, value in head.items() if value not in (None, ""))
        name = "msg.envelope" if event.transport == "sealed" else "msg.header"
        out += Markup('<p class="env"><b>{}</b> <code>{}</code></p>').format(words(name), marked(line[:600]))
    if data is None:
        return out + Markup('<p class="none">{}</p>').format(words("msg.unopened"))
    return out + pretty(data, words)
