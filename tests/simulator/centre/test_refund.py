"""6203: types, sums, identity, repetition, undecided outcomes, reversal by revsToken."""

from __future__ import annotations

import pytest

MIXED = {"balance": 1000, "ratio": 50}  # 100.00 = fund 50.00 + account 10.00 + cash 40.00


def paid(desk, **spec):
    world = desk(**{**MIXED, **spec})
    _, order = world.pay()
    assert world.state(order) == "6"
    return world, order


def test_all_gives_everything_back(desk):
    world, order = paid(desk)
    reply = world.call("6203", world.refund_data(order, payAuthNo=world.authorise()))
    assert reply.data["refStatus"] == "SUCC"
    assert reply.data["refdSn"]
    assert reply.data["hiFefdSn"]
    assert (len(reply.data["hiTrnsDate"]), len(reply.data["hiTrnsTime"])) == (8, 6)
    assert world.state(order) == "7"
    assert (world.balance, world.bank.balance) == (1000, 100_000)
    assert [entry.kind for entry in world.bank.entries] == ["debit", "refund"]


def test_all_may_leave_the_medical_parts_out(desk):
    world, order = paid(desk)
    data = world.refund_data(order, payAuthNo=world.authorise(), psnAcctRefdAmt=None, fundRefdAmt="")
    assert world.call("6203", data).data["refStatus"] == "SUCC"
    assert world.balance == 1000


PATHS = {
    "insurance side, then the cash": (["HI", ("CASH", "40.00")], ["8", "7"]),
    "cash, then the insurance side": ([("CASH", "40.00"), "HI"], ["9", "7"]),
    "cash twice": ([("CASH", "15.00"), ("CASH", "25.00")], ["10", "9"]),
    "some cash, insurance, rest": (
        [("CASH", "1.00"), "HI", ("CASH", "2.00"), ("CASH", "37.00")],
        ["10", "11", "11", "7"],
    ),
}


@pytest.mark.parametrize("name", PATHS)
def test_parts_one_after_the_other(desk, name):
    steps, states = PATHS[name]
    world, order = paid(desk)
    auth = world.authorise()
    for step, state in zip(steps, states, strict=True):
        kind, amount = (step, None) if step == "HI" else step
        more = {"cashRefdAmt": amount, "totlRefdAmt": amount} if amount else {}
        reply = world.call("6203", world.refund_data(order, kind, payAuthNo=auth, **more))
        assert reply.success, reply.message
        assert reply.data["refStatus"] == "SUCC"
        assert ("hiFefdSn" in reply.data) == (kind == "HI")
        assert world.state(order) == state
    order_now = world.orders[order["payOrdId"]]
    assert order_now.cash_refunded <= order_now.cash_paid


BAD = {
    "no identity": ({}, {}, "LT-AUTH-MISSING"),
    "two identities": ({}, {"payAuthNo": "new", "ecToken": "new"}, "LT-AUTH-BOTH"),
    "the order's own authorisation": ({}, {"payAuthNo": "own"}, "LT-REFUND-FRESH"),
    "made-up authorisation": ({}, {"payAuthNo": "AUTH9"}, "LT-AUTH-UNKNOWN"),
    "unknown type": ({"refdType": "PART"}, {"payAuthNo": "new"}, "LT-REFUND-TYPE"),
    "cash type with account": ({"refdType": "CASH"}, {"payAuthNo": "new"}, "LT-REFUND-TYPE"),
    "medical type with cash": ({"refdType": "HI"}, {"payAuthNo": "new"}, "LT-REFUND-TYPE"),
    "total too small": ({"totlRefdAmt": "99.99"}, {"payAuthNo": "new"}, "LT-REFUND-SUM"),
    "more cash than paid": (
        {"cashRefdAmt": "40.01", "totlRefdAmt": "100.01"},
        {"payAuthNo": "new"},
        "LT-REFUND-OVER",
    ),
    "part of the fund": (
        {"fundRefdAmt": "49.99", "totlRefdAmt": "99.99"},
        {"payAuthNo": "new"},
        "LT-REFUND-TYPE",
    ),
    "ALL with part of the cash": (
        {"cashRefdAmt": "1.00", "totlRefdAmt": "61.00"},
        {"payAuthNo": "new"},
        "LT-REFUND-TYPE",
    ),
    "negative": ({"cashRefdAmt": "-1.00"}, {"payAuthNo": "new"}, "LT-AMOUNT-FORM"),
    "three decimals": ({"cashRefdAmt": "1.001"}, {"payAuthNo": "new"}, "LT-AMOUNT-FORM"),
    "no total": ({"totlRefdAmt": ""}, {"payAuthNo": "new"}, "LT-AMOUNT-FORM"),
    "time with dashes": ({"appRefdTime": "2026-09-21 10:00:00"}, {"payAuthNo": "new"}, "LT-REFUND-TIME"),
    "no serial": ({"appRefdSn": ""}, {"payAuthNo": "new"}, "LT-FIELD-MISSING"),
    "unknown order": ({"payOrdId": "ORD9"}, {"payAuthNo": "new"}, "LT-ORDER-UNKNOWN"),
}


