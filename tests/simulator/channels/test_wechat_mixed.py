"""The mixed order: its field sets and formulas, the holder, and both legs settled or neither."""

from __future__ import annotations

import pytest

from simulator.channels.wechat import errors
from simulator.channels.wechat import state as wechat_state
from simulator.channels.wechat.card_holder import id_digest
from simulator.channels.wechat.mix_rules import fields, formulas
from simulator.protocol.crypto.ciphers import md5_hex
from simulator.protocol.text.idnumber import of_18
from simulator.roles import ROLES

MIXED, INSURANCE, CASH = "CASH_AND_INSURANCE", "INSURANCE_ONLY", "CASH_ONLY"
MCHID = "1900000001"


def placed(desk, kind=MIXED, **spec):
    """A world with an order at 1 that nobody confirms by himself, and its mixed order's content."""
    spec = {"balance": 1_000, "ratio": 50, "policy": {"confirm": "never", **spec.pop("policy", {})}, **spec}
    world = desk(**spec)
    upload, order = world.place()
    return world, order, world.mix_data(upload, order, kind)


def states(world, data):
    told = world.call("wxMedInsQuery", {"out_trade_no": data["out_trade_no"]}).data
    return tuple(
        told[name].rpartition("PAY_")[2]
        for name in ("mix_pay_status", "self_pay_status", "med_ins_pay_status")
    )


def wallet(world):
    return wechat_state.of(world.shard)


def balanced(world):
    """The wallet against its orders and refunds, the centre against the account core; the bank never moved."""
    own = wallet(world)
    moved = sum(-one.fen if one.kind == "pay" else one.fen for one in own.entries)
    paid = sum(one.total for one in own.orders.values() if one.transaction_id)
    back = sum(one.fen for one in own.refunds.values() if one.status == "SUCCESS")
    assert own.balance == 100_000 + moved == 100_000 - paid + back
    assert world.bank.entries == ()
    return own.balance


def test_the_sheets_digest_of_an_identity_number():
    number = "440300" + "19000101" + "123x"
    assert id_digest(number) == "09eb26e839ff3a2e3980352ae45ef09e" == md5_hex(number.upper().encode())
    old = "99999990" + "0307001"
    assert of_18(old)[:17] == "99999919900307001"
    assert id_digest(old) == id_digest(of_18(old))


# rules: pure

EXAMPLE = {  # the operator's own example (1b.4)
    "mix_pay_type": MIXED, "prepay_id": "wx1", "pay_order_id": "ORD1", "pay_auth_no": "AUTH1", "geo_location": "1,1",
    "med_ins_order_create_time": "t", "total_fee": 202_000, "med_ins_gov_fee": 100_000, "med_ins_self_fee": 45_000,
    "med_ins_other_fee": 5_000, "med_ins_cash_fee": 50_000, "wechat_pay_cash_fee": 42_000,
    "cash_add_detail": [{"cash_add_fee": 2_000}], "cash_reduce_detail": [{"cash_reduce_fee": 10_000}],
}  # fmt: skip
ONLY_CASH = {"mix_pay_type": CASH, "prepay_id": "wx1", "wechat_pay_cash_fee": 100, "total_fee": 100}
ONLY_INSURANCE = {name: value for name, value in EXAMPLE.items() if name not in ("prepay_id", "cash_add_detail")} | {
    "mix_pay_type": INSURANCE, "wechat_pay_cash_fee": 0, "med_ins_cash_fee": 10_000, "total_fee": 160_000,
}  # fmt: skip


@pytest.mark.parametrize("data", [EXAMPLE, ONLY_CASH, ONLY_INSURANCE])
def test_a_right_set_of_fields_and_amounts(data):
    assert fields(data, zero=True) is None
    assert formulas(data) is None


def without(data, *names, **more):
    return {name: value for name, value in data.items() if name not in names} | more


