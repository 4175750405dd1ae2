"""APIv3 on the wire: what a request is refused for, and what of it is recognised."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from simulator.channels.wechat import merchant
from simulator.protocol.crypto import rsa
from simulator.protocol.wire import apiv3
from simulator.protocol.wire.raw import RawMessage

NOW = 1_790_000_000_000
_seed = itertools.count()
PLATFORM = merchant.platform(lambda size: next(_seed).to_bytes(4, "big").rjust(size, b"\1"))


def _merchant():
    own = merchant.make(lambda size: next(_seed).to_bytes(4, "big").rjust(size, b"\1"))
    return merchant.keys(PLATFORM, own), merchant.of_block(merchant.block(PLATFORM, own))


OURS, THEIRS = _merchant()
BODY = '{"name": "甲", "n": 1}'.encode()
RAW = RawMessage("POST", "/v3/x/%E7%94%B2?a=1", (("Host", "h"),), BODY)


def facts(raw, now=NOW, keys=OURS, neighbours=None):
    return {fact.name: fact for fact in apiv3.request_facts(raw, keys, now, 300_000, neighbours or {})}


def test_a_right_request_is_right():
    told = facts(apiv3.authorised(RAW, THEIRS, NOW, "N" * 32))
    assert set(told) == {"wx.authorization", "wx.merchant", "wx.time", "wx.serial", "wx.signature"}
    assert all(fact.ok for fact in told.values())


def signed_over(text, digest="sha256", keys=THEIRS):
    mark = rsa.sign(keys.merchant, text, digest)
    items = (f'mchid="{THEIRS.mchid}",nonce_str="N",signature="{mark}",timestamp="1790000000",'
             f'serial_no="{THEIRS.serial}"')  # fmt: skip
    return replace(RAW, headers=(*RAW.headers, ("Authorization", f"{apiv3.SCHEME} {items}")))


def text(method="POST", target=RAW.target, body=BODY):
    return apiv3.request_text(method, target, "1790000000", "N", body)


@pytest.mark.parametrize(
    ("cause", "wrong"),
    [
        ("no_query", text(target="/v3/x/%E7%94%B2")),
        ("decoded", text(target="/v3/x/甲?a=1")),
        ("with_host", text(target="https://h" + RAW.target)),
        ("with_http_host", text(target="http://h" + RAW.target)),
        ("last_line", text()[:-1]),
        ("method_case", text("post")),
        ("body_left_out", text(body=b"")),
        ("body_written_again", text(body='{"name":"甲","n":1}'.encode())),
        ("unknown", text(body=b"{}")),
    ],
)
def test_the_cause_of_a_wrong_signature_is_named(cause, wrong):
    fact = facts(signed_over(wrong))["wx.signature"]
    assert (fact.ok, fact.data["cause"]) == (False, cause)
    assert fact.note


def test_sha1_and_another_merchants_key_are_named():
    assert facts(signed_over(text(), "sha1"))["wx.signature"].data == {"cause": "sha1"}
    ours, theirs = _merchant()
    fact = facts(signed_over(text(), keys=theirs), neighbours={ours.mchid: ours})["wx.signature"]
    assert fact.data == {"cause": "other_key"}


@pytest.mark.parametrize(
    ("header", "bad"),
    [
        ("", "wx.authorization"),
        ("Bearer x", "wx.authorization"),
        (f'{apiv3.SCHEME} mchid="1"', "wx.authorization"),
    ],
)
def test_a_header_that_is_none(header, bad):
    told = facts(replace(RAW, headers=(("Authorization", header),)))
    assert [name for name, fact in told.items() if not fact.ok] == [bad]


def test_time_and_serial_and_merchant():
    raw = apiv3.authorised(RAW, THEIRS, NOW, "N")
    assert not facts(raw, NOW + 301_000)["wx.time"].ok
    assert facts(raw, NOW + 300_000)["wx.time"].ok
    assert not facts(apiv3.authorised(RAW, replace(THEIRS, serial="AB" * 20), NOW, "N"))["wx.serial"].ok
    assert set(facts(raw, keys=None)) == {"wx.authorization", "wx.merchant", "wx.time"}


@pytest.mark.parametrize("mode", ["public_key", "certificate"])
def test_the_platforms_signature_by_either_key(mode):
    name = OURS.platform_id(mode)
    assert name.startswith("PUB_KEY_ID_") is (mode == "public_key")
    raw = apiv3.platform_signed(RawMessage("", "", (), b"{}", 200), name, OURS.platform[name], NOW, "N")
    assert all(fact.ok for fact in apiv3.platform_facts(raw, THEIRS, NOW, 300_000))
    other = next(key for key in OURS.platform if key != name)
    swapped = apiv3.platform_signed(raw, name, OURS.platform[other], NOW, "N")
    swapped = replace(swapped, headers=swapped.headers[-5:])
    assert [f.name for f in apiv3.platform_facts(swapped, THEIRS, NOW, 300_000) if not f.ok] == [
        "wx.signature"
    ]
    probe = tuple((n, apiv3.PROBE + v if n == "Wechatpay-Signature" else v) for n, v in raw.headers)
    told = apiv3.platform_facts(replace(raw, headers=probe), THEIRS, NOW, 300_000)
    assert [f.name for f in told if not f.ok] == ["wx.signature"]


def test_keys_do_not_show_in_a_repr():
    shown = repr((OURS, THEIRS))
    assert THEIRS.secret not in shown
    assert "PRIVATE" not in shown
