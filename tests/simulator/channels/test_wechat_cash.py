"""The cash side of WeChat: orders, payment, refunds and the bill; money neither appears nor vanishes."""

from __future__ import annotations

import base64
import gzip
import hashlib

import pytest

from simulator.channels.wechat import state as wechat_state
from simulator.protocol.text.jsontext import Num
from simulator.protocol.text.times import beijing_dt

MCHID = "1900000001"
DAY = 86_400_000


def wallet(world):
    return wechat_state.of(world.shard)


def balanced(world):
    """What the wallet holds is the first balance and every movement; orders and refunds say the same."""
    own = wallet(world)
    moved = sum(-one.fen if one.kind == "pay" else one.fen for one in own.entries)
    paid = sum(one.total for one in own.orders.values() if one.transaction_id)
    back = sum(one.fen for one in own.refunds.values() if one.status == "SUCCESS")
    assert own.balance == 100_000 + moved == 100_000 - paid + back
    return own.balance


def query(world, order):
    return world.call("wxQuery", {"out_trade_no": order["out_trade_no"], "mchid": MCHID})


def test_an_order_is_paid_once_and_told(desk):
    world = desk()
    order = world.prepay(5_000)
    assert query(world, order).data["trade_state"] == "NOTPAY"
    assert world.act("wechat.pay").success
    paid = query(world, order).data
    assert (paid["trade_state"], paid["amount"]["payer_total"]) == ("SUCCESS", 5_000)
    assert world.call("wxQuery", {"transaction_id": paid["transaction_id"], "mchid": MCHID}).data == paid
    (told,) = world.notices
    assert (told.name, told.url, told.data) == ("wxPaid", "https://hospital.example/wallet", paid)
    assert balanced(world) == 95_000
    assert not world.act("wechat.pay").success
    assert balanced(world) == 95_000


def test_a_notice_that_nobody_takes_is_repeated_by_the_plan_and_no_longer(desk):
    world = desk()
    world.accept = False
    world.prepay()
    world.act("wechat.pay")
    counts = []
    for ms in (14_999, 1, 15_000, 30_000, 2 * DAY):
        world.advance(ms)
        counts.append(len(world.notices))
    assert counts == [1, 2, 3, 4, 16]
    assert [one.attempt for one in world.notices] == list(range(1, 17))
    assert [one.after for one in world.changes if one.what == "notice"] == ["given_up"]


def test_a_notice_that_was_taken_is_not_repeated(desk):
    world = desk()
    world.accept = False
    world.prepay()
    world.act("wechat.pay")
    world.accept = True
    world.advance(DAY)
    assert len(world.notices) == 2


def test_a_prepay_id_lasts_two_hours_and_an_order_seven_days(desk):
    world = desk()
    order = world.prepay()
    world.advance(2 * 3_600_000 + 1)
    assert not world.act("wechat.pay").success
    assert query(world, order).data["trade_state"] == "NOTPAY"
    world.advance(7 * DAY)
    assert query(world, order).data["trade_state"] == "CLOSED"
    assert balanced(world) == 100_000


def test_time_expire_ends_an_order(desk):
    world = desk()
    ends = beijing_dt(world.wire + 60_000).replace(" ", "T") + "+08:00"
    order = world.prepay(time_expire=ends)
    world.advance(60_000)
    assert query(world, order).data["trade_state"] == "CLOSED"


def test_a_closed_order_cannot_be_paid_and_a_paid_one_not_closed(desk):
    world = desk()
    order = world.prepay()
    close = {"out_trade_no": order["out_trade_no"], "mchid": MCHID}
    reply = world.call("wxClose", close)
    assert (reply.success, reply.data) == (True, None)
    assert world.call("wxClose", close).success
    assert not world.act("wechat.pay").success
    other = world.prepay()
    world.act("wechat.pay")
    refused = world.call("wxClose", {**close, "out_trade_no": other["out_trade_no"]})
    assert refused.code == "INVALID_REQUEST"


