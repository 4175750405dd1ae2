"""medOrgOrd, orgBizSer and appRefdSn are the institution's: a number of one person is refused for another."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NUMBERS = {"6201": "medOrgOrd", "6202": "orgBizSer", "6203": "appRefdSn"}


def refused(world: Any, number: str, data: dict[str, Any], code: str) -> None:
    """The call is refused in a sentence that names the number, and nothing changed."""
    before, owners, kind = world.shard, dict(world.owners), NUMBERS[number]
    reply = world.call(number, data)
    assert (reply.code, reply.success) == (code, False)
    assert f"{kind}={data[kind]}" in str(reply.message)
    assert "另一位参保人" in str(reply.message)
    assert world.shard is before
    assert world.owners == owners


def test_an_order_number_of_another_person_is_refused(desk):
    first = desk()
    uploaded, order = first.upload()
    second = first.neighbour()
    auth = second.authorise()
    data = second.upload_data(auth, second.register(auth), [("A001", "100.00")])
    refused(second, "6201", {**data, "medOrgOrd": uploaded["medOrgOrd"]}, "LT-ORDER-DUPLICATE")
    assert not second.orders
    assert first.call("6201", uploaded).data["payOrdId"] == order["payOrdId"], "the owner may repeat it"
    assert second.call("6201", data).success, "a refused 6201 has not spent the authorisation"


def test_a_refused_upload_does_not_take_the_number(desk):
    first = desk()
    auth = first.authorise()
    data = first.upload_data(auth, first.register(auth), [("A001", "100.00")], medfeeSumamt="1.00")
    assert first.call("6201", data).code == "LT-AMOUNT-DETAIL"
    second = first.neighbour()
    assert second.upload(medOrgOrd=data["medOrgOrd"])[1]["payOrdId"]


def test_a_serial_of_another_person_is_refused(desk):
    first = desk(policy={"confirm": "never"})
    uploaded, order = first.upload()
    sent = first.pay_data(uploaded, order)
    assert first.call("6202", sent).success
    second = first.neighbour(policy={"confirm": "never"})
    uploaded, order = second.upload()
    data = second.pay_data(uploaded, order)
    refused(second, "6202", {**data, "orgBizSer": sent["orgBizSer"]}, "LT-ORDER-SERIAL")
    assert second.state(order) == "0"
    assert second.call("6202", data).success


def test_a_refund_number_of_another_person_is_refused(desk):
    for outcome in ("ok", "fail", "exp"):
        first = desk(policy={"refund": outcome})
        _, order = first.pay()
        sent = first.refund_data(order, payAuthNo=first.authorise())
        assert first.call("6203", sent).success
        second = first.neighbour()
        _, order = second.pay()
        data = second.refund_data(order, payAuthNo=second.authorise())
        refused(second, "6203", {**data, "appRefdSn": sent["appRefdSn"]}, "LT-REFUND-DUPLICATE")
        token = second.orders[order["payOrdId"]].revs_token
        by_token = {**data, "payAuthNo": "", "revsToken": token, "appRefdSn": sent["appRefdSn"]}
        refused(second, "6203", by_token, "LT-REFUND-DUPLICATE")
        assert second.call("6203", data).data["refStatus"] == "SUCC"


STEPS = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(list(NUMBERS)), st.integers(0, 2)), max_size=14)


def request(world: Any, number: str, value: str) -> dict[str, Any]:
    """A request that is right in everything, with `value` as the institution's own number."""
    if number == "6201":
        auth = world.authorise()
        return world.upload_data(auth, world.register(auth), [("A001", "9.00")], medOrgOrd=value)
    if number == "6202":
        uploaded, order = world.upload()
        return world.pay_data(uploaded, order, orgBizSer=value)
    _, order = world.pay()
    return world.refund_data(order, appRefdSn=value, payAuthNo=world.authorise())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_sent_each_number_has_one_owner(desk, steps):
    first = desk()
    people = [first, first.neighbour()]
    for who, number, value in steps:
        world, key = people[who], (NUMBERS[number], f"N{value}")
        data, owner = request(world, number, key[1]), world.owners.get(key)
        before, reply = world.shard, world.call(number, data)
        assert reply.success is (owner is None), reply.message
        assert (world.shard is before) is (owner is not None)
        assert world.owners[key] is (owner or world)
    for numbers in (
        [[order.med_org_ord for order in world.orders.values()] for world in people],
        [[serial for order in world.orders.values() for serial in order.serials] for world in people],
        [list(world.refunds) for world in people],
    ):
        assert len(set(numbers[0] + numbers[1])) == len(numbers[0]) + len(numbers[1])
