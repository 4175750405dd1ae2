"""1101, 2201 and 2202: who a certificate names, one visit a number, no cancelling of what is being paid."""

from __future__ import annotations

import pytest

from simulator.protocol.model.role import interfaces_of
from simulator.protocol.text.idnumber import of_18
from simulator.roles import ROLES

INTERFACES = {row.number: row for row in interfaces_of(ROLES)}


def test_1101_gives_the_person_and_one_number(desk):
    world = desk(insutype="390", balance=1234, insured_region="110101")
    auth = world.authorise()
    reply = world.call("1101", {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth})
    base, (insu,) = reply.data["baseinfo"], reply.data["insuinfo"]
    assert base["psn_name"] == "测试甲"
    assert base["certno"] == world.shard.core.identity.id_no
    assert (base["gend"], base["brdy"]) == ("1", "1990-03-07")
    assert 30 < float(base["age"]) < 40
    assert (insu["insutype"], insu["balc"], insu["insuplc_admdvs"]) == ("390", "12.34", "110101")
    again = world.call("1101", {"mdtrt_cert_type": "02", "mdtrt_cert_no": world.shard.core.identity.id_no})
    assert again.data["baseinfo"]["psn_no"] == base["psn_no"]
    assert ("psnNo", base["psn_no"]) in world.index


def test_1101_and_2201_never_bind_nor_expire_an_authorisation(desk):
    world = desk()
    auth = world.authorise()
    world.advance(3_600_000)
    world.register(auth)
    assert world.shard.core.auths[auth].bound == ""


def test_a_profile_may_check_the_lifetime_at_1101(desk):
    world = desk(options={"auth.check_at": ["1101", "6201", "6202", "6203"]})
    auth = world.authorise()
    world.advance(600_001)
    assert world.call("1101", {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth}).code == "LT-AUTH-EXPIRED"


@pytest.mark.parametrize(
    ("change", "header", "code"),
    [
        ({"mdtrt_cert_no": "AUTH9"}, {}, "LT-AUTH-UNKNOWN"),
        ({"mdtrt_cert_type": "03"}, {}, "LT-CERT-TYPE"),
        ({"mdtrt_cert_type": "02"}, {}, "LT-PERSON-MISMATCH"),
        ({"psn_name": "测试乙"}, {}, "LT-PERSON-MISMATCH"),
        ({"certno": "1"}, {}, "LT-PERSON-MISMATCH"),
        ({}, {"fixmedins_code": "H1"}, "LT-ORG-MISMATCH"),
        ({}, {"mdtrtarea_admvs": "110000"}, "LT-REGION"),
    ],
)
def test_1101_refusals(desk, change, header, code):
    world = desk()
    data = {"mdtrt_cert_type": "01", "mdtrt_cert_no": world.authorise(), **change}
    before = world.shard
    assert world.call("1101", data, **header).code == code
    assert world.shard is before


def test_2201_again_with_the_same_number_gives_the_first_visit(desk):
    world = desk()
    auth = world.authorise()
    first = world.register(auth)
    number = world.shard.core.visits[first].ipt_otp_no
    again = world.call("2201", world.registration(auth, number))
    assert again.data["data"]["mdtrt_id"] == first
    assert len(world.shard.core.visits) == 1


@pytest.mark.parametrize(
    ("change", "header", "code"),
    [
        ({"psn_no": "1"}, {}, "LT-PERSON-MISMATCH"),
        ({"insutype": "390"}, {}, "LT-PERSON-INSUTYPE"),
        ({"mdtrt_cert_no": "AUTH9"}, {}, "LT-AUTH-UNKNOWN"),
        ({}, {"insuplc_admdvs": "110000"}, "LT-REGION"),
        ({}, {"insuplc_admdvs": ""}, "LT-REGION"),
    ],
)
def test_2201_refusals(desk, change, header, code):
    world = desk()
    auth = world.authorise()
    world.register(auth)
    before = world.shard
    assert world.call("2201", {**world.registration(auth, "MZ-new"), **change}, **header).code == code
    assert world.shard is before


def test_2201_before_1101_is_refused(desk):
    world = desk()
    auth = world.authorise()
    assert world.call("2201", world.registration(auth, "MZ1")).code == "LT-PERSON-UNKNOWN"


def cancel(world, visit, **change):
    number = world.shard.core.visits[visit].ipt_otp_no
    data = {"psn_no": world.shard.core.psn_no, "mdtrt_id": visit, "ipt_otp_no": number, **change}
    return world.call("2202", data)


def test_2202_closes_a_visit_and_says_so_again(desk):
    world = desk()
    visit = world.register(world.authorise())
    assert cancel(world, visit).success
    assert world.shard.core.visits[visit].cancelled
    assert cancel(world, visit).success


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"mdtrt_id": "M9"}, "LT-VISIT-UNKNOWN"),
        ({"psn_no": "1"}, "LT-PERSON-MISMATCH"),
        ({"ipt_otp_no": "1"}, "LT-PERSON-MISMATCH"),
    ],
)
def test_2202_refusals(desk, change, code):
    world = desk()
    visit = world.register(world.authorise())
    reply = cancel(world, visit, **change)
    assert reply.code == code
    assert not world.shard.core.visits[visit].cancelled


def test_2202_waits_for_the_refund(desk):
    world = desk()
    _, order = world.pay()
    (visit,) = world.shard.core.visits
    assert cancel(world, visit).code == "LT-VISIT-BUSY"
    assert world.call("6203", world.refund_data(order, payAuthNo=world.authorise())).success
    assert cancel(world, visit).success


@pytest.mark.parametrize("choice", ["refuse", "accept"])
def test_a_number_of_15_digits_is_the_person_s_where_the_profile_says_so(desk, choice):
    """Institution sheet 6.3 with the older numbers: as certificate, beside one, and in the centre's messages."""
    world = desk(options={"identity.fifteen_digits": choice}, id_no="509999199003070011")
    whole = world.shard.core.identity.id_no
    short = whole[:6] + whole[8:17]
    assert of_18(short) == whole
    assert ("idNo", whole) in INTERFACES["1101"].locate(
        {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": short}}
    )
    assert ("idNo", whole) in INTERFACES["6301"].locate({"idNo": short})
    fine = choice == "accept"
    assert world.call("1101", {"mdtrt_cert_type": "02", "mdtrt_cert_no": short}).success is fine
    auth = world.authorise()
    assert (
        world.call("1101", {"mdtrt_cert_type": "01", "mdtrt_cert_no": auth, "certno": short}).success is fine
    )
    data = world.upload_data(auth, world.register(auth), [("A001", "10.00")], idNo=short)
    assert world.call("6201", data).code == ("0" if fine else "LT-PERSON-MISMATCH")
    wrong = short[:-1] + str((int(short[-1]) + 1) % 10)
    assert not world.call("1101", {"mdtrt_cert_type": "02", "mdtrt_cert_no": wrong}).success


def test_two_credentials_of_two_persons_in_one_1101_are_refused(desk):
    world = desk()
    other = world.neighbour()
    data = {"mdtrt_cert_type": "01", "mdtrt_cert_no": world.authorise()}
    assert world.call("1101", {**data, "certno": world.shard.core.identity.id_no}).success
    reply = world.call("1101", {**data, "certno": other.shard.core.identity.id_no})
    assert reply.code == "LT-PERSON-MISMATCH"
    token = {**data, "mdtrt_cert_no": other.show_code()}
    assert not world.call("1101", {**token, "certno": world.shard.core.identity.id_no}).success