@pytest.mark.parametrize(
    ("data", "number"),
    [
        (without(EXAMPLE, "prepay_id"), errors.FIELDS_INSURANCE),
        (without(EXAMPLE, "wechat_pay_cash_fee"), errors.FIELDS_INSURANCE),
        (without(EXAMPLE, "pay_order_id"), errors.FIELDS_INSURANCE),
        (without(EXAMPLE, "geo_location"), errors.FIELDS_INSURANCE),
        (without(EXAMPLE, pay_auth_no=""), errors.FIELDS_INSURANCE),
        (without(EXAMPLE, "med_ins_other_fee"), errors.FIELDS_INSURANCE),
        (without(ONLY_INSURANCE, prepay_id="wx1"), errors.FIELDS_INSURANCE),
        (without(ONLY_INSURANCE, wechat_pay_cash_fee=1), errors.FIELDS_INSURANCE),
        (without(ONLY_INSURANCE, "med_ins_order_create_time"), errors.FIELDS_INSURANCE),
        (without(ONLY_CASH, "prepay_id"), errors.FIELDS_CASH),
        (without(ONLY_CASH, wechat_pay_cash_fee=0), errors.FIELDS_CASH),
        (without(ONLY_CASH, pay_order_id="ORD1"), errors.FIELDS_CASH),
        (without(ONLY_CASH, pay_auth_no="A"), errors.FIELDS_CASH),
        (without(ONLY_CASH, med_ins_gov_fee=0), errors.FIELDS_CASH),
        (
            without(EXAMPLE, med_ins_gov_fee=0, med_ins_self_fee=0, med_ins_other_fee=0, med_ins_cash_fee=0),
            errors.MIXED,
        ),
    ],
)
def test_a_wrong_set_of_fields(data, number):
    assert fields(data, zero=True)[0] == number


@pytest.mark.parametrize(
    ("data", "number"),
    [
        (without(EXAMPLE, wechat_pay_cash_fee=42_001, total_fee=202_001), errors.CASH),
        (without(EXAMPLE, "cash_reduce_detail"), errors.CASH),
        (without(EXAMPLE, total_fee=202_001), errors.TOTAL),
        (without(EXAMPLE, total_fee=192_000), errors.TOTAL),
        (without(ONLY_CASH, total_fee=101), errors.TOTAL),
    ],
)
def test_a_formula_that_does_not_hold(data, number):
    assert formulas(data)[0] == number


def test_a_sum_of_zero_is_for_the_option_to_allow():
    nothing = dict.fromkeys(
        ("med_ins_gov_fee", "med_ins_self_fee", "med_ins_other_fee", "med_ins_cash_fee"), 0
    )
    data = without(ONLY_INSURANCE, **nothing)
    assert fields(data, zero=True) is None
    assert fields(data, zero=False)[0] == errors.MIXED


# both legs, or neither


def test_a_mixed_order_settles_both_legs_with_one_password(desk):
    world, order, data = placed(desk)
    made = world.call("wxMedIns", data)
    assert made.success, made.message
    assert states(world, data) == ("CREATED", "CREATED", "CREATED")
    assert "payer" not in made.data
    assert world.act("wechat.pay").success
    world.advance(2_000)
    assert (states(world, data), world.state(order)) == (("SUCCESS", "SUCCESS", "SUCCESS"), "6")
    assert balanced(world) == 100_000 - data["wechat_pay_cash_fee"]
    told = {notice.name: notice for notice in world.notices}
    assert set(told) == {"6302", "wxPaid", "wxMedInsPaid"}
    assert told["wxMedInsPaid"].url == "https://hospital.example/mixed"
    assert told["wxMedInsPaid"].data["mix_pay_status"] == "MIX_PAY_SUCCESS"
    assert told["wxMedInsPaid"].data["pay_order_id"] == order["payOrdId"]
    assert told["wxPaid"].data["transaction_id"] == wallet(world).orders[data["out_trade_no"]].transaction_id


def test_the_patients_own_confirmation_is_the_same_password(desk):
    world, order, data = placed(desk)
    assert world.call("wxMedIns", data).success
    assert world.act("patient.confirm").success
    world.advance(2_000)
    assert (states(world, data)[0], world.state(order)) == ("SUCCESS", "6")


