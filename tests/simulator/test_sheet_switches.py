"""The switches that centre sheets 16 and 22 recommend: where each is, what it does, and which are not there yet."""

from __future__ import annotations

import dataclasses
import json

import pytest

from simulator.centre.setl import FUND_TYPES
from simulator.faults import FAULTS
from simulator.faults.notice_kinds import KINDS
from simulator.faults.scripted_reply import ReplyScript, scripted
from simulator.protocol.model.person import POLICY_WORDS
from simulator.protocol.text.money import to_fen
from simulator.protocol.wire.amounts import amount_facts
from simulator.protocol.wire.raw import RawMessage

WHERE = {  # item of sheet 16 -> option, `policy:`, `fault:`, `notice:` or `reply:` (of a scripted reply)
    "user id": ["envelope.user_id"],
    "canonical form": ["envelope.canonical"],
    "empty objects": ["envelope.drop_empty_object"],
    "response code as int or string": ["envelope.response_code"],
    "appId and success in responses": ["envelope.response_app_id", "envelope.response_success"],
    "unsigned failure responses": ["envelope.sign_failures"],
    "encData case": ["envelope.enc_case"],
    "timestamp forms and window": [
        "envelope.timestamp_forms",
        "envelope.timestamp_out",
        "envelope.window_ms",
    ],
    "6301 without amounts when < 3": ["query.amounts_from"],
    "four-part or three-part total": ["amounts.total_parts"],
    "payAuthNo re-use on 6203": ["refund.fresh_auth", "auth.single_use"],
    "6201 with cashier address": ["upload.cashier_url"],
    "6302 sealed or plain": ["notify.form"],
    "6302 before or after the 6202 reply": ["notify.before_reply", "policy:before_reply", "notice:early"],
    "6302 duplicates": ["notify.copies", "notice:repeat", "notice:replay"],
    "6302 delay and retry plan": ["notify.plan_ms"],
    "relay wrapping": ["fault:relay_wrapped"],
    "order expiry": ["order.ttl_ms"],
    "payAuthNo expiry, single use": ["auth.ttl_ms", "auth.check_at", "auth.single_use"],
    "EXP refunds": ["policy:refund"],
    "strict or loose refund arithmetic": ["refund.strict_sum", "refund.oth_via_6203"],
    "state 2 dwell time": ["settle.step_ms"],
    "17-25 states injection": ["reply:set"],
    "duplicates of 6201, 6202, 6203 (sheet 11)": [
        "order.duplicate",
        "presettle.duplicate",
        "refund.duplicate",
    ],
    "numeric failure codes, text on success (sheet 22)": ["envelope.failure_code", "envelope.response_code"],
    "diseCodg, diseName empty (sheet 22)": ["envelope.kept_empty"],
    "chrgBchno, iptOtpNo of 36 to 40, medOrgOrd (sheet 22)": ["fields.number_chars", "order.med_org_ord"],
    "rxCircFlag absent or empty (sheet 22)": ["fields.rx_circ_flag"],
    "amounts of four decimals, negative lines (sheet 22)": ["fields.decimals", "fields.negative_lines"],
    "dates with or as milliseconds (sheet 22)": ["fields.date_forms"],
    "relay paths, infno behind the base URL (sheet 22)": ["fsi.single_entries", "fsi.infno_bases"],
    "UUID msgid (sheet 22)": ["fsi.msgid_chars", "fsi.msgid"],
    "infcode 1 (sheet 22)": ["fsi.success_code"],
    "15-digit identity numbers": ["identity.fifteen_digits"],
    "a page in answer to 6302 (sheet 22)": ["notify.page"],
    "envelope 1.0.0 (sheet 22)": ["envelope.also_versions", "envelope.version"],
}
LEFT = {
    "envelope in `plain` mode": "encType/signType plain for every interface: a profile of its own (Zhongshan, sheet 6.10)",
    "V1 spelling": "ownpayAmt, transType routing, V1 bodies: belong to the V1 profile (sheet 12)",
    "institution binding of payAuthNo": "always on; no source shows a centre without it",
}


def test_every_switch_is_somewhere(base_profile):
    policies = {*POLICY_WORDS, "before_reply"}
    for item, places in WHERE.items():
        for place in places:
            kind, _, name = place.partition(":")
            known = {
                "policy": lambda name: name in policies,
                "fault": lambda name: name in {fault.name for fault in FAULTS},
                "notice": lambda name: name in {kind.name for kind in KINDS},
                "reply": lambda name: name in {field.name for field in dataclasses.fields(ReplyScript)},
            }
            assert known[kind](name) if kind in known else place in base_profile.options, (item, place)
    assert not set(WHERE) & set(LEFT)


