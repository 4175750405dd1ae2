"""About a hundred bad requests: each gets a well-formed refusal, a record with the fact that names it, and changes nothing."""

from __future__ import annotations

import base64
import json
import time

import pytest

from simulator.protocol.crypto.keys import private_key_from_seed
from simulator.protocol.text.jsontext import Num
from simulator.protocol.wire.seal import SealStyle

DEEP = 40


def wall() -> int:
    return time.time_ns() // 1_000_000


def with_envelope(change):
    """A well sealed 6201 whose envelope is changed afterwards."""

    def make(vendor, data):
        value = json.loads(vendor.sealed(data))
        change(value)
        return json.dumps(value, ensure_ascii=False).encode()

    return make


def put(name, value):
    return with_envelope(lambda envelope: envelope.__setitem__(name, value))


def drop(name):
    return with_envelope(lambda envelope: envelope.pop(name))


def styled(**style):
    return lambda vendor, data: vendor.sealed(data, **style)


def changed(**fields):
    return lambda vendor, data: vendor.sealed({**data, **fields})


def without(*names):
    return lambda vendor, data: vendor.sealed({key: value for key, value in data.items() if key not in names})


def raw(body):
    return lambda vendor, data: body


def text(template):
    """A sealed envelope as text with one textual replacement."""
    old, new = template
    return lambda vendor, data: vendor.sealed(data).replace(old.encode(), new.encode(), 1)


def signed_bytes(size):
    return base64.b64encode(bytes(range(1, size + 1))).decode()


def plain(json_text):
    return styled(plain=json_text)


FOREIGN = private_key_from_seed(b"not the vendor")

