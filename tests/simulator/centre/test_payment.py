"""6201, 6202, confirmation, settlement, 6301, 6302 and 6401 as one hospital sees them."""

from __future__ import annotations

import pytest

LEGS = {
    # spec, lines, flag: (fund, account, cash)
    "mixed": ({"balance": 1000, "ratio": 50}, [("A001", "100.00")], "1", ("50.00", "10.00", "40.00")),
    "pure insurance": (
        {"balance": 50000, "ratio": 70},
        [("A001", "100.00")],
        "1",
        ("70.00", "30.00", "0.00"),
    ),
    "account not used": (
        {"balance": 50000, "ratio": 70},
        [("A001", "100.00")],
        "0",
        ("70.00", "0.00", "30.00"),
    ),
    "empty flag uses it": (
        {"balance": 50000, "ratio": 70},
        [("A001", "100.00")],
        "",
        ("70.00", "30.00", "0.00"),
    ),
    "account only": ({"balance": 50000, "ratio": 0}, [("A001", "12.34")], "1", ("0.00", "12.34", "0.00")),
    "all own-paid": ({"balance": 0, "ratio": 70}, [("C001", "9.99")], "1", ("0.00", "0.00", "9.99")),
    "class B": ({"balance": 0, "ratio": 50}, [("B001", "100.00")], "1", ("45.00", "0.00", "55.00")),
    "deductible": (
        {"balance": 0, "ratio": 50, "deductible": 2000},
        [("A001", "100.00")],
        "1",
        ("40.00", "0.00", "60.00"),
    ),
    "other": (
        {"balance": 0, "ratio": 0, "other": 300, "hosp_part": 100, "deposit": 50},
        [("A001", "10.00")],
        "1",
        ("0.00", "0.00", "7.00"),
    ),
}


@pytest.mark.parametrize("name", LEGS)
def test_amounts_of_6202(desk, name):
    spec, lines, flag, parts = LEGS[name]
    world = desk(**spec)
    _, order = world.place(lines, acctUsedFlag=flag)
    assert (order["fundPay"], order["psnAcctPay"], order["ownPayAmt"]) == parts
    assert order["ordStas"] == "1"
    assert order["extData"]["preSetl"]["psn_cash_pay"] == parts[2]


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("mixed", ["1", "2", "3", "4", "5", "6"]),
        ("pure insurance", ["1", "2", "4", "5", "6"]),
        ("all own-paid", ["1", "2", "3", "5", "6"]),
    ],
)
def test_the_states_on_the_way(desk, name, states):
    spec, lines, flag, _ = LEGS[name]
    world = desk(**spec)
    _, order = world.place(lines, acctUsedFlag=flag)
    seen = [world.state(order)]
    for _ in range(60):
        world.advance(10)
        if seen[-1] != world.state(order):
            seen.append(world.state(order))
    assert seen == states
    assert len(world.notices) == 1


def test_a_confirmation_waits_as_long_as_the_policy_says(desk):
    world = desk(policy={"delay_ms": 5000})
    _, order = world.place()
    world.advance(4_999)
    assert world.state(order) == "1"
    world.advance(2_000)
    assert world.state(order) == "6"


def test_a_later_6202_replaces_the_planned_confirmation(desk):
    world = desk()
    data, order = world.place()
    world.advance(200)
    again = world.call("6202", world.pay_data(data, order))
    assert again.data["fundPay"] == order["fundPay"]
    world.advance(200)
    assert world.state(order) == "1"
    world.advance(1_000)
    assert world.state(order) == "6"


