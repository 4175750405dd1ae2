"""Prices, patients, slots, bills: exact to the fen, and a mistake is named."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.reference.answers import Malformed, Refused
from conformance.reference.counter import line_amount
from conformance.reference.hospital_values import Item
from conformance.reference.messages import three_parts


@given(st.integers(0, 10**9), st.integers(1, 10**4))
def test_price_times_count_is_exact(fen, count):
    price = f"{fen // 100}.{fen % 100:02d}"
    assert line_amount(price, str(count)) == fen * count


@given(
    st.decimals(min_value=0, max_value=10**6, places=2),
    st.decimals(min_value="0.0001", max_value=99, places=4),
)
def test_a_product_that_is_no_whole_fen_is_refused_never_rounded(price, count):
    exact = Decimal(price) * Decimal(count) * 100
    if exact == exact.to_integral_value():
        assert line_amount(f"{price:.2f}", f"{count:.4f}") == int(exact)
    else:
        with pytest.raises(Refused) as refused:
            line_amount(f"{price:.2f}", f"{count:.4f}")
        assert refused.value.code == "AMOUNT"


@pytest.mark.parametrize("price", ["1.234", "-1.00", "1e2", "NaN", "", " 1", "１.00", "9" * 20])
def test_a_price_that_is_no_price_is_refused(price):
    with pytest.raises(Refused, match=r".") as refused:
        line_amount(price, "1")
    assert refused.value.code == "AMOUNT"


@given(st.lists(st.tuples(st.sampled_from("ABCX"), st.integers(0, 10**7)), min_size=1, max_size=30))
def test_the_three_parts_never_exceed_the_total(rows):
    items = [Item(str(n), f"{kind}1", "x", "1", "0.00", fen) for n, (kind, fen) in enumerate(rows)]
    own, first = three_parts(items)
    assert 0 <= own + first <= sum(item.amount for item in items)


def test_patients_are_made_once(bench, run):
    async def story():
        hospital = bench()
        assert (await hospital.act("query_patient")).result["found"] is False
        assert (await hospital.act("create_patient")).result["created"] is True
        assert (await hospital.act("create_patient")).result["created"] is False
        assert (await hospital.act("query_patient")).result["found"] is True

    run(story())


def test_the_last_slot_goes_to_one(bench, run):
    async def story():
        hospital = bench()
        slot = (await hospital.act("list_doctors")).result["doctors"][0]["slots"][0]["slot_id"]
        await hospital.act("set_slot", slot_id=slot, left=1)
        assert (await hospital.act("book_appointment", slot_id=slot)).state == "done"
        assert (await hospital.act("book_appointment", slot_id=slot)).code == "SLOT_TAKEN"
        await hospital.act("suspend", slot_id=slot)
        assert (await hospital.act("book_appointment", slot_id=slot)).code == "SLOT_SUSPENDED"
        rows = (await hospital.act("list_suspensions")).result["suspensions"]
        assert [row["slot_id"] for row in rows] == [slot]

    run(story())


def test_callers_are_spread_over_the_slots(bench, run):
    async def story():
        hospital = bench()
        first = [
            (await hospital.act("list_doctors")).result["doctors"][0]["slots"][0]["slot_id"] for _ in range(4)
        ]
        assert len(set(first)) == 4

    run(story())


def test_a_bill_paid_at_the_counter_or_changed_closes_its_order_first(bench, run):
    from conformance.reference.answers import PeerAnswer

    async def story():
        hospital = bench()
        bill = await hospital.bill()
        await hospital.pay(bill)
        hospital.wire.say("6301", PeerAnswer("ok", {"ordStas": "1"}))
        changed = await hospital.act("amend_bill", bill_id=bill, items=[
            {"code": "A1", "name": "x", "cnt": 1, "price_text": "1.00"}
        ])  # fmt: skip
        assert (changed.result["total"], hospital.wire.order[-1]) == (100, "6401")
        await hospital.act("counter_pay", bill_id=bill)
        assert (await hospital.pay(bill)).code == "BILL_PAID"

    run(story())


def test_reset_forgets_the_run_and_may_be_repeated(bench, run):
    async def story():
        hospital = bench()
        await hospital.paid()
        removed = (await hospital.act("reset")).result["removed"]
        assert (removed["orders"], removed["bookings"]) == (1, 1)
        assert not any((await hospital.act("reset")).result["removed"].values())
        assert (await hospital.act("order_state")).code == "BILL_UNKNOWN"
        assert not hospital.hospital.timers.waiting

    run(story())


@pytest.mark.parametrize(
    ("action", "args"),
    [
        ("pay", {}),
        ("pay", {"bill_ids": [], "mode": "A", "channel": "bank"}),
        ("pay", {"bill_ids": ["B"], "mode": "Z", "channel": "bank"}),
        ("pay", {"bill_ids": ["B"], "mode": "A", "channel": "cheque"}),
        ("pay", {"bill_ids": ["B"], "mode": "A", "channel": "bank", "acct_used": "yes"}),
        ("prescribe", {"items": [{"code": "A"}]}),
        ("prescribe", {"items": "A"}),
        ("book_appointment", {}),
        ("book_appointment", {"doctor_id": "DR01", "date": "2026-13-01"}),
        ("clock", {"advance_ms": -1}),
        ("order_state", {"refs": "ORD1"}),
    ],
)
def test_a_malformed_call_is_400_not_a_refusal(bench, run, action, args):
    with pytest.raises(Malformed, match=r"args\."):
        run(bench().act(action, **args))