@pytest.mark.parametrize("name", BAD)
def test_6203_refuses_and_changes_nothing(desk, name):
    change, credential, code = BAD[name]
    world, order = paid(desk)
    own = next(auth.number for auth in world.shard.core.auths.values())
    known = {"new": world.authorise(), "own": own}
    data = world.refund_data(order, **{key: known.get(value, value) for key, value in credential.items()})
    before = world.shard
    reply = world.call("6203", {**data, **change})
    assert (reply.code, reply.success) == (code, False), reply.message
    assert world.shard is before


def test_cash_of_nothing_is_refused(desk):
    world, order = paid(desk)
    data = world.refund_data(
        order, "CASH", payAuthNo=world.authorise(), cashRefdAmt="0.00", totlRefdAmt="0.00"
    )
    assert world.call("6203", data).code == "LT-REFUND-SUM"


def test_an_identity_authorisation_is_enough_to_refund(desk):
    world, order = paid(desk)
    assert world.call("6203", world.refund_data(order, payAuthNo=world.authorise("04106"))).success


def test_a_code_shown_at_the_counter_is_enough_to_refund(desk):
    world, order = paid(desk)
    assert world.call("6203", world.refund_data(order, ecToken=world.show_code())).success


def test_an_authorisation_refunds_one_order_only(desk):
    world = desk(balance=0, ratio=0)
    _, first = world.pay()
    _, second = world.pay()
    auth = world.authorise()
    assert world.call("6203", world.refund_data(first, payAuthNo=auth)).success
    assert world.call("6203", world.refund_data(second, payAuthNo=auth)).code == "LT-AUTH-USED"


def test_a_refund_authorisation_expires(desk):
    world, order = paid(desk)
    auth = world.authorise()
    world.advance(600_001)
    assert world.call("6203", world.refund_data(order, payAuthNo=auth)).code == "LT-AUTH-EXPIRED"


def test_profile_stored_auth_takes_the_order_s_own(desk):
    world, order = paid(desk, profile="stored-auth")
    own = next(iter(world.shard.core.auths))
    world.advance(3_600_000)
    assert world.call("6203", world.refund_data(order, payAuthNo=own)).success


def test_a_known_serial_is_a_query(desk):
    world, order = paid(desk)
    data = world.refund_data(order, payAuthNo=world.authorise())
    first = world.call("6203", data)
    again = world.call("6203", {**data, "payAuthNo": world.authorise(), "appRefdTime": "20260921110000"})
    assert again.data == first.data
    assert world.balance == 1000
    other = world.call("6203", {**data, "refdType": "HI", "cashRefdAmt": "", "totlRefdAmt": "60.00"})
    assert other.code == "LT-REFUND-DUPLICATE"


def test_profile_dup_reject_refuses_a_known_serial(desk):
    world, order = paid(desk, profile="dup-reject")
    data = world.refund_data(order, payAuthNo=world.authorise())
    assert world.call("6203", data).success
    assert world.call("6203", data).code == "LT-REFUND-DUPLICATE"


