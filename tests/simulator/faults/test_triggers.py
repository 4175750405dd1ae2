"""One table for header, amount tail and control API: unique, complete, and naming things that exist."""

from __future__ import annotations

import pytest

from simulator.faults import FAULTS
from simulator.faults.triggers import TRIGGERS, by_amount, by_case, by_header
from simulator.protocol.model.person import with_policy
from simulator.protocol.model.shard import PatientPolicy
from simulator.protocol.text.jsontext import Num


def test_cases_and_tails_are_unique():
    assert len({row.case for row in TRIGGERS}) == len(TRIGGERS)
    assert len({row.tail for row in TRIGGERS}) == len(TRIGGERS)
    assert all(1 <= row.tail <= 99 for row in TRIGGERS)


def test_every_row_arms_one_thing_that_exists():
    known = {fault.name: {param.name for param in fault.params} for fault in FAULTS}
    for row in TRIGGERS:
        assert sum((bool(row.fault), row.reply is not None, bool(row.policy))) == 1, row.case
        if row.fault:
            assert set(row.params) <= known[row.fault], row.case
        assert with_policy(PatientPolicy(), row.policy), row.case


@pytest.mark.parametrize(
    ("total", "case"),
    [
        ("30.02", "MP-FLT-02"),
        (Num("0.01"), "MP-FLT-01"),
        ("30.00", None),
        ("30.99", None),
        ("x", None),
        (None, None),
        ({}, None),
        ("", None),
    ],
)
def test_amount_tail(total, case):
    found = by_amount("medfeeSumamt", {"medfeeSumamt": total})
    assert (found.case if found else None) == case


def test_amounts_are_read_where_the_order_is_made_only():
    assert by_amount("medfeeSumamt", []) is None
    assert by_amount("medfeeSumamt", {}) is None


def test_header_arms_at_its_own_interface_or_where_the_order_is_made():
    assert by_header("6201", "MP-FLT-02", True).case == "MP-FLT-02"
    assert by_header("6202", "MP-FLT-02", False).case == "MP-FLT-02"
    assert by_header("1101", "MP-FLT-02", False) is None
    assert by_header("6201", "", True) is None
    assert by_header("6201", "MP-NOTHING", True) is None
    assert by_case("MP-NOTHING") is None
