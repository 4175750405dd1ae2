"""Whatever happens in whatever order: booked at most once, refunded at most once, never backwards."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.reference import received_notices
from conformance.reference.answers import PeerAnswer

EVENTS = st.lists(
    st.one_of(
        st.sampled_from(["notice", "altered", "cancel", "refund", "cash", "expire", "pay", "break"]),
        st.tuples(
            st.just("query"),
            st.sampled_from(["0", "1", "2", "5", "6", "12", "14", "15", "?", "lost", "bare"]),
        ),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(EVENTS)
def test_the_books_stay_right(bench, events):
    async def story():
        hospital = bench()
        bill = await hospital.bill()
        await hospital.pay(bill)
        for event in events:
            await happen(hospital, bill, event)
            check(hospital)
        await hospital.hospital.close()

    asyncio.run(story())


async def happen(hospital, bill, event):
    if isinstance(event, tuple):
        state = event[1]
        said = {"lost": PeerAnswer("unknown"), "bare": PeerAnswer("ok", {"ordStas": "6"})}.get(
            state, None if state == "6" else PeerAnswer("ok", {"ordStas": state})
        )
        if said is not None:
            hospital.wire.say("6301", said)
        await hospital.settle()
        hospital.wire.next["6301"] = []
        return
    acts = {
        "cancel": lambda: hospital.act("cancel", bill_id=bill),
        "refund": lambda: hospital.refund(bill),
        "cash": lambda: hospital.refund(bill, refd_type="CASH", amounts={"cash": 100}),
        "expire": lambda: hospital.act("clock", advance_ms=30 * 60_000, flow="f"),
        "pay": lambda: hospital.pay(bill, pay_auth_no=f"AUTH-{hospital.calls}", auth_code=None),
        "break": lambda: hospital.act("fail_booking", times=1, flow="f"),
    }
    if event in acts:
        await acts[event]()
        return
    changes = {"fundPay": "40.00", "ownPayAmt": "35.00"} if event == "altered" else {}
    status, answer = received_notices.receive(hospital.hospital, hospital.notice(**changes))
    assert (status == 200) == answer["success"]


def check(hospital):
    books = hospital.books
    for order in books.orders.values():
        entries = books.booked(order)
        assert len(entries) <= 1
        if order.state in ("paid", "part_refunded"):
            assert len(entries) == 1
        if order.amounts:
            for part in ("cash", "account", "fund"):
                assert order.refunded(part) <= getattr(order.amounts, part)
        for entry in entries:
            assert entry.amounts.balanced
            assert entry.amounts.total == order.total
    assert (
        sum(order.state in ("created", "presettled", "pending", "manual") for order in books.orders.values())
        <= 1
    )
