"""A vendor block and messages sealed with it, for the commands that read captures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.protocol.crypto.keys import PrivateKey, private_key_from_seed
from simulator.protocol.wire.envelope import ChannelKeys, seal_request, seal_response
from simulator.shell.profiles import load_profile

APP_ID, SECRET = "0123456789ABCDEF0123456789ABCDEF", "SECRET6789ABCDEFSECRET6789ABCDEF"
INSTITUTION = private_key_from_seed(b"institution")
PLATFORM = private_key_from_seed(b"platform")
DATA: dict[str, Any] = {
    "payOrdId": "ORD1",
    "payToken": "T/1",
    "idNo": "",
    "orgCodg": "H50999900001",
    "cnt": 2,
}


class Sealer:
    """Seals as either side would, rightly or, by the fields of SealStyle, wrongly."""

    app_id, secret, institution, platform = APP_ID, SECRET, INSTITUTION, PLATFORM

    def request(
        self, data: dict[str, Any] | None = None, sender: PrivateKey = INSTITUTION, **style: Any
    ) -> bytes:
        now_ms = style.pop("now_ms", time.time_ns() // 1_000_000)
        return seal_request(data or DATA, self._keys(sender), load_profile(), now_ms, b"entropy", **style)

    def answer(
        self, data: dict[str, Any] | None, code: str = "0", message: str = "成功", sender: PrivateKey = PLATFORM,
        **style: Any,
    ) -> bytes:  # fmt: skip
        now_ms = style.pop("now_ms", time.time_ns() // 1_000_000)
        return seal_response(
            code, message, code == "0", data, self._keys(sender), load_profile(), now_ms, b"entropy", **style
        )

    def _keys(self, own: PrivateKey) -> ChannelKeys:
        peer = PLATFORM if own is INSTITUTION else INSTITUTION
        return ChannelKeys(APP_ID, SECRET, own, peer.public)


@pytest.fixture
def sealed() -> Sealer:
    return Sealer()


@pytest.fixture
def block() -> dict[str, Any]:
    return {
        "appId": APP_ID,
        "appSecret": SECRET,
        "institutionPrivateKey": INSTITUTION.text,
        "institutionPublicKey": INSTITUTION.public.text,
        "platformPublicKey": PLATFORM.public.text,
        "paths": {"6201": "/own/uldFeeInfo"},
    }


@pytest.fixture
def keys_file(block: dict[str, Any]) -> Callable[..., str]:
    """Write the vendor block (with changes) into the current folder; its name."""

    def write(**changes: Any) -> str:
        Path("v.json").write_text(json.dumps({**block, **changes}), encoding="utf-8")
        return "v.json"

    return write
