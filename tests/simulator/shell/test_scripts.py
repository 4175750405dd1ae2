"""Which armed faults act on one message: those that act are used up, the others stay armed."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from encoded_store import EncodedStore

from simulator.faults.scripted_reply import ReplyScript
from simulator.shell.armed import acting
from simulator.shell.memory_store import MemoryStore
from simulator.shell.scripts import ScriptError, Scripts
from simulator.shell.stored import Key, Namespace


class Stage:
    """Scopes in a store of their own; each `scripts` is armed as the next scope."""

    def __init__(self, *scripts: Scripts) -> None:
        self.store = MemoryStore()
        self.keys = [Key("r", "h", f"P{number}") for number in range(len(scripts))]
        asyncio.run(self._armed(scripts))

    async def _armed(self, scripts: tuple[Scripts, ...]) -> None:
        await self.store.open(Namespace("r", ("h",)))
        for key, value in zip(self.keys, scripts, strict=True):
            await self.store.put(key, None, value)

    def acts(
        self, *stages: str, interface: str = "6201", transport: str = "sealed", entropy: bytes = b"",
        most: int | None = None,
    ) -> list[str]:  # fmt: skip
        async def take() -> list[str]:
            found = []
            async for one in acting(
                self.store, self.keys, interface, transport, entropy, *stages or ("before_act",)
            ):
                found.append(one.name)
                if len(found) == most:
                    break
            return found

        return asyncio.run(take())

    @property
    def left(self) -> dict[str, int]:
        async def read() -> dict[str, int]:
            kept = [await self.store.value(key, Scripts) for key in self.keys]
            return {one.name: one.times for scripts in kept for one in scripts.faults}

        return asyncio.run(read())


def armed(*names: str, times: int = 1, interface: str = "6201") -> Scripts:
    scripts = Scripts()
    for name in names:
        scripts = scripts.with_fault(name, interface, times, {})
    return scripts


def test_after_a_fault_that_ends_the_exchange_none_acts():
    stage = Stage(armed("drop_request", "status_before"))
    assert stage.acts() == ["drop_request"]
    assert stage.left == {"status_before": 1}
    assert stage.acts() == ["status_before"]
    assert stage.acts() == []


def test_what_acts_together_is_used_up_together():
    stage = Stage(armed("tamper_sign", "hold_response", "drop_response", "unsigned", times=2))
    assert stage.acts("after_seal") == ["tamper_sign", "hold_response", "drop_response"]
    assert stage.left == {"tamper_sign": 1, "hold_response": 1, "drop_response": 1, "unsigned": 2}


def test_a_fault_for_several_messages_acts_once_on_each():
    stage = Stage(armed("tamper_sign", times=3))
    assert [stage.acts("after_seal") for _ in range(4)] == [["tamper_sign"]] * 3 + [[]]


def test_the_person_comes_before_the_institution_and_what_ends_spares_both():
    stage = Stage(armed("status_before"), armed("tamper_request_sign", "drop_request", interface="*"))
    assert stage.acts("before_open", "before_act") == ["tamper_request_sign", "status_before"]
    assert stage.left == {"drop_request": 1}


def test_whoever_stops_taking_leaves_the_rest_armed():
    stage = Stage(armed("tamper_sign", "tamper_cipher"))
    assert stage.acts("after_seal", most=1) == ["tamper_sign"]
    assert stage.left == {"tamper_cipher": 1}


def test_other_interfaces_and_stages_stay_armed():
    stage = Stage(armed("drop_request", "drop_response"))
    assert stage.acts(interface="6202") == stage.acts("before_open") == []
    assert stage.left == {"drop_request": 1, "drop_response": 1}


def test_messages_side_by_side_never_use_one_up_twice():
    """Each has read what is armed before any of them uses it."""

    async def main():
        store, key = EncodedStore(), Key("r", "h", "P1")
        await store.open(Namespace("r", ("h",)))
        await store.put(key, None, armed("tamper_sign", times=3))

        async def message():
            return [one async for one in acting(store, [key], "6201", "sealed", b"", "after_seal")]

        found = await asyncio.gather(*(message() for _ in range(8)))
        assert sorted(one.times for mine in found for one in mine) == [0, 1, 2]
        assert (await store.value(key, Scripts)).faults == ()

    asyncio.run(main())


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
        scripts = scripts.with_fault(name, "6201", 1, {}, order=order)
    assert Stage(scripts).acts("after_seal") == ["hold_response", "unsigned", "tamper_sign"]


def test_a_fault_of_now_and_then_acts_as_the_entropy_says_and_is_used_up_only_then():
    def acted(probability: int, draws: int = 400) -> int:
        stage = Stage(Scripts().with_fault("empty_body", "6201", 100_000, {}, probability=probability))
        found = [stage.acts("after_seal", entropy=bytes([n % 256, n // 256])) for n in range(draws)]
        assert stage.left == {"empty_body": 100_000 - sum(map(len, found))}
        return sum(map(len, found))

    assert acted(100) == 400
    assert acted(30) == acted(30)
    assert 80 < acted(30) < 160
    assert 0 < acted(1) < 20


def test_of_two_that_act_now_and_then_each_is_drawn_by_itself():
    def drawn(seed: int) -> tuple[str, ...]:
        scripts = Scripts()
        for name in ("tamper_sign", "unsigned"):
            scripts = scripts.with_fault(name, "6201", 1, {}, probability=50)
        return tuple(Stage(scripts).acts("after_seal", entropy=bytes([seed])))

    assert {drawn(seed) for seed in range(64)} == {
        (), ("tamper_sign",), ("unsigned",), ("tamper_sign", "unsigned"),
    }  # fmt: skip


@pytest.mark.parametrize(("transport", "acts"), [("sealed", ["tamper_sign"]), ("fsi", [])])
def test_a_fault_leaves_forms_alone_that_it_cannot_spoil(transport, acts):
    stage = Stage(armed("tamper_sign", interface="*"))
    assert stage.acts("after_seal", interface="1101", transport=transport) == acts


def test_arming_it_for_an_interface_of_another_form_is_a_mistake():
    with pytest.raises(ScriptError, match="interface: tamper_sign 不能用于 1101"):
        Scripts().with_fault("tamper_sign", "1101", 1, {}, transport="fsi")


def test_no_more_times_takes_back_what_is_armed_under_the_same_name_and_interface():
    scripts = armed("tamper_sign", "unsigned", times=50).with_fault("tamper_sign", "6301", 2, {})
    after = scripts.with_fault("tamper_sign", "6201", 0, {})
    assert [(one.name, one.interface) for one in after.faults] == [
        ("unsigned", "6201"),
        ("tamper_sign", "6301"),
    ]
    assert after.with_fault("tamper_sign", "6201", 0, {}) == after, "what is not armed is taken back in vain"
    replies = (
        Scripts().with_reply(ReplyScript(code="1"), "6301", 9).with_reply(ReplyScript(code="2"), "6202", 1)
    )
    assert [one.interface for one in replies.with_reply(ReplyScript(), "6301", 0).replies] == ["6202"]