@pytest.mark.parametrize("state", [str(number) for number in range(17, 26)])
def test_a_scripted_reply_tells_any_state_and_nothing_else_changes(desk, state):
    """Also those above 17 that no table has; the order itself stays what it is."""
    world = desk()
    _, order = world.pay()
    reply = world.call("6301", world.query_data(order))
    told = scripted(reply, ReplyScript(set={"ordStas": state}))
    assert told.data == {**reply.data, "ordStas": state}
    assert told.data != reply.data
    assert world.state(order) == "6"


def fens(data, *names):
    return [to_fen(data[name]) for name in names]


FOUR = ("ownPayAmt", "psnAcctPay", "fundPay", "othFeeAmt")
DETAILS = {"othFeeAmt", "hospPartAmt", "acctMulaidPay", "selfAcctPay", "deposit", "delvFee"}


@pytest.mark.parametrize("parts", ["four", "three"])
def test_the_total_has_four_parts_or_three(desk, parts):
    world = desk(options={"amounts.total_parts": parts}, other=700, hosp_part=300, balance=1000, ratio=50)
    _data, order = world.pay()
    asked = world.call("6301", world.query_data(order)).data
    told = world.notices[0].data
    for said in (order, asked, told):
        assert fens(said, "feeSumamt") == [sum(fens(said, *FOUR[: 4 if parts == "four" else 3]))]
        assert (DETAILS & set(said)) == (DETAILS if parts == "four" else set())
        assert [fact.name for fact in amount_facts("6302", "request", said) if not fact.ok] == []
    assert world.orders[order["payOrdId"]].amounts.other == (700 if parts == "four" else 0)


def test_the_cashier_address(desk):
    url = "https://cashier.example/pay?x=1"
    world = desk(options={"upload.cashier_url": url})
    data, order = world.upload()
    assert order["cashierUrl"] == url
    assert world.call("6201", data).data["cashierUrl"] == url, "also when repeated"
    assert "cashierUrl" not in desk().upload()[1]


@pytest.mark.parametrize(("choice", "fine"), [("refuse", False), ("allow", True)])
def test_the_serial_is_no_reuse_of_the_order_number(desk, choice, fine):
    world = desk(options={"presettle.serial_as_order": choice})
    data, order = world.upload()
    reply = world.call("6202", world.pay_data(data, order, orgBizSer=data["medOrgOrd"]))
    assert reply.success is fine
    assert reply.code == ("0" if fine else "LT-ORDER-SERIAL")


AMOUNTS = ("feeSumamt", *FOUR)


def test_6202_again_has_the_same_amounts(desk):
    """contracts 10; also after another order of the same person used up the account."""
    world = desk(balance=8000, ratio=0, policy={"confirm": "never"})
    data, order = world.place()
    _other_data, other = world.place([("A001", "50.00")])
    world.act("patient.confirm", payOrdId=other["payOrdId"])
    world.advance(2000)
    assert world.state(other) == "6"
    assert world.balance == 3000
    again = world.call("6202", world.pay_data(data, order))
    assert again.success, again.message
    assert [again.data[name] for name in AMOUNTS] == [order[name] for name in AMOUNTS]


@pytest.mark.parametrize(
    ("first", "then", "fine"),
    [("1", "1", True), ("1", "", True), ("", "1", True), ("1", "0", False), ("0", "1", False)],
)
def test_6202_again_cannot_change_the_account(desk, first, then, fine):
    world = desk(balance=8000)
    data, order = world.place(acctUsedFlag=first)
    again = world.call("6202", world.pay_data(data, order, acctUsedFlag=then))
    assert again.code == ("0" if fine else "LT-ORDER-STATE")
    assert len(world.orders[order["payOrdId"]].serials) == (2 if fine else 1)


@pytest.mark.parametrize(("code", "fine"), [("A001", True), ("A002", False)])
def test_a_strict_catalogue(desk, code, fine):
    world = desk(options={"catalogue.check": "strict", "catalogue.accepted": ["A001"]})
    auth = world.authorise()
    reply = world.call(
        "6201", world.upload_data(auth, world.register(auth), [("A001", "1.00"), (code, "2.00")])
    )
    assert reply.success is fine
    assert not fine or world.orders
    assert fine or (reply.code, "A002" in str(reply.message)) == ("LT-FIELD-VALUE", True)


@pytest.mark.parametrize("copies", [1, 3])
def test_copies_of_the_first_notice(desk, copies):
    world = desk(options={"notify.copies": copies})
    _, order = world.pay()
    assert len(world.notices) == copies
    assert all(one.data == world.notices[0].data for one in world.notices)
    assert world.orders[order["payOrdId"]].notice_accepted


