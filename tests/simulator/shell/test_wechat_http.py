"""WeChat Pay over real HTTP: who may ask, what a refusal says, what the evidence keeps."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from aiohttp import web

from conformance.runner.control import Control
from simulator.channels.wechat.card_holder import id_digest
from simulator.channels.wechat.merchant import of_block
from simulator.channels.wechat.transport import WECHAT
from simulator.protocol.crypto import rsa
from simulator.protocol.model.role import interfaces_of
from simulator.protocol.model.step import Institution
from simulator.protocol.text.jsontext import Num
from simulator.protocol.wire import apiv3
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import Caller, PeerCall
from simulator.roles import ROLES
from simulator.shell.profiles import load_profile

from conftest import now_ms  # isort: skip  (beside this file)

PROFILE = load_profile()
CERTIFICATES = "/v3/certificates"
ISSUED = {"wechat_api.merchant": "issued"}


@dataclass
class Merchant:
    """The vendor's side of APIv3 for one institution of the lab."""

    lab: object
    block: dict

    @property
    def caller(self):
        return Caller(Institution(self.block["orgCodg"], "", "", ""), of_block(self.block))

    def asked(self, target, data=None, now=None, **more):
        call = PeerCall("", target, data or {}, more)
        return WECHAT.mirror.request(call, self.caller, PROFILE, now or now_ms(), os.urandom(32))

    async def send(self, raw):
        url = self.lab.base + raw.target
        from yarl import URL

        async with self.lab.client.request(
            raw.method, URL(url, encoded=True), data=raw.body or None, headers=dict(raw.headers)
        ) as got:
            body = await got.read()
            return RawMessage(raw.method, raw.target, tuple(got.headers.items()), body, got.status)

    async def call(self, target, data=None, **more):
        """The answer, verified; its object."""
        answer = await self.send(self.asked(target, data, **more))
        read = WECHAT.mirror.read_reply(answer, self.caller, PROFILE, now_ms())
        assert not [fact for fact in read.facts if not fact.ok and fact.name.startswith("wx.")], read.facts
        return answer.status, json.loads(answer.body) if answer.body else None


async def merchant(lab, **options):
    vendor = await lab.vendor(profile=ISSUED)
    run = await lab.run(vendor, profile=options)
    return Merchant(lab, vendor.block), vendor, run


def test_the_platform_certificate_is_given_sealed(play):
    async def main(lab):
        shop, _, run = await merchant(lab)
        status, said = await shop.call(CERTIFICATES)
        (row,) = said["data"]
        assert status == 200
        opened = apiv3.opened_resource(shop.caller.keys, row["encrypt_certificate"])
        assert opened == shop.block["wxPlatformCertificate"]
        assert row["serial_no"] == shop.block["wxPlatformSerial"]
        assert int(row["expire_time"][:4]) > 2040
        return await lab.records(run)

    records = play(main)
    asked, answered = (r for r in records if r["kind"] == "message")
    assert (asked["interface"], asked["http"]["method"], asked["person"]) == ("wxCertificates", "GET", "")
    assert asked.get("note", "") == ""
    assert all(fact["ok"] for fact in asked["facts"])
    assert answered["outcome"] == {"ok": True, "code": "0", "message": ""}
    signature = dict(answered["http"]["headers"])["Wechatpay-Signature"]
    assert "*" in signature


@pytest.mark.parametrize("mode", ["public_key", "certificate"])
def test_answers_are_signed_by_the_key_of_the_option_or_the_one_that_is_asked_for(play, mode):
    async def main(lab):
        shop, _, _ = await merchant(lab, **{"wechat_api.platform_key": mode})
        by_option = await shop.send(shop.asked(CERTIFICATES))
        names = {"public_key": shop.block["wxPublicKeyId"], "certificate": shop.block["wxPlatformSerial"]}
        assert by_option.header("wechatpay-serial") == names[mode]
        for name in names.values():
            answer = await shop.send(shop.asked(CERTIFICATES, serial=name))
            assert answer.header("wechatpay-serial") == name
            read = WECHAT.mirror.read_reply(answer, shop.caller, PROFILE, now_ms())
            assert read.ok

    play(main)


