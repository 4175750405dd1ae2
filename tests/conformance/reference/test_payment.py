"""Pay: the order of messages, what is shown, and what is done when an answer is lost or refused."""

from __future__ import annotations

import asyncio

from conformance.reference import received_notices
from conformance.reference.answers import PeerAnswer

LOST = PeerAnswer("unknown")


def test_a_payment_goes_through_all_systems_in_order_and_waits_for_the_patient(bench, run):
    async def story():
        hospital = bench()
        reply = await hospital.pay(await hospital.bill())
        assert hospital.wire.order == ["userQuery", "1101", "2201", "6201", "6202"]
        assert (reply.state, reply.show, reply.status) == ("accepted", "pending", 202)
        assert reply.result["amounts"] == {
            "total": 8550,
            "cash": 2500,
            "account": 1050,
            "fund": 5000,
            "other": 0,
        }
        assert not hospital.books.booked(hospital.last)
        upload, order = hospital.wire.of("6201")[0], hospital.wire.of("6202")[0]
        assert upload["medfeeSumamt"] == "85.50"
        parts = (upload["fulamtOwnpayAmt"], upload["preselfpayAmt"], upload["inscpScpAmt"])
        assert parts == ("5.00", "2.05", "78.45")
        assert order["chrgBchno"] == upload["chrgBchno"]
        assert (order["payOrdId"], order["payToken"], order["payAuthNo"]) == ("ORD1", "TOK1", "AUTH1")

    run(story())


def test_it_is_booked_once_however_often_it_is_told(bench, run):
    async def story():
        hospital = bench()
        await hospital.pay(await hospital.bill())
        for _ in range(3):
            assert received_notices.receive(hospital.hospital, hospital.notice()) == received_notices.OK
            await hospital.settle()
        state = await hospital.act("order_state")
        assert state.result["booked_count"] == 1
        assert (state.result["order_state"], state.show) == ("paid", "success")

    run(story())


def test_two_clicks_at_once_make_one_order(bench, run):
    async def story():
        hospital = bench()
        bill = await hospital.bill()
        replies = await asyncio.gather(hospital.pay(bill, auth_code="c"), hospital.pay(bill, auth_code="c"))
        assert sorted(reply.code for reply in replies) == ["", "BILL_BUSY"]
        assert len(hospital.wire.of("6201")) == 1

    run(story())


def test_a_lost_6201_is_sent_again_with_the_same_number_and_content(bench, run):
    async def story():
        hospital = bench()
        hospital.wire.say("6201", LOST, LOST)
        reply = await hospital.pay(await hospital.bill())
        first, second, third = hospital.wire.of("6201")
        assert first == second == third
        assert reply.state == "accepted"

    run(story())


def test_a_6201_lost_for_good_stays_open_until_it_expires(bench, run):
    async def story():
        hospital = bench()
        hospital.wire.say("6201", LOST, LOST, LOST)
        bill = await hospital.bill()
        reply = await hospital.pay(bill)
        assert (reply.state, reply.result["order_state"]) == ("accepted", "created")
        assert (await hospital.pay(bill)).code == "BILL_BUSY"
        await hospital.act("clock", advance_ms=30 * 60_000, flow="f")
        assert hospital.last.state == "failed"
        assert "6401" not in hospital.wire.order
        assert (await hospital.pay(bill, pay_auth_no="AUTH-NEW", auth_code=None)).state == "accepted"

    run(story())


def test_an_unknown_6202_is_asked_about_before_it_is_repeated(bench, run):
    async def story():
        hospital = bench()
        hospital.wire.say("6202", LOST)
        hospital.wire.say("6301", PeerAnswer("ok", {"payOrdId": "ORD1", "ordStas": "1"}))
        reply = await hospital.pay(await hospital.bill())
        assert hospital.wire.order[-3:] == ["6202", "6301", "6202"]
        first, second = hospital.wire.of("6202")
        assert first["orgBizSer"] != second["orgBizSer"]
        assert {**first, "orgBizSer": ""} == {**second, "orgBizSer": ""}
        assert reply.state == "accepted"

    run(story())


def test_an_unknown_6202_that_was_settled_is_booked_from_the_query(bench, run):
    async def story():
        hospital = bench()
        hospital.wire.say("6202", LOST)
        reply = await hospital.pay(await hospital.bill())
        assert len(hospital.wire.of("6202")) == 1
        assert (reply.state, reply.show) == ("done", "success")

    run(story())


