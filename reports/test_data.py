"""The synthetic persons of a run and what was prescribed for them, in the reader's words. Pure."""

from __future__ import annotations

from collections import Counter
from typing import Any

from conformance.evidence.institution import InsuredRow, insured_rows
from reports.flows import business
from reports.report_parts import Report
from reports.said_members import brief
from reports.shown_values import listed, members, text
from reports.timeline_parts import FlowTimeline, TimelineEvent
from reports.words import Words

ITEMS_LIMIT = 6
"""Lines of the prescriptions of one scenario; a bill of 200 lines is a test of its own."""


def _item(item: Any, words: Words) -> str:
    item = members(item)
    name = text(item.get("name")) or text(item.get("code"))
    price = words("yuan", n=text(item.get("price_text")) or text(item.get("price")))
    return words.joined(f"{name} × {text(item.get('cnt'))}", price)


def _items(event: TimelineEvent, words: Words) -> list[str]:
    """The lines of a prescription, equal ones once with their number, at most `ITEMS_LIMIT`."""
    count = Counter(_item(item, words) for item in listed(members(event.detail.get("args")).get("items")))
    said = [line if times == 1 else words("doc.4.times", line=line, n=times) for line, times in count.items()]
    return said if len(said) <= ITEMS_LIMIT else [*said[:ITEMS_LIMIT], f"… +{len(said) - ITEMS_LIMIT}"]


def _insured(event: TimelineEvent, words: Words) -> str:
    """Insurance type, region and account balance as 1101 told them."""
    first = next(iter(insured_rows(business(event))), InsuredRow("", "", ""))
    known = {"insutype": first.insutype, "insured_region": first.region}
    balance = f"{words('member.balance')} {words('yuan', n=first.balance)}" if first.balance else ""
    return words.joined(brief(known, words), balance)


def persons_of(flow: FlowTimeline, words: Words) -> dict[str, str]:
    """Who took part in a flow, by alias, and what for people they are."""
    persons: dict[str, str] = {}
    for event in flow.events:
        if event.kind == "scenario" and event.what == "begin":
            specs = members(event.detail.get("specs"))
            named = members(event.detail.get("persons"))
            persons = {alias: brief(members(specs.get(alias)), words) for alias in named}
        elif event.interface == "1101" and event.part == "response" and not persons.get(event.person):
            persons[event.person] = _insured(event, words)
    return {alias: said for alias, said in persons.items() if alias or said}


def items_of(flow: FlowTimeline, words: Words) -> list[str]:
    """What was prescribed in a flow."""
    asked = (e for e in flow.events if e.kind == "call" and e.detail.get("action") == "prescribe")
    return [line for event in asked for line in _items(event, words)]


def kinds_of_persons(report: Report, words: Words) -> dict[str, list[str]]:
    """The flows in which each kind of person took part; the most frequent kind first."""
    found: dict[str, list[str]] = {}
    for flow in report.flows:
        for said in dict.fromkeys(persons_of(flow, words).values()) if flow.id else ():
            found.setdefault(said or words("nil"), []).append(flow.id)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))