def test_a_refunded_order_is_not_refunded_again(desk):
    world, order = paid(desk)
    auth = world.authorise()
    assert world.call("6203", world.refund_data(order, payAuthNo=auth)).success
    again = world.refund_data(order, payAuthNo=auth)
    assert world.call("6203", again).code == "LT-REFUND-STATE"


@pytest.mark.parametrize("stage", ["upload", "place"])
def test_an_unsettled_order_is_not_refunded(desk, stage):
    world = desk(policy={"confirm": "never"}, **MIXED)
    _, order = getattr(world, stage)()
    amounts = {"ownPayAmt": "40.00", "psnAcctPay": "10.00", "fundPay": "50.00"}
    reply = world.call("6203", world.refund_data({**amounts, **order}, payAuthNo=world.authorise()))
    assert reply.code in ("LT-REFUND-STATE", "LT-REFUND-OVER")
    assert not world.refunds


@pytest.mark.parametrize("then", ["succ", "fail"])
def test_exp_is_resolved_later(desk, then):
    world, order = paid(desk, policy={"refund": "exp", "refund_then": then, "refund_delay_ms": 3000})
    account = world.balance
    data = world.refund_data(order, payAuthNo=world.authorise())
    assert world.call("6203", data).data["refStatus"] == "EXP"
    assert world.state(order) == "17"
    other = world.call("6203", world.refund_data(order, payAuthNo=world.authorise()))
    assert other.code == "LT-REFUND-STATE"
    assert "appRefdSn" in str(other.message)
    assert world.balance == account
    world.advance(3_000)
    status, state, back = {"succ": ("SUCC", "7", 1000), "fail": ("FAIL", "6", account)}[then]
    assert world.call("6203", data).data["refStatus"] == status
    assert (world.state(order), world.balance) == (state, back)


def test_exp_of_one_leg_pays_the_cash_later(desk):
    world, order = paid(desk, policy={"refund": "cash_fail"})
    data = world.refund_data(order, payAuthNo=world.authorise())
    assert world.call("6203", data).data["refStatus"] == "EXP"
    assert (world.state(order), world.balance, world.bank.balance) == ("8", 1000, 96_000)
    world.advance(10_000)
    assert world.call("6203", data).data["refStatus"] == "SUCC"
    assert (world.state(order), world.balance, world.bank.balance) == ("7", 1000, 100_000)


def test_exp_of_one_leg_may_end_with_the_cash_still_owed(desk):
    world, order = paid(desk, policy={"refund": "cash_fail", "refund_then": "fail"})
    auth = world.authorise()
    data = world.refund_data(order, payAuthNo=auth)
    world.call("6203", data)
    world.advance(10_000)
    assert world.call("6203", data).data["refStatus"] == "FAIL"
    world.act("patient.policy", refund="ok")
    assert world.call("6203", world.refund_data(order, "CASH", payAuthNo=auth)).data["refStatus"] == "SUCC"
    assert (world.state(order), world.bank.balance) == ("7", 100_000)


def test_exp_of_a_partly_refunded_order(desk):
    world, order = paid(desk)
    auth = world.authorise()
    part = world.refund_data(order, "CASH", payAuthNo=auth, cashRefdAmt="1.00", totlRefdAmt="1.00")
    assert world.call("6203", part).success
    world.act("patient.policy", refund="exp")
    medical = world.refund_data(order, "HI", payAuthNo=auth)
    assert world.call("6203", medical).data["refStatus"] == "EXP"
    assert world.state(order) == "10"
    assert world.call("6203", world.refund_data(order, "HI", payAuthNo=auth)).code == "LT-REFUND-STATE"
    world.advance(10_000)
    assert (world.state(order), world.balance) == ("11", 1000)


