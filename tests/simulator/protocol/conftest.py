"""The identity of the protocol sheet's vectors, a profile of defaults, and short ways to open and seal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.protocol.crypto.keys import parse_private_key
from simulator.protocol.model.profile import Option, Profile
from simulator.protocol.wire.envelope import ChannelKeys, Opened, open_sealed, seal_request
from simulator.protocol.wire.raw import RawMessage

DEFAULTS: dict[str, Any] = {
    "envelope.user_id": "default",
    "envelope.canonical": "sdk",
    "envelope.timestamp_forms": ["14", "13", "10"],
    "envelope.timestamp_out": "14",
    "envelope.window_ms": 300_000,
    "envelope.version": "2.0.1",
    "envelope.enc_case": "upper",
    "envelope.response_code": "number",
    "envelope.response_app_id": True,
    "envelope.response_success": True,
    "envelope.sign_failures": True,
    "envelope.drop_empty_object": False,
    "envelope.failure_code": "numeric_only",
    "envelope.also_versions": [],
    "envelope.kept_empty": [],
    "fsi.msgid_chars": 36,
    "fsi.auth": "none",
    "fsi.auth_window_ms": 300_000,
    "fsi.auth_once": False,
    "fsi.auth_hex_case": "exact",
    "fsi.auth_charset": "either",
    "fsi.success_code": "0",
    "limits.body_bytes": 4_194_304,
    "limits.depth": 32,
    "limits.number_chars": 40,
    "limits.members": 20_000,
    "limits.tokens": 200_000,
    "states.extra_transitions": [],
    "codes.override": {},
    "portal.window_ms": 900_000,
}
NOW_MS = 1_767_229_200_000  # 2026-01-01 09:00:00 in Beijing, the time of vector T2
VECTORS = Path(__file__).parents[3] / "conformance" / "vectors"
HOSTILE = Path(__file__).parent / "wire" / "hostile_envelopes.json"
"""Wrong messages with the cause that `diagnose` is to name: for us; what any receiver refuses is the set `envelope`."""


@pytest.fixture(scope="session")
def profile() -> Profile:
    return Profile("test", {name: Option(value, "", "assumed", "") for name, value in DEFAULTS.items()})


@pytest.fixture(scope="session")
def now_ms() -> int:
    return NOW_MS


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], dict[str, Any]]:
    def load(name: str) -> dict[str, Any]:
        file = HOSTILE if name == HOSTILE.stem else VECTORS / f"{name}.json"
        return json.loads(file.read_text(encoding="utf-8"))

    return load


@pytest.fixture(scope="session")
def sheet_keys(vectors: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """The identity of T2 to T4: appId, appSecret, both key pairs."""
    return vectors("known_answers")["testGroups"][1]["key"]


@pytest.fixture(scope="session")
def vendor(sheet_keys: dict[str, Any]) -> ChannelKeys:
    """The institution's side of the vector identity."""
    own = parse_private_key(sheet_keys["institution"]["private"])
    centre = parse_private_key(sheet_keys["centre"]["private"])
    return ChannelKeys(sheet_keys["appId"], sheet_keys["appSecret"], own, centre.public)


@pytest.fixture(scope="session")
def centre(sheet_keys: dict[str, Any]) -> ChannelKeys:
    """The centre's side of the vector identity."""
    own = parse_private_key(sheet_keys["centre"]["private"])
    institution = parse_private_key(sheet_keys["institution"]["private"])
    return ChannelKeys(sheet_keys["appId"], sheet_keys["appSecret"], own, institution.public)


@pytest.fixture(scope="session")
def post() -> Callable[..., RawMessage]:
    def build(body: bytes, *, method: str = "POST", status: int | None = None) -> RawMessage:
        return RawMessage(method, "/", (("content-type", "application/json"),), body, status)

    return build


@pytest.fixture(scope="session")
def round_trip(
    vendor: ChannelKeys, centre: ChannelKeys, profile: Profile, post: Callable[..., RawMessage]
) -> Callable[..., Opened]:
    """Seal at the vendor in some style, open at the centre."""

    def go(data: Any, options: dict[str, Any] | None = None, **style: Any) -> Opened:
        used = profile.with_overrides(options or {})
        body = seal_request(data, vendor, used, NOW_MS, b"entropy", **style)
        return open_sealed(post(body), {centre.app_id: centre}, used, NOW_MS)

    return go
