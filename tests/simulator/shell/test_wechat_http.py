"""WeChat Pay over real HTTP: who may ask, what a refusal says, what the evidence keeps."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace

import pytest

from simulator.channels.wechat.merchant import of_block
from simulator.channels.wechat.transport import WECHAT
from simulator.protocol.crypto import rsa
from simulator.protocol.model.step import Institution
from simulator.protocol.wire import apiv3
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import Caller, PeerCall
from simulator.shell.profiles import load_profile

from conftest import now_ms  # isort: skip  (beside this file)

PROFILE = load_profile()
CERTIFICATES = "/v3/certificates"


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
    vendor = await lab.vendor()
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
