"""Faults, scripted replies and triggers on real sockets: what the vendor sees and what the evidence says."""

from __future__ import annotations

import json
import time

import aiohttp
import pytest


async def enrolled(lab, **spec):
    vendor = await lab.vendor()
    run = await lab.run(vendor, "r1")
    person = await lab.person(run, vendor, **spec)
    await vendor.enrol(person)
    return vendor, person


async def fired(lab):
    return [r["d"] for r in await lab.records("r1") if r["kind"] == "world" and r["what"] == "fault"]


async def state(person):
    return (await person.act("", {}, "GET"))["orders"]


def test_a_lost_request_never_acts_and_the_same_bytes_may_come_again(play):
    async def main(lab):
        vendor, person = await enrolled(lab)
        await person.act("faults", {"name": "drop_request", "interface": "6201"})
        body = vendor.sealed(vendor.upload(person))
        with pytest.raises(aiohttp.ClientError):
            await vendor.post("6201", body)
        assert await state(person) == []
        again = vendor.read_sealed(*await vendor.post("6201", body))
        assert again.ok, again
        assert [(d["name"], d["interface"], d["times_left"]) for d in await fired(lab)] == [
            ("drop_request", "6201", 0)
        ]

    play(main)


def test_a_lost_answer_has_acted_and_its_exchange_is_closed(play):
    async def main(lab):
        vendor, person = await enrolled(lab)
        made = vendor.upload(person)
        given = await vendor.centre("6201", made)
        await person.act("faults", {"name": "drop_response", "interface": "6202"})
        with pytest.raises(aiohttp.ClientError):
            await vendor.centre("6202", vendor.order(person, made, given.data))
        assert (await state(person))[0]["ordStas"] == "1"
        await vendor.until_notices(1)
        quiet = await lab.control("GET", "/control/runs/r1/quiet", flow=person.flow, wait_ms=5000)
        assert quiet["quiet"], quiet
        links = {r["link"] for r in await lab.records("r1") if r["kind"] == "message" and r["dir"] == "out"}
        lost = next(r["seq"] for r in await lab.records("r1") if r.get("interface") == "6202")
        assert lost not in links

    play(main)


def test_a_held_answer_comes_late(play):
    async def main(lab):
        vendor, person = await enrolled(lab)
        await person.act("faults", {"name": "hold_response", "interface": "6201", "with": {"ms": 150}})
        started = time.monotonic()
        assert (await vendor.centre("6201", vendor.upload(person))).ok
        assert time.monotonic() - started >= 0.15

    play(main)


def test_a_caller_that_hung_up_got_nothing_and_the_evidence_says_so(play):
    async def main(lab):
        vendor, person = await enrolled(lab)
        await person.act("faults", {"name": "hold_response", "interface": "6201", "with": {"ms": 300}})
        url = lab.base + vendor.block["paths"]["6201"]
        with pytest.raises(TimeoutError):
            await lab.client.post(url, data=vendor.sealed(vendor.upload(person)),
                                  headers={"Content-Type": "application/json"},
                                  timeout=aiohttp.ClientTimeout(total=0.05))  # fmt: skip
        quiet = await lab.control("GET", "/control/runs/r1/quiet", flow=person.flow, wait_ms=5000)
        assert quiet["quiet"]
        assert [d["name"] for d in await fired(lab)] == ["hold_response", "connection_lost"]

    play(main)


@pytest.mark.parametrize(
    ("name", "acted", "status"), [("status_before", False, 502), ("status_after", True, 504)]
)
def test_gateway_errors(play, name, acted, status):
    async def main(lab):
        vendor, person = await enrolled(lab)
        await person.act("faults", {"name": name, "interface": "6201"})
        got = await vendor.post("6201", vendor.sealed(vendor.upload(person)))
        assert got == (status, b"")
        assert bool(await state(person)) is acted
        out = next(
            r for r in await lab.records("r1") if r.get("interface") == "6201" and r["part"] == "response"
        )
        assert (out["http"]["status"], out["size"]) == (status, 0)

    play(main)


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("tamper_sign", "sign.verify"),
        ("tamper_cipher", "enc.decrypt"),
        ("wrong_key", "sign.verify"),
        ("unsigned", "sign.present"),
        ("not_json", "body.json"),
        ("empty_body", "body.json"),
        ("relay_wrapped", "env.fields"),
    ],
)
def test_spoiled_answers(play, name, fact):
    async def main(lab):
        vendor, person = await enrolled(lab)
        await person.act("faults", {"name": name, "interface": "6201"})
        told = await vendor.centre("6201", vendor.upload(person))
        assert fact in [one.name for one in told.opened.facts if not one.ok]
        assert len(await state(person)) == 1
        assert (await vendor.centre("6201", vendor.upload(person))).code != ""
        assert [d["name"] for d in await fired(lab)] == [name]

    play(main)


@pytest.mark.parametrize(
    ("name", "code"), [("tamper_request_sign", "LT-SIGN-VERIFY"), ("tamper_request_cipher", "LT-ENC-DECRYPT")]
)
def test_requests_spoiled_on_the_way_are_not_the_vendors_fault(play, name, code):
    async def main(lab):
        vendor, person = await enrolled(lab)
        await person.act("faults", {"name": name, "interface": "6201"})
        told = await vendor.centre("6201", vendor.upload(person))
        assert told.code == code
        assert await state(person) == []
        asked = next(r for r in await lab.records("r1") if r.get("interface") == "6201")
        assert all(f["ok"] for f in asked["facts"])
        assert (await fired(lab))[0]["refused_by"] in ("sign.verify", "enc.decrypt")

    play(main)