def test_amounts_that_do_not_add_up_are_neither_shown_nor_booked(bench, run):
    async def story():
        hospital = bench()
        hospital.wire.say("6202", PeerAnswer("ok", {"payOrdId": "ORD1", "feeSumamt": "85.50", "fundPay": "1.00",
                                                "psnAcctPay": "10.50", "ownPayAmt": "25.00"}))  # fmt: skip
        hospital.wire.say("6301", PeerAnswer("ok", {"ordStas": "1"}))
        reply = await hospital.pay(await hospital.bill())
        assert (reply.code, reply.show) == ("AMOUNT", "failed")
        assert "amounts" not in reply.result
        assert hospital.wire.order[-1] == "6401"

    run(story())


def test_a_refused_6202_is_closed_at_the_centre_before_the_patient_is_told(bench, run):
    async def story():
        hospital = bench()
        hospital.wire.say("6202", PeerAnswer("refused", code="9999", message="未知"))
        hospital.wire.say("6301", PeerAnswer("ok", {"ordStas": "0"}))
        reply = await hospital.pay(await hospital.bill())
        assert hospital.wire.order[-2:] == ["6301", "6401"]
        assert (reply.code, reply.show) == ("DECLINED", "failed")

    run(story())


def test_a_refused_6202_that_cannot_be_closed_stays_pending(bench, run):
    async def story():
        hospital = bench()
        hospital.wire.say("6202", PeerAnswer("refused", code="9999", message="未知"))
        hospital.wire.say("6301", LOST, LOST)
        hospital.wire.say("6401", LOST, LOST, LOST)
        reply = await hospital.pay(await hospital.bill())
        assert (reply.state, reply.show) == ("accepted", "pending")

    run(story())


def test_an_authorisation_pays_one_order(bench, run):
    async def story():
        hospital = bench()
        await hospital.pay(await hospital.bill(), auth_code="same")
        reply = await hospital.pay(await hospital.bill(), auth_code="same")
        assert reply.code == "AUTH_USED"
        assert len(hospital.wire.of("6201")) == 1

    run(story())


def test_who_may_not_pay(bench, run):
    async def story():
        cases = {
            "CREDENTIAL": PeerAnswer("refused", message="已取消"),
            "OTHER": LOST,
            "NOT_OWNER": PeerAnswer("ok", {"pay_auth_no": "AUTH9", "user_card_no": "119999199001010020"}),
            "FAMILY_NOT_OFFERED": PeerAnswer("ok", {"family_pay_auth_no": "AUTH9"}),
        }
        for code, answer in cases.items():
            hospital = bench()
            hospital.wire.say("userQuery", answer)
            reply = await hospital.pay(await hospital.bill())
            assert (reply.code, reply.show) == (code, "failed")
            assert "6201" not in hospital.wire.order
        hospital = bench()
        bill = await hospital.bill()
        assert (
            await hospital.act("pay", bill_ids=[bill], mode="A", channel="bank")
        ).code == "IDENTITY_REQUIRED"
        assert (await hospital.pay(bill, ec_code="x")).code == "CREDENTIAL"

    run(story())


def test_bills_paid_together_share_one_order_and_one_visit(bench, run):
    async def story():
        hospital = bench()
        first, second = await hospital.bill(), await hospital.bill()
        await hospital.pay(first, second)
        (upload,) = hospital.wire.of("6201")
        assert (upload["medfeeSumamt"], len(upload["feedetailList"])) == ("171.00", 6)
        await hospital.pay(await hospital.bill())
        assert len(hospital.wire.of("2201")) == 1

    run(story())


def test_the_account_flag_is_what_the_patient_chose(bench, run):
    async def story():
        for chosen, flag in ((True, "1"), (False, "0"), (None, "")):
            hospital = bench()
            await hospital.pay(await hospital.bill(), acct_used=chosen)
            assert hospital.wire.of("6202")[0]["acctUsedFlag"] == flag

    run(story())


def test_a_free_registration_sends_nothing(bench, run):
    async def story():
        hospital = bench()
        row = (await hospital.act("register_today", doctor_id="DR01", fee=0)).result
        reply = await hospital.act("pay", bill_ids=[row["bill_id"]], mode="A", channel="insurance_app")
        assert (reply.state, hospital.wire.order) == ("done", [])

    run(story())
