"""Notices of every kind, the retry plan in timer time, expiry by advance."""

from __future__ import annotations

import asyncio
import time

from encoded_store import BOTH_STORES

from simulator.protocol.text.money import to_fen
from simulator.protocol.text.times import parse_timestamp
from simulator.protocol.wire.schema_facts import schema_fact

pytestmark = BOTH_STORES
DAY = 86_400_000
MINUTE = 60_000


async def paid(lab, **spec):
    vendor = await lab.vendor()
    run = await lab.run(vendor, "r1")
    person = await lab.person(run, vendor, **spec)
    await vendor.enrol(person)
    given, _ = await vendor.pay(person)
    return vendor, person, given


async def world(lab, what):
    return [r["d"] for r in await lab.records("r1") if r["kind"] == "world" and r["what"] == what]


def test_unaccepted_notices_are_repeated_by_the_plan_each_sealed_afresh(play):
    async def main(lab):
        vendor = await lab.vendor()
        vendor.answer_body = '{"success":false}'
        _, person, _given = await paid(lab)
        await person.act("advance", {"ms": 60_000})
        assert len(vendor.received) == 5
        assert len({body for body, _ in vendor.received}) == 5
        assert all(opened.ok for _, opened in vendor.received)
        told = await world(lab, "notice")
        assert [d.get("attempt") for d in told if d.get("sent")] == [1, 2, 3, 4, 5]
        assert not any(d.get("accepted") for d in told)
        assert not (await person.act("", {}, "GET"))["orders"][0]["notice_accepted"]

    play(main)


def test_the_plan_stops_when_a_repeat_is_accepted(play):
    async def main(lab):
        vendor = await lab.vendor()
        vendor.answer_status = 500

        async def third_time():
            vendor.answer_status = 200 if len(vendor.received) >= 3 else 500

        vendor.on_notice = third_time
        _, person, _ = await paid(lab)
        await person.act("advance", {"ms": 60_000})
        assert len(vendor.received) == 3
        assert (await person.act("", {}, "GET"))["orders"][0]["notice_accepted"]

    play(main)


