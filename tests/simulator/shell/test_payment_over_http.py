"""The main path over real sockets: authorise, 1101, 2201, 6201, 6202, confirm, 6302, 6301."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from encoded_store import BOTH_STORES

pytestmark = BOTH_STORES


def test_payment_from_authorisation_to_settled_query(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor, balance=1000, ratio=50)
        await vendor.enrol(person)
        given, placed = await vendor.pay(person)
        assert placed["feeSumamt"] == "30.00"
        await vendor.until_notices(1)
        _, opened = vendor.received[0]
        assert opened.ok, opened.bad
        assert opened.data["payOrdId"] == given["payOrdId"]
        asked = await vendor.centre("6301", vendor.query(person, given))
        assert asked.ok, asked
        assert asked.data["ordStas"] == "6"
        quiet = await lab.control(
            "GET", f"/control/runs/{run}/quiet", flow="pay/one", wait_ms=5000, quiet_ms=0
        )
        assert quiet["quiet"], quiet
        records = await lab.records(run)
        kinds = [(r["dir"], r["interface"], r["part"]) for r in records if r["kind"] == "message"]
        assert kinds.count(("out", "6302", "request")) == 1
        assert kinds.count(("in", "6302", "response")) == 1
        assert {r["flow"] for r in records if r["kind"] == "message"} == {"pay/one"}
        asked = [
            r for r in records if (r["kind"], r.get("dir"), r.get("part")) == ("message", "in", "request")
        ]
        assert all(re.fullmatch(r"127\.0\.0\.1:\d+", r["peer"]) for r in asked), asked
        told = {r["peer"] for r in records if r.get("interface") == "6302"}
        assert told == {urlsplit(lab.hook).netloc}
        assert person.id_no not in str(records)
        assert person.name not in str(records)
        assert person.auth not in str(records)

    play(main)


def test_a_shown_code_becomes_a_token_once(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor, policy={"delay_ms": 0})
        shown = (await person.act("show-code", {}))["ec_code"]
        asked = {"orgId": vendor.code, "businessType": "01301", "operatorId": "001", "operatorName": "收款员",
                 "officeId": "0301", "officeName": "内科", "ecQrCode": shown}  # fmt: skip
        status, body = await vendor.post("1162", json.dumps(asked, ensure_ascii=False).encode())
        told = json.loads(body)
        assert (status, told["infcode"]) == (200, 0), told
        token = told["output"]["ecToken"]
        cert = {"mdtrt_cert_type": "01", "mdtrt_cert_no": token, "psn_cert_type": "01"}
        assert (await vendor.fsi("1101", cert)).data["baseinfo"]["certno"] == person.id_no
        again = json.loads((await vendor.post("1162", json.dumps(asked).encode()))[1])
        assert again["infcode"] == -1
        assert again["err_msg"].startswith("LT-CODE-USED")
        stranger = json.loads(
            (await vendor.post("1162", json.dumps({**asked, "orgId": "H99999999999"}).encode()))[1]
        )
        assert stranger["err_msg"].startswith("LT-")

    play(main)


def test_mode_a_and_the_testapi_alias_answer_like_user_query(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor)
        known = vendor.block["paths"]["userQuery"]
        for path in (known, known.replace("/api/", "/testapi/"), vendor.block["paths"]["modeA"]):
            vendor.block["paths"]["userQuery"] = path
            code = (await person.act("authorise", {"biz": "04106"}))["auth_code"]
            assert (await vendor.user_query(code, person.openid)).data["pay_auth_no"].startswith("AUTH")
        code = (await person.act("authorise", {"decision": "refuse"}))["auth_code"]
        told = await vendor.user_query(code, person.openid)
        assert told.code == "-1"
        assert "LT-AUTH-REFUSED" in told.message

    play(main)
