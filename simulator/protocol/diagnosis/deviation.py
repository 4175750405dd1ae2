"""The words of a diagnosis: one named mistake, what is known of a message, what was found, and how much work was allowed.

A *composition* is the right form and a set of deviations, at most one for each axis and scope; its distance is their
number. A composition is named only when the digest that it makes is the one that the signature signs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from simulator.protocol.crypto.keys import PrivateKey, PublicKey
from simulator.protocol.text.said import Said
from simulator.protocol.wire.signature import ChannelKeys

Scope = Literal["", "envelope", "data", "nested", "rows", "items", "below", "all"]
"""Where: members of the message; of `data`; of objects below it; of what is inside arrays (`items`: only values that are
no objects); `below`: all that is not directly in `data`; `all` that is in it."""


@dataclass(frozen=True, slots=True)
class Named:
    """One mistake as it is told. `cause`: stable id of docs/explain.md; `said`: one sentence, the scope in words.

    `right`, `offered`: the text around the first character in which this mistake alone changes the text to be signed,
    the differing character in brackets, secrets masked; empty where it changes no text (digest, key, encoding).
    """

    cause: str
    scope: Scope
    said: Said
    right: str = ""
    offered: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read `signData` as 64 bytes `r || s`. The right one names nothing."""

    named: tuple[Named, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Signer:
    """The key under which a signature is read and the key whose Z_A its maker used. The right one names nothing."""

    named: tuple[Named, ...]
    public: PublicKey
    za: PublicKey


@dataclass(frozen=True, slots=True)
class Suspect:
    """What is known of one message whose signature failed.

    `envelope`: the outer members as they came; `data`: the decrypted object, None when there is none; `plain`: its text
    as it was sent, or ""; `sign_data`: the text of `signData`. `keys.peer` should have signed. `ours`: the public key of
    who received, `previous`: keys that the sender had before, `others`: keys of other apps; each may be unknown.
    `secrets`: what may stand in the place of the appSecret, each with the words for it.
    `family`, `drop_empty_object`, `identity`: the right form by the profile.
    """

    envelope: Mapping[str, Any]
    data: Any
    plain: str
    sign_data: str
    keys: ChannelKeys
    identity: bytes
    kind: Literal["request", "response"] = "request"
    ours: PublicKey | None = None
    previous: tuple[PublicKey, ...] = ()
    others: tuple[PublicKey, ...] = ()
    other_apps: tuple[str, ...] = field(default=())
    secrets: tuple[tuple[Said, str], ...] = field(default=(), repr=False)
    family: Literal["sdk", "bare"] = "sdk"
    drop_empty_object: bool = False
    also_bare: bool = False
    """Whether the family `bare` is right as well: a mistake over it is then named as such."""
    private: PrivateKey | None = field(default=None, repr=False)
    """The private key that belongs to `keys.peer`, where it is known: misreadings of it can then be told."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found. `causes`: the first fitting composition, () when none fits; `equals`: the others that fit as well.

    `tried`: compositions; `hashed`: bytes of texts; `whole`: whether the stated space was gone through within the
    budget. `digests`: when nothing fits, (whose key, hexadecimal digest that the signature fixes under it).
    """

    causes: tuple[Named, ...] = ()
    equals: tuple[tuple[Named, ...], ...] = ()
    tried: int = 0
    hashed: int = 0
    whole: bool = True
    digests: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """Work, never time: texts that are tried, and bytes that are hashed and written for them, each text some more."""

    compositions: int
    hashed_bytes: int


QUICK: Final = Budget(30_000, 6_000_000)
"""Inside a server, for every refused message."""
DEEP: Final = Budget(160_000, 60_000_000)
"""On demand: `liantiao explain`, the page."""
THOROUGH: Final = Budget(3_000_000, 2_000_000_000)
"""For somebody who can wait some ten seconds: all pairs of mistakes of a message of a few thousand bytes."""
NONE: Final = Budget(0, 0)
"""Who only wants to know whether a message is good, as a hospital does with a notice, names no cause."""
