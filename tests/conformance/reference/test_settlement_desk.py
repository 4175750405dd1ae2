"""Notices, queries, cancellation, expiry, reversal."""

from __future__ import annotations

import asyncio

import pytest

from conformance.reference import received_notices, settlement_desk
from conformance.reference.answers import PeerAnswer
from conformance.reference.hospital_values import OrderAmounts
from simulator.protocol.crypto.keys import private_key_from_seed

LOST = PeerAnswer("unknown")


@pytest.mark.parametrize(
    "changes",
    [
        {"fundPay": "49.99"},
        {"fundPay": "51.00", "ownPayAmt": "24.00"},
        {"medOrgOrd": "L9"},
        {"orgCode": "H1"},
        {"callType": "03"},
        {"traceTime": ""},
        {"ordStas": "7"},
        {"payOrdId": "ORD2"},
    ],
)
def test_a_notice_that_differs_from_the_order_is_neither_accepted_nor_booked(bench, run, changes):
    async def story():
        hospital = bench()
        await hospital.pay(await hospital.bill())
        status, answer = received_notices.receive(hospital.hospital, hospital.notice(**changes))
        assert status >= 400
        assert answer["success"] is False
        assert not hospital.books.bookings

    run(story())


def test_a_notice_signed_by_somebody_else_is_refused(bench, run):
    async def story():
        hospital = bench()
        await hospital.pay(await hospital.bill())
        forged = hospital.notice(signer=private_key_from_seed(b"mallory"))
        assert received_notices.receive(hospital.hospital, forged)[0] == 400
        assert not hospital.books.bookings

    run(story())


def test_unknown_members_of_a_notice_are_ignored(bench, run):
    async def story():
        hospital = bench()
        await hospital.pay(await hospital.bill())
        assert (
            received_notices.receive(hospital.hospital, hospital.notice(newField="x", more={"a": [1]}))
            == received_notices.OK
        )
        assert len(hospital.books.bookings) == 1

    run(story())


def test_a_notice_before_the_6202_answer_is_kept_and_booked_afterwards(bench, run):
    async def story():
        hospital = bench()
        real = hospital.wire.sealed

        async def early(interface, compose, attempts=1):
            if interface == "6202":
                assert received_notices.receive(hospital.hospital, hospital.notice()) == received_notices.OK
                assert not hospital.books.bookings
            return await real(interface, compose, attempts)

        hospital.wire.sealed = early
        reply = await hospital.pay(await hospital.bill())
        assert (reply.state, reply.show) == ("done", "success")
        assert len(hospital.books.bookings) == 1

    run(story())


@pytest.mark.parametrize(
    ("state", "ours"),
    [("0", "presettled"), ("1", "presettled"), ("2", "pending"), ("5", "pending"), ("12", "cancelled"),
     ("15", "failed"), ("14", "manual"), ("8", "manual"), ("99", "presettled")],
)  # fmt: skip
def test_only_state_6_is_booked(bench, run, state, ours):
    async def story():
        hospital = bench()
        await hospital.pay(await hospital.bill())
        hospital.wire.say("6301", PeerAnswer("ok", {"payOrdId": "ORD1", "ordStas": state}))
        await hospital.settle()
        assert hospital.last.state == ours
        assert not hospital.books.bookings

    run(story())


def test_settled_without_amounts_is_not_booked(bench, run):
    async def story():
        hospital = bench()
        await hospital.pay(await hospital.bill())
        hospital.wire.say(
            "6301", PeerAnswer("ok", {"payOrdId": "ORD1", "ordStas": "6", "feeSumamt": "85.50"})
        )
        await hospital.settle()
        assert not hospital.books.bookings
        await hospital.settle()
        assert len(hospital.books.bookings) == 1

    run(story())


def test_polling_starts_within_a_second_and_ends():
    pauses = [settlement_desk.poll_pause_s(count) for count in range(61)]
    assert pauses[0] == 1.0
    assert min(pause for pause in pauses if pause is not None) >= 1.0
    assert pauses[-1] is None


def test_a_failed_booking_is_not_acknowledged_and_made_up_by_the_repeat(bench, run):
    async def story():
        hospital = bench()
        await hospital.act("fail_booking", times=1, flow="f")
        await hospital.pay(await hospital.bill())
        assert received_notices.receive(hospital.hospital, hospital.notice())[0] == 503
        assert received_notices.receive(hospital.hospital, hospital.notice()) == received_notices.OK
        assert len(hospital.books.bookings) == 1

    run(story())


