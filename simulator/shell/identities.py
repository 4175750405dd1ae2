"""Identities of the simulated world, made once and reused: `<home>/identities.json`, owner-only.

What an institution holds besides its code is for the transports to say (`Issue`): the file keeps their texts.
Test keys and secrets only. Nothing here is ever a production identity.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from simulator.protocol.crypto.home_print import home_print
from simulator.protocol.model.interface import Interface
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Institution
from simulator.protocol.text.said import Said
from simulator.protocol.wire.transport import Caller, CredentialError, Draw, Texts, Transport
from simulator.shell.files import private_folder, replace_file
from simulator.shell.limits import INSTITUTIONS

FILE = "identities.json"
TOKEN_FILE = "control-token"
"""The token of the control API, for whoever may read the home."""
SCHEMA = 2
DEFAULT_REGION = "509999"  # an existing province, a county that is not assigned
DRAWS = 100  # of an identifier that somebody has already; more is no coincidence


class IdentityError(ValueError):
    """The identities cannot be used; one line with file, field and what to do."""


@dataclass(frozen=True, slots=True)
class Member:
    """One institution's identity. Texts only, as the file holds them; `credentials` by transport."""

    code: str
    name: str
    region: str
    driver_token: str
    credentials: Mapping[str, Texts] = field(default_factory=dict)

    def institution(self) -> Institution:
        """What the pure core knows of the caller."""
        return Institution(self.code, self.name, self.region, self.text("app_id"), self.text("partner_id"))

    def text(self, name: str) -> str:
        """The credential of this name, whichever transport issued it; the empty text when none did."""
        return next((own[name] for own in self.credentials.values() if name in own), "")

    def having(self, transport: str, changes: Texts) -> Member:
        """The same institution with some credentials of a transport changed."""
        own = {**self.credentials.get(transport, {}), **changes}
        return replace(self, credentials={**self.credentials, transport: own})


@dataclass(slots=True)
class Book:
    """The callers of one transport: by the credential that finds them, and by institution code; `keys` of who has some."""

    callers: dict[str, Caller] = field(default_factory=dict)
    by_code: dict[str, Caller] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    credential: dict[str, str] = field(default_factory=dict)

    def find(self, credential: str) -> Caller | None:
        """The caller that this credential names."""
        return self.callers.get(credential)

    def put(self, institution: Institution, credential: str, keys: Any) -> None:
        """Take a caller into the book in place of what it was."""
        before = self.credential.get(institution.code)
        if before is not None:
            del self.callers[before]
            self.keys.pop(before, None)
        caller = Caller(institution, keys, self.keys)
        self.credential[institution.code] = credential
        if keys is not None:
            self.keys[credential] = keys
        self.callers[credential] = self.by_code[institution.code] = caller


@dataclass(slots=True)
class Identities:
    """The identities in use. `platform`: our own side's credentials by transport; `books` follow `members`.

    `added`: those of our side that were made when a profile first asked. They stand apart, so that the fingerprint of a
    home stays what a running simulator and who looks for it know it by.
    """

    path: Path
    transports: tuple[Transport, ...]
    control_token: str
    platform: dict[str, Texts] = field(default_factory=dict)
    added: dict[str, Texts] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    books: dict[str, Book] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """What tells the simulator of this home from any other; says nothing of its keys."""
        return home_print(self.platform)

    def book(self, transport: Transport) -> Book:
        """The callers of a transport."""
        return self.books[transport.name]

    def ours(self, transport: Transport) -> Texts:
        """Our own side's credentials of a transport; none where nobody has asked."""
        return self.platform[transport.name] or self.added.get(transport.name, {})

    def ensure(self, code: str = "", name: str = "", region: str = "") -> Member:
        """The institution of this code, made now if it is new. An existing one stays as it is."""
        self.refresh()  # another process may share this home
        known = self.members.get(code)
        if known is not None:
            return known
        if len(self.members) >= INSTITUTIONS:
            raise IdentityError(Said("code: 机构已达上限 {} 家，请换一个 --home", INSTITUTIONS))
        region = region or DEFAULT_REGION
        code = code or _free_code(region, self.members)
        return self.put(Member(code, name or "联调示范医院", region, secrets.token_urlsafe(24)))

    def put(self, member: Member) -> Member:
        """Take a new or changed institution into use and write it down. Raises IdentityError."""
        adopted = self.adopt(member)
        self.save()
        return adopted

    def rotate(self, code: str) -> Member:
        """New keys and secrets for a known institution; what names it stays. Raises KeyError for an unknown one."""
        self.refresh()
        fresh = self.members[code]
        for transport in self.transports:
            own = fresh.credentials[transport.name]
            fresh = fresh.having(transport.name, transport.issue.rotate(own, secrets.token_bytes))
        return self.put(fresh)

    def refresh(self) -> None:
        """Take up what another process has added to the file or changed in it. Raises IdentityError."""
        content = _content(self.path)
        members, added = _members(content), _texts(content.get("added", {}), "added")
        self.added.update(added)
        for member in members:
            if self.members.get(member.code) != member:
                self.adopt(member)

    def adopt(self, member: Member) -> Member:
        """Take the institution into use in place of what it was; credentials that it lacks are made.

        Raises IdentityError for keys of no use.
        """
        entries = []
        for transport in self.transports:
            if transport.name not in member.credentials:
                member = member.having(transport.name, self._made(transport, transport.issue.make))
            entries.append(self._entry(transport, member))
        for transport, credential, keys in entries:
            self.book(transport).put(member.institution(), credential, keys)
        self.members[member.code] = member
        return member

    def provide(self, code: str, profile: Profile) -> None:
        """Give a known institution what this profile asks for and it has not got yet. Raises IdentityError, KeyError."""
        lacking = [one for one in self.transports if not self.members[code].credentials[one.name]]
        made = [(one, self._made(one, partial(one.issue.asked_for, profile))) for one in lacking]
        if not any(own for _, own in made):
            return
        self.refresh()  # another process may have given it meanwhile
        member = known = self.members[code]
        for transport, own in made:
            if own and not member.credentials[transport.name]:
                if not self.ours(transport):
                    self.added[transport.name] = transport.issue.ours_asked_for(secrets.token_bytes)
                member = member.having(transport.name, own)
        if member != known:
            self.put(member)

    def _made(self, transport: Transport, make: Callable[[Draw], Texts]) -> Texts:
        """Fresh credentials that find nobody yet."""
        made = (make(secrets.token_bytes) for _ in range(DRAWS))
        taken = self.book(transport).callers
        return next(own for own in made if not own or transport.issue.credential("", own) not in taken)

    def _entry(self, transport: Transport, member: Member) -> tuple[Transport, str, Any]:
        own = member.credentials[transport.name]
        where = f"{FILE}: institutions.{member.code}.credentials.{transport.name}"
        try:
            keys = transport.issue.keys(self.ours(transport), own)
        except CredentialError as error:
            raise IdentityError(Said("{}.{}: {}", where, error.field, error)) from None
        credential = transport.issue.credential(member.code, own)
        owner = self.book(transport).find(credential)
        if owner is not None and owner.institution.code != member.code:
            raise IdentityError(
                Said("{}: {} 已属于机构 {}，请换一个", where, credential, owner.institution.code)
            )
        return transport, credential, keys

    def save(self) -> None:
        """Write the file as a whole."""
        content = {
            "schema": SCHEMA,
            "platform": self.platform,
            "added": self.added,
            "control_token": self.control_token,
            "institutions": {code: asdict(member) for code, member in self.members.items()},
        }
        replace_file(self.path, orjson.dumps(content, option=orjson.OPT_INDENT_2))