EACH = (
    ("GET", CERTIFICATES),
    ("POST", "/v3/pay/transactions/jsapi"),
    ("GET", "/v3/pay/transactions/out-trade-no/WX1?mchid=1"),
    ("POST", "/v3/pay/transactions/out-trade-no/WX1/close"),
    ("POST", "/v3/refund/domestic/refunds"),
    ("GET", "/v3/refund/domestic/refunds/RF1"),
    ("POST", "/v3/med-ins/orders"),
    ("GET", "/v3/med-ins/orders/mix-trade-no/1"),
    ("POST", "/v3/med-ins/refunds/notify?mix_trade_no=1"),
    ("GET", "/v3/bill/tradebill?bill_date=2026-01-01"),
    ("GET", "/v3/billdownload/file?token=1"),
)
"""An address of each interface."""


def test_an_institution_without_a_merchant_is_refused_as_an_unknown_one(play):
    """At each address, whatever it calls itself: its code, a number of nobody, nothing."""
    own = apiv3.Apiv3Keys("", "wx1", "A" * 40, rsa.new_private_key(), "s" * 32, {})

    async def main(lab):
        vendor = await lab.vendor()
        assert not [name for name in vendor.block if name.startswith("wx")]
        run = await lab.run(vendor)
        shop, seen = Merchant(lab, vendor.block), []
        for method, where in EACH:
            for mchid in (vendor.code, "1999999999", ""):
                body = b"{}" if method == "POST" else b""
                raw = RawMessage(method, where, (("Content-Type", "application/json"),), body)
                signed = apiv3.authorised(raw, replace(own, mchid=mchid), now_ms(), os.urandom(8).hex())
                answer = await shop.send(signed)
                code = json.loads(answer.body)["code"]
                seen.append((answer.status, code, answer.header("wechatpay-signature")))
        return seen, await lab.records(run)

    seen, records = play(main)
    assert set(seen) == {(401, "SIGN_ERROR", "")}
    assert [r for r in records if r["kind"] == "world"] == []
    interfaces = {r["interface"] for r in records if r["kind"] == "message"}
    assert interfaces == {row.number for row in interfaces_of(ROLES) if row.transport is WECHAT and row.path}


@pytest.mark.parametrize("by_run", [True, False])
def test_a_merchant_is_issued_when_it_is_asked_for_and_its_secret_is_hidden_at_once(play, by_run):
    async def main(lab):
        vendor = await lab.vendor()
        other = await lab.vendor("H50999900002")
        run = await lab.run(vendor, profile=ISSUED if by_run else {})
        await lab.vendor(profile={} if by_run else ISSUED)
        block = await lab.control("GET", f"/control/institutions/{vendor.code}")
        shop = Merchant(lab, block)
        status, _ = await shop.call(f"{CERTIFICATES}?shown={block['wxApiV3Key']}")
        assert status == 200
        unknown = await shop.send(spoiled(shop, "key"))
        assert unknown.status == 401, "whose key it is, is looked for among those who have one"
        assert not [name for name in other.block if name.startswith("wx")]
        return block, json.dumps(await lab.records(run), ensure_ascii=False)

    block, text = play(main)
    assert "shown=" in text
    assert block["wxApiV3Key"] not in text


def spoiled(shop, how):
    raw = shop.asked(CERTIFICATES)
    keys = shop.caller.keys
    if how == "merchant":
        return apiv3.authorised(replace(raw, headers=()), replace(keys, mchid="1999999999"), now_ms(), "n1")
    if how == "serial":
        return apiv3.authorised(replace(raw, headers=()), replace(keys, serial="0" * 40), now_ms(), "n2")
    if how == "expired":
        return shop.asked(CERTIFICATES, now=now_ms() - 400_000)
    if how == "altered":
        return replace(raw, target=raw.target + "?x=1")
    if how == "key":
        return apiv3.authorised(
            replace(raw, headers=()), replace(keys, merchant=rsa.new_private_key()), now_ms(), "n3"
        )
    assert how == "missing"
    return replace(raw, headers=())


