"""The four wrappings of a message, each with how to open a request, seal an answer and show both.

A row of FORMS per `Interface.form`; the shell itself never looks into a message.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from simulator import institution
from simulator.protocol.crypto.keys import PrivateKey
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Reply
from simulator.protocol.text import jsontext
from simulator.protocol.text.times import wire_timestamp
from simulator.protocol.wire import envelope, fsi, portal
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.intake import FSI_TYPES, read_body
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.outcome import fsi_outcome, portal_outcome, sealed_outcome
from simulator.protocol.wire.raw import RawMessage
from simulator.shell.clocks import wall_ms
from simulator.shell.identities import Identities, Member
from simulator.shell.ids import serial
from simulator.shell.seen import Seen


@dataclass(frozen=True, slots=True)
class Wire:
    """What opening and sealing need besides the message. `tail`: last segment of a portal path; `number`: the interface.

    `at_ms`: the wire time of a recorded message that is opened again; 0 is now.
    """

    identities: Identities
    profile: Profile
    seen: Seen
    tail: str = ""
    number: str = ""
    at_ms: int = 0

    def now_ms(self) -> int:
        """Wire time for this message."""
        return self.at_ms or wall_ms()


@dataclass(frozen=True, slots=True)
class Form:
    """One wrapping. `kept`: how the headers begin that its signature covers, "" for none."""

    open: Callable[[RawMessage, Wire], tuple[Opened, Member | None]]
    seal: Callable[[Reply, Member | None, Wire, PrivateKey | None], bytes]
    show: Callable[[bytes], dict[str, Any]]
    outcome: Callable[[bytes], dict[str, Any]]
    kept: str = ""


def _open_sealed(raw: RawMessage, wire: Wire) -> tuple[Opened, Member | None]:
    opened = envelope.open_sealed(raw, wire.identities.channels, wire.profile, wire.now_ms(), wire.seen)
    return opened, wire.identities.by_app.get(opened.app_id)


def _seal_sealed(reply: Reply, member: Member | None, wire: Wire, signer: PrivateKey | None) -> bytes:
    if member is None:  # nobody to sign for: a well-formed refusal without signature
        head: dict[str, Any] = {"code": reply.code, "message": reply.message}
        if wire.profile["envelope.response_success"]:
            head["success"] = False
        head["timestamp"] = wire_timestamp(wall_ms(), str(wire.profile["envelope.timestamp_out"]))
        return jsontext.dumps(head).encode()
    keys = wire.identities.channels[member.app_id]
    return envelope.seal_response(
        reply.code, reply.message, reply.success, reply.data, keys, wire.profile, wall_ms(),
        secrets.token_bytes(32), signer=signer,
    )  # fmt: skip


def _show_sealed(body: bytes) -> dict[str, Any]:
    return {
        key: value for key, value in orjson.loads(body).items() if key not in ("encData", "signData", "data")
    }


FSI_NUMBERS = tuple(row.number for row in institution.ROLE.interfaces)


def _open_fsi(raw: RawMessage, wire: Wire) -> tuple[Opened, Member | None]:
    offered = FSI_NUMBERS if wire.number == institution.SINGLE.number else (wire.number,)
    known = wire.identities.members
    opened = fsi.open_fsi(raw, wire.profile, wire.now_ms(), known=known, offered=offered)
    return opened, wire.identities.members.get(opened.app_id)


FSI_SUCCESS: Mapping[str, str | None] = {"empty": "", "success": "success", "null": None}


def _seal_fsi(reply: Reply, member: Member | None, wire: Wire, _signer: PrivateKey | None) -> bytes:
    now_ms = wall_ms()
    number = fsi.refmsgid(member.region if member else "", now_ms, serial())
    code: int | str = 0 if reply.success else -1
    if wire.profile["fsi.response_code"] == "string":
        code = str(code)
    words = _words(reply) if not reply.success else FSI_SUCCESS[wire.profile["fsi.err_msg_on_success"]]
    return fsi.seal_fsi(code, words, reply.data, number, now_ms)


def _show_fsi(body: bytes) -> dict[str, Any]:
    return {key: value for key, value in orjson.loads(body).items() if key != "output"}


def _open_portal(raw: RawMessage, wire: Wire) -> tuple[Opened, Member | None]:
    member = wire.identities.by_partner.get(wire.tail)
    secret = member.partner_secret if member else None
    return portal.open_portal(raw, secret, wire.now_ms(), wire.profile), member


def _seal_portal(reply: Reply, _member: Member | None, _wire: Wire, _signer: PrivateKey | None) -> bytes:
    head = {"code": 0 if reply.success else -1, "message": _words(reply) or "success"}
    return jsontext.dumps({**head, **(reply.data or {})}).encode()


def _show_portal(body: bytes) -> dict[str, Any]:
    value = orjson.loads(body)
    return {key: value[key] for key in ("code", "message")}


ORG_MEMBERS = ("orgId", "orgCodg", "fixmedins_code")


def _open_plain(raw: RawMessage, wire: Wire) -> tuple[Opened, Member | None]:
    value, facts = read_body(raw, wire.profile, "request", FSI_TYPES)
    body = value if isinstance(value, Mapping) else {}
    node = body.get("data")
    inner = node if isinstance(node, Mapping) else body
    code = next((str(inner[name]) for name in ORG_MEMBERS if inner.get(name)), "")
    member = wire.identities.members.get(code)
    note = "" if member else f"{ORG_MEMBERS[0]} 不是已登记的机构编码"
    facts.append(Fact("plain.institution", member is not None, note))
    return Opened(tuple(facts), {}, body or None, code if member else ""), member


def _words(reply: Reply) -> str:
    # err_msg is cut at 200: the code goes first
    return "" if reply.success else f"{reply.code} {reply.message}"


FORMS: Mapping[str, Form] = {
    "sealed": Form(_open_sealed, _seal_sealed, _show_sealed, sealed_outcome),
    "fsi": Form(_open_fsi, _seal_fsi, _show_fsi, fsi_outcome),
    "portal": Form(_open_portal, _seal_portal, _show_portal, portal_outcome, "god-portal-"),
    "plain": Form(_open_plain, _seal_fsi, _show_fsi, fsi_outcome),
}