def test_copies_that_are_not_accepted_are_repeated_by_one_plan(desk):
    world = desk(options={"notify.copies": 3, "notify.plan_ms": [0, 1000, 1000]})
    world.accept = False
    world.pay()
    world.advance(60_000)
    assert [one.attempt for one in world.notices] == [1, 1, 1, 2, 3]


def test_the_notice_before_the_reply(desk):
    world = desk(options={"notify.before_reply": True})
    data, order = world.upload()
    reply = world.call("6202", world.pay_data(data, order))
    assert reply.after_notice
    assert reply.data["ordStas"] == "1", "the answer tells the moment of 6202"
    assert world.state(order) == "6"
    assert len(world.notices) == 1


POOLED = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "hifdm_pay", "oth_pay")


@pytest.mark.parametrize(
    "spec", [{}, {"other": 700, "hosp_part": 300, "balance": 1000}, {"ratio": 0}, {"balance": 0}]
)
def test_the_core_s_records_hold_the_invariants(desk, spec):
    """Institution sheet 10: A6, A8, A9, A10."""
    world = desk(**spec)
    before = world.balance
    data, order = world.place([("A001", "70.00"), ("B001", "20.00"), ("C001", "10.00")])
    setl = order["extData"]["preSetl"]
    total, account, cash, hospital = fens(setl, "medfee_sumamt", "acct_pay", "psn_cash_pay", "hosp_part_amt")
    assert total == 10_000 == sum(fens(setl, *POOLED)) + account + cash + hospital
    assert fens(setl, "psn_part_amt") == [account + cash]
    assert fens(setl, "balc") == [before - account]
    assert sum(fens(setl, "fulamt_ownpay_amt", "preselfpay_amt", "overlmt_selfpay", "inscp_scp_amt")) == total
    assert setl["gend"] in ("1", "2")
    assert setl["brdy"] == "1990-03-07"
    world.advance(2000)
    told = world.notices[0].data["extData"]
    assert sum(to_fen(row["fundpayamt"]) for row in told["setldetail"]) == to_fen(
        told["setlinfo"][0]["fundPaySumamt"]
    )
    assert {row["fundpaytype"] for row in told["setldetail"]} <= {FUND_TYPES["310"][0]}
    assert told["setlinfo"][0]["medType"] == data["medType"]


def test_a_relay_hands_the_answer_on_as_a_text():
    fault = next(fault for fault in FAULTS if fault.name == "relay_wrapped")
    raw = RawMessage("POST", "/", (), '{"code":0,"message":"成功"}'.encode(), 200)
    for levels in (1, 2, 3):
        value = json.loads(fault.apply(raw, {"levels": levels, "text": 1}, b"").body)
        for name in ("data", "output", "body")[:levels]:
            value = value[name]
        assert json.loads(value) == {"code": 0, "message": "成功"}


COUNTER_EXAMPLES = [  # sheet 9: seen in the field, refused when strict
    ("total above the parts", {"totlRefdAmt": "99.00"}),
    ("total below the parts", {"totlRefdAmt": "1.00"}),
]


@pytest.mark.parametrize(("name", "change"), COUNTER_EXAMPLES, ids=[row[0] for row in COUNTER_EXAMPLES])
def test_strict_and_loose_refund_arithmetic(desk, name, change):
    for strict in (True, False):
        world = desk(options={"refund.strict_sum": strict})
        _, order = world.pay()
        reply = world.call("6203", world.refund_data(order, payAuthNo=world.authorise(), **change))
        assert reply.code == ("LT-REFUND-SUM" if strict else "0")


def test_all_with_null_account_and_fund_is_the_whole_order(desk):
    """Sheet 6.5: done in practice."""
    world = desk(balance=1000)
    _, order = world.pay()
    more = {"payAuthNo": world.authorise(), "psnAcctRefdAmt": None, "fundRefdAmt": ""}
    reply = world.call("6203", world.refund_data(order, **more))
    assert reply.data["refStatus"] == "SUCC"
    assert world.state(order) == "7"
    assert world.balance == 1000


def test_6203_answers_what_the_sheet_lists(desk):
    world = desk(balance=1000)
    _, order = world.pay()
    cash = world.refund_data(
        order, "CASH", payAuthNo=world.authorise(), cashRefdAmt="1.00", totlRefdAmt="1.00"
    )
    assert set(world.call("6203", cash).data) == {"refdSn", "refStatus"}, "cash only: nothing medical"
    rest = world.refund_data(order, "HI", payAuthNo=world.authorise())
    assert set(world.call("6203", rest).data) == {
        "refdSn",
        "refStatus",
        "hiFefdSn",
        "hiTrnsDate",
        "hiTrnsTime",
    }
