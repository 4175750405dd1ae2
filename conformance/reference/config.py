"""What the hospital is configured with: the vendor block, read from a file or from the environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simulator.protocol.crypto.keys import KeyFormatError, parse_private_key, parse_public_key
from simulator.protocol.model.profile import Option, Profile
from simulator.protocol.model.step import Institution
from simulator.protocol.text.said import Said, Text
from simulator.protocol.wire.envelope import ChannelKeys
from simulator.protocol.wire.gateway_parts import GatewayKeys
from simulator.protocol.wire.gateway_schemes import SCHEMES
from simulator.protocol.wire.transport import Caller

TEXTS: Final = (
    "base", "orgCodg", "orgName", "region", "appId", "appSecret", "institutionPrivateKey",
    "platformPublicKey", "partnerId", "partnerSecret", "driverToken",
)  # fmt: skip
PATHS: Final = ("6201", "6202", "6203", "6301", "6401", "1101", "2201", "userQuery")

# What this hospital expects of the centre's answers and notices (centre sheet 2-4).
EXPECTS: Final[Mapping[str, Any]] = {
    "envelope.user_id": "default",
    "envelope.canonical": "sdk",
    "envelope.timestamp_forms": ["14", "13", "10", "iso"],
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
    "fsi.success_code": "0",
    "limits.body_bytes": 4_194_304,
    "limits.depth": 32,
    "limits.number_chars": 40,
    "limits.members": 20_000,
    "limits.tokens": 200_000,
    "portal.window_ms": 900_000,
    "portal.prefixes": ["api", "testapi"],
}
PROFILE: Final = Profile(
    "reference",
    {
        name: Option(value, "what the reference hospital expects of its peer", "assumed", "centre sheet 2-4")
        for name, value in EXPECTS.items()
    },
)


class ConfigError(ValueError):
    """The vendor block cannot be used; `str()` is one Chinese line: file, field, what to write instead."""


@dataclass(frozen=True, slots=True)
class Config:
    """One hospital's identity, keys and addresses. `paths` by interface number."""

    base: str
    code: str
    name: str
    region: str
    keys: ChannelKeys
    partner_id: str
    partner_secret: str
    token: str
    paths: Mapping[str, str]
    gateway: GatewayKeys | None = None

    @property
    def sealed_caller(self) -> Caller:
        """This hospital for the sealed form."""
        return Caller(Institution(self.code, self.name, self.region, self.keys.app_id), self.keys)

    @property
    def fsi_caller(self) -> Caller:
        """This hospital for the 两定 forms: with the account of its gateway, where the block has one."""
        institution = Institution(self.code, self.name, self.region, self.keys.app_id)
        return Caller(institution, self.gateway)

    @property
    def portal_caller(self) -> Caller:
        """This hospital for the portal."""
        institution = Institution(self.code, self.name, self.region, self.keys.app_id, self.partner_id)
        return Caller(institution, (self.partner_id, self.partner_secret))


IN_THIS_PROCESS: dict[str, ChannelKeys] = {}
"""The keys of every hospital of this process, by appId: a mutant takes its neighbour's."""


def _gateway(block: dict[str, Any], where: Text) -> GatewayKeys | None:
    """The account of the gateway; None where the block has none."""
    if not block.get("gatewayAuth"):
        return None
    scheme, account, secret = (
        _text(block, name, where) for name in ("gatewayAuth", "gatewayAccount", "gatewaySecret")
    )
    if scheme not in SCHEMES:
        raise ConfigError(Said("{}: gatewayAuth: 应为 {} 之一", where, " / ".join(SCHEMES)))
    return GatewayKeys(account, secret, scheme)


def from_block(block: object, where: Text = "") -> Config:
    """Read a vendor block. Raises ConfigError."""
    where = where or Said("接入参数")
    if not isinstance(block, dict):
        raise ConfigError(Said("{}: 应为一个 JSON 对象 (liantiao serve 打印的接入参数)", where))
    texts = {name: _text(block, name, where) for name in TEXTS}
    paths = block.get("paths")
    if not isinstance(paths, dict):
        raise ConfigError(Said("{}: paths: 应为 交易编号 -> 路径 的对象", where))
    for name in PATHS:
        if not isinstance(paths.get(name), str):
            raise ConfigError(Said("{}: paths.{}: 缺少, 应为以 / 开头的路径", where, name))
    try:
        own = parse_private_key(texts["institutionPrivateKey"])
    except KeyFormatError as problem:
        raise ConfigError(Said("{}: institutionPrivateKey: {}", where, problem)) from None
    try:
        peer = parse_public_key(texts["platformPublicKey"])
    except KeyFormatError as problem:
        raise ConfigError(Said("{}: platformPublicKey: {}", where, problem)) from None
    keys = ChannelKeys(texts["appId"], texts["appSecret"], own, peer)
    IN_THIS_PROCESS[keys.app_id] = keys
    return Config(
        base=texts["base"].rstrip("/"),
        code=texts["orgCodg"],
        name=texts["orgName"],
        region=texts["region"],
        keys=keys,
        partner_id=texts["partnerId"],
        partner_secret=texts["partnerSecret"],
        token=texts["driverToken"],
        paths={str(name): str(path) for name, path in paths.items() if isinstance(path, str)},
        gateway=_gateway(block, where),
    )


def read_block(path: str) -> Config:
    """Read a vendor block from a file. Raises ConfigError."""
    return from_block(read_json(path), path)


def read_json(path: str) -> Any:
    """The JSON value of a file. Raises ConfigError for a file that cannot be read or is no JSON."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise ConfigError(Said("{}: 读不到: {}", path, problem.strerror or problem)) from None
    except (UnicodeDecodeError, ValueError):
        raise ConfigError(Said("{}: 不是 UTF-8 的 JSON 文件", path)) from None


def _text(block: dict[str, Any], name: str, where: Text) -> str:
    value = block.get(name)
    if not isinstance(value, str) or not value:
        raise ConfigError(Said("{}: {}: 缺少, 应为非空文本", where, name))
    return value
