"""userQuery (both paths) and 1162: a code is exchanged once, in time, by its owner, at its institution."""

from __future__ import annotations

import re

import pytest

from simulator import ecredential
from simulator.ecredential import state as credential_state


def code_of(world, **args):
    return world.act("patient.authorise", **{"biz": "04107", **args}).data["auth_code"]


@pytest.mark.parametrize("interface", ["userQuery", "modeA"])
def test_a_code_becomes_exactly_one_authorisation(desk, interface):
    world = desk()
    reply = world.call(interface, {"qrcode": code_of(world), "openid": "o-jia"})
    assert reply.data["pay_auth_no"]
    assert reply.data["family_pay_auth_no"] == ""
    assert reply.data["user_card_no"] == world.shard.core.identity.id_no
    assert ("payAuthNo", reply.data["pay_auth_no"]) in world.index
    auth = world.shard.core.auths[reply.data["pay_auth_no"]]
    assert (auth.biz, auth.bound, auth.expires_ms - auth.issued_ms) == ("04107", "", 600_000)


def test_a_family_code_fills_the_other_field(desk):
    world = desk()
    reply = world.call("userQuery", {"qrcode": code_of(world, family_member="P2"), "openid": "o-jia"})
    assert reply.data["pay_auth_no"] == ""
    assert reply.data["family_pay_auth_no"]


def test_the_two_business_types_are_two_authorisations(desk):
    world = desk()
    first, second = world.authorise("04107"), world.authorise("04106")
    assert [world.shard.core.auths[number].biz for number in (first, second)] == ["04107", "04106"]


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("refused", "LT-AUTH-REFUSED"),
        ("spent", "LT-CODE-USED"),
        ("late", "LT-CODE-EXPIRED"),
        ("foreign openid", "LT-CODE-OPENID"),
        ("unknown", "LT-CODE-UNKNOWN"),
        ("unbound", "LT-AUTH-UNBOUND"),
        ("other institution", "LT-AUTH-INSTITUTION"),
        ("a shown code", "LT-CODE-UNKNOWN"),
    ],
)
def test_user_query_refusals(desk, how, code):
    world = desk()
    value, openid = code_of(world, decision="refuse" if how == "refused" else "agree"), "o-jia"
    if how == "spent":
        assert world.call("userQuery", {"qrcode": value, "openid": openid}).success
    elif how == "late":
        world.advance(600_001)
    elif how == "foreign openid":
        openid = "o-yi"
    elif how == "unknown":
        value = "1"
    elif how == "unbound":
        world.act("patient.unbind")
    elif how == "other institution":
        world.shard = world.shard.with_core(institution="H50999900009")
    elif how == "a shown code":
        value = world.act("patient.show_code").data["ec_code"]
    before = world.shard
    reply = world.call("userQuery", {"qrcode": value, "openid": openid})
    assert (reply.code, reply.success) == (code, False)
    assert world.shard is before


def test_a_declined_authorisation_can_be_given_again(desk):
    world = desk()
    assert world.act("patient.refuse", biz="04107").data["auth_code"]
    assert world.authorise()


@pytest.mark.parametrize("wrap", ["bare", "data", "input"])
def test_a_shown_code_becomes_a_token_and_the_person(desk, wrap):
    world = desk()
    body = {
        "orgId": "H50999900001",
        "businessType": "01301",
        "ecQrCode": world.act("patient.show_code").data["ec_code"],
    }
    data = {"bare": body, "data": {"data": body}, "input": {"input": {"data": body}}}[wrap]
    decode = next(row for row in ecredential.ROLE.interfaces if row.number == "1162")
    assert decode.locate(data) == (("ecCode", body["ecQrCode"]),)
    reply = world.call("1162", data)
    assert reply.data["ecToken"]
    assert reply.data["baseinfo"]["psn_no"] == world.shard.core.psn_no
    assert ("ecToken", reply.data["ecToken"]) in world.index
    assert world.call("1162", data).code == "LT-CODE-USED"


def test_a_shown_code_lives_a_minute(desk):
    world = desk()
    value = world.act("patient.show_code").data["ec_code"]
    world.advance(60_001)
    assert world.call("1162", {"ecQrCode": value}).code == "LT-CODE-EXPIRED"


def test_a_code_is_not_decoded_for_another_institution(desk):
    world = desk()
    value = world.act("patient.show_code").data["ec_code"]
    assert world.call("1162", {"ecQrCode": value, "orgId": "H1"}).code == "LT-ORG-MISMATCH"


def test_no_change_record_shows_a_code_or_a_number(desk):
    world = desk()
    world.pay()
    shown = repr(world.changes)
    secrets = [
        *credential_state.of(world.shard).codes,
        *world.shard.core.auths,
        world.shard.core.identity.id_no,
        world.shard.core.identity.name,
    ]
    secrets += [order.pay_token for order in world.orders.values()]
    secrets += [order.revs_token for order in world.orders.values()]
    assert not [value for value in secrets if re.search(re.escape(value), shown)]
