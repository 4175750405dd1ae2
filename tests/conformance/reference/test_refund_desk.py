"""Refund: what is judged at the counter, what is sent, what SUCC, FAIL, EXP and silence mean."""

from __future__ import annotations

import dataclasses

import pytest

from conformance.reference import refund_desk
from conformance.reference.answers import PeerAnswer

LOST = PeerAnswer("unknown")


def test_a_whole_order_goes_back_with_a_fresh_identity(bench, run):
    async def story():
        hospital = bench()
        bill = await hospital.paid()
        reply = await hospital.refund(bill)
        (sent,) = hospital.wire.of("6203")
        assert (sent["refdType"], sent["totlRefdAmt"], sent["cashRefdAmt"]) == ("ALL", "85.50", "25.00")
        assert (sent["psnAcctRefdAmt"], sent["fundRefdAmt"]) == ("10.50", "50.00")
        assert sent["payAuthNo"] != hospital.last.credential
        assert "ecToken" not in sent
        assert len(sent["appRefdTime"]) == 14
        assert (reply.state, reply.show, reply.refs["refundNo"]) == ("done", "success", sent["appRefdSn"])
        state = (await hospital.act("order_state")).result
        assert (state["order_state"], state["booked_count"], len(state["refunds"])) == ("refunded", 1, 1)
        assert (await hospital.refund(bill)).code == "OVER_PAID"

    run(story())


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"auth_code": None}, "IDENTITY_REQUIRED"),
        ({"pay_auth_no": "AUTH9"}, "CREDENTIAL"),
        ({"auth_code": None, "pay_auth_no": "AUTH1"}, "AUTH_USED"),
        ({"refd_type": "PART"}, "REFUND_TYPE"),
        ({"refd_type": "CASH", "amounts": {"cash": 100, "account": 100}}, "REFUND_TYPE"),
        ({"refd_type": "HI", "amounts": {"cash": 100, "account": 1050, "fund": 5000}}, "REFUND_TYPE"),
        ({"refd_type": "CASH", "amounts": {"cash": 2501}}, "OVER_PAID"),
        ({"refd_type": "HI", "amounts": {"account": 1050, "fund": 4999}}, "WHOLE_ORDER"),
        ({"refd_type": "ALL", "amounts": {"cash": 100, "account": 1050, "fund": 5000}}, "WHOLE_ORDER"),
        ({"refd_type": "CASH", "amounts": {"cash": -1}}, "AMOUNT"),
        ({"refd_type": "CASH", "amounts": {"cash": 100, "total": 99}}, "AMOUNT"),
        ({"refd_type": "CASH", "amounts": {"cash": 0}}, "AMOUNT"),
        ({"items": []}, "WHOLE_PRESCRIPTION"),
        ({"items": [{"item_id": "I9"}]}, "BILL_UNKNOWN"),
    ],
)
def test_what_is_refused_at_the_counter_sends_no_6203(bench, run, args, code):
    async def story():
        hospital = bench()
        bill = await hospital.paid()
        reply = await hospital.refund(bill, **args)
        assert (reply.state, reply.code) == ("refused", code)
        assert reply.refs["payOrdId"] == "ORD1"
        assert "6203" not in hospital.wire.order
        assert hospital.last.state == "paid"

    run(story())


def test_part_of_a_prescription_and_part_of_an_order_are_refused(bench, run):
    async def story():
        hospital = bench()
        bill = await hospital.paid()
        line = hospital.books.bills[bill].items[0].item_id
        assert (await hospital.refund(bill, items=[{"item_id": line}])).code == "WHOLE_PRESCRIPTION"
        whole = [{"item_id": item.item_id} for item in hospital.books.bills[bill].items]
        less = [{**row, "cnt": "1"} for row in whole]
        assert (await hospital.refund(bill, items=less)).code == "WHOLE_PRESCRIPTION"
        await hospital.act("dispense", bill_id=bill)
        assert (await hospital.refund(bill)).code == "DISPENSED"

    run(story())