def open_identities(home: Path, transports: Iterable[Transport]) -> Identities:
    """Read the identities of `home`, or make them. Raises IdentityError for a file that cannot be used.

    A transport that the file does not know yet is given its credentials.
    """
    path = private_folder(home) / FILE
    if path.exists():
        content = _content(path)
        if content.get("schema") != SCHEMA:
            raise _unusable(Said("schema 应为 {}", SCHEMA))
    else:
        content = {"platform": {}, "control_token": secrets.token_urlsafe(24), "institutions": {}}
    members, known = _members(content), _texts(content.get("platform"), "platform")
    token = content.get("control_token")
    if not isinstance(token, str) or not token:
        raise _unusable(Said("control_token 不是文本"))
    added = _texts(content.get("added", {}), "added")
    found = Identities(path, tuple(transports), token, dict(known), dict(added))
    for transport in found.transports:
        found.books[transport.name] = Book()
        if transport.name not in found.platform:
            found.platform[transport.name] = transport.issue.platform(secrets.token_bytes)
    adopted = [found.adopt(member) for member in members]
    if adopted != members or dict(known) != found.platform:
        found.save()
    return found


def write_token(home: Path, token: str) -> None:
    """Put the token of the control API where its owner finds it."""
    path = home / TOKEN_FILE
    if not path.is_file() or path.read_bytes().strip() != token.encode():
        replace_file(path, token.encode() + b"\n")


def _content(path: Path) -> dict[str, Any]:
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise _unusable(error) from None
    if not isinstance(content, dict):
        raise _unusable(Said("最外层不是对象"))
    return content


def _members(content: Mapping[str, Any]) -> list[Member]:
    try:
        members = [Member(**entry) for entry in content["institutions"].values()]
        for member in members:
            _texts(member.credentials, f"institutions.{member.code}.credentials")
    except (KeyError, TypeError, AttributeError) as error:
        raise _unusable(error) from None
    return members


def _texts(value: Any, where: str) -> Mapping[str, Texts]:
    """An object of objects of texts. Raises IdentityError."""
    fits = isinstance(value, dict) and all(
        isinstance(one, dict) and all(isinstance(text, str) for text in one.values())
        for one in value.values()
    )
    if not fits:
        raise _unusable(Said("{} 不是各传输形式的文本", where))
    found: Mapping[str, Texts] = value
    return found


def _unusable(why: object) -> IdentityError:
    return IdentityError(Said("{}: 内容不可用（{}），请改正，或移走此文件以重新生成", FILE, why))


def vendor_block(
    identities: Identities, member: Member, base: str, interfaces: Mapping[str, Interface]
) -> dict[str, Any]:
    """What a vendor pastes into its configuration, and what LIANTIAO_VENDOR_CONFIG holds."""
    block: dict[str, Any] = {
        "base": base, "orgCodg": member.code, "orgName": member.name, "region": member.region,
    }  # fmt: skip
    for transport in identities.transports:
        own = member.credentials[transport.name]
        block |= transport.issue.block(identities.ours(transport), own)
    paths = {number: row.path for number, row in interfaces.items() if row.path}
    return {**block, "driverToken": member.driver_token, "paths": paths}


def _free_code(region: str, taken: Mapping[str, Member]) -> str:
    numbers = (f"H{region}{number:05d}" for number in range(1, 100_000))
    return next(code for code in numbers if code not in taken)
