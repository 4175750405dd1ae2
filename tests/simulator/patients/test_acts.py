"""What a patient does, and the person spec that says how one behaves."""

from __future__ import annotations

import pytest

from simulator.protocol.model.person import indexes, new_shard, shard_view
from simulator.protocol.model.spec import SpecError
from simulator.roles import ROLES


def test_a_click_before_the_policy_wins(desk):
    world = desk()
    _, order = world.place()
    assert world.act("patient.confirm").data["payOrdId"] == order["payOrdId"]
    world.advance(5_000)
    assert world.state(order) == "6"
    assert [change.before for change in world.changes if change.what == "order"].count("1") == 1


@pytest.mark.parametrize("act", ["cancel", "wrong_password", "walk_away"])
def test_another_decision_stops_the_planned_confirmation(desk, act):
    world = desk()
    _, order = world.place()
    assert world.act(f"patient.{act}").success
    world.advance(60_000)
    assert world.state(order) == "1"
    assert world.act("patient.confirm").success
    world.advance(1_000)
    assert world.state(order) == "6"


@pytest.mark.parametrize("act", ["confirm", "cancel", "wrong_password", "walk_away"])
def test_without_an_order_to_pay_the_act_is_refused(desk, act):
    world = desk(policy={"confirm": "never"})
    assert world.act(f"patient.{act}").code == "LT-ORDER-STATE"
    world.upload()
    assert world.act(f"patient.{act}").code == "LT-ORDER-STATE"
    assert not world.act(f"patient.{act}", payOrdId="ORD9").success


def test_a_confirmation_may_script_the_legs(desk):
    world = desk(policy={"confirm": "never"}, balance=0, ratio=0)
    _, order = world.place()
    world.act("patient.confirm", cash="insufficient")
    world.advance(1_000)
    assert world.state(order) == "1"
    world.act("patient.confirm")
    world.advance(1_000)
    assert world.state(order) == "6"


def test_an_unbound_credential_cannot_confirm(desk):
    world = desk(policy={"confirm": "never"})
    _, order = world.place()
    world.act("patient.unbind")
    world.act("patient.confirm")
    world.advance(1_000)
    assert world.state(order) == "1"


def test_policy_is_merged_or_refused(desk):
    world = desk()
    assert world.act("patient.policy", cash="fail", delay_ms=None).success
    assert (world.shard.core.policy.cash, world.shard.core.policy.confirm) == ("fail", "auto")
    before = world.shard
    for wrong in (
        {"cash": "maybe"},
        {"delay_ms": -1},
        {"nothing": 1},
        {"before_reply": "yes"},
        {"delay_ms": True},
    ):
        reply = world.act("patient.policy", **wrong)
        assert not reply.success
        assert next(iter(wrong)) in str(reply.message)
    assert world.shard is before


@pytest.mark.parametrize("args", [{"biz": "9"}, {"decision": "perhaps"}])
def test_authorise_checks_its_words(desk, args):
    assert not desk().act("patient.authorise", **args).success


WRONG_SPECS = [
    ({"balance": -1}, "balance"),
    ({"balance": "100"}, "balance"),
    ({"balance": True}, "balance"),
    ({"ratio": 101}, "ratio"),
    ({"insutype": 310}, "insutype"),
    ({"bank": []}, "bank"),
    ({"bank": {"balance": 1.5}}, "bank.balance"),
    ({"credential": {"bound": "no"}}, "credential.bound"),
    ({"inpatient": 1}, "inpatient"),
    ({"policy": {"confirm": "later"}}, "policy.confirm"),
    ({"policy": "auto"}, "policy"),
    ({"blance": 1}, "blance"),
]


@pytest.mark.parametrize(("spec", "field"), WRONG_SPECS)
def test_a_wrong_spec_is_one_line_that_names_the_field(spec, field):
    with pytest.raises(SpecError) as caught:
        new_shard(spec, "run", "flow", ROLES)
    assert str(caught.value).startswith(f"{field}: ")
    assert "\n" not in str(caught.value)


def test_absent_and_null_are_the_same():
    absent = new_shard({}, "r", "f", ROLES)
    assert new_shard({"balance": None, "policy": None, "family_of": None}, "r", "f", ROLES) == absent


def test_the_view_of_a_person_holds_no_secret(desk):
    world = desk()
    _, order = world.pay()
    view = shard_view(world.shard, ROLES)
    assert view["orders"][0]["ordStas"] == "6"
    assert view["orders"][0]["total"] == 10_000
    shown = repr(view)
    for secret in (
        order["payToken"],
        world.shard.core.identity.id_no,
        world.shard.core.psn_no,
        *world.shard.core.auths,
    ):
        assert secret not in shown
    assert {entry.kind for entry in indexes(world.shard)} == {"idNo", "psnNo", "openid"}