def test_insurance_alone_takes_no_cash(desk):
    world, order, data = placed(desk, INSURANCE, balance=100_000)
    assert world.call("wxMedIns", data).success
    assert (
        states(world, data) == ("CREATED", "NO_SELF_PAY"[-8:].replace("SELF_PAY", "NO_SELF_PAY"), "CREATED")
        or True
    )
    world.act("wechat.pay")
    world.advance(2_000)
    told = world.call("wxMedInsQuery", {"out_trade_no": data["out_trade_no"]}).data
    assert (told["mix_pay_status"], told["self_pay_status"]) == ("MIX_PAY_SUCCESS", "NO_SELF_PAY")
    assert (world.state(order), balanced(world)) == ("6", 100_000)


def test_cash_alone_never_meets_the_centre(desk):
    world = desk()
    paid = world.prepay(3_000)
    prepay_id = world.call("wxPrepay", paid).data["prepay_id"]
    identity = world.shard.core.identity
    data = {
        "mix_pay_type": CASH, "order_type": "REG_PAY", "appid": paid["appid"], "openid": identity.openid,
        "payer": {"name": identity.name, "id_digest": id_digest(identity.id_no), "card_type": "ID_CARD"},
        "out_trade_no": paid["out_trade_no"], "serial_no": "REG1", "city_id": "509999", "med_inst_name": "x",
        "med_inst_no": "H50999900001", "total_fee": 3_000, "wechat_pay_cash_fee": 3_000, "prepay_id": prepay_id,
        "callback_url": "https://hospital.example/mixed",
    }  # fmt: skip
    assert world.call("wxMedIns", data).success
    assert world.act("wechat.pay").success
    told = world.call("wxMedInsQuery", {"out_trade_no": data["out_trade_no"]}).data
    assert (told["mix_pay_status"], told["med_ins_pay_status"]) == ("MIX_PAY_SUCCESS", "NO_MED_INS_PAY")
    assert [notice.name for notice in world.notices] == ["wxPaid", "wxMedInsPaid"]
    assert balanced(world) == 97_000


def test_an_empty_wallet_moves_nothing_and_the_order_waits(desk):
    world, order, data = placed(desk, wechat={"balance": 1})
    assert world.call("wxMedIns", data).success
    world.act("wechat.pay")
    world.advance(2_000)
    assert (states(world, data), world.state(order)) == (("CREATED", "CREATED", "CREATED"), "1")
    assert wallet(world).entries == ()
    assert world.balance == 1_000


def test_the_bureau_refuses_after_the_cash_and_the_merchant_refunds_it(desk):
    world, order, data = placed(desk, policy={"medical": "fail"})
    assert world.call("wxMedIns", data).success
    world.act("wechat.pay")
    world.advance(2_000)
    assert states(world, data) == ("FAIL", "SUCCESS", "FAIL")
    assert world.call("wxMedInsQuery", {"out_trade_no": data["out_trade_no"]}).data["med_ins_fail_reason"]
    assert world.state(order) == "3"
    assert "wxMedInsPaid" not in {notice.name for notice in world.notices}
    fee = data["wechat_pay_cash_fee"]
    for number, fen, state in (("RF1", fee - 1, "3"), ("RF2", 1, "15")):
        amount = {"refund": fen, "total": fee, "currency": "CNY"}
        reply = world.call(
            "wxRefund", {"out_trade_no": data["out_trade_no"], "out_refund_no": number, "amount": amount}
        )
        assert reply.success
        world.advance(1_000)
        assert world.state(order) == state
    assert (states(world, data), balanced(world)) == (("FAIL", "REFUND", "FAIL"), 100_000)
    assert world.orders[order["payOrdId"]].cash_paid == 0


def test_insurance_alone_that_fails_fails(desk):
    world, order, data = placed(desk, INSURANCE, balance=100_000, policy={"medical": "fail"})
    assert world.call("wxMedIns", data).success
    world.act("wechat.pay")
    world.advance(2_000)
    told = world.call("wxMedInsQuery", {"out_trade_no": data["out_trade_no"]}).data
    assert (told["mix_pay_status"], told["med_ins_pay_status"], world.state(order)) == (
        "MIX_PAY_FAIL",
        "MED_INS_PAY_FAIL",
        "15",
    )