def test_6301_tells_amounts_only_after_settlement(desk):
    world = desk(balance=1000, ratio=50)
    data, order = world.upload()
    assert world.call("6301", world.query_data(order)).data == {"payOrdId": order["payOrdId"], "ordStas": "0"}
    world.call("6202", world.pay_data(data, order))
    assert set(world.call("6301", world.query_data(order)).data) == {"payOrdId", "ordStas"}
    world.advance(2_000)
    answer = world.call("6301", world.query_data(order)).data
    assert (answer["ordStas"], answer["setlType"], answer["callType"]) == ("6", "ALL", "02")
    assert (answer["feeSumamt"], answer["ownPayAmt"]) == ("100.00", "40.00")
    assert answer["medOrgOrd"] == data["medOrgOrd"]
    assert answer["revsToken"]
    assert answer["hiDocSn"]


def test_profile_query_amounts_tells_them_in_state_1(desk):
    world = desk(profile="query-amounts")
    _, order = world.place()
    assert world.call("6301", world.query_data(order)).data["feeSumamt"] == "100.00"


def test_6302_carries_what_6301_says(desk):
    world = desk()
    _, order = world.pay()
    (notice,) = world.notices
    queried = dict(world.call("6301", world.query_data(order)).data)
    assert queried.pop("ordStas") == "6"
    assert notice.data == queried
    assert (notice.name, notice.key, notice.attempt) == ("6302", order["payOrdId"], 1)


def test_an_unaccepted_6302_is_repeated_by_the_plan(desk):
    world = desk()
    world.accept = False
    world.pay()
    world.advance(60_000)
    assert [notice.attempt for notice in world.notices] == [1, 2, 3, 4, 5]
    assert world.changes[-1].what == "notice"
    assert len({notice.key for notice in world.notices}) == 1


def test_an_accepted_6302_is_sent_once(desk):
    world = desk()
    _, order = world.pay()
    world.advance(60_000)
    assert len(world.notices) == 1
    assert world.orders[order["payOrdId"]].notice_accepted


def test_before_reply_settles_and_holds_the_answer(desk):
    world = desk(policy={"before_reply": True}, balance=1000, ratio=50)
    data, order = world.upload()
    reply = world.call("6202", world.pay_data(data, order))
    assert reply.after_notice
    assert reply.data["ordStas"] == "1"
    assert world.state(order) == "6"
    assert len(world.notices) == 1


# --- 6201

BAD_UPLOADS = {
    "other institution": ({"orgCodg": "H1"}, "LT-ORG-MISMATCH"),
    "person number made up": ({"psnNo": "1"}, "LT-PERSON-MISMATCH"),
    "insurance type fixed": ({"insutype": "390"}, "LT-PERSON-INSUTYPE"),
    "insured region wrong": ({"insuCode": "110000"}, "LT-PERSON-REGION"),
    "someone else's name": ({"userName": "测试乙"}, "LT-PERSON-MISMATCH"),
    "someone else's number": ({"idNo": "509999199003070029"}, "LT-PERSON-MISMATCH"),
    "id type": ({"idType": "14"}, "LT-PERSON-MISMATCH"),
    "no registration": ({"mdtrtId": ""}, "LT-VISIT-UNKNOWN"),
    "visit made up": ({"mdtrtId": "M1"}, "LT-VISIT-UNKNOWN"),
    "no credential": ({"payAuthNo": ""}, "LT-AUTH-MISSING"),
    "credential made up": ({"payAuthNo": "AUTH9"}, "LT-AUTH-UNKNOWN"),
    "payAuthNo as ecToken": ({"payAuthNo": "", "ecToken": "AUTH000002"}, "LT-AUTH-UNKNOWN"),
    "order number": ({"medOrgOrd": "订单 1"}, "LT-FIELD-VALUE"),
    "order number empty": ({"medOrgOrd": ""}, "LT-FIELD-VALUE"),
    "sum": ({"medfeeSumamt": "100.01"}, "LT-AMOUNT-DETAIL"),
    "three decimals": ({"medfeeSumamt": "100.001"}, "LT-AMOUNT-FORM"),
    "no lines": ({"feedetailList": []}, "LT-AMOUNT-FORM"),
    "lines are not rows": ({"feedetailList": "x"}, "LT-AMOUNT-FORM"),
}