@pytest.mark.parametrize("how", ["merchant", "serial", "expired", "altered", "key", "missing"])
def test_a_wrong_signature_is_401_and_its_fact_is_recorded(play, how):
    async def main(lab):
        shop, _, run = await merchant(lab)
        answer = await shop.send(spoiled(shop, how))
        said = json.loads(answer.body)
        assert (answer.status, said["code"]) == (401, "SIGN_ERROR")
        assert said["message"]
        assert (answer.header("wechatpay-signature") == "") is (how in ("merchant", "missing"))
        return await lab.records(run)

    records = play(main)
    wanted = {"merchant": "wx.merchant", "serial": "wx.serial", "expired": "wx.time", "altered": "wx.signature",
              "key": "wx.signature", "missing": "wx.authorization"}  # fmt: skip
    (asked,) = (r for r in records if r["kind"] == "message" and r["dir"] == "in")
    assert wanted[how] in [fact["n"] for fact in asked["facts"] if not fact["ok"]]
    assert [r for r in records if r["kind"] == "world"] == []


def test_a_nonce_is_taken_once_unless_the_profile_lets_it(play):
    async def main(lab):
        shop, _, _ = await merchant(lab)
        raw = shop.asked(CERTIFICATES)
        return [(await shop.send(raw)).status for _ in range(2)]

    assert play(main) == [200, 401]

    async def lenient(lab):
        shop, _, _ = await merchant(lab, **{"wechat_api.nonce_once": False})
        raw = shop.asked(CERTIFICATES)
        return [(await shop.send(raw)).status for _ in range(2)]

    assert play(lenient) == [200, 200]


