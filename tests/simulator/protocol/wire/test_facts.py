"""The small shapes that everything passes through."""

from __future__ import annotations

import pytest

from simulator.protocol.model.profile import Profile
from simulator.protocol.wire.facts import Fact, first_bad, named
from simulator.protocol.wire.opened import ADVISORY, Opened
from simulator.protocol.wire.raw import RawMessage


def test_a_fact_in_evidence_leaves_out_what_is_empty() -> None:
    assert Fact("a", True).as_json() == {"n": "a", "ok": True}
    assert Fact("a", False, "话", {"x": 1}).as_json() == {"n": "a", "ok": False, "note": "话", "d": {"x": 1}}


def test_facts_are_found_by_name_and_by_order() -> None:
    facts = (Fact("a", True), Fact("b", False), Fact("c", False))
    assert first_bad(facts) == facts[1]
    assert first_bad(facts[:1]) is None
    assert named(facts, "c") == facts[2]
    assert named(facts, "d") is None


def test_advisory_facts_are_no_reason_to_refuse() -> None:
    advisory = tuple(Fact(name, False) for name in sorted(ADVISORY))
    assert Opened(advisory, {}, {}, "a").ok
    assert not Opened((*advisory, Fact("x", False)), {}, {}, "a").ok


def test_header_names_are_matched_in_any_case() -> None:
    raw = RawMessage("POST", "/", (("Content-Type", "a"), ("content-type", "b")), b"")
    assert raw.header("content-TYPE") == "a"
    assert raw.header("x") == ""


def test_an_override_of_an_unknown_option_is_our_mistake(profile: Profile) -> None:
    with pytest.raises(KeyError):
        profile.with_overrides({"no.such": 1})
    assert profile.with_overrides({"limits.depth": 5})["limits.depth"] == 5
