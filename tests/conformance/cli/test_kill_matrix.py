"""The kill matrix names twins and mutants that nobody but the simulator caught."""

from __future__ import annotations

from conformance.cli.kill_matrix import caught_by_the_simulator, own_checks, twins
from conformance.ledger import load

GROUPS = {"REQ-REFUND-001": "REQ", "EXP-CALL-001": "EXP", "RFD-AUTH-001": "RFD"}
COVERS = {"refund/two": ["MP-RFD-06"], "refund/over": ["MP-RFD-09"]}
OWN = own_checks(load())


def test_mutants_with_the_same_failing_pairs_are_twins() -> None:
    pair = ("PAY-SUM-001", "pay/a")
    found = {"one": [pair], "two": [pair], "three": [pair, ("PAY-SUM-001", "pay/b")], "four": [], "five": []}
    assert twins(found) == [("one", "two")]


def test_a_refusal_alone_catches_nothing_where_the_vendor_has_to_check() -> None:
    assert {"MP-RFD-06", "MP-NTF-05"} <= OWN
    assert "MP-RFD-09" not in OWN
    hollow = ("EXP-CALL-001", "refund/two")
    assert caught_by_the_simulator([hollow], GROUPS, COVERS, OWN) == [hollow]
    assert caught_by_the_simulator([hollow, ("RFD-AUTH-001", "refund/two")], GROUPS, COVERS, OWN) == []
    assert caught_by_the_simulator([("EXP-CALL-001", "refund/over")], GROUPS, COVERS, OWN) == []
    assert caught_by_the_simulator([("REQ-REFUND-001", "refund/two")], GROUPS, COVERS, OWN) == []
    assert caught_by_the_simulator([], GROUPS, COVERS, OWN) == []