def test_one_bill_of_a_merged_order_does_not_go_back_alone(bench, run):
    async def story():
        hospital = bench()
        first, second = await hospital.bill(), await hospital.bill([{**row, "cnt": "1"} for row in LINES])
        hospital.wire.say("6202", PeerAnswer("ok", {"ordStas": "1", **WHOLE}))
        await hospital.pay(first, second)
        hospital.wire.say("6301", PeerAnswer("ok", {"ordStas": "6", **WHOLE}))
        await hospital.settle()
        assert (await hospital.refund(first)).code == "WHOLE_ORDER"
        reply = await hospital.act("refund_bill", bill_ids=[first, second], pay_auth_no="AUTH-NEW")
        assert (reply.state, reply.result["amount"]) == ("done", 8650)

    run(story())


LINES = [{"code": "A9", "name": "针剂", "price_text": "1.00"}]
WHOLE = {"feeSumamt": "86.50", "fundPay": "86.50", "psnAcctPay": "0.00", "ownPayAmt": "0.00"}


def test_cash_may_go_back_in_parts_and_the_rest_later(bench, run):
    async def story():
        hospital = bench()
        bill = await hospital.paid()
        assert (await hospital.refund(bill, refd_type="CASH", amounts={"cash": 500})).state == "done"
        assert hospital.last.state == "part_refunded"
        assert (await hospital.refund(bill, refd_type="HI")).result["amount"] == 6050
        assert (await hospital.refund(bill)).result["amount"] == 2000
        assert hospital.last.state == "refunded"

    run(story())


def test_a_lost_6203_is_repeated_under_its_number(bench, run):
    async def story():
        hospital = bench()
        bill = await hospital.paid()
        hospital.wire.say("6203", LOST, LOST)
        assert (await hospital.refund(bill)).state == "done"
        assert len({sent["appRefdSn"] for sent in hospital.wire.of("6203")}) == 1

    run(story())


def test_exp_is_neither_success_nor_failure_and_is_asked_again(bench, run, monkeypatch):
    monkeypatch.setattr(refund_desk, "ASK_AGAIN_S", (0.0, 0.0))

    async def story():
        hospital = bench()
        bill = await hospital.paid()
        hospital.wire.say(
            "6203", PeerAnswer("ok", {"refStatus": "EXP"}), PeerAnswer("ok", {"refStatus": "EXP"})
        )
        reply = await hospital.refund(bill)
        assert (reply.state, reply.show, reply.result["refund_state"]) == ("accepted", "pending", "pending")
        assert (await hospital.refund(bill)).code == "REFUND_PENDING"
        for task in list(hospital.hospital.tasks):
            await task
        assert hospital.last.state == "refunded"
        assert len({sent["appRefdSn"] for sent in hospital.wire.of("6203")}) == 1

    run(story())


@pytest.mark.parametrize(
    "answer", [PeerAnswer("ok", {"refStatus": "FAIL"}), PeerAnswer("refused", message="已清算")]
)
def test_fail_is_declined_and_the_order_stays_paid(bench, run, answer):
    async def story():
        hospital = bench()
        bill = await hospital.paid()
        hospital.wire.say("6203", answer)
        assert (await hospital.refund(bill)).code == "DECLINED"
        state = (await hospital.act("order_state")).result
        assert state["order_state"] == "paid"
        assert [row["state"] for row in state["refunds"]] == ["failed"]
        assert (await hospital.refund(bill)).state == "done"

    run(story())


def test_a_refunded_registration_gives_its_slot_back(bench, run):
    async def story():
        hospital = bench()
        row = (await hospital.act("register_today", doctor_id="DR01", fee=8550)).result
        await hospital.pay(row["bill_id"])
        await hospital.settle()
        left = hospital.books.left["r", row["slot_id"]]
        await hospital.act(
            "refund_registration", registration_id=row["registration_id"], pay_auth_no="AUTH-NEW"
        )
        rows = (await hospital.act("list_registrations")).result["registrations"]
        assert [one["state"] for one in rows] == ["refunded"]
        assert hospital.books.left["r", row["slot_id"]] == left + 1

    run(story())


def test_every_check_is_in_the_practice():
    written = {name for name in dir(refund_desk) if name.startswith("check_")}
    assert {check.__name__ for check in refund_desk.CHECKS} == written
    assert all(field.name for field in dataclasses.fields(refund_desk.Asked))