def test_institution_faults_also_meet_messages_that_cannot_be_opened(play):
    async def main(lab):
        vendor, person = await enrolled(lab)
        body = {"institution": vendor.code, "name": "status_before", "with": {"status": 503}, "times": 2}
        await lab.control("POST", "/control/runs/r1/faults", body)
        status, _ = await vendor.post("6201", vendor.sealed(vendor.upload(person), sm4_key=b"0" * 16))
        assert status == 503
        status, _ = await vendor.post("6301", vendor.sealed({"payOrdId": "x"}))
        assert status == 200, (
            "it verifies and belongs to nobody of this run: it uses nothing up (contracts 10)"
        )
        unreadable = vendor.sealed({"payOrdId": "x"}, sm4_key=b"0" * 16)
        assert (await vendor.post("6301", unreadable))[0] == 503
        assert (await vendor.post("6301", vendor.sealed({"payOrdId": "x"}, sm4_key=b"0" * 16)))[0] == 200

    play(main)


def test_scripted_replies_are_sealed_afresh(play):
    async def main(lab):
        vendor, person = await enrolled(lab)
        await person.act(
            "replies", {"interface": "6201", "instead": True, "code": "99999", "message": "未知错误"}
        )
        told = await vendor.centre("6201", vendor.upload(person))
        assert (told.code, told.message, told.opened.ok) == ("99999", "未知错误", True)
        assert await state(person) == []
        await person.act("replies", {"interface": "6201", "set": {"extData.x": 1.5}, "unset": ["payToken"]})
        told = await vendor.centre("6201", vendor.upload(person))
        assert told.ok
        assert "payToken" not in told.data
        await vendor.enrol(person)
        assert str(told.data["extData"]["x"]) == "1.5"
        await person.act("replies", {"interface": "6201", "unsigned": True, "code": "1"})
        value = json.loads((await vendor.post("6201", vendor.sealed(vendor.upload(person))))[1])
        assert "signData" not in value
        await vendor.enrol(person)
        assert (await vendor.centre("6201", vendor.upload(person))).ok

    play(main)


def test_header_and_control_choose_the_same_outcome(play):
    async def main(lab):
        vendor, person = await enrolled(lab)
        made = vendor.upload(person)
        given = await vendor.centre("6201", made, {"X-Sim-Case": "MP-SEC-03"})
        told = await vendor.centre(
            "6202", vendor.order(person, made, given.data), {"X-Sim-Case": "MP-SEC-03"}
        )
        assert "sign.verify" in [one.name for one in told.opened.facts if not one.ok]
        assert [d["name"] for d in await fired(lab)] == ["tamper_sign"]
        await person.act("triggers", {"case": "MP-SEC-03"})
        again = await vendor.centre("6202", {**vendor.order(person, made, given.data)})
        assert not again.opened.ok

    play(main)


def test_amount_tails_work_only_where_they_are_switched_on(play):
    async def main(lab):
        vendor, person = await enrolled(lab)
        assert (await vendor.pay(person, "30.33"))[1]["feeSumamt"] == "30.33"
        await lab.control("PUT", f"/control/institutions/{vendor.code}/triggers", {"amount_tails": True})
        other = await lab.person("r1", vendor, "pay/two")
        await vendor.enrol(other)
        made = vendor.upload(other, "30.33")
        given = await vendor.centre("6201", made)
        told = await vendor.centre("6202", vendor.order(other, made, given.data))
        assert "sign.verify" in [one.name for one in told.opened.facts if not one.ok]

    play(main)


def test_our_own_failure_is_a_refusal_and_a_harness_record(play, monkeypatch):
    from simulator.shell import exchange as module

    async def main(lab):
        vendor, person = await enrolled(lab)
        with monkeypatch.context() as patch:
            patch.setattr(module, "scripted", None)
            patch.setattr(module.Exchanges, "_step", lambda *_: 1 / 0)
            told = await vendor.centre("6201", vendor.upload(person))
        assert told.code == "LT-INTERNAL"
        assert told.opened.ok
        error = next(r for r in await lab.records("r1") if r.get("what") == "error")
        assert error["d"]["domain"] == "harness"
        assert "ZeroDivisionError" in error["d"]["error"]
        assert (await vendor.centre("6201", vendor.upload(person))).ok

    play(main)


def test_a_failing_opener_or_control_call_is_no_500(play, monkeypatch):
    from simulator.control import persons_api
    from simulator.shell import evidence as module

    async def main(lab):
        vendor, person = await enrolled(lab)
        with monkeypatch.context() as patch:
            patch.setattr(module, "schema_fact", None)
            told = await vendor.centre("6201", vendor.upload(person))
            assert told.code.startswith("LT-")
            patch.setattr(persons_api, "shard_view", None)
            told = await lab.control("GET", f"/control/runs/r1/persons/{person.person}", status=503)
            assert "模拟器内部错误" in told["error"]
        assert (await vendor.centre("6201", vendor.upload(person))).ok

    play(main)
