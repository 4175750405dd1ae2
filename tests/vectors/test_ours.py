"""Our own core against the sets of primitives."""

from __future__ import annotations

import pytest
import vector_deviations as deviations
import vector_oracles as oracles

OF_US = {"compressed": True, "hybrid": False, "SPKI": True}
"""What we do where either is fine."""


@pytest.mark.parametrize("name", deviations.PRIMITIVES)
def test_our_core_says_what_the_vectors_say(name: str) -> None:
    asked = list(deviations.accepted(name, deviations.one_by_one(oracles.OURS)))
    wrong = [
        f"{group['type']}: {test['comment']}"
        for group, test, ok in asked
        if test["result"] != "acceptable" and ok != (test["result"] == "valid")
    ]
    assert wrong == []
    assert len(asked) >= {"sm2_verify": 240, "sm3": 40, "sm4": 80}[name]


def test_what_is_acceptable_is_decided() -> None:
    asked = deviations.accepted("sm2_verify", deviations.one_by_one(oracles.OURS))
    assert {test["comment"]: ok for _, test, ok in asked if test["result"] == "acceptable"} == OF_US