def test_a_hospital_that_closes_idle_connections_loses_no_notice(play):
    """It promises keep-alive, and hangs up when a second request comes on the same connection."""

    async def talk(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 16\r\n\r\n")
        writer.write(b'{"success":true}')
        await writer.drain()
        await reader.read(1)
        writer.close()

    async def main(lab):
        vendor, person, _ = await paid(lab)
        await vendor.until_notices(1)
        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/n"
            path = f"/control/institutions/{vendor.code}/endpoints"
            await lab.control("PUT", path, {"notify_6302": url})
            told = [await person.act("notices", {"kind": "repeat"}) for _ in range(4)]
        assert [one["answers"][0] for one in told] == [{"status": 200, "accepted": True}] * 4

    play(main)


def test_kinds_of_notices(play):
    async def main(lab):
        vendor, person, given = await paid(lab)
        await vendor.until_notices(1)
        first = vendor.received[0][0]

        async def send(kind, **more):
            vendor.received.clear()
            told = await person.act("notices", {"kind": kind, **more})
            return told["answers"], vendor.received

        answers, got = await send("repeat", times=3)
        last = got[-1][0]
        assert [one["accepted"] for one in answers] == [True] * 3
        assert len({body for body, _ in got} - {first}) == 3
        assert all(opened.ok and opened.data["payOrdId"] == given["payOrdId"] for _, opened in got)
        _, got = await send("replay")
        assert [body for body, _ in got] == [last]
        _, got = await send("forged")
        assert next(one.name for one in got[0][1].facts if not one.ok) == "sign.verify"
        _, got = await send("unsigned")
        assert next(one.name for one in got[0][1].facts if not one.ok) == "sign.present"
        _, got = await send("altered")
        assert got[0][1].ok
        assert got[0][1].data["feeSumamt"] == "9999.99"
        _, got = await send("altered", set={"payOrdId": "ORD0", "feeSumamt": None})
        assert got[0][1].data["payOrdId"] == "ORD0"
        assert "feeSumamt" not in got[0][1].data
        _, got = await send("unknown_fields")
        assert got[0][1].ok
        assert got[0][1].data["newField"] == "1"
        answers, got = await send("repeat", times=20, concurrent=True)
        assert len(answers) == len(got) == 20
        vendor.answer_status = 401
        answers, _ = await send("forged")
        assert answers == [{"status": 401, "accepted": False}]

    play(main)


def test_a_forged_notice_of_an_unpaid_order_is_complete_and_only_its_signature_is_wrong(play):
    async def main(lab):
        vendor, person, given = await paid(lab, policy={"confirm": "never"})
        await person.act("notices", {"kind": "forged"})
        await person.act("notices", {"kind": "altered"})
        (_, forged), (_, altered) = vendor.received
        assert [fact.name for fact in forged.facts if not fact.ok and fact.name != "sign.cause"] == [
            "sign.verify"
        ]
        assert altered.ok
        for opened in (forged, altered):
            assert schema_fact("centre/6302.request", opened.data).ok
            assert opened.data["payOrdId"] == given["payOrdId"]
            assert abs(parse_timestamp(opened.data["traceTime"])[1] - time.time_ns() // 1_000_000) < MINUTE
        names = ("feeSumamt", "fundPay", "psnAcctPay", "ownPayAmt")
        true = (await person.act("", {}, "GET"))["orders"][0]
        assert [to_fen(forged.data[name]) for name in names] == [
            true[name] for name in ("total", "fund", "account", "cash")
        ]
        assert [altered.data[name] for name in names] == ["9999.99", "0.00", "0.00", "9999.99"]
        assert true["ordStas"] == "1"

    play(main)


def test_replay_is_byte_identical(play):
    async def main(lab):
        vendor, person, _ = await paid(lab)
        await vendor.until_notices(1)
        await person.act("notices", {"kind": "replay"})
        assert vendor.received[0][0] == vendor.received[1][0]

    play(main)


def test_early_notice_arrives_before_the_answer_of_6202(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor, "r1")
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        assert (await person.act("notices", {"kind": "early"}))["answers"] == []
        await vendor.pay(person)
        assert len(vendor.received) == 1
        kinds = [(r["interface"], r["part"]) for r in await lab.records(run) if r["kind"] == "message"]
        assert kinds.index(("6302", "response")) < kinds.index(("6202", "response"))

    play(main)


def test_lost_notices_are_told_and_repeated(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor, "r1")
        person = await lab.person(run, vendor)
        await person.act("faults", {"name": "drop_request", "interface": "6302", "times": 2})
        await vendor.enrol(person)
        await vendor.pay(person)
        await person.act("advance", {"ms": 60_000})
        assert len(vendor.received) == 1
        assert len([d for d in await world(lab, "fault") if d["name"] == "drop_request"]) == 2

    play(main)


def test_every_note_about_a_notice_links_to_its_message(play):
    """Also when several are under way at once; what never went out has no message to link to."""

    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor, "r1")
        person = await lab.person(run, vendor)
        for name in ("drop_request", "tamper_request_sign", "status_before", "drop_response"):
            await person.act("faults", {"name": name, "interface": "6302"})
        await vendor.enrol(person)
        await vendor.pay(person)
        await person.act("advance", {"ms": 60_000})
        await person.act("notices", {"kind": "repeat", "times": 5, "concurrent": True})
        records = await lab.records(run)
        asked = {r["seq"]: r for r in records if r.get("interface") == "6302" and r["part"] == "request"}
        notes = [r for r in records if r["kind"] == "world" and r["what"] in ("fault", "notice")]
        faults = {r["d"]["name"]: r["link"] for r in notes if r["what"] == "fault"}
        assert [name for name, link in faults.items() if link is None] == [
            "tamper_request_sign", "drop_request", "status_before",
        ]  # fmt: skip
        answered = {
            r["link"]: r["seq"] for r in records if r.get("interface") == "6302" and r["part"] == "response"
        }
        assert faults["drop_response"] in asked
        told = [r for r in notes if r["what"] == "notice"]
        assert [r["link"] for r in told if not r["d"]["reached"]] == [None, None]
        reached = [r for r in told if r["d"]["reached"]]
        assert sorted(r["link"] for r in reached) == sorted(asked)
        assert len(asked) == 7
        assert all(r["link"] < answered[r["link"]] < r["seq"] for r in reached)

    play(main)


def test_a_fault_that_spoils_a_notice_links_to_what_went_out(play):
    async def main(lab):
        vendor, person, _ = await paid(lab)
        await vendor.until_notices(1)
        await person.act("faults", {"name": "tamper_request_sign", "interface": "6302"})
        await person.act("notices", {"kind": "repeat"})
        records = await lab.records("r1")
        spoiled = [r["seq"] for r in records if r.get("interface") == "6302" and r["part"] == "request"][-1]
        fault = next(r for r in records if r["kind"] == "world" and r["what"] == "fault")
        assert (fault["link"], fault["seq"] > spoiled) == (spoiled, True)

    play(main)


def test_no_endpoint_no_notice(play):
    async def main(lab):
        vendor = await lab.vendor(notify=False)
        run = await lab.run(vendor, "r1")
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        await vendor.pay(person)
        await person.act("advance", {"ms": 60_000})
        notes = [r for r in await lab.records("r1") if (r["kind"], r.get("what")) == ("world", "notice")]
        assert [(r["d"]["sent"], r["link"]) for r in notes] == [(False, None)]
        told = await person.act("notices", {"kind": "repeat"})
        assert told["answers"][0]["accepted"] is False

    play(main)


def test_an_endpoint_that_does_not_answer_is_no_accident(play):
    async def main(lab):
        vendor = await lab.vendor()
        await lab.control(
            "PUT", f"/control/institutions/{vendor.code}/endpoints", {"notify_6302": "http://127.0.0.1:1/x"}
        )
        run = await lab.run(vendor, "r1")
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        await vendor.pay(person)
        told = await person.act("advance", {"ms": 60_000})
        assert told["fired"].count("notice.send") == 4
        assert {d["status"] for d in await world(lab, "notice") if d.get("sent")} == {0}

    play(main)


def test_advance_expires_an_order_nobody_paid_and_moves_only_this_person(play):
    async def main(lab):
        vendor, person, given = await paid(lab, policy={"confirm": "never"})
        other = await lab.person("r1", vendor, "pay/two", policy={"confirm": "never"})
        await vendor.enrol(other)
        _kept, _ = await vendor.pay(other)
        told = await person.act("advance", {"ms": 31 * 60_000})
        assert "order.expire" in told["fired"]
        states = [(await one.act("", {}, "GET"))["orders"][0]["ordStas"] for one in (person, other)]
        assert states[0] != "1"
        assert states[1] == "1"
        asked = await vendor.centre("6301", vendor.query(person, given))
        assert asked.opened.ok, "wire time stays the machine's"
        clocks = {r["person"]: r["t"]["timer_ms"] for r in await lab.records("r1") if r["kind"] == "world"}
        ahead = {name: timer - time.time_ns() // 1_000_000 for name, timer in clocks.items()}
        assert 29 * MINUTE < ahead[person.person] <= 31 * MINUTE
        assert ahead[other.person] <= 0

    play(main)


def test_reset_stops_the_notices(play):
    async def main(lab):
        vendor = await lab.vendor()
        vendor.answer_status = 500
        _, _person, _ = await paid(lab)
        await vendor.until_notices(1)
        await lab.control("POST", "/control/runs/r1/reset", {})
        seen = len(vendor.received)
        other = await lab.person("r1", vendor, "pay/two", policy={"confirm": "never"})
        await other.act("advance", {"ms": 60_000})
        assert len(vendor.received) == seen

    play(main)


def test_a_day_ahead_everything_on_the_wire_is_of_now(play):
    def off(stamp):
        """How far a printed time is from the machine's clock, in ms."""
        return abs(parse_timestamp(stamp)[1] - time.time_ns() // 1_000_000)

    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor, "r1")
        person = await lab.person(run, vendor)
        await person.act("advance", {"ms": DAY})
        await vendor.enrol(person)
        given, placed = await vendor.pay(person)
        await person.act("advance", {"ms": DAY})
        await vendor.until_notices(1)
        told = vendor.received[0][1].data
        asked = (await vendor.centre("6301", vendor.query(person, given))).data
        code = (await person.act("authorise", {"biz": "04107", "channel": "wechat"}))["auth_code"]
        fresh = (await vendor.user_query(code, person.openid)).data["pay_auth_no"]
        back = {
            "payOrdId": given["payOrdId"], "orgCodg": vendor.code, "appRefdSn": "R1", "payAuthNo": fresh,
            "appRefdTime": "20260101000000", "refdType": "ALL", "totlRefdAmt": told["feeSumamt"],
            "cashRefdAmt": told["ownPayAmt"], "psnAcctRefdAmt": told["psnAcctPay"], "fundRefdAmt": told["fundPay"],
        }  # fmt: skip
        refunded = await vendor.centre("6203", back)
        assert refunded.ok, refunded
        stamps = [
            told["hiChrgTime"], told["traceTime"], asked["hiChrgTime"], told["extData"]["setlinfo"][0]["setltime"],
            placed["extData"]["preSetl"]["setl_time"],
            refunded.data["hiTrnsDate"] + refunded.data["hiTrnsTime"],
            given["payOrdId"][9:23], told["hiDocSn"][6:20], fresh[10:24], refunded.data["refdSn"][9:23],
        ]  # fmt: skip
        assert [stamp for stamp in stamps if off(stamp) > MINUTE] == []
        world_now = (await lab.records("r1"))[-1]["t"]
        assert world_now["timer_ms"] - time.time_ns() // 1_000_000 > DAY

    play(main)


def test_what_the_addresses_are_said_to_be_may_be_said_again(play):
    async def main(lab):
        vendor = await lab.vendor()
        path = f"/control/institutions/{vendor.code}/endpoints"
        await lab.control("PUT", path, {"notify_6302": "http://127.0.0.1:9/x"})
        before = await lab.control("GET", path)
        assert before["wallet_notify"] == ""  # nobody has said
        await lab.control("PUT", path, before)
        assert await lab.control("GET", path) == before
        await lab.control("PUT", path, {"notify_6302": ""})
        assert (await lab.control("GET", path))["notify_6302"] == ""

    play(main)
