"""Whatever object an institution sends, each interface answers; a refusal leaves the shard as it was."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.channels.wechat.errors import CODES as WX_CODES
from simulator.protocol.codes.table import BY_CODE
from simulator.protocol.model.interface import Request
from simulator.protocol.model.role import interfaces_of
from simulator.protocol.model.step import Institution, Reply
from simulator.protocol.model.stepping import answer
from simulator.protocol.text.jsontext import Num
from simulator.roles import ROLES

ROWS = interfaces_of(ROLES)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(max_size=12)
    | st.sampled_from(["1", "0.01", "ALL", "01", "1e5", "-1", "\x00", "\ud800"]).map(str)
    | st.sampled_from(["12.50", "1E+2", "-0"]).map(Num)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
HOSPITAL = Institution(
    "H50999900001", "联调示范医院", "509999", "APP0000000000000000000000000000A", "12345678"
)


@pytest.fixture(scope="module")
def settled(base_profile):
    """A world with a settled order, and the good messages that made it."""
    found = {}

    def keep(desk):
        if not found:
            world = desk(balance=1000, ratio=50)
            upload, order = world.pay()
            auth = world.authorise()
            found["world"] = world
            found["good"] = {
                "6201": {**upload, "medOrgOrd": "MO-new", "payAuthNo": auth},
                "6202": world.pay_data(upload, order),
                "6203": world.refund_data(order, payAuthNo=auth),
                "6301": world.query_data(order),
                "6302": world.notices[0].data,
                "6401": world.query_data(order),
                "1101": {"data": {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth}},
                "callService": {"data": {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth}},
                "2201": {"data": world.registration(auth, "MZ-new")},
                "2202": {
                    "data": {
                        "psn_no": world.shard.core.psn_no,
                        "mdtrt_id": upload["mdtrtId"],
                        "ipt_otp_no": "x",
                    }
                },
                "userQuery": {"qrcode": "1", "openid": "o-jia"},
                "modeA": {"qrcode": "1", "openid": "o-jia"},
                "wxPrepay": world.prepay_data(),
                "wxQuery": {"out_trade_no": "WX1", "mchid": "1900000001"},
                "wxClose": {"out_trade_no": "WX1", "mchid": "1900000001"},
                "wxRefund": {
                    "out_trade_no": "WX1",
                    "out_refund_no": "R1",
                    "amount": {"refund": 1, "total": 1},
                },
                "wxRefundQuery": {"out_refund_no": "R1"},
                "wxMedIns": world.mix_data({**upload, "payAuthNo": auth}, order),
                "wxMedInsQuery": {"mix_trade_no": "1"},
                "wxMedInsRefund": {"mix_trade_no": "1", "out_refund_no": "R1", "med_refund_total_fee": 1},
                "wxMedInsPaid": {},
                "wxTradeBill": {"bill_date": "2026-09-21", "bill_type": "ALL", "tar_type": "GZIP"},
                "wxBillFile": {"token": "x"},
                "wxPaid": {},
                "wxRefunded": {},
                "wxCertificates": {},
                "1162": {"ecQrCode": "1", "orgId": HOSPITAL.code, "businessType": "01301"},
            }
        return found["world"], found["good"]

    return keep


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_member_may_be_anything(row, data, settled, desk):
    world, good = settled(desk)
    body = dict(good[row.number])
    inner = dict(body["data"]) if row.transport.name == "fsi" else body
    for name in data.draw(st.lists(st.sampled_from([*inner, "extra"]), max_size=3)):
        inner[name] = data.draw(VALUES)
    body = {"data": inner} if row.transport.name == "fsi" else inner
    if data.draw(st.integers(0, 9)) == 0:
        body = data.draw(st.dictionaries(st.sampled_from(["data", "input", *inner]), VALUES))
    for kind, value in row.locate(body):
        assert isinstance(kind, str)
        assert isinstance(value, str)
        assert value
    header = {
        "fixmedins_code": HOSPITAL.code,
        "insuplc_admdvs": data.draw(st.sampled_from(["509999", "", None, 7])),
    }
    if row.whole is not None:
        reply = row.whole((world.shard,), Request(row.number, body, header, HOSPITAL), world.context)
        assert reply.success or reply.code in WX_CODES
        return
    step = answer(world.cast, row, world.shard, Request(row.number, body, header, HOSPITAL), world.context)
    (reply,) = [effect for effect in step.effects if isinstance(effect, Reply)]
    if not reply.success:
        assert step.shard is world.shard
        assert reply.code in (WX_CODES if row.transport.name == "wechat" else BY_CODE), reply.code
        assert reply.message
        assert len(str(reply.message)) < 400
        assert "\n" not in str(reply.message)


def test_numbers_are_unique_and_paths_are_those_of_the_sheets():
    assert len({row.number for row in ROWS}) == len(ROWS)
    paths = {row.number: row.path for row in ROWS}
    assert paths["6201"] == "/org/local/api/hos/uldFeeInfo"
    assert paths["6202"] == "/org/local/api/hos/pay_order"
    assert paths["6203"] == "/org/local/api/hos/refund_Order"
    assert paths["6301"] == "/org/local/api/hos/query_order_info"
    assert paths["6401"] == "/org/local/api/hos/revoke_order"
    assert paths["1101"] == "/fsi/api/fsiPsnInfoService/queryPsnInfo"
    assert paths["2201"] == "/fsi/api/outpatientDocInfoService/outpatientRregistration"
    assert paths["2202"] == "/fsi/api/outpatientDocInfoService/outpatientRegistrationCancel"