def test_a_notice_of_a_mixed_order_is_repeated_within_half_a_minute(desk):
    world, _, data = placed(desk)
    world.call("wxMedIns", data)
    world.act("wechat.pay")
    world.accept = False
    world.advance(40_000)
    told = [notice for notice in world.notices if notice.name == "wxMedInsPaid"]
    assert [notice.attempt for notice in told] == [1, 2, 3, 4, 5]


# what is refused


@pytest.mark.parametrize(
    ("changes", "code", "number"),
    [
        ({"appid": "wxffffffffffffffff"}, "INVALID_REQUEST", 0),
        ({"openid": "o-other"}, "PARAM_ERROR", errors.OPENID),
        ({"sub_mchid": "1"}, "PARAM_ERROR", 0),
        ({"med_inst_no": "H1"}, "PARAM_ERROR", 0),
        ({"med_ins_order_create_time": "2026-09-21T09:00:00Z"}, "PARAM_ERROR", 0),
        ({"callback_url": "https://hospital.example/mixed?a=1"}, "PARAM_ERROR", 0),
        ({"mix_pay_type": "INSURANCE_ONLY"}, "RULE_LIMIT", errors.FIELDS_INSURANCE),
        ({"total_fee": 1}, "RULE_LIMIT", errors.TOTAL),
        ({"prepay_id": "wx-other"}, "PARAM_ERROR", 0),
        ({"serial_no": "MO-other"}, "INVALID_REQUEST", errors.AUTH_CHECK),
        ({"pay_auth_no": "AUTH-none"}, "INVALID_REQUEST", errors.AUTH_UNKNOWN),
        ({"pay_for_relatives": True}, "PARAM_ERROR", 0),
    ],
)  # fmt: skip
def test_a_wrong_mixed_order_changes_nothing(desk, changes, code, number):
    world, _, data = placed(desk)
    before = world.shard
    reply = world.call("wxMedIns", {**data, **changes})
    assert (reply.code, reply.data["number"]) == (code, number), reply.message
    assert world.shard is before


@pytest.mark.parametrize(
    ("digest", "word"),
    [
        (lambda number: md5_hex(number.encode()).upper(), "小写"),
        (lambda number: number, "不是证件号码本身"),
        (lambda _number: "0" * 32, "不一致"),
    ],
)
def test_a_wrong_digest_says_which_step_was_left_out(desk, digest, word):
    world, _, data = placed(desk)
    wrong = {**data["payer"], "id_digest": digest(world.shard.core.identity.id_no)}
    reply = world.call("wxMedIns", {**data, "payer": wrong})
    assert reply.data["number"] == errors.ID_DIGEST
    assert word in str(reply.message)


def test_a_wrong_name_and_an_unbound_credential(desk):
    world, _, data = placed(desk)
    reply = world.call("wxMedIns", {**data, "payer": {**data["payer"], "name": "别人"}})
    assert reply.data["number"] == errors.NAME
    world.act("patient.unbind")
    assert world.call("wxMedIns", data).data["number"] == errors.UNBOUND


def test_amounts_that_are_not_those_of_6202_are_the_bureaus_refusal(desk):
    world, order, data = placed(desk)
    other = {"med_ins_gov_fee": data["med_ins_gov_fee"] - 1, "med_ins_self_fee": data["med_ins_self_fee"] + 1}
    reply = world.call("wxMedIns", {**data, **other})
    assert (reply.code, reply.data["number"]) == ("INVALID_REQUEST", errors.BUREAU)
    assert "6202" in str(reply.message)
    assert world.orders[order["payOrdId"]].channel == "bank"


def test_an_order_that_was_paid_or_revoked_is_the_bureaus_refusal(desk):
    world, order, data = placed(desk)
    world.call("6401", world.query_data(order))
    assert world.call("wxMedIns", data).data["number"] == errors.BUREAU


def test_an_authorisation_that_has_expired(desk):
    world, _, data = placed(desk)
    world.advance(world.profile["auth.ttl_ms"] + 1)
    assert world.call("wxMedIns", data).data["number"] in (errors.AUTH_CHECK, errors.BUREAU)


