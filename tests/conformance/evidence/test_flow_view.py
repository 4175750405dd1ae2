"""One flow: notices and their notes, orders without answers, masks, amounts."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.evidence.flow_view import FlowView
from conformance.evidence.records import Message
from conformance.evidence.values import amounts_of, balanced, child, fen, key_of, rows, same, text, whole


def test_masked_values_are_equal_by_their_digest() -> None:
    assert same("AUTH~0123456789", "16~0123456789")
    assert not same("AUTH~0123456789", "AUTH~9876543210")
    assert same("plain", "plain")
    assert key_of("a~b") == "b"


@pytest.mark.parametrize("value", [None, 3, "x", [], True, {"a": 1}])
def test_reading_never_raises(value: Any) -> None:
    assert child(value, "x", "y") == {}
    assert text(value, "x") == ""
    assert rows(value, "x") == ()
    assert whole(value, "x") is None
    assert fen(value, "x") is None
    assert amounts_of({} if not isinstance(value, dict) else value) is None


def test_members_of_another_type_read_as_empty() -> None:
    data = {"flag": True, "number": 7, "list": [1, {"a": 1}], "yuan": "1.005"}
    assert (text(data, "flag"), text(data, "number")) == ("", "7")
    assert rows(data, "list") == ({"a": 1},)
    assert (whole(data, "flag"), fen(data, "yuan")) == (None, None)


def test_balance_counts_the_other_part() -> None:
    data = {"feeSumamt": "10.00", "fundPay": "5.00", "psnAcctPay": "2.00", "ownPayAmt": "2.00"}
    assert not balanced(data)
    assert balanced({**data, "othFeeAmt": "1.00"})
    assert not balanced({"feeSumamt": "10.00"})


def test_a_bad_fact_wins_over_a_good_one_of_the_same_name() -> None:
    message = Message({"facts": [{"n": "schema", "ok": False}, {"n": "schema", "ok": True}]})
    assert message.bad("schema")
    assert not message.good("schema")


def test_a_dropped_notice_has_a_note_and_no_message(story: Any) -> None:
    told = story()
    told.lost_notice()
    told.lost_notice(fault="status_before", status=502)
    told.notice(kind="plan")
    told.notice(kind="forged", accepted=False)
    kinds = [(one.kind, one.acknowledged, one.genuine) for one in told.flow().notices]
    assert kinds == [("plan", True, True), ("forged", False, False)]


def test_a_notice_spoiled_on_its_way_is_not_genuine(story: Any) -> None:
    told = story()
    told.notice(faults={"tamper_request_sign": "before_open", "drop_response": "after_seal"}, accepted=False)
    told.notice(faults={"drop_response": "after_seal"}, accepted=False)
    told.notice()
    assert [one.genuine for one in told.flow().notices] == [False, True, True], "only its answer was lost"
    assert [one.mark.faults for one in told.flow().notices] == [("tamper_request_sign",), (), ()]


def test_a_note_belongs_to_the_message_it_names_and_to_no_other(story: Any) -> None:
    told = story()
    first = told.message("6302", "request", {"payOrdId": "ORD1"}, ours=True)
    second = told.message("6302", "request", {"payOrdId": "ORD1"}, ours=True)
    for link, kind in ((second, "altered"), (first, "repeat"), (99, "forged")):
        told.add("world", "P1", what="notice", link=link, d={"kind": kind, "sent": True, "accepted": True})
    told.add("world", "P1", what="notice", d={"kind": "forged", "sent": True, "accepted": False})
    told.add(
        "world", "P2", what="fault", link=second, d={"name": "tamper_request_sign", "stage": "before_open"}
    )
    found = told.flow().notices
    assert [(one.kind, one.acknowledged, one.genuine) for one in found] == [
        ("repeat", True, True),
        ("altered", True, False),
    ]


def test_an_upload_without_answer_belongs_to_the_order_the_world_made(story: Any) -> None:
    told = story()
    told.upload(lost=True)
    told.order("0")
    order = told.flow().orders[0]
    assert (order.pay_ord_id, order.med_org_ord, order.state) == ("ORD1", "M1", "0")
    lonely = story()
    lonely.upload(lost=True)
    assert lonely.flow().orders == ()


def test_the_centres_own_note_of_amounts_comes_first(story: Any) -> None:
    told = story()
    told.upload()
    told.place(answer={"fundPay": "99.00"}, faults=["reply"])
    detail = {"medOrgOrd": "M1", "total": 6000, "fund": 3000, "account": 900, "cash": 2100}
    told.add("world", "P1", what="order", d={"key": "ORD1", "before": "0", "after": "1", "detail": detail})
    assert told.flow().orders[0].amounts == {"total": 6000, "fund": 3000, "account": 900, "cash": 2100}
    bare = story()
    bare.upload()
    bare.place(faults=["reply"])
    assert bare.flow().orders[0].amounts is None


def test_an_empty_flow_is_an_empty_view() -> None:
    flow = FlowView("x", ())
    assert (flow.last, flow.window_s, flow.orders, flow.calls, flow.probes, flow.sealed) == (
        0,
        "0.0",
        (),
        (),
        (),
        (),
    )
    assert flow.final("P1") is None
    assert flow.order("ORD1") is None


def test_a_call_without_an_answer_reads_as_empty(story: Any) -> None:
    told = story()
    told.add("driver", "P1", what="call", d={"action": "pay", "args": {}})
    call = told.flow().calls[0]
    assert (call.state, call.code, call.shown, call.pay_ord_id, call.end, call.records) == (
        "",
        "",
        "",
        "",
        2,
        (2,),
    )


def test_an_answer_that_could_not_be_read_is_neither_yes_nor_no(story: Any) -> None:
    told = story()
    seq = told.message("6301", "request", {}, ours=False)
    told.message("6301", "response", None, ours=True, link=seq, status=502)
    exchange = told.flow().exchanges("6301")[0]
    assert (exchange.code, exchange.accepted, exchange.refused) == ("", False, False)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.opened) == (502, False)