def test_the_same_order_again(desk):
    world = desk()
    data = world.prepay_data()
    first, second = world.call("wxPrepay", data), world.call("wxPrepay", data)
    assert first.data == second.data
    other = world.call("wxPrepay", {**data, "description": "其他"})
    assert (other.code, other.data) == ("ALREADY_EXISTS", {"number": 268512536})
    world.act("wechat.pay")
    assert world.call("wxPrepay", data).code == "ALREADY_EXISTS"


def test_another_persons_number_is_taken(desk):
    world = desk()
    order = world.prepay()
    other = world.neighbour()
    reply = other.call("wxPrepay", other.prepay_data(out_trade_no=order["out_trade_no"]))
    assert reply.code == "ALREADY_EXISTS"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mchid": "1999999999"}, "INVALID_REQUEST"),
        ({"appid": "wxffffffffffffffff"}, "INVALID_REQUEST"),
        ({"payer": {"openid": "o-other"}}, "PARAM_ERROR"),
        ({"amount": {"total": Num("0")}}, "PARAM_ERROR"),
        ({"amount": {"total": Num("1.5")}}, "PARAM_ERROR"),
        ({"amount": {"total": "100"}}, "PARAM_ERROR"),
        ({"time_expire": "2020-01-01T00:00:00+08:00"}, "PARAM_ERROR"),
        ({"time_expire": "2036-01-01T00:00:00Z"}, "PARAM_ERROR"),
        ({"notify_url": "https://hospital.example/wallet?x=1"}, "PARAM_ERROR"),
        ({"notify_url": "https://elsewhere.example/wallet"}, "PARAM_ERROR"),
        ({"notify_url": "ftp://hospital.example/wallet"}, "PARAM_ERROR"),
        ({"notify_url": "https://[/wallet"}, "PARAM_ERROR"),
    ],
)  # fmt: skip
def test_a_wrong_prepay_changes_nothing(desk, changes, code):
    world = desk()
    before = world.shard
    reply = world.call("wxPrepay", world.prepay_data(**changes))
    assert (reply.code, world.shard is before) == (code, True)
    assert not world.notices


def test_https_may_be_asked_for(desk):
    world = desk(options={"wechat.https_notify": True})
    refused = world.call("wxPrepay", world.prepay_data(notify_url="http://hospital.example/wallet"))
    assert refused.code == "PARAM_ERROR"
    assert world.prepay()


def test_an_empty_wallet_pays_nothing(desk):
    world = desk(wechat={"balance": 10})
    order = world.prepay(11)
    assert "余额不足" in str(world.act("wechat.pay").message)
    assert query(world, order).data["trade_state"] == "NOTPAY"
    assert wallet(world).entries == ()


def refund(world, order, fen, number="RF1", **more):
    amount = {"refund": Num(str(fen)), "total": order["amount"]["total"], "currency": "CNY"}
    data = {"out_trade_no": order["out_trade_no"], "out_refund_no": number, "amount": amount, **more}
    return world.call("wxRefund", data)


def paid_order(world, fen=5_000):
    order = world.prepay(fen)
    world.act("wechat.pay")
    return order


def test_refunds_in_parts_up_to_the_whole_and_not_a_fen_more(desk):
    world = desk()
    order = paid_order(world)
    first = refund(world, order, 2_000, notify_url="https://hospital.example/refund")
    assert (first.data["status"], balanced(world)) == ("PROCESSING", 95_000)
    world.advance(1_000)
    asked = world.call("wxRefundQuery", {"out_refund_no": "RF1"}).data
    assert (asked["status"], balanced(world)) == ("SUCCESS", 97_000)
    told = world.notices[-1]
    assert (told.name, told.url) == ("wxRefunded", "https://hospital.example/refund")
    assert (told.data["refund_status"], told.data["mchid"]) == ("SUCCESS", MCHID)
    assert refund(world, order, 3_001, "RF2").code == "INVALID_REQUEST"
    assert refund(world, order, 3_000, "RF2").success
    world.advance(1_000)
    assert balanced(world) == 100_000
    assert query(world, order).data["trade_state"] == "REFUND"


def test_the_same_refund_number_refunds_once(desk):
    world = desk()
    order = paid_order(world)
    assert refund(world, order, 2_000).data == refund(world, order, 2_000).data
    assert refund(world, order, 1_000).code == "INVALID_REQUEST"
    world.advance(5_000)
    assert balanced(world) == 97_000


