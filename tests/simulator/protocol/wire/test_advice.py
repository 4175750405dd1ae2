"""What a field leaves open is a note and never a refusal (contracts 10, issue 6 point 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.protocol.text.jsontext import Num
from simulator.protocol.wire.advice import advice_facts
from simulator.protocol.wire.opened import ADVISORY, notes
from simulator.protocol.wire.schema_facts import schema_fact

UPLOAD = "centre/6201.request"


def said(**data: Any) -> dict[str, str]:
    facts = advice_facts(UPLOAD, data)
    assert all(not fact.ok and fact.name in ADVISORY for fact in facts)
    assert notes(facts) == facts
    return {fact.name: str(fact.note) for fact in facts}


@pytest.mark.parametrize("place", ["106.551556,29.563009", "", "87.6,43.8", "not a place", "1e999,1"])
def test_a_place_that_may_be_right_is_not_spoken_of(place: str) -> None:
    assert said(uldLatlnt=place) == {}


@pytest.mark.parametrize("place", ["43.8,87.6", "29.563009,106.551556"])
def test_latitude_first_is_said_with_the_right_order(place: str) -> None:
    assert "应先写经度再写纬度" in said(uldLatlnt=place)["note.place"]


def test_a_place_out_of_range_is_refused_in_the_words_of_the_field() -> None:
    note = str(schema_fact("centre/6202.request", {"setlLatlnt": "29.563009,106.551556"}).note)
    assert "setlLatlnt(结算经纬度): 写成 经度,纬度: 十进制度数, 经度在前" in note
    assert "29.56" not in note.partition("例如")[0]


def test_price_times_quantity_is_held_against_the_line() -> None:
    fine = {"pric": "3.333333", "cnt": "3", "detItemFeeSumamt": "10.00"}
    off = {"pric": Num("12.50"), "cnt": 2, "detItemFeeSumamt": "12.50"}
    note = said(feedetailList=[fine, off, {"pric": "x"}, {}, "no row"])["note.line_total"]
    assert (
        note
        == "单价 pric × 数量 cnt 与明细金额 detItemFeeSumamt 不等: 第 2 行 12.50 × 2 = 25.00, 写的是 12.50"
    )
    many = said(feedetailList=[off] * 9)["note.line_total"]
    assert many.endswith("第 5 行 12.50 × 2 = 25.00, 写的是 12.50; 另有 4 处")


def test_an_unknown_code_is_named_with_those_that_are_known_and_without_its_value() -> None:
    note = said(medType="ZZ9", insutype="310", diseinfoList=[{"diagType": "8"}, {"diagType": "7"}])[
        "note.codes"
    ]
    assert "medType(医疗类别) 的值不在已知代码 11, 12, 13, 14," in note
    assert "diseinfoList[1].diagType(诊断类别) 的值不在已知代码 1, 2, 3 之中" in note
    assert note.endswith("(见 docs/protocol/6201.md#request)")
    assert "ZZ9" not in note
    assert "insutype" not in note


def test_an_order_number_that_a_wallet_does_not_take() -> None:
    assert said(medOrgOrd="M" * 20) == {}
    assert "21 个字符" in said(medOrgOrd="M" * 21)["note.order_number"]


def test_what_is_no_object_or_has_no_table_is_left_alone() -> None:
    assert advice_facts(UPLOAD, None) == ()
    assert advice_facts("nothing.request", {"medType": "ZZ"}) == ()


def test_an_upload_with_notes_is_answered_as_one_without(desk: Callable[..., Any]) -> None:
    answers = []
    for more in ({}, {"uldLatlnt": "29.563009,106.551556", "medType": "ZZ9"}):
        world = desk()
        auth = world.authorise()
        data = {
            **world.upload_data(auth, world.register(auth), [("A001", "100.00")]),
            "uldLatlnt": "1,1",
            **more,
        }
        reply = world.call("6201", data)
        answers.append((reply.code, str(reply.message), sorted(reply.data)))
    assert answers[0] == answers[1]
