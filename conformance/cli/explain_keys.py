"""The keys that `liantiao explain` judges by: the vendor block, the options, and files of keys that may have been mixed up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.mistake import Mistake
from conformance.runner.folders import HOME, PREVIOUS
from simulator.protocol.crypto.keys import (
    KeyFormatError,
    PrivateKey,
    PublicKey,
    parse_private_key,
    parse_public_key,
)
from simulator.protocol.diagnosis.signers import OTHER_KEYS
from simulator.protocol.text.said import Said, said_of
from simulator.protocol.wire.why_refused import Keys

MAX_BYTES = 16 * 1024 * 1024
NEIGHBOURS = 64
"""Files of one folder that are looked at for keys that may have been mixed up."""


def keys_of(given: Mapping[str, Any] | None, secret: str, public_key: str, app_id: str) -> Keys:
    """The keys of both sides from the vendor block (None: there is none) and the options. Raises Mistake."""
    from simulator.protocol.crypto.ciphers import CipherError, message_key

    block = given or {}
    for name in ("appId", "appSecret"):
        text = secret if name == "appSecret" and secret else block.get(name)
        if given is not None and (not isinstance(text, str) or not text):
            raise Mistake(Said("缺少, 用 liantiao init 生成的接入参数"), field=name)
    app_id, app_secret = str(block.get("appId") or app_id), secret or str(block.get("appSecret", ""))
    try:
        message_key(app_id, app_secret)
    except CipherError as error:
        raise Mistake(said_of(error), field="appId / appSecret") from None
    institution = _public(block, "institutionPublicKey")
    private = _private(block, needed=institution is None)
    if institution is None and private is not None:
        institution = private.public
    platform = _public(block, "platformPublicKey")
    if given is not None and institution is None and platform is None and not public_key:
        raise Mistake(
            Said("缺少, 用 liantiao init 生成的接入参数"), field="institutionPublicKey / platformPublicKey"
        )
    given_key = _public({"--public-key": public_key}, "--public-key")
    own = private if private is not None and not given_key and private.public == institution else None
    return Keys(app_id, app_secret, given_key or institution, given_key or platform, own)


def _public(block: Mapping[str, Any], name: str) -> PublicKey | None:
    text = block.get(name)
    if not text:
        return None
    try:
        return parse_public_key(str(text))
    except KeyFormatError as error:
        raise Mistake(said_of(error), field=name) from None


def _private(block: Mapping[str, Any], *, needed: bool) -> PrivateKey | None:
    """The institution's own key; one that cannot be read matters only where nothing else tells its public one."""
    if not block.get("institutionPrivateKey"):
        return None
    try:
        return parse_private_key(str(block["institutionPrivateKey"]))
    except KeyFormatError as error:
        if not needed:
            return None
        raise Mistake(said_of(error), field="institutionPrivateKey") from None


def with_others(keys: Keys, place: Path | None, more: Iterable[str]) -> Keys:
    """The keys with those of other apps, and those before a rotation (the same appId): of the files `more`, and of the vendor
    blocks beside `place`; at most OTHER_KEYS of each. Raises Mistake for a file of `more` that is no vendor block."""
    found = [_told(Path(name)) for name in more]
    for one in _beside(place):
        try:
            found.append(_told(one))
        except Mistake:  # nobody named this file
            continue
    previous = dict.fromkeys(
        one
        for one in found
        if one.app_id == keys.app_id
        and (one.app_secret, one.institution) != (keys.app_secret, keys.institution)
    )
    others = {one.app_id: one for one in found if one.app_id != keys.app_id}
    return replace(keys, previous=tuple(previous)[:OTHER_KEYS], others=tuple(others.values())[:OTHER_KEYS])


def _beside(place: Path | None) -> Iterator[Path]:
    """Vendor blocks of the same home, and what was before a rotation."""
    if place is None:
        return
    found = [*place.parent.glob(f"{PREVIOUS}*.json"), *place.parent.glob("vendor-*.json")]
    yield from (one for one in sorted(found)[:NEIGHBOURS] if one != place)


def _told(place: Path) -> Keys:
    try:
        return replace(keys_of(block_of(place), "", "", ""), institution_private=None)
    except Mistake as error:
        raise Mistake(error.message, file=str(place), field=error.field) from None


def read_file(path: Path) -> bytes:
    """A file of at most MAX_BYTES. Raises Mistake."""
    try:
        with path.open("rb") as source:  # of a device too, which has no end
            content = source.read(MAX_BYTES + 1)
    except OSError as error:
        raise Mistake(Said("读不到 ({})", error.strerror or error), file=str(path)) from None
    if len(content) > MAX_BYTES:
        raise Mistake(Said("超过 {} 字节", MAX_BYTES), file=str(path))
    return content


def place_of(name: str, *, optional: bool) -> Path | None:
    """The file of the vendor block. Raises Mistake."""
    if name:
        return Path(name)
    home = Path(HOME)  # init writes the first, run the second
    found = sorted(home.glob("vendor-*.json")) or sorted(home.glob("vendors/*.json"))
    if len(found) == 1:
        return found[0]
    if optional:
        return None
    raise Mistake(Said("用 --keys 指明接入参数文件, 或用 --secret 给出 appSecret"), file=HOME)


def block_of(place: Path) -> Mapping[str, Any]:
    """The vendor block in a file. Raises Mistake."""
    try:
        value = json.loads(read_file(place))
    except ValueError:
        raise Mistake(Said("不是 JSON"), file=str(place)) from None
    if not isinstance(value, dict):
        raise Mistake(Said("写成 JSON 对象"), file=str(place))
    return value