def test_a_refund_that_cannot_arrive_is_abnormal_and_moves_nothing(desk):
    world = desk(policy={"refund": "cash_fail"})
    order = paid_order(world)
    refund(world, order, 2_000, notify_url="https://hospital.example/refund")
    world.advance(1_000)
    assert world.call("wxRefundQuery", {"out_refund_no": "RF1"}).data["status"] == "ABNORMAL"
    assert world.notices[-1].data["refund_status"] == "ABNORMAL"
    assert balanced(world) == 95_000


@pytest.mark.parametrize(
    ("fen", "code"), [(0, "PARAM_ERROR"), ("1.5", "PARAM_ERROR"), (5_001, "INVALID_REQUEST")]
)
def test_a_wrong_refund_changes_nothing(desk, fen, code):
    world = desk()
    order = paid_order(world)
    before = world.shard
    assert refund(world, order, fen).code == code
    assert world.shard is before


def test_what_was_never_paid_is_not_refunded(desk):
    world = desk()
    assert refund(world, world.prepay(), 1).code == "INVALID_REQUEST"
    assert world.call("wxRefundQuery", {"out_refund_no": "none"}).code == "RESOURCE_NOT_EXISTS"


def test_the_bill_of_a_day_says_what_moved(desk):
    world = desk()
    order = paid_order(world)
    refund(world, order, 2_000)
    day = beijing_dt(world.wire)[:10]
    asked = {"bill_date": day, "bill_type": "ALL"}
    assert world.survey("wxTradeBill", asked).code == "NO_STATEMENT_EXIST"
    world.advance(2 * DAY)
    told = world.survey("wxTradeBill", asked).data
    token = told["download_url"].partition("token=")[2]
    assert told["download_url"].startswith("http://h/v3/billdownload/file?token=")
    file = gzip.decompress(
        base64.b64decode(world.survey("wxBillFile", {"token": token}).data["file"])
    ).decode()
    assert hashlib.sha1(file.encode()).hexdigest() == told["hash_value"]
    title, *rows, sums, total = file.splitlines()
    assert title.count(",") == rows[0].count(",") == rows[1].count(",") == 26
    assert sums.count(",") == total.count(",") == 6
    assert all(row.startswith("`") for row in (*rows, total))
    assert total == "`2,`50.00,`20.00,`0.00,`0.00000,`50.00,`20.00"
    assert [row.split(",")[9] for row in rows] == ["`REFUND", "`SUCCESS"]
    only = world.survey("wxTradeBill", {**asked, "bill_type": "SUCCESS"}).data
    assert only["hash_value"] != told["hash_value"]
    forged = base64.urlsafe_b64encode(f"{day}.ALL..{'0' * 40}".encode()).decode()
    assert world.survey("wxBillFile", {"token": forged}).code == "NO_STATEMENT_EXIST"


@pytest.mark.parametrize("asked", [{"bill_date": "2026-13-01"}, {"bill_date": "20260921"}, {"bill_date": "2026-09-21", "bill_type": "X"}, {"bill_date": "2026-09-21", "tar_type": "ZIP"}, {}])  # fmt: skip
def test_a_wrong_question_for_a_bill(desk, asked):
    assert desk().survey("wxTradeBill", asked).code == "PARAM_ERROR"


def test_a_notice_on_purpose(desk):
    world = desk()
    assert not world.act("notice.wechat_draft").success
    order = world.prepay()
    assert not world.act("notice.wechat_draft").success
    forged = world.act("notice.wechat_draft", as_settled=True).data
    assert forged["data"]["trade_state"] == "SUCCESS"
    assert query(world, order).data["trade_state"] == "NOTPAY"
    world.act("wechat.pay")
    true = world.act("notice.wechat_draft").data
    assert (true["data"], true["url"]) == (query(world, order).data, order["notify_url"])


@pytest.mark.parametrize(("way", "word"), [("insufficient", "余额不足"), ("fail", "扣款失败")])
def test_the_policy_of_the_person_scripts_the_wallet(desk, way, word):
    world = desk(policy={"cash": way})
    world.prepay()
    assert word in str(world.act("wechat.pay").message)
    assert balanced(world) == 100_000
