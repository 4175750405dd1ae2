"""A vendor without a clock waits for real, only as long as it was allowed, and says what is missing otherwise."""

from __future__ import annotations

import dataclasses

import pytest

from conformance.cli.duration import seconds
from conformance.declaration import Declaration, Driver
from conformance.mistake import Mistake
from conformance.runner import catalogue
from conformance.runner.picked import picked
from conformance.runner.real_wait import allowed, unpaid_ms, wait_s
from conformance.runner.run_scenario import not_applicable
from conformance.scenario import holds

PLAN = catalogue.plan("A")
EXPIRE = catalogue.scenario("register/expire")
BARE = Declaration(
    "v.yaml", "H1", "医院", "509999", ("A",), (), ("registration", "cancel"), Driver("http", 2), notify_6302="http://x/"
)  # fmt: skip
CLOCKED = dataclasses.replace(BARE, driver=dataclasses.replace(BARE.driver, hooks=("clock",)))
SHORT = dataclasses.replace(BARE, timers={"unpaid_order_s": 120})


def test_the_declaration_says_how_long_an_unpaid_order_lives() -> None:
    assert (unpaid_ms(BARE), unpaid_ms(SHORT)) == (1_860_000, 180_000)
    assert (wait_s(EXPIRE, BARE), wait_s(EXPIRE, SHORT), wait_s(EXPIRE, CLOCKED)) == (1860, 180, 0)


@pytest.mark.parametrize(("declared", "up_to", "waits"), [(BARE, 0, False), (BARE, 1800, False), (BARE, 1860, True),
                                                         (SHORT, 180, True), (CLOCKED, 9999, False)])  # fmt: skip
def test_it_waits_only_when_allowed_and_only_without_a_clock(
    declared: Declaration, up_to: float, waits: bool
) -> None:
    assert allowed(EXPIRE, declared, up_to) is waits


def test_without_the_wait_the_reason_says_what_to_write() -> None:
    ending = not_applicable(EXPIRE, BARE, PLAN)
    assert ending is not None
    assert (ending.outcome, ending.offered) == ("skipped", False)
    assert "--wait-up-to 1860s" in str(ending.reason)
    assert not_applicable(EXPIRE, BARE, PLAN, really_waits=True) is None


def test_a_clock_that_is_there_is_moved_by_what_the_declaration_says() -> None:
    assert not_applicable(EXPIRE, CLOCKED, PLAN) is None


@pytest.mark.parametrize(
    ("text", "found"), [("0", 0), ("90", 90), ("31m", 1860), ("1860s", 1860), ("1h", 3600)]
)
def test_a_length_of_time(text: str, found: float) -> None:
    assert seconds(text, "--wait-up-to") == found


@pytest.mark.parametrize("text", ["", "-1", "half an hour", "25h", "1.5m"])
def test_a_length_that_is_none_is_one_line(text: str) -> None:
    with pytest.raises(Mistake) as raised:
        seconds(text, "--wait-up-to")
    assert raised.value.field == "--wait-up-to"


def test_a_place_that_is_free_is_found_whatever_stands_first() -> None:
    slots = [
        {"slot_id": "S1", "left": 0},
        {"slot_id": "S2", "left": 3},
        {"slot_id": "S3"},
        {"slot_id": "S4", "left": 1},
    ]
    answer = {"state": "done", "result": {"doctors": [{"slots": []}, {"slots": slots}]}}
    found = picked("list_doctors", answer)
    assert [slot["slot_id"] for slot in found["free"]] == ["S2", "S4"]
    assert found["last_free"]["slot_id"] == "S4"
    assert picked("list_doctors", {"state": "done", "result": {"doctors": []}}) == {"free": []}
    assert picked("prescribe", answer) == {}


def test_a_step_is_for_some_answers_only() -> None:
    saved = {"改单": {"state": "done"}, "甲": {"person": "P1"}}
    assert holds({}, saved)
    assert holds({"改单": "done"}, saved)
    assert holds({"改单": ["accepted", "done"]}, saved)
    assert not holds({"改单": "refused"}, saved)
    assert not holds({"没有": "done"}, saved)
