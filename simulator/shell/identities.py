"""Identities of the simulated world, made once and reused: `<home>/identities.json`, owner-only.

Test keys and secrets only. Nothing here is ever a production identity.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from simulator.institution import SINGLE
from simulator.protocol.crypto.keys import (
    KeyFormatError,
    PrivateKey,
    parse_private_key,
    parse_public_key,
    private_key_from_seed,
)
from simulator.protocol.model.interface import Interface
from simulator.protocol.model.step import Institution
from simulator.protocol.wire.envelope import ChannelKeys
from simulator.shell.files import private_folder, replace_file
from simulator.shell.limits import INSTITUTIONS

FILE = "identities.json"
DEFAULT_REGION = "509999"  # an existing province, a county that is not assigned


class IdentityError(ValueError):
    """The identities cannot be used; one line with file, field and what to do."""


@dataclass(frozen=True, slots=True)
class Member:
    """One institution's identity. Texts only, as the file holds them.

    `private` is empty when the vendor keeps it and gave us its public key only; `channel_code` is the 机构渠道认证编码.
    """

    code: str
    name: str
    region: str
    app_id: str
    app_secret: str
    private: str
    public: str
    partner_id: str
    partner_secret: str
    driver_token: str
    channel_code: str = ""

    def institution(self) -> Institution:
        """What the pure core knows of the caller."""
        return Institution(self.code, self.name, self.region, self.app_id, self.partner_id)


@dataclass(slots=True)
class Identities:
    """The identities in use. `channels` is by appId, `partners` by partner id; both follow `members`."""

    path: Path
    platform: PrivateKey
    foreign: PrivateKey
    control_token: str
    members: dict[str, Member] = field(default_factory=dict)
    channels: dict[str, ChannelKeys] = field(default_factory=dict)
    by_app: dict[str, Member] = field(default_factory=dict)
    by_partner: dict[str, Member] = field(default_factory=dict)

    def ensure(self, code: str = "", name: str = "", region: str = "") -> Member:
        """The institution of this code, made now if it is new. An existing one stays as it is."""
        self.refresh()  # another process may share this home
        known = self.members.get(code)
        if known is not None:
            return known
        if len(self.members) >= INSTITUTIONS:
            raise IdentityError(f"code: 机构已达上限 {INSTITUTIONS} 家，请换一个 --home")
        region = region or DEFAULT_REGION
        code = code or _free_code(region, self.members)
        key = private_key_from_seed(secrets.token_bytes(32))
        member = Member(
            code=code,
            name=name or "联调示范医院",
            region=region,
            app_id=secrets.token_hex(16).upper(),
            app_secret=secrets.token_hex(16).upper(),
            private=key.text,
            public=key.public.text,
            partner_id=_free_partner(self.by_partner),
            partner_secret=secrets.token_hex(16),
            driver_token=secrets.token_urlsafe(24),
        )
        return self.put(member)

    def put(self, member: Member) -> Member:
        """Take a new or changed institution into use and write it down. Raises IdentityError."""
        self.adopt(member)
        self.save()
        return member

    def rotate(self, code: str) -> Member:
        """New keys and a new secret for a known institution; its appId stays. Raises KeyError for an unknown one."""
        self.refresh()
        key = private_key_from_seed(secrets.token_bytes(32))
        fresh = replace(
            self.members[code],
            app_secret=secrets.token_hex(16).upper(),
            private=key.text,
            public=key.public.text,
        )
        return self.put(fresh)

    def refresh(self) -> None:
        """Take up what another process has added to the file or changed in it. Raises IdentityError."""
        for member in _members(_content(self.path)):
            if self.members.get(member.code) != member:
                self.adopt(member)

    def adopt(self, member: Member) -> None:
        """Take the institution into use in place of what it was. Raises IdentityError for keys of no use."""
        try:
            peer = (
                parse_private_key(member.private).public
                if member.private
                else parse_public_key(member.public)
            )
        except KeyFormatError as error:
            which = "private" if member.private else "public"
            raise IdentityError(f"{FILE}: institutions.{member.code}.{which}: {error}") from None
        owner = self.by_app.get(member.app_id)
        if owner is not None and owner.code != member.code:
            raise IdentityError(
                f"{FILE}: institutions.{member.code}.app_id: 已属于机构 {owner.code}，请换一个"
            )
        before = self.members.get(member.code)
        if before is not None:
            del self.by_app[before.app_id], self.channels[before.app_id], self.by_partner[before.partner_id]
        self.members[member.code] = member
        self.by_app[member.app_id] = member
        self.by_partner[member.partner_id] = member
        self.channels[member.app_id] = ChannelKeys(member.app_id, member.app_secret, self.platform, peer)

    def save(self) -> None:
        """Write the file as a whole."""
        content = {
            "schema": 1,
            "platform": {"private": self.platform.text, "public": self.platform.public.text},
            "control_token": self.control_token,
            "institutions": {code: asdict(member) for code, member in self.members.items()},
        }
        replace_file(self.path, orjson.dumps(content, option=orjson.OPT_INDENT_2))


def open_identities(home: Path) -> Identities:
    """Read the identities of `home`, or make them. Raises IdentityError for a file that cannot be used."""
    path = private_folder(home) / FILE
    foreign = private_key_from_seed(secrets.token_bytes(32))
    if not path.exists():
        made = Identities(
            path, private_key_from_seed(secrets.token_bytes(32)), foreign, secrets.token_urlsafe(24)
        )
        made.save()
        return made
    content = _content(path)
    try:
        platform = parse_private_key(content["platform"]["private"])
        found = Identities(path, platform, foreign, str(content["control_token"]))
    except (KeyError, TypeError, KeyFormatError) as error:
        raise _unusable(error) from None
    for member in _members(content):
        found.adopt(member)
    return found


def _content(path: Path) -> dict[str, Any]:
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise _unusable(error) from None
    if not isinstance(content, dict):
        raise _unusable("最外层不是对象")
    return content


def _members(content: Mapping[str, Any]) -> list[Member]:
    try:
        return [Member(**entry) for entry in content["institutions"].values()]
    except (KeyError, TypeError, AttributeError) as error:
        raise _unusable(error) from None


def _unusable(why: object) -> IdentityError:
    return IdentityError(f"{FILE}: 内容不可用（{why}），请改正，或移走此文件以重新生成")


def vendor_block(
    member: Member, platform_public: str, base: str, interfaces: Mapping[str, Interface]
) -> dict[str, Any]:
    """What a vendor pastes into its configuration, and what LIANTIAO_VENDOR_CONFIG holds."""
    return {
        "base": base,
        "orgCodg": member.code,
        "orgName": member.name,
        "region": member.region,
        "appId": member.app_id,
        "appSecret": member.app_secret,
        "institutionPrivateKey": member.private,
        "institutionPublicKey": member.public,
        "platformPublicKey": platform_public,
        "partnerId": member.partner_id,
        "partnerSecret": member.partner_secret,
        "driverToken": member.driver_token,
        "paths": {
            number: row.path for number, row in {**interfaces, SINGLE.number: SINGLE}.items() if row.path
        },
        "version": "2.0.1",
        **({"orgChnlCrtfCodg": member.channel_code} if member.channel_code else {}),
    }


def _free_code(region: str, taken: Mapping[str, Member]) -> str:
    numbers = (f"H{region}{number:05d}" for number in range(1, 100_000))
    return next(code for code in numbers if code not in taken)


def _free_partner(taken: Mapping[str, Member]) -> str:
    while (number := str(10_000_000 + secrets.randbelow(90_000_000))) in taken:
        pass
    return number
