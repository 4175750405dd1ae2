"""Each transport: what its answers say of themselves, and that its vendor side and ours understand each other."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.channels.wechat.merchant import of_block
from simulator.protocol.codes.table import refusal
from simulator.protocol.model.role import by_number, transports_of
from simulator.protocol.model.step import Institution, Notify, Reply
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import Caller, PeerCall
from simulator.roles import ROLES
from simulator.shell.identities import Book
from simulator.shell.profiles import load_profile

BY_NAME = {one.name: one for one in transports_of(ROLES)}
HOSPITAL = Institution("H50999900001", "联调示范医院", "509999", "")
NOW_MS = 1_790_000_000_000
ENTROPY = bytes(range(32))
_seed = itertools.count()


def draw(size):
    return next(_seed).to_bytes(4, "big").rjust(size, b"\1")


def answer(body, status=200):
    return RawMessage("POST", "/", (), body, status)


@pytest.mark.parametrize(
    ("name", "body", "ok", "code", "message"),
    [
        ("sealed", b'{"code":0,"success":true,"message":"m"}', True, "0", "m"),
        ("sealed", b'{"code":"0"}', True, "0", ""),
        ("sealed", b'{"code":"0","success":false}', False, "0", ""),
        ("sealed", b'{"code":"LT-X","success":true,"message":"no"}', False, "LT-X", "no"),
        ("fsi", b'{"infcode":0,"err_msg":""}', True, "0", ""),
        ("plain", b'{"infcode":"-1","err_msg":"no"}', False, "-1", "no"),
        ("fsi", b'{"code":0}', False, "", ""),
        ("portal", b'{"code":0,"message":"success"}', True, "0", "success"),
        ("portal", b'{"code":-1,"message":"no"}', False, "-1", "no"),
        ("portal", b'{"code":true}', False, "", ""),
        ("plain", b'{"data":{"code":0}}', False, "", ""),
        ("wechat", b'{"prepay_id":"wx1"}', True, "0", ""),
    ],
)  # fmt: skip
def test_each_form_has_its_words(name, body, ok, code, message):
    assert BY_NAME[name].outcome(answer(body)).as_json() == {"ok": ok, "code": code, "message": message}


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"null", b"{}"])
def test_what_cannot_be_read_says_nothing(name, body):
    assert BY_NAME[name].outcome(answer(body)).as_json() == {"ok": False, "code": "", "message": ""}


@given(name=st.sampled_from(sorted(BY_NAME)), body=st.binary(max_size=200))
def test_reading_and_showing_an_answer_never_raises(name, body):
    transport = BY_NAME[name]
    assert transport.outcome(answer(body)).ok in (True, False)
    shown = transport.show(answer(body))
    assert shown is None or not {"encData", "signData", "data", "output"} & set(shown)


def test_a_notice_is_answered_by_acceptance_and_in_its_own_words(base_profile):
    read = BY_NAME["sealed"].acknowledged
    notify = Notify("6302", "O1", {})
    assert read(notify, answer(b""), base_profile).as_json() == {"ok": True, "code": "", "message": ""}
    said = read(notify, answer(b'{"code":1,"msg":"no"}'), base_profile)
    assert said.as_json() == {"ok": False, "code": "1", "message": "no"}


def parties(transport):
    """Our book with one institution in it, and the caller as the vendor's side knows itself."""
    issue, book = transport.issue, Book()
    platform, own = issue.platform(draw) or issue.ours_asked_for(draw), issue.make(draw)
    own = own or issue.asked_for(load_profile("wechat"), draw)
    keys = issue.keys(platform, own)
    book.put(HOSPITAL, issue.credential(HOSPITAL.code, own), keys)
    if transport.name == "wechat":
        return book, Caller(HOSPITAL, of_block(issue.block(platform, own))), platform
    if transport.name == "sealed":
        theirs = issue.keys({"private": own["private"]}, {**own, "private": platform["private"]})
        return book, Caller(HOSPITAL, theirs), platform
    return book, Caller(HOSPITAL, keys), platform


WECHAT_PARTIES = parties(BY_NAME["wechat"])
FSI_HEADER = {"infno": "1101", "fixmedins_code": HOSPITAL.code}
CALLS = [
    ("6301", PeerCall("6301", "/q", {"payOrdId": "O1"})),
    ("1101", PeerCall("1101", "/q", {"data": {"psn_name": "甲"}}, FSI_HEADER)),
    ("userQuery", PeerCall("userQuery", "/api/mipuserquery/userQuery/{partner}", {"qrcode": "1"})),
    ("wxQuery", PeerCall("wxQuery", "/v3/pay/transactions/out-trade-no/WX1?mchid=1", {})),
    ("wxClose", PeerCall("wxClose", "/v3/pay/transactions/out-trade-no/WX1/close", {"mchid": "1"})),
    ("1162", PeerCall("1162", "/q", {"orgId": HOSPITAL.code, "ecQrCode": "1"})),
]


