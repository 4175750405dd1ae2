"""2202: the visit of a registration that is over is closed, once, after the money is settled with the centre."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.reference.answers import PeerAnswer

LOST = PeerAnswer("unknown")
REFUSED = PeerAnswer("refused", code="-1", message="LT-VISIT-BUSY 该次就诊的订单未退费")
CLOSING = {"psn_no": "P1", "mdtrt_id": "M1"}


async def registered(hospital, **credential):
    row = (await hospital.act("register_today", doctor_id="DR01", fee=8550)).result
    await hospital.pay(row["bill_id"], **credential)
    return row


def sent_after(hospital, before):
    """The one 2202, and that it came after a `before`."""
    (sent,) = hospital.wire.of("2202")
    order = hospital.wire.order
    assert order.index("2202") > order.index(before)
    assert {name: sent[name] for name in CLOSING} == CLOSING
    assert sent["ipt_otp_no"] == hospital.wire.of("2201")[0]["ipt_otp_no"]


def test_an_unpaid_registration_that_is_cancelled_closes_its_visit_after_6401(bench, run):
    async def story():
        hospital = bench()
        row = await registered(hospital)
        hospital.wire.say("6301", PeerAnswer("ok", {"ordStas": "1"}))
        reply = await hospital.act("cancel", registration_id=row["registration_id"])
        assert (reply.state, reply.show) == ("done", "cancelled")
        await hospital.idle()
        sent_after(hospital, "6401")
        await hospital.act("cancel", registration_id=row["registration_id"])
        await hospital.idle()
        assert len(hospital.wire.of("2202")) == 1

    run(story())


def test_a_refunded_registration_closes_its_visit_after_6203(bench, run):
    async def story():
        hospital = bench()
        row = await registered(hospital)
        await hospital.settle()
        args = {"registration_id": row["registration_id"], "pay_auth_no": "AUTH-NEW"}
        assert (await hospital.act("refund_registration", **args)).show == "success"
        await hospital.idle()
        sent_after(hospital, "6203")

    run(story())


def test_an_expired_registration_closes_its_visit(bench, run):
    async def story():
        hospital = bench()
        await registered(hospital)
        hospital.wire.say("6301", PeerAnswer("ok", {"ordStas": "1"}))
        await hospital.act("clock", advance_ms=30 * 60_000, flow="f")
        await hospital.idle()
        sent_after(hospital, "6401")

    run(story())


def test_an_upload_that_was_refused_leaves_the_visit_until_the_registration_is_cancelled(bench, run):
    async def story():
        hospital = bench()
        hospital.wire.say("6201", REFUSED)
        row = await registered(hospital)
        await hospital.idle()
        assert hospital.wire.of("2202") == []
        assert (await hospital.act("cancel", registration_id=row["registration_id"])).state == "done"
        await hospital.idle()
        sent_after(hospital, "6201")

    run(story())


@pytest.mark.parametrize(
    ("answers", "times"), [([LOST, LOST, LOST], 3), ([REFUSED], 1), ([LOST, REFUSED], 2)]
)
def test_a_failed_2202_is_bounded_and_changes_nothing_for_the_patient(bench, run, answers, times):
    async def story():
        hospital = bench()
        row = await registered(hospital)
        hospital.wire.say("6301", PeerAnswer("ok", {"ordStas": "1"}))
        hospital.wire.say("2202", *answers)
        reply = await hospital.act("cancel", registration_id=row["registration_id"])
        await hospital.idle()
        state = await hospital.act("order_state")
        assert (reply.state, reply.show, state.result["order_state"]) == ("done", "cancelled", "cancelled")
        assert state.text == reply.text == "已取消, 未扣款"
        assert len(hospital.wire.of("2202")) == times
        assert "M1" in hospital.hospital.alerts[-1]
        await hospital.act("cancel", registration_id=row["registration_id"])
        await hospital.idle()
        assert len(hospital.wire.of("2202")) == times + 1, "a later cancel tries again"

    run(story())


def test_neither_a_prescription_nor_a_refused_refund_nor_a_visit_with_money_is_closed(bench, run):
    async def story():
        hospital = bench()
        refunded, kept = await hospital.paid(), await hospital.bill()
        assert (await hospital.refund(refunded)).state == "done"
        await hospital.pay(kept, auth_code=None, pay_auth_no="AUTH-2")
        await hospital.settle()
        hospital.wire.say("2201", PeerAnswer("ok", {"data": {"mdtrt_id": "M2"}}))
        row = await registered(hospital, auth_code=None, pay_auth_no="AUTH-3")
        await hospital.settle()
        args = {"registration_id": row["registration_id"]}
        hospital.wire.say("6203", PeerAnswer("ok", {"refStatus": "FAIL"}))
        assert (await hospital.act("refund_registration", **args, pay_auth_no="AUTH-4")).code == "DECLINED"
        hospital.books.last_order_of_bill(hospital.books.bills[kept]).mdtrt_id = "M2"
        assert (await hospital.act("refund_registration", **args, pay_auth_no="AUTH-5")).state == "done"
        await hospital.idle()
        assert hospital.wire.of("2202") == []

    run(story())


EVENTS = st.lists(
    st.sampled_from(["pay", "settle", "waiting", "cancel", "refund", "fail", "expire", "lost", "lost"]),
    max_size=10,
)


@settings(max_examples=100, deadline=None)
@given(EVENTS)
def test_whatever_happens_2202_is_answered_once_and_only_for_a_registration_that_is_over(bench, events):
    async def story():
        hospital = bench()
        row = (await hospital.act("register_today", doctor_id="DR01", fee=8550)).result
        registration = hospital.books.registrations[row["registration_id"]]
        name = {"registration_id": row["registration_id"]}
        acts = {
            "pay": lambda: hospital.pay(row["bill_id"], pay_auth_no=f"AUTH-{hospital.calls}", auth_code=None),
            "cancel": lambda: hospital.act("cancel", **name),
            "refund": lambda: hospital.act(
                "refund_registration", **name, pay_auth_no=f"AUTH-{hospital.calls}"
            ),
            "expire": lambda: hospital.act("clock", advance_ms=30 * 60_000, flow="f"),
        }
        says = {
            "waiting": ("6301", PeerAnswer("ok", {"ordStas": "1"})),
            "fail": ("6203", PeerAnswer("ok", {"refStatus": "FAIL"})),
            "lost": ("2202", LOST),
        }
        real, outcomes = hospital.wire.fsi, []

        async def watched(infno, *args):
            answer = await real(infno, *args)
            if infno == "2202":
                assert registration.state in ("cancelled", "refunded")
                assert hospital.wire.order.index("2201") < hospital.wire.order.index("2202")
                outcomes.append(answer.outcome)
            return answer

        hospital.wire.fsi = watched
        for event in events:
            if event in says:
                hospital.wire.say(*says[event])
            elif event == "settle" and hospital.books.orders:
                await hospital.settle()
            elif event in acts:
                await acts[event]()
            await hospital.idle()
            assert "ok" not in outcomes[:-1], "once it is closed nothing more is sent"
            assert (
                not hospital.books.visits
                or registration.state not in ("cancelled", "refunded")
                or (outcomes and outcomes[-1] == "unknown")
            )
        await hospital.hospital.close()

    asyncio.run(story())