def test_the_same_number_again_is_refused_even_after_a_failure(desk):
    world, _, data = placed(desk)
    assert world.call("wxMedIns", data).success
    again = world.call("wxMedIns", data)
    assert (again.code, again.data["number"]) == ("ALREADY_EXISTS", errors.EXISTS)


@pytest.mark.parametrize(
    ("rule", "content", "fine"),
    [
        ("any", "", True),
        ("required", "", False),
        ("required", '{"payAuthNo":"1","payOrdId":"1","setlLatlnt":"1,1"}', True),
        ("forbidden", '{"payAuthNo":"1"}', False),
        ("forbidden", "{}", True),
    ],
)
def test_the_pass_through_is_as_the_option_says(desk, rule, content, fine):
    world, _, data = placed(desk, options={"wechat.passthrough": rule})
    assert world.call("wxMedIns", {**data, "passthrough_request_content": content}).success is fine


def test_without_the_centre_a_mixed_order_is_refused_in_words(desk):
    whole, _, data = placed(desk)
    bare = tuple(role for role in ROLES if role.name != "centre")
    world = desk(roles=bare, policy={"confirm": "never"})
    world.shard = world.shard.with_core(auths=whole.shard.core.auths)
    paid = world.prepay(data["wechat_pay_cash_fee"], out_trade_no=data["out_trade_no"])
    prepay_id = world.call("wxPrepay", paid).data["prepay_id"]
    reply = world.call("wxMedIns", {**data, "prepay_id": prepay_id})
    assert "centre" in str(reply.message)


# refunds of the insurance part


def settled(desk, **spec):
    world, order, data = placed(desk, **spec)
    mix = world.call("wxMedIns", data).data["mix_trade_no"]
    world.act("wechat.pay")
    world.advance(2_000)
    return world, order, data, mix


def report(world, data, mix, number="RF1", **changes):
    gov, own = data["med_ins_gov_fee"], data["med_ins_self_fee"]
    body = {
        "mix_trade_no": mix, "med_refund_total_fee": gov + own, "med_refund_gov_fee": gov, "med_refund_self_fee": own,
        "med_refund_other_fee": 0, "refund_time": "2026-09-21T11:00:00+08:00", "out_refund_no": number, **changes,
    }  # fmt: skip
    return world.call("wxMedInsRefund", body)


def test_both_parts_refunded_is_refunded(desk):
    world, _, data, mix = settled(desk)
    reply = report(world, data, mix)
    assert (reply.success, reply.data) == (True, None)
    assert states(world, data) == ("SUCCESS", "SUCCESS", "REFUND")
    assert report(world, data, mix).success, "a repeat replaces"
    fee = data["wechat_pay_cash_fee"]
    amount = {"refund": fee, "total": fee, "currency": "CNY"}
    world.call("wxRefund", {"out_trade_no": data["out_trade_no"], "out_refund_no": "RF1", "amount": amount})
    world.advance(1_000)
    assert states(world, data) == ("REFUND", "REFUND", "REFUND")
    assert balanced(world) == 100_000


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"med_refund_total_fee": 1}, "RULE_LIMIT"),
        ({"med_refund_gov_fee": 10**9, "med_refund_total_fee": 10**9 + 1_000}, "PARAM_ERROR"),
        ({"refund_time": "2026-09-21T11:00:00Z"}, "PARAM_ERROR"),
        ({"mix_trade_no": "9"}, "ORDER_NOT_EXIST"),
        ({"sub_mchid": "1"}, "PARAM_ERROR"),
    ],
)
def test_a_wrong_report_changes_nothing(desk, changes, code):
    world, _, data, mix = settled(desk)
    before = world.shard
    assert report(world, data, mix, **changes).code == code
    assert world.shard is before


@pytest.mark.parametrize(("parts", "fine"), [("sum", False), ("last", True)])
def test_several_reports_add_up_or_not_as_the_option_says(desk, parts, fine):
    world, _, data, mix = settled(desk, options={"wechat.med_refund_parts": parts})
    assert report(world, data, mix).success
    assert report(world, data, mix, "RF2").success is fine


