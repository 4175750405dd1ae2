"""A role and its line in the registry taken away: only what uses it breaks, in words, and nothing raises.

The rule: a leg or a question to a role that is not there gets the answer `absent`, and who asked says so. A cash leg
then fails like a card that was declined: the order goes back to 1, and no money moved.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import simulator
from simulator.protocol.model.person import shard_view
from simulator.protocol.model.spec import SpecError
from simulator.roles import ROLES

FOLDER = Path(simulator.__file__).parent
PACKAGES = {role.name: role.name for role in ROLES} | {"bank": "channels.bank", "wechat": "channels.wechat"}


def without(name):
    return tuple(role for role in ROLES if role.name != name)


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("name", ["bank", "ecredential", "patients", "wechat"])
def test_only_the_registry_imports_a_role(name):
    package = f"simulator.{PACKAGES[name]}"
    own = FOLDER / PACKAGES[name].replace(".", "/")
    users = {
        path.relative_to(FOLDER).as_posix()
        for path in FOLDER.rglob("*.py")
        if own not in path.parents and any(f"{found}.".startswith(f"{package}.") for found in imported(path))
    }
    assert users == {"roles.py"}


def test_a_compartment_is_read_by_its_own_role_only():
    """Everybody else goes through the accessors of the owner, which the import contract keeps inside its package.

    Where messages are read and diagnosed no shard is known, and the word means other things.
    """
    without = [path for room in ("diagnosis", "wire") for path in (FOLDER / "protocol" / room).rglob("*.py")]
    assert not [path for path in without if "simulator.protocol.model.shard" in set(imported(path))]
    readers = {
        path.relative_to(FOLDER).as_posix()
        for path in set(FOLDER.rglob("*.py")) - set(without)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("parts", "with_part")
    }
    model = {f"protocol/model/{name}.py" for name in ("shard", "person", "stepping")}
    assert readers == model | {
        "centre/state.py",
        "channels/bank/state.py",
        "channels/wechat/state.py",
        "ecredential/state.py",
        "institution/state.py",
    }


def test_without_the_bank_an_order_of_the_insurance_alone_is_paid_and_refunded(desk):
    world = desk(roles=without("bank"), balance=50_000, ratio=70)
    _, order = world.pay()
    assert (order["ownPayAmt"], world.state(order)) == ("0.00", "6")
    assert world.call("6301", world.query_data(order)).data["ordStas"] == "6"
    assert [notice.key for notice in world.notices] == [order["payOrdId"]]
    reply = world.call("6203", world.refund_data(order, "HI", payAuthNo=world.authorise()))
    assert reply.data["refStatus"] == "SUCC"
    assert (world.state(order), world.balance) == ("8", 50_000)
    assert world.unbalanced() == []
    view = shard_view(world.shard, world.roles)
    assert "bank" not in view
    assert view["balance"] == 50_000


@pytest.mark.parametrize("before_reply", [False, True])
def test_without_the_bank_an_order_with_cash_waits_again_and_says_why(desk, before_reply):
    world = desk(roles=without("bank"), balance=1000, ratio=50, policy={"before_reply": before_reply})
    _, order = world.pay()
    kept = world.orders[order["payOrdId"]]
    assert (kept.state, str(kept.why)) == ("1", "本环境没有现金渠道 bank, 订单回到待支付")
    assert (kept.cash_paid, kept.account_paid, world.balance) == (0, 0, 1000)
    assert not world.notices
    assert world.call("6401", world.query_data(order)).success


def test_without_the_bank_its_member_of_a_person_spec_is_unknown(desk):
    with pytest.raises(SpecError, match=r"^bank: 不认识的键, 可用的键: "):
        desk(roles=without("bank"), bank={"balance": 1})


def test_without_the_patients_an_order_waits_until_it_expires(desk):
    token = desk()
    world = desk(roles=without("patients"))
    world.shard, world.serial = world.shard.with_core(auths=_authorised(token)), token.serial
    auth = next(iter(world.shard.core.auths))
    data = world.upload_data(auth, world.register(auth), [("A001", "100.00")])
    order = world.call("6201", data).data
    assert world.call("6202", world.pay_data(data, order)).success
    assert not [key for key in world.timers if key.startswith("confirm:")]
    world.advance(3_600_000)
    assert world.state(order) == "12"


def test_without_the_credential_service_a_person_is_known_by_number_and_cannot_pay(desk):
    world = desk(roles=without("ecredential"))
    for act in ("authorise", "refuse", "show_code"):
        reply = world.act(f"patient.{act}")
        assert reply.code == "LT-NOT-IMPLEMENTED"
        assert "ecredential" in str(reply.message)
    number = {"mdtrt_cert_type": "02", "mdtrt_cert_no": world.shard.core.identity.id_no}
    assert world.call("1101", number).success
    visit = world.call("2201", {**world.registration("", "MZ1"), **number}).data["data"]["mdtrt_id"]
    data = world.upload_data("none", visit, [("A001", "1.00")])
    assert world.call("6201", data).code == "LT-AUTH-UNKNOWN"


def test_without_the_insurance_side_a_code_stays_unspent(desk):
    world = desk(roles=without("institution"))
    assert world.authorise()
    shown = world.act("patient.show_code").data["ec_code"]
    before = world.shard
    reply = world.call("1162", {"orgId": world.shard.core.institution, "ecQrCode": shown})
    assert reply.code == "LT-NOT-IMPLEMENTED"
    assert "institution" in str(reply.message)
    assert world.shard is before
    uploaded = world.upload_data(world.authorise(), "none", [("A001", "1.00")])
    assert world.call("6201", uploaded).code == "LT-PERSON-UNKNOWN"


def test_without_the_centre_visits_go_on_and_nothing_waits_to_be_paid(desk):
    world = desk(roles=without("centre"))
    auth = world.authorise()
    visit = world.register(auth)
    assert world.act("patient.confirm").code == "LT-ORDER-STATE"
    number = world.shard.core.visits[visit].ipt_otp_no
    sent = {"psn_no": world.shard.core.psn_no, "mdtrt_id": visit, "ipt_otp_no": number}
    assert world.call("2202", sent).success
    assert world.shard.core.visits[visit].cancelled


def _authorised(world):
    world.authorise()
    return world.shard.core.auths
