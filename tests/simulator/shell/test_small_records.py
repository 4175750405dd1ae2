"""A run of small records: what rules need stands in them, and nothing else of the business object."""

from __future__ import annotations

import json

import jsonschema_rs

import schemas
from simulator.protocol.model.keeps import projected
from simulator.protocol.model.role import by_number
from simulator.roles import ROLES


def test_a_payment_in_small_records(play):
    async def main(lab):
        vendor = await lab.vendor()
        body = {"institutions": [vendor.code], "run": "small", "small": True}
        await lab.control("POST", "/control/runs", body)
        person = await lab.person("small", vendor)
        await vendor.enrol(person)
        await vendor.pay(person)
        await vendor.post("6201", b"not json")
        return [r for r in await lab.records("small") if r["kind"] == "message"]

    records = play(main)
    valid = jsonschema_rs.Draft202012Validator(schemas.load("evidence"))
    numbers = by_number(ROLES)
    for record in records:
        assert valid.is_valid(record), record
        assert "view" not in record
        paths = numbers[record["interface"]].keeps.of(record["part"])
        assert record["keep"] is None or projected(record["keep"], paths) in (record["keep"], None)
    upload = next(r for r in records if (r["interface"], r["part"]) == ("6201", "request"))
    assert set(upload["keep"]) == {
        "medOrgOrd", "payAuthNo", "ecToken", "psnNo", "insutype", "insuCode", "mdtrtId", "medfeeSumamt", "begntime",
        "chrgBchno", "acctUsedFlag", "feedetailList",
    }  # fmt: skip
    assert upload["keep"]["feedetailList"] == [{}]
    assert "~" in upload["keep"]["payAuthNo"], "masked as any evidence"
    answer = next(r for r in records if r["link"] == upload["seq"])
    assert answer["outcome"]["ok"] is True
    assert answer["keep"]["payOrdId"] == answer["ids"]["payOrdId"]
    broken = next(r for r in records if r["part"] == "request" and not r["ids"] and r["interface"] == "6201")
    assert broken["keep"] is None
    assert "阿莫西林" not in json.dumps(records, ensure_ascii=False)