class Hook:
    """A notice endpoint of the merchant that answers as `status` says."""

    def __init__(self, status=200):
        self.status, self.got, self.news = status, [], asyncio.Event()

    async def take(self, request):
        body = await request.read()
        self.got.append(RawMessage("POST", request.raw_path, tuple(request.headers.items()), body))
        self.news.set()
        return web.Response(status=self.status)

    @asynccontextmanager
    async def open(self):
        app = web.Application()
        app.router.add_post("/wallet/{rest}", self.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def until(self, count):
        async with asyncio.timeout(10):
            while len(self.got) < count:
                self.news.clear()
                await self.news.wait()


def order_of(shop, person, base, number="WX00000001", total=5_000):
    return {
        "appid": shop.block["wxAppid"], "mchid": shop.block["wxMchid"], "description": "门诊缴费",
        "out_trade_no": number, "notify_url": f"{base}/wallet/paid", "amount": {"total": total, "currency": "CNY"},
        "payer": {"openid": person.openid},
    }  # fmt: skip


async def counter(lab, base, **options):
    """A merchant with a declared address, a run, and a person."""
    shop, vendor, run = await merchant(lab, **options)
    await lab.control(
        "PUT", f"/control/institutions/{vendor.code}/endpoints", {"wallet_notify": f"{base}/wallet/any"}
    )
    return shop, run, await lab.person(run, vendor)


JSAPI, REFUNDS = "/v3/pay/transactions/jsapi", "/v3/refund/domestic/refunds"


def test_a_whole_life_of_the_cash_part(play):
    hook = Hook()

    async def main(lab):
        async with hook.open() as base:
            shop, run, person = await counter(lab, base)
            status, made = await shop.call(JSAPI, order_of(shop, person, base))
            assert (status, made["prepay_id"][:2]) == (200, "wx")
            await person.act("act", {"act": "wechat.pay"})
            await hook.until(1)
            where = f"/v3/pay/transactions/out-trade-no/WX00000001?mchid={shop.block['wxMchid']}"
            _, seen = await shop.call(where)
            assert seen["trade_state"] == "SUCCESS"
            asked = {"out_trade_no": "WX00000001", "out_refund_no": "RF1", "notify_url": f"{base}/wallet/back",
                     "amount": {"refund": 2_000, "total": 5_000, "currency": "CNY"}}  # fmt: skip
            _, back = await shop.call(REFUNDS, asked)
            assert back["status"] == "PROCESSING"
            await person.act("advance", {"ms": 1_000})
            await hook.until(2)
            assert (await shop.call(f"{REFUNDS}/RF1"))[1]["status"] == "SUCCESS"
            await person.act("advance", {"ms": 2 * 86_400_000})
            day = seen["success_time"][:10]
            for packed in ("", "&tar_type=GZIP"):
                _, bill = await shop.call(f"/v3/bill/tradebill?bill_date={day}&bill_type=ALL{packed}")
                target = bill["download_url"].removeprefix(lab.base)
                file = await shop.send(shop.asked(target))
                text = gzip.decompress(file.body) if packed else file.body
                assert hashlib.sha1(text).hexdigest() == bill["hash_value"]
                assert text.decode().count("WX00000001") == 2
            return shop.caller, seen, await lab.records(run)

    caller, seen, records = play(main)
    paid, back = (WECHAT.mirror.read_notice(raw, caller, PROFILE, now_ms()) for raw in hook.got)
    assert [raw.target for raw in hook.got] == ["/wallet/paid", "/wallet/back"]
    assert paid.ok, paid.facts
    assert (paid.outer["event_type"], paid.data["transaction_id"]) == (
        "TRANSACTION.SUCCESS",
        seen["transaction_id"],
    )
    assert (back.outer["event_type"], back.data["refund_status"]) == ("REFUND.SUCCESS", "SUCCESS")
    messages = [r for r in records if r["kind"] == "message"]
    assert {r["flow"] for r in messages if r["interface"] in ("wxPrepay", "wxQuery", "wxPaid")} == {"pay/one"}
    assert [(r["interface"], fact) for r in messages for fact in r["facts"] if not fact["ok"]] == []
    shown = json.dumps(records, ensure_ascii=False)
    assert seen["payer"]["openid"] not in shown
    assert caller.keys.secret not in shown
    told = [r["d"] for r in records if r["kind"] == "world" and r["what"] == "notice"]
    assert next((d.get("outTradeNo"), d["accepted"]) for d in told) == ("WX00000001", True)


def test_an_address_of_a_host_that_nobody_declared_is_refused(play):
    async def main(lab):
        shop, run, person = await counter(lab, "http://127.0.0.1:1")
        data = order_of(shop, person, "http://elsewhere.example")
        status, said = await shop.call(JSAPI, data)
        assert (status, said["code"]) == (400, "PARAM_ERROR")
        assert "wallet_notify" in said["message"]
        return await lab.records(run)

    records = play(main)
    assert [r for r in records if r["kind"] == "world"] == []


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_notice_that_is_not_taken_comes_again_by_timer_time(play, status):
    hook = Hook(status)

    async def main(lab):
        async with hook.open() as base:
            shop, _run, person = await counter(lab, base)
            await shop.call(JSAPI, order_of(shop, person, base))
            await person.act("act", {"act": "wechat.pay"})
            await hook.until(1)
            await person.act("advance", {"ms": 30_000})
            await hook.until(3)
            hook.status = 204
            await person.act("advance", {"ms": 30_000})
            await hook.until(4)
            await person.act("advance", {"ms": 86_400_000})
        return len({raw.header("wechatpay-nonce") for raw in hook.got})

    assert play(main) == len(hook.got) == 4


@pytest.mark.parametrize(
    ("how", "status", "code", "fact"),
    [
        ("float", 400, "PARAM_ERROR", "schema"),
        ("gbk", 400, "PARAM_ERROR", "http.charset"),
        ("not_json", 400, "PARAM_ERROR", "body.json"),
        ("form", 400, "PARAM_ERROR", "http.json_type"),
        ("get", 400, "PARAM_ERROR", "wx.method"),
        ("altered", 401, "SIGN_ERROR", "wx.signature"),
        ("stranger", 400, "PARAM_ERROR", ""),
    ],
)
def test_a_wrong_prepay_is_refused_in_the_channels_form(play, how, status, code, fact):
    async def main(lab):
        shop, run, person = await counter(lab, "http://127.0.0.1:1")
        data = order_of(shop, person, "http://127.0.0.1:1")
        raw = shop.asked(JSAPI, data)
        if how == "float":
            raw = shop.asked(JSAPI, {**data, "amount": {"total": Num("50.00"), "currency": "CNY"}})
        elif how == "stranger":
            raw = shop.asked(JSAPI, {**data, "payer": {"openid": "o-nobody"}})
        elif how == "get":
            raw = shop.asked(JSAPI)
        elif how == "altered":
            raw = replace(raw, body=raw.body.replace(b"5000", b"1"))
        else:
            kind = {"gbk": "application/json; charset=GBK", "form": "application/x-www-form-urlencoded"}.get(
                how
            )
            body = b"{" if how == "not_json" else raw.body
            bare = replace(raw, headers=(("Content-Type", kind or "application/json"),), body=body)
            raw = apiv3.authorised(bare, shop.caller.keys, now_ms(), "n9")
        answer = await shop.send(raw)
        said = json.loads(answer.body)
        assert (answer.status, said["code"]) == (status, code), said
        assert said["message"]
        assert answer.header("request-id").rpartition("-")[2].isdigit()
        return await lab.records(run)

    records = play(main)
    (asked,) = (r for r in records if r["kind"] == "message" and r["dir"] == "in")
    bad = [one["n"] for one in asked["facts"] if not one["ok"]]
    assert bad == [] if not fact else fact in bad
    assert [r for r in records if r["kind"] == "world"] == []


async def placed_order(lab, base, **options):
    """A person with an order at 1 that nobody confirms by himself; the merchant, and the 6201 and 6202 of it."""
    vendor = await lab.vendor(profile=ISSUED)
    run = await lab.run(vendor, profile=options)
    await lab.control(
        "PUT", f"/control/institutions/{vendor.code}/endpoints", {"wallet_notify": f"{base}/wallet/any"}
    )
    person = await lab.person(run, vendor, balance=500, ratio=50, policy={"confirm": "never"})
    await vendor.enrol(person)
    uploaded = {**vendor.upload(person), "medOrgOrd": "MO00000000000001"}
    given = (await vendor.centre("6201", uploaded)).data
    placed = (await vendor.centre("6202", vendor.order(person, uploaded, given))).data
    return Merchant(lab, vendor.block), run, person, uploaded, {**given, **placed}


def mixed_of(shop, person, uploaded, order, base, prepay, serial):
    """The mixed order of 6201 and 6202, its sensitive fields sealed for the key `serial`."""
    fund, account, cash = (int(Decimal(order[name]) * 100) for name in ("fundPay", "psnAcctPay", "ownPayAmt"))
    public = shop.caller.keys.platform[serial]
    return {
        "mix_pay_type": "CASH_AND_INSURANCE", "order_type": "DIAG_PAY", "appid": shop.block["wxAppid"],
        "openid": person.openid,
        "payer": {
            "name": rsa.seal_field(public, person.name),
            "id_digest": rsa.seal_field(public, id_digest(person.id_no)), "card_type": "ID_CARD",
        },
        "out_trade_no": "WX00000001", "serial_no": uploaded["medOrgOrd"], "pay_order_id": order["payOrdId"],
        "pay_auth_no": person.auth, "geo_location": "118.096435,24.485407", "city_id": "509999",
        "med_inst_name": "联调示范医院", "med_inst_no": shop.block["orgCodg"],
        "med_ins_order_create_time": "2026-11-29T09:00:00+08:00", "total_fee": fund + account + cash,
        "med_ins_gov_fee": fund, "med_ins_self_fee": account, "med_ins_other_fee": 0, "med_ins_cash_fee": cash,
        "wechat_pay_cash_fee": cash, "callback_url": f"{base}/wallet/mixed", "prepay_id": prepay,
    }  # fmt: skip


MIXED = "/v3/med-ins/orders"


@pytest.mark.parametrize("mode", ["wxPublicKeyId", "wxPlatformSerial"])
def test_a_mixed_order_from_authorisation_to_the_reported_refund(play, mode):
    hook = Hook()

    async def main(lab):
        async with hook.open() as base:
            shop, run, person, uploaded, order = await placed_order(lab, base)
            serial, cash = shop.block[mode], int(Decimal(order["ownPayAmt"]) * 100)
            _, made = await shop.call(JSAPI, order_of(shop, person, base, total=cash))
            data = mixed_of(shop, person, uploaded, order, base, made["prepay_id"], serial)
            status, mixed = await shop.call(MIXED, data, serial=serial)
            assert (status, mixed["mix_pay_status"]) == (200, "MIX_PAY_CREATED")
            assert "payer" not in mixed
            await person.act("act", {"act": "wechat.pay"})
            await person.act("advance", {"ms": 2_000})
            await hook.until(2)
            number = mixed["mix_trade_no"]
            for where in (f"{MIXED}/mix-trade-no/{number}", f"{MIXED}/out-trade-no/WX00000001"):
                assert (await shop.call(where))[1]["mix_pay_status"] == "MIX_PAY_SUCCESS"
            report = {"med_refund_total_fee": data["med_ins_gov_fee"] + data["med_ins_self_fee"],
                      "med_refund_gov_fee": data["med_ins_gov_fee"], "med_refund_self_fee": data["med_ins_self_fee"],
                      "med_refund_other_fee": 0, "refund_time": "2026-11-29T11:00:00+08:00", "out_refund_no": "R1"}  # fmt: skip
            assert await shop.call(f"/v3/med-ins/refunds/notify?mix_trade_no={number}", report) == (204, None)
            wrong = await shop.call(
                MIXED, {**data, "out_trade_no": "WX00000002", "total_fee": 1}, serial=serial
            )
            assert (wrong[0], wrong[1]["code"]) == (403, "RULE_LIMIT")
            return shop.caller, person, await lab.records(run)

    caller, person, records = play(main)
    told = {raw.target: WECHAT.mirror.read_notice(raw, caller, PROFILE, now_ms()) for raw in hook.got}
    assert told["/wallet/mixed"].ok
    assert told["/wallet/mixed"].outer["event_type"] == "MEDICAL_INSURANCE.SUCCESS"
    assert told["/wallet/mixed"].data["self_pay_status"] == "SELF_PAY_SUCCESS"
    shown = json.dumps(records, ensure_ascii=False)
    assert person.name not in shown
    assert id_digest(person.id_no) not in shown
    (asked,) = (
        r
        for r in records
        if r.get("interface") == "wxMedIns" and r["dir"] == "in" and r["ids"]["outTradeNo"][-1] == "1"
    )
    assert (asked["flow"], asked["ids"]["medOrgOrd"]) == ("pay/one", "MO00000000000001")
    assert [fact for fact in asked["facts"] if not fact["ok"]] == []


@pytest.mark.parametrize(("how", "fact"), [("no_serial", "wx.field_key"), ("other_key", "wx.field")])
def test_sensitive_fields_that_do_not_open(play, how, fact):
    async def main(lab):
        base = "http://127.0.0.1:1"
        shop, run, person, uploaded, order = await placed_order(lab, base)
        cash = int(Decimal(order["ownPayAmt"]) * 100)
        _, made = await shop.call(JSAPI, order_of(shop, person, base, total=cash))
        data = mixed_of(shop, person, uploaded, order, base, made["prepay_id"], shop.block["wxPublicKeyId"])
        serial = {} if how == "no_serial" else {"serial": shop.block["wxPlatformSerial"]}
        status, said = await shop.call(MIXED, data, **serial)
        assert (status, said["code"]) == (400, "PARAM_ERROR")
        return await lab.records(run)

    records = play(main)
    (asked,) = (r for r in records if r.get("interface") == "wxMedIns" and r["dir"] == "in")
    assert fact in [one["n"] for one in asked["facts"] if not one["ok"]]


def test_probes_must_fail_and_the_right_notice_follows(play):
    hook = Hook()

    async def main(lab):
        async with hook.open() as base:
            shop, run, person = await counter(lab, base)
            await shop.call(JSAPI, order_of(shop, person, base))
            await person.act("faults", {"name": "probe_notice", "interface": "wxPaid"})
            await person.act("faults", {"name": "probe_answer", "interface": "wxQuery"})
            hook.status = 401
            await person.act("act", {"act": "wechat.pay"})
            await hook.until(1)
            hook.status = 200
            await person.act("advance", {"ms": 15_000})
            await hook.until(2)
            where = f"/v3/pay/transactions/out-trade-no/WX00000001?mchid={shop.block['wxMchid']}"
            read = []
            for _ in range(2):
                answer = await shop.send(shop.asked(where))
                read.append(WECHAT.mirror.read_reply(answer, shop.caller, PROFILE, now_ms()).bad)
            return shop.caller, read, await lab.records(run)

    caller, (probed, right), records = play(main)
    assert (probed.name, right) == ("wx.signature", None)
    first, second = (WECHAT.mirror.read_notice(raw, caller, PROFILE, now_ms()) for raw in hook.got)
    assert (first.bad.name, first.data) == ("wx.signature", None)
    assert (second.bad, second.data["trade_state"]) == (None, "SUCCESS")
    faults = [r["d"]["name"] for r in records if r["kind"] == "world" and r["what"] == "fault"]
    assert faults == ["probe_notice", "probe_answer"]


def test_a_notice_of_a_stranger_on_purpose(play):
    hook = Hook()

    async def main(lab):
        async with hook.open() as base:
            shop, _, person = await counter(lab, base)
            await shop.call(JSAPI, order_of(shop, person, base))
            told = await person.act("notices", {"kind": "forged", "notice": "wxPaid"})
            assert told["answers"][0]["accepted"]
            return shop.caller

    caller = play(main)
    (raw,) = hook.got
    read = WECHAT.mirror.read_notice(raw, caller, PROFILE, now_ms())
    assert (read.bad.name, read.data) == ("wx.signature", None)
    assert raw.target == "/wallet/paid"


def test_the_runner_declares_where_wallet_notices_go(play):
    async def main(lab):
        vendor = await lab.vendor()
        async with Control(lab.base, lab.token) as control:
            await control.endpoints(vendor.code, "none", "http://127.0.0.1:1/wallet")
        return await lab.control("GET", f"/control/institutions/{vendor.code}/endpoints")

    assert play(main) == {"notify_6302": "none", "wallet_notify": "http://127.0.0.1:1/wallet"}


def test_a_replayed_prepay_is_refused_and_makes_nothing_twice(play):
    async def main(lab):
        shop, run, person = await counter(lab, "http://127.0.0.1:1")
        raw = shop.asked(JSAPI, order_of(shop, person, "http://127.0.0.1:1"))
        answers = [await shop.send(raw) for _ in range(2)]
        view = await person.act("", {}, "GET")
        return [(a.status, json.loads(a.body).get("code")) for a in answers], view, await lab.records(run)

    answers, view, records = play(main)
    assert answers == [(200, None), (401, "SIGN_ERROR")]
    assert len(view["wechat"]["orders"]) == 1
    asked = [r for r in records if r["kind"] == "message" and r["dir"] == "in"]
    assert [[f["n"] for f in r["facts"] if not f["ok"]] for r in asked] == [[], ["replay.fresh"]]
