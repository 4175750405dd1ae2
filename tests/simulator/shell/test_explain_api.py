"""A pasted message is explained with the keys of an institution of ours: what the page and others ask."""

from __future__ import annotations

import json

import pytest

from simulator.control import explain_api
from simulator.protocol.text.canonical import Style
from simulator.protocol.text.said import chinese

DATA = {
    "payOrdId": "ORD1",
    "payToken": "T",
    "orgCodg": "H50999900001",
    "idNo": "x",
    "userName": "y",
    "idType": "01",
}


async def explained(lab, message, status=200, lang="", **more):
    query = {"lang": lang} if lang else {}
    return await lab.control("POST", "/control/explain", {"message": message, **more}, status, **query)


def wrongly_signed(body: bytes) -> str:
    value = json.loads(body)
    value["signData"] = ("A" if value["signData"][0] != "A" else "B") + value["signData"][1:]
    return json.dumps(value)


def test_a_good_message_is_accepted_whoever_of_the_institutions_sent_it(play):
    async def main(lab):
        first, second = await lab.vendor(), await lab.vendor("H50999900002")
        for vendor in (first, second):
            told = await explained(lab, vendor.sealed(DATA).decode(), interface="6301")
            assert (told["ok"], told["sender"], told["kind"]) == (True, "institution", "request")
            assert told["data"]["payOrdId"] == "ORD1"
            assert vendor.block["appSecret"] not in json.dumps(told)

    play(main)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_wrong_signature_is_named_with_what_to_do_in_the_language_of_the_reader(play, lang):
    async def main(lab):
        vendor = await lab.vendor()
        told = await explained(lab, wrongly_signed(vendor.sealed(DATA)), lang=lang)
        assert not told["ok"]
        (reason,) = told["reasons"]
        assert reason["code"].startswith("LT-SIGN")
        assert all(reason["help"])
        assert chinese(reason["says"] + "".join(reason["help"])) is (lang == "zh")
        assert told["sign_text"].endswith("&key=****")

    play(main)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_mistake_of_a_signature_is_told_with_its_place_and_the_text_around_it(play, lang):
    async def main(lab):
        vendor = await lab.vendor()
        wrong = vendor.sealed(DATA, sign=Style(tail="none", spaces="after")).decode()
        told = await explained(lab, wrong, lang=lang)
        one = told["diagnosis"]
        assert sorted(row["cause"] for row in one["causes"]) == ["no_key_tail", "spaced_json"]
        assert all(chinese(row["said"]) is (lang == "zh") for row in one["causes"])
        spaced = next(row for row in one["causes"] if row["cause"] == "spaced_json")
        assert (spaced["scope"], "[ ]" in spaced["offered"], "[ ]" in spaced["right"]) == ("all", True, False)
        assert (one["digests"], one["tried"] > 0) == ([], True)
        assert vendor.block["appSecret"] not in json.dumps(told)
        told = await explained(lab, wrongly_signed(vendor.sealed(DATA)))
        assert told["diagnosis"]["causes"] == []
        assert all(len(row["digest"]) == 64 for row in told["diagnosis"]["digests"])
        assert told["diagnosis"]["digests"]

    play(main)


def test_the_path_of_a_dump_names_the_interface_and_my_text_is_compared(play):
    async def main(lab):
        vendor = await lab.vendor()
        body = vendor.sealed({"payOrdId": "ORD1"}).decode()
        dump = f"POST {vendor.block['paths']['6301']} HTTP/1.1\nContent-Type: application/json\n\n{body}"
        told = await explained(lab, dump, my_text="appId=1")
        assert told["interface"] == "6301"
        assert "schema" in [one["fact"] for one in told["reasons"]]
        assert told["difference"]["at"] == 6

    play(main)


def test_an_old_message_is_explained_without_its_age_unless_that_is_asked(play):
    async def main(lab):
        vendor = await lab.vendor()
        value = json.loads(vendor.sealed(DATA))
        value["timestamp"] = "20200101000000"
        for check_time, found in ((False, False), (True, True)):
            told = await explained(lab, json.dumps(value), check_time=check_time)
            assert ("env.time_window" in [one["fact"] for one in told["reasons"]]) is found

    play(main)


@pytest.mark.parametrize(
    "message",
    ["{", "[]", "null", "x" * 100, '{"appId":[1]}', '{"a":' * 5000, '{"raw":"x","salt":1}'],
)
def test_anything_may_be_pasted(play, message):
    async def main(lab):
        await lab.vendor()
        told = await explained(lab, message)
        assert not told["ok"]

    play(main)


def test_mistakes_are_one_line(play, monkeypatch):
    async def main(lab):
        for status, field, body in (
            (400, "message", {}),
            (400, "message", {"message": ""}),
            (400, "message", {"message": "x" * (explain_api.EXPLAIN_CHARS + 1)}),
            (400, "institution", {"message": "{}"}),
            (404, "institution", {"message": "{}", "institution": "H00000000000"}),
        ):
            told = await lab.control("POST", "/control/explain", body, status)
            assert field in told["error"]
            assert "\n" not in told["error"]
            assert len(told["error"]) < 300
        await lab.vendor()
        assert "interface" in (await explained(lab, "{}", 400, interface="9999"))["error"]
        assert "message" in (await explained(lab, "POST / HTTP/1.1\nHost: h", 400))["error"]
        monkeypatch.setattr(explain_api, "EXPLAINED_AT_ONCE", 0)
        await explained(lab, "{}", 503)

    play(main)


def test_explaining_leaves_no_record(play):
    async def main(lab):
        vendor = await lab.vendor()
        await lab.run(vendor, "r1")
        before = await lab.records("r1"), await lab.records("_simulator")
        await explained(lab, vendor.sealed(DATA).decode())
        assert before == (await lab.records("r1"), await lab.records("_simulator"))

    play(main)
