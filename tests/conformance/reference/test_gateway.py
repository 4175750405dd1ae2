"""The reference hospital signs for its gateway where its block has an account, and for none where it has not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.reference.config import PROFILE, ConfigError, from_block
from simulator.protocol.wire import mirrors
from simulator.protocol.wire.gateway import gateway_facts
from simulator.protocol.wire.gateway_parts import GatewayKeys
from simulator.protocol.wire.gateway_schemes import SCHEMES
from simulator.protocol.wire.transport import PeerCall
from simulator.shell.profiles import load_profile

NOW_MS = 1_767_229_200_000
GATE = {"gatewayAccount": "a1", "gatewaySecret": "s1"}


@pytest.fixture
def block() -> dict[str, Any]:
    private, public = (
        "WjhjpzEf3XLvXfZXFE9zxrZixGutuyTsAC2OusToNBU=",
        "BIiOXeSsZLV8mOC9VbKitTjsvqDRDVhCdTM0e96vXeYkUgTTErc9TgGZO/Pg/otkKi8KVHFZN0hgGKTouqo0Fxs=",
    )
    return {
        "base": "http://127.0.0.1:1", "orgCodg": "H50999900001", "orgName": "甲", "region": "509999",
        "appId": "A" * 32, "appSecret": "B" * 32, "institutionPrivateKey": private, "platformPublicKey": public,
        "partnerId": "12345678", "partnerSecret": "c" * 32, "driverToken": "t",
        "paths": dict.fromkeys(("6201", "6202", "6203", "6301", "6401", "1101", "2201", "userQuery"), "/x"),
    }  # fmt: skip


@pytest.mark.parametrize("scheme", SCHEMES)
def test_its_requests_carry_the_signature_of_its_gateway(block: dict[str, Any], scheme: str) -> None:
    config = from_block({**block, **GATE, "gatewayAuth": scheme})
    call = PeerCall("1101", "/x", {"data": {}}, {"infno": "1101"})
    raw = mirrors.FSI.request(call, config.fsi_caller, PROFILE, NOW_MS, b"0123456789abcdef")
    profile = load_profile().with_overrides({"fsi.auth": scheme})
    facts = gateway_facts(raw, GatewayKeys("a1", "s1"), profile, NOW_MS)
    assert len(facts) == 4
    assert all(fact.ok for fact in facts), facts
    assert json.loads(raw.body) == {"infno": "1101", "input": {"data": {}}}


def test_without_an_account_nothing_is_signed(block: dict[str, Any]) -> None:
    call = PeerCall("1101", "/x", {"data": {}}, {"infno": "1101"})
    raw = mirrors.FSI.request(call, from_block(block).fsi_caller, PROFILE, NOW_MS, b"0123456789abcdef")
    assert {name.lower() for name, _ in raw.headers} == {"content-type", "accept"}


@pytest.mark.parametrize(
    ("changed", "word"), [({"gatewayAuth": "x"}, "x-tif"), ({"gatewaySecret": ""}, "gatewaySecret")]
)
def test_an_unusable_account_is_one_line(block: dict[str, Any], changed: dict[str, str], word: str) -> None:
    with pytest.raises(ConfigError, match=word) as caught:
        from_block({**block, **GATE, "gatewayAuth": "api", **changed})
    assert "\n" not in str(caught.value)
