"""Each fault on a message: what it changes, and that it leaves alone what it cannot change."""

from __future__ import annotations

import base64
import json

import pytest

from simulator.faults import FAULTS, Drop, Hold
from simulator.faults.notice_kinds import KINDS, kind_of
from simulator.faults.shape import MAX_HOLD_MS, Drip, Half, Hang, Reset, settled
from simulator.protocol.wire.raw import RawMessage

SIGNATURE = base64.b64encode(bytes(range(64))).decode()
BODY = json.dumps({"code": 0, "message": "成功", "encData": "AB" * 32, "signData": SIGNATURE}).encode()
ANSWER = RawMessage("POST", "/x", (("content-type", "application/json"),), BODY, 200)
BY_NAME = {fault.name: fault for fault in FAULTS}


def apply(name, raw=ANSWER, **params):
    fault = BY_NAME[name]
    values = {param.name: param.default for param in fault.params}
    return fault.apply(raw, {**values, **params}, b"\x01" * 32)


def test_names_are_unique_and_say_what_they_are_about():
    assert len(BY_NAME) == len(FAULTS)
    assert all(fault.about and fault.stage in ("before_open", "before_act", "after_seal") for fault in FAULTS)
    assert all(param.low <= param.default <= param.high for fault in FAULTS for param in fault.params)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_fault_ends_the_exchange_when_it_loses_the_message_or_answers_in_its_stead(name):
    left, _, ending = settled(apply(name))
    assert BY_NAME[name].ends is (ending is not None or left.status != ANSWER.status)


def test_each_ending_keeps_what_is_still_sent():
    assert settled(apply("half_body")) == (ANSWER, 0, Half(ANSWER))
    assert settled(apply("slow_drip", ms=7)) == (ANSWER, 0, Drip(ANSWER, 7))
    assert settled(apply("hang", ms=7)) == (None, 0, Hang(7))
    assert settled(apply("reset")) == (None, 0, Reset())
    assert settled(apply("hold_response", ms=7)) == (ANSWER, 7, None)
    assert [BY_NAME[name].params[0].high for name in ("hang", "slow_drip")] == [MAX_HOLD_MS] * 2


@pytest.mark.parametrize("name", ["drop_request", "drop_response"])
def test_lost(name):
    assert apply(name) == Drop()


def test_hold_keeps_the_bytes_and_never_waits_longer_than_the_limit():
    assert apply("hold_response", ms=5) == Hold(ANSWER, 5)
    assert BY_NAME["hold_response"].params[0].high == MAX_HOLD_MS


@pytest.mark.parametrize(("name", "status"), [("status_before", 502), ("status_after", 504)])
def test_status(name, status):
    out = apply(name)
    assert (out.status, out.body) == (status, b"")
    assert apply(name, status=503).status == 503


@pytest.mark.parametrize("name", ["tamper_sign", "tamper_request_sign"])
def test_one_bit_of_the_signature(name):
    changed = base64.b64decode(json.loads(apply(name).body)["signData"])
    differing = [a ^ b for a, b in zip(changed, range(64), strict=True) if a != b]
    assert [bin(bits).count("1") for bits in differing] == [1]


@pytest.mark.parametrize("name", ["tamper_cipher", "tamper_request_cipher"])
def test_last_digit_of_the_cipher(name):
    out = json.loads(apply(name).body)
    assert out["encData"][:-1] == ("AB" * 32)[:-1]
    assert out["encData"][-1] != "B"
    assert out["signData"] == SIGNATURE


def test_unsigned():
    assert json.loads(apply("unsigned").body) == {"code": 0, "message": "成功", "encData": "AB" * 32}


def test_not_json_and_empty():
    page = apply("not_json")
    assert page.header("content-type").startswith("text/html")
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(page.body)
    assert apply("empty_body").body == b""


@pytest.mark.parametrize(
    ("levels", "path"), [(1, ["data"]), (2, ["data", "output"]), (3, ["data", "output", "body"])]
)
def test_relay_wraps(levels, path):
    value = json.loads(apply("relay_wrapped", levels=levels).body)
    for name in path:
        assert list(value) == [name]
        value = value[name]
    assert value == json.loads(BODY)


def test_foreign_key_is_left_to_the_shell():
    assert BY_NAME["wrong_key"].foreign_key
    assert apply("wrong_key") is ANSWER


@pytest.mark.parametrize(
    "fault", [f for f in FAULTS if f.stage != "before_act"], ids=lambda fault: fault.name
)
@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[1]", b'{"signData":5,"encData":7}', b'{"signData":"%"}']
)
def test_odd_bodies_are_no_accident(fault, body):
    raw = RawMessage("POST", "/x", (), body, 200)
    values = {param.name: param.default for param in fault.params}
    assert fault.apply(raw, values, b"") is not None


def test_notice_kinds():
    assert [kind.name for kind in KINDS] == sorted(
        {kind.name for kind in KINDS}, key=[k.name for k in KINDS].index
    )
    assert kind_of("forged").foreign_key
    assert kind_of("replay").same_bytes
    assert kind_of("nothing") is None


def test_a_probe_spoils_the_signature_and_nothing_else():
    raw = RawMessage("POST", "/n", (("Wechatpay-Signature", "AAAA"), ("Wechatpay-Nonce", "n")), b"{}")
    for name in ("probe_answer", "probe_notice"):
        out = BY_NAME[name].apply(raw, {}, b"")
        assert out.header("wechatpay-signature") == "WECHATPAY/SIGNTEST/AAAA"
        assert (out.header("wechatpay-nonce"), out.body) == ("n", b"{}")
        bare = RawMessage("GET", "/", (), b"")
        assert BY_NAME[name].apply(bare, {}, b"") == bare
        assert not BY_NAME[name].spoils("sealed")
