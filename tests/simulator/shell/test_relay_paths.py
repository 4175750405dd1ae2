"""Where and how SDKs and relays send 两定 messages (institution sheet 1.1, 2.2, 3.1; centre sheet 22), over HTTP."""

from __future__ import annotations

import json

import pytest

from simulator.protocol.model.endpoint import parameters
from simulator.protocol.text.times import beijing_dt, parse_timestamp
from simulator.protocol.wire import fsi
from simulator.shell.profiles import load_profile

RELAY = dict(load_profile("relay-paths").overrides)
API = {
    "_api_name": "hssServives", "_api_version": "1.0.0", "_api_timestamp": "1767229200000", "_api_access_key": "AK",
    "_api_signature": "AAAA",
}  # fmt: skip


def paths():
    for entry in RELAY["fsi.single_entries"]:
        yield entry.replace("{rest...}", "api/fsi")
    for base in RELAY["fsi.infno_bases"]:
        yield f"{base}/1101"


async def asked(vendor, path, headers=None, /, **header):
    whole = {**vendor.header("1101", ""), **header}
    body = fsi.seal_fsi_request(whole, {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": "1"}})
    return await vendor.post("1101", body, headers or {}, path)


def test_every_path_of_a_relay_leads_to_the_transaction(play):
    async def main(lab):
        vendor = await lab.vendor()
        known = "/fsi/api/rsfComIfsService/callService"
        assert [path for path in paths() if (await asked(vendor, path))[0] != 404] == [known], (
            "the base has one"
        )
        run = await lab.run(vendor, "r1", RELAY)
        person = await lab.person(run, vendor)
        for path in paths():
            data = {"mdtrt_cert_type": "02", "mdtrt_cert_no": person.id_no}
            body = fsi.seal_fsi_request(vendor.header("1101", ""), {"data": data})
            status, answer = await vendor.post("1101", body, {}, path)
            assert (status, json.loads(answer)["infcode"]) == (200, 0), (path, answer)

    play(main)


def test_another_number_behind_a_base_is_said(play):
    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1", RELAY)
        status, answer = await asked(vendor, f"{RELAY['fsi.infno_bases'][3]}/2201")
        assert status == 200
        assert "infno=1101" in json.loads(answer)["err_msg"]

    play(main)


SENT = {
    "text/plain": ({"Content-Type": "text/plain"}, {}),
    "text/plain with charset": ({"Content-Type": "text/plain; charset=UTF-8"}, {}),
    "_api_ headers": (API, {}),
    "uuid": ({}, {"msgid": "0f8fad5bd9cb469fa16570867728950e"}),
    "uuid with dashes": ({}, {"msgid": "0f8fad5b-d9cb-469f-a165-70867728950e"}),
    "eight hours off": ({}, {"inf_time": None}),
}


@pytest.mark.parametrize("name", SENT)
def test_what_sdks_send_is_no_reason_to_refuse(play, name):
    headers, header = SENT[name]

    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor)
        whole = {**vendor.header("1101", ""), **header}
        if "inf_time" in header:
            utc = parse_timestamp(vendor.header("1101", "")["inf_time"])[1] - 8 * 3_600_000
            whole["inf_time"] = beijing_dt(utc)
        data = {"mdtrt_cert_type": "02", "mdtrt_cert_no": person.id_no}
        _, answer = await vendor.post("1101", fsi.seal_fsi_request(whole, {"data": data}), headers)
        assert json.loads(answer)["infcode"] == 0, answer
        message = next(r for r in await lab.records(run) if r["kind"] == "message")
        facts = {fact["n"]: fact["ok"] for fact in message["facts"]}
        assert facts.get("note.inf_time", True) is (name != "eight hours off")
        assert facts["fsi.msgid"] is not name.startswith("uuid")

    play(main)


@pytest.mark.parametrize(("code", "kind"), [("0", "number"), ("1", "number"), ("1", "string")])
def test_an_infcode_of_1_is_a_success_where_the_relay_says_so(play, code, kind):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor, "r1", {"fsi.success_code": code, "fsi.response_code": kind})
        person = await lab.person(run, vendor)
        data = {"mdtrt_cert_type": "02", "mdtrt_cert_no": person.id_no}
        body = fsi.seal_fsi_request(vendor.header("1101", ""), {"data": data})
        said = json.loads((await vendor.post("1101", body))[1])["infcode"]
        assert said == (code if kind == "string" else int(code))
        answer = next(
            r for r in await lab.records("r1") if r["kind"] == "message" and r["part"] == "response"
        )
        assert (answer["outcome"]["ok"], answer["outcome"]["code"]) == (True, code)
        refused = json.loads((await asked(vendor, ""))[1])["infcode"]
        assert str(refused) == "-1"

    play(main)


@pytest.mark.parametrize(
    ("template", "path", "fits"),
    [
        ("/a/{rest...}/z", "/a/b/z", True),
        ("/a/{rest...}/z", "/a/b/c/d/z", True),
        ("/a/{rest...}/z", "/a/z", False),
        ("/a/{rest...}/z", "/a//z", False),
        ("/a/{rest...}/z", "/a/b/z/y", False),
        ("/a/{rest...}/z", "/b/b/z", False),
        ("/a/{rest...}", "/a/b", True),
        ("/a/{one}/z", "/a/b/c/z", False),
    ],
)
def test_some_segments_stand_for_any(template, path, fits):
    assert (parameters(template, path) is not None) is fits
