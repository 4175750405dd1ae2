"""Many persons, runs and institutions at once: each record in its own run and flow, nothing of one in another."""

from __future__ import annotations

import asyncio
import json

from encoded_store import BOTH_STORES
from evidence_writer import walked

from simulator.shell import app as app_module

PERSONS = 6
pytestmark = BOTH_STORES


def test_runs_and_institutions_never_see_each_other(play, tmp_path):
    async def one(lab, vendor, run, flow, yuan):
        person = await lab.person(run, vendor, flow, policy={"delay_ms": 0})
        await vendor.enrol(person)
        given, _ = await vendor.pay(person, yuan)
        return person, given

    async def main(lab):
        vendors = [await lab.vendor("H50999900001"), await lab.vendor("H31000000002")]
        runs = [
            (vendor, await lab.run(vendor, f"run-{vendor.code}-{turn}"))
            for vendor in vendors
            for turn in (1, 2)
        ]
        jobs = [
            (run, one(lab, vendor, run, f"pay/{number}", f"{10 + number}.00"))
            for vendor, run in runs
            for number in range(PERSONS)
        ]
        done = await asyncio.gather(*(job for _, job in jobs))
        for vendor in vendors:
            await vendor.until_notices(2 * PERSONS)
        for _, run in runs:
            for number in range(PERSONS):
                quiet = await lab.control(
                    "GET", f"/control/runs/{run}/quiet", flow=f"pay/{number}", wait_ms=10_000
                )
                assert quiet["quiet"], quiet
        everyone = {
            (run, person.flow): (person, given) for (run, _), (person, given) in zip(jobs, done, strict=True)
        }
        for vendor, run in runs:
            records = await lab.records(run)
            assert {r["run"] for r in records} == {run}
            assert {r["institution"] for r in records if r["kind"] != "run"} == {vendor.code}
            for number in range(PERSONS):
                person, given = everyone[(run, f"pay/{number}")]
                mine = [r for r in records if r["flow"] == person.flow]
                orders = {r["ids"]["payOrdId"] for r in mine if "payOrdId" in r.get("ids", {})}
                assert orders == {given["payOrdId"]}
                assert {r["person"] for r in mine} == {person.person}
                told = await person.act("", {}, "GET")
                assert [(o["payOrdId"], o["ordStas"], o["total"]) for o in told["orders"]] == [
                    (given["payOrdId"], "6", (10 + number) * 100)
                ]
            text = json.dumps(records, ensure_ascii=False)
            for (other, _), (person, given) in everyone.items():
                assert (given["payOrdId"] in text) is (other == run)
                assert person.id_no not in text
        notices = [opened.data["payOrdId"] for vendor in vendors for _, opened in vendor.received]
        assert sorted(notices) == sorted(given["payOrdId"] for _, given in everyone.values())

    play(main, home=tmp_path / "h")
    for path in (tmp_path / "h" / "journals").glob("run-*/evidence.jsonl"):
        assert walked(path.read_bytes().splitlines(keepends=True)).problem == ""


def test_another_institution_cannot_touch_an_order(play):
    async def main(lab):
        mine, theirs = await lab.vendor("H50999900001"), await lab.vendor("H31000000002")
        run = await lab.run(mine)
        other_run = await lab.run(theirs)
        person = await lab.person(run, mine)
        await mine.enrol(person)
        given, _ = await mine.pay(person)
        told = await theirs.centre("6301", mine.query(person, given))
        assert told.code == "LT-UNATTRIBUTED"
        assert "payOrdId" in told.message
        assert person.id_no not in told.message
        seen = [r for r in await lab.records(other_run) if r["kind"] == "message"]
        assert [(r["flow"], r["person"]) for r in seen] == [("", ""), ("", "")]
        assert "payOrdId" in seen[0]["note"]
        assert not [r for r in await lab.records(run) if r.get("interface") == "6301"]

    play(main)


