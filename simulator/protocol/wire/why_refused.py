"""Why a captured message is refused: its facts, the named cause, the text that should have been signed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from simulator.protocol.codes.table import BY_CODE, Code, refusal
from simulator.protocol.crypto import sm2
from simulator.protocol.crypto.keys import PrivateKey, PublicKey
from simulator.protocol.diagnosis.answer import bracketed, first_difference
from simulator.protocol.diagnosis.deviation import DEEP, QUICK, Budget, Diagnosis, Named
from simulator.protocol.diagnosis.facts_of import Found
from simulator.protocol.diagnosis.nearest import Nearest, nearest
from simulator.protocol.model.profile import Profile
from simulator.protocol.text.canonical import sign_text
from simulator.protocol.text.said import stored
from simulator.protocol.wire import signature
from simulator.protocol.wire.advice import advice_facts
from simulator.protocol.wire.amounts import amount_facts
from simulator.protocol.wire.capture import Capture, envelope_of
from simulator.protocol.wire.envelope import ChannelKeys, Opened, open_sealed
from simulator.protocol.wire.facts import Fact, Facts, named
from simulator.protocol.wire.opened import ADVISORY, Kind
from simulator.protocol.wire.schema_facts import schema_fact

NOBODY = PrivateKey(1)
"""Stands where a key is needed that plays no part: who reads a capture signs nothing."""
MASK = "****"
NOTICE = "6302"
"""The only request that the platform sends."""
_ASKED = frozenset({"payToken", "payAuthNo", "ecToken", "idNo", "feedetailList", "orgBizSer", "appRefdSn"})
"""Members of requests of an institution that no notice has (sheet 6)."""
_TAIL = "&key="
_HTTP = ("http.post", "http.json_type", "http.status")
_UNTOLD = ("replay.fresh",)
"""A capture alone does not say whether the message came before."""
_BY_KEY = ("sign.verify", "sign.canonical", "sign.cause")
_SAID_BY_CAUSE = "sign.verify"


@dataclass(frozen=True, slots=True)
class Keys:
    """What is known of the two sides. Without a public key nothing is said about the signature.

    `institution_private`: to name a misreading of it; `previous`: the same app before its keys were rotated;
    `others`: other apps. These serve naming only: nothing verifies under them.
    """

    app_id: str
    app_secret: str = field(repr=False)
    institution: PublicKey | None = None
    platform: PublicKey | None = None
    institution_private: PrivateKey | None = field(default=None, repr=False)
    previous: tuple[Keys, ...] = ()
    others: tuple[Keys, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the user's own text departs from the right one: 0-based `at`, -1 when both are equal.

    `expected`, `mine`: the text around it, secrets masked. `in_secret`: they agree up to `&key=`.
    `signed`: whether the signature was made over the user's text; None when that cannot be told.
    """

    at: int
    expected: str = ""
    mine: str = ""
    in_secret: bool = False
    signed: bool | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """`sender`: institution or platform, whoever the message was taken to be from. `text`: what is to be signed,
    with the secret in it, or None when the content could not be read. `diagnosis`: of a signature that fails; `nearest`: what
    is wrong in the user's own text."""

    kind: str
    sender: str
    interface: str
    opened: Opened
    facts: Facts
    text: str | None
    difference: Difference | None = None
    diagnosis: Diagnosis | None = None
    nearest: Nearest | None = None

    @property
    def reasons(self) -> tuple[Fact, ...]:
        """Every fact that is a reason to refuse; a signature's named cause stands for the failed verification."""
        bad = [fact for fact in self.facts if not fact.ok and fact.name not in ADVISORY]
        names = {fact.name for fact in bad}
        return tuple(fact for fact in bad if fact.name != _SAID_BY_CAUSE or "sign.cause" not in names)

    def code(self, fact: Fact) -> Code:
        """The refusal code that answers a fact."""
        return BY_CODE[refusal(replace(fact, name=_SAID_BY_CAUSE) if fact.name == "sign.cause" else fact)[0]]


