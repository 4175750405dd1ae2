"""A message in another dialect is recognised by its shape, and all that departs is said at once."""

from __future__ import annotations

import html
import json
from urllib.parse import quote_plus

import pytest

from simulator.centre.transport import acknowledged
from simulator.protocol.model.step import Notify
from simulator.protocol.text.jsontext import Limits
from simulator.protocol.wire.dialect import MOST_BYTES, TO_AN_INSTITUTION_SERVICE, TO_THE_CENTRE, recognised
from simulator.protocol.wire.envelope import open_sealed, seal_request, seal_response
from simulator.protocol.wire.facts import named
from simulator.protocol.wire.fsi import open_fsi
from simulator.protocol.wire.raw import RawMessage
from simulator.shell.profiles import load_profile

BASE = load_profile()
DATA = {"payOrdId": "ORD1", "payToken": "T"}


@pytest.fixture
def good(vendor, profile, now_ms):
    return json.loads(seal_request(DATA, vendor, profile, now_ms, b"1"))


def dump(value):
    return json.dumps(value, ensure_ascii=False).encode()


def inside(value):
    """The envelope with everything about the cipher text inside `data`."""
    names = ("encData", "signData", "appId")
    rest = {name: member for name, member in value.items() if name not in names}
    return {**rest, "data": {name: value[name] for name in names}}


FSI_HEAD = {"infno": "6301", "msgid": "H1", "fixmedins_code": "H50999900001", "input": {"data": DATA}}
ROWS = [
    ("fsi envelope", lambda good: dump(FSI_HEAD), ["fsi"], ["infno, msgid, fixmedins_code", "data"]),
    ("fsi header around the envelope", lambda good: dump({**good, "infno": "6301"}), ["fsi"], ["infno"]),
    ("V1", lambda good: dump({**good, "transType": "hos.upload.fee", "version": "1.0.0", "encType": "sm4", "signType": "sm2"}),
     ["v1"], ["hos.upload.fee", "6201", "/org/local/api/hos/uldFeeInfo"]),
    ("V1 unknown", lambda good: dump({**good, "transType": "ec.query"}), ["v1"], ["ec.query"]),
    ("encData inside data", lambda good: dump(inside(good)), ["enc_in_data"], ["encData, signData, appId", "最外层"]),
    ("cipher text as data", lambda good: dump({**good, "data": good["encData"], "encData": ""}), ["enc_in_data"], ["十六进制"]),
    ("double encoded", lambda good: dump(json.dumps(good)), ["double_encoded"], ["双重编码", "除此之外报文合格"]),
    ("twice double encoded", lambda good: dump(json.dumps(json.dumps(good))), ["double_encoded", "double_encoded"], ["合格"]),
    ("HTML", lambda good: html.escape(json.dumps(good)).encode(), ["html_escaped"], ["&quot;", "合格"]),
    ("HTML in a text", lambda good: dump(html.escape(json.dumps(good))), ["html_escaped"], ["&quot;", "合格"]),
    ("form", lambda good: ("data=" + quote_plus(json.dumps(good))).encode(), ["form_encoded"], ["表单", "合格"]),
    ("percent", lambda good: quote_plus(json.dumps(good)).encode(), ["form_encoded"], ["URL", "合格"]),
    ("wrapped", lambda good: dump({"data": good}), ["wrapped"], ["data", "合格"]),
    ("wrapped three times", lambda good: dump({"data": {"output": {"body": good, "code": 0}}, "msg": "ok"}),
     ["wrapped", "wrapped", "wrapped"], ["output", "body", "合格"]),
    ("wrapped as text", lambda good: dump({"body": json.dumps(good)}), ["wrapped"], ["body", "合格"]),
    ("wrapped V1", lambda good: dump({"data": {**good, "transType": "hos.revoke.order", "version": "1.0.0"}}),
     ["wrapped", "v1"], ["6401", "version 应为 2.0.1"]),
    ("wrapped fsi", lambda good: dump({"body": json.dumps(FSI_HEAD)}), ["wrapped", "fsi"], ["infno", "appId"]),
]  # fmt: skip


