"""`judge --from-raw`: the facts of the vendor's requests once more from their bytes, held against the recorded ones.

What it rests on: `raw/` of the run, the identities of `--home` as they were then, the recorded wire time, the rules
of today. Messages are opened in their order, so that a replay is one again.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from conformance.evidence.reader import FILE as EVIDENCE
from conformance.evidence.reader import stream
from conformance.evidence.run_view import begin_of_run
from conformance.evidence.values import child, text, whole
from conformance.mistake import Mistake
from simulator.protocol.crypto.ciphers import sm3
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.role import Role
from simulator.protocol.text.said import Said, said_of
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.rawbytes import parsed
from simulator.roles import ROLES

FactRow = Mapping[str, Any]
BEFORE = ("before_open", "before_act")
"""Stages of faults that act on a request."""


@dataclass(slots=True)
class Again:
    """`facts` by record number; `differences` in order; how many requests were `opened` and how many had no raw."""

    facts: dict[int, Sequence[FactRow]] = field(default_factory=dict)
    differences: list[Said] = field(default_factory=list)
    opened: int = 0
    without: int = 0

    def as_json(self) -> dict[str, Any]:
        """The member `from_raw` of the manifest."""
        return {
            "opened": self.opened,
            "without_body": self.without,
            "differences": [str(line) for line in self.differences],
        }


def recomputed(folder: Path, home: Path, profile: str, roles: Iterable[Role] = ROLES) -> Again:
    """Open every request of the run again. Raises Mistake when raw bodies, identities or profile are not there."""
    from simulator.protocol.model.role import transports_of
    from simulator.shell.identities import FILE, IdentityError, open_identities
    from simulator.shell.reopening import Reopening

    if not (folder / "raw").is_dir():
        raise Mistake(Said("没有原始报文 (未保存或已过保留期), 不能重算"), file=str(folder / "raw"))
    if not (home / FILE).is_file():
        raise Mistake(Said("没有身份, 用 --home 指向该次运行所用的目录"), file=str(home / FILE))
    begin = begin_of_run(stream(folder / EVIDENCE))
    try:
        reopening = Reopening(open_identities(home, transports_of(roles)), _profile(begin, profile), roles)
    except IdentityError as error:
        raise Mistake(said_of(error), file=str(home)) from None
    found, spoiled = Again(), _spoiled(stream(folder / EVIDENCE))
    was_known = False
    for record in stream(folder / EVIDENCE):
        if record.get("kind") != "message" or record.get("part") != "request" or record.get("dir") != "in":
            continue
        seq = whole(record, "seq") or 0
        raw = _raw(folder / "raw" / f"{seq:06d}.json", text(record, "c"))
        again = reopening.again(record, raw, seq in spoiled) if raw is not None else None
        if again is None:
            found.without += 1
            continue
        found.opened += 1
        was_known = was_known or _ok(record.get("facts") or (), "env.app_known")
        found.facts[seq] = again.facts
        number = text(record, "interface")
        found.differences += [Said("记录 {} {} {}", seq, number, line) for line in again.differences]
    if was_known and not any(_ok(facts, "env.app_known") for facts in found.facts.values()):
        raise Mistake(
            Said("不是该次运行所用的身份 (appId 一个也不认识), 用 --home 指向当时的目录"), file=str(home)
        )
    return found


def _spoiled(records: Iterable[Mapping[str, Any]]) -> frozenset[int | None]:
    """The requests that a fault of ours kept from being accepted: the same bytes may come again."""
    faults = (r for r in records if (r.get("kind"), r.get("what")) == ("world", "fault"))
    return frozenset(whole(r, "link") for r in faults if text(child(r, "d"), "stage") in BEFORE)


def _ok(facts: Sequence[FactRow], name: str) -> bool:
    return any(row.get("n") == name and row.get("ok") for row in facts)


def _profile(stated: Mapping[str, Any], named: str) -> Profile:
    """The profile of the run as its begin record states it, or the one named."""
    from simulator.profiles.build import ProfileError, checked_overrides
    from simulator.shell.profiles import load_profile

    try:
        base = load_profile(named or text(stated, "profile") or "base")
        return base.with_overrides(checked_overrides(child(stated, "overrides"), base))
    except ProfileError as error:
        raise Mistake(Said("{}; 用 --profile 指明该次运行的地方参数", error)) from None


def _raw(path: Path, commitment: str) -> RawMessage | None:
    """The message that the record committed to; None when it is gone or another one."""
    try:
        entry = orjson.loads(path.read_bytes())
        salt, content = bytes.fromhex(entry["salt"]), base64.b64decode(entry["raw"], validate=True)
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError, binascii.Error):
        return None
    return parsed(content) if sm3(salt + content).hex() == commitment else None
