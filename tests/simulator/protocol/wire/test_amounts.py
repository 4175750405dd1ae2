from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.protocol.text.jsontext import Num
from simulator.protocol.text.money import to_yuan
from simulator.protocol.wire.amounts import PATHS_LISTED, amount_facts
from simulator.protocol.wire.facts import named


def outcome(interface: str, part: str, data: Any) -> dict[str, bool]:
    return {fact.name: fact.ok for fact in amount_facts(interface, part, data)}


def lines(*amounts: object) -> list[dict[str, object]]:
    return [{"detItemFeeSumamt": amount} for amount in amounts]


@pytest.mark.parametrize(
    ("interface", "part", "data", "expected"),
    [
        (
            "6201",
            "request",
            {"medfeeSumamt": "30.00", "feedetailList": lines("10", Num("20.00"))},
            {"amounts.form": True, "amounts.detail_sum": True},
        ),
        (
            "6201",
            "request",
            {"medfeeSumamt": "30.01", "feedetailList": lines("10", "20")},
            {"amounts.form": True, "amounts.detail_sum": False},
        ),
        (
            "6201",
            "request",
            {"medfeeSumamt": "30", "feedetailList": lines("10", "20.005")},
            {"amounts.form": False},
        ),
        ("6201", "request", {"medfeeSumamt": "30", "feedetailList": [1, None]}, {"amounts.form": False}),
        ("6201", "request", {"medfeeSumamt": "30", "feedetailList": []}, {"amounts.form": True}),
        ("6201", "request", {"medfeeSumamt": "30", "feedetailList": "x"}, {"amounts.form": True}),
        ("6201", "request", {"feedetailList": lines("-1")}, {"amounts.form": False}),
        ("6201", "request", {"feedetailList": lines("1")}, {}),
        (
            "6201",
            "request",
            {"medfeeSumamt": "3", "fulamtOwnpayAmt": "1", "preselfpayAmt": "1", "inscpScpAmt": "1"},
            {"amounts.form": True, "amounts.split": True},
        ),
        (
            "6201",
            "request",
            {"medfeeSumamt": "3", "fulamtOwnpayAmt": "1", "preselfpayAmt": "1", "inscpScpAmt": "1.01"},
            {"amounts.form": True, "amounts.split": False},
        ),
        ("6201", "request", {"medfeeSumamt": "3", "inscpScpAmt": "1"}, {"amounts.form": True}),
        (
            "6202",
            "response",
            {"feeSumamt": "12.50", "ownPayAmt": "2.50", "psnAcctPay": "3.00", "fundPay": "7.00"},
            {"amounts.form": True, "amounts.balance": True},
        ),
        (
            "6302",
            "request",
            {"feeSumamt": "12.50", "ownPayAmt": "2.50", "psnAcctPay": "3", "fundPay": "6", "othFeeAmt": "1"},
            {"amounts.form": True, "amounts.balance": True},
        ),
        (
            "6301",
            "response",
            {"feeSumamt": "12.50", "ownPayAmt": "2.50", "fundPay": "7.00", "delvFee": "3.00"},
            {"amounts.form": True, "amounts.balance": False},
        ),
        ("6301", "response", {"feeSumamt": "1", "fundPay": "x"}, {"amounts.form": False}),
        ("6301", "response", {"ordStas": "0"}, {}),
        (
            "6203",
            "request",
            {"totlRefdAmt": "3", "cashRefdAmt": "1", "psnAcctRefdAmt": "1", "fundRefdAmt": "1"},
            {"amounts.form": True, "amounts.refund_sum": True},
        ),
        (
            "6203",
            "request",
            {"totlRefdAmt": "15.54", "cashRefdAmt": "1.00", "psnAcctRefdAmt": "1.00", "fundRefdAmt": "0"},
            {"amounts.form": True, "amounts.refund_sum": False},
        ),
        (
            "6203",
            "request",
            {"totlRefdAmt": "3", "cashRefdAmt": "3", "psnAcctRefdAmt": None, "fundRefdAmt": ""},
            {"amounts.form": True, "amounts.refund_sum": True},
        ),
        ("6203", "request", {"totlRefdAmt": "3", "cashRefdAmt": True}, {"amounts.form": False}),
        ("6203", "request", {"cashRefdAmt": "3"}, {"amounts.form": True}),
        ("6201", "request", None, {}),
        ("6201", "request", [], {}),
    ],
)
def test_each_sum_is_stated_where_it_applies(
    interface: str, part: str, data: Any, expected: dict[str, bool]
) -> None:
    assert outcome(interface, part, data) == expected


def test_a_difference_is_told_in_yuan() -> None:
    data = {"medfeeSumamt": "0.30", "feedetailList": lines("0.10", "0.21")}
    fact = named(amount_facts("6201", "request", data), "amounts.detail_sum")
    assert fact is not None
    assert fact.data == {"details": 31, "total": 30}
    assert "相差 0.01 元" in str(fact.note)


def test_wrong_amounts_are_named_and_the_list_is_bounded() -> None:
    data = {"medfeeSumamt": "1e2", "feedetailList": lines(*["x"] * 100)}
    (fact,) = amount_facts("6201", "request", data)
    assert fact.data["count"] == 101
    assert fact.data["fields"][:2] == ["medfeeSumamt", "feedetailList[0].detItemFeeSumamt"]
    assert len(fact.data["fields"]) == PATHS_LISTED


@given(st.lists(st.integers(0, 10**8), min_size=4, max_size=4))
def test_a_balanced_total_is_balanced(parts: list[int]) -> None:
    names = ("ownPayAmt", "psnAcctPay", "fundPay", "othFeeAmt")
    data = {name: to_yuan(fen) for name, fen in zip(names, parts, strict=True)}
    data["feeSumamt"] = to_yuan(sum(parts))
    assert outcome("6202", "response", data)["amounts.balance"]
    data["feeSumamt"] = to_yuan(sum(parts) + 1)
    assert not outcome("6202", "response", data)["amounts.balance"]


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["medfeeSumamt", "feedetailList", "detItemFeeSumamt", "feeSumamt"]), inner
        )
    ),
)


@given(st.sampled_from(["6201", "6202", "6203", "6301"]), st.sampled_from(["request", "response"]), JSON)
def test_no_data_makes_it_raise(interface: str, part: str, data: Any) -> None:
    for fact in amount_facts(interface, part, data):
        json.dumps(fact.as_json())
