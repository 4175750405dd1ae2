from __future__ import annotations

import pytest

from simulator.protocol.model.order_table import (
    CANCELLED,
    EVENTS,
    FAILED,
    NEW,
    PROCESSING,
    SETTLED,
    STATE_STATUS,
    STATES,
    TRANSITIONS,
    next_state,
)
from simulator.protocol.model.profile import STATUSES, Profile


def test_states_0_to_17_each_with_its_confidence() -> None:
    assert list(STATES) == [str(code) for code in range(18)]
    assert set(STATE_STATUS) == set(STATES)
    assert set(STATE_STATUS.values()) <= set(STATUSES)


def test_every_row_names_known_states_and_events_once() -> None:
    seen = set()
    for row in TRANSITIONS:
        assert row.before in (NEW, *STATES)
        assert row.after in STATES
        assert row.event in EVENTS
        assert row.status in STATUSES
        assert row.source
        assert (row.before, row.event) not in seen
        seen.add((row.before, row.event))
    assert {row.event for row in TRANSITIONS} == set(EVENTS)


def test_every_state_is_reached_and_classified_once() -> None:
    reached = {NEW}
    while more := {row.after for row in TRANSITIONS if row.before in reached} - reached:
        reached |= more
    assert reached == {NEW, *STATES}
    assert sorted([*PROCESSING, *SETTLED, *CANCELLED, *FAILED, "17"], key=int) == list(STATES)


@pytest.mark.parametrize(
    ("events", "end"),
    [
        ("upload presettle confirm cash_paid medical_paid institution_done all_done", "6"),
        ("upload presettle confirm medical_paid institution_done all_done", "6"),
        ("upload presettle confirm cash_paid institution_done all_done", "6"),
        ("upload presettle presettle revoke", "12"),
        ("upload expire", "12"),
        ("upload presettle confirm cash_failed confirm give_up", "1"),
        ("upload presettle confirm cash_paid medical_failed", "15"),
        ("upload presettle confirm cash_paid cash_stuck", "16"),
        ("upload presettle confirm undecided", "14"),
    ],
)
def test_the_paths_of_the_sheet(events: str, end: str, profile: Profile) -> None:
    state: str | None = NEW
    for event in events.split():
        assert state is not None
        state = next_state(state, event, profile)
    assert state == end


def test_a_settled_order_is_neither_revoked_nor_expired(profile: Profile) -> None:
    for before in (*SETTLED, *CANCELLED, *FAILED, "2", "17"):
        assert next_state(before, "revoke", profile) is None
        assert next_state(before, "expire", profile) is None


def test_a_profile_adds_changes_and_removes_rows(profile: Profile) -> None:
    own = profile.with_overrides(
        {
            "states.extra_transitions": [
                {"before": "2", "event": "revoke", "after": "12"},
                {"before": "1", "event": "expire", "after": "15"},
                {"before": "0", "event": "revoke", "after": ""},
                {"before": 2, "event": "revoke", "after": 13},
            ]
        }
    )
    assert next_state("2", "revoke", own) == "13"
    assert next_state("1", "expire", own) == "15"
    assert next_state("0", "revoke", own) is None
    assert next_state("1", "revoke", own) == "12"