@pytest.mark.parametrize("name", BAD_UPLOADS)
def test_6201_refuses_and_changes_nothing(desk, name):
    change, code = BAD_UPLOADS[name]
    world = desk()
    auth = world.authorise()
    data = world.upload_data(auth, world.register(auth), [("A001", "100.00")])
    before = world.shard
    reply = world.call("6201", {**data, **change})
    assert (reply.code, reply.success, reply.data) == (code, False, None)
    assert reply.message
    assert any("一" <= char <= "鿿" for char in str(reply.message))
    assert world.shard is before
    assert world.call("6201", data).success, "a refused 6201 does not bind the authorisation"


def test_6201_refuses_a_total_of_zero_unless_the_profile_allows_it(desk):
    for options, success in (({}, False), ({"order.zero_total": "allow"}, True)):
        world = desk(options=options)
        auth = world.authorise()
        data = world.upload_data(auth, world.register(auth), [("A001", "0.00")])
        assert world.call("6201", data).success is success


def test_6201_before_1101_is_refused(desk):
    world = desk()
    auth = world.authorise()
    assert world.call("6201", world.upload_data(auth, "M1", [("A001", "1.00")])).code == "LT-PERSON-UNKNOWN"


def test_6201_of_an_inpatient_is_refused(desk):
    world = desk(inpatient=True)
    auth = world.authorise()
    data = world.upload_data(auth, world.register(auth), [("A001", "1.00")])
    assert world.call("6201", data).code == "LT-PERSON-INPATIENT"


def test_6201_of_a_cancelled_visit_is_refused(desk):
    world = desk()
    auth = world.authorise()
    visit = world.register(auth)
    number = world.shard.core.visits[visit].ipt_otp_no
    assert world.call(
        "2202", {"psn_no": world.shard.core.psn_no, "mdtrt_id": visit, "ipt_otp_no": number}
    ).success
    assert world.call("6201", world.upload_data(auth, visit, [("A001", "1.00")])).code == "LT-VISIT-CLOSED"


def test_6201_again_with_equal_content_gives_the_first_answer(desk):
    world = desk()
    data, order = world.upload()
    spelt = dict(reversed(list({**data, "memo": "", "extData": None}.items())))
    again = world.call("6201", spelt)
    assert (again.data["payOrdId"], again.data["payToken"]) == (order["payOrdId"], order["payToken"])
    assert len(world.orders) == 1


def test_6201_again_with_other_content_is_refused(desk):
    world = desk()
    data, _ = world.upload()
    assert world.call("6201", {**data, "deptName": "外科"}).code == "LT-ORDER-DUPLICATE"


def test_profile_dup_reject_refuses_equal_content_too(desk):
    world = desk(profile="dup-reject")
    data, order = world.place()
    assert world.call("6201", data).code == "LT-ORDER-DUPLICATE"
    assert world.call("6202", world.pay_data(data, order)).code == "LT-ORDER-STATE"


def test_one_authorisation_serves_one_order(desk):
    world = desk()
    data, _ = world.upload()
    assert world.call("6201", {**data, "medOrgOrd": "MO-second"}).code == "LT-AUTH-USED"
    loose = desk(options={"auth.single_use": False})
    data, _ = loose.upload()
    assert loose.call("6201", {**data, "medOrgOrd": "MO-second"}).success


def test_an_authorisation_lives_ten_minutes_from_issue(desk):
    world = desk()
    auth = world.authorise()
    data = world.upload_data(auth, world.register(auth), [("A001", "1.00")])
    world.advance(600_001)
    assert world.call("6201", data).code == "LT-AUTH-EXPIRED"


def test_the_lifetime_counts_at_6202_too(desk):
    world = desk()
    data, order = world.upload()
    world.advance(600_001)
    assert world.call("6202", world.pay_data(data, order)).code == "LT-AUTH-EXPIRED"
    assert world.state(order) == "0"


