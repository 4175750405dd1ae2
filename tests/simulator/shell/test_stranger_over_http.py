"""Somebody else's messages over real sockets, judged: they fail nothing, block nothing and stand apart (contracts 10)."""

from __future__ import annotations

import json

import aiohttp
import pytest
from judged_records import judge_records

from conformance.declaration import Declaration, Driver
from conformance.ledger import load
from conformance.scenario import Plan

STRANGER = "127.0.0.2"
OLD_ORDERS = 60
VENDOR = Declaration(
    "vendor.yaml", "H50999900001", "院", "509999", ("A",), (), ("outpatient",), Driver("http", 0)
)


async def from_elsewhere(lab, vendor, bodies):
    """POST these bodies to the path of 6301 from another address."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(STRANGER, 0))) as client:
        for body in bodies:
            async with client.post(lab.base + vendor.block["paths"]["6301"], data=body,
                                   headers={"Content-Type": "application/json"}) as got:  # fmt: skip
                assert got.status < 500
                await got.read()


def judged(records):
    return judge_records(records, load(), [], VENDOR, Plan("A", "甲", "A", "insurance_app", ()))


def told(found):
    return {(row["flow"], row["requirement"], row["verdict"]) for row in found.verdicts}


@pytest.fixture
def evidence(play):
    """The records of one payment with what a second client posts; `bodies(vendor)` are its POSTs."""

    def run(bodies):
        async def main(lab):
            vendor = await lab.vendor()
            run = await lab.run(vendor)
            person = await lab.person(run, vendor, policy={"delay_ms": 0})
            other = await lab.person(run, vendor, "pay/waits")
            await from_elsewhere(lab, vendor, bodies(vendor))
            await vendor.enrol(person)
            await from_elsewhere(lab, vendor, bodies(vendor))
            given, _ = await vendor.pay(person)
            await vendor.until_notices(1)
            await from_elsewhere(lab, vendor, bodies(vendor))
            await vendor.enrol(other)
            assert (await vendor.centre("6301", vendor.query(person, given))).ok
            return await lab.records(run)

        return play(main)

    return run


def test_unsigned_posts_and_a_stolen_app_id_turn_no_pass_into_a_fail(evidence) -> None:
    quiet = told(judged(evidence(lambda _vendor: [])))
    assert {verdict for _, _, verdict in quiet} <= {"pass", "n/a", "waiting"}
    found = judged(
        evidence(
            lambda vendor: [
                b"{}",
                b"<xml/>",
                json.dumps({"appId": vendor.block["appId"], "encData": "00ff", "signData": "x"}).encode(),
                json.dumps({"appId": vendor.block["appId"], "data": {"payOrdId": "1"}}).encode(),
                json.dumps({"appId": "0" * 32, "encData": "00"}).encode(),
            ]
        )
    )
    assert told(found) == quiet
    rows = found.found.strangers
    assert {row["peer"] for row in rows} == {STRANGER}
    assert sum(row["count"] for row in rows) == 15
    assert {row["institution"] for row in rows} == {"", VENDOR.code}


def test_rightly_signed_queries_of_old_orders_neither_fail_nor_block(evidence) -> None:
    def bodies(vendor):
        asked = ({"payOrdId": f"ORD{number:020d}", "payToken": "T", "orgCodg": vendor.code, "idNo": "1",
                  "userName": "甲", "idType": "01"} for number in range(OLD_ORDERS))  # fmt: skip
        return [vendor.sealed(data) for data in asked]

    quiet = told(judged(evidence(lambda _vendor: [])))
    found = judged(evidence(bodies))
    assert told(found) == quiet
    (row,) = found.found.strangers
    assert (row["peer"], row["count"], row["institution"]) == (STRANGER, 3 * OLD_ORDERS, VENDOR.code)
    assert "不属于本次运行的任何人" in row["reason"]


GARBAGE = {"encData": "00ff", "signData": "x"}


def test_what_is_armed_for_the_institution_is_not_used_up_by_a_stranger(play) -> None:
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor, policy={"delay_ms": 0})
        await vendor.enrol(person)
        given, _ = await vendor.pay(person)
        await lab.control("POST", f"/control/runs/{run}/faults",
                          {"institution": vendor.code, "name": "tamper_sign", "interface": "6301", "times": 1})  # fmt: skip
        await from_elsewhere(lab, vendor, [json.dumps({"appId": vendor.block["appId"], **GARBAGE}).encode()])
        spoiled = await vendor.centre("6301", vendor.query(person, given))
        assert not spoiled.opened.ok, "the vendor's own message meets it"

    play(main)


def test_a_stranger_cannot_fill_the_evidence_of_a_run(play, monkeypatch) -> None:
    monkeypatch.setattr("simulator.shell.open_runs.STRANGERS", 5)

    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor, policy={"delay_ms": 0})
        body = json.dumps({"appId": vendor.block["appId"], **GARBAGE}).encode()
        await from_elsewhere(lab, vendor, [body] * 9)
        await vendor.enrol(person)
        records = await lab.records(run)
        strange = [r for r in records if r["kind"] == "message" and r["peer"].startswith(STRANGER)]
        assert len(strange) == 10, "five and our answers"
        assert [r["d"] for r in records if r.get("what") == "strangers_full"] == [{"kept": 5}]
        assert sum(r["kind"] == "message" and r["flow"] == person.flow for r in records) == 6, (
            "its own all the same"
        )

    play(main)
