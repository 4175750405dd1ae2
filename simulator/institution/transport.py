"""The 两定 messages with their common header as a transport: known by institution code, nothing signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.protocol.model.endpoint import Endpoint, Endpoints, Select
from simulator.protocol.model.interface import Interface
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Reply
from simulator.protocol.wire import fsi, mirrors
from simulator.protocol.wire.gateway import gateway_facts, issued
from simulator.protocol.wire.gateway_parts import GatewayKeys
from simulator.protocol.wire.gateway_schemes import SCHEMES
from simulator.protocol.wire.intake import FSI_TYPES, read_outer
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.raw import RawMessage
from simulator.protocol.wire.transport import (
    Caller,
    Directory,
    Draw,
    Identified,
    Issue,
    Texts,
    Transport,
    answer_of,
    demand,
)


def identify(raw: RawMessage, directory: Directory, profile: Profile) -> Identified:
    """By `fixmedins_code` of the common header."""
    outer = read_outer(raw, profile, "request", FSI_TYPES)
    return Identified(directory.find(outer.member("fixmedins_code")), outer)


def open_request(
    raw: RawMessage, who: Identified, interface: Interface, profile: Profile, now_ms: int
) -> Opened:
    """The headers of the gateway where `fsi.auth` names one, common header and `input`; `infno` must be one of this address."""
    known = (who.caller.institution.code,) if who.caller else ()
    offered = interface.stands_for or (interface.number,)
    opened = fsi.open_fsi(raw, profile, now_ms, known=known, offered=offered, outer=who.outer)
    if who.caller is None or profile["fsi.auth"] == "none":
        return opened
    gate = gateway_facts(raw, who.caller.keys, profile, now_ms)
    key = raw.header(SCHEMES[profile["fsi.auth"]].signature) if profile["fsi.auth_once"] else ""
    return replace(opened, facts=(*gate, *opened.facts), replay_key=key)


def _keys(_platform: Texts, own: Texts) -> GatewayKeys | None:
    """None where the gateway has issued nothing: no profile has asked for it."""
    if not own:
        return None
    demand(own, "gateway_account", "gateway_secret", filled=True)
    return GatewayKeys(own["gateway_account"], own["gateway_secret"])


def _rotated(own: Texts, draw: Draw) -> Texts:
    return {**own, "gateway_secret": draw(16).hex()} if own else own


def _block(_platform: Texts, own: Texts) -> Texts:
    names = (
        ("gatewayAuth", "gateway_auth"), ("gatewayAccount", "gateway_account"), ("gatewaySecret", "gateway_secret"),
    )  # fmt: skip
    return {name: own[member] for name, member in names if member in own}


def reply(
    answer: Reply, opened: Opened, interface: Interface, caller: Caller | None, profile: Profile, now_ms: int,
    entropy: bytes,
) -> RawMessage:  # fmt: skip
    """`infcode` 0 or -1 and `output`."""
    del opened, interface
    region = caller.institution.region if caller else ""
    return answer_of(fsi.seal_reply(answer, region, profile, now_ms, entropy))


def show(raw: RawMessage) -> Mapping[str, Any] | None:
    """The header without `output`."""
    return fsi.head_of(raw.body)


def served(number: str, path: str) -> Endpoints:
    """The transaction's own address, the single entries where `infno` chooses it, and behind a base URL its number
    (institution sheet 1.1 A, B, C and E)."""
    select = Select(fsi.transaction, number)

    def endpoints(profile: Profile) -> tuple[Endpoint, ...]:
        own = (Endpoint("POST", prefix + path) for prefix in profile["fsi.prefixes"] or ("",))
        behind = (Endpoint("POST", f"{base}/{number}") for base in profile["fsi.infno_bases"])
        return (*own, *(Endpoint("POST", entry, select) for entry in single_entries(profile)), *behind)

    return endpoints


def single_entries(profile: Profile) -> tuple[str, ...]:
    """Every address of the single entry."""
    return tuple(
        prefix + entry for entry in profile["fsi.single_entries"] for prefix in profile["fsi.prefixes"]
    )


FSI = Transport(
    name="fsi",
    issue=Issue(keys=_keys, rotate=_rotated, block=_block, asked_for=issued),
    identify=identify,
    open=open_request,
    reply=reply,
    outcome=fsi.outcome,
    show=show,
    mirror=mirrors.FSI,
    options=("fsi.", "fields.", "limits."),
    kept_headers=("x-tif-", "_api_", "x-ca-"),
    message_chars=180,  # `err_msg` holds 200 (institution sheet 4), our code stands before the sentence
)
