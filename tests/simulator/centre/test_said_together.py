"""Business refusals hide nothing: what is wrong with a request is said at once, under the code of the first (issue 6, 8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_an_upload_hears_everything_that_does_not_fit(desk: Callable[..., Any]) -> None:
    world = desk(insutype="390")
    auth = world.authorise()
    data = world.upload_data(auth, world.register(auth), [("A001", "100.00")])
    wrong = {"insutype": "310", "insuCode": "000000", "idType": "99", "mdtrtId": "X", "medfeeSumamt": "99.00"}
    reply = world.call("6201", {**data, **wrong})
    assert reply.code == "LT-PERSON-INSUTYPE"
    said = str(reply.message)
    for part in ("insutype=310", "insuCode=000000", "idType=99", "mdtrtId=X", "明细合计 100.00 元"):
        assert part in said
    assert world.call("6201", data).success, "nothing changed, the authorisation is not used"


def test_a_payment_order_hears_everything_that_does_not_fit(desk: Callable[..., Any]) -> None:
    world = desk()
    upload, order = world.upload()
    data = world.pay_data(upload, order) if hasattr(world, "pay_data") else None
    wrong = {"payToken": "no", "chrgBchno": "no", "feeType": "02", "mdtrtId": "no"}
    reply = world.call("6202", {**(data or {**upload, **order}), **wrong, "orgBizSer": "S1"})
    assert reply.code == "LT-ORDER-TOKEN"
    for part in ("payToken", "chrgBchno=no", "feeType=02", "mdtrtId=no"):
        assert part in str(reply.message)


def test_a_registration_hears_of_person_and_insurance(desk: Callable[..., Any]) -> None:
    world = desk()
    auth = world.authorise()
    world.register(auth)
    body = {
        "psn_no": "0",
        "insutype": "999",
        "mdtrt_cert_type": "03",
        "mdtrt_cert_no": auth,
        "ipt_otp_no": "9",
    }
    reply = world.call("2201", body)
    for part in ("psn_no", "insutype=999", "mdtrt_cert_type=03"):
        assert part in str(reply.message)
