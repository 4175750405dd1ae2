"""The two transports of the e-credential service: the god-portal headers of userQuery, and the bare body of 1162."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.protocol.model.endpoint import Endpoint, Endpoints
from simulator.protocol.model.interface import Interface
from simulator.protocol.model.profile import Profile
from simulator.protocol.model.step import Reply
from simulator.protocol.text import jsontext
from simulator.protocol.text.said import Said
from simulator.protocol.wire import fsi, mirrors, portal
from simulator.protocol.wire.facts import Fact
from simulator.protocol.wire.intake import FSI_TYPES, Outer, read_outer
from simulator.protocol.wire.opened import Opened
from simulator.protocol.wire.outcome import AnswerOutcome, object_of, text_in
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

ORG_MEMBERS = ("orgId", "orgCodg", "fixmedins_code")
PORTAL_PATH, DECODE_PATH = "/mipuserquery/userQuery/{partnerId}", "/fsi/api/hsecfc/localQrCodeQuery"


def _make(draw: Draw) -> Texts:
    number = 10_000_000 + int.from_bytes(draw(8), "big") % 90_000_000
    return {"partner_id": str(number), "partner_secret": draw(16).hex()}


def _keys(_platform: Texts, own: Texts) -> tuple[str, str]:
    demand(own, "partner_id", "partner_secret")
    return own["partner_id"], own["partner_secret"]


def _block(_platform: Texts, own: Texts) -> Texts:
    return {"partnerId": own["partner_id"], "partnerSecret": own["partner_secret"]}


def identify_partner(raw: RawMessage, directory: Directory, profile: Profile) -> Identified:
    """By the partner id, the last segment of the path."""
    return Identified(directory.find(portal.partner_of(raw.path)), read_outer(raw, profile, "request"))


def open_portal(
    raw: RawMessage, who: Identified, interface: Interface, profile: Profile, now_ms: int
) -> Opened:
    """The HMAC of the headers, under the secret of the partner in the path."""
    del interface
    secret = who.caller.keys[1] if who.caller else None
    return portal.open_portal(raw, secret, now_ms, profile, who.outer)


def reply_flat(
    answer: Reply, opened: Opened, interface: Interface, caller: Caller | None, profile: Profile, now_ms: int,
    entropy: bytes,
) -> RawMessage:  # fmt: skip
    """`code` 0 or -1, `message`, and the business members beside them."""
    del opened, interface, caller, profile, now_ms, entropy
    head = {"code": 0 if answer.success else -1, "message": fsi.words(answer) or "success"}
    return answer_of(jsontext.dumps({**head, **(answer.data or {})}).encode())


def outcome(answer: RawMessage) -> AnswerOutcome:
    """`code` 0 is success."""
    said = object_of(answer.body) or {}
    code = text_in(said, "code")
    return AnswerOutcome(code == "0", code, text_in(said, "message"))


def show_flat(raw: RawMessage) -> Mapping[str, Any] | None:
    """`code` and `message`; the business members stand in `data` of the view."""
    value = object_of(raw.body)
    if value is None or not value.keys() >= {"code", "message"}:
        return None
    return {name: value[name] for name in ("code", "message")}


def under_portal(profile: Profile) -> tuple[Endpoint, ...]:
    """`userQuery` under each prefix of the portal."""
    return tuple(Endpoint("POST", f"/{prefix}{PORTAL_PATH}") for prefix in profile["portal.prefixes"])


def under_fsi(path: str) -> Endpoints:
    """Below each prefix of the 两定 interface."""
    return lambda profile: tuple(
        Endpoint("POST", prefix + path) for prefix in profile["fsi.prefixes"] or ("",)
    )


def identify_org(raw: RawMessage, directory: Directory, profile: Profile) -> Identified:
    """By the institution code that the business object states."""
    outer = read_outer(raw, profile, "request", FSI_TYPES)
    return Identified(directory.find(_stated(outer)), outer)


def open_bare(
    raw: RawMessage, who: Identified, interface: Interface, profile: Profile, now_ms: int
) -> Opened:
    """The body is the business object."""
    del interface, now_ms
    outer = read_outer(raw, profile, "request", FSI_TYPES, who.outer)
    body = outer.value if isinstance(outer.value, dict) else None
    note = "" if who.caller else Said("{} 不是已登记的机构编码", ORG_MEMBERS[0])
    facts = (*outer.facts, Fact("plain.institution", who.caller is not None, note))
    return Opened(facts, {}, body or None, who.caller.institution.code if who.caller else "")


def _stated(outer: Outer) -> str:
    body = outer.value if isinstance(outer.value, dict) else {}
    node = body.get("data")
    inner = node if isinstance(node, dict) else body
    return next((str(inner[name]) for name in ORG_MEMBERS if inner.get(name)), "")


def reply_fsi(
    answer: Reply, opened: Opened, interface: Interface, caller: Caller | None, profile: Profile, now_ms: int,
    entropy: bytes,
) -> RawMessage:  # fmt: skip
    """Answered like any 两定 transaction."""
    del opened, interface
    region = caller.institution.region if caller else ""
    return answer_of(fsi.seal_reply(answer, region, profile, now_ms, entropy))


PORTAL = Transport(
    name="portal",
    issue=Issue(
        make=_make, keys=_keys, credential=lambda _code, own: own.get("partner_id", ""), block=_block
    ),
    identify=identify_partner,
    open=open_portal,
    reply=reply_flat,
    outcome=outcome,
    show=show_flat,
    mirror=mirrors.PORTAL,
    options=("portal.", "limits."),
    kept_headers=("god-portal-",),
)
PLAIN = Transport(
    name="plain",
    issue=Issue(),
    identify=identify_org,
    open=open_bare,
    reply=reply_fsi,
    outcome=fsi.outcome,
    show=lambda raw: fsi.head_of(raw.body),
    mirror=mirrors.PLAIN,
    options=("fsi.", "limits."),
)