def explain(
    capture: Capture,
    keys: Keys,
    profile: Profile,
    now_ms: int,
    interface: str = "",
    schema: str = "",
    my_text: str | None = None,
    budget: Budget = DEEP,
) -> Explanation:
    """Open the message for either sender and keep the reading that verifies. `schema`: name of its field table;
    `budget`: the work for naming why its signature fails."""
    sides = (("institution", keys.institution), ("platform", keys.platform))
    if capture.kind == "response":
        sides = (sides[1], sides[0])
    readings: list[tuple[str, PublicKey | None, Opened]] = []
    kept: Found = []
    for (name, peer), ours in zip(sides, (sides[1][1], sides[0][1]), strict=True):
        if peer is not None and not (readings and _one_sided(capture, interface, readings[0][2])):
            readings.append((name, peer, _open(capture, keys, peer, ours, profile, now_ms, budget, kept)))
            if _verified(readings[-1][2]):
                break
            budget = QUICK  # the other side is only asked whether it verifies
    if not readings:
        blind = _open(capture, keys, NOBODY.public, None, profile, now_ms, QUICK, [])
        facts = tuple(fact for fact in blind.facts if fact.name not in _BY_KEY)
        readings = [(sides[0][0], None, replace(blind, facts=facts))]
    sender, peer, opened = next((one for one in readings if _verified(one[2])), readings[0])
    silent = _UNTOLD if capture.dumped else _HTTP + _UNTOLD
    facts = tuple(fact for fact in opened.facts if fact.name not in silent)
    if isinstance(opened.data, Mapping):
        part = capture.kind
        facts += (schema_fact(f"{schema}.{part}", opened.data, profile=profile),) if schema else ()
        facts += amount_facts(interface, part, opened.data, profile)
        facts += advice_facts(f"{schema}.{part}", opened.data, profile) if schema else ()
    text = _text(capture, opened, keys, profile)
    difference = None
    if my_text is not None and text is not None:
        difference = compare(text, my_text, keys.app_secret)
        signed = _signs(capture, keys, peer, profile, my_text)
        difference = replace(difference, signed=signed)
    seen, diagnosis = kept[0] if kept and not _verified(opened) else (None, None)
    near = nearest(seen, _file_text(my_text)) if my_text is not None and seen is not None else None
    opened = replace(opened, facts=facts)
    return Explanation(capture.kind, sender, interface, opened, facts, text, difference, diagnosis, near)


def masked(text: str) -> str:
    """A text to be signed without the secret at its end."""
    head, tail, _ = text.rpartition(_TAIL)
    return head + tail + MASK if tail else text


def compare(expected: str, mine: str, secret: str) -> Difference:
    """The first character in which two texts to be signed differ; the secret of either is masked."""
    mine = _file_text(mine)
    at = first_difference(expected, mine)
    if at < 0:
        return Difference(-1)
    in_secret = at >= len(expected) - len(secret)
    return Difference(at, _around(expected, at, secret), _around(mine, at, secret), in_secret)


def _file_text(text: str) -> str:
    """The text in a file, without what editors put around it."""
    return text.removeprefix("\ufeff").rstrip("\r\n")


def _around(text: str, at: int, secret: str) -> str:
    text = text.replace(secret, "*" * len(secret))  # same length, so that `at` stays
    head, tail, rest = text.rpartition(_TAIL)
    return bracketed(head + tail + "*" * len(rest) if tail else text, at)


def _one_sided(capture: Capture, interface: str, opened: Opened) -> bool:
    """Whether only one side can have sent such a message: an answer, a request that is no notice."""
    if capture.kind == "response" or interface:
        return interface != NOTICE
    return isinstance(opened.data, Mapping) and not _ASKED.isdisjoint(opened.data)