def test_04106_never_pays(desk):
    world = desk()
    auth = world.authorise("04106")
    data = world.upload_data(auth, world.register(auth), [("A001", "1.00")])
    assert world.call("6201", data).code == "LT-AUTH-BIZ"


def test_a_family_authorisation_pays_only_where_the_profile_allows_it(desk):
    for value, success in (("refuse", False), ("allow", True)):
        world = desk(options={"auth.family": value})
        auth = world.authorise(family_member="P2")
        data = world.upload_data(auth, world.register(auth), [("A001", "1.00")])
        assert world.call("6201", data).success is success


def test_an_unbound_credential_ends_its_authorisations(desk):
    world = desk()
    auth = world.authorise()
    data = world.upload_data(auth, world.register(auth), [("A001", "1.00")])
    world.act("patient.unbind")
    assert world.call("6201", data).code == "LT-AUTH-UNBOUND"
    world.act("patient.bind")
    assert world.call("6201", data).success


def test_an_on_site_token_pays(desk):
    world = desk()
    token = world.show_code()
    data = world.upload_data(token, world.register(token), [("A001", "20.00")])
    order = world.call("6201", data).data
    assert world.call("6202", world.pay_data(data, order)).success
    world.advance(2_000)
    assert world.state(order) == "6"


def test_an_order_nobody_pays_expires(desk):
    world = desk(policy={"confirm": "never"})
    data, order = world.place()
    world.advance(1_799_000)
    assert world.state(order) == "1"
    world.advance(2_000)
    assert world.state(order) == "12"
    assert world.call("6202", world.pay_data(data, order)).code == "LT-ORDER-EXPIRED"


# --- 6202

BAD_ORDERS = {
    "unknown order": ({"payOrdId": "ORD1"}, "LT-ORDER-UNKNOWN"),
    "stale token": ({"payToken": "T"}, "LT-ORDER-TOKEN"),
    "other batch": ({"chrgBchno": "B2"}, "LT-ORDER-BATCH"),
    "other fee type": ({"feeType": "02"}, "LT-ORDER-BATCH"),
    "other visit": ({"mdtrtId": "M9"}, "LT-ORDER-VISIT"),
    "no serial": ({"orgBizSer": ""}, "LT-FIELD-MISSING"),
    "other authorisation": ({"payAuthNo": "AUTH9"}, "LT-AUTH-UNKNOWN"),
    "no authorisation": ({"payAuthNo": ""}, "LT-AUTH-MISSING"),
    "account flag": ({"acctUsedFlag": "2"}, "LT-FIELD-VALUE"),
    "deposit": ({"deposit": "-1"}, "LT-AMOUNT-FORM"),
    "other institution": ({"orgCodg": "H1"}, "LT-ORG-MISMATCH"),
}


@pytest.mark.parametrize("name", BAD_ORDERS)
def test_6202_refuses_and_changes_nothing(desk, name):
    change, code = BAD_ORDERS[name]
    world = desk()
    data, order = world.upload()
    before = world.shard
    reply = world.call("6202", world.pay_data(data, order, **change))
    assert (reply.code, reply.data) == (code, None)
    assert world.shard is before


def test_6202_with_another_fresh_authorisation_is_refused(desk):
    world = desk()
    data, order = world.upload()
    other = world.authorise()
    assert world.call("6202", world.pay_data(data, order, payAuthNo=other)).code == "LT-ORDER-AUTH"


def test_org_biz_ser_is_unique_across_orders(desk):
    world = desk()
    data, order = world.upload()
    assert world.call("6202", world.pay_data(data, order, orgBizSer="S1")).success
    assert world.call("6202", world.pay_data(data, order, orgBizSer="S1")).code == "LT-ORDER-SERIAL"
    data, order = world.upload()
    assert world.call("6202", world.pay_data(data, order, orgBizSer="S1")).code == "LT-ORDER-SERIAL"


def test_6202_on_a_settled_order_is_refused(desk):
    world = desk()
    data, order = world.pay()
    assert world.call("6202", world.pay_data(data, order)).code == "LT-ORDER-STATE"


