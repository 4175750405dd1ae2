"""The compartment of the e-credential: the codes that phones show. Authorisations are published in the core."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.protocol.model.shard import Shard

NAME: Final = "ecredential"


@dataclass(frozen=True, slots=True)
class PhoneCode:
    """What the patient's phone shows or returns: `kind` authCode (online) or ecCode (展码)."""

    kind: str
    value: str
    biz: str
    channel: str
    agreed: bool
    issued_ms: int
    expires_ms: int
    family: str = ""
    used: bool = False


@dataclass(frozen=True, slots=True)
class CredentialPart:
    """`codes` by value."""

    codes: Mapping[str, PhoneCode] = field(default_factory=dict)


def part(_spec: Mapping[str, Any]) -> CredentialPart:
    """No code yet; a person spec says nothing about them."""
    return CredentialPart()


def of(shard: Shard) -> CredentialPart:
    """The compartment of this person."""
    found = shard.parts[NAME]
    assert isinstance(found, CredentialPart)
    return found


def with_code(shard: Shard, code: PhoneCode) -> Shard:
    """The shard with this code added or replaced."""
    return shard.with_part(NAME, CredentialPart({**of(shard).codes, code.value: code}))
