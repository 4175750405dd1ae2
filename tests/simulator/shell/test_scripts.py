"""Which armed faults act on one message: those that act are used up, the others stay armed."""

from __future__ import annotations

from itertools import islice

import aiohttp
import pytest

from simulator.shell.scripts import ScriptError, Scripts, acting


def armed(*names: str, times: int = 1, interface: str = "6201") -> Scripts:
    scripts = Scripts()
    for name in names:
        scripts.arm_fault(name, interface, times, {})
    return scripts


def left(*scopes: Scripts) -> dict[str, int]:
    return {one.fault.name: one.times for scope in scopes for one in scope.faults}


def names(*scopes: Scripts, stages: tuple[str, ...] = ("before_act",), interface: str = "6201") -> list[str]:
    return [one.fault.name for one in acting(scopes, interface, "sealed", b"", *stages)]


def test_after_a_fault_that_ends_the_exchange_none_acts():
    scripts = armed("drop_request", "status_before")
    assert names(scripts) == ["drop_request"]
    assert left(scripts) == {"status_before": 1}
    assert names(scripts) == ["status_before"]
    assert names(scripts) == []


def test_what_acts_together_is_used_up_together():
    scripts = armed("tamper_sign", "hold_response", "drop_response", "unsigned", times=2)
    assert names(scripts, stages=("after_seal",)) == ["tamper_sign", "hold_response", "drop_response"]
    assert left(scripts) == {"tamper_sign": 1, "hold_response": 1, "drop_response": 1, "unsigned": 2}


def test_a_fault_for_several_messages_acts_once_on_each():
    scripts = armed("tamper_sign", times=3)
    assert [names(scripts, stages=("after_seal",)) for _ in range(4)] == [["tamper_sign"]] * 3 + [[]]


def test_the_person_comes_before_the_institution_and_what_ends_spares_both():
    person, institution = armed("status_before"), armed("tamper_request_sign", "drop_request", interface="*")
    assert names(person, institution, stages=("before_open", "before_act")) == [
        "tamper_request_sign",
        "status_before",
    ]
    assert left(person, institution) == {"drop_request": 1}


def test_whoever_stops_taking_leaves_the_rest_armed():
    scripts = armed("tamper_sign", "tamper_cipher")
    assert [one.fault.name for one in islice(acting([scripts], "6201", "sealed", b"", "after_seal"), 1)] == [
        "tamper_sign"
    ]
    assert left(scripts) == {"tamper_cipher": 1}


def test_other_interfaces_and_stages_stay_armed():
    scripts = armed("drop_request", "drop_response")
    assert names(scripts, interface="6202") == names(scripts, stages=("before_open",)) == []
    assert left(scripts) == {"drop_request": 1, "drop_response": 1}


def test_over_http_two_lost_requests_and_a_gateway_error_take_three_messages(play):
    async def main(lab):
        vendor = await lab.vendor()
        person = await lab.person(await lab.run(vendor, "r1"), vendor)
        await vendor.enrol(person)
        for name, times in (("drop_request", 2), ("status_before", 1), ("drop_response", 1)):
            await person.act("faults", {"name": name, "interface": "6201", "times": times})
        for _ in range(2):
            with pytest.raises(aiohttp.ClientError):
                await vendor.centre("6201", vendor.upload(person))
        assert (await vendor.post("6201", vendor.sealed(vendor.upload(person))))[0] == 502
        assert (await person.act("", {}, "GET"))["orders"] == []
        with pytest.raises(aiohttp.ClientError):
            await vendor.centre("6201", vendor.upload(person))
        assert len((await person.act("", {}, "GET"))["orders"]) == 1
        fired = [r["d"] for r in await lab.records("r1") if r["kind"] == "world" and r["what"] == "fault"]
        assert [(d["name"], d["times_left"]) for d in fired] == [
            ("drop_request", 1), ("drop_request", 0), ("status_before", 0), ("drop_response", 0),
        ]  # fmt: skip

    play(main)


def test_over_http_one_fault_acts_on_one_notice(play):
    """Before it goes out and after it was answered alike."""

    async def main(lab):
        vendor = await lab.vendor()
        person = await lab.person(await lab.run(vendor, "r1"), vendor)
        for name in ("drop_request", "status_before", "drop_response", "empty_body"):
            await person.act("faults", {"name": name, "interface": "6302"})
        await vendor.enrol(person)
        await vendor.pay(person)
        await person.act("advance", {"ms": 60_000})
        fired = [r["d"] for r in await lab.records("r1") if r["kind"] == "world" and r["what"] == "fault"]
        assert [d["name"] for d in fired] == ["drop_request", "status_before", "drop_response", "empty_body"]
        assert len(vendor.received) == 3, "two never went out, two lost their answer, the fifth was accepted"
        assert (await person.act("", {}, "GET"))["orders"][0]["notice_accepted"]

    play(main)


def test_the_lowest_order_acts_first_and_equal_ones_as_they_were_armed():
    scripts = Scripts()
    for name, order in (("tamper_sign", 2), ("hold_response", 1), ("unsigned", 1)):
        scripts.arm_fault(name, "6201", 1, {}, order=order)
    assert names(scripts, stages=("after_seal",)) == ["hold_response", "unsigned", "tamper_sign"]


def test_a_fault_of_now_and_then_acts_as_the_entropy_says_and_is_used_up_only_then():
    def acted(probability: int, draws: int = 400) -> int:
        scripts = Scripts()
        scripts.arm_fault("empty_body", "6201", 100_000, {}, probability=probability)
        found = [
            list(acting([scripts], "6201", "sealed", bytes([n % 256, n // 256]), "after_seal"))
            for n in range(draws)
        ]
        assert left(scripts) == {"empty_body": 100_000 - sum(map(len, found))}
        return sum(map(len, found))

    assert acted(100) == 400
    assert acted(30) == acted(30)
    assert 80 < acted(30) < 160
    assert 0 < acted(1) < 20


def test_of_two_that_act_now_and_then_each_is_drawn_by_itself():
    def drawn(seed: int) -> tuple[str, ...]:
        scripts = Scripts()
        for name in ("tamper_sign", "unsigned"):
            scripts.arm_fault(name, "6201", 1, {}, probability=50)
        return tuple(
            one.fault.name for one in acting([scripts], "6201", "sealed", bytes([seed]), "after_seal")
        )

    assert {drawn(seed) for seed in range(64)} == {
        (), ("tamper_sign",), ("unsigned",), ("tamper_sign", "unsigned"),
    }  # fmt: skip


@pytest.mark.parametrize(("transport", "acts"), [("sealed", ["tamper_sign"]), ("fsi", [])])
def test_a_fault_leaves_forms_alone_that_it_cannot_spoil(transport, acts):
    scripts = Scripts()
    scripts.arm_fault("tamper_sign", "*", 1, {})
    assert [one.fault.name for one in acting([scripts], "1101", transport, b"", "after_seal")] == acts


def test_arming_it_for_an_interface_of_another_form_is_a_mistake():
    with pytest.raises(ScriptError, match="interface: tamper_sign 不能用于 1101"):
        Scripts().arm_fault("tamper_sign", "1101", 1, {}, transport="fsi")