SEALED = [
    ("empty body", raw(b""), "body.json"),
    ("spaces", raw(b"   "), "body.json"),
    ("not json", raw(b"hello"), "body.json"),
    ("xml", raw(b"<xml/>"), "body.json"),
    ("form", raw(b"a=1&b=2"), "body.json"),
    ("half json", raw(b'{"appId":"x"'), "body.json"),
    ("trailing comma", raw(b'{"appId":"x",}'), "body.json"),
    ("two values", raw(b"{}{}"), "body.json"),
    ("single quotes", raw(b"{'a':1}"), "body.json"),
    ("top array", raw(b"[]"), "env.fields"),
    ("top text", raw(b'"x"'), "env.fields"),
    ("top number", raw(b"1"), "env.fields"),
    ("top true", raw(b"true"), "env.fields"),
    ("empty object", raw(b"{}"), "env.fields"),
    ("gbk", raw('{"appId":"联调示范医院"}'.encode("gbk")), "body.utf8"),
    ("utf-16", raw('{"appId":"x"}'.encode("utf-16")), "body.utf8"),
    ("nul bytes", raw(b"\x00\x00\x00"), "body.json"),
    ("random bytes", raw(bytes(range(128, 256))), "body.utf8"),
    ("bom", raw(b"\xef\xbb\xbf{}"), "body.json"),
    ("lone surrogate", raw(b'{"appId":"\\ud800"}'), "body.utf8"),
    ("gzip", raw(b"\x1f\x8b\x08\x00\x00\x00\x00\x00"), "body.utf8"),
    ("deep arrays", raw(b"[" * DEEP + b"]" * DEEP), "body.depth"),
    ("deep objects", raw(b'{"a":' * DEEP + b"1" + b"}" * DEEP), "body.depth"),
    ("very deep", raw(b"[" * 100_000), "body.depth"),
    ("many members", raw(b"[" + b"1," * 20_001 + b"1]"), "body.members"),
    ("many members of one object", plain("{" + '"a":1,' * 20_001 + '"a":1}'), "enc.members"),
    ("marks only", raw(b'"' * 200_001), "body.tokens"),
    ("a number of 4,301 digits", changed(medfeeSumamt=Num("9" * 4301)), "enc.numbers"),
    ("a text of digits in a number's place", changed(cnt=Num("1" * 5000)), "enc.numbers"),
    ("exponent of nine digits", changed(medfeeSumamt=Num("1E+999999999")), "schema"),
    ("repeated member", text(('"version"', '"version":"2.0.1","version"')), "body.unique_keys"),
    ("NaN", text(('{"appId"', '{"extra":NaN,"appId"')), "body.finite"),
    ("Infinity", text(('{"appId"', '{"extra":-Infinity,"appId"')), "body.finite"),
    ("huge number", text(('{"appId"', '{"extra":1' + "0" * 60 + ',"appId"')), "body.numbers"),
    ("no appId", drop("appId"), "env.fields"),
    ("no version", drop("version"), "env.fields"),
    ("no encType", drop("encType"), "env.fields"),
    ("no signType", drop("signType"), "env.fields"),
    ("no timestamp", drop("timestamp"), "env.fields"),
    ("no encData", drop("encData"), "env.fields"),
    ("no signData", drop("signData"), "sign.present"),
    ("appId null", put("appId", None), "env.fields"),
    ("appId number", put("appId", 12345), "env.fields"),
    ("appId object", put("appId", {"a": 1}), "env.fields"),
    ("appId array", put("appId", ["x"]), "env.fields"),
    ("appId unknown", put("appId", "F" * 32), "env.app_known"),
    ("appId long", put("appId", "A" * 10_000), "env.fields"),
    ("appId lower case", with_envelope(lambda e: e.update(appId=e["appId"].lower() + "x")), "env.app_known"),
    ("version old", put("version", "1.0.0"), "env.version"),
    ("version number", put("version", 2), "env.fields"),
    ("encType lower", put("encType", "sm4"), "env.enc_type"),
    ("encType AES", put("encType", "AES"), "env.enc_type"),
    ("signType RSA", put("signType", "RSA2"), "env.sign_type"),
    ("plaintext beside", styled(keep_plain=True), "env.plain_absent"),
    ("timestamp word", put("timestamp", "now"), "env.time_form"),
    ("timestamp negative", put("timestamp", -1), "env.time_form"),
    ("timestamp float", put("timestamp", 1.5), "env.time_form"),
    ("timestamp 12 digits", put("timestamp", "123456789012"), "env.time_form"),
    ("timestamp month 13", put("timestamp", "20261322150000"), "env.time_form"),
    ("timestamp true", put("timestamp", True), "env.time_form"),
    ("timestamp object", put("timestamp", {}), "env.time_form"),
    ("timestamp long ago", styled(timestamp="20200101000000"), "env.time_window"),
    ("timestamp 10 min ago", lambda v, d: v.sealed(d, timestamp=str(wall() - 600_000)), "env.time_window"),
    ("timestamp 10 min ahead", lambda v, d: v.sealed(d, timestamp=str(wall() + 600_000)), "env.time_window"),
    ("timestamp utc", lambda v, d: v.sealed(d, timestamp=str(wall() - 8 * 3_600_000)), "env.time_window"),
    ("encData not hex", put("encData", "zz" * 32), "enc.hex"),
    ("encData odd", put("encData", "ABC"), "enc.hex"),
    ("encData 15 bytes", put("encData", "AB" * 15), "enc.hex"),
    ("encData base64", put("encData", base64.b64encode(b"x" * 48).decode()), "enc.hex"),
    ("encData number", put("encData", 123), "enc.hex"),
    ("encData array", put("encData", []), "enc.hex"),
    ("encData garbage", put("encData", "AB" * 32), "enc.decrypt"),
    ("encData tail cut", with_envelope(lambda e: e.update(encData=e["encData"][:-32])), "enc.decrypt"),
    ("foreign sm4 key", styled(sm4_key=b"0123456789abcdef"), "enc.decrypt"),
    ("plain not json", plain("hello"), "enc.json"),
    ("plain array", plain("[1]"), "enc.json"),
    ("plain text", plain('"x"'), "enc.json"),
    ("plain deep", plain("[" * DEEP + "]" * DEEP), "enc.depth"),
    ("plain repeated", plain('{"a":"1","a":"2"}'), "enc.unique_keys"),
    ("plain NaN", plain('{"a":NaN}'), "enc.finite"),
    ("signData empty", put("signData", ""), "sign.present"),
    ("signData null", put("signData", None), "sign.present"),
    ("signData number", put("signData", 1), "sign.present"),
    ("signData text", put("signData", "abc"), "sign.encoding"),
    ("signData hex", styled(sign_form="hex"), "sign.encoding"),
    ("signData DER", styled(sign_form="der"), "sign.encoding"),
    ("signData 63 bytes", put("signData", signed_bytes(63)), "sign.encoding"),
    ("signData 65 bytes", put("signData", signed_bytes(65)), "sign.encoding"),
    ("signData huge", put("signData", "A" * 100_000), "sign.encoding"),
    ("signData zeros", put("signData", base64.b64encode(bytes(64)).decode()), "sign.verify"),
    ("signData ones", put("signData", base64.b64encode(b"\xff" * 64).decode()), "sign.verify"),
    ("signData other", put("signData", signed_bytes(64)), "sign.verify"),
    ("foreign key", styled(signer=FOREIGN), "sign.verify"),
    ("user id secret", styled(user_id=b"secret"), "sign.verify"),
    ("two timestamps", styled(signed_timestamp="20200101000000"), "sign.verify"),
    ("member added", put("newMember", "1"), "sign.verify"),
    ("field missing", without("medOrgOrd"), "schema"),
    ("two fields missing", without("orgCodg", "feedetailList"), "schema"),
    ("field too long", changed(medOrgOrd="9" * 500), "schema"),
    ("code list", changed(acctUsedFlag="9"), "schema"),
    ("details object", changed(feedetailList={}), "schema"),
    ("details empty", changed(feedetailList=[]), "schema"),
    ("details of text", changed(feedetailList=["x"]), "schema"),
    ("total object", changed(medfeeSumamt={"a": "1"}), "schema"),
    ("total exponent", changed(medfeeSumamt="3E+1"), "schema"),
    ("total negative", changed(medfeeSumamt="-30.00"), "schema"),
    ("total three decimals", changed(medfeeSumamt="30.001"), "schema"),
    ("total off by a fen", changed(medfeeSumamt="30.01"), "amounts.detail_sum"),
]  # fmt: skip

