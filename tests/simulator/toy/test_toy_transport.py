"""A transport, interfaces and a notice that the simulator never heard of enter by one registry line (design 9.1).

Over real HTTP: run, evidence, one rule, report, facts from raw.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest
import toy_role
from aiohttp import web
from toy_form import TOY, ToyKeys, load

import reports
from conformance.cli.fromraw import recomputed
from conformance.declaration import Declaration, Driver
from conformance.evidence.flow_view import FlowView
from conformance.finding import absent, failed, passed
from conformance.judge_run import judge_run
from conformance.runner import catalogue, manifest
from conformance.runner.collect import Collector
from conformance.runner.control import Control, ControlError
from simulator.protocol.model.step import Institution
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import Caller, PeerCall
from simulator.roles import ROLES
from simulator.serving import running
from simulator.shell.profiles import load_profile

PARTIES = (*ROLES, toy_role.ROLE)  # the one registry line
CODE, FLOW, PATH = "H50999900001", "toy/one", "/toy/desk-1/tickets"
PROFILE = load_profile()


def now_ms():
    return time.time_ns() // 1_000_000


class Vendor:
    """The institution: it calls by the mirror and takes notices."""

    def __init__(self, base, block, client):
        keys = ToyKeys(
            block["toyApp"], load(block["toyPrivateKey"]), _public(block["toyPlatformKey"]),
            bytes.fromhex(block["toyShared"]),
        )  # fmt: skip
        self.caller = Caller(Institution(CODE, "", "", ""), keys)
        self.base, self.client = base, client
        self.notices, self.news = [], asyncio.Event()

    def asked(self, data, target=PATH):
        return TOY.mirror.request(PeerCall("", target, data), self.caller, PROFILE, now_ms(), os.urandom(32))

    async def send(self, raw):
        async with self.client.request(
            raw.method, self.base + raw.target, data=raw.body, headers=dict(raw.headers)
        ) as got:
            return RawMessage(
                raw.method, raw.target, tuple(got.headers.items()), await got.read(), got.status
            )

    async def call(self, data, target=PATH):
        answer = await self.send(self.asked(data, target))
        return answer, TOY.mirror.read_reply(answer, self.caller, PROFILE, now_ms())

    async def take(self, request):
        raw = RawMessage(
            request.method, request.raw_path, tuple(request.headers.items()), await request.read()
        )
        self.notices.append(TOY.mirror.read_notice(raw, self.caller, PROFILE, now_ms()))
        self.news.set()
        return web.Response(status=204)


def _public(pem):
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    return load_pem_public_key(pem.encode())


@asynccontextmanager
async def set_up(home):
    """A simulator with the toy in it, a vendor, a run `r1` with one person."""
    async with (
        running(home, port=0, roles=PARTIES) as ready,
        aiohttp.ClientSession() as client,
        Control(ready.base, ready.control_token) as control,
    ):
        block = await control.institution(CODE, "甲医院", "509999")
        vendor = Vendor(ready.base, block, client)
        app = web.Application()
        app.router.add_put("/told", vendor.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/told?from=sim"
        await control.open_run("r1", [CODE], {})
        await control.call("PUT", f"/control/runs/r1/institutions/{CODE}/endpoints", {"toy_done": url})
        person = await control.person("r1", FLOW, CODE, "甲", {})
        try:
            yield vendor, control, person
        finally:
            await runner.cleanup()


async def talk(vendor, person):
    """POST, its notice, GET on the same path, a replay, a spoiled signature, an unknown ticket."""
    asked = vendor.asked({"idNo": person["id_no"], "no": "N1"})
    made = await vendor.send(asked)
    async with asyncio.timeout(10):
        await vendor.news.wait()
    answer, read = await vendor.call({}, f"{PATH}?no=N1&note=%E7%94%B2")
    replayed = await vendor.send(asked)
    spoiled = vendor.asked({"idNo": person["id_no"], "no": "N2"})
    refused = await vendor.send(replace(spoiled, body=spoiled.body.replace(b"N2", b"N3")))
    unknown, _ = await vendor.call({}, f"{PATH}?no=N9")
    return made, (answer, read), replayed, refused, unknown


def rule_signed(flow):
    """Every request of the toy is signed by its institution."""
    seen = flow.exchanges("toyMake", "toyAsk")
    wrong = [one.seq for one in seen if one.request.bad("toy.sign")]
    if not seen:
        return absent("每个请求都有正确的签名", "没有请求")
    if wrong:
        return failed("每个请求都有正确的签名", f"{len(wrong)} 个请求的签名不对", wrong)
    return passed("每个请求都有正确的签名", f"{len(seen)} 个请求均符合", [one.seq for one in seen])


def test_the_toy_through_run_evidence_rule_report_and_raw(tmp_path):
    folder, home = tmp_path / "runs" / "r1", tmp_path / "home"
    declaration = Declaration("vendor.yaml", CODE, "甲医院", "509999", ("A",), (), (), Driver("manual", 0))
    plan = catalogue.plan("A")

    async def main():
        async with set_up(home) as (vendor, control, person):
            row = manifest.skeleton("r1", "2026-11-29T10:00:00+08:00", declaration, plan, {})
            manifest.begin(folder, row, {})
            async with Collector(control, "r1", folder) as collector:
                told = await talk(vendor, person)
                await control.quiet("r1", FLOW, 5_000, 0)
                await control.close_run("r1")
                await collector.finish()
            manifest.finish(row, "2026-11-29T10:00:01+08:00", 1.0, [], collector)
            manifest.write(folder, row)
            return told, vendor.notices, collector.by_flow[FLOW]

    (made, (answer, read), replayed, refused, unknown), notices, records = asyncio.run(main())

    # on the wire
    assert (made.status, made.body) == (204, b"")
    assert made.header("x-toy-sign")
    assert (answer.status, read.ok, read.data) == (200, True, {"no": "N1", "person": "P1"})
    assert (replayed.status, json.loads(replayed.body)["code"]) == (422, "LT-REPLAY")
    assert (refused.status, refused.header("x-toy-sign") != "") == (422, True)
    assert json.loads(unknown.body)["code"] == "LT-UNATTRIBUTED"
    assert [(one.ok, one.data) for one in notices] == [(True, {"no": "N1", "state": "made"})]

    # in the evidence
    messages = [r for r in records if r["kind"] == "message"]
    assert {r["transport"] for r in messages} == {"toy"}
    first = messages[0]
    assert (first["http"]["method"], first["http"]["target"]) == ("POST", PATH)
    assert [name for name, _ in first["http"]["headers"]] == [
        "X-Toy-App",
        "X-Toy-Time",
        "X-Toy-Nonce",
        "X-Toy-Sign",
    ]
    assert first["ids"] == {"toyNo": "N1"}
    asked = next(r for r in messages if r["interface"] == "toyAsk")
    assert asked["http"]["target"] == f"{PATH}?no=N1&note=%E7%94%B2"
    assert asked["view"]["data"] == {"no": "N1", "note": "甲"}
    outcomes = {(r["interface"], r["link"]): r["outcome"] for r in messages if r["part"] == "response"}
    assert outcomes["toyMake", first["seq"]] == {"ok": True, "code": "0", "message": ""}
    sent = next(r for r in messages if r["interface"] == "toyDone" and r["part"] == "request")
    assert outcomes["toyDone", sent["seq"]]["ok"]
    notes = [r["d"] for r in records if r["kind"] == "world" and r["what"] == "notice"]
    assert [(d["toyNo"], d["accepted"], d["status"]) for d in notes] == [("N1", True, 204)]
    assert [r["d"]["after"] for r in records if r.get("what") == "toy"] == ["made", "told"]

    # one rule, green and red
    whole = rule_signed(FlowView(FLOW, tuple(records)))
    assert (whole.verdict, len(whole.records)) == ("fail", 1)
    good = [r for r in records if r["seq"] not in whole.records and r.get("link") not in whole.records]
    assert rule_signed(FlowView(FLOW, tuple(good))).verdict == "pass"

    # the report, and every fact once more from the raw messages
    judge_run(folder, declaration, plan, [])
    page = reports.render_all(folder)["html"].read_text(encoding="utf-8")
    assert "toyMake" in page
    again = recomputed(folder, home, "", PARTIES)
    assert (again.differences, again.without) == ([], 0)
    assert again.opened == len([r for r in messages if (r["dir"], r["part"]) == ("in", "request")]) + 1
    fresh = [row["ok"] for rows in again.facts.values() for row in rows if row["n"] == "replay.fresh"]
    assert fresh.count(False) == 1


def test_a_fault_for_another_form_cannot_be_armed_for_the_toy(tmp_path):
    async def main():
        async with set_up(tmp_path) as (vendor, control, person):
            with pytest.raises(ControlError, match=r"interface: tamper_sign 不能用于 toyMake"):
                await control.of_person(
                    "r1", person["person"], "faults", {"name": "tamper_sign", "interface": "toyMake"}
                )
            await control.of_person("r1", person["person"], "faults", {"name": "tamper_sign"})
            await control.of_person(
                "r1", person["person"], "faults", {"name": "status_after", "interface": "toyAsk"}
            )
            made = await vendor.send(vendor.asked({"idNo": person["id_no"], "no": "N1"}))
            answer, _ = await vendor.call({}, f"{PATH}?no=N1")
            return made.status, answer.status

    assert asyncio.run(main()) == (204, 504)


def test_a_home_made_before_the_toy_gets_its_credentials_and_keeps_the_others(tmp_path):
    async def block(roles):
        async with (
            running(tmp_path, port=0, roles=roles) as ready,
            Control(ready.base, ready.control_token) as control,
        ):
            return await control.institution(CODE, "甲医院", "509999")

    before, toy, after = (asyncio.run(block(roles)) for roles in (ROLES, PARTIES, ROLES))
    assert "toyApp" not in before
    assert toy["toyApp"].startswith("T")
    assert after.keys() == before.keys()
    assert all(toy[name] == before[name] == after[name] for name in before if name not in ("base", "paths"))
    assert asyncio.run(block(PARTIES))["toyApp"] == toy["toyApp"]