def test_a_failed_refund_moves_nothing_and_may_be_tried_under_a_new_serial(desk):
    world, order = paid(desk, policy={"refund": "fail"})
    auth = world.authorise()
    data = world.refund_data(order, payAuthNo=auth)
    assert world.call("6203", data).data["refStatus"] == "FAIL"
    assert world.state(order) == "6"
    world.act("patient.policy", refund="ok")
    assert world.call("6203", data).data["refStatus"] == "FAIL"
    assert world.call("6203", world.refund_data(order, payAuthNo=auth)).data["refStatus"] == "SUCC"


# --- reversal


def test_revs_token_reverses_once_without_a_person(desk):
    world, order = paid(desk)
    token = world.notices[0].data["revsToken"]
    data = world.refund_data(order, revsToken=token)
    assert world.call("6203", data).data["refStatus"] == "SUCC"
    assert (world.state(order), world.balance, world.bank.balance) == ("7", 1000, 100_000)
    assert world.call("6203", data).data["refStatus"] == "SUCC", "the same serial is a query"
    assert world.call("6203", world.refund_data(order, revsToken=token)).code == "LT-REVS-TOKEN"


def test_a_reversal_of_an_order_without_cash_may_be_hi(desk):
    world = desk(balance=50_000, ratio=70)
    _, order = world.pay()
    data = world.refund_data(order, "HI", revsToken=world.notices[0].data["revsToken"])
    assert world.call("6203", data).data["refStatus"] == "SUCC"
    assert world.state(order) == "13"


@pytest.mark.parametrize(
    ("change", "options", "wait", "code"),
    [
        ({"revsToken": "x"}, {}, 0, "LT-REVS-TOKEN"),
        ({}, {}, 3_600_001, "LT-REVS-TOKEN"),
        ({}, {"reversal.mode": "manual"}, 0, "LT-NOT-IMPLEMENTED"),
        ({"refdType": "HI", "cashRefdAmt": "", "totlRefdAmt": "60.00"}, {}, 0, "LT-REFUND-TYPE"),
        (
            {"refdType": "CASH", "psnAcctRefdAmt": "", "fundRefdAmt": "", "totlRefdAmt": "40.00"},
            {},
            0,
            "LT-REFUND-TYPE",
        ),
    ],
)
def test_a_reversal_that_is_refused(desk, change, options, wait, code):
    world, order = paid(desk, options=options)
    data = world.refund_data(order, revsToken=world.notices[0].data["revsToken"])
    world.advance(wait)
    assert world.call("6203", {**data, **change}).code == code
    assert world.state(order) == "6"


def test_a_failed_reversal_keeps_the_token(desk):
    world, order = paid(desk, policy={"refund": "fail"})
    token = world.notices[0].data["revsToken"]
    assert world.call("6203", world.refund_data(order, revsToken=token)).data["refStatus"] == "FAIL"
    world.act("patient.policy", refund="ok")
    assert world.call("6203", world.refund_data(order, revsToken=token)).data["refStatus"] == "SUCC"


def test_other_fee_never_goes_back_through_6203(desk):
    world = desk(balance=0, ratio=0, other=500)
    _, order = world.pay([("A001", "20.00")])
    assert (order["othFeeAmt"], order["ownPayAmt"]) == ("5.00", "15.00")
    whole = world.refund_data(order, payAuthNo=world.authorise(), cashRefdAmt="20.00", totlRefdAmt="20.00")
    assert world.call("6203", whole).code == "LT-REFUND-OVER"
    reply = world.call("6203", world.refund_data(order, payAuthNo=world.authorise()))
    assert reply.data["refStatus"] == "SUCC"


def test_profile_options_loosen_the_total(desk):
    strict, loose = {}, {"refund.strict_sum": False}
    other = {"refund.oth_via_6203": True}
    for options, total, success in (
        (strict, "20.00", False),
        (other, "20.00", True),
        (other, "19.00", False),
        (loose, "19.00", True),
    ):
        world = desk(options=options, balance=0, ratio=0, other=500)
        _, order = world.pay([("A001", "20.00")])
        data = world.refund_data(order, payAuthNo=world.authorise(), totlRefdAmt=total)
        assert world.call("6203", data).success is success
        assert world.bank.balance == (100_000 if success else 98_500)