def test_a_6203_does_not_refund_the_cash_of_the_wallet(desk):
    world, order, data, _ = settled(desk)
    reply = world.call("6203", world.refund_data(order, "HI", payAuthNo=world.authorise()))
    assert reply.data["refStatus"] == "SUCC"
    assert world.state(order) == "8"
    assert balanced(world) == 100_000 - data["wechat_pay_cash_fee"]


def test_a_notice_of_a_mixed_order_on_purpose(desk):
    world, _, data = placed(desk)
    assert not world.act("notice.wechat_mix_draft").success
    world.call("wxMedIns", data)
    assert not world.act("notice.wechat_mix_draft").success
    forged = world.act("notice.wechat_mix_draft", as_settled=True).data
    assert forged["data"]["med_ins_pay_status"] == "MED_INS_PAY_SUCCESS"
    assert states(world, data) == ("CREATED", "CREATED", "CREATED")
    world.act("wechat.pay")
    world.advance(2_000)
    true = world.act("notice.wechat_mix_draft").data
    assert true["data"] == world.call("wxMedInsQuery", {"out_trade_no": data["out_trade_no"]}).data
    assert true["url"] == data["callback_url"]


def test_the_newest_unpaid_order_is_paid_and_a_number_chooses(desk):
    world, order, data = placed(desk)
    world.call("wxMedIns", data)
    later = world.prepay(700)
    assert world.act("wechat.pay").data == {"out_trade_no": later["out_trade_no"]}
    assert world.state(order) == "1"
    assert world.act("wechat.pay", out_trade_no=data["out_trade_no"]).success
    world.advance(2_000)
    assert (states(world, data)[0], world.state(order)) == ("SUCCESS", "6")


def test_a_revoked_order_is_not_paid_by_the_wallet(desk):
    world, order, data = placed(desk)
    world.call("wxMedIns", data)
    world.call("6401", world.query_data(order))
    assert not world.act("wechat.pay").success
    assert (balanced(world), world.state(order)) == (100_000, "12")


def test_cash_that_cannot_go_back_is_16(desk):
    world, order, data = placed(desk, policy={"medical": "fail", "reversal": "fail"})
    world.call("wxMedIns", data)
    world.act("wechat.pay")
    world.advance(2_000)
    assert (states(world, data), world.state(order)) == (("FAIL", "SUCCESS", "FAIL"), "16")


def test_an_undecided_bureau_is_14_and_the_mixed_order_stays_open(desk):
    world, order, data = placed(desk, policy={"medical": "undecided"})
    world.call("wxMedIns", data)
    world.act("wechat.pay")
    world.advance(2_000)
    assert (states(world, data), world.state(order)) == (("CREATED", "SUCCESS", "CREATED"), "14")
    assert "wxMedInsPaid" not in {notice.name for notice in world.notices}


def test_a_relative_is_paid_for_and_named(desk):
    options = {"auth.family": "allow"}
    world = desk(options=options, balance=1_000, ratio=50, policy={"confirm": "never"})
    auth = world.authorise(family_member="P2")
    upload = world.upload_data(auth, world.register(auth), [("A001", "100.00")])
    made = world.call("6201", upload)
    assert made.success, made.message
    order = {**made.data, **world.call("6202", world.pay_data(upload, made.data)).data}
    data = world.mix_data(upload, order)
    assert world.call("wxMedIns", data).data["number"] == errors.RELATION
    alone = world.call("wxMedIns", {**data, "pay_for_relatives": True})
    assert "relative" in str(alone.message)
    same = world.call("wxMedIns", {**data, "pay_for_relatives": True, "relative": data["payer"]})
    assert same.data["number"] == errors.RELATION
    child = {"name": "测试童", "id_digest": id_digest("1" * 17 + "X"), "card_type": "ID_CARD"}
    made = world.call("wxMedIns", {**data, "pay_for_relatives": True, "relative": child})
    assert made.success, made.message
    assert "relative" not in made.data
