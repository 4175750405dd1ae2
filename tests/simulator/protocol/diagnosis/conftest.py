"""A message of every kind of value, a signer that signs any bytes, and the right text written without our code."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from simulator.protocol.crypto import sm2
from simulator.protocol.diagnosis.deviation import Suspect
from simulator.protocol.text import jsontext
from simulator.protocol.wire.signature import ChannelKeys

PLAIN = (
    '{"medOrgOrd":"MO1","medType":"11","medfeeSumamt":12.50,"psnName":"测/试<甲>","begntime":"2026-01-02 03:04:05","expContent":"",'
    '"none":null,"zero":0,"amt":"10.00","flag":false,"blank":" x ","diseinfoList":[],"obj":{},"caseInfo":{"b":2,"a":true,"e":null},'
    '"feedetailList":[{"Sn":"1","cnt":1,"pric":2.50,"memo":"","ext":null},{"Sn":"2","cnt":0,"pric":7.00,"memo":"盒","ext":null}],'
    '"codes":["2","1",3]}'
)
APP = {"version": "2.0.1", "encType": "SM4", "signType": "SM2", "timestamp": "20260101090000"}
Pairs = dict[str, str]


@pytest.fixture
def suspect(centre: ChannelKeys) -> Suspect:
    """A request with cipher text; its `sign_data` is still to be made."""
    data = jsontext.parse(PLAIN.encode(), jsontext.Limits()).value
    envelope = {"appId": centre.app_id, **APP, "encData": "00AA", "signData": "x"}
    return Suspect(envelope, data, PLAIN, "", centre, sm2.DEFAULT_USER_ID)


@pytest.fixture
def signed(vendor: ChannelKeys) -> Callable[..., str]:
    """`signData` over any bytes by the institution of the vectors."""

    def make(message: str | bytes, user_id: bytes = sm2.DEFAULT_USER_ID) -> str:
        raw = message.encode() if isinstance(message, str) else message
        return base64.b64encode(sm2.sign(vendor.own, raw, user_id, b"entropy")).decode()

    return make


def tidy(value: Any, keep: Callable[[Any], bool] = lambda one: one not in (None, "", [])) -> Any:
    """The sheet's cleaning (3.2) of what json.loads gave, numbers kept by their text: none of our code."""
    if isinstance(value, dict):
        members = {name: tidy(one, keep) for name, one in value.items()}
        return {name: members[name] for name in sorted(members) if kept(members[name], keep)}
    if isinstance(value, list):
        return [one for one in (tidy(one, keep) for one in value) if kept(one, keep)]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def kept(value: Any, keep: Callable[[Any], bool]) -> bool:
    return value is not None and keep(value) if keep(None) is False else keep(value)


def loaded() -> Any:
    """The plaintext with every number as its text."""
    return json.loads(PLAIN, parse_float=str, parse_int=str)


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def text_of(data: str, secret: str, app_id: str, **more: str) -> str:
    """The text around a `data` by the sheet (3.1)."""
    pairs = {"appId": app_id, **APP, "data": data, **more}
    return "&".join(f"{name}={pairs[name]}" for name in sorted(pairs)) + f"&key={secret}"