def test_one_person_at_a_time_in_order(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        made = vendor.upload(person)
        answers = await asyncio.gather(*(vendor.centre("6201", made) for _ in range(20)))
        assert {one.data["payOrdId"] for one in answers} == {answers[0].data["payOrdId"]}
        assert len((await person.act("", {}, "GET"))["orders"]) == 1

    play(main)


def test_an_unknown_app_goes_to_our_own_log_and_to_the_only_run(play, tmp_path):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        await vendor.post("6201", b'{"appId":"' + b"F" * 32 + b'"}')
        seen = [r for r in await lab.records(run) if r["kind"] == "message"]
        assert [r["flow"] for r in seen] == ["", ""]
        await lab.run(vendor)
        await vendor.post("6201", b'{"appId":"' + b"F" * 32 + b'"}')
        assert len([r for r in await lab.records(run) if r["kind"] == "message"]) == 2

    play(main, home=tmp_path / "h")
    [path] = (tmp_path / "h" / "journals" / "_simulator").glob("*/evidence.jsonl")
    own = path.read_bytes().splitlines(keepends=True)
    assert (len(own), walked(own).problem) == (4, "")


def test_too_many_exchanges_are_told_to_wait(play, monkeypatch):
    monkeypatch.setattr(app_module, "OPEN_EXCHANGES", 0)

    async def main(lab):
        vendor = await lab.vendor()
        status, body = await vendor.post("6201", b"{}")
        assert status == 503
        assert "上限" in json.loads(body)["error"]

    play(main)


def test_a_body_that_drips_is_given_up(play, monkeypatch):
    monkeypatch.setattr(app_module, "BODY_WAIT_S", 0.05)

    async def main(lab):
        vendor = await lab.vendor()
        host, _, port = lab.base.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /org/local/api/hos/uldFeeInfo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
        )
        assert b"408" in await reader.readline()
        writer.close()
        assert (await vendor.post("6201", b"{}"))[0] == 200

    play(main)


def test_options_of_a_run_change_the_wire_for_its_institution_only(play):
    async def main(lab):
        vendor, other = await lab.vendor("H50999900001"), await lab.vendor("H31000000002")
        run = await lab.run(
            vendor, profile={"envelope.user_id": "app_secret", "envelope.response_code": "string"}
        )
        other_run = await lab.run(other)
        secret = vendor.block["appSecret"].encode()
        told = json.loads((await vendor.post("6301", vendor.sealed({"payOrdId": "x"}, user_id=secret)))[1])
        assert told["code"] != "LT-SIGN-VERIFY"
        plain = json.loads((await other.post("6301", other.sealed({"payOrdId": "x"})))[1])
        assert plain["code"] != "LT-SIGN-VERIFY"
        facts = {f["n"]: f["ok"] for r in await lab.records(run) for f in r.get("facts", [])}
        assert facts["sign.verify"]
        facts = {f["n"]: f["ok"] for r in await lab.records(other_run) for f in r.get("facts", [])}
        assert facts["sign.verify"]

    play(main)


def test_an_institutions_numbers_are_one_persons_in_a_run_and_free_in_another(play):
    async def main(lab):
        vendor = await lab.vendor()
        runs = [await lab.run(vendor, "r1"), await lab.run(vendor, "r2")]
        people = [
            await lab.person(run, vendor, flow, policy={"confirm": "never"})
            for run, flow in ((runs[0], "pay/one"), (runs[0], "pay/two"), (runs[1], "pay/one"))
        ]
        for person in people:
            await vendor.enrol(person)
        uploads = [{**vendor.upload(person), "medOrgOrd": "MO-SAME"} for person in people]
        answers = [await vendor.centre("6201", made) for made in uploads]
        assert [answer.code for answer in answers] == ["0", "LT-ORDER-DUPLICATE", "0"]
        assert "medOrgOrd=MO-SAME" in answers[1].message
        assert people[0].id_no not in answers[1].message
        assert (await people[1].act("", {}, "GET"))["orders"] == []
        uploads[1]["medOrgOrd"] = "MO-OTHER"
        answers[1] = await vendor.centre("6201", uploads[1])
        serial = {"orgBizSer": "S-SAME"}
        orders = [
            {**vendor.order(person, made, answer.data), **serial}
            for person, made, answer in zip(people, uploads, answers, strict=True)
        ]
        placed = [await vendor.centre("6202", order) for order in orders]
        assert [answer.code for answer in placed] == ["0", "LT-ORDER-SERIAL", "0"]
        repeat = await vendor.centre("6201", uploads[0])
        assert repeat.data == answers[0].data
        # a message that names nobody but an order number belongs to the newest run that knows it
        await vendor.centre("6201", {"medOrgOrd": "MO-OTHER", "orgCodg": vendor.code})
        await vendor.centre("6201", {"medOrgOrd": "MO-SAME", "orgCodg": vendor.code})
        last = [[r for r in await lab.records(run) if r.get("part") == "request"][-1] for run in runs]
        assert [(r["flow"], r["ids"]["medOrgOrd"]) for r in last] == [
            ("pay/two", "MO-OTHER"),
            ("pay/one", "MO-SAME"),
        ]
        await lab.control("DELETE", "/control/runs/r2")
        await lab.control("POST", "/control/runs/r1/reset", {})
        again = await lab.person("r1", vendor)
        await vendor.enrol(again)
        freed = await vendor.centre("6201", {**vendor.upload(again), "medOrgOrd": "MO-SAME"})
        assert freed.ok, "a reset frees the numbers"

    play(main)
