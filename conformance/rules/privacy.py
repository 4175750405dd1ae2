"""What must stand in no text: persons, credentials and keys, and what belongs to the inside (MP-PRV). Pure.

The writer of the evidence replaced every value of this run that stood in a text, and noted its kind as a fact `leak`
(contracts 6); what stands in a field that is known by its name was replaced by that. Rules read those notes only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.evidence.calls import ANSWERED
from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Record
from conformance.evidence.values import child, text
from conformance.finding import Finding, Rule, absent, failed, passed
from conformance.rules.screens import Screen, leaked, screens
from simulator.protocol.text.masked_kinds import KIND_OF, WORDS
from simulator.protocol.text.masking import plain_name
from simulator.protocol.text.said import Said, Text, listed

SHOWN_TO_NOBODY = ("id_no", "name", "phone", "authorisation", "code", "token", "secret", "key")
"""Kinds that neither a screen nor a word to the tester may hold (driver contract, "The answer")."""
SCREEN, MESSAGE = "patient_message", "message"
LEAST_WORDS = 6
"""Characters of a message of the centre; a shorter one may be anybody's words."""
MOST_QUOTED = 60
_INSIDE: tuple[tuple[Said, re.Pattern[str]], ...] = (
    (Said("JSON 报文"), re.compile(r"[{\[]\s*\\?\"\w+\\?\"\s*:")),
    (Said("XML 报文"), re.compile(r"<\?xml|</\w+>|<(soap|html|body|input|output)\b", re.IGNORECASE)),
    (
        Said("异常堆栈"),
        re.compile(
            r"Traceback \(most recent|\bat [\w$.]+\([\w$]+\.\w+:\d+\)|^\s+at \S+ \(|File \"[^\"]+\", line \d+"
            r"|goroutine \d+ \[|\bpanic: |\b[\w.]+(Exception|Error)\b(:| at )|\.(py|java|go|js|ts|cs|php|rb):\d+",
            re.MULTILINE,
        ),
    ),
    (
        Said("SQL 语句"),
        re.compile(r"\b(SELECT\b.+\bFROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b|ORA-\d{5}"),
    ),
)
"""What of the inside a text may show, and how it is known."""


def screen_shows_no_secret(flow: FlowView) -> Finding:
    """PRV-SCREEN-001."""
    expected = Said("patient_message 里没有证件号码、完整姓名、电话、令牌、授权号和密钥")
    if not flow.promise.screen:
        return absent(expected, Said("应答由人录入, 看不到屏幕"))
    return _nothing_leaks(flow, SCREEN, expected)


def message_holds_no_secret(flow: FlowView) -> Finding:
    """PRV-ANSWER-001."""
    return _nothing_leaks(flow, MESSAGE, Said("message 里没有证件号码、完整姓名、电话、令牌、授权号和密钥"))


def _nothing_leaks(flow: FlowView, member: str, expected: Text) -> Finding:
    found = [record for record in _answers(flow) if text(child(record, "d"), member)]
    for record in found:
        kinds = [kind for kind in SHOWN_TO_NOBODY if kind in _kinds(record, member)]
        if kinds:
            words = listed("、", [WORDS[kind] for kind in kinds])
            detail = child(record, "d")
            said = Said("{} 的 {} 里有{}: 「{}」", _what(record), member, words, _short(text(detail, member)))
            return failed(expected, said, [_seq(record)])
    if not found:
        return absent(expected, Said("没有带 {} 的应答", member))
    return passed(expected, Said("{} 次应答的 {} 里没有", len(found), member), [_seq(one) for one in found])


def _answers(flow: FlowView) -> Iterator[Record]:
    """What the vendor answered to calls and readings."""
    for record in flow.records:
        kind = (text(record, "kind"), text(record, "what"))
        known = kind in (("driver", "answer"), ("probe", "order_state"))
        if known and text(child(record, "d"), "state") in ANSWERED:
            yield record


def _kinds(record: Record, member: str) -> Mapping[str, int]:
    """The kinds of what was replaced in a text: by its value, or by its name where the text is JSON."""
    found = dict(leaked(record, f"d.{member}"))
    for name, value in _members(_json(text(child(record, "d"), member))):
        kind = KIND_OF.get(plain_name(name))
        if kind is not None and "~" in value:
            found[kind] = found.get(kind, 0) + 1
    return found


def _json(words: str) -> Any:
    at = min((place for place in (words.find("{"), words.find("[")) if place >= 0), default=-1)
    try:
        return json.JSONDecoder().raw_decode(words, at)[0] if at >= 0 else None
    except (ValueError, RecursionError):
        return None


def _members(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            if isinstance(member, str):
                yield str(name), member
            yield from _members(member)
    elif isinstance(value, list):
        for item in value:
            yield from _members(item)


def screen_shows_no_inside(flow: FlowView) -> Finding:
    """PRV-SCREEN-002: words of the centre that are repeated to the patient are a hint, for a person to look at."""
    expected = Said("屏上没有中心的原始报文、JSON、异常堆栈等内部内容")
    found = [one for one in screens(flow) if one.words]
    for screen in found:
        own = _own_words(flow, screen)
        for what, pattern in _INSIDE:
            if pattern.search(own):
                said = Said("{} 的屏上有{}: 「{}」", screen.action, what, _short(screen.words))
                return failed(expected, said, screen.records)
    if not found:
        return absent(expected, Said("没有屏上可见的文字"))
    told = [one for one in found if _own_words(flow, one) != one.words]
    if told:
        said = Said(
            "{} 的屏上照搬了中心的说明, 由人判断患者能否看懂: 「{}」", told[0].action, _short(told[0].words)
        )
        return Finding("warn", expected, said, told[0].records, "vendor")
    return passed(expected, Said("{} 次显示的文字里没有", len(found)), [one.seq for one in found])


def _own_words(flow: FlowView, screen: Screen) -> str:
    """What a screen says beside the words in which the centre had refused something."""
    words = screen.words
    for one in flow.all_exchanges:
        theirs = text(one.outcome, "message")
        if not one.request.ours and one.refused and one.end < screen.seq and len(theirs) >= LEAST_WORDS:
            words = words.replace(theirs, "")
    return words


def _what(record: Record) -> str:
    return text(child(record, "d"), "action") or text(record, "what")


def _seq(record: Record) -> int:
    seq = record.get("seq")
    return seq if isinstance(seq, int) else 0


def _short(words: str) -> str:
    return words if len(words) <= MOST_QUOTED else f"{words[:MOST_QUOTED]}…"


RULES: tuple[tuple[str, Rule], ...] = (
    ("privacy.screen_shows_no_secret", screen_shows_no_secret),
    ("privacy.message_holds_no_secret", message_holds_no_secret),
    ("privacy.screen_shows_no_inside", screen_shows_no_inside),
)