def _open(
    capture: Capture,
    keys: Keys,
    peer: PublicKey,
    ours: PublicKey | None,
    profile: Profile,
    now_ms: int,
    budget: Budget,
    kept: Found,
) -> Opened:
    private = keys.institution_private if peer == keys.institution else None
    previous = tuple(_channel(one, one.institution or peer) for one in keys.previous)
    channel = ChannelKeys(keys.app_id, keys.app_secret, NOBODY, peer, private, previous)
    named_app = envelope_of(capture.raw).get("appId")
    others = {
        one.app_id: _channel(one, one.institution or peer)
        for one in keys.others
        if named_app == keys.app_id  # a message of another app is not opened with that app's keys
    }
    kind = cast("Kind", capture.kind)
    return open_sealed(
        capture.raw,
        {**others, keys.app_id: channel},
        profile,
        now_ms,
        kind,
        guess=True,
        budget=budget,
        ours=ours,
        kept=kept,
    )


def _channel(keys: Keys, peer: PublicKey) -> ChannelKeys:
    return ChannelKeys(keys.app_id, keys.app_secret, NOBODY, peer)


def _verified(opened: Opened) -> bool:
    found = named(opened.facts, _SAID_BY_CAUSE)
    return found is not None and found.ok


def _text(capture: Capture, opened: Opened, keys: Keys, profile: Profile) -> str | None:
    if opened.outer is None or (opened.data is None and envelope_of(capture.raw).get("encData")):
        return None
    family = "bare" if profile["envelope.canonical"] == "bare" else "sdk"
    drop = bool(profile["envelope.drop_empty_object"])
    return sign_text(opened.outer, opened.data, keys.app_secret, family, drop_empty_object=drop)


def _signs(
    capture: Capture, keys: Keys, peer: PublicKey | None, profile: Profile, my_text: str
) -> bool | None:
    decoded = signature.decode(str(envelope_of(capture.raw).get("signData") or ""))
    if peer is None or len(decoded.raw) != 64:
        return None
    message = _file_text(my_text).encode("utf-8", "replace")
    channel = ChannelKeys(keys.app_id, keys.app_secret, NOBODY, peer)
    identity = signature.user_id(str(profile["envelope.user_id"]), channel)
    return sm2.verify(peer, message, decoded.raw, identity)


def summary(found: Explanation) -> dict[str, Any]:
    """The explanation for machines; stable keys, no secret."""
    out: dict[str, Any] = {
        "ok": not found.reasons,
        "kind": found.kind,
        "sender": found.sender,
        "interface": found.interface,
        "facts": [fact.as_json() for fact in found.facts],
        "reasons": [
            {"fact": fact.name, "code": found.code(fact).code, "cause": str(fact.data.get("cause", ""))}
            for fact in found.reasons
        ],
        "sign_text": None if found.text is None else masked(found.text),
        "data": found.opened.data,
    }
    if found.difference is not None:
        one = found.difference
        out["difference"] = {
            "at": one.at, "expected": one.expected, "mine": one.mine, "in_secret": one.in_secret, "signed": one.signed,
        }  # fmt: skip
    if found.diagnosis is not None:
        out["diagnosis"] = told(found.diagnosis)
    if found.nearest is not None:
        near = found.nearest
        out["nearest"] = {
            "causes": [_shown(one) for one in near.causes], "whole": near.whole, "right": near.right, "mine": near.mine,
        }  # fmt: skip
    return out


def told(found: Diagnosis) -> dict[str, Any]:
    """A diagnosis for machines: every composition that fits, what was tried, the digests when none does; no secret."""
    return {
        "causes": [_shown(one) for one in found.causes],
        "equals": [[_shown(one) for one in other] for other in found.equals],
        "tried": found.tried,
        "hashed": found.hashed,
        "whole": found.whole,
        "digests": [{"key": key, "digest": digest} for key, digest in found.digests],
    }


def _shown(one: Named) -> dict[str, Any]:
    return {
        "cause": one.cause,
        "scope": one.scope,
        **stored("said", one.said),
        "right": one.right,
        "offered": one.offered,
    }
