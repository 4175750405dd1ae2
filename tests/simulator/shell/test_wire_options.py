"""Wire options belong to the institution, everything else to the run (contracts 2); endpoints and routes follow."""

from __future__ import annotations

import json

import pytest

SECRET = {"envelope.user_id": "app_secret"}


async def verified(vendor, **style):
    """Whether the centre took the signature of a query."""
    answer = json.loads((await vendor.post("6301", vendor.sealed({"payOrdId": "x"}, **style)))[1])
    return answer["code"] != "LT-SIGN-VERIFY"


def test_a_second_run_that_wants_other_wire_options_is_refused_naming_the_first(play):
    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "first", SECRET)
        wanted = {"institutions": [vendor.code], "run": "second", "profile": {"envelope.user_id": "default"}}
        told = await lab.control("POST", "/control/runs", wanted, 409)
        assert "first" in told["error"]
        assert vendor.code in told["error"]
        await lab.run(vendor, "same", SECRET)
        await lab.run(vendor, "none", {"order.ttl_ms": 5})
        other = await lab.vendor("H31000000002")
        await lab.run(other, "elsewhere", {"envelope.response_code": "string"})

    play(main)


def test_the_run_that_sets_them_sets_them_for_a_newer_run_too_until_it_ends(play):
    async def main(lab):
        vendor = await lab.vendor()
        secret = {"user_id": vendor.block["appSecret"].encode()}
        await lab.run(vendor, "first", SECRET)
        run = await lab.run(vendor, "second")
        assert await verified(vendor, **secret)
        person = await lab.person(run, vendor)
        body = vendor.sealed(vendor.query(person, {"payOrdId": "ORD0", "payToken": "T"}), **secret)
        await vendor.post("6301", body)
        asked = next(r for r in await lab.records("second") if r.get("person") and r["kind"] == "message")
        assert {f["n"]: f["ok"] for f in asked["facts"]}["sign.verify"]
        await lab.control("DELETE", "/control/runs/first")
        assert not await verified(vendor, **secret)
        assert await verified(vendor)

    play(main)


def test_a_message_is_opened_once(play, monkeypatch):
    from simulator.protocol.wire import cipher_facts

    calls = []
    decrypt = cipher_facts.ciphers.sm4_decrypt
    monkeypatch.setattr(
        cipher_facts.ciphers, "sm4_decrypt", lambda *given: calls.append(1) or decrypt(*given)
    )

    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1", {"envelope.response_code": "string"})
        body = vendor.sealed({"payOrdId": "x"})
        calls.clear()
        status, _ = await vendor.post("6301", body)
        return status, len(calls)

    assert play(main) == (200, 1)


def test_a_path_that_only_one_run_offers(play):
    async def main(lab):
        vendor = await lab.vendor()
        path = "/near/org" + vendor.block["paths"]["1101"]
        assert (await vendor.post("1101", b"{}", {}, path))[0] == 404
        await lab.run(vendor, "r1", {"fsi.prefixes": ["", "/near/org"]})
        assert (await vendor.post("1101", b"{}", {}, path))[0] == 200
        await lab.control("DELETE", "/control/runs/r1")
        assert (await vendor.post("1101", b"{}", {}, path))[0] == 404

    play(main)


def test_the_same_path_is_another_interface_for_an_institution_with_other_options(play):
    """One institution's single entry stands where the other has its 1101."""

    async def main(lab):
        one, two = await lab.vendor("H50999900001"), await lab.vendor("H31000000002")
        path = one.block["paths"]["1101"]
        runs = await lab.run(one, "r1"), await lab.run(two, "r2", {"fsi.single_entries": [path]})
        seen = []
        for vendor, run in zip((one, two), runs, strict=True):
            body = json.dumps({**vendor.header("2201", ""), "input": {"data": {}}}).encode()
            await vendor.post("2201", body, {}, path)
            seen.append(next(r["interface"] for r in await lab.records(run) if r["kind"] == "message"))
        assert seen == ["1101", "2201"]

    play(main)


def test_endpoints_of_a_run_come_before_those_of_the_institution(play):
    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1")
        await lab.run(vendor, "r2")
        path = f"/control/runs/r2/institutions/{vendor.code}/endpoints"
        assert await lab.control("PUT", path, {"notify_6302": "none"}) == {"notify_6302": "none"}
        sent = []
        for run in ("r1", "r2"):
            person = await lab.person(run, vendor, policy={"delay_ms": 0})
            await vendor.enrol(person)
            await vendor.pay(person)
            await person.act("advance", {"ms": 1_000})
            sent += [r["d"]["sent"] for r in await lab.records(run) if r.get("what") == "notice"]
        assert sent == [True, False]
        assert len(vendor.received) == 1

    play(main)


@pytest.mark.parametrize(
    ("body", "words"),
    [({}, "notify_6302"), ({"notify_9": "none"}, "notify_9"), ({"notify_6302": "ftp://x"}, "notify_6302")],
)
def test_endpoints_that_no_notice_has(play, body, words):
    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1")
        path = f"/control/runs/r1/institutions/{vendor.code}/endpoints"
        told = await lab.control("PUT", path, body, 400)
        assert words in told["error"]

    play(main)