@pytest.mark.parametrize(("number", "call"), CALLS)
def test_a_request_of_the_mirror_opens_and_its_answer_is_read(number, call, base_profile):
    interface = by_number(ROLES)[number]
    transport = interface.transport
    book, vendor, _ = parties(transport)
    call = replace(call, target=call.target.replace("{partner}", next(iter(book.callers))))
    raw = transport.mirror.request(call, vendor, base_profile, NOW_MS, ENTROPY)
    who = transport.identify(raw, book, base_profile)
    assert who.caller is book.by_code[HOSPITAL.code]
    opened = transport.open(raw, who, interface, base_profile, NOW_MS)
    wanted = {"mchid": "1", "out_trade_no": "WX1"} if transport.name == "wechat" else call.data
    assert opened.data == wanted
    bad = {fact.name for fact in opened.facts if not fact.ok}
    assert bad <= {"fsi.header", "fsi.msgid"}, bad
    said = transport.reply(
        Reply("0", "成功", {"x": "1"}), opened, interface, who.caller, base_profile, NOW_MS, ENTROPY
    )
    assert transport.outcome(said).ok
    read = transport.mirror.read_reply(said, vendor, base_profile, NOW_MS)
    assert read.ok, [fact for fact in read.facts if not fact.ok]
    assert read.data["x"] == "1"
    refused = transport.reply(
        Reply("LT-X", "不行", None, success=False), opened, interface, None, base_profile, NOW_MS, ENTROPY
    )
    assert not transport.outcome(refused).ok
    assert "不行" in refused.body.decode()


def test_nobody_is_nobody(base_profile):
    for transport in BY_NAME.values():
        for body in (b"", b"{}", b"[]", b'{"appId":"x","fixmedins_code":["y"],"orgId":{}}'):
            raw = RawMessage("POST", "/a/b", (), body)
            assert transport.identify(raw, Book(), base_profile).caller is None


def test_a_notice_of_a_stranger_does_not_verify(base_profile):
    transport = BY_NAME["sealed"]
    book, vendor, _ = parties(transport)
    caller, notify = book.by_code[HOSPITAL.code], Notify("6302", "O1", {"payOrdId": "O1"})
    good = transport.notice(notify, "/n?x=1", caller, base_profile, NOW_MS, ENTROPY)
    assert (good.method, good.target) == ("POST", "/n?x=1")
    assert transport.mirror.read_notice(good, vendor, base_profile, NOW_MS).ok
    stranger = replace(caller, signer=transport.issue.stranger(draw))
    forged = transport.notice(notify, "/n", stranger, base_profile, NOW_MS, ENTROPY)
    assert transport.mirror.read_notice(forged, vendor, base_profile, NOW_MS).bad.name == "sign.verify"


def test_a_limit_of_the_institution_holds_though_the_body_was_read_under_another(base_profile):
    interface = by_number(ROLES)["6301"]
    book, vendor, _ = parties(interface.transport)
    call = PeerCall("6301", "/q", {"payOrdId": "O1"})
    raw = interface.transport.mirror.request(call, vendor, base_profile, NOW_MS, ENTROPY)
    who = interface.transport.identify(raw, book, base_profile)
    narrow = base_profile.with_overrides({"limits.body_bytes": 10})
    opened = interface.transport.open(raw, who, interface, narrow, NOW_MS)
    assert opened.bad.name == "body.size"


WX = [one for one in by_number(ROLES).values() if one.transport.name == "wechat"]
_header = st.text(st.characters(max_codepoint=0x2FF) | st.sampled_from("\udcff\udc80"), max_size=40)


@given(
    interface=st.sampled_from(WX), method=st.sampled_from(["GET", "POST", "PUT", "post"]), body=st.binary(max_size=200),
    values=st.lists(_header, min_size=5, max_size=5), tail=_header, kind=_header, known=st.booleans(),
)  # fmt: skip
def test_whatever_is_sent_as_apiv3_opens_to_facts_and_is_answered(
    interface, method, body, values, tail, kind, known, base_profile
):
    transport = interface.transport
    book, _, _ = WECHAT_PARTIES
    names = ("mchid", "nonce_str", "signature", "timestamp", "serial_no")
    if known:
        values[0] = next(iter(book.callers))
    items = ",".join(f'{name}="{value}"' for name, value in zip(names, values, strict=True))
    headers = (
        ("Authorization", f"WECHATPAY2-SHA256-RSA2048 {items}"),
        ("Content-Type", kind),
        ("Host", tail),
    )
    raw = RawMessage(method, f"/v3/{tail}?{tail}", headers, body)
    who = transport.identify(raw, book, base_profile)
    opened = transport.open(raw, who, interface, base_profile, NOW_MS)
    assert opened.bad is not None
    code, message = refusal(*opened.bads)
    said = Reply(code, message, None, success=False)
    answer = transport.reply(said, opened, interface, who.caller, base_profile, NOW_MS, ENTROPY)
    assert (answer.status or 0) >= 400
    assert transport.outcome(answer).code in ("SIGN_ERROR", "PARAM_ERROR")
