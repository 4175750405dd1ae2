"""A profile may cut rows out of the order table, timers may come late, ids may belong to nobody: money stays put."""

from __future__ import annotations

import pytest

from simulator.centre import state as centre_state

MIXED = {"balance": 1000, "ratio": 50}


def cut(*rows):
    return {
        "states.extra_transitions": [
            {"before": before, "event": event, "after": ""} for before, event in rows
        ]
    }


def test_without_its_row_an_upload_is_refused(desk):
    world = desk(options=cut(("", "upload")))
    auth = world.authorise()
    data = world.upload_data(auth, world.register(auth), [("A001", "1.00")])
    assert world.call("6201", data).code == "LT-ORDER-STATE"
    assert not world.orders


def test_without_its_row_a_presettlement_is_refused(desk):
    world = desk(options=cut(("0", "presettle")))
    data, order = world.upload()
    assert world.call("6202", world.pay_data(data, order)).code == "LT-ORDER-STATE"
    assert world.state(order) == "0"


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (("1", "confirm"), "1"),
        (("2", "cash_paid"), "2"),
        (("3", "medical_paid"), "3"),
        (("4", "institution_done"), "4"),
        (("5", "all_done"), "5"),
    ],
)
@pytest.mark.parametrize("before_reply", [False, True])
def test_a_settlement_stops_where_the_table_ends_and_money_with_it(desk, row, state, before_reply):
    world = desk(options=cut(row), policy={"before_reply": before_reply}, **MIXED)
    _, order = world.pay()
    assert world.state(order) == state
    assert not world.notices
    kept = world.orders[order["payOrdId"]]
    assert world.balance + kept.account_paid == 1000
    assert world.bank.balance + kept.cash_paid == 100_000
    assert world.timers.keys() <= {f"expire:{order['payOrdId']}"}, "no timer turns for ever"


def test_a_profile_may_add_rows(desk):
    world = desk(options={"states.extra_transitions": [{"before": "2", "event": "revoke", "after": "12"}]})
    _, order = world.place()
    world.advance(310)
    assert world.call("6401", world.query_data(order)).success
    world.advance(5_000)
    assert world.state(order) == "12"


@pytest.mark.parametrize("refund", ["ok", "cash_fail"])
def test_without_its_row_a_refund_is_refused(desk, refund):
    world = desk(options=cut(("6", "refund_all"), ("6", "refund_hi")), policy={"refund": refund}, **MIXED)
    _, order = world.pay()
    before = (world.balance, world.bank)
    auth = world.authorise()
    reply = world.call("6203", world.refund_data(order, payAuthNo=auth))
    assert reply.code == "LT-REFUND-STATE"
    assert (world.balance, world.bank) == before
    assert world.shard.core.auths[auth].bound == ""


def test_the_half_of_a_refund_that_has_no_row_is_refused(desk):
    world = desk(options=cut(("6", "refund_hi")), policy={"refund": "cash_fail"}, **MIXED)
    _, order = world.pay()
    before = world.balance
    assert world.call("6203", world.refund_data(order, payAuthNo=world.authorise())).code == "LT-REFUND-STATE"
    assert world.balance == before


@pytest.mark.parametrize("then", ["succ", "fail"])
def test_an_undecided_refund_without_a_way_out_stays_undecided(desk, then):
    options = cut(("17", "refund_all"), ("17", "refund_failed"))
    world = desk(options=options, policy={"refund": "exp", "refund_then": then}, **MIXED)
    _, order = world.pay()
    data = world.refund_data(order, payAuthNo=world.authorise())
    world.call("6203", data)
    balance = world.balance
    world.advance(60_000)
    assert world.call("6203", data).data["refStatus"] == "EXP"
    assert (world.state(order), world.balance) == ("17", balance)


def test_events_about_nothing_change_nothing(desk):
    world = desk()
    _, order = world.pay()
    before = world.shard
    for name in ("order.confirmed", "order.settle", "order.expire"):
        world.act(name, payOrdId="ORD9")
        world.act(name, payOrdId=order["payOrdId"])
        world.act(name)
    world.act("refund.resolve", appRefdSn="R9")
    world.act("patient.idle")
    assert world.shard is before


def test_lines_of_someone_else_or_of_no_visit_are_refused(desk):
    world = desk()
    auth = world.authorise()
    data = world.upload_data(auth, world.register(auth), [("A001", "1.00")])
    (line,) = data["feedetailList"]
    for change, code in (({"mdtrtId": "M9"}, "LT-VISIT-UNKNOWN"), ({"psnNo": "9"}, "LT-PERSON-MISMATCH")):
        assert world.call("6201", {**data, "feedetailList": [{**line, **change}]}).code == code
    twice = {**data, "medfeeSumamt": "2.00", "feedetailList": [line, line]}
    assert world.call("6201", twice).code == "LT-FIELD-VALUE"


def test_bills_of_two_visits_can_be_one_order(desk):
    world = desk()
    auth = world.authorise()
    first, second = world.register(auth), world.register(auth)
    data = world.upload_data(auth, first, [("A001", "1.00"), ("A002", "2.00")])
    data["feedetailList"][1]["mdtrtId"] = second
    assert world.call("6201", data).success


def test_an_authorisation_of_another_institution_is_refused(desk):
    from dataclasses import replace

    world = desk()
    auth = world.authorise()
    visit = world.register(auth)
    for change in ({"institution": "H50999900009"}, {"app_id": "APP-OTHER"}):
        world.shard = world.shard.with_auth(replace(world.shard.core.auths[auth], bound="", **change))
        reply = world.call("6201", world.upload_data(auth, visit, [("A001", "1.00")]))
        assert reply.code == "LT-AUTH-INSTITUTION"


def test_6202_sees_a_visit_cancelled_or_a_person_admitted_meanwhile(desk):
    world = desk()
    data, order = world.upload()
    number = world.shard.core.visits[data["mdtrtId"]].ipt_otp_no
    visit = {"psn_no": world.shard.core.psn_no, "mdtrt_id": data["mdtrtId"], "ipt_otp_no": number}
    assert world.call("2202", visit).success
    assert world.call("6202", world.pay_data(data, order)).code == "LT-VISIT-CLOSED"
    world = desk()
    data, order = world.upload()
    world.shard = world.shard.with_core(inpatient=True)
    assert world.call("6202", world.pay_data(data, order)).code == "LT-PERSON-INPATIENT"


def test_with_loose_single_use_6202_may_bring_another_authorisation(desk):
    world = desk(options={"auth.single_use": False})
    data, order = world.upload()
    assert world.call("6202", world.pay_data(data, order, payAuthNo=world.authorise())).success


def test_a_failed_order_can_neither_be_revoked_nor_refunded(desk):
    world = desk(policy={"medical": "fail"}, **MIXED)
    _, order = world.pay()
    assert world.call("6401", world.query_data(order)).code == "LT-ORDER-STATE"
    data = world.refund_data(order, payAuthNo=world.authorise())
    assert world.call("6203", data).code == "LT-REFUND-STATE"


def test_an_identity_number_of_another_kind_has_no_birthday(desk):
    world = desk(id_no="H12345678", id_type="06")
    auth = world.authorise()
    base = world.call("1101", {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth}).data["baseinfo"]
    assert (base["gend"], base["brdy"], base["age"]) == ("9", "", "0.0")


def test_the_last_order_is_the_newest(desk):
    world = desk(balance=0, ratio=0)
    assert centre_state.of(world.shard).last_order is None
    world.upload()
    _, second = world.upload()
    assert centre_state.of(world.shard).last_order.pay_ord_id == second["payOrdId"]