# --- legs

LEG_POLICIES = {
    "cash short": ({"cash": "insufficient"}, "1"),
    "cash fails": ({"cash": "fail"}, "1"),
    "medical fails": ({"medical": "fail"}, "15"),
    "medical and reversal fail": ({"medical": "fail", "reversal": "fail"}, "16"),
    "medical undecided": ({"medical": "undecided"}, "14"),
    "never": ({"confirm": "never"}, "1"),
    "cancel": ({"confirm": "cancel"}, "1"),
    "wrong password": ({"confirm": "wrong_password"}, "1"),
}


@pytest.mark.parametrize("name", LEG_POLICIES)
def test_a_failing_leg(desk, name):
    policy, state = LEG_POLICIES[name]
    world = desk(policy=policy, balance=1000, ratio=50)
    _, order = world.pay()
    assert world.state(order) == state
    assert not world.notices
    assert world.balance == 1000, "the account never moves in a failed payment"
    kept = state in ("14", "16")
    assert world.bank.balance == 100_000 - (4_000 if kept else 0)


def test_a_short_account_can_be_filled_and_tried_again(desk):
    world = desk(bank={"balance": 100}, balance=0, ratio=0)
    _, order = world.pay()
    assert world.state(order) == "1"
    world.act("bank.deposit", fen=20_000)
    assert world.act("patient.confirm").success
    world.advance(1_000)
    assert world.state(order) == "6"


def test_an_unbound_card_cannot_pay_cash(desk):
    world = desk(bank={"bound": False}, balance=0, ratio=0)
    _, order = world.pay()
    assert world.state(order) == "1"


def test_the_account_is_not_overdrawn_by_a_second_order(desk):
    world = desk(balance=3000, ratio=0, policy={"confirm": "never"})
    _, first = world.place([("A001", "30.00")])
    _, second = world.place([("A001", "30.00")])
    for order in (first, second):
        world.act("patient.confirm", payOrdId=order["payOrdId"])
        world.advance(1_000)
    assert (world.state(first), world.state(second)) == ("6", "15")
    assert world.balance == 0


# --- 6401


def test_6401_revokes_an_unpaid_order(desk):
    for stage in ("upload", "place"):
        world = desk(policy={"confirm": "never"})
        _, order = getattr(world, stage)()
        reply = world.call("6401", world.query_data(order))
        assert (reply.code, reply.data) == ("0", {"success": True})
        assert world.state(order) == "12"
        assert world.call("6401", world.query_data(order)).success, "again is answered again"


def test_6401_of_a_settled_order_advises_a_refund(desk):
    world = desk()
    _, order = world.pay()
    reply = world.call("6401", world.query_data(order))
    assert reply.code == "LT-REVOKE-STATE"
    assert "6203" in str(reply.message)


def test_6401_while_the_patient_pays_is_refused(desk):
    world = desk()
    _, order = world.place()
    world.advance(310)
    assert world.state(order) == "2"
    assert world.call("6401", world.query_data(order)).code == "LT-REVOKE-STATE"


@pytest.mark.parametrize("number", ["6301", "6401"])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"payOrdId": "ORD9"}, "LT-ORDER-UNKNOWN"),
        ({"payToken": "T"}, "LT-ORDER-TOKEN"),
        ({"userName": "测试乙"}, "LT-PERSON-MISMATCH"),
        ({"idNo": ""}, "LT-PERSON-MISMATCH"),
        ({"orgCodg": "H1"}, "LT-ORG-MISMATCH"),
    ],
)
def test_6301_and_6401_check_who_asks(desk, number, change, code):
    world = desk(policy={"confirm": "never"})
    _, order = world.place()
    assert world.call(number, world.query_data(order, **change)).code == code
    assert world.state(order) == "1"


def test_6302_is_not_for_institutions(desk):
    assert not desk().call("6302", {}).success
