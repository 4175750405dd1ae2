"""Every rule seen green, seen red and seen without its precondition, each on a tiny hand-made flow.

The rows of a family of rules stand in `rows_<family>.py` beside this file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rows_attempts
import rows_believed
import rows_changed
import rows_doubt
import rows_expect
import rows_fault
import rows_holder
import rows_identity
import rows_matching
import rows_notify
import rows_outcome
import rows_pay
import rows_refund
import rows_registration
import rows_request
import rows_scanned
import rows_security
import rows_slots
import rows_told
from tell import GREEN, RED, Row, read_back

import conformance.rules
import locales
from conformance.finding import Finding
from conformance.ledger import load
from conformance.rules import RULES
from simulator.protocol.text.said import Said, Text, chinese, render

HAVE = dict(RULES)
FAMILIES = {
    "security": rows_security.TABLE,
    "request": rows_request.TABLE,
    "identity": rows_identity.TABLE,
    "pay": rows_pay.TABLE,
    "registration": rows_registration.TABLE,
    "refund": rows_refund.TABLE,
    "outcome": rows_outcome.TABLE,
    "changed": rows_changed.TABLE,
    "slots": rows_slots.TABLE,
    "notify": rows_notify.TABLE,
    "matching": rows_matching.TABLE,
    "fault": rows_fault.TABLE,
    "doubt": rows_doubt.TABLE,
    "attempts": rows_attempts.TABLE,
    "believed": rows_believed.TABLE,
    "holder": rows_holder.TABLE,
    "told": rows_told.TABLE,
    "scanned": rows_scanned.TABLE,
    "expect": rows_expect.TABLE,
}
TABLE = [row for rows in FAMILIES.values() for row in rows]


CODE = "".join(
    path.read_text(encoding="utf-8") for path in sorted(Path(conformance.rules.__path__[0]).glob("*.py"))
)


def _id(row: Row) -> str:
    return f"{row[0]}-{row[1]}"


@pytest.mark.parametrize("row", TABLE, ids=_id)
def test_a_rule_on_a_tiny_flow(row: Row, story: Any) -> None:
    name, wanted, tell = row
    told = story()
    tell(told)
    found: Finding = HAVE[name](told.end().flow())
    assert found.verdict == wanted, (found.expected, found.observed)
    assert found.expected
    assert found.observed
    if wanted == RED:
        assert found.domain == "vendor"
        assert found.records or found.absence, "a finding cites records"
        assert all(1 <= seq <= len(told.records) for seq in found.records)


@pytest.mark.parametrize("row", TABLE, ids=_id)
def test_a_finding_is_a_sentence_of_ours_in_both_languages(row: Row, story: Any) -> None:
    """What it fills in and does not say itself comes from the records, which are masked, and from nowhere else."""
    name, _, tell = row
    told = story()
    tell(told)
    found: Finding = HAVE[name](told.end().flow())
    records = json.dumps(told.records, ensure_ascii=False)
    for text in (found.expected, found.observed):
        assert isinstance(text, Said)
        assert not chinese(render(_without_words(text), locales.lookup("en")))
        for word in _words(text):
            parts = re.split(r"[/]|, ", word)
            known = f"{records} {records.replace(chr(92) + chr(34), chr(34))}"
            assert all(part in known or part in CODE or AMOUNT.fullmatch(part) for part in parts), word


def _without_words(text: Said) -> Said:
    """The sentence without the Chinese that it fills in: names and words of the vendor."""
    parts = (_without_words(one) if isinstance(one, Said) else one for one in text.arguments)
    return Said(text.template, *(re.sub("[^ -~]", "", one) if isinstance(one, str) else one for one in parts))


AMOUNT = re.compile(r"-?\d+(\.\d\d)?")


def _words(text: Text) -> Iterator[str]:
    """The arguments of a sentence that are plain text, also those of the sentences in it."""
    for one in text.arguments if isinstance(text, Said) else ():
        if isinstance(one, Said):
            yield from _words(one)
        elif isinstance(one, str):
            yield one


ROWS = {row.rule: row for row in load().requirements}


def test_every_kind_of_the_ledger_was_seen_and_no_other(story: Any) -> None:
    """The ways in which a requirement is broken have cause and fix of their own, and a rule names no other way."""
    seen: dict[str, set[str]] = {
        "expect.driver_answers": {"sent"}
    }  # below: only a flow that is local shows it
    for name, wanted, tell in TABLE:
        told = story()
        tell(told)
        kind = HAVE[name](told.end().flow()).kind
        assert bool(kind) <= (wanted == RED), (name, kind)
        seen.setdefault(name, set()).update([kind] if kind else [])
    assert {name: sorted(kinds) for name, kinds in seen.items()} == {
        name: sorted(ROWS[name].kinds) for name in seen
    }


@pytest.mark.parametrize("name", HAVE)
def test_every_rule_was_seen_green_and_red(name: str) -> None:
    seen = {verdict for rule, verdict, _ in TABLE if rule == name}
    assert {GREEN, RED} <= seen


@pytest.mark.parametrize("name", HAVE)
def test_without_its_precondition_a_rule_is_not_ready(name: str, story: Any) -> None:
    found = HAVE[name](story().end().flow())
    assert (found.verdict, found.ready) == ("n/a", False)
    assert found.expected
    assert found.observed


@pytest.mark.parametrize("name", [name for name in HAVE if name.startswith(("notify.", "matching."))])
def test_a_hospital_that_only_polls_is_not_judged_by_notices(name: str, story: Any) -> None:
    told = story()
    told.paid()
    found = HAVE[name](told.end().flow(notified=False))
    assert found.verdict == "n/a"
    if name != "notify.lost_converges":
        assert found.ready, "what is not offered is n/a, never an error"


def test_a_hospital_that_only_polls_must_converge(story: Any) -> None:
    told = story()
    told.upload()
    told.order("0", "1", "6")
    told.query()
    told.probe()
    assert HAVE["notify.lost_converges"](told.flow(notified=False)).verdict == GREEN


def test_a_family_authorisation_is_welcome_where_the_service_is_declared(story: Any) -> None:
    told = story()
    rows_identity.family_uploaded(told)
    found = HAVE["identity.family_refused"](told.flow(services=("family",)))
    assert (found.verdict, found.ready) == ("n/a", True)


@pytest.mark.parametrize(("interface", "verdict"), [("6203", RED), ("userQuery", RED), ("6301", GREEN)])
def test_a_local_refusal_sends_nothing_but_polls(interface: str, verdict: str, story: Any) -> None:
    told = story()
    rows_expect.called({"state": "refused"}, lambda s: s.ask(interface, {}), state="refused", code="AMOUNT")(
        told
    )
    assert HAVE["expect.driver_answers"](told.flow(local=True)).verdict == verdict
    assert HAVE["expect.driver_answers"](told.flow(local=False)).verdict == GREEN


def test_a_finding_names_the_nearest_ending_the_member_that_departs_and_the_others(story: Any) -> None:
    told = story()
    rows_expect.final(rows_expect.EITHER, read_back("manual", 0, shown="success"))(told)
    found = HAVE["expect.final_states"](told.end().flow())
    assert str(found.expected) == (
        "甲: 最近的终态「未入账, 告警或转人工」要求页面为 pending/failed; 也可以是: 已支付、扣款前已撤销"
    )
    assert str(found.observed) == "页面为 success"
    assert found.endings == ()


def test_a_pass_says_which_ending_each_person_reached(story: Any) -> None:
    told = story()
    rows_expect.final(rows_expect.EITHER, rows_expect.revoked)(told)
    found = HAVE["expect.final_states"](told.end().flow())
    assert found.endings == (("甲", "revoked"),)
    assert "扣款前已撤销" in str(found.observed)


def test_where_nothing_of_an_ending_can_be_seen_no_ending_is_named(story: Any) -> None:
    told = story()
    rows_expect.final(rows_expect.refunded_row())(told)
    found = HAVE["expect.final_states"](told.end().flow(level=1))
    assert (found.verdict, found.ready, found.endings) == ("n/a", False, ())