def test_a_booking_that_fails_for_good_is_reversed_with_the_token(bench, run):
    async def story():
        hospital = bench()
        await hospital.act("fail_booking", times=99, flow="f")
        await hospital.pay(await hospital.bill())
        for _ in range(hospital.hospital.practice.settling.booking_attempts):
            assert received_notices.receive(hospital.hospital, hospital.notice())[0] == 503
        await asyncio.gather(*hospital.hospital.tasks)
        (sent,) = hospital.wire.of("6203")
        assert (sent["revsToken"], sent["refdType"], sent["totlRefdAmt"]) == ("REVS1", "ALL", "85.50")
        assert not {"payAuthNo", "ecToken"} & set(sent)
        state = await hospital.act("order_state")
        assert (state.result["order_state"], state.result["booked_count"], state.show) == (
            "refunded",
            0,
            "cancelled",
        )

    run(story())


def test_cancelling_asks_then_revokes_and_frees_the_slot(bench, run):
    async def story():
        hospital = bench()
        row = (await hospital.act("register_today", doctor_id="DR01", fee=8550)).result
        await hospital.pay(row["bill_id"])
        left = hospital.books.left["r", row["slot_id"]]
        hospital.wire.say("6301", PeerAnswer("ok", {"ordStas": "1"}))
        reply = await hospital.act("cancel", registration_id=row["registration_id"])
        assert [name for name in hospital.wire.order if name != "2202"][-2:] == ["6301", "6401"]
        assert (reply.result["order_state"], reply.show) == ("cancelled", "cancelled")
        assert hospital.books.left["r", row["slot_id"]] == left + 1
        again = await hospital.act("cancel", registration_id=row["registration_id"])
        assert again.state == "done"
        assert hospital.books.left["r", row["slot_id"]] == left + 1

    run(story())


def test_a_settled_order_is_not_revoked(bench, run):
    async def story():
        hospital = bench()
        bill = await hospital.paid()
        assert (await hospital.act("cancel", bill_id=bill)).code == "USE_REFUND"
        other = await hospital.bill()
        hospital.wire.say("userQuery", PeerAnswer("ok", {"pay_auth_no": "AUTH2"}))
        hospital.wire.say("6201", PeerAnswer("ok", {"payOrdId": "ORD2", "payToken": "T"}))
        hospital.wire.say(
            "6202", PeerAnswer("ok", {**hospital_amounts(), "payOrdId": "ORD2", "ordStas": "1"})
        )
        await hospital.pay(other)
        hospital.wire.say(
            "6301", PeerAnswer("ok", {**hospital_amounts(), "payOrdId": "ORD2", "ordStas": "6"})
        )
        assert (await hospital.act("cancel", bill_id=other)).code == "USE_REFUND"
        assert "6401" not in hospital.wire.order
        assert hospital.books.bills[other].state == "paid"

    run(story())


def hospital_amounts():
    return {"feeSumamt": "85.50", "fundPay": "85.50", "psnAcctPay": "0", "ownPayAmt": "0.00"}


def test_a_revocation_without_an_answer_is_accepted_not_done(bench, run):
    async def story():
        hospital = bench()
        bill = await hospital.bill()
        await hospital.pay(bill)
        hospital.wire.say("6301", PeerAnswer("ok", {"ordStas": "1"}), PeerAnswer("ok", {"ordStas": "1"}))
        hospital.wire.say("6401", LOST, LOST, LOST)
        reply = await hospital.act("cancel", bill_id=bill)
        assert (reply.state, reply.show) == ("accepted", "pending")

    run(story())


def test_unpaid_at_the_limit_is_revoked_by_itself(bench, run):
    async def story():
        hospital = bench()
        row = (await hospital.act("register_today", doctor_id="DR01", fee=8550)).result
        await hospital.pay(row["bill_id"])
        hospital.wire.say("6301", PeerAnswer("ok", {"ordStas": "1"}))
        await hospital.act("clock", advance_ms=24 * 60_000, flow="other")
        assert "6401" not in hospital.wire.order
        await hospital.act("clock", advance_ms=25 * 60_000, flow="f")
        assert hospital.wire.order[-2:] == ["6301", "6401"]
        rows = (await hospital.act("list_registrations")).result["registrations"]
        assert [one["state"] for one in rows] == ["cancelled"]

    run(story())


def test_amounts_balance():
    assert OrderAmounts(100, 50, 20, 30).balanced
    assert OrderAmounts(100, 50, 20, 20, 10).balanced
    assert not OrderAmounts(100, 50, 20, 29).balanced
    assert not OrderAmounts(100, 150, -50, 0).balanced
