"""What a field leaves open is a 提示 in the report, never a 不符 (contracts 10, issue 6 point 9)."""

from __future__ import annotations

from reports.decoded import facts
from reports.flows import _fact
from reports.timeline_parts import TimelineEvent
from reports.words import Words
from simulator.protocol.wire.advice import advice_facts


def test_a_note_stands_beside_a_message_as_a_note() -> None:
    noted = [_fact(one.as_json()) for one in advice_facts("centre/6201.request", {"uldLatlnt": "29.5,106.5"})]
    refused = _fact({"n": "amounts.form", "ok": False, "note": "x"})
    event = TimelineEvent(1, "w", "a", "message", "6201", (1, 2), "", None, None, facts=(*noted, refused))
    assert [one.name for one in event.bad] == ["amounts.form"]
    assert [one.name for one in event.notes] == ["note.place"]
    shown = str(facts(event, Words("zh")))
    assert shown.index('class="bad"') < shown.index('class="note"><b>提示</b> 经纬度的写法')
    assert "longitude" in str(facts(event, Words("en")))
