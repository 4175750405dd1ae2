"""Style B of the institution sheet: one address, the transaction chosen by `infno`; and the odd forms around it."""

from __future__ import annotations

import json

import pytest

from simulator.protocol.wire import fsi

ENTRY = "/fsi/api/rsfComIfsService/callService"


async def call(vendor, body, path=ENTRY, **headers):
    status, answer = await vendor.post("1101", body, headers, path)
    assert status == 200
    return json.loads(answer)


def message(vendor, number, data, region="", **header):
    return fsi.seal_fsi_request({**vendor.header(number, region), **header}, {"data": data})


def test_one_province_s_prefix_leads_to_every_path(play):
    async def main(lab):
        vendor = await lab.vendor()
        for number in ("1101", "2201", "2202", "1162"):
            status, body = await vendor.post(
                number, b"{}", {}, "/ebus/rio_fsi" + vendor.block["paths"][number]
            )
            assert (status, json.loads(body)["infcode"]) == (200, -1), number

    play(main)


@pytest.mark.parametrize("entry", [ENTRY, "/ebus/rio_fsi" + ENTRY])
def test_a_registration_by_the_single_entry(play, entry):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor)
        assert vendor.block["paths"]["callService"] == ENTRY
        vendor.block["paths"].update({"1101": entry, "2201": entry, "2202": entry})
        await vendor.enrol(person)
        seen = [r for r in await lab.records(run) if r["kind"] == "message" and r["part"] == "request"]
        assert [r["interface"] for r in seen] == ["userQuery", "1101", "2201"]
        assert {r["http"]["target"] for r in seen[1:]} == {entry}
        facts = {f["n"]: f["ok"] for f in seen[2]["facts"]}
        assert facts["fsi.infno"] is True
        assert facts["schema"] is True

    play(main)


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ({"infno": "9001"}, "9001"),
        ({"infno": "2206A"}, "2206A"),
        ({"infno": "6201"}, "6201"),
        ({"infno": "callService"}, "infno"),
        ({"infno": ""}, "infno"),
        ({"infno": None}, "infno"),
        ({"infno": ["1101"]}, "infno"),
    ],
)
def test_what_it_does_not_offer(play, header, word):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        answer = await call(
            vendor, message(vendor, "1101", {"mdtrt_cert_type": "02", "mdtrt_cert_no": "1"}, **header)
        )
        assert answer["infcode"] == -1
        assert answer["err_msg"].startswith("LT-FSI-HEADER")
        assert word in answer["err_msg"]
        asked = next(r for r in await lab.records(run) if r["kind"] == "message")
        assert asked["interface"] == "callService"
        assert next(f["n"] for f in asked["facts"] if not f["ok"]) in ("fsi.infno", "fsi.header")

    play(main)


def test_rubbish_at_the_single_entry(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        for body in (
            b"",
            b"{",
            b"[]",
            b"null",
            b'{"infno":"1101"}',
            b"\xff",
            b"[" * 5000,
            b" " * (4 * 1024 * 1024 + 1),
        ):
            answer = await call(vendor, body)
            assert answer["infcode"] == -1, body[:20]
            assert "LT-" in answer["err_msg"], body[:20]
            assert len(answer["err_msg"]) <= 200
        assert not [r for r in await lab.records(run) if r["kind"] == "run" and r["what"] == "error"]

    play(main)


def test_a_transaction_sent_to_the_address_of_another(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        body = message(vendor, "2201", {"mdtrt_cert_type": "02", "mdtrt_cert_no": "1"})
        answer = await call(vendor, body, vendor.block["paths"]["1101"])
        assert answer["err_msg"].startswith("LT-FSI-HEADER infno=2201")
        asked = next(r for r in await lab.records(run) if r["kind"] == "message")
        assert next(f["n"] for f in asked["facts"] if not f["ok"]) == "fsi.infno"

    play(main)


def test_json_as_plain_text_is_taken_by_the_institution_side_only(play):
    """Institution sheet 1 (H): the server must accept both; the centre's own interfaces are JSON."""

    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        told = {"mdtrt_cert_type": "01", "mdtrt_cert_no": person.auth}
        for kind in ("text/plain", "text/plain;charset=UTF-8", "application/json"):
            answer = await call(vendor, message(vendor, "1101", told), **{"Content-Type": kind})
            assert answer["infcode"] == 0, (kind, answer)
        for kind in ("text/html", "application/x-www-form-urlencoded"):
            answer = await call(vendor, message(vendor, "1101", told), **{"Content-Type": kind})
            assert answer["err_msg"].startswith("LT-HTTP-TYPE"), kind
        status, body = await vendor.post(
            "6201", vendor.sealed(vendor.upload(person)), {"Content-Type": "text/plain"}
        )
        assert (status, json.loads(body)["code"]) == (200, "LT-HTTP-TYPE")

    play(main)


OPTIONS = [
    ({}, 0, ""),
    ({"fsi.response_code": "string"}, "0", ""),
    ({"fsi.err_msg_on_success": "success"}, 0, "success"),
    ({"fsi.err_msg_on_success": "null"}, 0, None),
]


@pytest.mark.parametrize(("options", "infcode", "err_msg"), OPTIONS)
def test_how_success_is_written(play, options, infcode, err_msg):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor, profile=options)
        person = await lab.person(run, vendor)
        told = {"mdtrt_cert_type": "02", "mdtrt_cert_no": person.id_no}
        answer = await call(vendor, message(vendor, "1101", told))
        assert (answer["infcode"], answer["err_msg"]) == (infcode, err_msg)
        assert len(answer["inf_refmsgid"]) == 30
        assert len(answer["refmsg_time"]) == len(answer["respond_time"]) == 17
        failed = await call(vendor, message(vendor, "1101", {**told, "mdtrt_cert_type": "03"}))
        assert str(failed["infcode"]) == "-1"
        assert type(failed["infcode"]) is type(infcode)
        assert failed["err_msg"]

    play(main)


@pytest.mark.parametrize(("choice", "code"), [("warn", ""), ("refuse", "LT-FSI-MSGID")])
def test_a_loose_msgid(play, choice, code):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor, profile={"fsi.msgid": choice})
        person = await lab.person(run, vendor)
        told = {"mdtrt_cert_type": "02", "mdtrt_cert_no": person.id_no}
        answer = await call(vendor, message(vendor, "1101", told, msgid="1"))
        assert answer["err_msg"][: len("LT-FSI-MSGID")] == code
        asked = next(r for r in await lab.records(run) if r["kind"] == "message")
        assert [f["n"] for f in asked["facts"] if not f["ok"]] == ["fsi.msgid"]

    play(main)