BUSINESS = [
    ("another institution", changed(orgCodg="H50999900099"), "LT-ORG"),
    ("stranger", changed(psnNo="50999999999999999999", idNo="110101199003070000"), "LT-PERSON"),
    ("made-up insutype", changed(insutype="390"), "LT-PERSON-INSUTYPE"),
    ("made-up region", changed(insuCode="110000"), "LT-PERSON-REGION"),
    ("made-up visit", changed(mdtrtId="1234567890"), "LT-"),
    ("unknown authorisation", changed(payAuthNo="AUTH0000"), "LT-AUTH-UNKNOWN"),
    ("no authorisation", changed(payAuthNo="", ecToken=""), "LT-AUTH"),
]  # fmt: skip

STYLE_FIELDS = SealStyle.__dataclass_fields__


def test_table_is_about_a_hundred():
    assert len(SEALED) + len(BUSINESS) > 100
    assert len({name for name, _, _ in SEALED}) == len(SEALED)


def test_sealed_requests(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        before = await person.act("", {}, "GET")
        seq = (await lab.records(run))[-1]["seq"]
        for name, make, fact in SEALED:
            body = make(vendor, vendor.upload(person))
            status, answer = await vendor.post("6201", body)
            assert status == 200, (name, status)
            told = json.loads(answer)
            assert str(told["code"]).startswith("LT-"), (name, told)
            assert told["message"], name
            assert told["success"] is False, name
            fresh = await lab.records(run, seq)
            seq = fresh[-1]["seq"]
            asked, answered = [r for r in fresh if r["kind"] == "message"]
            bad = [f["n"] for f in asked["facts"] if not f["ok"]]
            assert fact in bad, (name, fact, bad)
            assert all(f.get("note") for f in asked["facts"] if f["n"] == fact and not f["ok"]), name
            assert answered["link"] == asked["seq"], name
            assert not [r for r in fresh if r["kind"] in ("world", "run")], (name, fresh)
            assert person.id_no not in json.dumps(fresh, ensure_ascii=False), name
        assert await person.act("", {}, "GET") == before

    play(main)


def test_well_opened_but_refused(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        before = await person.act("", {}, "GET")
        for name, make, code in BUSINESS:
            status, answer = await vendor.post("6201", make(vendor, vendor.upload(person)))
            told = vendor.read_sealed(status, answer)
            assert status == 200, name
            assert told.code.startswith(code), (name, told.code)
            assert told.opened.ok, (name, told.opened.bad)
        assert await person.act("", {}, "GET") == before

    play(main)


FSI = [
    ("empty", raw(b""), "body.json"),
    ("array", raw(b"[]"), "fsi.json"),
    ("no input", lambda value: value.pop("input"), "fsi.json"),
    ("input text", lambda value: value.update(input="x"), "fsi.json"),
    ("input text of many members", lambda value: value.update(input="{" + '"a":1,' * 20_001 + '"a":1}'), "fsi.members"),
    ("input text, deep", lambda value: value.update(input='{"a":' * 40 + "1" + "}" * 40), "fsi.depth"),
    ("input text with a long number", lambda value: value.update(input='{"data":{"a":' + "9" * 4301 + "}}"), "fsi.numbers"),
    ("no infno", lambda value: value.pop("infno"), "fsi.header"),
    ("opter_type 9", lambda value: value.update(opter_type="9"), "fsi.header"),
    ("inf_time word", lambda value: value.update(inf_time="today"), "fsi.header"),
    ("institution unknown", lambda value: value.update(fixmedins_code="H99999999999"), "fsi.institution"),
    ("institution number", lambda value: value.update(fixmedins_code=1), "fsi.institution"),
    ("msgid short", lambda value: value.update(msgid="1"), "fsi.msgid"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make", "fact"), FSI, ids=[row[0] for row in FSI])
def test_fsi_requests(play, name, make, fact):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        value = {
            **vendor.header("1101", ""),
            "input": {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": "1"}},
        }
        try:
            body = make(None, None)
        except TypeError:
            make(value)
            body = json.dumps(value).encode()
        status, answer = await vendor.post("1101", body)
        assert status == 200
        told = json.loads(answer)
        assert told["infcode"] == -1, told
        assert "LT-" in told["err_msg"]
        asked = next(r for r in await lab.records(run) if r["kind"] == "message")
        assert fact in [f["n"] for f in asked["facts"] if not f["ok"]]

    play(main)


def test_portal_requests(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        path = vendor.block["paths"]["userQuery"].replace("{partnerId}", vendor.block["partnerId"])
        now = str(wall())
        cases = [
            ({}, path, "portal.signature"),
            ({"god-portal-timestamp": now, "god-portal-signature": "0" * 64}, path, "portal.signature"),
            ({"god-portal-timestamp": "soon"}, path, "portal.time"),
            ({"god-portal-timestamp": "1000000000000"}, path, "portal.time"),
            ({}, path[:-1] + "x", "portal.partner"),
        ]
        for headers, where, fact in cases:
            status, answer = await vendor.post("userQuery", b'{"qrcode":"1","openid":"2"}', headers, where)
            assert status == 200
            assert json.loads(answer)["code"] != 0
            asked = [r for r in await lab.records(run) if r["kind"] == "message"][-2]
            assert fact in [f["n"] for f in asked["facts"] if not f["ok"]], (fact, asked["facts"])

    play(main)


def test_size_method_type_and_path(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        status, answer = await vendor.post("6201", b"[" + b" " * (4 * 1024 * 1024) + b"]")
        assert (status, json.loads(answer)["code"]) == (200, "LT-BODY-SIZE")
        url = lab.base + vendor.block["paths"]["6201"]
        for method in ("GET", "PUT", "DELETE", "PATCH"):
            async with lab.client.request(method, url) as got:
                assert got.status == 200
                assert json.loads(await got.read())["code"] == "LT-HTTP-METHOD"
        status, answer = await vendor.post("6201", b"{}", {"Content-Type": "text/html"})
        assert json.loads(answer)["code"] == "LT-HTTP-TYPE"
        async with lab.client.post(lab.base + "/org/local/api/hos/nothing", data=b"{}") as got:
            assert got.status == 404
            assert "path" in (await got.json())["error"]
        facts = [f["n"] for r in await lab.records(run) for f in r.get("facts", []) if not f["ok"]]
        assert {"body.size", "http.post", "http.json_type"} <= set(facts)

    play(main)


def test_replayed_bytes_are_refused_once_accepted(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        person = await lab.person(run, vendor)
        await vendor.enrol(person)
        body = vendor.sealed(vendor.upload(person))
        first = vendor.read_sealed(*await vendor.post("6201", body))
        again = vendor.read_sealed(*await vendor.post("6201", body))
        assert first.ok, first
        assert again.code == "LT-REPLAY"
        assert len((await person.act("", {}, "GET"))["orders"]) == 1

    play(main)


def test_a_vendor_of_another_dialect_is_known_and_told_everything_in_a_signed_answer(play):
    async def main(lab):
        vendor = await lab.vendor()
        run = await lab.run(vendor)
        for body in (
            json.dumps({"data": json.loads(vendor.sealed({"a": "1"}))}).encode(),
            json.dumps(vendor.sealed({"a": "1"}).decode()).encode(),
        ):
            told = vendor.read_sealed(*await vendor.post("6301", body))
            assert told.code == "LT-ENV-DIALECT"
            assert told.opened.ok, "signed for the caller"
            assert "除此之外报文合格" in told.message
        asked = [r for r in await lab.records(run) if r["kind"] == "message" and r["part"] == "request"]
        assert {r["institution"] for r in asked} == {vendor.code}

    play(main)