@pytest.mark.parametrize(("make", "names", "words"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_request_of_another_dialect(make, names, words, good, centre, profile, now_ms, post):
    opened = open_sealed(post(make(good)), {centre.app_id: centre}, profile, now_ms)
    assert opened.bad is not None
    assert opened.bad.name == "env.dialect"
    assert opened.bad.data["names"] == names
    for word in words:
        assert word in str(opened.bad.note)
    assert centre.app_secret not in str(opened.bad.note)


def test_small_letters_and_old_version_are_said_with_the_rest(good, centre, profile, now_ms, post):
    body = dump(
        {**good, "transType": "hos.upload.fee", "version": "1.0.0", "encType": "sm4", "signType": "sm2"}
    )
    bads = [fact.name for fact in open_sealed(post(body), {centre.app_id: centre}, profile, now_ms).bads]
    assert bads[:4] == ["env.dialect", "env.version", "env.enc_type", "env.sign_type"]


@pytest.mark.parametrize("make", [
    lambda good: dump(good),
    lambda good: dump({**good, "transType": "x"}),  # signed like any member: it does not verify, yet it may be V2
    lambda good: dump({**good, "signData": "x"}),
    lambda good: b"",
    lambda good: b"hello",
    lambda good: b"{}",
    lambda good: b"a=1&b=2",
    lambda good: b'"text"',
    lambda good: b"[1]",
    lambda good: dump({"data": {"a": 1}}),
    lambda good: dump(dict.fromkeys(("a", "b", "c", "d"), 1) | {"thing": good}),
    lambda good: b"&quot;" * 20,
    lambda good: b"&quot;" * MOST_BYTES,
    lambda good: dump("{" * 30_000),
])  # fmt: skip
def test_what_is_an_envelope_or_like_nothing_has_no_dialect(make, good, centre, profile, now_ms, post):
    opened = open_sealed(post(make(good)), {centre.app_id: centre}, profile, now_ms)
    fact = named(opened.facts, "env.dialect")
    assert fact is None


def test_layers_end(good):
    body = dump(good)
    for _ in range(9):
        body = dump({"data": json.loads(body)})
    found = recognised(body, json.loads(body), Limits(), TO_THE_CENTRE)
    assert found is None or len(found.names) <= 5


@pytest.mark.parametrize(("make", "names", "word"), [
    (lambda body: dump({"data": json.loads(body)}), ["wrapped"], "合格"),
    (lambda body: dump(body.decode()), ["double_encoded"], "合格"),
    (lambda body: dump({"output": body.decode()}), ["wrapped"], "合格"),
    (lambda body: dump({"code": 0, "message": "成功", "data": DATA}), ["stripped"], "无法验签"),
    (lambda body: dump(DATA), ["stripped"], "无法验签"),
    (lambda body: dump({"infcode": 0, "output": {}}), ["fsi", "stripped"], "infcode"),
], ids=["wrapped", "text", "wrapped text", "stripped", "bare", "fsi"])  # fmt: skip
def test_an_answer_that_a_relay_changed(make, names, word, vendor, centre, profile, now_ms):
    body = seal_response("0", "成功", True, DATA, centre, profile, now_ms, b"1")
    raw = RawMessage("POST", "/", (), make(body), 200)
    opened = open_sealed(raw, {vendor.app_id: vendor}, profile, now_ms, "response")
    assert opened.bad is not None
    assert (opened.bad.name, opened.bad.data["names"]) == ("env.dialect", names)
    assert word in str(opened.bad.note)


def test_answers_of_ours_are_no_dialect(vendor, centre, profile, now_ms):
    for body in (
        seal_response("0", "成功", True, DATA, centre, profile, now_ms, b"1"),
        seal_response("0", "成功", True, None, centre, profile, now_ms, b"1"),
        seal_response("LT-BUSY", "忙", False, None, centre, profile, now_ms, b"1"),
        dump(
            {"code": "LT-ENV-APP", "message": "appId 未登记", "success": False, "timestamp": "20260101090000"}
        ),
    ):
        raw = RawMessage("POST", "/", (), body, 200)
        opened = open_sealed(raw, {vendor.app_id: vendor}, profile, now_ms, "response")
        assert named(opened.facts, "env.dialect") is None


@pytest.mark.parametrize(("body", "names"), [
    (lambda good: dump(good), ["sealed"]),
    (lambda good: dump({"data": FSI_HEAD}), ["wrapped"]),
    (lambda good: dump(json.dumps(FSI_HEAD)), ["double_encoded"]),
    (lambda good: html.escape(json.dumps(FSI_HEAD)).encode(), ["html_escaped"]),
])  # fmt: skip
def test_a_request_to_an_institution_service_of_another_dialect(body, names, good, profile, now_ms, post):
    opened = open_fsi(post(body(good)), profile, now_ms)
    assert (opened.bad.name, opened.bad.data["names"]) == ("fsi.dialect", names)
    assert recognised(b"", FSI_HEAD, Limits(), TO_AN_INSTITUTION_SERVICE) is None


@pytest.mark.parametrize(("body", "accepted", "word"), [
    (b'{"code":0,"success":true}', True, ""),
    (b'{"data":{"code":0,"success":true}}', True, "data"),
    (b'{"data":{"code":-1,"message":"no"}}', False, "no"),
    (b'{"body":"{\\"success\\":false}"}', False, "body"),
    (b'"{\\"success\\":false}"', False, "双重编码"),
    (b'{"output":{"data":{"success":"false"}}}', False, "output"),
    (b'{"order":{"success":false}}', True, ""),
    (b'{"data":{"orders":[1]},"page":2}', True, ""),
    (b'{"code":0,"data":{"success":false}}', True, ""),
    (b"<html>", False, "HTML"),
    (b"<ok/>", True, ""),
    (b"", True, ""),
])  # fmt: skip
def test_an_acknowledgement_inside_the_wrapper_of_a_relay(body, accepted, word):
    answer = RawMessage("POST", "/", (), body, 200)
    said = acknowledged(Notify("6302", "x", {}), answer, BASE)
    assert said.ok is accepted
    assert word in said.message
